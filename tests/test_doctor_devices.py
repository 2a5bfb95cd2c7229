"""``posframe doctor`` on devices: settings, rights, names, states, letters. Nothing is changed."""

from __future__ import annotations

import threading

import pytest

from posframe.config import load_config
from posframe.doctor import BROKEN, OK, WARN
from tests.device_commands import add
from tests.device_lines import desk_in
from tests.kernel.shop import open_till, write_settings
from tests.sound_machine import looked


@pytest.fixture
def folder(tmp_path):
    """A till that has never been started, whose devices are in software."""
    write_settings(tmp_path)
    return tmp_path


def test_a_device_that_cannot_be_is_broken_with_its_sentence(folder):
    add(folder, "scale", "mt8217+serial:/dev/ttyUSB0?unti=kg")
    found = looked(folder)["device scale"]
    assert (found.result, found.fix) == (BROKEN, "did you mean 'unit'?")
    assert "has no option 'unti'" in found.words


def test_a_failover_that_is_no_device_is_broken(folder):
    add(folder, "kitchen", "escpos+virtual:kitchen", 'failover = "printr"')
    assert looked(folder)["device kitchen"].fix == "did you mean 'printer'?"


def test_a_profile_that_there_is_none_of_is_broken(folder):
    """Its name is read by the driver, which is not connected for that."""
    add(folder, "back", "escpos+tcp://192.0.2.1?profile=generic-80m")
    found = looked(folder)["device back"]
    assert found.result == BROKEN
    assert "generic-80mm" in found.fix


def test_devices_in_software_are_not_opened(folder):
    """Opening a virtual printer would make its folder."""
    assert "not opened" in looked(folder)["device printer"].words
    assert not (folder / "receipts").exists()


def test_devices_are_connected_and_say_how_they_stand(folder):
    """A scale that answers, one that is not there, and a printer that is out of paper."""
    with desk_in(folder) as desk:
        scale = desk.plug("mt8217")
        printer = desk.plug("escpos", where="tcp://127.0.0.1:0")
        printer.act("paper out")
        add(folder, "scale", f"mt8217+{scale.address}")
        add(folder, "second", f"mt8217+serial:{folder}/nowhere")
        add(folder, "back", f"escpos+{printer.address}?profile=epson-tm-t88")
        add(folder, "till", "drawer+on://back")
        found = looked(folder)
    assert found["device scale"].result == OK
    assert found["device scale"].words.startswith("ready")
    assert found["device second"].result == BROKEN
    assert "is not there" in found["device second"].words
    assert found["device back"].result == WARN
    assert "paper" in found["device back"].words
    assert found["device till"].result == WARN, "it hangs on that printer"


def test_a_running_till_is_asked_and_keeps_its_devices(folder):
    add(folder, "scale", f"mt8217+serial:{folder}/nowhere")
    with open_till(folder) as till, till.door():
        till.devices.begin()
        for _ in range(400):
            states = {each.name: each.state for each in till.devices.reports()}
            if states["printer"] == "ready" and states["scale"] == "offline":
                break
            threading.Event().wait(0.01)
        found = looked(folder)
    assert found["device printer"].words.startswith("ready")
    assert found["device scale"].result == BROKEN


def test_a_till_that_runs_without_a_door_keeps_its_devices(folder):
    from posframe.till import Till

    add(folder, "scale", f"mt8217+serial:{folder}/nowhere")
    with Till.open(folder):
        found = looked(folder)
    assert "the running till has it" in found["device scale"].words


def test_a_name_that_may_change_is_said_with_the_one_that_stays(folder):
    add(folder, "scale", "mt8217+serial:/dev/ttyUSB0?unit=kg")
    by_id = "/dev/serial/by-id/usb-FTDI_A5-if00-port0"
    found = looked(folder, stable_name=lambda _: by_id)["device scale name"]
    assert found.result == WARN
    assert f'uri = "mt8217+serial:{by_id}' in found.fix


def test_rights_to_a_device_are_looked_at(folder):
    """Refused: the rule. Not there and in no group: the group. Root may do everything."""
    (folder / "port").touch()
    add(folder, "pole", f"utc+serial:{folder}/port")
    add(folder, "scale", "mt8217+serial:/dev/serial/by-id/usb-FTDI_A5-if00-port0")
    found = looked(folder, allowed=lambda _: False, groups=frozenset)
    assert found["device pole rights"].result == BROKEN
    assert f"posframe hal udev --till {folder} --install" in found["device pole rights"].fix
    assert found["device scale rights"].result == WARN
    assert "usermod -aG dialout" in found["device scale rights"].fix
    assert "device scale rights" not in looked(folder)
    as_root = looked(folder, allowed=lambda _: False, groups=frozenset, is_root=True)
    assert "device pole rights" not in as_root


def test_a_scanner_that_types_into_everything_is_said(folder):
    add(folder, "scanner", "wedge+evdev:/dev/input/by-id/usb-X-event-kbd?grab=no")
    assert looked(folder)["device scanner grab"].result == WARN
    write_settings(folder)
    add(folder, "scanner", "wedge+evdev:/dev/input/by-id/usb-X-event-kbd")
    assert "device scanner grab" not in looked(folder)


@pytest.mark.parametrize(
    ("language", "profile", "lacks"),
    [("lt", "generic-58mm", "ų"), ("lt-LT", "generic-80mm", "ų"), ("de", "generic-80mm", ""),
     ("en", "generic-80mm", ""), ("zh", "generic-80mm", "收"), ("zh", "gb18030-80mm", "")],
)  # fmt: skip
def test_letters_that_a_printer_lacks_are_said(folder, language, profile, lacks):
    """Of the receipt's language, and the currency's sign."""
    path = folder / "till.toml"
    text = path.read_text("utf-8").replace('id = "T01"', f'id = "T01"\nlanguage = "{language}"')
    path.write_text(text, encoding="utf-8")
    add(folder, "back", f"escpos+virtual:back?profile={profile}")
    found = looked(folder).get("device back letters")
    if not lacks:
        assert found is None
    else:
        assert found.result == WARN
        assert lacks in found.words
        assert f"profile {profile}" in found.words


def in_lithuanian(folder):
    path = folder / "till.toml"
    text = path.read_text("utf-8").replace('id = "T01"', 'id = "T01"\nlanguage = "lt"')
    path.write_text(text, encoding="utf-8")


def test_letters_that_a_display_lacks_are_said(folder):
    in_lithuanian(folder)
    add(folder, "pole", "cd5220+file:pole.out")
    add(folder, "baltic", "cd5220+file:baltic.out?encoding=cp775")
    found = looked(folder)
    assert found["device pole letters"].result == WARN
    assert "ų" in found["device pole letters"].words
    assert "encoding" in found["device pole letters"].fix
    assert "device baltic letters" not in found
    assert not (folder / "pole.out").exists()


def test_letters_that_an_override_brings_are_not_missed(folder):
    in_lithuanian(folder)
    add(folder, "back", "escpos+virtual:back")
    with (folder / "till.toml").open("a", encoding="utf-8") as settings:
        settings.write('options = { overrides = { pages = { 19 = "cp858", 51 = "cp1257" } } }\n')
    assert "device back letters" not in looked(folder)


def test_a_till_without_devices_is_well(folder):
    path = folder / "till.toml"
    path.write_text(path.read_text("utf-8").split("[devices.printer]")[0], encoding="utf-8")
    assert looked(folder)["devices"].result == OK
    assert load_config(folder).devices == {}
