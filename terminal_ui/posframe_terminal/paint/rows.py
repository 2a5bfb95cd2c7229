"""Rows: styled text of known width, and what can be done with it.

A row is a tuple of spans, a span a text and the name of its style. Text enters through
``span``, ``number`` and ``rule``, which clean and measure it; everything else here moves cells
that are already right.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from posframe_terminal.cells import Align, figure, fit, plain, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Span: TypeAlias = tuple[str, str]
Row: TypeAlias = tuple[Span, ...]


def span(text: str, width: int, style: str = "text", align: Align = "left") -> Span:
    """Return ``text`` in a field of ``width`` cells."""
    return fit(text, width, align), style


def number(text: str, width: int, style: str = "text") -> Span:
    """Return a figure, right-aligned; one that does not fit is shown as ``#``, never cut."""
    return figure(text, width), style


def line(text: str, width: int, style: str = "text", align: Align = "left") -> Row:
    """Return a whole row of one style."""
    return (span(text, width, style, align),)


@lru_cache(maxsize=512)
def blank(width: int, style: str = "text") -> Row:
    """Return an empty row."""
    return ((" " * width, style),) if width else ()


@lru_cache(maxsize=512)
def rule(width: int, joints: tuple[tuple[int, str], ...] = (), style: str = "rule") -> Row:
    """Return a horizontal rule with joints, given as column and glyph."""
    cells = ["─"] * width
    for column, glyph in joints:
        cells[column] = glyph
    return (("".join(cells), style),)


def width_of_row(row: Row) -> int:
    """Return how many cells a row takes."""
    return sum(width_of(text) for text, _ in row)


def beside(left: Sequence[Row], right: Sequence[Row], divider: str = "│") -> list[Row]:
    """Return two columns of the same height with a rule between them."""
    bar: Row = ((divider, "rule"),) if divider else ()
    return [one + bar + other for one, other in zip(left, right, strict=True)]


def filled(rows: Iterable[Row], width: int, height: int) -> list[Row]:
    """Return the rows cut or filled up with empty ones to ``height``."""
    kept = list(rows)[:height]
    return kept + [blank(width)] * (height - len(kept))


def pairs(width: int, left: Span, right: Span, style: str = "text") -> Row:
    """Return a row with one text at each end; both are as wide as they are."""
    between = width - width_of(left[0]) - width_of(right[0])
    assert between >= 0, "the two texts were given more cells than the row has"
    return left, (" " * between, style), right


def cropped(row: Row, start: int, end: int) -> Row:
    """Return the cells from ``start`` to ``end`` of a row; half a wide character is a space."""
    kept: list[Span] = []
    at = 0
    for text, style in row:
        upto = at + width_of(text)
        if upto > start and at < end:
            kept.append((_cells(text, max(start - at, 0), min(end, upto) - at), style))
        at = upto
    return tuple(kept)


def overlaid(rows: Sequence[Row], box: Sequence[Row], left: int, top: int) -> list[Row]:
    """Return ``rows`` with ``box`` laid over them."""
    result = list(rows)
    for offset, laid in enumerate(box):
        under = rows[top + offset]
        right = left + width_of_row(laid)
        result[top + offset] = (
            *cropped(under, 0, left),
            *laid,
            *cropped(under, right, width_of_row(under)),
        )
    return result


def restyled(rows: Sequence[Row], style: str) -> list[Row]:
    """Return the rows all in one style: what lies under a pop-up."""
    return [(("".join(text for text, _ in row), style),) for row in rows]


def plain_rows(rows: Iterable[Row]) -> list[Row]:
    """Return the rows in glyphs that every console font has."""
    return [
        row
        if all(text.isascii() for text, _ in row)
        else tuple((plain(text), style) for text, style in row)
        for row in rows
    ]


def joints_of(columns: Iterable[int], glyph: str) -> tuple[tuple[int, str], ...]:
    """Return the same joint at every column."""
    return tuple((column, glyph) for column in columns)


def styles_in(rows: Iterable[Row]) -> Mapping[str, int]:
    """Count the cells of every style; themes are tested with it."""
    counted: dict[str, int] = {}
    for row in rows:
        for text, style in row:
            counted[style] = counted.get(style, 0) + width_of(text)
    return counted


def _cells(text: str, start: int, end: int) -> str:
    if text.isascii():
        return text[start:end]
    kept: list[str] = []
    at = 0
    for character in text:
        upto = at + width_of(character)
        if at >= start and upto <= end:
            kept.append(character)
        else:  # cells of a wide character that lies half outside
            kept.append(" " * max(0, min(upto, end) - max(at, start)))
        at = upto
    return "".join(kept)
