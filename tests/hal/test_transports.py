"""Laws of transports: what was handed over is known to the byte, and nothing waits for ever."""

from __future__ import annotations

import errno
import os
import pty
import socket
import subprocess
import sys
import time
import tty
from pathlib import Path

import anyio
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld
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

LARGE = bytes(8 * 1024 * 1024)


@pytest.fixture
async def listener():
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    yield server
    server.close()


async def accepted(listener):
    await anyio.wait_readable(listener)
    peer, _ = listener.accept()
    peer.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    return peer


async def connected(listener):
    transport = TcpTransport("127.0.0.1", listener.getsockname()[1])
    await transport.open()
    return transport, await accepted(listener)


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


def test_a_printer_listens_on_9100_unless_told_otherwise():
    assert transport_from_uri("tcp://printer").port == 9100
    assert transport_from_uri("tcp://[::1]:91").host == "::1"


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


async def test_tcp_carries_bytes_both_ways(listener):
    transport, peer = await connected(listener)
    assert await transport.write(b"receipt", 1) == 7
    assert transport.taken == 7
    await anyio.wait_readable(peer)
    assert peer.recv(100) == b"receipt"
    peer.send(b"\x12\x16")
    assert await transport.read(1, 1) == b"\x12"
    assert await transport.read(9, 1) == b"\x16"
    assert await transport.read(9, 0.01) == b""
    await transport.close()
    peer.close()


async def test_a_printer_that_takes_no_more_ends_the_write_at_its_deadline_with_the_count(listener):
    transport, peer = await connected(listener)
    started = time.monotonic()
    with pytest.raises(TransportError, match=r"took no more data for 0\.2 s") as caught:
        await transport.write(LARGE, 0.2)
    assert 0.15 < time.monotonic() - started < 2
    assert caught.value.outcome is Outcome.PARTIAL
    assert 0 < caught.value.written < len(LARGE)
    received = 0
    await transport.close()
    while data := await _received(peer):
        received += len(data)
    assert received == caught.value.written
    peer.close()


async def _received(peer):
    await anyio.wait_readable(peer)
    return peer.recv(65536)


async def test_cancelling_a_write_is_prompt_and_tells_how_much_had_gone(listener):
    transport, peer = await connected(listener)
    with anyio.move_on_after(0.1) as scope:
        await transport.write(LARGE, 60)
    assert scope.cancelled_caught
    assert 0 < transport.taken < len(LARGE)
    await transport.close()
    peer.close()


async def test_a_connection_the_printer_has_closed_takes_no_first_write(listener):
    transport, peer = await connected(listener)
    peer.close()
    await anyio.sleep(0.05)
    with pytest.raises(TransportError, match="closed the connection") as caught:
        await transport.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED
    assert not transport.is_open


async def test_a_connection_reset_in_mid_write_leaves_the_outcome_partial(listener):
    transport, peer = await connected(listener)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_close_later, peer)
        with pytest.raises(TransportError, match="was lost") as caught:
            await transport.write(LARGE, 5)
    assert caught.value.outcome is Outcome.PARTIAL
    assert not transport.is_open


async def _close_later(peer):
    await anyio.sleep(0.05)
    peer.close()


async def test_reading_from_a_closed_connection_is_a_loss(listener):
    transport, peer = await connected(listener)
    peer.close()
    with pytest.raises(TransportError, match="was lost"):
        await transport.read(1, 1)


async def test_closing_wakes_who_waits(listener):
    transport, peer = await connected(listener)
    woken = []

    async def wait():
        try:
            await transport.read(1, 60)
        except TransportError as error:
            woken.append(error)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.sleep(0.05)
            await transport.close()
    assert len(woken) == 1
    peer.close()


async def test_nobody_there_is_offline_and_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TransportError, match="cannot be reached") as caught:
        await open_transport(f"tcp://127.0.0.1:{port}")
    assert caught.value.outcome is Outcome.NOT_STARTED
    with pytest.raises(TransportError, match="cannot be reached"):
        await open_transport("tcp://name.invalid")


async def test_a_printer_that_does_not_answer_is_given_up_at_the_deadline(monkeypatch):
    async def silent(*_):
        await anyio.sleep_forever()

    monkeypatch.setattr("posframe.hal.transports.tcp._finish_connecting", silent)
    with pytest.raises(TransportError, match=r"did not answer within 0\.05 s"):
        await open_transport("tcp://127.0.0.1:9", 0.05)


async def test_a_file_is_appended_to(tmp_path):
    path = tmp_path / "paper"
    for data in (b"one\n", b"two\n" * 5000):
        async with FileTransport(path) as transport:
            assert await transport.write(data, 1) == len(data)
            assert transport.confirms
            assert await transport.read(1, 0.01) == b""
    assert path.read_bytes() == b"one\n" + b"two\n" * 5000


async def test_a_file_is_not_made_where_there_is_no_folder(tmp_path):
    with pytest.raises(TransportError, match="Its folder does not exist"):
        await FileTransport(tmp_path / "no" / "paper").open()
    assert not (tmp_path / "no").exists()


def refused(code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    return refuse


async def test_a_forbidden_printer_file_is_told_with_the_exact_rule_that_allows_it(monkeypatch):
    monkeypatch.setattr("posframe.hal.transports.file._open", refused(errno.EACCES))
    with pytest.raises(AccessDenied) as caught:
        await FileTransport(Path("/dev/usb/lp0")).open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    rule = 'SUBSYSTEM=="usbmisc", KERNEL=="lp0", TAG+="uaccess", GROUP="lp", MODE="0660"'
    assert rule in caught.value.hint
    assert "group lp" in caught.value.hint


async def test_a_printer_file_that_is_taken_names_who_has_it(monkeypatch, tmp_path):
    path = tmp_path / "lp0"
    path.touch()
    monkeypatch.setattr("posframe.hal.transports.file._open", refused(errno.EBUSY))
    with path.open("rb"), pytest.raises(DeviceHeld, match="in use by this till itself"):
        await FileTransport(path).open()
    with pytest.raises(DeviceHeld, match="in use by another program"):
        await FileTransport(path).open()


async def test_a_printer_file_that_is_away_is_not_made(monkeypatch, tmp_path):
    monkeypatch.setattr("posframe.hal.transports.file.DEVICES", tmp_path)
    transport = FileTransport(tmp_path / "lp0")
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there"):
        await transport.open()
    assert not (tmp_path / "lp0").exists()
    (tmp_path / "lp0").touch()
    assert transport.present() is True


def test_what_can_be_seen_without_connecting_is_told(tmp_path):
    assert FileTransport(tmp_path / "paper").present() is True
    assert FileTransport(tmp_path / "no" / "paper").present() is False
    assert VirtualTransport(tmp_path / "no").present() is True
    assert TcpTransport("127.0.0.1").present() is None


async def test_a_fifo_gets_the_bytes_and_does_not_give_them_back(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(TransportError, match="nobody is at its other end"):
        await FileTransport(path).open()
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    async with FileTransport(path) as transport:
        await transport.write(b"receipt", 1)
        assert await transport.read(9, 0.01) == b""
        assert os.read(reader, 100) == b"receipt"
        with pytest.raises(TransportError, match="took no more data") as caught:
            await transport.write(LARGE, 0.05)
        assert caught.value.least == caught.value.written == len(os.read(reader, len(LARGE)))
        os.close(reader)
        with pytest.raises(TransportError, match="was lost") as caught:
            await transport.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED


async def test_a_device_that_nothing_can_wait_for_takes_bytes_and_answers_nothing():
    async with FileTransport(Path("/dev/null")) as transport:
        assert await transport.write(b"receipt", 1) == 7
        assert await transport.read(9, 0.01) == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
async def test_a_full_disk_is_told_with_the_count():
    async with FileTransport.from_address("/dev/full") as transport:
        with pytest.raises(TransportError, match="No space left") as caught:
            await transport.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED


async def test_a_character_device_carries_bytes_both_ways_and_confirms_nothing():
    mine, theirs = pty.openpty()
    tty.setraw(theirs)
    try:
        async with FileTransport.from_address(os.ttyname(theirs)) as transport:
            assert not transport.confirms
            await transport.write(b"receipt", 1)
            assert os.read(mine, 100) == b"receipt"
            os.write(mine, b"\x12")
            assert await transport.read(9, 1) == b"\x12"
            with pytest.raises(TransportError, match="took no more data") as caught:
                await transport.write(LARGE, 0.1)
            assert caught.value.outcome is Outcome.PARTIAL
    finally:
        os.close(mine)
        os.close(theirs)


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


async def _answer_later(transport):
    await anyio.sleep(0.01)
    transport.answer(b"late")
