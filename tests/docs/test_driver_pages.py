"""The pages for authors of drivers: the tutorial is the example, the tables are complete."""

from __future__ import annotations

import inspect
import re
import runpy
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import attrs
import pytest

from posframe import drivers
from posframe.hal import driver, driver_classes, facts
from posframe.hal.driver import DEVICE_CLASSES, Driver, DriverSpec
from posframe.hal.facts import DeviceState
from posframe.hal.progress import Outcome, Progress
from posframe.hal.uri import parse_uri
from posframe.testing.hal.kit import CAPABILITIES, Kit
from posframe.testing.hal.suite import CHAPTERS
from tests.docs.pages import ROOT, blocks, page, tables, text_of

if TYPE_CHECKING:
    from pathlib import Path

TUTORIAL = page("docs/drivers/tutorial.md")
CONTRACTS = page("docs/drivers/contracts.md")
QUALITY = page("docs/drivers/quality.md")
EXAMPLE = ROOT / "examples" / "posframe-and-scale"
TITLED = {block.title: block.text for block in blocks(TUTORIAL) if block.title}
HEADINGS = {
    "PrinterDriver": "## Printers",
    "DrawerDriver": "## Cash drawers",
    "DisplayDriver": "## Displays",
    "ScaleDriver": "## Scales",
    "InputDriver": "## Scanners, card readers and keylocks",
    "ToneDriver": "## Tones",
}


def first(rows: list[list[str]]) -> list[str]:
    """Return the first cells of a table, without backticks."""
    return [row[0].strip("`") for row in rows]


def section(path: Path, heading: str) -> str:
    """Return what stands below a heading, up to the next of its kind."""
    return text_of(path).split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("name", [name for name in TITLED if name != "till.toml"])
def test_the_tutorial_is_the_example(name: str):
    """Each block is a whole file of the example, which is built and certified."""
    assert TITLED[name] == text_of(EXAMPLE / name)


def test_the_tutorial_leaves_out_no_file():
    """From an empty folder: whoever writes all of it has the example."""
    there = {
        path.relative_to(EXAMPLE).as_posix()
        for path in EXAMPLE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there == {name for name in TITLED if name != "till.toml"} | {"README.md"}


def test_the_tree_of_the_first_chapter_is_the_example():
    """Each file of the tree is there, and each that is there stands in the tree."""
    tree = next(block for block in blocks(TUTORIAL, "text"))
    listed = [line.strip() for line in tree.text.splitlines() if "." in line]
    there = [path.name for path in EXAMPLE.rglob("*") if path.suffix in {".py", ".toml", ".md"}]
    assert sorted(listed) == sorted(there)


def test_the_address_of_the_tutorial_is_one():
    """It names the driver, and an option that it has."""
    uri = parse_uri(re.search(r'uri = "(.+)"', TITLED["till.toml"])[1])
    assert uri.driver in TITLED["pyproject.toml"]
    assert all(f"    {name}: " in TITLED["src/aandd_scale/driver.py"] for name in uri.options)


def test_a_false_capability_fails_in_the_words_of_the_tutorial(tmp_path: Path):
    """The driver declares what it cannot do, and the suite says so as the page does."""
    shutil.copytree(EXAMPLE / "src", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "aandd_scale" / "driver.py"
    changed = text_of(path).replace('"zero", "tare"}', '"zero", "tare", "price"}')
    assert changed != text_of(path)
    path.write_text(changed, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--pyargs",
            "posframe.testing.hal", "--posframe-driver=aandd_scale.kit:KIT", "-k", "refuses_unsent",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    shown = [block.text for block in blocks(TUTORIAL, "text")][-1]
    assert shown.strip() in done.stdout


def test_the_page_of_drivers_is_fresh():
    """It is made from their specs: ``python docs/make_drivers.py`` makes it anew."""
    made = runpy.run_path(str(ROOT / "docs" / "make_drivers.py"))["page"]()
    assert text_of(page("docs/drivers/devices.md")) == made, "run: python docs/make_drivers.py"


def test_the_page_of_drivers_calls_certified_what_the_suite_is_put_to():
    """A driver without a kit is a draft, whatever its author thinks of it."""
    made = runpy.run_path(str(ROOT / "docs" / "make_drivers.py"))
    names = {spec.name for spec in made["shipped"]()}
    listed = text_of(page("docs/drivers/devices.md")).split("\n## ")[0]
    steps = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ([\w ]+) \|$", listed, re.MULTILINE))
    assert {name for name, step in steps.items() if step == "certified"} == made["certified"]()
    assert names <= set(steps)


def test_every_public_name_is_on_the_page_of_contracts():
    """What an author may import is what the page speaks of."""
    words = text_of(CONTRACTS)
    assert [name for name in drivers.__all__ if not re.search(rf"`{name}\b", words)] == []


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("## Capabilities", list(CAPABILITIES)),
        ("## The spec", [field.name for field in attrs.fields(DriverSpec)]),
        ("## States", [state.name for state in DeviceState]),
    ],
)
def test_a_table_of_the_contracts_is_complete(heading: str, names: list[str]):
    """In the order of the code."""
    assert first(tables(CONTRACTS, heading)) == names


def test_outcomes_and_progress_are_on_the_page():
    """Both tables, complete."""
    words = section(CONTRACTS, "## What became of it")
    rows = re.findall(r"^\| `(\w+)` \|", words, re.MULTILINE)
    names = [field.name for field in attrs.fields(Progress)]
    outcomes = [outcome.name for outcome in Outcome]
    assert sorted(set(rows) - {"Outcome"}) == sorted([*names, *outcomes])


def test_every_fact_is_on_the_page():
    """All that a driver or the supervisor can report."""
    known = {kind.__name__ for kind in facts.Fact.__args__}
    assert set(first(tables(CONTRACTS, "## Facts"))) == known


def test_every_step_of_a_life_is_on_the_page():
    """The methods that all drivers have."""
    methods = {name for name in vars(Driver) if inspect.iscoroutinefunction(vars(Driver)[name])}
    assert methods <= set(first(tables(CONTRACTS, "## The life of a driver")))


@pytest.mark.parametrize("name", HEADINGS)
def test_every_method_of_a_class_is_in_its_chapter(name: str):
    """What a driver of that class can be asked."""
    words = section(CONTRACTS, HEADINGS[name])
    kind = getattr(driver_classes, name)
    asked = [each for each in vars(kind) if not each.startswith("_")]
    assert asked
    assert [each for each in asked if not re.search(rf"`{each}\b", words)] == []


def test_every_device_class_has_its_chapter_or_none_yet():
    """Card terminals are asked by payment plugins, and have no driver yet."""
    classes = [each for each in vars(driver_classes).values() if inspect.isclass(each)]
    own = {each.__name__ for each in classes if each.__module__ == driver_classes.__name__}
    assert own == set(HEADINGS)
    named = text_of(CONTRACTS)
    assert [each for each in DEVICE_CLASSES if f"`{each}`" not in named] == []


def test_times_of_the_page_are_those_of_the_code():
    """Seconds that authors reckon with."""
    words = text_of(CONTRACTS)
    assert f"`WRITE_S`, {driver.WRITE_S:g} s" in words
    assert f"`CANCEL_S` at most, {driver.CANCEL_S:g} s" in words


def test_every_chapter_of_the_suite_is_on_the_page_of_quality():
    """In the order in which they are put to a driver."""
    assert first(tables(QUALITY, "## Certified")) == list(CHAPTERS)


def test_fields_of_the_kit_that_the_pages_name_exist():
    """A page that names one that is gone leads nowhere."""
    fields = {field.name for field in attrs.fields(Kit)}
    assert {"bad_acts"} <= fields
    assert "`bad_acts`" in text_of(QUALITY)
