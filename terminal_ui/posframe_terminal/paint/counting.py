"""Counting a drawer: each coin and note with the pieces found, and the last heaps typed.

Blind: what should be there is on the screen only where the view has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import Body, column_heads, framed
from posframe_terminal.paint.money import amount
from posframe_terminal.paint.rows import Row, beside, blank, filled, line, number, rule, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_terminal.control_pages import CountingView, HeapRow

_HEAPS: Final = 38
"""Cells of the left half: coins and notes."""
_PIECES, _SUM = 9, 14


def paint(view: CountingView, width: int, height: int) -> list[Row]:
    """Return the rows of the screen on which a drawer is counted."""
    prompt = f"{view.asks.upper()} >" if view.asks else "COUNT >"
    return framed(view, width, height, lambda w, h: _body(view, w, h), prompt=prompt)


def _body(view: CountingView, width: int, height: int) -> Body:
    left = [*_heaps(view, height - 2), rule(_HEAPS), _total(view)]
    room = width - _HEAPS - 1
    right = filled(_beside(view, room, height), room, height)
    return beside(left, right), (_HEAPS,), (_HEAPS,)


def _heaps(view: CountingView, height: int) -> list[Row]:
    heads = column_heads(
        _HEAPS,
        number("VALUE", 12, "column"),
        number("PIECES", _PIECES, "column"),
        number("SUM", _SUM, "column"),
    )
    rows = _counted_first(view, height - 1) if len(view.heaps) > height - 1 else _column(view)
    return [heads, *filled(rows, _HEAPS, height - 1)]


def _column(view: CountingView) -> Iterator[Row]:
    return (_heap(each, view) for each in view.heaps)


def _counted_first(view: CountingView, height: int) -> Iterator[Row]:
    """Leave out what was not counted where there are more coins and notes than rows."""
    counted = [each for each in view.heaps if each.pieces]
    rest = [each for each in view.heaps if not each.pieces]
    spare = max(height - len(counted), 0)
    shown = {id(each) for each in (*counted, *rest[:spare])}
    return (_heap(each, view) for each in view.heaps if id(each) in shown)


def _heap(heap: HeapRow, view: CountingView) -> Row:
    style = "line" if heap.pieces else "dim"
    figure = amount(heap.sum_minor, view.money)
    return (
        number(f"{heap.currency} {heap.label}".strip(), 12, style),
        number(heap.pieces, _PIECES, style),
        number(figure, _SUM, style),
        span("", _HEAPS - 12 - _PIECES - _SUM, style),
    )


def _total(view: CountingView) -> Row:
    figure = f"{amount(view.total_minor, view.money)} {view.money.currency}"
    return span(" COUNTED", 14, "label"), number(figure, _HEAPS - 17, "total"), ("   ", "total")


def _beside(view: CountingView, width: int, height: int) -> Iterator[Row]:
    yield line(f" {view.title}", width, "label")
    yield blank(width)
    yield from _pairs("SLIPS AND VOUCHERS", view.sums, width)
    yield from _pairs("SHOULD BE THERE", view.expected, width)
    if view.last:
        yield line(" TYPED LAST", width, "label")
        for words in view.last[: max(2, height - 14)]:
            yield line(f"   {words}", width)
        yield blank(width)
    for note in view.notes:
        for words in wrapped(note, width - 2, 3):
            yield line(f" {words}", width, "dim")


def _pairs(title: str, rows: Sequence[tuple[str, str]], width: int) -> Iterator[Row]:
    if not rows:
        return
    yield line(f" {title}", width, "label")
    for label, value in rows:
        yield span(f"   {label}", width - 14), number(value, 13), (" ", "text")
    yield blank(width)
