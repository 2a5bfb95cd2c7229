"""Laws of serial lines, on real ptys: settings arrive, bytes are counted, nothing waits or polls.

A pty has no parity, no control lines and no speed: what depends on them is tested up to the system
call, and is unproved beyond it.
"""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import subprocess
import sys
import termios
import time
import tty
from pathlib import Path

import anyio
import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri
from posframe.hal.transports import serial as serial_module
from posframe.hal.transports.serial import SerialTransport
from posframe.hal.transports.serial_line import ModemLines, ParityMarks
from posframe.hal.transports.tcp import TcpTransport

LARGE = bytes(1024 * 1024)
STICK = 0o10000000000
"""CMSPAR: parity is always mark or always space. Linux sends 2 stop bits for 1.5."""


class Pty:
    """The device's end of a pty; the till's end is free, so that a hang-up is seen."""

    def __init__(self):
        self.end, theirs = pty.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        os.close(theirs)

    def settings(self):
        return termios.tcgetattr(self.end)

    def received(self):
        os.set_blocking(self.end, False)
        data = b""
        try:
            while part := os.read(self.end, 65536):
                data += part
        except BlockingIOError:
            pass
        return data

    def hang_up(self):
        if self.end >= 0:
            os.close(self.end)
            self.end = -1


@pytest.fixture
def device():
    made = Pty()
    yield made
    made.hang_up()


def line(device, options=""):
    return transport_from_uri(f"serial:{device.path}?{options}")


@pytest.mark.parametrize(
    ("form", "size", "parity", "stop"),
    [
        ("8N1", termios.CS8, 0, 0),
        ("7E1", termios.CS7, termios.PARENB, 0),
        ("7o2", termios.CS7, termios.PARENB | termios.PARODD, termios.CSTOPB),
        ("6M1", termios.CS6, termios.PARENB | termios.PARODD | STICK, 0),
        ("5S1.5", termios.CS5, termios.PARENB | STICK, termios.CSTOPB),
    ],
)
async def test_data_parity_and_stop_bits_are_asked_of_the_port(
    device, monkeypatch, form, size, parity, stop
):
    # A pty has neither size nor parity: what a real port would be given is in the call.
    asked = []

    def note(descriptor, when, settings):
        asked.append(settings[2])
        real(descriptor, when, settings)

    real = termios.tcsetattr
    monkeypatch.setattr(termios, "tcsetattr", note)
    async with line(device, f"format={form}"):
        assert device.settings()[2] & termios.CSTOPB == stop
    everything = termios.CSIZE | termios.PARENB | termios.PARODD | STICK
    assert asked[0] & everything == size | parity


async def test_a_pty_is_opened_again_whatever_its_format(device):
    for _ in range(3):
        async with line(device, "format=7E1") as transport:
            await transport.write(b"W", 1)
            assert device.received() == b"W"


@pytest.mark.parametrize(("baud", "speed"), [("1200", termios.B1200), ("115200", termios.B115200)])
async def test_the_speed_reaches_the_port(device, baud, speed):
    async with line(device, f"baud={baud}"):
        assert device.settings()[4:6] == [speed, speed]


@pytest.mark.parametrize(
    ("flow", "sent", "received"),
    [
        ("none", 0, 0),
        ("rtscts", termios.CRTSCTS, 0),
        ("xonxoff", 0, termios.IXON | termios.IXOFF),
        ("dsrdtr", 0, 0),
    ],
)
async def test_flow_control_reaches_the_port(device, flow, sent, received):
    async with line(device, f"flow={flow}"):
        settings = device.settings()
    assert settings[2] & termios.CRTSCTS == sent
    assert settings[0] & (termios.IXON | termios.IXOFF) == received


async def test_control_lines_start_as_the_settings_say(device):
    for options, raised in (("", (True, True)), ("dtr=0&rts=no", (False, False))):
        async with line(device, options) as transport:
            assert (transport._port.dtr, transport._port.rts) == raised


async def test_a_port_without_control_lines_says_so(device):
    async with line(device) as transport:
        assert transport.modem_lines() is None
        with pytest.raises(TransportError, match="has no control lines"):
            transport.set_lines(dtr=True)
        transport.set_lines()


def test_control_lines_are_the_bits_of_the_system():
    assert ModemLines.from_bits(termios.TIOCM_CTS | termios.TIOCM_CD) == ModemLines(
        cts=True, dsr=False, ri=False, cd=True
    )
    assert ModemLines.from_bits(termios.TIOCM_DSR | termios.TIOCM_RI) == ModemLines(
        cts=False, dsr=True, ri=True, cd=False
    )


@pytest.mark.parametrize("options", ["format=7E1&baud=9600", "", "exclusive=no&dtr=0&rts=0"])
async def test_bytes_go_both_ways(device, options):
    async with line(device, options) as transport:
        assert not transport.confirms
        assert await transport.write(b"W\r", 1) == 2
        assert transport.taken == transport.taken_least == 2
        assert device.received() == b"W\r"
        os.write(device.end, b"\x0201234\r")
        assert await transport.read(3, 1) == b"\x0201"
        assert await transport.read(99, 1) == b"234\r"


async def test_silence_is_no_hang_up(device):
    """pyserial leaves VMIN at 0, with which a read of nothing looks like the end of the line."""
    async with line(device) as transport:
        assert await transport.read(9, 0.05) == b""
        assert transport.is_open
        assert device.settings()[6][termios.VMIN] in (1, b"\x01")


async def test_what_has_arrived_is_read_however_late_it_is_looked_for(device):
    """Or a message whose second half came while the till was busy would be thrown away."""
    async with line(device) as transport:
        os.write(device.end, b"12")
        await anyio.sleep(0.01)
        assert await transport.read(9, 0) == b"12"
        assert await transport.read(9, 0) == b""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_hold_up, device)
            assert await transport.read(9, 0.03) == b"34"


async def _hold_up(device):
    await anyio.sleep(0.01)
    os.write(device.end, b"34")
    time.sleep(0.05)  # noqa: ASYNC251 - the event loop is held up on purpose


async def test_a_hang_up_of_the_device_is_seen_by_who_reads_and_who_writes(device):
    other = Pty()
    reading, writing = line(device), line(other)
    await reading.open()
    await writing.open()
    lost = []

    async def wait(call, *arguments):
        try:
            await call(*arguments)
        except TransportError as error:
            lost.append(error)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait, reading.read, 9, 60)
            tasks.start_soon(wait, writing.write, LARGE, 60)
            await anyio.sleep(0.05)
            device.hang_up()
            other.hang_up()
    assert [error.outcome for error in lost if error.written] == [Outcome.PARTIAL]
    assert len(lost) == 2
    assert not reading.is_open
    assert not writing.is_open


async def test_the_device_sees_the_till_hang_up(device):
    async with line(device):
        pass
    with pytest.raises(OSError, match="Input/output error"):
        os.read(device.end, 1)


async def test_a_device_that_takes_no_more_ends_the_write_at_its_deadline_with_the_count(device):
    async with line(device) as transport:
        started = time.monotonic()
        with pytest.raises(TransportError, match=r"took no more data for 0\.2 s") as caught:
            await transport.write(LARGE, 0.2)
        assert 0.15 < time.monotonic() - started < 1
        assert caught.value.outcome is Outcome.PARTIAL
        count = 0
        while data := device.received():
            count += len(data)
            await anyio.sleep(0.01)
        assert count == caught.value.written == caught.value.least > 0


async def test_cancelling_takes_less_than_50_ms_and_tells_how_much_had_gone(device):
    async with line(device) as transport:
        for call, arguments in ((transport.read, (9, 60)), (transport.write, (LARGE, 60))):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call, *arguments)
                await anyio.sleep(0.05)
                tasks.cancel_scope.cancel()
                started = time.monotonic()
            assert time.monotonic() - started < 0.05
        assert 0 < transport.taken == len(device.received())


async def test_closing_wakes_who_waits(device):
    transport = line(device)
    woken = []

    async def wait(call, *arguments):
        with pytest.raises(TransportError, match="was closed by the till"):
            await call(*arguments)
        woken.append(call)

    for call, arguments in ((transport.read, (9, 60)), (transport.write, (LARGE, 60))):
        await transport.open()
        with anyio.fail_after(2):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait, call, *arguments)
                await anyio.sleep(0.02)
                await transport.close()
    assert len(woken) == 2


async def test_a_line_opened_again_is_not_closed_by_who_waited_on_the_old_one(device):
    transport = line(device)
    await transport.open()

    async def wait():
        with pytest.raises(TransportError):
            await transport.read(9, 60)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.sleep(0.02)
        await transport.close()
        await transport.open()
    assert transport.is_open
    os.write(device.end, b"A")
    assert await transport.read(9, 1) == b"A"
    await transport.close()


async def test_nothing_is_left_open_by_200_connections(device):
    transport = line(device)
    await transport.open()
    await transport.close()
    before = descriptors()
    for _ in range(200):
        async with transport:
            pass
    assert descriptors() == before


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_20_idle_ports_cost_next_to_nothing():
    devices = [Pty() for _ in range(20)]
    transports = [line(each) for each in devices]
    for each in transports:
        await each.open()
    async with anyio.create_task_group() as tasks:
        for each in transports:
            tasks.start_soon(each.read, 9, 0.6)
        await anyio.sleep(0.1)
        before = time.process_time()
        await anyio.sleep(0.4)
        spent = time.process_time() - before
    for transport, each in zip(transports, devices, strict=True):
        await transport.close()
        each.hang_up()
    assert spent < 0.02, "5 % of a core for 20 ports that say nothing is polling"


async def test_a_second_user_in_this_till_is_told_who_the_first_is(device):
    async with line(device):
        with pytest.raises(DeviceHeld, match="in use by this till itself") as caught:
            await line(device).open()
        assert caught.value.outcome is Outcome.NOT_STARTED
    async with line(device):
        pass


async def test_another_program_at_the_port_is_named_with_its_process(device):
    with another_program(device.path) as named, pytest.raises(DeviceHeld) as caught:
        await line(device).open()
    assert f"in use by {named}" in caught.value.message
    assert caught.value.hint


@contextlib.contextmanager
def another_program(path):
    script = (
        "import sys, serial; port = serial.Serial(sys.argv[1], exclusive=True);"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        command = Path(f"/proc/{other.pid}/comm").read_text().strip()
        yield f"{command} (process {other.pid})"
        other.stdin.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="root can become another user")
async def test_programs_that_ask_for_no_lock_are_kept_out_until_the_port_is_closed(
    device, monkeypatch
):
    """As modem daemons: the system refuses them, though not those of root."""
    Path(device.path).chmod(0o666)  # noqa: ASYNC240 - a test's device
    monkeypatch.setattr(SerialTransport, "_is_pty", lambda _: False)
    async with line(device):
        assert opened_by_another_user(device.path) == "16"  # EBUSY
    assert opened_by_another_user(device.path) == "open"
    monkeypatch.undo()
    async with line(device):  # on a pty a mark would outlive a crash of the till
        assert opened_by_another_user(device.path) == "open"


def opened_by_another_user(path):
    script = (
        "import os, sys\n"
        "try: os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('open', end='')\n"
        "except OSError as error: print(error.errno, end='')"
    )
    command = ["/usr/bin/env", "python3", "-c", script, path]
    return subprocess.run(command, capture_output=True, text=True, user=65534, check=True).stdout


async def test_a_port_can_be_shared_when_the_settings_say_so(device):
    async with line(device, "exclusive=no"), line(device, "exclusive=no") as second:
        await second.write(b"A", 1)
        assert device.received() == b"A"


async def test_a_port_that_is_away_is_offline_and_seen_when_it_is_back(tmp_path, device):
    path = tmp_path / "usb-Maker_Scale_17-if00-port0"
    transport = transport_from_uri(f"serial:{path}")
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there") as caught:
        await transport.open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    path.symlink_to(device.path)
    assert transport.present() is True
    async with transport:
        await transport.write(b"A", 1)
    other = Pty()
    path.unlink()
    path.symlink_to(other.path)  # in another socket the device has another name
    async with transport:
        await transport.write(b"B", 1)
        assert other.received() == b"B"
    other.hang_up()


async def test_what_is_no_serial_port_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TransportError, match="it is no serial port"):
        await transport_from_uri(f"serial:{tmp_path}/file").open()


async def test_a_forbidden_port_is_told_with_the_rule_that_allows_it(monkeypatch):
    def refuse(_):
        raise serial.SerialException(13, "could not open port")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    with pytest.raises(AccessDenied) as caught:
        await transport_from_uri("serial:/dev/ttyUSB0").open()
    rule = 'SUBSYSTEM=="tty", KERNEL=="ttyUSB0", TAG+="uaccess", GROUP="dialout", MODE="0660"'
    assert rule in caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("baud=fast", "whole number from 50 to 4000000"),
        ("baud=49", "whole number from 50"),
        ("format=9N1", "8N1 or 7E1"),
        ("format=8X1", "8N1 or 7E1"),
        ("format=8N3", "8N1 or 7E1"),
        ("flow=both", "none, rtscts, dsrdtr, xonxoff"),
        ("dtr=maybe", "yes or no"),
        ("parity_errors=raise", "ignore, mark"),
        ("fmt=8N1", "did you mean 'format'"),
    ],
)
def test_a_setting_that_cannot_be_says_what_can(options, message):
    with pytest.raises(ConfigurationError, match=message):
        transport_from_uri(f"serial:/dev/ttyS0?{options}")


@pytest.mark.parametrize("address", ["", "ttyS0", "COM1", "/dev/tty\0S0"])
def test_an_address_that_names_no_port_says_how_to_write_one(address):
    with pytest.raises(ConfigurationError, match="write serial:/dev/"):
        transport_from_uri(f"serial:{address}")


async def test_a_terminal_server_is_reached_over_the_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"serial:socket://127.0.0.1:{server.getsockname()[1]}?baud=9600"
        async with transport_from_uri(uri) as transport:
            assert isinstance(transport, TcpTransport)
            await transport.write(b"A", 1)
            peer, _ = server.accept()
            with peer:
                assert peer.recv(9) == b"A"


class Stopped:
    """Stands in for the control lines of a device that a pty does not have."""

    def __init__(self, transport, monkeypatch):
        self.dsr = False
        monkeypatch.setattr(transport, "modem_lines", lambda: self)


async def test_a_device_stops_the_till_by_dsr(device, monkeypatch):
    async with line(device, "flow=dsrdtr&baud=115200") as transport:
        lines = Stopped(transport, monkeypatch)
        with pytest.raises(TransportError, match="took no more") as caught:
            await transport.write(b"receipt", 0.05)
        assert caught.value.outcome is Outcome.NOT_STARTED
        lines.dsr = True
        assert await transport.write(b"receipt", 1) == 7
        assert device.received() == b"receipt"


async def test_no_more_than_64_bytes_are_on_their_way_where_the_device_may_say_stop(
    device, monkeypatch
):
    sent_on = [0]
    async with line(device, "flow=dsrdtr&baud=115200") as transport:
        Stopped(transport, monkeypatch).dsr = True
        monkeypatch.setattr(
            serial_module, "_unsent_bytes", lambda _: max(0, transport.taken - sent_on[0])
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.write, bytes(200), 5)
            for sent, taken in ((0, 64), (10, 74), (74, 138), (138, 200)):
                sent_on[0] = sent
                await anyio.sleep(0.05)
                assert transport.taken == taken
        sent_on[0] = 200
        assert len(device.received()) == 200


async def test_closing_waits_while_the_device_takes_what_is_on_its_way(device, monkeypatch):
    left = [300, 200, 200, 100, 0]
    monkeypatch.setattr(serial_module, "_unsent_bytes", lambda _: left.pop(0) if left else 0)
    transport = line(device)
    await transport.open()
    await transport.write(b"receipt", 1)
    await transport.close()
    assert not left
    assert transport.taken_least == 7


async def test_closing_drops_what_the_device_does_not_take(device, monkeypatch):
    """The system would wait up to 30 s for a printer that is switched off, the till with it."""
    flushed = []
    monkeypatch.setattr(serial_module, "_unsent_bytes", lambda _: 5)
    monkeypatch.setattr(serial_module.termios, "tcflush", lambda *a: flushed.append(a[1]))
    transport = line(device)
    await transport.open()
    flushed.clear()
    await transport.write(b"receipt", 1)
    started = time.monotonic()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transport.close()
    assert 0.2 < time.monotonic() - started < 1
    assert flushed == [termios.TCOFLUSH]
    assert (transport.taken_least, transport.taken) == (2, 7)
    assert os.read(device.end, 99) == b"receipt"
    with pytest.raises(OSError, match="Input/output error"):
        os.read(device.end, 1)


async def test_damaged_characters_are_asked_for_and_real_ff_stays_ff(device):
    async with line(device, "parity_errors=mark&format=8E1") as transport:
        assert device.settings()[0] & (termios.INPCK | termios.PARMRK | termios.IGNPAR) == (
            termios.INPCK | termios.PARMRK
        )
        os.write(device.end, b"A\xff\xffB")  # the system doubles each FF: that it does on a pty too
        assert await transport.read(99, 1) == b"A\xff\xffB"
        assert transport.parity_errors == 0
        assert await transport.read(99, 0.01) == b""
    async with line(device):
        assert not device.settings()[0] & (termios.INPCK | termios.PARMRK)


def test_a_damaged_character_becomes_one_that_no_7_bit_protocol_has():
    marks = ParityMarks()
    assert marks.feed(b"\x0201\xff\x002\xff\xff\r") == b"\x0201\xff\xff\r"
    assert marks.seen == 1
    assert marks.feed(b"\xff") == b""
    assert marks.feed(b"\x00") == b""
    assert marks.feed(b"\x00A") == b"\xffA"  # a break looks like a damaged zero
    assert marks.seen == 2


@given(st.lists(st.tuples(st.integers(0, 255), st.booleans())), st.integers(1, 5))
def test_marks_are_taken_out_in_pieces_of_any_size(characters, size):
    wire = b"".join(
        bytes((0xFF, 0, code)) if damaged else b"\xff\xff" if code == 0xFF else bytes((code,))
        for code, damaged in characters
    )
    marks = ParityMarks()
    data = b"".join(marks.feed(wire[at : at + size]) for at in range(0, len(wire), size))
    assert data == bytes(0xFF if damaged else code for code, damaged in characters)
    assert marks.seen == sum(damaged for _, damaged in characters)


def test_settings_that_pyserial_refuses_are_the_operators_to_mend(monkeypatch):
    monkeypatch.setattr(
        serial.Serial, "open", lambda _: (_ for _ in ()).throw(ValueError("Invalid baud rate"))
    )
    with pytest.raises(ConfigurationError, match="Invalid baud rate"):
        anyio.run(SerialTransport("/dev/ttyS0").open)
