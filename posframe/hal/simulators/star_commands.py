"""Where each Star Line Mode command ends: cuts a printer's byte stream into commands and text.

Written from the command tables. What the commands do is `star_printer`'s business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from posframe.hal.simulators.escpos_commands import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND_BYTES_MAX = 4 * 1024 * 1024

ENTER_RASTER, QUIT_RASTER = b"\x1b*rA", b"\x1b*rB"
ROW, ROW_ON_SAME_LINE = b"b", b"k"

_TEXT = re.compile(rb"[\x20-\xff]+")

# Parameter bytes of commands with a fixed number of them, the longest names first where one begins
# like another.
_FIXED = {
    **{
        bytes((code,)): 0
        for code in b"\x04\x05\x07\x09\x0a\x0b\x0c\x0d\x0e\x14\x17\x18\x19\x1a\x1c\x1e"
    },
    **{b"\x1b" + bytes((code,)): 0 for code in b"@EF045MP:gHpq\x0e\x14"},
    **{b"\x1b" + bytes((code,)): 1 for code in b"-adJIRWhz/ lQ_C$"},
    **{b"\x1b" + bytes((code,)): 2 for code in b"i\x07st"},
    **{b"\x1b\x0c" + bytes((code,)): 0 for code in b"\x00\x04"},
    **{b"\x1b\x06" + bytes((code,)): 0 for code in b"\x01\x18"},
    **{b"\x1b\x1d" + bytes((code,)): 1 for code in b"atb"},
    **{b"\x1b\x1d" + bytes((code,)): 2 for code in b"AR"},
    **{b"\x1b\x1e" + bytes((code,)): 1 for code in b"aEFdrcCLm"},
    **{b"\x1b\x1dyS" + bytes((code,)): 1 for code in b"012"},
    b"\x1b\x1dyP": 0,
    b"\x1b\x1dyI": 0,
    **{b"\x1b*r" + bytes((code,)): 0 for code in b"RABC"},
}


def _to(end: bytes) -> Callable[[bytes, int], int | None]:
    """Return the length of a body that goes on to ``end``."""

    def length(buffer: bytes, at: int) -> int | None:
        found = buffer.find(end, at)
        return None if found < 0 else found + 1 - at

    return length


def _barcode(buffer: bytes, at: int) -> int | None:
    found = buffer.find(b"\x1e", at + 4)  # the four parameters may hold any byte
    return None if found < 0 else found + 1 - at


def _qr_data(buffer: bytes, at: int) -> int | None:
    if len(buffer) < at + 3:
        return None
    return 3 + int.from_bytes(buffer[at + 1 : at + 3], "little")


_VARIABLE: dict[bytes, Callable[[bytes, int], int | None]] = {
    b"\x1bb": _barcode,
    b"\x1b\x1dyD1": _qr_data,
    **{b"\x1b*r" + bytes((code,)): _to(b"\x00") for code in b"PEFQTKYN"},
    **{b"\x1b*rm" + bytes((code,)): _to(b"\x00") for code in b"lr"},
    b"\x1bD": _to(b"\x00"),
    b"\x1bB": _to(b"\x00"),
}
_NAMES = {**_FIXED, **_VARIABLE}
_PREFIXES = frozenset(name[:length] for name in _NAMES for length in range(1, len(name)))
_NAME_BYTES_MAX = max(map(len, _NAMES))


class StarTokenizer:
    """Takes bytes as they come, in pieces of any size, and gives back whole commands."""

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._in_raster = False

    def feed(self, data: bytes) -> Iterator[Token]:
        """Yield every command and text that ``data`` completes."""
        self._buffer = self._buffer[self._at :] + data
        self._at = 0
        while self._at < len(self._buffer):
            found = self._next()
            if found is None:
                return
            token, self._at = found
            if token.name in {ENTER_RASTER, QUIT_RASTER}:
                self._in_raster = token.name == ENTER_RASTER
            yield token

    @property
    def waiting(self) -> bytes:
        """The bytes of a command that is not complete yet."""
        return self._buffer[self._at :]

    def _next(self) -> tuple[Token, int] | None:
        buffer, at = self._buffer, self._at
        if self._in_raster and buffer[at : at + 1] in {ROW, ROW_ON_SAME_LINE}:
            return self._row()
        text = _TEXT.match(buffer, at)
        if text:
            # In raster mode nothing but rows and commands means anything.
            end = at + 1 if self._in_raster else text.end()
            return Token(b"", buffer[at:end], known=not self._in_raster), end
        for length in range(1, _NAME_BYTES_MAX + 1):
            name = buffer[at : at + length]
            if name in _NAMES:
                return _command(buffer, at, name)
            if len(name) < length:
                return None  # it may become a name yet
            if name not in _PREFIXES:
                return Token(name, b"", known=False), at + length
        raise AssertionError("no name is longer than the longest")

    def _row(self) -> tuple[Token, int] | None:
        buffer, at = self._buffer, self._at
        if len(buffer) < at + 3:
            return None
        end = at + 3 + int.from_bytes(buffer[at + 1 : at + 3], "little")
        return (
            (Token(buffer[at : at + 1], buffer[at + 3 : end]), end) if len(buffer) >= end else None
        )


def _command(buffer: bytes, at: int, name: bytes) -> tuple[Token, int] | None:
    start = at + len(name)
    measure = _VARIABLE.get(name)
    length = measure(buffer, start) if measure else _FIXED[name]
    if length is None and len(buffer) - start > COMMAND_BYTES_MAX:
        return Token(name, b"", known=False), start
    if length is None or len(buffer) < start + length:
        return None
    return Token(name, buffer[start : start + length]), start + length
