"""The pen: the shortest control sequences from the rows a terminal shows to those it should show.

It compares cells, not words, so it needs to know nothing of how a screen is divided. Pure; who
writes the text, and when a whole screen is needed instead, is left to ``canvas``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from rich.color import ColorSystem
from rich.style import Style

from posframe_terminal.cells import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_terminal.paint.rows import Row
    from posframe_terminal.theme import Theme

Cell: TypeAlias = tuple[str, str]
"""Character, with its combining marks, and style; the second cell of a wide one is empty."""

_JUMP: Final = 4
"""Unchanged cells that cost no more to write again than to jump over."""
_SURE: Final = 0x300
"""Up to here every terminal agrees on widths; box drawing (0x2500 to 0x25ff) is as sure."""


class Pen:
    """Knows what is on the terminal and writes what differs."""

    def __init__(self, theme: Theme, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self._theme = theme
        self._colours = colours
        self._styles: dict[str, Style] = {}
        self._codes: dict[str, str] = {}
        self._rows: list[Row] = []
        self._cells: list[list[Cell]] = []

    def style(self, name: str) -> Style:
        """Return the style of a name; an unknown one is plain text, never an error."""
        if name not in self._styles:
            self._styles[name] = Style.parse(self._theme.get(name) or self._theme["text"])
        return self._styles[name]

    def assume(self, rows: Sequence[Row]) -> None:
        """Take it that the terminal shows ``rows``."""
        self._rows = list(rows)
        self._cells = [cells_of(row) for row in rows]

    def change_to(self, rows: Sequence[Row]) -> str:
        """Return what makes the terminal show ``rows``, of which there are as many as before."""
        written: list[str] = []
        style = ""
        for y, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old is new or old == new:
                continue
            cells = cells_of(new)
            for start, end in changed_runs(self._cells[y], cells):
                written.append(f"\x1b[{y + 1};{start + 1}H")
                style = self._write(cells, start, end, y, style, written)
            self._cells[y] = cells
        self._rows = list(rows)
        return "".join([*written, "\x1b[0m"]) if written else ""

    def _write(
        self, cells: Sequence[Cell], start: int, end: int, y: int, style: str, written: list[str]
    ) -> str:
        """Append the cells from ``start`` to ``end``; return the style the pen is left in."""
        for x in range(start, end):
            character, wanted = cells[x]
            if wanted != style:
                written.append(f"\x1b[0;{self._code(wanted)}m")
                style = wanted
            written.append(character)
            if character and not _is_sure(character) and x + 1 < end:
                width = 2 if x + 1 < len(cells) and not cells[x + 1][0] else 1
                written.append(f"\x1b[{y + 1};{x + width + 1}H")
        return style

    def _code(self, name: str) -> str:
        if name not in self._codes:
            sample = self.style(name).render("x", color_system=self._colours)
            self._codes[name] = sample.partition("mx")[0].removeprefix("\x1b[")
        return self._codes[name]


def cells_of(row: Row) -> list[Cell]:
    """Return a row cell by cell."""
    cells: list[Cell] = []
    for text, style in row:
        if text.isascii():
            cells += [(character, style) for character in text]
        else:
            _add_wide(text, style, cells)
    return cells


def changed_runs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of cells to write, never starting or ending inside a wide character."""
    width = len(new)
    if len(old) != width:
        yield 0, width
        return
    start = end = -1
    for x in range(width):
        if old[x] == new[x]:
            continue
        if end >= 0 and x - end > _JUMP:
            yield _widened(new, start, end)
            start = -1
        start = x if start < 0 else start
        end = x + 1
    if end >= 0:
        yield _widened(new, start, end)


def _widened(cells: Sequence[Cell], start: int, end: int) -> tuple[int, int]:
    while start > 0 and not cells[start][0]:
        start -= 1
    while end < len(cells) and not cells[end][0]:
        end += 1
    return start, end


def _add_wide(text: str, style: str, cells: list[Cell]) -> None:
    for character in text:
        width = width_of(character)
        if width == 0 and cells:
            before, of_style = cells[-1]
            cells[-1] = (before + character, of_style)
            continue
        cells.append((character, style))
        cells += [("", style)] * (width - 1)


def _is_sure(character: str) -> bool:
    code = ord(character[0])
    return len(character) == 1 and (code < _SURE or 0x2400 <= code < 0x2600)
