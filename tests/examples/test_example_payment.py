"""The payment plugin outside of posframe: found by its entry point, tested from its own folder."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import attrs
import pytest

from posframe.testing.payments.kit import TROUBLES, PaymentKit
from tests.docs.pages import blocks, page, tables, text_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "posframe-examplepay"
SOURCE = EXAMPLE / "src" / "examplepay" / "__init__.py"
PAGE = page("docs/plugins/payments.md")
TESTING = page("docs/plugins/testing.md")
FOR_TESTS = {
    "posframe.testing.payments.kit",
    "posframe.testing.payments.suite",
    "posframe.testing.tills",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Name the example's source as an installer would: by what its pyproject says."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = folder / f"posframe_examplepay-{project['version']}.dist-info"
    metadata.mkdir()
    named = project["entry-points"]["posframe.plugins"].items()
    lines = "\n".join(f"{name} = {target}" for name, target in named)
    (metadata / "entry_points.txt").write_text(f"[posframe.plugins]\n{lines}\n", encoding="utf-8")
    return folder


def run(folder, *paths):
    """Run the tests there, as an author who has installed posframe and the example."""
    path = os.pathsep.join(map(str, (*paths, ROOT)))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "-rs",
         "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )  # fmt: skip


def test_the_examples_own_tests_pass(site):
    """The suite among them; what a wallet cannot do, its kit says."""
    done = run(EXAMPLE / "tests", site, EXAMPLE / "src")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED" not in done.stdout


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.py")), ids=lambda path: path.name)
def test_the_example_imports_public_names_only(path):
    """What a stranger can rely on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    allowed = {"posframe"} | (FOR_TESTS if path.parent.name == "tests" else set())
    assert {name for name in names if name.partition(".")[0] == "posframe"} <= allowed
    others = {name.partition(".")[0] for name in names} - {"posframe", "examplepay", "far_side"}
    assert others <= {*sys.stdlib_module_names, "anyio", "attrs", "httpx2", "pytest"}


def test_every_block_of_the_page_is_in_the_example():
    """A reader builds what is tested here; the page's functions stand apart by one line more."""
    files = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.rglob("*.*"))
             if path.suffix in {".py", ".toml"}]  # fmt: skip
    shown = [each for each in blocks(PAGE) if each.language in {"python", "toml"} and each.title]
    assert len(shown) >= 6
    for block in shown:
        text = block.text.replace("\n\n\n", "\n\n")
        of_class = textwrap.indent(text, "    ")
        assert any(block.text in file or text in file or of_class in file for file in files), (
            block.place
        )


def test_the_kit_of_the_testing_page_passes_the_suite(tmp_path):
    """The block that has no place among those of one test each."""
    (block,) = [each for each in blocks(TESTING, "python") if "PaymentSuite" in each.text]
    (tmp_path / "test_tokens.py").write_text(block.text, encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* passed", done.stdout)


def test_the_testing_page_names_every_trouble_of_the_suite():
    """In the order of the suite, in its words."""
    rows = tables(TESTING, "## Payments")
    troubles = {row[0].strip("`"): row[1] for row in rows if row[0].strip("`") in TROUBLES}
    assert troubles == dict(TROUBLES)


def test_the_testing_page_names_every_field_of_a_kit():
    """Those an author fills in."""
    words = text_of(TESTING).split("## Payments")[1]
    assert [each.name for each in attrs.fields(PaymentKit) if f"`{each.name}`" not in words] == []
