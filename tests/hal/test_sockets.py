"""Laws of the places where devices are served: TCP ports, and pseudo-terminals behind links."""

from __future__ import annotations

import errno
import os
import socket
import struct
import termios
import tty
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
import serial

from posframe.errors import ConfigurationError, DeviceError
from posframe.hal.simulators.serving import Line, serve
from posframe.hal.transports.tcp import TcpTransport
from tests.hal.echo_device import EchoDevice
from tests.hal.served import Host, read_all, served, until


@pytest.fixture(params=["tcp", "pty"])
def where(request, tmp_path):
    return "tcp://127.0.0.1:0" if request.param == "tcp" else f"pty:{tmp_path}/device"


# TCP


def test_a_printer_listens_on_9100_unless_told_otherwise():
    assert Line(EchoDevice(), "tcp://127.0.0.1").address == "tcp://127.0.0.1:9100"
    assert Line(EchoDevice(), "tcp://[::1]:91").address == "tcp://[::1]:91"


async def test_two_devices_share_no_port():
    async with served("tcp://127.0.0.1:0") as first, served("tcp://127.0.0.1:0") as second:
        assert first.address != second.address


async def test_the_second_host_waits_until_the_first_has_hung_up():
    async with served("tcp://127.0.0.1:0") as line:
        first, second = Host(line), Host(line)
        first.send(b"1\r")
        second.send(b"2\r")
        await first.expect(b"[1]")
        await anyio.sleep(0.05)
        assert line.simulator.received == b"1\r"
        first.close()
        await second.expect(b"[2]")
        second.close()


async def test_a_host_that_sends_no_more_still_gets_its_answer():
    async with served("tcp://127.0.0.1:0") as line:
        host = Host(line)
        host.send(b"W\r")
        host.socket.shutdown(socket.SHUT_WR)
        assert await read_all(host) == b"[W]"
        host.close()


async def test_a_host_that_resets_its_connection_is_gone_like_any_other():
    async with served("tcp://127.0.0.1:0") as line:
        host = Host(line)
        await until(lambda: line.connected)
        host.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        host.close()
        await until(lambda: not line.connected)
        assert line.simulator.gone == 1


async def test_the_transport_of_a_till_finds_a_served_device():
    async with served("tcp://127.0.0.1:0") as line:
        port = int(line.address.rpartition(":")[2])
        async with TcpTransport("127.0.0.1", port) as transport:
            await transport.write(b"W\r", 1)
            assert await transport.read(9, 1) == b"[W]"


# Pseudo-terminals


async def test_a_serial_program_opens_the_link_with_any_settings(tmp_path):
    async with served(f"pty:{tmp_path}/scale") as line:
        for baud, size, parity in ((9600, 7, "E"), (2400, 8, "N")):
            with serial.Serial(f"{tmp_path}/scale", baud, size, parity, timeout=2) as port:
                port.write(b"W\r")
                assert await anyio.to_thread.run_sync(port.read, 3) == b"[W]"
            await until(lambda: not line.connected)


async def test_the_terminal_is_raw_again_for_the_next_host(tmp_path):
    async with served(f"pty:{tmp_path}/x") as line:
        host = Host(line)
        settings = termios.tcgetattr(host.descriptor)
        assert not settings[3] & (termios.ECHO | termios.ICANON)
        settings[3] |= termios.ECHO | termios.ICANON
        termios.tcsetattr(host.descriptor, termios.TCSANOW, settings)
        await until(lambda: line.connected)
        host.close()
        await until(lambda: not line.connected)
        host = Host(line)
        assert not termios.tcgetattr(host.descriptor)[tty.LFLAG] & (termios.ECHO | termios.ICANON)
        host.close()


async def test_the_link_is_made_in_place_of_one_left_behind_and_goes_with_its_device(tmp_path):
    link = tmp_path / "scale"
    link.symlink_to("/dev/pts/left-behind")
    async with served(f"pty:{link}") as line:
        assert line.address == f"serial:{link}"
        assert link.readlink().is_char_device()
    assert not link.is_symlink()
    async with served(f"pty:{link}"):
        link.unlink()
        link.symlink_to("/dev/null")
    assert link.readlink() == Path("/dev/null"), "somebody else's link is left alone"


async def test_no_descriptor_is_left_open(where):
    async def cycle():
        async with served(where) as line:
            host = Host(line)
            await until(lambda: line.connected)
            host.close()
            line.pull()
            await anyio.lowlevel.checkpoint()
            line.plug()
            await anyio.lowlevel.checkpoint()

    await cycle()
    before = _descriptors()
    for _ in range(10):
        await cycle()
    assert _descriptors() <= before


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


# What cannot be


@pytest.mark.parametrize(
    "bad",
    ["udp://x:1", "pty:", "scale", "", "pty://", "tcp://", "tcp://x:y", "tcp://x:1/y", "tcp:x"],
)
def test_a_place_that_cannot_be_read_says_how_to_write_it(bad):
    with pytest.raises(ConfigurationError, match="write tcp://"):
        Line(EchoDevice(), bad)


async def test_a_place_that_cannot_be_served_is_said(tmp_path):
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for where, message in (
            (f"tcp://127.0.0.1:{taken.getsockname()[1]}", os.strerror(errno.EADDRINUSE)),
            ("tcp://192.0.2.1:9100", "cannot be served"),
            (f"pty:{tmp_path}/file", "is in the way"),
            (f"pty:{tmp_path}/none/link", "its folder must exist"),
        ):
            with pytest.raises(DeviceError, match=message):
                await serve(EchoDevice(), where)
    assert (tmp_path / "file").is_file()
