"""Who may know whom: the contracts hold, each can break, and purity is true at run time too."""

import re
import shutil
import subprocess
import sys
import tomllib
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
    "posframe/hal/simulators/receipt_folder.py": "import posframe.hal.codecs.escpos",
    "posframe/hal/drivers/second.py": "import posframe.hal.drivers.escpos_printer",
}
"""One forbidden import for each contract, by the file it is planted in; the last one is new."""


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
        with (folder / name).open("a", encoding="utf-8") as source:
            source.write(f"\n{planted}\n")
    done = lint(folder)
    assert f"0 kept, {len(contracts())} broken" in done.stdout, done.stdout + done.stderr


def contracts():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["importlinter"]["contracts"]


def test_every_module_has_its_layer():
    """One that no contract names could import whatever it likes."""
    layers = next(each["layers"] for each in contracts() if "posframe.till" in each["layers"])
    placed = {name for layer in layers for name in re.split(r"[ |:]+", layer)}
    found = {
        f"posframe.{path.stem}"
        for path in (ROOT / "posframe").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert found - {"posframe.__init__", "posframe.__main__"} <= placed
    assert set(packages()) <= placed | {"posframe"}


def packages():
    """Return the import packages of the distribution, all of which are looked at."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(project["tool"]["importlinter"]["root_packages"]) == {
        Path(each).name for each in wheel
    }
    return [Path(each).name for each in wheel]


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
