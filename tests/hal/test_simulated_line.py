"""Laws of the line to a device inside this process: its faults, its breaks, and its patience."""

from __future__ import annotations

import math

import anyio
import pytest

from posframe.hal.progress import Outcome
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.transports import TransportError
from posframe.hal.transports.simulated import SimulatedTransport
from tests.hal.echo_device import EchoDevice


async def test_a_transport_in_memory_is_struck_in_both_directions():
    faults = parse_faults("on 57 nak\nrx on 58 drop 1")
    async with SimulatedTransport(EchoDevice(greeting=b"hello"), faults) as line:
        assert await line.read(99, 0) == b"hello"
        await line.write(b"W\rZ\rXY\r", 1)
        assert await line.read(99, 0) == b"\x15[Z][Y]"
        assert line.simulator.received == b"W\rZ\rY\r"


async def test_a_delay_is_waited_for_no_longer_than_it_lasts():
    async with SimulatedTransport(EchoDevice(), parse_faults("on 57 delay 0.05")) as line:
        await line.write(b"W\r", 1)
        assert await line.read(99, 0.01) == b""
        with anyio.fail_after(1):
            assert await line.read(99, 30) == b"[W]"


@pytest.mark.parametrize(("direction", "outcome"), [("rx", Outcome.UNKNOWN), ("tx", None)])
async def test_a_close_breaks_the_line_where_it_was_written(direction, outcome):
    line = SimulatedTransport(EchoDevice(), parse_faults(f"{direction} at byte 2 close"))
    await line.open()
    if outcome:
        with pytest.raises(TransportError, match="line broke") as caught:
            await line.write(b"abcd", 1)
        assert caught.value.outcome is outcome, "the host has handed over everything"
        assert line.simulator.received == b"ab"
    else:
        await line.write(b"abcd\r", 1)
        assert await line.read(99, 1) == b"[a"
        with pytest.raises(TransportError, match="closed"):
            await line.read(99, 1)
    assert not line.is_open
    assert line.simulator.gone == 1
    await line.open()
    assert line.simulator.hosts == 2


async def test_a_close_in_silence_wakes_the_reader():
    line = SimulatedTransport(EchoDevice(), parse_faults("after 0.02 close"))
    await line.open()
    with anyio.fail_after(1), pytest.raises(TransportError, match="closed"):
        await line.read(99, 30)


@pytest.mark.parametrize("after", [0, 1, 3, 4])
async def test_a_line_breaks_and_sticks_at_any_byte(after):
    for limits, message in (
        ({"lost_after": after}, "line broke"),
        ({"stuck_after": after}, "took no more data"),
    ):
        line = SimulatedTransport(EchoDevice(), **limits)
        await line.open()
        with pytest.raises(TransportError, match=message) as caught:
            await line.write(b"abcde", 0.05)
        assert line.written == caught.value.written == after
        assert line.simulator.received == b"abcde"[:after]
        assert caught.value.outcome is (Outcome.PARTIAL if after else Outcome.NOT_STARTED)
        assert line.is_open is ("stuck_after" in limits)


@pytest.mark.parametrize("after", range(4))
async def test_a_line_is_cut_at_any_byte_of_the_answer(after):
    line = SimulatedTransport(EchoDevice(), cut_after=after)
    await line.open()
    await line.write(b"W\r", 1)
    if after:
        assert await line.read(99, 1) == b"[W]"[:after]
    if after == 3:
        await line.write(b"Z\r", 1)
    with pytest.raises(TransportError, match="closed"):
        await line.read(99, 1)
    assert line.arrived == after


async def test_a_device_without_room_is_waited_for_until_the_deadline():
    line = SimulatedTransport(EchoDevice(room_bytes=3))
    await line.open()
    with pytest.raises(TransportError, match="took no more data") as caught:
        await line.write(b"abcdef", 0.02)
    assert caught.value.written == 3
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(line.write, b"defgh", 5)
        await anyio.sleep(0.01)
        assert line.simulator.received == b"abc"
        line.act("empty 2")
        await anyio.sleep(0.01)
        assert line.simulator.received == b"abcde"
        line.act("empty 9")
    assert line.simulator.received == b"abcdefgh"


async def test_a_printer_without_paper_is_waited_for_when_its_buffer_is_full():
    printer = simulator_spec("escpos").make({"buffer": "100"})
    line = SimulatedTransport(printer)
    await line.open()
    line.act("paper out")
    for _ in range(7):
        await line.write(b"a line of text\n", 0.05)
    with pytest.raises(TransportError, match="took no more data") as caught:
        await line.write(b"a line of text\n", 0.05)
    assert caught.value.outcome is Outcome.NOT_STARTED
    assert line.written == 105
    line.act("paper new")
    await line.write(b"the last\n", 1)
    assert printer.text().endswith("the last\n")


async def test_a_pulled_cable_breaks_the_line_until_it_is_plugged_in_again():
    line = SimulatedTransport(EchoDevice())
    await line.open()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_pull_soon, line)
        with pytest.raises(TransportError, match="closed"):
            await line.read(9, math.inf)
    with pytest.raises(TransportError, match="no device"):
        await line.open()
    line.plug()
    await line.open()
    await line.write(b"W\r", 1)
    assert await line.read(9, 1) == b"[W]"


async def _pull_soon(line):
    await anyio.sleep(0.01)
    line.pull()


async def test_faults_can_be_added_while_the_line_is_open():
    async with SimulatedTransport(EchoDevice()) as line:
        await line.write(b"W\r", 1)
        line.spoil(parse_faults("on 57 nak")[0])
        await line.write(b"W\r", 1)
        assert await line.read(9, 1) == b"[W]\x15"


async def test_a_device_that_speaks_later_is_heard_then():
    async with SimulatedTransport(EchoDevice()) as line:
        line.act("later 0.02")
        assert await line.read(9, 0) == b""
        with anyio.fail_after(1):
            assert await line.read(9, 30) == b"later"
