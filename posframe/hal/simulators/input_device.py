"""What simulators of scanners, card readers and keylocks have in common: they send at their pace.

What they send, and when, is theirs to say.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.given_options import choice
from posframe.hal.simulators.key_presses import LAYOUTS, events, key_moves
from posframe.hal.simulators.simulator import Simulator

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


class TextSimulator(InputSimulator):
    """A device that writes text, on a serial line or as a keyboard."""

    def __init__(self, layout: str = "", pace_s: float = 0.0) -> None:
        """``layout``: country it types for; empty: it is on a serial line."""
        super().__init__(pace_s)
        self._layout = layout

    def write(self, text: str, now_s: float) -> bytes:
        """Send ``text``; return what leaves at once.

        Raises:
            DataError: a character of it can be neither sent nor typed.
        """
        if self._layout:
            return self.say(events(key_moves(text, self._layout), now_s, self.pace_s), now_s)
        return self.say(characters(encoded(text, "latin-1")), now_s)


def layout_of(given: Mapping[str, str], *sources: str) -> str:
    """Return the country a device types for by its options; empty: it is on a serial line.

    ``sources`` are ``serial`` and ``evdev``, first the one that it is when nothing is said.

    Raises:
        ConfigurationError: one of them cannot be.
    """
    layout = choice(given, "layout", *LAYOUTS)
    return layout if choice(given, "source", *sources) == "evdev" else ""


def characters(data: bytes) -> list[bytes]:
    """Return the pieces of data that is sent character by character."""
    return [data[at : at + 1] for at in range(len(data))]


def encoded(text: str, encoding: str = "utf-8") -> bytes:
    """Return ``text`` as a device sends it.

    Raises:
        DataError: it has no way to.
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise DataError(
            f"This device cannot send {text!a}", hint="write Western letters and digits"
        ) from error


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
        raise DataError(
            f"{words!r} is no hexadecimal number", hint="write two digits a byte, as 04A22B9C"
        )
    return found
