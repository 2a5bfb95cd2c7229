"""Laws of network lines: what was handed over is known to the byte, and nothing waits for ever."""

from __future__ import annotations

import socket
import time

import anyio
import pytest

from posframe.hal.transports import Outcome, TransportError, open_transport, transport_from_uri
from posframe.hal.transports.tcp import TcpTransport

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


def test_a_printer_listens_on_9100_unless_told_otherwise():
    assert transport_from_uri("tcp://printer").port == 9100
    assert transport_from_uri("tcp://[::1]:91").host == "::1"


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
