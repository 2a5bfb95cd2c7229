"""Reader: waits for bytes in a thread of its own, and notices what is not there any more.

It knows when it was kept from reading (the keys it then finds prove nothing by their pace),
when the terminal is gone, and when its parent is. What the bytes mean is left to its owner.
"""

from __future__ import annotations

import contextlib
import os
import select
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_UP_S: Final = 0.5
"""How often it looks up from waiting, to see whether its parent is still there."""
READ_BYTES: Final = 4096
STALL_S: Final = 0.15
"""Coming back this much too late means that keys had been waiting."""


class Reader:
    """Reads one descriptor until it ends, the parent goes away, or ``stop`` is called."""

    def __init__(
        self,
        descriptor: int,
        *,
        take: Callable[[bytes, bool], None],
        silence: Callable[[], None],
        patience: Callable[[float], float],
    ) -> None:
        """Call ``take(data, stalled)`` for bytes, ``silence()`` when ``patience`` ran out."""
        self._descriptor = descriptor
        self._take = take
        self._silence = silence
        self._patience = patience
        self._parent = os.getppid()
        self._wake_read, self._wake_write = os.pipe()
        self._stopped = False

    def stop(self) -> None:
        """Have ``run`` return soon; from any thread."""
        self._stopped = True
        with contextlib.suppress(OSError):  # it ended by itself
            os.write(self._wake_write, b"\0")

    def run(self) -> str:
        """Read until the end; return why it ended, empty after ``stop``."""
        try:
            return self._read_on()
        finally:
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _read_on(self) -> str:
        back_at_s = monotonic()
        while not self._stopped:
            patience_s = self._patience(LOOK_UP_S)
            waiting = [self._descriptor, self._wake_read]
            try:
                ready, _, _ = select.select(waiting, [], [], patience_s)
            except (OSError, ValueError):
                return "the terminal was closed"
            now_s = monotonic()
            stalled = now_s - back_at_s > patience_s + STALL_S
            if self._descriptor in ready and not self._stopped:
                data = self._bytes()
                if not data:
                    return "the terminal was closed"
                self._take(data, stalled)
            elif not ready:
                self._silence()
            back_at_s = now_s
            if os.getppid() != self._parent:
                return "the parent process is gone"
        return ""

    def _bytes(self) -> bytes:
        try:
            return os.read(self._descriptor, READ_BYTES)
        except OSError:  # EIO: the other end of a terminal hung up
            return b""
