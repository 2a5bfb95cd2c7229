"""The explanation of a price: lines, the steps of each, and the sums, with one column of amounts.

Only rows on the screen are wrapped and painted, so a sale of ten thousand lines scrolls as one of
ten does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import framed
from posframe_terminal.paint.money import amount, change_by
from posframe_terminal.paint.rows import Row, blank, filled, line, number, span

if TYPE_CHECKING:
    from posframe_terminal.pages import ExplainedRow, ExplainView
    from posframe_terminal.views import Money

_AMOUNT: Final = 12
_INDENTS: Final = {"line": 1, "step": 5, "sum": 1, "note": 7}
_STYLES: Final = {"line": "label", "step": "text", "sum": "total", "note": "dim"}
_ROWS_MAX: Final = 4
"""Screen rows for one row of the explanation; longer words are cut at the end."""


def paint(view: ExplainView, width: int, height: int) -> list[Row]:
    """Return the rows of the explanation, from the marked one on."""
    return framed(view, width, height, lambda w, h: (_explained(view, w, h), (), ()))


def _explained(view: ExplainView, width: int, height: int) -> list[Row]:
    title = line(f" WHY {view.title.upper()} COSTS WHAT IT DOES", width, "label")
    return [title, blank(width), *filled(_window(view, width, height - 2), width, height - 2)]


def _window(view: ExplainView, width: int, room: int) -> list[Row]:
    """Return rows from the marked one on; at the end as many as fill the screen."""
    count = len(view.rows)
    at = min(view.marked or 0, max(count - 1, 0))
    rows: list[Row] = []
    for index in range(at, count):
        rows += _rows(view.rows[index], width, view.money)
        if len(rows) >= room:
            return rows[:room]
    while at > 0:
        at -= 1
        above = _rows(view.rows[at], width, view.money)
        if len(above) + len(rows) > room:
            break
        rows = [*above, *rows]
    return rows


def _rows(row: ExplainedRow, width: int, money: Money) -> list[Row]:
    """Return one row of the explanation; its amount stands beside its first words."""
    indent, style = _INDENTS[row.kind], _STYLES[row.kind]
    words = width - indent - _AMOUNT - 1
    first, *more = wrapped(row.text, words, _ROWS_MAX) or [""]
    write = change_by if row.kind == "step" else amount
    figure = "" if row.minor is None else write(row.minor, money)
    return [
        (
            *blank(indent),
            span(first, words, style),
            number(figure, _AMOUNT, style),
            (" ", style),
        ),
        *((*blank(indent), span(text, width - indent, style)) for text in more),
    ]
