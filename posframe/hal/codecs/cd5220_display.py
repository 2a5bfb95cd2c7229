"""Customer displays with the CD5220 command set, which many makes emulate.

Writing whole rows (string mode) makes such a display deaf to everything but other rows, until it is
cleared: settings are therefore sent at the start only, behind a clear.
"""

from __future__ import annotations

import attrs

from posframe.hal.codecs.display_text import Rows, blank, redrawn

CLEAR = b"\x0c"
INIT = b"\x1b@"
OVERWRITE = b"\x1b\x11"
RESYNC = b"\r\r" + CLEAR
"""Ends a row or a command that a lost line has cut short, then string mode."""


def row_string(row: int, data: bytes) -> bytes:
    """Return ``ESC Q A`` or ``ESC Q B``: the whole of row 1 or 2; enters string mode."""
    assert row in (1, 2), row
    return b"\x1bQ" + b"AB"[row - 1 : row] + data + b"\r"


def goto(column: int, row: int) -> bytes:
    """Return ``ESC l``: continue at ``column`` of ``row``, both counted from 1."""
    return bytes((0x1B, 0x6C, column, row))


def cursor(*, shown: bool) -> bytes:
    """Return ``ESC _``: the blinking mark where the next character goes."""
    return bytes((0x1B, 0x5F, shown))


def brightness(level: int) -> bytes:
    """Return ``ESC *``: 1 is the darkest, 4 the brightest."""
    assert 1 <= level <= 4, level
    return bytes((0x1B, 0x2A, level))


@attrs.frozen(kw_only=True)
class Cd5220Display:
    """A display of this kind with its settings."""

    level: int = 4
    strings: bool = True
    """Write whole rows, in string mode; else what differs, at the cursor."""
    table: int | None = None
    """Number for ESC t, which the CD5220 itself lacks but displays like it have (unverified)."""

    def start(self) -> bytes:
        """Return what leaves the display blank and set up, whatever it was doing before."""
        table = b"" if self.table is None else bytes((0x1B, 0x74, self.table))
        return RESYNC + INIT + OVERWRITE + cursor(shown=False) + brightness(self.level) + table

    def show(self, rows: Rows, before: Rows) -> bytes:
        """Return what puts ``rows`` in place of ``before``."""
        if not self.strings:
            return redrawn(before, rows, goto, CLEAR)
        if rows == blank(rows):
            return CLEAR
        return b"".join(row_string(at, row) for at, row in enumerate(rows, 1))

    def end(self) -> bytes:
        """Return what leaves the display blank and willing to listen."""
        return CLEAR
