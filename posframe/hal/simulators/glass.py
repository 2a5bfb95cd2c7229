"""What stands on the glass of a customer display: characters, cursor, scrolling text, blinking.

Which bytes do what to it is each dialect's business.
"""

from __future__ import annotations

SCROLL_S = 0.3
"""How long scrolling text rests at each place."""
BLINK_STEP_MS = 50
DARK = 255
"""The blink parameter that switches the glass off."""
MODES = ("overwrite", "vertical", "horizontal")
"""What a character beyond the end does: begin anew, push the rows up, push its row to the left."""


class Glass:
    """Rows of characters, of which any may be covered by scrolling text. Places count from 1."""

    def __init__(self, columns: int = 20, rows: int = 2, encoding: str = "cp437") -> None:
        self.columns, self.rows = columns, rows
        self._first_encoding = encoding
        self.reset()

    def reset(self) -> None:
        """Be as at power-up."""
        self.encoding = self._first_encoding
        self.mode = "overwrite"
        self.cursor_shown = True
        self.brightness = 4
        self.blink = 0
        self._scrolling = ""
        self._scrolls_at_s: float | None = None
        self.clear()

    def clear(self) -> None:
        """Blank everything; the cursor goes home."""
        self._cells = [[" "] * self.columns for _ in range(self.rows)]
        self._scrolls_at_s = None
        self.column = self.row = 1

    def clear_row(self) -> None:
        """Blank the cursor's row; the cursor goes to its beginning."""
        self._cells[self.row - 1] = [" "] * self.columns
        self.column = 1

    def goto(self, column: int, row: int) -> bool:
        """Move the cursor; a place beyond the glass changes nothing and is False."""
        if not (1 <= column <= self.columns and 1 <= row <= self.rows):
            return False
        self.column, self.row = column, row
        return True

    def put(self, code: int) -> None:
        """Write one character at the cursor and move on, as the mode says."""
        char = bytes((code,)).decode(self.encoding, "replace")
        if self.column > self.columns and self.mode == "horizontal":
            del self._cells[self.row - 1][0]
            self._cells[self.row - 1].append(char)
            return
        if self.column > self.columns:  # the mode has changed at the end of a row
            self._next_row()
        self._cells[self.row - 1][self.column - 1] = char
        self.column += 1
        if self.column > self.columns and self.mode != "horizontal":
            self._next_row()

    def write_row(self, row: int, data: bytes) -> None:
        """Write a whole row; what ``data`` leaves of it is blank. There may be no such row."""
        if row > self.rows:
            return
        if row == 1:
            self._scrolls_at_s = None
        text = data.decode(self.encoding, "replace")[: self.columns]
        self._cells[row - 1] = list(text.ljust(self.columns))

    def scroll(self, data: bytes, now_s: float) -> None:
        """Let text run through the upper row until the glass is cleared or the row is written."""
        self._scrolling = data.decode(self.encoding, "replace").ljust(self.columns) + " "
        self._scrolls_at_s = now_s + SCROLL_S
        self._show_scrolling()

    @property
    def scrolls_at_s(self) -> float | None:
        """When scrolling text moves next; None: none does."""
        return self._scrolls_at_s

    def tick(self, now_s: float) -> None:
        """Move scrolling text on to where it is at ``now_s``."""
        while self._scrolls_at_s is not None and self._scrolls_at_s <= now_s:
            self._scrolling = self._scrolling[1:] + self._scrolling[0]
            self._scrolls_at_s += SCROLL_S
            self._show_scrolling()

    def lines(self) -> tuple[str, ...]:
        """Return what a customer reads, row by row, without the blanks at the ends."""
        if self.blink == DARK:
            return ("",) * self.rows
        return tuple("".join(cells).rstrip() for cells in self._cells)

    def view(self) -> tuple[str, ...]:
        """Return the glass as text, in its frame, and below it what else can be seen."""
        edge = "+" + "-" * self.columns + "+"
        rows = ("|" + line.ljust(self.columns) + "|" for line in self.lines())
        seen = [f"brightness {self.brightness}"]
        if self.cursor_shown:
            seen.append(f"cursor at {self.column},{self.row}")
        if self.blink == DARK:
            seen.append("dark")
        elif self.blink:
            seen.append(f"blinks every {self.blink * BLINK_STEP_MS} ms")
        if self._scrolls_at_s is not None:
            seen.append("scrolls")
        return (edge, *rows, edge, ", ".join(seen))

    def _next_row(self) -> None:
        self.column = 1
        if self.row < self.rows:
            self.row += 1
        elif self.mode == "vertical":
            self._cells = [*self._cells[1:], [" "] * self.columns]
        else:
            self.row = 1

    def _show_scrolling(self) -> None:
        self._cells[0] = list(self._scrolling[: self.columns])
