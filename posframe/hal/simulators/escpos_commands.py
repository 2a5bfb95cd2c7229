"""Where each ESC/POS command ends: cuts a printer's byte stream into commands and text.

Written from the command tables. What the commands do is `escpos_printer`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

COMMAND_BYTES_MAX = 4 * 1024 * 1024
"""A command that claims more than this is noise; only its head is skipped."""


class Token(NamedTuple):
    """One command, or a run of text whose ``name`` is empty."""

    name: bytes
    """The fixed bytes that say which command it is."""
    body: bytes
    """Its parameters, or the text."""
    known: bool = True


class Tokenizer:
    """Takes bytes as they come, in pieces of any size, and gives back whole commands."""

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0

    def feed(self, data: bytes) -> Iterator[Token]:
        """Yield every command and text that ``data`` completes."""
        self._buffer = self._buffer[self._at :] + data
        self._at = 0
        while self._at < len(self._buffer):
            found = _next(self._buffer, self._at)
            if found is None:
                return
            token, self._at = found
            yield token

    @property
    def waiting(self) -> bytes:
        """The bytes of a command that is not complete yet."""
        return self._buffer[self._at :]


_TEXT = re.compile(rb"[\x20-\xff]+")

# Parameter bytes of commands with a fixed number of them.
_FIXED = {
    **dict.fromkeys((b"\x09", b"\x0a", b"\x0c", b"\x0d", b"\x18"), 0),
    **{b"\x1b" + bytes((code,)): 0 for code in b"2<@LSimv"},
    **{b"\x1b" + bytes((code,)): 1 for code in b"!%-3=?AEGJKMRTUVadertu{ "},
    **{b"\x1b" + bytes((code,)): 2 for code in b"$\\Bc"},
    b"\x1bp": 3,
    b"\x1bW": 8,
    **{b"\x1c" + bytes((code,)): 0 for code in b"&."},
    **{b"\x1c" + bytes((code,)): 1 for code in b"!-CW"},
    **{b"\x1c" + bytes((code,)): 2 for code in b"Sp"},
    b"\x1c2": 74,  # two bytes of code, 24 x 24 dots
    **{b"\x1d" + bytes((code,)): 0 for code in b":c"},
    **{b"\x1d" + bytes((code,)): 1 for code in b"!/BHITabfhjrw"},
    **{b"\x1d" + bytes((code,)): 2 for code in b"$LPW\\"},
    b"\x1d^": 3,
    b"\x10\x05": 1,
}

_Length = Callable[[bytes, int], int | None]  # the buffer and where the parameters begin


def _next(buffer: bytes, at: int) -> tuple[Token, int] | None:
    """Return the token at ``at`` and where the next begins; None when it is not complete."""
    text = _TEXT.match(buffer, at)
    if text:
        return Token(b"", text.group()), text.end()
    lead = buffer[at : at + 1]
    if lead not in _LEADS:
        return Token(lead, b"", lead in _FIXED), at + 1
    # In a group the third byte names the command.
    start = at + (3 if buffer[at : at + 2] in _GROUPS else 2)
    if len(buffer) < start:
        return None
    return _command(buffer, at, start)


def _command(buffer: bytes, at: int, start: int) -> tuple[Token, int] | None:
    """Return the command whose name ends at ``start``."""
    name = buffer[at:start]
    measure = _VARIABLE.get(name) or _GROUPS.get(name[:2])
    length = measure(buffer, start) if measure else _FIXED.get(name, -1)
    if length is None:
        return None
    if not 0 <= length <= COMMAND_BYTES_MAX:
        return Token(name, b"", known=False), start
    if len(buffer) < start + length:
        return None
    return Token(name, buffer[start : start + length]), start + length


def _counted(size: int) -> _Length:
    """Return the length of a body that begins with its own length, in ``size`` bytes."""

    def length(buffer: bytes, at: int) -> int | None:
        if len(buffer) < at + size:
            return None
        return size + int.from_bytes(buffer[at : at + size], "little")

    return length


def _cut(buffer: bytes, at: int) -> int | None:
    if at >= len(buffer):
        return None
    return 2 if buffer[at] in (65, 66, 97, 98, 103, 104) else 1


def _barcode(buffer: bytes, at: int) -> int | None:
    if len(buffer) < at + 2:
        return None
    if buffer[at] >= 65:  # function B: its length follows
        return 2 + buffer[at + 1]
    end = buffer.find(b"\x00", at + 1)  # function A: up to NUL
    if end < 0:
        return None if len(buffer) < at + 258 else 1
    return end + 1 - at


def _raster(buffer: bytes, at: int) -> int | None:
    if len(buffer) < at + 5:
        return None
    row_bytes = int.from_bytes(buffer[at + 1 : at + 3], "little")
    return 5 + row_bytes * int.from_bytes(buffer[at + 3 : at + 5], "little")


def _column_image(buffer: bytes, at: int) -> int | None:
    if len(buffer) < at + 3:
        return None
    columns = int.from_bytes(buffer[at + 1 : at + 3], "little")
    return 3 + columns * (3 if buffer[at] in (32, 33) else 1)


def _downloaded_image(buffer: bytes, at: int) -> int | None:
    return None if len(buffer) < at + 2 else 2 + buffer[at] * buffer[at + 1] * 8


def _tabs(buffer: bytes, at: int) -> int | None:
    end = buffer.find(b"\x00", at, at + 33)
    if end >= 0:
        return end + 1 - at
    return None if len(buffer) < at + 33 else 32


def _real_time_status(buffer: bytes, at: int) -> int | None:
    if at >= len(buffer):
        return None
    return 2 if buffer[at] in (7, 8, 18) else 1


def _real_time_request(buffer: bytes, at: int) -> int | None:
    if at >= len(buffer):
        return None
    return {1: 3, 2: 3, 3: 8, 7: 2, 8: 8}.get(buffer[at], 1)


_VARIABLE: dict[bytes, _Length] = {
    b"\x1dV": _cut,
    b"\x1dk": _barcode,
    b"\x1b*": _column_image,
    b"\x1d*": _downloaded_image,
    b"\x1bD": _tabs,
    b"\x10\x04": _real_time_status,
    b"\x10\x14": _real_time_request,
}
_GROUPS: dict[bytes, _Length] = {
    b"\x1b(": _counted(2),
    b"\x1c(": _counted(2),
    b"\x1d(": _counted(2),
    b"\x1d8": _counted(4),
    b"\x1dv": _raster,
}
_LEADS = frozenset((b"\x10", b"\x1b", b"\x1c", b"\x1d"))
