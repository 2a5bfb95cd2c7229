"""A device in software on a line of the system: a till or any other program talks to it.

One host at a time. The simulator's time is the event loop's, and everything that touches it runs
there. Which lines there are is `sockets`' business, what faults do `wire`'s.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import anyio

from posframe.hal.simulators.sockets import socket_at
from posframe.hal.simulators.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from anyio.abc import TaskStatus

    from posframe.hal.simulators.faults import Fault
    from posframe.hal.simulators.simulator import Simulator
    from posframe.hal.simulators.sockets import DeviceSocket

CHUNK_BYTES_MAX = 512
"""Taken at once: so little that whoever watches the device sees all it does."""
TICK_S_MIN = 0.001
"""A simulator that is due again and again without end does not stop the loop."""


async def serve(
    simulator: Simulator,
    where: str,
    *,
    faults: Iterable[Fault] = (),
    task_status: TaskStatus[Line] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve ``simulator`` at ``tcp://host:port`` or ``pty:/path/of/link`` until cancelled.

    The task status is the `Line`, whose address tells the port, for a ``where`` whose port is 0.

    Raises:
        ConfigurationError: ``where`` is no such place.
        DeviceError: it cannot be listened on.
    """
    await Line(simulator, where, faults=faults).run(task_status=task_status)


class Line:
    """A simulator, the socket it is plugged in, and the cable between them."""

    def __init__(
        self,
        simulator: Simulator,
        where: str,
        *,
        faults: Iterable[Fault] = (),
        tell: Callable[[str], None] = lambda _words: None,
        trace: Callable[[str, bytes], None] = lambda _way, _data: None,
    ) -> None:
        """``tell`` hears in words what happens to the line; ``trace`` each piece, rx or tx.

        Raises:
            ConfigurationError: ``where`` is no place to listen.
        """
        self.simulator = simulator
        self.plugged = True
        self._socket: DeviceSocket = socket_at(where, narrow=simulator.room_bytes is not None)
        self._faults = tuple(faults)
        self._tell = tell
        self._trace = trace
        self._changed = anyio.Event()
        self._made: Wire | None = None

    @property
    def address(self) -> str:
        """How a till names it: ``tcp://127.0.0.1:9100`` or ``serial:/tmp/scale``."""
        return self._socket.address

    @property
    def connected(self) -> bool:
        """Whether a host is there."""
        return self._made is not None and self._made.connected

    async def run(self, *, task_status: TaskStatus[Line] = anyio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled.

        Raises:
            DeviceError: the place cannot be listened on.
        """
        self._socket.open()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._let_time_pass)
                task_status.started(self)
                while True:
                    await self._until(lambda: self.plugged)
                    self._socket.open()
                    async with anyio.create_task_group() as plugged:
                        plugged.start_soon(self._hosts)
                        await self._until(lambda: not self.plugged)
                        plugged.cancel_scope.cancel()
                    self._socket.close()
        finally:
            self._socket.close()

    def act(self, words: str) -> None:
        """Do what a person does at the device, and carry what it sends because of it.

        Raises:
            DataError: there is no such act, or its words mean nothing.
        """
        self._wire.act(words, anyio.current_time())
        self._stir()

    def spoil(self, fault: Fault) -> None:
        """Let ``fault`` strike from now on."""
        self._wire.spoil(fault, anyio.current_time())
        self._stir()

    def pull(self) -> None:
        """Pull the cable: the host loses the line, and cannot open it."""
        if self.plugged:
            self.plugged = False
            self._tell("the cable was pulled")
            self._stir()

    def plug(self) -> None:
        """Put the cable back in: the line is to be found where it was."""
        if not self.plugged:
            self.plugged = True
            self._tell("the cable was plugged in")
            self._stir()

    async def changed(self) -> None:
        """Wait until something may have changed at the line or the device."""
        await self._changed.wait()

    @property
    def _wire(self) -> Wire:
        """The wire, made when first used: its faults begin in the time of that loop."""
        if self._made is None:
            now_s = anyio.current_time()
            self._made = Wire(self.simulator, self._faults, now_s, on_fault=self._struck)
        return self._made

    async def _hosts(self) -> None:
        """Serve one host after another."""
        while True:
            descriptor = await self._socket.host()
            self._tell("a host has connected")
            self._wire.connect(anyio.current_time())
            self._stir()
            lost = False
            try:
                lost = await self._serve(descriptor)
            finally:
                self._wire.disconnect()
                if not lost:
                    self._socket.part(descriptor)
            if lost:
                await self._socket.hang_up(descriptor)
            self._tell("the line was closed" if lost else "the host has gone")

    async def _serve(self, descriptor: int) -> bool:
        """Carry bytes both ways until the host leaves; True if a fault closed the line."""
        async with anyio.create_task_group() as ways:
            ways.start_soon(self._speak, descriptor, ways.cancel_scope)
            await self._listen(descriptor)
            ways.cancel_scope.cancel()
        return self._wire.broken

    async def _listen(self, descriptor: int) -> None:
        """Take what the host sends, no faster than the device does, until it leaves."""
        while True:
            await self._until(lambda: self._wire.room != 0)
            room = self._wire.room
            try:
                await anyio.wait_readable(descriptor)
                size = CHUNK_BYTES_MAX if room is None else min(room, CHUNK_BYTES_MAX)
                data = os.read(descriptor, size)
            except BlockingIOError:
                continue
            except OSError:  # what a hang-up is called on a terminal
                return
            if not data:
                return
            self._trace("rx", data)
            self._wire.receive(data, anyio.current_time())
            self._stir()

    async def _speak(self, descriptor: int, ways: anyio.CancelScope) -> None:
        """Send what the device sends; end the connection where a fault closes the line."""
        while True:
            data = self._wire.take(CHUNK_BYTES_MAX, anyio.current_time())
            if data:
                self._trace("tx", data)
                await _write(descriptor, data)
            elif self._wire.broken:
                ways.cancel()
                return
            else:
                await self._news(self._wire.host_due_s())

    async def _let_time_pass(self) -> None:
        while True:
            self._wire.advance(anyio.current_time())
            self._stir()
            await self._news(self._wire.device_due_s())

    async def _news(self, due_s: float | None) -> None:
        """Wait until something may have changed, at the latest until ``due_s``."""
        changed = self._changed
        wait_s = math.inf if due_s is None else due_s - anyio.current_time()
        with anyio.move_on_after(max(TICK_S_MIN, wait_s)):
            await changed.wait()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._changed.wait()

    def _stir(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    def _struck(self, fault: Fault) -> None:
        self._tell(f"fault: {fault}")


async def _write(descriptor: int, data: bytes) -> None:
    """Hand over ``data``; what a host that leaves does not take is lost."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            await anyio.wait_writable(descriptor)
        except OSError:
            return
