"""The tutorial's plugin works as it stands on the page: installed, sold with, tested."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from posframe import ConfigurationError, Till
from posframe.cli.demo import fill
from posframe.script import Script
from tests.docs.pages import ROOT, blocks, page, tables, text_of

if TYPE_CHECKING:
    from pathlib import Path

TUTORIAL = page("docs/plugins/tutorial.md")
TITLED = {block.title: block.text for block in blocks(TUTORIAL) if block.title}
MODULES = ("posframe_multibuy", "posframe_multibuy.plugin", "posframe_multibuy.offers",
           "posframe_multibuy.saved")  # fmt: skip


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the tutorial's distribution as an installer would: files and an entry point."""
    site = tmp_path / "site"
    for title, text in TITLED.items():
        path = site / title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    metadata = site / "posframe_multibuy-1.0.dist-info"
    metadata.mkdir()
    target = "multibuy = posframe_multibuy.plugin:MultibuyPlugin"
    assert target.replace("= p", '= "p') in TITLED["pyproject.toml"]
    (metadata / "entry_points.txt").write_text(f"[posframe.plugins]\n{target}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return site


@pytest.fixture
def till_folder(tmp_path: Path) -> Path:
    """The demonstration till with the plugin named in it."""
    folder = tmp_path / "offers-till"
    folder.mkdir()
    settings = text_of(ROOT / "posframe" / "demo" / "till.toml")
    named = settings.replace('enable = ["payments",', 'enable = ["payments", "multibuy",')
    assert named != settings
    (folder / "till.toml").write_text(f"{named}\n{TITLED['till.toml']}", encoding="utf-8")
    return folder


def test_the_plugin_saves_what_the_tutorial_says(installed: Path, till_folder: Path):
    """Three yoghurts cost two: on the screen, on the receipt and in the plugin's own table."""
    assert installed
    fill(till_folder)
    with Till.open(till_folder) as till:
        script = Script(till)
        answers = [script.line(entry) for entry in ("3 * 10012", "+", "500", ".saved")]
        assert till.drain()
    assert all(answer["accepted"] for answer in answers)
    assert answers[0]["due"] == 118
    assert answers[2]["change"] == 382
    assert answers[3]["message"] == "Multibuy today: 1 times, 0.59 EUR saved"
    paper = text_of(next((till_folder / "receipts").glob("*.txt")))
    assert "1 x multibuy today" in paper
    assert "3 for 2: Strawberry yoghurt 150 g" in paper


def test_the_page_says_what_the_plugin_does():
    """The figures of the walk-through are those the test above finds."""
    words = text_of(TUTORIAL)
    assert "come to 1.18" in words
    assert "the change is 3.82" in words
    assert "`Multibuy today: 1 times, 0.59 EUR saved`" in words
    assert 'posframe do --till offers-till "3 * 10012" "+" "500" ".saved"' in words


def test_a_misspelt_hook_is_refused_in_the_words_of_the_page(installed: Path, till_folder: Path):
    """The till does not start, and names plugin, hook and the right spelling."""
    path = installed / "posframe_multibuy" / "plugin.py"
    path.write_text(text_of(path).replace("_price_rules(", "_price_rule("), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        fill(till_folder)
    assert f"posframe: {refusal.value.message}" in text_of(TUTORIAL)
    assert refusal.value.hint in text_of(TUTORIAL)


def test_the_plugins_own_tests_pass(installed: Path):
    """The test file of the last chapter runs, and finds nothing wrong."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 passed" in run.stdout


def test_the_tree_of_the_first_chapter_is_what_the_blocks_make():
    """Each file that is listed is written somewhere on the page."""
    tree = next(block for block in blocks(TUTORIAL, "text"))
    listed = {line.split()[0] for line in tree.text.splitlines() if line.strip().count(".")}
    assert listed == {title.rpartition("/")[2] for title in TITLED} - {"till.toml"}


def test_the_tests_of_the_testing_page_pass(tmp_path: Path):
    """Each block of that page is a test file, and passes as it stands."""
    files = [block for block in blocks(page("docs/plugins/testing.md"), "python") if block.title]
    assert files
    for block in files:
        (tmp_path / block.title).write_text(block.text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(files)} passed" in run.stdout


def test_the_testing_page_names_tools_that_exist():
    """Each module on the page is one of ``posframe.testing``."""
    there = {path.stem for path in (ROOT / "posframe" / "testing").glob("[a-z]*.py")}
    for row in tables(page("docs/plugins/testing.md"), "## Power cuts and failing disks"):
        assert row[0].strip("`") in there
