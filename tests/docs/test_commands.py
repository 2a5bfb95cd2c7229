"""Every command that the pages name can be given, with the options they name."""

from __future__ import annotations

import importlib
import re
import shlex
from typing import Any

import cyclopts
import pytest

from tests.docs.pages import PAGES, ROOT, blocks, name_of, spans, text_of

PROGRAM = ("posframe", ".venv/bin/posframe", "python -m posframe")


def command_lines() -> list[tuple[str, str]]:
    """Return the command lines of all pages: of blocks, and of text that names one."""
    found = []
    for path in PAGES:
        lines = [line for block in blocks(path, "sh") for line in block.text.splitlines()]
        for line in (*lines, *spans(path)):
            bare = line.partition("  #")[0].strip()
            if bare.partition(" ")[0] in {*PROGRAM, "make"} and " " in bare:
                found.append((name_of(path), bare))
    return sorted(set(found))


@pytest.fixture(scope="module")
def app() -> cyclopts.App:
    """The whole tree of commands, those of the bundled plugins too."""
    tree = cyclopts.App(name="posframe")
    importlib.import_module("posframe.cli.main")._mount(tree)
    return tree


OURS = [pair for pair in command_lines() if not pair[1].startswith("make")]


@pytest.mark.parametrize(("where", "line"), OURS, ids=[f"{page}: {line}" for page, line in OURS])
def test_a_command_of_the_pages_can_be_given(app: cyclopts.App, where: str, line: str):
    """The words lead to a command, and what follows is what it takes."""
    _, *words = shlex.split(re.sub(r"[…\[\]]", "", line))
    node: Any = app
    left = list(words)
    while left and not left[0].startswith("-") and left[0] in set(node):
        node = node[left.pop(0)]
    if node.default_command is None:
        assert not left, f"{where}: {line}: {left[0]!r} is no command"
    elif left:
        app.parse_args(words, exit_on_error=False, print_error=False)


def test_every_command_is_on_some_page(app: cyclopts.App):
    """Nothing can be done with the command line that no page speaks of."""
    told = " ".join(line for _, line in OURS)
    known = [
        f"{name} {sub}".strip()
        for name in set(app)
        for sub in [each for each in set(app[name]) if not each.startswith("-")] or [""]
        if not name.startswith("-")
    ]
    missing = [words for words in known if f"posframe {words}" not in told]
    assert not missing


@pytest.mark.parametrize(
    "target",
    sorted({line.split()[1] for _, line in command_lines() if line.startswith("make ")}),
)
def test_a_make_target_of_the_pages_exists(target: str):
    """What the pages make is in the Makefile."""
    assert re.search(rf"^{target}:", text_of(ROOT / "Makefile"), re.MULTILINE)


def test_the_readme_installs_as_the_makefile_does():
    """The commands for those without make are those behind it."""
    readme = text_of(ROOT / "README.md")
    make = text_of(ROOT / "Makefile")
    for words in (
        "install --require-hashes --only-binary :all: -r requirements/",
        "install --no-deps --no-build-isolation --editable .",
    ):
        assert words in readme
        assert words in make
