"""Print head and paper of a receipt printer in software: what every language makes them do.

Which bytes mean it is the business of the languages: `escpos_printer`, `star_printer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.hal.simulators.escpos_paper import (
    Gap,
    Look,
    PaperItem,
    PrintedLine,
    PrintedReceipt,
    Run,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PAPER_ITEMS_MAX = 10_000
"""Lines without a cut after which the paper is torn off: a till in front of it prints for ever."""


class PrintHead:
    """Puts characters, codes and pictures on paper, line by line, and hands over each receipt."""

    def __init__(self, columns: int, on_receipt: Callable[[PrintedReceipt], None]) -> None:
        self.columns = columns
        self.paper: list[PaperItem] = []
        """What has been printed since the last cut."""
        self.look = Look()
        self.align = 0
        """0 left, 1 centre, 2 right."""
        self.raw = bytearray()
        """The bytes received since the last cut."""
        self._on_receipt = on_receipt
        self._line: list[Run] = []

    def reset(self) -> None:
        """Print in the usual look and alignment again."""
        self.look = Look()
        self.align = 0

    def place(self, text: str, *, double: bool = False) -> None:
        """Put text on the line; where the paper ends the printer begins the next line by itself."""
        each = self.look.width * (2 if double else 1)
        columns = self.columns * 4 // 3 if self.look.small else self.columns
        while text:
            room = max((columns - sum(run.cells for run in self._line)) // each, 0)
            if not room and self._line:
                self.end_line()
                continue
            part, text = text[: room or 1], text[room or 1 :]
            self._append(Run(part, self.look, double))

    def end_line(self) -> None:
        """Print the line, or feed a blank one."""
        self.add(PrintedLine(tuple(self._line), self.align))
        self._line.clear()

    def flush_line(self) -> None:
        """Print the line if there is anything on it."""
        if self._line:
            self.end_line()

    def drop_line(self) -> None:
        """Forget what is on the line, unprinted."""
        self._line.clear()

    def feed_lines(self, lines: int) -> None:
        """Print the line and feed, ``lines`` in all."""
        if self._line:
            self.end_line()
            lines = max(lines - 1, 0)
        self.paper += [PrintedLine()] * lines

    def feed_dots(self, dots: int) -> None:
        """Print the line and feed ``dots`` more."""
        self.flush_line()
        self.add(Gap(dots))

    def draw(self, item: PaperItem) -> None:
        """Print a code or a picture below the line."""
        self.flush_line()
        self.add(item)

    def add(self, item: PaperItem) -> None:
        """Put something on the paper."""
        self.paper.append(item)

    def align_to(self, align: int) -> None:
        """Set the alignment; only obeyed at the beginning of a line."""
        if not self._line:
            self.align = align if 0 <= align <= 2 else 0

    def change_look(self, **changes: object) -> None:
        """Print differently from here on."""
        self.look = attrs.evolve(self.look, **changes)  # type: ignore[arg-type] # one field each

    def end_receipt(self, *, cut: bool) -> None:
        """Cut the paper, or have it torn off; nothing printed is no receipt."""
        self.flush_line()
        if self.paper:
            receipt = PrintedReceipt(tuple(self.paper), self.columns, bytes(self.raw), cut)
            self.paper = []
            self.raw.clear()
            self._on_receipt(receipt)

    def tear_off_endless(self) -> None:
        """Tear the paper off where nothing has cut it for too long."""
        if len(self.paper) >= PAPER_ITEMS_MAX:
            self.end_receipt(cut=False)

    def _append(self, run: Run) -> None:
        last = self._line[-1] if self._line else None
        if last and last.look == run.look and last.double == run.double:
            self._line[-1] = attrs.evolve(last, text=last.text + run.text)
        else:
            self._line.append(run)
