"""Laws of serial settings: each reaches the port, and one that cannot be says what can.

A pty has no parity, no control lines and no speed: what depends on them is tested up to the system
call, and is unproved beyond it.
"""

from __future__ import annotations

import os
import termios

import anyio
import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.transports import TransportError, transport_from_uri
from posframe.hal.transports.serial import SerialTransport
from posframe.hal.transports.serial_line import ModemLines, ParityMarks
from tests.hal.serial_pty import Pty, line

STICK = 0o10000000000
"""CMSPAR: parity is always mark or always space. Linux sends 2 stop bits for 1.5."""


@pytest.fixture
def device():
    with Pty() as made:
        yield made


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
