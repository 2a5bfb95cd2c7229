"""Laws of serial lines, on real ptys: bytes are counted, nothing waits or polls, a hang-up is seen.

How a line is set up is tested in `test_transport_serial_settings`, whose it is in
`test_transport_serial_access`.
"""

from __future__ import annotations

import os
import termios
import time
from pathlib import Path

import anyio
import pytest

from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError
from posframe.hal.transports import serial as serial_module
from tests.hal.serial_pty import LARGE, Pty, line


@pytest.fixture
def device():
    with Pty() as made:
        yield made


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
