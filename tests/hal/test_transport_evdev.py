"""Laws of input devices: whole events, and kept from everybody else.

There is no /dev/input here: a FIFO stands in for the device, and its grab is a function.
"""

from __future__ import annotations

import contextlib
import errno
import os
import struct
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld, Unsupported
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri
from posframe.hal.transports.evdev import EVIOCGRAB, EvdevTransport


def event(code, value=1):
    return struct.pack("llHHi", 1, 500, 1, code, value)


class Keyboard:
    """An input device that is a FIFO; ``held`` when somebody has grabbed it."""

    def __init__(self, folder):
        self.path = str(folder / "event3")
        os.mkfifo(self.path)
        self.end = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self.held = False
        self.requests = []

    def control(self, descriptor, request, argument):
        self.requests.append((request, argument))
        if self.held:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    def line(self, **options):
        return EvdevTransport(self.path, control=self.control, **options)

    def press(self, data):
        os.write(self.end, data)

    def unplug(self):
        if self.end >= 0:
            os.close(self.end)
            self.end = -1


@pytest.fixture
def keyboard(tmp_path):
    made = Keyboard(tmp_path)
    yield made
    made.unplug()


async def test_events_are_read_whole(keyboard):
    async with keyboard.line() as transport:
        keyboard.press(event(30) + event(48))
        assert await transport.read(4096, 1) == event(30) + event(48)
        keyboard.press(event(30) + event(48))
        assert await transport.read(47, 1) == event(30)
        assert await transport.read(24, 1) == event(48)
        assert await transport.read(4096, 0.01) == b""


async def test_half_an_event_waits_for_its_other_half(keyboard):
    async with keyboard.line() as transport:
        keyboard.press(event(30)[:10])
        assert await transport.read(4096, 0.01) == b""
        keyboard.press(event(30)[10:] + event(48)[:1])
        assert await transport.read(4096, 1) == event(30)
        keyboard.press(event(48)[1:])
        assert await transport.read(4096, 1) == event(48)


@given(st.lists(st.integers(0, 255), max_size=20), st.integers(1, 60), st.integers(24, 120))
def test_events_are_whole_in_pieces_of_any_size(codes, piece, size):
    wire = b"".join(event(code) for code in codes)

    async def read_all():
        mine, theirs = os.pipe()
        os.set_blocking(mine, False)
        transport = EvdevTransport("/x", grab=False, opener=lambda *_: mine)
        got = b""
        async with transport:
            for at in range(0, len(wire), piece):
                os.write(theirs, wire[at : at + piece])
                data = await transport.read(size, 0)
                assert len(data) % 24 == 0
                assert len(data) <= size
                got += data
            while len(got) < len(wire):
                got += await transport.read(size, 1)
        os.close(theirs)
        return got

    assert anyio.run(read_all) == wire


async def test_nobody_else_sees_its_events(keyboard):
    async with keyboard.line():
        assert keyboard.requests == [(EVIOCGRAB, 1)]
    assert EVIOCGRAB == 0x40044590  # _IOW('E', 0x90, int)
    keyboard.requests.clear()
    async with keyboard.line(grab=False):
        assert keyboard.requests == []


async def test_a_device_that_another_program_has_names_it(keyboard):
    keyboard.held = True
    keyboard_end, keyboard.end = keyboard.end, -1
    before = descriptors()
    with another_program(keyboard.path) as named:
        os.close(keyboard_end)
        with pytest.raises(DeviceHeld) as caught:
            await keyboard.line().open()
    assert f"in use by {named}" in caught.value.message
    assert caught.value.outcome is Outcome.NOT_STARTED
    assert descriptors() == before - 1


@contextlib.contextmanager
def another_program(path):
    script = (
        "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK);"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        command = Path(f"/proc/{other.pid}/comm").read_text().strip()
        yield f"{command} (process {other.pid})"
        other.stdin.close()


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_second_line_to_it_is_told_who_has_the_first(keyboard):
    async with keyboard.line():
        keyboard.held = True
        with pytest.raises(DeviceHeld, match="this till itself"):
            await keyboard.line().open()


async def test_a_device_pulled_out_ends_the_line_and_is_seen_when_it_is_back(tmp_path, keyboard):
    path = tmp_path / "usb-Maker_Scanner_17-event-kbd"
    path.symlink_to(keyboard.path)
    transport = EvdevTransport(str(path), control=keyboard.control)
    assert transport.present() is True
    async with transport:
        keyboard.unplug()
        with pytest.raises(TransportError, match="was lost"):
            await transport.read(4096, 1)
        assert not transport.is_open
    path.unlink()
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there"):
        await transport.open()


async def test_a_forbidden_device_is_told_with_the_rule_that_allows_it():
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    with pytest.raises(AccessDenied) as caught:
        await EvdevTransport("/dev/input/event3", opener=refuse).open()
    assert 'SUBSYSTEM=="input", KERNEL=="event3", TAG+="uaccess", GROUP="input"' in str(
        caught.value
    )


async def test_nothing_can_be_written_to_it(keyboard):
    async with keyboard.line() as transport:
        with pytest.raises(Unsupported):
            await transport.write(b"x", 1)


def test_an_address_names_a_path():
    transport = transport_from_uri("evdev:/dev/input/by-id/usb-X-event-kbd?grab=no")
    assert transport.path == "/dev/input/by-id/usb-X-event-kbd"
    for uri, message in (
        ("evdev:event3", "write evdev:/dev/input"),
        ("evdev:/dev/input/event3?grab=perhaps", "yes or no"),
        ("evdev:/dev/input/event3?layout=de", "options: grab|did you mean"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            transport_from_uri(uri)
