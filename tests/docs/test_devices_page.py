"""What the page of devices shows is what the commands print, and what it names is all there is."""

from __future__ import annotations

import re
import tomllib
import typing
from typing import TYPE_CHECKING, Any

import pytest

from posframe.cli.hal_drivers import EXAMPLES
from posframe.cli.hal_trial import TRIALS
from posframe.cli.main import run
from posframe.config import DeviceEntry
from posframe.hal.driver import DEVICE_CLASSES
from posframe.hal.entries import check_entry
from posframe.hal.facts import DeviceState
from posframe.hal.hardware import CONNECTOR
from posframe.hal.registry import driver_spec, installed_drivers
from posframe.hal.transports import transport_options
from posframe.settings_reader import read_table
from tests.docs.pages import blocks, page, said, tables

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page("docs/tills/devices.md")
NOUNS = {"Printer": "printer", "Drawer": "drawer", "Display": "display", "Scale": "scale",
         "Scanner": "scanner", "Card reader": "card", "Keylock": "keylock",
         "Tone": "tone"}  # fmt: skip


def shown(title: str) -> str:
    """Return the block of the page that has a title."""
    return next(block.text for block in blocks(PAGE) if block.title == title)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A till with the devices of the page."""
    text = 'format = 1\n[till]\nid = "T01"\ncurrency = "EUR"\n' + shown("devices")
    (tmp_path / "till.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command at 80 columns; return what it prints."""

    def call(*arguments: str) -> str:
        monkeypatch.setenv("COLUMNS", "80")
        capsys.readouterr()
        run(list(arguments))
        return capsys.readouterr().out

    return call


def test_the_devices_of_the_page_are_taken(folder: Path):
    """Each as it stands, by its driver and its line."""
    entries = {
        name: typing.cast("DeviceEntry", read_table(DeviceEntry, table))
        for name, table in tomllib.loads(shown("devices"))["devices"].items()
    }
    for name in entries:
        check_entry(name, entries, folder)


def test_the_list_of_the_page_is_what_is_printed(folder: Path, printed: Any):
    """Line by line."""
    assert printed("hal", "list", "--till", str(folder)) == shown("list")


def test_the_rules_of_the_page_are_what_is_printed(folder: Path, printed: Any):
    """Line by line."""
    assert printed("hal", "udev", "--till", str(folder)) == shown("udev")


def test_the_driver_of_the_page_is_what_is_printed(printed: Any):
    """But for the version."""

    def bare(text: str) -> str:
        return re.sub(r"posframe \d\S*", "posframe …", text)

    assert bare(printed("hal", "drivers", "mt8217")) == bare(shown("drivers"))


def test_every_driver_stands_with_its_class():
    """And nothing else does; the address beside it is understood."""
    told = {}
    for noun, drivers, address in tables(PAGE, "## What there is, by class"):
        for name in drivers.split("`")[1::2]:
            told[name] = NOUNS[noun]
        entries = {
            "device": DeviceEntry(uri=address.strip("`")),
            "printer": DeviceEntry(uri="escpos+virtual:receipts"),
        }
        check_entry("device", entries, PAGE.parent)
    specs = [CONNECTOR, *(driver_spec(name) for name in installed_drivers())]
    assert told == {spec.name: spec.device_class for spec in specs}


def test_every_transport_stands_with_its_options():
    """As the transports have them."""
    rows = {row[0].strip("`"): row for row in tables(PAGE, "## Addresses")}
    assert set(rows) == set(EXAMPLES)
    for name, row in rows.items():
        options = set() if name == "on" else transport_options(name)
        assert set(row[2].split("`")[1::2]) == options, name


def test_every_state_has_its_row():
    """In the order of the code."""
    rows = tables(PAGE, "## How a device stands")
    assert [row[0].strip("`") for row in rows] == [state.value for state in DeviceState]


def test_every_class_is_tried_in_a_way_of_its_own():
    """And the page says how."""
    assert set(TRIALS) == set(DEVICE_CLASSES)
    told = ", ".join(row[0].lower() for row in tables(PAGE, "## Trying one")).split(", ")
    assert sorted(told) == sorted(noun.lower() for noun in NOUNS)


def test_every_message_of_the_page_is_one_of_the_tills():
    """What the table quotes stands in the code."""
    known = said()
    for message, _ in tables(PAGE, "## When a device does not work"):
        assert re.findall(r"`([^`]+)`", message)[0] in known, message
