"""The house rules that a machine can hold: sizes, names, documents, locks."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

import posframe
from posframe.kernel import hookspecs
from posframe.kernel.activation import hook_names

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for tree in ("posframe", "plugins", "terminal_ui", "benchmarks", "tests")
    for path in (ROOT / tree).rglob("*.py")
)
LINES_MAX = 400
FUNCTION_LINES_MAX = 50


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX
    assert [name for name, lines in functions(path) if lines > FUNCTION_LINES_MAX] == []


def test_most_functions_are_short():
    lengths = sorted(
        lines
        for path in SOURCES
        if path.is_relative_to(ROOT / "posframe")
        for _, lines in functions(path)
    )
    assert lengths[len(lengths) // 2] < 10


@pytest.mark.parametrize("hook", hook_names())
def test_every_hook_says_what_it_is_for(hook):
    """Shape first, then when it is asked; the page of hooks is made of these words."""
    words = (getattr(hookspecs, hook).__doc__ or "").strip()
    assert re.match(r"(Collect|Answer|Judge|Join|Tell): ", words)
    assert re.search(r"[Aa]sked|Runs|on disk", words)


def test_every_hook_is_tried_by_a_test():
    """One that nobody calls in a test could be called with anything."""
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in SOURCES
        if path.is_relative_to(ROOT / "tests") and path.name != "test_tidy.py"
    )
    assert [hook for hook in hook_names() if hook not in tests] == []


def test_every_hook_is_in_the_documents():
    """By name; what stands there of it is the documents' own test."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    if not pages:
        pytest.skip("there are no documents yet")
    assert [hook for hook in hook_names() if hook not in pages] == []


def test_nothing_was_left_for_later():
    """What is not done is in the changelog or in nobody's way, not in a comment."""
    mark = re.compile(
        r"#.*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b"
    )
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if mark.search(line)
    ]
    assert left == []


def test_public_names_are_there_and_no_others():
    declared = set(posframe.__all__) - {"__version__"}
    source = (ROOT / "posframe" / "__init__.py").read_text(encoding="utf-8")
    typed = set(re.findall(r"^    from \S+ import (\w+) as \1$", source, re.MULTILINE))
    assert declared == typed
    assert [name for name in declared if getattr(posframe, name, None) is None] == []


def test_what_pyproject_asks_for_is_locked():
    """A dependency without its lock is an ImportError on the next machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "till": [*project["dependencies"], *extras["terminal"], *extras["devices"]],
        "dev": [*project["dependencies"], *extras["dev"]],
    }
    for lock, requirements in wanted.items():
        locked = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").lower()
        names = [re.split(r"[<>=\[; ]", each)[0].lower() for each in requirements]
        missing = [each for each in names if each != "posframe" and f"{each}==" not in locked]
        assert missing == []


def test_locks_name_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8")


def test_entry_points_lead_to_plugins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in project["entry-points"]["posframe.plugins"].values():
        module, _, name = target.partition(":")
        assert isinstance(getattr(importlib.import_module(module), name), type)
