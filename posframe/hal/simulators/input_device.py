"""What simulators of scanners, card readers and keylocks have in common: they send at their pace.

What they send, and when, is theirs to say.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.simulator import Simulator
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GS_WORD, GS = "<GS>", "\x1d"


class InputSimulator(Simulator):
    """A device that sends by itself, ``pace_s`` seconds between two pieces."""

    def __init__(self, pace_s: float = 0.0) -> None:
        self.pace_s = pace_s
        self._waiting: deque[tuple[float, bytes]] = deque()

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host; most of these devices do not listen."""
        del data, now_s
        return b""

    def due_s(self) -> float | None:
        """Return when the next piece is due."""
        return self._waiting[0][0] if self._waiting else None

    def tick(self, now_s: float) -> bytes:
        """Return the pieces that are due by now."""
        due = b""
        while self._waiting and self._waiting[0][0] <= now_s:
            due += self._waiting.popleft()[1]
        return due

    def disconnected(self) -> None:
        """Forget what was not sent."""
        self._waiting.clear()

    def say(self, pieces: Iterable[bytes], now_s: float, pace_s: float | None = None) -> bytes:
        """Send ``pieces`` behind what waits already; return what leaves at once."""
        pace_s = self.pace_s if pace_s is None else pace_s
        due_s = max(now_s, self._waiting[-1][0] + pace_s) if self._waiting else now_s
        for piece in pieces:
            self._waiting.append((due_s, piece))
            due_s += pace_s
        return self.tick(now_s)


def characters(data: bytes) -> list[bytes]:
    """Return the pieces of data that is sent character by character."""
    return [data[at : at + 1] for at in range(len(data))]


def label(words: str) -> tuple[str, str]:
    """Return AIM identifier and code of ``]C1 0109…<GS>10…``; without one, the likeliest.

    Raises:
        DataError: there is no code.
    """
    aim, _, rest = words.partition(" ")
    if len(aim) == 3 and aim.startswith("]") and rest:
        code = rest
    else:
        code = words
        aim = {13: "]E0", 12: "]E0", 8: "]E4"}.get(len(code), "") if code.isdecimal() else ""
    if not code:
        raise DataError("Nothing is scanned", hint="write scan 4006381333931")
    return aim or "]C0", code.replace(GS_WORD, GS)


def hex_bytes(words: str) -> bytes:
    """Return the bytes of a row of hexadecimal digits.

    Raises:
        DataError: it is none.
    """
    try:
        found = bytes.fromhex(words)
    except ValueError:
        found = b""
    if not found:
        raise DataError(f"{words!r} is no hexadecimal number", hint="write touch 04A22B9C")
    return found


def read_settings(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the options a simulator is made with, those of ``known`` in their place.

    Raises:
        ConfigurationError: one of them is unknown.
    """
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"This simulator has no option {name!r}", hint=unknown_name("options", name, known)
            )
    return {**known, **given}


def choose(name: str, value: str, choices: Iterable[str]) -> str:
    """Return ``value``, which is one of ``choices``.

    Raises:
        ConfigurationError: it is not.
    """
    choices = tuple(choices)
    if value not in choices:
        raise ConfigurationError(f"{name}={value} cannot be", hint=f"one of: {', '.join(choices)}")
    return value


def milliseconds(name: str, value: str) -> float:
    """Return seconds from a whole number of milliseconds.

    Raises:
        ConfigurationError: it is none.
    """
    if not (value.isascii() and value.isdecimal() and len(value) < 7):
        raise ConfigurationError(f"{name}={value} cannot be", hint="write milliseconds, such as 5")
    return int(value) / 1000
