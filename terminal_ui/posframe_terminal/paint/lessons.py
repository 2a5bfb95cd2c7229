"""The list of lessons, to choose one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.paint.frame import framed, paged
from posframe_terminal.paint.rows import Row, filled, line, span

if TYPE_CHECKING:
    from posframe_terminal.lesson_pages import LessonRow, LessonsView

_TITLE = " TRAINING: mark a row and press Enter; nothing there is real"
_NOTE: Final = 32
"""Columns of the note at the right."""


def paint(view: LessonsView, width: int, height: int) -> list[Row]:
    """Return the rows of the list of lessons."""
    return framed(view, width, height, lambda w, h: (_rows(view, w, h), (), ()))


def _rows(view: LessonsView, width: int, height: int) -> list[Row]:
    marked = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _row(view.rows[at], width, is_marked=at == marked)
        for at in paged(view.count, marked, height - 1)
    ]
    return [line(_TITLE, width, "label"), *filled(rows, width, height - 1)]


def _row(row: LessonRow, width: int, *, is_marked: bool) -> Row:
    sign, style = (">", "line.new") if is_marked else (" ", "line")
    return span(f" {sign} {row.title}", width - _NOTE, style), span(row.note, _NOTE, style)
