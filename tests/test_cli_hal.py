"""``posframe hal``: what there is, what is plugged in, and how the devices of a till stand."""

from __future__ import annotations

import json
import threading

import pytest

from posframe.cli import hal
from posframe.cli.main import UNUSABLE
from posframe.hal.registry import installed_drivers
from tests.device_commands import add, command_line, words
from tests.kernel.shop import open_till, write_settings


@pytest.fixture
def cli(capsys, monkeypatch):
    return command_line(capsys, monkeypatch)


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path)
    return tmp_path


# drivers and profiles


def test_every_driver_that_is_installed_is_listed_in_eighty_columns(cli):
    """With its class and what it works over; the drawer on a printer is one of them."""
    status, out, _ = cli("hal", "drivers")
    assert status == 0
    names = {line.split()[1] for line in out[1:] if line[:1] not in {"", " "} and len(line) > 8}
    assert {*installed_drivers(), "drawer"} <= names
    assert max(map(len, out)) <= 80
    assert not any("broken" in line for line in out)


def test_all_about_a_driver_is_said(cli):
    """Options with what they take, their defaults and their words; its line; an address."""
    status, out, _ = cli("hal", "drivers", "mt8217")
    said = words(out)
    assert status == 0
    assert "baud=9600 format=7E1" in said
    assert "mt8217+serial:/dev/serial/by-id/" in said
    assert "unit kg | lb; kg unless told otherwise What the scale is set to" in said
    assert "posframe sim mt8217" in said


@pytest.mark.parametrize("name", [*sorted(installed_drivers()), "drawer"])
def test_every_option_of_every_driver_has_words(cli, name):
    """A driver whose options nobody explains is not finished."""
    status, out, _ = cli("hal", "drivers", name)
    assert status == 0
    options = out[out.index("Options") + 1 :] if "Options" in out else []
    named = [at for at, line in enumerate(options) if line[2:3] not in {"", " "}]
    assert all(options[at + 1].startswith(" " * 15) for at in named), options


def test_a_driver_that_is_not_installed_is_said_with_the_nearest_name(cli):
    status, _, err = cli("hal", "drivers", "mt8271")
    assert status == UNUSABLE
    assert "There is no driver 'mt8271'" in words(err)
    assert "did you mean 'mt8217'?" in words(err)


def test_a_profile_says_what_it_cannot_print(cli):
    """Of the text that is given: status 1, with the characters."""
    status, out, _ = cli("hal", "profiles", "generic-58mm", "--text", "Žąsų taukai 3 €")
    assert status == 1
    assert "It cannot print:" in words(out)
    assert "ų" in words(out).rpartition("It cannot print:")[2]
    assert cli("hal", "profiles", "generic-80mm", "--text", "Käse 3 €")[0] == 0


def test_profiles_are_listed(cli):
    status, out, _ = cli("hal", "profiles")
    assert status == 0
    assert any(line.startswith("generic-80mm ") for line in out)
    assert "Did you mean 'generic-80mm'?" in words(cli("hal", "profiles", "generic-80m")[2])


# list


def test_devices_of_a_till_that_does_not_run_are_closed(cli, folder):
    status, out, _ = cli("hal", "list", "--till", folder)
    assert status == 0
    assert [line.split() for line in out] == [
        ["printer", "printer", "closed", "escpos+virtual:receipts"],
        ["drawer", "drawer", "closed", "drawer+on://printer"],
    ]


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("mt8217", "'mt8217' is no device address write DRIVER+TRANSPORT:ADDRESS"),
        ("mt8271+serial:/dev/ttyUSB0", "There is no driver 'mt8271' did you mean 'mt8217'?"),
        ("mt8217+usb://1:2", "Driver mt8217 does not work over usb"),
        ("mt8217+serial:/dev/ttyUSB0?unti=kg", "has no option 'unti' did you mean 'unit'?"),
        ("mt8217+serial:/dev/ttyUSB0?unit=stone", "unit=stone cannot be one of: kg, lb"),
        ("drawer+on://printr", "'printr', which is no printer of this till"),
    ],
)
def test_a_broken_address_is_listed_with_its_sentence(cli, folder, uri, said):
    """And the next step; the other devices are listed as ever."""
    add(folder, "scale", uri)
    status, out, _ = cli("hal", "list", "--till", folder)
    assert status == 1
    assert said in words(out)
    assert out[0].startswith("printer")
    assert max(map(len, out)) <= 80


def test_a_running_till_is_asked_how_its_devices_stand(cli, folder):
    """Through its door: the state, and why."""
    add(folder, "scale", f"mt8217+serial:{folder}/nowhere")
    with open_till(folder) as till, till.door():
        till.devices.begin()
        for _ in range(400):
            states = {each.name: each.state for each in till.devices.reports()}
            if states["printer"] == "ready" and states["scale"] == "offline":
                break
            threading.Event().wait(0.01)
        status, out, _ = cli("hal", "list", "--till", folder)
        as_json = cli("hal", "list", "--till", folder, "--json")[1]
    assert status == 1
    assert out[0].split()[:3] == ["printer", "printer", "ready"]
    assert "is not there check its cable and its power" in words(out)
    found = {each["name"]: each for each in json.loads("\n".join(as_json))}
    assert found["scale"]["state"] == "offline"
    assert found["drawer"]["device_class"] == "drawer"


def test_a_till_that_runs_without_a_screen_is_named(cli, folder):
    from posframe.till import Till

    with Till.open(folder):
        _, out, _ = cli("hal", "list", "--till", folder)
    assert "Running without a screen" in out[0]
    assert "till T01, process" in words(out)


def test_a_till_without_devices_is_told_where_to_begin(cli, folder):
    path = folder / "till.toml"
    path.write_text(path.read_text("utf-8").split("[devices.printer]")[0], encoding="utf-8")
    status, out, _ = cli("hal", "list", "--till", folder)
    assert (status, len(out)) == (0, 1)
    assert "posframe hal scan" in out[0]


# udev


def test_the_rules_of_a_tills_devices_are_printed(cli, folder):
    """One for each device that needs one, as udev reads it."""
    add(folder, "scale", "mt8217+serial:/dev/serial/by-id/usb-FTDI_A5-if00-port0")
    add(folder, "pole", "utc+serial:/dev/ttyS0")
    add(folder, "back", "escpos+usb://04b8:0e15/J3")
    status, out, _ = cli("hal", "udev", "--till", folder)
    assert status == 0
    rules = [line for line in out if line and not line.startswith("#")]
    assert rules == [
        'SUBSYSTEM=="tty", ENV{ID_SERIAL}=="FTDI_A5", TAG+="uaccess", GROUP="dialout", MODE="0660"',
        'SUBSYSTEM=="tty", KERNEL=="ttyS0", TAG+="uaccess", GROUP="dialout", MODE="0660"',
        'SUBSYSTEM=="usb", ATTR{idVendor}=="04b8", ATTR{idProduct}=="0e15", '
        'TAG+="uaccess", GROUP="lp", MODE="0660"',
    ]


def test_rules_follow_options_wherever_they_are_written(cli, folder):
    """``via = "usb"`` in the table is the same as in the address."""
    add(folder, "scale", "hidscale+hid://0922:8003", 'options = { via = "usb" }')
    rules = words(cli("hal", "udev", "--till", folder)[1])
    assert 'SUBSYSTEM=="usb", ATTR{idVendor}=="0922"' in rules


def test_rules_are_installed_where_that_is_permitted(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(hal, "RULES", tmp_path / "70-posframe.rules")
    add(folder, "pole", "utc+serial:/dev/ttyS0")
    status, out, _ = cli("hal", "udev", "--till", folder, "--install")
    assert status == 0
    assert "udevadm control --reload" in words(out)
    assert 'KERNEL=="ttyS0"' in (tmp_path / "70-posframe.rules").read_text("utf-8")


def test_where_it_is_not_the_exact_command_is_said(cli, folder, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "70-posframe.rules"
    monkeypatch.setattr(hal, "RULES", target)
    status, out, _ = cli("hal", "udev", "--till", folder, "--install")
    assert status == 1
    assert f"posframe hal udev --till {folder} | sudo tee {target}" in words(out)


def test_a_device_that_no_rule_can_name_is_named(cli, folder):
    add(folder, "scale", "mt8217+usb://nothing")
    status, _, err = cli("hal", "udev", "--till", folder)
    assert status == UNUSABLE
    assert "devices.scale: " in words(err)
