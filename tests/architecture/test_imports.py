"""Who may know whom: the contracts hold, each can break, and purity is true at run time too."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = ("posframe", "plugins", "terminal_ui")
PLANTS = {
    "posframe/kernel/domain/tax.py": "import os",
    "posframe/kernel/ports.py": "import posframe.kernel.engine",
    "posframe/reports/sales.py": "import posframe.till",
    "posframe/kernel/worker.py": "import apsw",
    "posframe/store/chain.py": "import rich.text",
    "plugins/loyalty/posframe_loyalty/points.py": "import posframe.store.journal",
}
"""One forbidden import for each contract but the drivers', by the file it is planted in."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    path = ":".join(
        str(folder / each)
        for each in (
            ".",
            *(f"plugins/{n}" for n in ("payments", "loyalty", "inventory")),
            "terminal_ui",
        )
    )
    program = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": path, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    for tree in TREES:
        shutil.copytree(ROOT / tree, folder / tree, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_are_kept(copied):
    done = lint(copied)
    assert "0 broken" in done.stdout, done.stdout + done.stderr


def test_each_contract_breaks_on_a_planted_import(copied, tmp_path):
    """Without it a contract that checks nothing would look kept for ever."""
    folder = tmp_path / "planted"
    shutil.copytree(copied, folder)
    for name, planted in PLANTS.items():
        path = folder / name
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    done = lint(folder)
    assert "1 kept, 6 broken" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        (
            "posframe.kernel.domain.decide",
            {"apsw", "anyio", "pluggy", "msgpack", "asyncio", "textual", "rich", "sqlite3"},
        ),
        ("posframe.till", {"textual", "rich", "serial", "usb", "escpos", "PIL", "anyio", "biip"}),
        ("posframe_payments.plugin", {"textual", "apsw", "anyio"}),
        ("posframe_terminal.paint.sale", {"textual", "apsw"}),
    ],
)
def test_what_a_fresh_process_loads(imported, absent):
    """import-linter does not see what a parent package loads; a fresh process does."""
    program = f"import sys, {imported}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & absent
