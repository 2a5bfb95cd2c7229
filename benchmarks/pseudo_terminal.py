"""A process on a real pseudo-terminal: keys in, the bytes of frames out, nothing is emulated."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Final, Self

from benchmarks.processes import cpu_s, environment, memory_mb

if TYPE_CHECKING:
    from collections.abc import Sequence

WITHIN_S: Final = 60.0
LEAVES_WITHIN_S: Final = 5.0
FRAME_END: Final = b"\x1b[0m"
"""A frame of the till ends by resetting the style, so its end is seen without an emulator."""


class PseudoTerminal:
    """Runs one command on a terminal of its own until left."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        extra: dict[str, str] | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        columns, lines = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment({**terminal, **(extra or {})}),
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        until = time.monotonic() + LEAVES_WITHIN_S
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.02)  # what it says on leaving has to go somewhere
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Send keys as a keyboard or a scanner would."""
        os.write(self._master, keys.encode())

    def read(self, within_s: float) -> bytes:
        """Return what came within a time; nothing when nothing did."""
        ready, _, _ = select.select([self._master], [], [], within_s)
        if not ready:
            return b""
        with contextlib.suppress(OSError):  # the process has ended
            return os.read(self._master, 65536)
        return b""

    def read_until(self, wanted: bytes, *, end: bytes = b"", within_s: float = WITHIN_S) -> bytes:
        """Return all that came up to and with ``wanted``, and on until it ends with ``end``.

        Raises:
            TimeoutError: it did not come.
        """
        until = time.monotonic() + within_s
        seen = b""
        while wanted not in seen or not seen.endswith(end):
            data = self.read(0.5)
            seen += data
            ended = not data and self.process.poll() is not None
            if ended or time.monotonic() > until:
                raise TimeoutError(f"{wanted!r} did not come; the last was {seen[-500:]!r}")
        return seen

    def read_to_rest(self, quiet_s: float = 0.3) -> None:
        """Read until nothing comes for a while."""
        while self.read(quiet_s):
            pass

    @property
    def cpu_s(self) -> float:
        """User and system time of the process so far; counted in ticks of the system."""
        return cpu_s(self.process.pid)

    @property
    def memory_mb(self) -> float:
        """What the process holds in memory."""
        return memory_mb(self.process.pid)
