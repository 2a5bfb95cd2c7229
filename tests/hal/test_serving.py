"""Laws of devices served on lines of the system: one host at a time, any number of times."""

from __future__ import annotations

import contextlib
import time

import anyio
import anyio.lowlevel
import pytest

from tests.hal.echo_device import EchoDevice
from tests.hal.served import Host, opens, read_all, served, until


@pytest.fixture(params=["tcp", "pty"])
def where(request, tmp_path):
    return "tcp://127.0.0.1:0" if request.param == "tcp" else f"pty:{tmp_path}/device"


async def test_a_served_device_answers_its_host(where):
    async with served(where) as line:
        host = Host(line)
        host.send(b"W\rZ\r")
        await host.expect(b"[W][Z]")
        assert line.connected
        host.close()
        await until(lambda: not line.connected)
        assert line.simulator.received == b"W\rZ\r"


async def test_one_host_after_another_is_served_and_none_finds_what_was_left(where):
    async with served(where, EchoDevice(greeting=b"hello")) as line:
        for turn in range(1, 4):
            host = Host(line)
            await host.expect(b"hello")
            host.send(b"unread\r" if turn == 2 else b"half")
            await until(lambda: line.simulator.received.endswith((b"unread\r", b"half")))
            await anyio.sleep(0.02)
            host.close()
            await until(lambda turn=turn: line.simulator.gone == turn)
        host = Host(line)
        await host.expect(b"hello")
        host.send(b"W\r")
        await host.expect(b"[W]")
        host.close()


async def test_bytes_of_a_host_that_leaves_at_once_are_still_taken(where):
    async with served(where) as line:
        host = Host(line)
        host.send(b"W\r")
        host.close()
        await until(lambda: line.simulator.received == b"W\r")
        await until(lambda: line.simulator.gone == 1)


async def test_a_device_speaks_by_itself_and_time_passes_without_a_host(where):
    async with served(where) as line:
        line.act("say nobody hears this")
        line.act("later 0.01")
        await anyio.sleep(0.05)
        assert line.simulator.due_s() is None, "its time has come all the same"
        host = Host(line)
        await until(lambda: line.connected)
        line.act("say now")
        await host.expect(b"now")
        line.act("later 0.01")
        await host.expect(b"later")
        host.close()


async def test_a_pulled_cable_ends_the_line_and_a_plugged_one_is_found_at_the_same_address(where):
    told = []
    async with served(where, tell=told.append) as line:
        for _ in range(3):
            address = line.address
            host = Host(line)
            host.send(b"W\r")
            await host.expect(b"[W]")
            line.pull()
            line.pull()
            assert await host.read() == b""
            host.close()
            await until(lambda: not line.connected)
            with pytest.raises(OSError, match=r"refused|No such file"):
                Host(line)
            await anyio.sleep(0.02)
            line.plug()
            line.plug()
            await until(lambda: opens(line))
            assert line.address == address
        assert told.count("the cable was pulled") == told.count("the cable was plugged in") == 3


async def test_faults_strike_on_the_line_and_only_where_they_were_written(where):
    script = "on 57 nak\nrx on 58 drop 1\non 59 delay 0.3"
    for faults, answer in (("", b"[W][XW][W]"), (script, b"\x15[W][W]")):
        async with served(where, script=faults) as line:
            host = Host(line)
            host.send(b"W\rXW\rW\r")
            await host.expect(answer)
            begun = time.monotonic()
            host.send(b"Y\r")
            await host.expect(b"[Y]")
            assert (time.monotonic() - begun >= 0.29) is bool(faults)
            host.close()


async def test_a_split_comes_in_two_halves(where):
    for script, expected in (("", [b"[abcd]"]), ("on 61 split", [b"[ab", b"cd]"])):
        async with served(where, script=script) as line:
            host = Host(line)
            host.send(b"abcd\r")
            assert [await host.read() for _ in expected] == expected
            host.close()


@pytest.mark.parametrize("script", ["at byte 3 close", "rx at byte 5 close"])
async def test_a_close_ends_the_connection_at_its_byte_and_the_next_host_is_served(where, script):
    async with served(where, script=script) as line:
        host = Host(line)
        host.send(b"ab\rcd\re")
        assert await read_all(host) == (b"[ab" if script[0] == "a" else b"[ab]")
        assert line.simulator.received == (b"ab\rcd\re" if script[0] == "a" else b"ab\rcd")
        host.close()
        await until(lambda: line.simulator.gone == 1)
        await until(lambda: opens(line))
        await until(lambda: not line.connected)
        host = Host(line)
        host.send(b"ab\rcd\re")
        await host.expect(b"[ab][cd]")
        host.close()


async def test_what_came_before_a_close_reaches_a_host_that_takes_its_time(where):
    async with served(where, script="at byte 3 close") as line:
        host = Host(line)
        host.send(b"ab\r")
        await anyio.sleep(0.05)
        assert await read_all(host) == b"[ab"
        host.close()


async def test_a_device_without_room_takes_no_more_than_it_has(where):
    async with served(where, EchoDevice(room_bytes=1000)) as line:
        host = Host(line)
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while sent < 1_000_000:
                sent += host.send(b"x" * 1000)
                await anyio.lowlevel.checkpoint()
        assert len(line.simulator.received) == 1000
        assert sent < 200_000, "the host notices"
        while len(line.simulator.received) < sent:
            line.act("empty 5000")
            await anyio.sleep(0.001)
        assert line.simulator.received == b"x" * sent
        host.close()


async def test_a_host_that_does_not_read_stops_nobody(where):
    async with served(where) as line:
        host = Host(line)
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while sent < 3_000_000:
                sent += host.send(b"x" * 999 + b"\r")
                await anyio.lowlevel.checkpoint()
        await until(lambda: len(line.simulator.received) == sent)
        host.close()
        await until(lambda: not line.connected)
        await until(lambda: opens(line))


async def test_what_happens_is_told_and_traced(where):
    told, traced = [], []
    trace = lambda way, data: traced.append((way, data))  # noqa: E731 - shorter than a function
    async with served(where, script="on 5A drop", tell=told.append, trace=trace) as line:
        host = Host(line)
        host.send(b"W\r")
        await host.expect(b"[W]")
        host.send(b"Z\r")
        await until(lambda: len(traced) == 3)
        host.close()
        await until(lambda: not line.connected)
    assert told == ["a host has connected", "fault: on 5A drop", "the host has gone"]
    assert traced == [("rx", b"W\r"), ("tx", b"[W]"), ("rx", b"Z\r")]
