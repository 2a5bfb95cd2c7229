"""Cash and the day: what stands open, and all that can be done about it, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal.paint.frame import framed, paged
from posframe_terminal.paint.lock import fact_rows
from posframe_terminal.paint.rows import Row, filled, line, rule, span

if TYPE_CHECKING:
    from posframe_terminal.control_pages import CashDayView, CashRow

_LABEL, _USAGE = 24, 26


def paint(view: CashDayView, width: int, height: int) -> list[Row]:
    """Return the rows of the page."""
    return framed(view, width, height, lambda w, h: (_rows(view, w, h), (), ()), prompt="CASH >")


def _rows(view: CashDayView, width: int, height: int) -> list[Row]:
    above = [row for fact in view.standing for row in fact_rows(fact, width)][: height // 3]
    head = [line(" CASH AND DAY", width, "label"), *above, rule(width)]
    room = height - len(head)
    pointed = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _row(view.rows[at], width, pointed=at == pointed) for at in paged(view.count, pointed, room)
    ]
    return [*head, *filled(rows, width, room)]


def _row(row: CashRow, width: int, *, pointed: bool) -> Row:
    style = "line.new" if pointed else "dim" if row.denied else "line"
    sign = ">" if pointed else " "
    note = "not for you" if row.denied else row.note
    return (
        span(f" {sign} {row.label}", _LABEL, style),
        span(row.usage, _USAGE, style),
        span(note, width - _LABEL - _USAGE, style),
    )
