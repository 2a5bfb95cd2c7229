"""A simulated ZVT terminal at a TCP port, or at a pseudo-terminal behind a link.

One till at a time. The terminal's time is the event loop's; it goes on while no till is there.
"""

from __future__ import annotations

import contextlib
import math
import os
import pty
import select
import tty
from typing import TYPE_CHECKING, Protocol

import anyio
import anyio.lowlevel
from anyio.abc import SocketAttribute, TaskStatus

if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import SocketStream

    from posframe_payments.simulators.zvt_terminal import Terminal

WHOLE, BYTE_BY_BYTE, JOINED = "whole", "bytes", "joined"
"""How what it says reaches the till: at once, in single bytes, or held until more has come."""
JOIN_S = 0.02
LOOK_S = 0.02
TICK_S_MIN = 0.001
READ_BYTES_MAX = 4096


class Stream(Protocol):
    """A connection to a till."""

    async def receive(self, max_bytes: int = ...) -> bytes:
        """Return the next bytes.

        Raises:
            anyio.EndOfStream: the till has gone.
            anyio.BrokenResourceError: the connection broke.
        """

    async def send(self, item: bytes) -> None:
        """Write all of ``item``.

        Raises:
            anyio.BrokenResourceError: the connection broke.
        """

    async def aclose(self) -> None:
        """End the connection."""


_GONE = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)


async def serve_tcp(
    terminal: Terminal,
    *,
    port: int = 0,
    delivery: str = WHOLE,
    task_status: TaskStatus[int] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve at 127.0.0.1 until cancelled; the task status is the port, for one that was 0."""
    served = _Served(terminal, delivery)
    turn = anyio.Lock()

    async def host(stream: SocketStream) -> None:
        async with turn:
            try:
                await served.talk(stream)
            finally:
                await _hang_up(stream)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(served.let_time_pass)
        task_status.started(listener.extra(SocketAttribute.local_port))  # noqa: S610 - of anyio
        await listener.serve(host)


async def serve_pty(
    terminal: Terminal,
    link: Path,
    *,
    delivery: str = WHOLE,
    task_status: TaskStatus[Path] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve a serial line at ``link`` until cancelled; once it was broken, a new one is there."""
    served = _Served(terminal, delivery)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(served.let_time_pass)
        stream = _PtyStream(link)
        task_status.started(link)
        try:
            while True:
                await stream.until_opened()
                await served.talk(stream)
                if terminal.hung_up:
                    broken, stream = stream, _PtyStream(link)
                    await _hang_up(broken)
        finally:
            await _hang_up(stream)
            link.unlink(missing_ok=True)  # noqa: ASYNC240 - one call at the end


async def _hang_up(stream: Stream) -> None:
    with anyio.CancelScope(shield=True), contextlib.suppress(*_GONE):
        await stream.aclose()


class _Served:
    """Carries bytes and time between a terminal and its till."""

    def __init__(self, terminal: Terminal, delivery: str) -> None:
        self._terminal = terminal
        self._delivery = delivery
        self._changed = anyio.Event()

    async def talk(self, stream: Stream) -> None:
        """Serve one till until it leaves or the terminal breaks the connection."""
        self._terminal.connect(anyio.current_time())
        try:
            async with anyio.create_task_group() as ways:
                ways.start_soon(self._listen, stream, ways.cancel_scope)
                await self._speak(stream)
                ways.cancel_scope.cancel()
        finally:
            if self._terminal.linked:
                self._terminal.disconnect(anyio.current_time())
            self._stir()

    async def let_time_pass(self) -> None:
        """Tick the terminal when it is due, for ever."""
        while True:
            due_s = self._terminal.due_s()
            wait_s = math.inf if due_s is None else due_s - anyio.current_time()
            changed = self._changed
            with anyio.move_on_after(max(TICK_S_MIN, wait_s)):
                await changed.wait()
            self._terminal.tick(anyio.current_time())
            if due_s is not None and anyio.current_time() >= due_s:
                self._stir()

    async def _listen(self, stream: Stream, ways: anyio.CancelScope) -> None:
        try:
            while True:
                data = await stream.receive(READ_BYTES_MAX)
                self._terminal.receive(data, anyio.current_time())
                self._stir()
        except _GONE:
            ways.cancel()

    async def _speak(self, stream: Stream) -> None:
        with contextlib.suppress(*_GONE):
            while True:
                changed = self._changed
                if self._delivery == JOINED:
                    await anyio.sleep(JOIN_S)
                await self._write(stream, self._terminal.take())
                if self._terminal.hung_up:
                    return
                await changed.wait()

    async def _write(self, stream: Stream, data: bytes) -> None:
        size = 1 if self._delivery == BYTE_BY_BYTE else max(1, len(data))
        for at in range(0, len(data), size):
            await stream.send(data[at : at + size])
            await anyio.lowlevel.checkpoint()

    def _stir(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()


class _PtyStream:
    """The terminal's end of a pseudo-terminal; the till opens the link."""

    def __init__(self, link: Path) -> None:
        self._end, theirs = pty.openpty()
        tty.setraw(theirs)
        name = os.ttyname(theirs)
        os.close(theirs)
        os.set_blocking(self._end, False)
        fresh = link.with_name(f"{link.name}.new")
        fresh.symlink_to(name)
        fresh.replace(link)

    async def until_opened(self) -> None:
        """Wait for a till."""
        look = select.poll()
        look.register(self._end, select.POLLHUP)
        while look.poll(0):  # noqa: ASYNC110 - the system does not tell
            await anyio.sleep(LOOK_S)

    async def receive(self, max_bytes: int = READ_BYTES_MAX) -> bytes:
        """Return the next bytes."""
        while True:
            await anyio.wait_readable(self._end)
            try:
                data = os.read(self._end, max_bytes)
            except BlockingIOError:
                continue
            except OSError as error:  # what a hang-up is called on a terminal
                raise anyio.EndOfStream from error
            if data:
                return data
            raise anyio.EndOfStream

    async def send(self, item: bytes) -> None:
        """Write all of ``item``."""
        rest = memoryview(item)
        while rest:
            try:
                rest = rest[os.write(self._end, rest) :]
            except BlockingIOError:
                await anyio.wait_writable(self._end)
            except OSError as error:
                raise anyio.BrokenResourceError from error

    async def aclose(self) -> None:
        """Hang up."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1
