"""Outlet: writes to a terminal that may stop reading, without ever making the till wait.

What the terminal does not take at once is handed to a thread. Above a limit whole frames are
dropped, because the next repaint says it all again; when the terminal reads on, the owner is
told to repaint. What is written is left to the driver.
"""

from __future__ import annotations

import contextlib
import os
import select
from collections import deque
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PENDING_BYTES_MAX: Final = 256 * 1024
CLOSE_WITHIN_S: Final = 0.3
"""A terminal that does not read gets no more time than this to be put right on leaving."""


class Outlet:
    """The way out to one descriptor; ``write`` never blocks and keeps the order."""

    def __init__(
        self,
        descriptor: int,
        *,
        drained: Callable[[], None],
        lost: Callable[[str], None],
    ) -> None:
        """Call ``drained`` when frames were dropped and the rest is out, ``lost`` on an error.

        Both are called from whatever thread finds out.
        """
        self._own = _opened_again(descriptor)
        self._descriptor = descriptor if self._own is None else self._own
        self._drained = drained
        self._lost = lost
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._dropping = False
        self._broken = False
        self._change = Condition()
        self._thread: Thread | None = None

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the terminal."""
        return self._pending_bytes

    def write(self, data: bytes) -> None:
        """Write ``data``, now or later, whole or not at all."""
        with self._change:
            if self._broken or self._dropping or not data:
                return
            if not self._pending and self._own is not None:
                data = data[self._sent(data) :]
            if data and not self._broken:
                self._keep(data)

    def close(self) -> None:
        """Let what is pending go out if it goes quickly, then write nothing more."""
        give_up_s = monotonic() + CLOSE_WITHIN_S
        with self._change:
            while self._pending and not self._broken and monotonic() < give_up_s:
                self._change.wait(give_up_s - monotonic())
            self._broken = True
            self._pending.clear()
            self._change.notify_all()
            if self._own is not None:
                os.close(self._own)
                self._own = None

    def _keep(self, data: bytes) -> None:
        if self._pending_bytes + len(data) > PENDING_BYTES_MAX:
            # The first piece may be half written; half a control sequence must not stay so.
            first = self._pending.popleft() if self._pending else b""
            self._pending.clear()
            self._pending_bytes = 0
            self._dropping, data = True, first
        if data:
            self._pending.append(data)
            self._pending_bytes += len(data)
        if self._thread is None:
            self._thread = Thread(target=self._write_on, name="posframe-outlet", daemon=True)
            self._thread.start()
        self._change.notify_all()

    def _write_on(self) -> None:
        while self._wait_for_work():
            if self._own is None:
                self._write_blocking()
            else:
                with contextlib.suppress(OSError):  # closed meanwhile: seen when asked for work
                    select.select([], [self._descriptor], [], 0.1)
                with self._change:
                    self._advance()

    def _wait_for_work(self) -> bool:
        """Wait until there is something to write; False once nothing ever will be."""
        with self._change:
            while not self._pending and not self._broken:
                if self._dropping:
                    self._dropping = False
                    self._drained()
                self._change.wait()
            return not self._broken

    def _advance(self) -> None:
        if self._broken or not self._pending:
            return
        data = self._pending.popleft()
        rest = data[self._sent(data) :]
        if rest:
            self._pending.appendleft(rest)
        self._pending_bytes -= len(data) - len(rest)
        self._change.notify_all()

    def _write_blocking(self) -> None:
        """Write where the descriptor could not be opened again: only this thread waits."""
        with self._change:
            data = self._pending.popleft() if self._pending else b""
        try:
            while data:
                sent = os.write(self._descriptor, data)
                self._pending_bytes -= sent
                data = data[sent:]
        except OSError:
            self._break()
        with self._change:
            self._change.notify_all()

    def _sent(self, data: bytes) -> int:
        """Write what the descriptor takes at once; return how many bytes that was."""
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return 0
        except OSError:
            self._break()
            return 0

    def _break(self) -> None:
        self._broken = True
        self._pending.clear()
        self._lost("the terminal was closed")


def _opened_again(descriptor: int) -> int | None:
    """Open the same terminal or pipe once more, not to make its other users non-blocking too."""
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    with contextlib.suppress(OSError):
        path = os.ttyname(descriptor) if os.isatty(descriptor) else f"/proc/self/fd/{descriptor}"
        return os.open(path, flags)
    return None
