"""A terminal for tests: a process on a real pty, its screen read by an emulator.

Nothing here sleeps: it waits for a text to be on the screen, or for the process to be gone,
with a limit.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from typing import Self

import pyte

WITHIN_S = 10.0


class PtyTerminal:
    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environment: dict[str, str] | None = None,
        controlling: bool = True,
    ) -> None:
        self.size = size
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.master, self.slave = pty.openpty()
        self.resize(*size)
        self.settings_before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            | (environment or {}),
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def resize(self, width: int, height: int) -> None:
        self.size = width, height
        self.screen.resize(lines=height, columns=width)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, keys: str | bytes) -> None:
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def type_by_hand(self, keys: str, gap_s: float = 0.06) -> None:
        """Type with a person's pauses, reading the screen meanwhile."""
        for key in keys:
            self.type(key)
            self.read_for(gap_s)

    def read_for(self, seconds: float) -> bytes:
        """Read whatever comes in this time; a pace, not a wait for anything."""
        until, read = time.monotonic() + seconds, b""
        while (left := until - time.monotonic()) > 0:
            read += self.read(left)
        return read

    def read(self, within_s: float) -> bytes:
        ready, _, _ = select.select([self.master], [], [], within_s)
        if not ready:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return b""
        self.raw += data
        # pyte does not know the private modes with $ (queries); a terminal ignores them.
        self.stream.feed(re.sub(rb"\x1b\[\?\d+\$p|\x1b\[<u|\x1b\[>\d*u", b"", data))
        return data

    def wait_for(self, pattern: str, within_s: float = WITHIN_S) -> str:
        return self.wait_until(
            lambda: re.search(pattern, self.text()) is not None, f"{pattern!r}", within_s
        )

    def wait_until(
        self, holds: Callable[[], bool], what: str = "it", within_s: float = WITHIN_S
    ) -> str:
        until = time.monotonic() + within_s
        while not holds():
            left = until - time.monotonic()
            assert left > 0, f"{what} did not come; the screen is:\n{self.text()}"
            self.read(min(left, 0.1))
        return self.text()

    def wait_gone(self, within_s: float = WITHIN_S) -> int:
        """Wait for the process to end, reading on as a terminal would."""
        until = time.monotonic() + within_s
        while self.process.poll() is None:
            assert time.monotonic() < until, f"still running; the screen is:\n{self.text()}"
            self.read(0.02)
        while self.read(0.05):
            pass
        assert self.process.returncode is not None
        return self.process.returncode

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def row(self, y: int) -> str:
        return self.screen.display[y]

    @property
    def restored(self) -> bool:
        """Tell whether the terminal is as it was: settings, main screen, cursor."""
        left = self.raw.rfind(b"\x1b[?1049l") > self.raw.rfind(b"\x1b[?1049h")
        cursor = self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
        return left and cursor and termios.tcgetattr(self.slave) == self.settings_before


def _take_terminal() -> None:
    """Make standard input the controlling terminal, which sends SIGWINCH and SIGHUP."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def till_command(*options: str) -> list[str]:
    return [sys.executable, "-m", "tests.terminal_ui.till_process", *options]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
