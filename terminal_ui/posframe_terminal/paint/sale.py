"""The sale: the basket on the left, what it comes to on the right, quick keys where there is room.

Only visible lines are asked for, and a line already painted is the same row again, so a basket
of ten thousand lines costs what one of ten does. The side column is painted by ``side``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from posframe_terminal.cells import clean, width_of
from posframe_terminal.paint.frame import Body, column_heads, framed
from posframe_terminal.paint.money import amount, change_by
from posframe_terminal.paint.rows import (
    Row,
    Span,
    beside,
    blank,
    filled,
    line,
    number,
    rule,
    span,
)
from posframe_terminal.paint.side import quick_rows, side_rows

if TYPE_CHECKING:
    from posframe_terminal.views import Line, Lines, Money, SaleView

SIDE_WIDTH: Final = 28
SIDE_WIDTH_WIDE: Final = 32
QUICK_WIDTH: Final = 29
ROOMY: Final = 110
"""From this width on the side column is wider and the quick keys have one of their own."""

_QUANTITY: Final = 7
_PRICE: Final = 9
_SUM: Final = 10


def paint(view: SaleView, width: int, height: int) -> list[Row]:
    """Return the rows of the sale screen."""
    return framed(view, width, height, lambda w, h: _body(view, w, h))


def _body(view: SaleView, width: int, height: int) -> Body:
    side = SIDE_WIDTH_WIDE if width >= ROOMY else SIDE_WIDTH
    quick = QUICK_WIDTH if view.quick and width >= ROOMY else 0
    basket = width - side - 1 - (quick + 1 if quick else 0)
    right = filled(side_rows(view, side, height), side, height)
    rows = beside(_basket(view, basket, height), right)
    if not quick:
        return rows, (basket,), (basket,)
    keys = filled(quick_rows(view, quick), quick, height)
    columns = (basket, basket + 1 + side)
    return beside(rows, keys), columns, columns


class _Columns(NamedTuple):
    """Widths that depend on the basket: of the whole, and of the line numbers."""

    whole: int
    digits: int

    @property
    def name(self) -> int:
        return self.whole - 1 - self.digits - _QUANTITY - 1 - _PRICE - _SUM


def _basket(view: SaleView, width: int, height: int) -> list[Row]:
    lines = view.lines
    count = len(lines)
    columns = _Columns(width, max(2, len(str(count))))
    notice = [line(f" {view.notice}", width, "warning")] if view.notice else []
    room = height - 2 - len(notice)
    pointed = count - 1 if view.marked is None else min(view.marked, count - 1)
    rows: list[Row] = []
    for index in _visible(lines, pointed, room):
        rows += _line_rows(lines[index], columns, view.money, pointed=index == pointed)
    return [
        _heads(columns),
        rule(width),
        *filled(rows[-room:] if pointed == count - 1 else rows, width, room),
        *notice,
    ]


def _visible(lines: Lines, pointed: int, room: int) -> range:
    """Return the lines to show: the last ones, or a page round one further up."""
    last = len(lines) - 1
    start = _start_of_page(lines, last, room)
    if pointed >= start:
        return range(start, last + 1)
    below = min(last, pointed + room // 2)
    return range(_start_of_page(lines, below, room), below + 1)


def _start_of_page(lines: Lines, last: int, room: int) -> int:
    """Return the first line of a page that ends with ``last``, at most ``room`` rows high."""
    start = last + 1
    while start > 0:
        room -= 1 + len(lines[start - 1].notes)
        if room < 0 and start <= last:
            break
        start -= 1
    return start


@lru_cache(maxsize=64)
def _heads(columns: _Columns) -> Row:
    return column_heads(
        columns.whole,
        number("#", 1 + columns.digits, "column"),
        number("QTY", _QUANTITY, "column"),
        span(" ITEM", 1 + columns.name, "column"),
        number("PRICE", _PRICE, "column"),
        number("SUM", _SUM, "column"),
    )


@lru_cache(maxsize=1024)
def _line_rows(line_: Line, columns: _Columns, money: Money, *, pointed: bool) -> tuple[Row, ...]:
    style = "line.new" if pointed else "line.void" if line_.voided else "line"
    numbered = "--" if line_.voided else str(line_.number)
    first: Row = (
        (">" if pointed else " ", style),
        number(numbered, columns.digits, style),
        number(line_.quantity, _QUANTITY, style),
        (" ", style),
        _name(line_, columns.name, style),
        number(_price(line_, money), _PRICE, style),
        number(amount(line_.sum_minor, money), _SUM, style),
    )
    return (
        first,
        *(_note_row(note.text, note.amount_minor, columns, money) for note in line_.notes),
    )


def _price(line_: Line, money: Money) -> str:
    """Return the price and what it is for, where there is room for both."""
    price = amount(line_.unit_minor, money)
    both = f"{price}/{line_.per}" if line_.per else price
    return both if width_of(both) < _PRICE else price


def _name(line_: Line, width: int, style: str) -> Span:
    """Return the name with its flag, which stays whole when the name has to be cut."""
    flag = clean(line_.flag)
    if not flag or width_of(flag) + 2 > width:
        return span(line_.name, width, style)
    name, cut = clean(line_.name), width - width_of(flag) - 2
    if width_of(name) <= cut:
        return span(f"{name}  {flag}", width, style)
    return span(line_.name, cut, style)[0] + f"  {flag}", style


def _note_row(text: str, minor: int | None, columns: _Columns, money: Money) -> Row:
    indent = 1 + columns.digits + _QUANTITY + 1
    words = columns.whole - indent - 2 - _SUM
    if minor is None:
        return (*blank(indent, "note"), span(f"  {text}", words + 2 + _SUM, "note"))
    return (
        *blank(indent, "note"),
        span(f"  {text}", words + 2, "note"),
        number(change_by(minor, money), _SUM, "note"),
    )
