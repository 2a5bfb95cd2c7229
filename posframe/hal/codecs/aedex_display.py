"""Customer displays with the AEDEX or EMAX command set: two attention characters, then a row.

What does not begin with them such a display passes on to a device behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from posframe.hal.codecs.display_text import Rows

BOTH_COLUMNS = 20
"""Both rows fit one command where each has so many columns."""


@attrs.frozen(kw_only=True)
class AedexDisplay:
    """A display of this kind with its settings."""

    columns: int = 20
    rows: int = 2
    attention: bytes = b"!#"
    """What every command begins with; a display keeps another pair once told (``!#8``)."""
    resets: bool = False
    """``!#A`` resets the display; on some makes it scrolls text instead."""

    def command(self, which: bytes, data: bytes = b"") -> bytes:
        """Return a command: 1 upper row, 2 lower row, 9 both (up to 40 characters), A reset."""
        # A name must not be able to give commands, should a display look for them inside data.
        harmless = data.replace(self.attention, self.attention[:1] + b" ")
        return self.attention + which + harmless + b"\r"

    def start(self) -> bytes:
        """Return what leaves the display blank and set up, whatever it was doing before."""
        return b"\r" + (self.command(b"A") if self.resets else b"") + self.end()

    def show(self, rows: Rows, before: Rows) -> bytes:
        """Return what puts ``rows`` in place of ``before``."""
        del before
        if len(rows) == 2 and self.columns == BOTH_COLUMNS:
            return self.command(b"9", b"".join(rows))
        return b"".join(
            self.command(which, row) for which, row in zip((b"1", b"2"), rows, strict=False)
        )

    def end(self) -> bytes:
        """Return what leaves the display blank."""
        rows = (b" " * self.columns,) * self.rows
        return self.show(rows, rows)
