"""The tree of the repository on the architecture page is the real one."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, blocks, name_of, page, spans, text_of

ARCHITECTURE = page("docs/architecture.md")
IN_A_TILL = {"till.toml", "operators.toml", "entry_points.txt"}
CODE = ("posframe", "plugins", "terminal_ui")


def drawn() -> list[str]:
    """Return the paths of the tree, joined from its indentation."""
    tree = blocks(ARCHITECTURE, "text")[-1].text
    paths: list[str] = []
    parents: list[str] = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth:] = [line.split()[0]]
        paths.append("/".join(part.strip("/") for part in parents))
    return paths


@pytest.mark.parametrize("path", drawn())
def test_what_the_tree_names_is_there(path: str):
    """Each path of the tree exists."""
    assert (ROOT / path).exists()


def test_every_folder_with_code_is_in_the_tree():
    """A package that is new is missed here."""
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for name in CODE
        for path in (ROOT / name).rglob("*.py")
    }
    assert folders <= set(drawn())


def test_every_module_of_the_framework_is_in_the_tree():
    """Those that stand directly in ``posframe``."""
    modules = {f"posframe/{path.name}" for path in (ROOT / "posframe").glob("[a-z]*.py")}
    assert modules - {"posframe/version.py"} <= set(drawn())


def test_every_module_has_its_layer():
    """The table of layers knows each module and package of the framework."""
    told = text_of(ARCHITECTURE).split("## Layers")[1].split("Inside the kernel")[0]
    names = {
        path.stem
        for path in (ROOT / "posframe").iterdir()
        if not path.stem.startswith(("_", "py", "demo")) and path.suffix in {"", ".py"}
    }
    assert not {name for name in names if f"`posframe.{name}`" not in told}


def test_every_file_that_a_page_names_is_there():
    """Paths in backticks lead to files: from the root, or of a module that has such a file."""
    names = {path.name for path in ROOT.glob("[!.]*/**/*.py")}
    missing = []
    for path in (ARCHITECTURE, page("docs/design.md"), page("README.md")):
        for span in spans(path):
            if re.fullmatch(r"[\w/]+\.(py|md|toml|txt)", span) and span not in IN_A_TILL:
                found = (ROOT / span).exists() or any(
                    (ROOT / base / span).exists()
                    for base in ("posframe", "posframe/kernel", "docs")
                )
                if not found and span.rpartition("/")[2] not in names:
                    missing.append(f"{name_of(path)}: {span}")
    assert not missing


def test_what_the_laws_name_is_in_the_code():
    """Functions and methods that the page points at exist under these names."""
    laws = text_of(ARCHITECTURE).split("## The laws")[1].split("\n## ")[0]
    source = "".join(text_of(path) for path in (ROOT / "posframe").rglob("*.py"))
    defined = set(re.findall(r"(?:def|class) (\w+)", source))
    for span in re.findall(r"`([^`]+)`", laws):
        last = span.rpartition(".")[2]
        if re.fullmatch(r"[A-Za-z_]+(\.\w+)?", span) and last not in {"py", "Sent", "unknown"}:
            assert last in defined, span
