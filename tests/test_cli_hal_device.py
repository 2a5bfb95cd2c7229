"""``posframe hal test``: one device, connected through the command line.

Devices are in software, on terminals and ports of the system; the commands do not know.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from posframe.cli.hal_target import connected, find_target
from posframe.cli.main import FAILED, UNUSABLE
from tests.device_commands import command_line, said_by, words
from tests.device_lines import desk_in, terminal
from tests.kernel.shop import write_settings

QUICK = ("--seconds", "1.2")


@pytest.fixture
def cli(capsys, monkeypatch):
    return said_by(command_line(capsys, monkeypatch))


@pytest.fixture
def desk(tmp_path):
    with desk_in(tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path)
    return tmp_path


async def test_files_of_a_device_are_looked_for_in_the_tills_folder(folder):
    """As the till itself does: a logo named in till.toml is not one of the current folder."""
    target = find_target("printer", folder)
    async with connected(target) as session:
        assert (await session.settled()).is_usable
        assert session.driver.setup.folder == folder


# Each class of device


def test_a_printer_prints_a_page(cli, folder):
    """Text in its code pages, codes, a cut; and the outcome is said."""
    status, said = cli("hal", "test", "printer", "--till", folder)
    assert status == 0
    assert "printed, and confirmed by the printer" in said
    (paper,) = (folder / "receipts").glob("receipt-*.txt")
    text = paper.read_text("utf-8")
    for expected in ("Test page", "€ £ ¥", "ÄÖÜ äöü ß", "ą ć ę ł", "абвгд", "QR", "EAN-13"):
        assert expected in text
    assert "letters it lacks" in said
    assert "Hebrew" in said


def test_a_printer_that_has_no_paper_says_so(cli, desk):
    printer = desk.plug("escpos", where="tcp://127.0.0.1:0")
    printer.act("paper out")
    status, said = cli("hal", "test", f"escpos+{printer.address}?profile=epson-tm-t88")
    assert status == FAILED
    assert "blocked: " in said
    assert "paper" in said
    assert "put that right, then try again" in said


def test_a_drawer_on_a_printer_opens(cli, folder):
    status, said = cli("hal", "test", "drawer", "--till", folder)
    assert status == 0
    assert "opened, and confirmed" in said
    assert "on printer escpos+virtual:receipts" in said


def test_a_drawer_without_a_sensor_is_left_to_the_eyes(cli, desk):
    """The pulse went out, and nothing more is claimed."""
    relay = desk.plug("relay")
    status, said = cli("hal", "test", f"relay+{relay.address}")
    assert status == 0
    assert "no sensor tells what became of it: look at the drawer" in said


def test_a_display_shows_and_goes_blank(cli, desk):
    display = desk.plug("cd5220")
    status, said = cli("hal", "test", f"cd5220+{display.address}", "--seconds", "0.2")
    assert status == 0
    assert "was told to show: posframe äöü € test 12345678901234567890" in said


def test_a_scale_says_its_readings(cli, desk):
    scale = desk.plug("mt8217")
    scale.act("put 1.250")
    status, said = cli("hal", "test", f"mt8217+{scale.address}", "--seconds", "3")
    assert status == 0
    assert "1.250 kg, stable" in said
    assert "Compare the last one" in said


def test_a_scale_that_is_silent_is_not_well(cli, desk):
    """A line with nothing behind it: the driver's question is not answered."""
    with terminal() as (path, _):
        status, said = cli("hal", "test", f"mt8217+serial:{path}", *QUICK)
    assert status == FAILED
    assert "did not answer" in said


def test_a_scanner_prints_what_it_reads(cli, desk):
    """With the separators of GS1 codes written out."""
    scanner = desk.plug("scanner")
    scanner.repeat("scan 4006381333931", times=60, every_s=0.3)
    status, said = cli("hal", "test", f"scanner+{scanner.address}", "--seconds", "1.5")
    assert status == 0
    assert "scan 4006381333931, 13 characters" in said
    assert "read" in said


def test_where_nothing_was_read_the_next_step_is_said(cli, desk):
    scanner = desk.plug("scanner")
    status, said = cli("hal", "test", f"scanner+{scanner.address}", "--seconds", "0.3")
    assert status == FAILED
    assert "nothing was read" in said
    assert "posframe hal monitor DEVICE --wire" in said


def test_a_key_that_is_personal_is_not_printed_whole(cli, desk):
    reader = desk.plug("ibutton")
    reader.repeat("touch 012BC5FB000000", times=60, every_s=0.3)
    _, said = cli("hal", "test", f"ibutton+{reader.address}", "--seconds", "1.5")
    assert "ibutton of " in said
    assert "012BC5FB" not in said


def test_a_tone_is_left_to_the_ears(cli, desk):
    tone = desk.plug("tone")
    status, said = cli("hal", "test", f"tone+{tone.address}")
    assert status == 0
    assert "sound 3 times: did you hear it?" in said


# Bad input: a named device and the next step


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("scale", "This till has no device 'scale' devices: drawer, printer"),
        ("drawr", "This till has no device 'drawr' did you mean 'drawer'?"),
        ("escpos:", "'escpos:' is no device address write DRIVER+TRANSPORT:ADDRESS, such as "
         "escpos+tcp://192.168.1.50:9100"),
        ("frob+serial:/dev/ttyS0", "There is no driver 'frob'"),
        ("scanner+frob:/dev/ttyS0", "Driver scanner does not work over frob"),
        ("scanner+serial:nowhere", "serial:nowhere"),
        ("scanner+serial:/dev/ttyS0?baud=1", "baud=1 cannot be write a whole number from 50"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_device_is_status_two(cli, folder, device, said):
    status, told = cli("hal", "test", device, "--till", folder)
    assert status == UNUSABLE
    assert said in told


def test_a_drawer_needs_the_till_that_has_its_printer(cli):
    status, told = cli("hal", "test", "drawer+on://printer")
    assert status == UNUSABLE
    assert "--till FOLDER" in told


def test_a_missing_library_is_named_with_what_installs_it(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "serial", None)
    with terminal() as (path, _):
        status, told = cli("hal", "test", f"scanner+serial:{path}", *QUICK)
    assert status in {FAILED, UNUSABLE}
    assert "pyserial, which is not installed" in told
    assert "pip install 'posframe[devices]'" in told


def test_a_device_that_is_not_there_is_said_at_once(cli, tmp_path):
    status, told = cli("hal", "test", f"scanner+serial:{tmp_path}/nowhere")
    assert status == FAILED
    assert "is not there check its cable and its power" in told


def test_who_holds_a_port_is_named(cli):
    """Another process has it: its name and number, and nothing is taken from it."""
    hold = (
        "import serial, sys; port = serial.Serial(sys.argv[1], exclusive=True); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with terminal() as (path, _):
        holder = subprocess.Popen(
            [sys.executable, "-c", hold, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert holder.stdout.readline() == b"held\n"
            status, told = cli("hal", "test", f"scanner+serial:{path}", *QUICK)
        finally:
            holder.communicate()
    assert status == FAILED
    assert re.search(rf"is in use by python\S* \(process {holder.pid}\)", told)
    assert "end that program" in told


def test_a_port_that_is_not_permitted_comes_with_its_rule(capsys, monkeypatch):
    """The exact line for udev, unbroken however narrow the terminal."""
    import serial

    def refuse(_port):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    uri = "scanner+serial:/dev/serial/by-id/usb-FTDI_A5-if00-port0"
    status, out, _ = command_line(capsys, monkeypatch)("hal", "test", uri)
    assert status == FAILED
    assert "the till's user may not use it" in words(out)
    rule = (
        'SUBSYSTEM=="tty", ENV{ID_SERIAL}=="FTDI_A5", TAG+="uaccess", GROUP="dialout", MODE="0660"'
    )
    assert rule in [line.strip() for line in out]


def test_a_running_till_keeps_its_devices(cli, folder):
    """It is named, with what to do: test at the till, or close it."""
    from posframe.till import Till

    with Till.open(folder):
        status, told = cli("hal", "test", "printer", "--till", folder)
    assert status == UNUSABLE
    assert f"till T01, process {os.getpid()}" in told
    assert "close the till first" in told
    assert cli("hal", "test", "printer", "--till", folder)[0] == 0


def test_the_wrong_protocol_is_not_taken_for_a_weight(cli, desk):
    """A scale that speaks another language than its driver gives no reading."""
    scale = desk.plug("nci")
    scale.act("put 1.250")
    status, told = cli("hal", "test", f"dialog04+{scale.address}", *QUICK)
    assert status == FAILED
    assert "kg, stable" not in told
