"""``posframe hal scan``: what is plugged in, with addresses to paste; nothing is opened."""

from __future__ import annotations

import socket

import pytest

from posframe.cli import hal
from posframe.cli.main import UNUSABLE
from tests.device_commands import add, command_line, words
from tests.fake_machine import KEYBOARD_REPORTS, SCALE_REPORTS, SCANNER_REPORTS, Machine
from tests.kernel.shop import write_settings


@pytest.fixture
def cli(capsys, monkeypatch):
    return command_line(capsys, monkeypatch)


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path)
    return tmp_path


@pytest.fixture
def machine(tmp_path, monkeypatch):
    made = Machine(tmp_path / "machine")
    monkeypatch.setattr(hal, "ROOTS", made.roots)
    return made


def scanned(cli, *arguments):
    """Return what a scan printed, as its groups of lines."""
    _, out, _ = cli("hal", "scan", *arguments)
    return [group.splitlines() for group in "\n".join(out).split("\n\n")]


def test_where_nothing_is_plugged_in_the_next_step_is_said(cli, machine):
    status, out, _ = cli("hal", "scan")
    assert status == 1
    assert "Nothing was found" in out[0]
    assert "--net HOST" in out[1]


def test_a_serial_adapter_is_found_by_the_name_that_stays(cli, machine):
    """What is behind it cannot be seen: the driver is left to write."""
    cable = machine.usb("1-1", "0403", "6001", maker="FTDI", title="FT232R USB UART")
    machine.tty("ttyUSB0", machine.interface(cable, 0, "ff"), "usb-FTDI_FT232R_A5-if00-port0")
    (found,) = scanned(cli)
    assert found[0] == "Serial port FTDI FT232R USB UART"
    assert (
        found[1].strip()
        == f"DRIVER+serial:{machine.dev}/serial/by-id/usb-FTDI_FT232R_A5-if00-port0"
    )
    assert "posframe hal drivers" in found[2]


def test_a_serial_scanner_is_known_by_its_maker(cli, machine):
    """And a name that may change is called one."""
    scanner = machine.usb("1-2", "0c2e", "0b6a", maker="Honeywell", title="Xenon 1900")
    machine.tty("ttyACM0", machine.interface(scanner, 0, "02"))
    (found,) = scanned(cli)
    assert found[1].strip() == f"scanner+serial:{machine.dev}/ttyACM0"
    assert "may change when it is plugged in again" in words(found)


def test_a_port_on_the_board_counts_if_there_is_hardware_behind_it(cli, machine):
    """The system makes files for ports that there are none of."""
    for name, kind in (("ttyS0", "4"), ("ttyS1", "0")):
        (machine.dev / name).touch()
        machine.write(machine.sys / "class" / "tty" / name / "type", kind)
    assert [group[0] for group in scanned(cli)] == ["Serial port ttyS0"]


def test_usb_printers_are_found_by_their_class(cli, machine):
    """With their serial numbers; Star's with Star's driver."""
    epson = machine.usb("1-1", "04b8", "0e15", serial="J3 K4", maker="EPSON", title="TM-T20II")
    star = machine.usb("1-3", "0519", "0001", title="TSP143")
    mouse = machine.usb("1-4", "046d", "c077", title="Mouse")
    for device, kind in ((epson, "07"), (star, "07"), (mouse, "03")):
        machine.interface(device, 0, kind)
    found = scanned(cli)
    assert [group[0] for group in found] == ["USB printer EPSON TM-T20II", "USB printer TSP143"]
    assert [group[1].strip() for group in found] == [
        "escpos+usb://04b8:0e15/J3%20K4",
        "star+usb://0519:0001",
    ]


def test_two_printers_that_are_alike_are_told_apart_by_their_sockets(cli, machine):
    for place in ("1-1.2", "1-1.3"):
        device = machine.usb(place, "0416", "5011", title="POS58")
        machine.interface(device, 0, "07")
    found = scanned(cli)
    assert [group[1].strip() for group in found] == [
        "escpos+usb://0416:5011?port=1-1.2",
        "escpos+usb://0416:5011?port=1-1.3",
    ]
    assert "keep each in its socket" in words(found[0])


def test_hid_scanners_and_scales_are_found_by_what_they_report(cli, machine):
    """Usage pages 8C and 8D of the HID tables; a keyboard is neither."""
    scanner = machine.usb("1-1", "05e0", "1300")
    scale = machine.usb("1-2", "0922", "8003")
    machine.hidraw("hidraw0", machine.interface(scanner, 0, "03"), "05e0:1300", SCANNER_REPORTS,
                   title="Zebra Scanner", serial="S1")  # fmt: skip
    machine.hidraw("hidraw1", machine.interface(scale, 0, "03"), "0922:8003", SCALE_REPORTS)
    machine.hidraw("hidraw2", machine.interface(scale, 1, "03"), "0922:8004", KEYBOARD_REPORTS)
    found = scanned(cli)
    assert [group[1].strip() for group in found] == [
        "hidpos+hid://05e0:1300/S1",
        "hidscale+hid://0922:8003",
    ]
    assert found[0][0] == "HID scanner Zebra Scanner"


def test_a_scanner_with_a_keyboard_beside_it_is_named_by_its_usage(cli, machine):
    device = machine.usb("1-1", "05e0", "1300")
    machine.hidraw("hidraw0", machine.interface(device, 0, "03"), "05e0:1300", SCANNER_REPORTS)
    machine.hidraw("hidraw1", machine.interface(device, 1, "03"), "05e0:1300", KEYBOARD_REPORTS)
    (found,) = scanned(cli)
    assert found[1].strip() == "hidpos+hid://05e0:1300?usage=8c"


def test_keyboards_that_sound_like_scanners_are_shown(cli, machine):
    """Of what types: scanners, card readers; a keyboard is a keyboard."""
    links = machine.dev / "input" / "by-id"
    links.mkdir(parents=True)
    for name in (
        "usb-Honeywell_Scanner_1-event-kbd",
        "usb-Sycreader_RFID_08FF-event-kbd",
        "usb-Logitech_Keyboard-event-kbd",
        "usb-Honeywell_Scanner_1-event-mouse",
    ):
        (links / name).touch()
    found = scanned(cli)
    assert [group[1].strip() for group in found] == [
        f"wedge+evdev:{links}/usb-Honeywell_Scanner_1-event-kbd",
        f"nfc+evdev:{links}/usb-Sycreader_RFID_08FF-event-kbd",
    ]


def test_who_holds_a_port_is_said(cli, machine):
    """And that this user may not use one, with what prints the rule."""
    machine.held = {"lp0": ("cupsd (process 12)",)}
    machine.write(machine.dev / "usb" / "lp0", "")
    (found,) = scanned(cli)
    assert found[1].strip() == f"escpos+file:{machine.dev}/usb/lp0"
    assert "in use by cupsd (process 12)" in words(found)


def test_the_addresses_of_a_scan_can_be_pasted(cli, machine, folder):
    """What a scan prints is taken by a till as it stands."""
    epson = machine.usb("1-1", "04b8", "0e15", serial="J3/K4?&")
    machine.interface(epson, 0, "07")
    scale = machine.usb("1-2", "0922", "8003")
    machine.hidraw("hidraw1", machine.interface(scale, 0, "03"), "0922:8003", SCALE_REPORTS)
    for at, group in enumerate(scanned(cli)):
        add(folder, f"found{at}", group[1].strip())
    assert cli("hal", "list", "--till", folder)[0] == 0


def test_only_hosts_that_are_named_are_tried(cli, machine):
    """One that takes a connection is shown; of the other is said why not. Nothing is sent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        status, out, _ = cli("hal", "scan", "--net", f"127.0.0.1:{port}", "127.0.0.1:1")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(1) == b""
    assert status == 0
    assert f"escpos+tcp://127.0.0.1:{port}" in words(out)
    assert "127.0.0.1:1 cannot be reached" in words(out)


def test_a_whole_network_is_never_tried(cli, machine):
    status, _, err = cli("hal", "scan", "--net", "10.0.0.0/24")
    assert status == UNUSABLE
    assert "names no host" in words(err)
