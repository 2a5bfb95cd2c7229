"""The pages as pages: links lead somewhere, generated ones are fresh, words are ours."""

from __future__ import annotations

import re
import runpy
from typing import TYPE_CHECKING

import pytest

from posframe.kernel.activation import hook_names
from tests.docs.pages import PAGES, ROOT, name_of, page, prose, text_of

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {"posframe_payments", "posframe_loyalty", "posframe_inventory", "posframe_terminal",
            "posframe_promotions", "posframe_multibuy"}  # fmt: skip
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """Return what a heading can be linked by."""
    found = set()
    for line in prose(path).splitlines():
        if line.startswith("#"):
            words = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path):
    """Within the repository: the file is there, and so is the heading."""
    broken = []
    for inline, reference in _LINK.findall(prose(path)):
        target = inline or reference
        if target.startswith("https://"):
            continue
        name, _, heading = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (heading and heading not in anchors(file)):
            broken.append(target)
    assert not broken


def test_the_page_of_hooks_is_fresh():
    """It is made from the specifications: ``python docs/make_hooks.py`` makes it anew."""
    made = runpy.run_path(str(ROOT / "docs" / "make_hooks.py"))["page"]()
    assert text_of(page("docs/plugins/hooks.md")) == made, "run: python docs/make_hooks.py"


def test_the_tables_of_permissions_are_fresh():
    """They are made from what is declared: ``python docs/make_permissions.py`` makes them anew."""
    made = runpy.run_path(str(ROOT / "docs" / "make_permissions.py"))["page"]()
    fresh = text_of(page("docs/tills/permissions.md")) == made
    assert fresh, "run: python docs/make_permissions.py"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_hook_a_page_names_exists(path: Path):
    """A name that begins like a hook is one, or a package of ours."""
    named = set(re.findall(r"\bposframe_[a-z_]+", text_of(path)))
    misspelt = "posframe_price_rule" if path.name == "tutorial.md" else ""
    assert named - {misspelt} <= {*hook_names(), *PACKAGES}


def test_every_hook_is_on_its_page():
    """With a heading of its own."""
    headings = anchors(page("docs/plugins/hooks.md"))
    assert set(hook_names()) <= headings


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_lines_are_as_long_as_ours(path: Path):
    """Prose is broken at 110 columns; tables, code and generated pages are as wide as they are."""
    if path.name == "hooks.md":
        return
    long = [
        line
        for line in prose(path).splitlines()
        if len(line) > 110 and not line.startswith(("|", "["))
    ]
    assert not long
