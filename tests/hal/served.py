"""A device served on a line of the system, and a host at the other end of it, for tests."""

from __future__ import annotations

import contextlib
import os
import socket

import anyio

from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.serving import Line
from posframe.hal.transports.tcp import SEND_BUFFER_BYTES
from tests.hal.echo_device import EchoDevice

SOON_S = 5.0


@contextlib.asynccontextmanager
async def served(where, device=None, script="", **more):
    """Serve a device while the block runs; yield its line."""
    line = Line(device or EchoDevice(), where, faults=parse_faults(script), **more)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            yield await tasks.start(lambda task_status: line.run(task_status=task_status))
            tasks.cancel_scope.cancel()


class Host:
    """The other end: a descriptor on the loop."""

    def __init__(self, line):
        kind, _, place = line.address.partition(":")
        self.socket = None
        if kind == "tcp":
            self.socket = socket.create_connection(("127.0.0.1", int(place.rpartition(":")[2])))
            self.socket.setblocking(False)  # noqa: FBT003 - the socket module's own signature
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            self.descriptor = self.socket.fileno()
        else:
            self.descriptor = os.open(place, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def send(self, data):
        return os.write(self.descriptor, data)

    async def read(self):
        """Return what comes next; b"" when the line is closed."""
        with anyio.fail_after(SOON_S):
            await anyio.wait_readable(self.descriptor)
            try:
                return os.read(self.descriptor, 100)
            except OSError:
                return b""

    async def expect(self, data):
        got = b""
        while len(got) < len(data):
            piece = await self.read()
            assert piece, f"the line was closed after {got!r}"
            got += piece
        assert got == data

    def close(self):
        anyio.notify_closing(self.descriptor)
        if self.socket:
            self.socket.close()
        else:
            os.close(self.descriptor)


async def until(holds):
    with anyio.fail_after(SOON_S):
        while not holds():  # noqa: ASYNC110 - what is waited for makes no event
            await anyio.sleep(0.005)


def opens(line):
    """Tell whether a host can connect."""
    try:
        Host(line).close()
    except OSError:
        return False
    return True


async def read_all(host):
    """Return what comes until the line is closed."""
    got = b""
    while data := await host.read():
        got += data
    return got
