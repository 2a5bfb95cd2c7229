"""Shifts that are open or wait to be confirmed, and of the marked one what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import SIGNS, column_heads, framed, paged
from posframe_terminal.paint.money import amount, change_by
from posframe_terminal.paint.rows import Row, filled, line, number, rule, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.control_pages import ShiftRow, ShiftsView, TakingsRow

_FIGURE: Final = 13
_LABEL: Final = 18


def paint(view: ShiftsView, width: int, height: int) -> list[Row]:
    """Return the rows of the list of shifts."""
    return framed(view, width, height, lambda w, h: (_list(view, w, h), (), ()))


def _list(view: ShiftsView, width: int, height: int) -> list[Row]:
    heads = column_heads(
        width,
        span("   OPERATOR", 26, "column"),
        span("DRAWER", 12, "column"),
        span("SINCE", 14, "column"),
        span("STATE", width - 52, "column"),
    )
    below = list(_detail(view, width))[: max(height - 4, 0)]
    room = height - 2 - len(below)
    pointed = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _row(view.rows[at], width, pointed=at == pointed) for at in paged(view.count, pointed, room)
    ]
    if not rows:
        rows = [line("   No shift is open, and none waits to be confirmed.", width, "dim")]
    return [line(" SHIFTS", width, "label"), heads, *filled(rows, width, room), *below]


def _row(row: ShiftRow, width: int, *, pointed: bool) -> Row:
    style = "line.new" if pointed else "line"
    sign = ">" if pointed else " "
    return (
        span(f" {sign} {row.operator}", 26, style),
        span(row.drawer, 12, style),
        span(row.since, 14, style),
        span(f"{SIGNS[row.severity]} {row.state}", width - 52, style if pointed else row.severity),
    )


def _detail(view: ShiftsView, width: int) -> Iterator[Row]:
    if not view.rows:
        return
    shift = view.rows[min(view.marked or 0, view.count - 1)]
    yield rule(width)
    if shift.takings:
        yield column_heads(
            width,
            span(f"   {shift.operator}", _LABEL, "column"),
            number("EXPECTED", _FIGURE, "column"),
            number("COUNTED", _FIGURE, "column"),
            number("DIFFERENCE", _FIGURE, "column"),
            span("  REASON", width - _LABEL - 3 * _FIGURE, "column"),
        )
    for takings in shift.takings:
        yield _takings(takings, width, view)
    for words in shift.missing:
        yield line(f" {SIGNS['warning']} a reason is missing: {words}", width, "warning")
    for note in view.notes:
        for words in wrapped(note, width - 2, 2):
            yield line(f" {words}", width, "dim")


def _takings(row: TakingsRow, width: int, view: ShiftsView) -> Row:
    hidden = row.expected_minor is None
    differs = row.expected_minor is not None and row.counted_minor != row.expected_minor
    off = "" if row.expected_minor is None else change_by(
        row.counted_minor - row.expected_minor, view.money)  # fmt: skip
    return (
        span(f"   {row.label}", _LABEL),
        number("hidden" if hidden else amount(row.expected_minor, view.money), _FIGURE),
        number(amount(row.counted_minor, view.money), _FIGURE),
        number(off, _FIGURE, "warning" if differs else "text"),
        span(f"  {row.reason}", width - _LABEL - 3 * _FIGURE),
    )
