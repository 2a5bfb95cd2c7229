"""Customer displays that speak ESC/POS, such as Epson's DM-D series, alone or on a printer's line.

Pure functions, and the dialect made of them.
"""

from __future__ import annotations

import attrs

from posframe.hal.codecs.display_text import Rows, redrawn

CLEAR = b"\x0c"
INIT = b"\x1b@"
OVERWRITE = b"\x1f\x01"
SELECT_DISPLAY = b"\x1b=\x02"
SELECT_PRINTER = b"\x1b=\x01"
# Ends a command that a lost line has cut short: it needs two more bytes at most. A printer on the
# same line ignores CAN outside page mode (unverified on a real device).
RESYNC = b"\x18\x18"
TABLES = {
    "cp437": 0, "cp850": 2, "cp860": 3, "cp863": 4, "cp865": 5, "cp1252": 16, "cp866": 17,
    "cp852": 18, "cp858": 19,
}  # fmt: skip
"""Numbers that ESC t has for tables; models may lack some, and have others of their own."""


def goto(column: int, row: int) -> bytes:
    """Return ``US $``: continue at ``column`` of ``row``, both counted from 1."""
    return bytes((0x1F, 0x24, column, row))


def cursor(*, shown: bool) -> bytes:
    """Return ``US C``: the blinking mark where the next character goes."""
    return bytes((0x1F, 0x43, shown))


def brightness(level: int) -> bytes:
    """Return ``US X``: 1 is the darkest, 4 the brightest."""
    assert 1 <= level <= 4, level
    return bytes((0x1F, 0x58, level))


def character_table(number: int) -> bytes:
    """Return ``ESC t``: what bytes from 0x80 up look like."""
    return bytes((0x1B, 0x74, number))


@attrs.frozen(kw_only=True)
class EscposDisplay:
    """A display of this kind with its settings."""

    level: int = 4
    table: int | None = 0
    """None: bytes from 0x80 up are not used."""
    on_printer: bool = False
    """The printer's line goes through the display: each says for whom what follows is."""

    def start(self) -> bytes:
        """Return what leaves the display blank and set up, whatever it was doing before."""
        table = b"" if self.table is None else character_table(self.table)
        setup = INIT + OVERWRITE + cursor(shown=False) + brightness(self.level) + table
        return RESYNC + self._addressed(setup)

    def show(self, rows: Rows, before: Rows) -> bytes:
        """Return the fewest bytes that put ``rows`` in place of ``before``."""
        return self._addressed(redrawn(before, rows, goto, CLEAR))

    def end(self) -> bytes:
        """Return what leaves the display blank."""
        return self._addressed(CLEAR)

    def _addressed(self, data: bytes) -> bytes:
        if self.on_printer and data:
            return SELECT_DISPLAY + data + SELECT_PRINTER
        return data
