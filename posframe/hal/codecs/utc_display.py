"""Customer displays with the UTC command set, in its enhanced or its standard mode.

Enhanced mode writes both rows at once and passes on what is not its own to a device behind the
display; standard mode writes at a position.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.display_text import Rows, redrawn

CLEAR = b"\x1f"
OVERWRITE = b"\x11"
CURSOR_OFF = b"\x14"
ENHANCED = b"\x1bd"
COLUMNS = 20
"""Positions count this many to a row; both rows fit one command where all are used."""


def upper_line(data: bytes) -> bytes:
    """Return ``ESC u A``: the whole upper row."""
    return b"\x1buA" + data + b"\r"


def lower_line(data: bytes) -> bytes:
    """Return ``ESC u B``: the whole lower row."""
    return b"\x1buB" + data + b"\r"


def both_lines(data: bytes) -> bytes:
    """Return ``ESC u I``: up to 40 characters, both rows."""
    return b"\x1buI" + data + b"\r"


@attrs.frozen(kw_only=True)
class UtcDisplay:
    """A display of this kind with its settings."""

    columns: int = COLUMNS
    rows: int = 2
    enhanced: bool = True
    position: Literal["10", "0F"] = "10"
    """The byte before a position; manuals differ."""
    leave: Literal["0F", "1E"] = "0F"
    """The byte after ESC that ends enhanced mode: 1E on Posiflex displays."""

    def goto(self, column: int, row: int) -> bytes:
        """Return ``DLE n``: continue at ``column`` of ``row``, both counted from 1."""
        return bytes.fromhex(self.position) + bytes((COLUMNS * (row - 1) + column - 1,))

    def start(self) -> bytes:
        """Return what leaves the display blank and set up, whatever it was doing before."""
        leave = b"\x1b\x0f\r" if self.leave == "0F" else b"\x1b\x1e"
        return b"\r" + leave + self._reset() + (ENHANCED if self.enhanced else b"")

    def show(self, rows: Rows, before: Rows) -> bytes:
        """Return what puts ``rows`` in place of ``before``."""
        if not self.enhanced:
            return redrawn(before, rows, self.goto, self._reset())
        if len(rows) == 2 and self.columns == COLUMNS:
            return both_lines(b"".join(rows))
        return b"".join(
            line(row) for line, row in zip((upper_line, lower_line), rows, strict=False)
        )

    def end(self) -> bytes:
        """Return what leaves the display blank."""
        if not self.enhanced:
            return self._reset()
        rows = (b" " * self.columns,) * self.rows
        return self.show(rows, rows)

    def _reset(self) -> bytes:
        # Clearing also brings back the mode and the cursor of power-up on some models.
        return CLEAR + OVERWRITE + CURSOR_OFF
