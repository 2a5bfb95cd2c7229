"""Laws of all transports: how an address names one, what it loads, and that it leaves nothing open.

Those that live in this process, ``memory:`` and ``virtual:``, are tested here whole.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.transports import (
    Outcome,
    Transport,
    TransportError,
    make_transport,
    open_transport,
    transport_from_uri,
    transport_options,
)
from posframe.hal.transports.file import FileTransport
from posframe.hal.transports.memory import MemoryTransport
from posframe.hal.transports.tcp import TcpTransport
from posframe.hal.transports.virtual import VirtualTransport


@pytest.fixture
async def listener():
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    yield server
    server.close()


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("tcp://10.0.0.5:9100", TcpTransport),
        ("TCP://[::1]:9100", TcpTransport),
        ("file:/dev/usb/lp0", FileTransport),
        ("file:///tmp/x", FileTransport),
        ("memory:", MemoryTransport),
        ("virtual:folder?columns=42", VirtualTransport),
    ],
)
def test_the_scheme_names_the_transport(uri, kind):
    transport = transport_from_uri(uri)
    assert type(transport) is kind
    assert isinstance(transport, Transport)
    assert not transport.is_open


def test_options_of_a_device_can_be_divided_between_driver_and_line():
    assert transport_options("virtual") == {"columns"}
    assert transport_options("tcp") == frozenset()
    assert "baud" in transport_options("serial")
    assert make_transport("virtual", "paper", {"columns": "32"}).columns == 32
    with pytest.raises(ConfigurationError, match="did you mean 'serial'"):
        transport_options("seriell")


def test_no_library_is_loaded_before_a_device_needs_it():
    script = (
        "import sys, posframe.hal.transports as t\n"
        "t.transport_from_uri('tcp://printer'); t.transport_options('serial')\n"
        "t.transport_options('usb'); t.transport_options('hid')\n"
        "assert not {'serial', 'usb', 'escpos', 'PIL'} & set(sys.modules), sorted(sys.modules)\n"
        "t.transport_from_uri('serial:/dev/ttyS0'); assert 'serial' in sys.modules\n"
        "t.transport_from_uri('usb://04b8:0e15'); assert 'usb' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)


@pytest.mark.parametrize(
    ("uri", "module"), [("serial:/dev/ttyS0", "serial"), ("usb://04b8:0e15", "usb.core")]
)
def test_a_library_that_is_not_installed_names_the_extra_that_brings_it(uri, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match=r"pip install 'posframe\[devices\]'"):
        transport_from_uri(uri)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("tpc://x", "did you mean 'tcp'"),
        ("printer", "transports: evdev, file, hid, hidraw, memory, replay, serial, tcp, usb, virt"),
        ("tcp", "did you mean 'tcp'"),
        ("tcp://x:9100?baud=9600", "tcp: has no option 'baud' .it has none"),
        ("tcp://", "Write tcp://"),
        ("tcp://x:y", "Write tcp://"),
        ("tcp://x:9100/path", "Write tcp://"),
        ("file:", "Write file:"),
        ("virtual:", "Write virtual:"),
        ("virtual:x?column=3", "did you mean 'columns'"),
        ("virtual:x?columns=3", "whole number from 8 to 256"),
        ("virtual:x?columns=wide", "whole number from 8 to 256"),
    ],
)
def test_an_address_that_cannot_be_read_says_how_to_write_it(uri, message):
    with pytest.raises(ConfigurationError, match=message):
        transport_from_uri(uri)


async def test_opening_and_closing_twice_does_nothing_more(tmp_path, listener):
    transports = [
        MemoryTransport(),
        FileTransport(tmp_path / "x"),
        VirtualTransport(tmp_path),
        TcpTransport("127.0.0.1", listener.getsockname()[1]),
    ]
    for transport in transports:
        for _ in range(3):
            await transport.open()
            await transport.open()
            assert transport.is_open
            await transport.close()
            await transport.close()
            assert not transport.is_open
        with pytest.raises(TransportError) as caught:
            await transport.write(b"x", 1)
        assert caught.value.outcome is Outcome.NOT_STARTED
        with pytest.raises(TransportError):
            await transport.read(1, 0.1)


async def test_no_descriptor_is_left_open(tmp_path, listener):
    async def cycle():
        for uri in (f"file:{tmp_path}/x", f"tcp://127.0.0.1:{listener.getsockname()[1]}"):
            async with await open_transport(uri) as transport:
                await transport.write(b"x", 1)

    await cycle()
    before = _descriptors()
    for _ in range(20):
        await cycle()
        while True:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                break
    assert _descriptors() <= before


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_can_be_seen_without_connecting_is_told(tmp_path):
    assert FileTransport(tmp_path / "paper").present() is True
    assert FileTransport(tmp_path / "no" / "paper").present() is False
    assert VirtualTransport(tmp_path / "no").present() is True
    assert TcpTransport("127.0.0.1").present() is None


@pytest.mark.parametrize("after", [0, 1, 4095, 4096, 4097, 8999])
async def test_memory_breaks_and_sticks_at_any_byte(after):
    for fault, message in (("lost_after", "line broke"), ("stuck_after", "took no more data")):
        transport = MemoryTransport(**{fault: after})
        await transport.open()
        with pytest.raises(TransportError, match=message) as caught:
            await transport.write(bytes(9000), 0.05)
        assert caught.value.written == len(transport.sent) == after
        expected = Outcome.PARTIAL if after else Outcome.NOT_STARTED
        assert caught.value.outcome is expected
        assert transport.is_open is (fault == "stuck_after")


async def test_memory_gives_back_what_its_peer_answers():
    async with MemoryTransport(peer=bytes.upper) as transport:
        assert await transport.read(9, 0.01) == b""
        await transport.write(b"abc", 1)
        assert await transport.read(2, 1) == b"AB"
        assert await transport.read(2, 1) == b"C"
    with pytest.raises(TransportError, match="there is no device"):
        await MemoryTransport(absent=True).open()


async def test_a_virtual_printer_answers_and_its_folder_can_fail(tmp_path):
    transport = VirtualTransport(tmp_path / "paper")
    async with transport:
        assert await transport.write(b"\x10\x04\x01" * 2000 + b"one\n", 1) == 6004
        assert await transport.read(2, 1) == b"\x12\x12"
        while await transport.read(4096, 0.01):
            pass
        (tmp_path / "paper").rmdir()
        with pytest.raises(TransportError, match="cannot write a receipt") as caught:
            await transport.write(b"\x1bi", 1)
        assert caught.value.outcome is Outcome.UNKNOWN
        assert not transport.is_open
    (tmp_path / "file").touch()
    with pytest.raises(TransportError, match="cannot be used"):
        await open_transport(f"virtual:{tmp_path}/file/paper")


async def test_reading_memory_waits_for_an_answer_and_ends_when_it_is_closed():
    transport = MemoryTransport()
    await transport.open()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_answer_later, transport)
        assert await transport.read(9, 5) == b"late"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(transport.close)
        with pytest.raises(TransportError, match="is not connected"):
            await transport.read(9, 5)


async def test_closing_wakes_who_waits_for_what_never_comes(tmp_path):
    for transport in (FileTransport(tmp_path / "x"), VirtualTransport(tmp_path / "paper")):
        await transport.open()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_close_later, transport)
            with anyio.fail_after(5), pytest.raises(TransportError, match="is not connected"):
                await transport.read(9, 3600)


async def test_a_virtual_printer_is_heard_as_soon_as_it_answers(tmp_path):
    async with (
        VirtualTransport(tmp_path / "paper") as transport,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(transport.write, b"\x10\x04\x01", 1)
        with anyio.fail_after(5):
            assert await transport.read(9, 3600) == b"\x12"


async def _close_later(transport):
    await anyio.sleep(0.01)
    await transport.close()


async def _answer_later(transport):
    await anyio.sleep(0.01)
    transport.answer(b"late")
