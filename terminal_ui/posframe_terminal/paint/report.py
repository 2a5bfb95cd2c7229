"""Reports as they are on paper, from the marked row on; and messages that were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import SIGNS, framed
from posframe_terminal.paint.rows import Row, blank, filled, line, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.control_pages import MessagesView, ReportView


def paint(view: ReportView, width: int, height: int) -> list[Row]:
    """Return the rows of a report."""
    return framed(view, width, height, lambda w, h: (_report(view, w, h), (), ()))


def paint_messages(view: MessagesView, width: int, height: int) -> list[Row]:
    """Return what was left for who signed in."""
    return framed(view, width, height, lambda w, h: (_messages(view, w, h), (), ()))


def _report(view: ReportView, width: int, height: int) -> list[Row]:
    notes = [line(f" {words}", width, "dim") for note in view.notes
             for words in wrapped(note, width - 2, 2)]  # fmt: skip
    room = max(height - 2 - len(notes) - (1 if notes else 0), 1)
    first = min(view.marked or 0, max(view.count - room, 0))
    shown = view.rows[first : first + room]
    more = view.count - first - len(shown)
    where = f"  row {first + 1} to {first + len(shown)} of {view.count}" if more or first else ""
    rows = [line(f"   {text}", width, "line") for text in shown]
    below = [rule(width), *notes] if notes else []
    title = [line(f" {view.title}{where}", width, "label"), rule(width)]
    return filled([*title, *filled(rows, width, room), *below], width, height)


def _messages(view: MessagesView, width: int, height: int) -> list[Row]:
    rows = [line(" FOR YOU", width, "label"), blank(width), *_shown(view, width)]
    return filled(rows, width, height)


def _shown(view: MessagesView, width: int) -> Iterator[Row]:
    for words in view.warnings:
        yield line(f" {SIGNS['warning']} {words}", width, "warning")
        yield blank(width)
    for message in view.messages[view.marked or 0 :]:
        yield line(f"   {message.left}  {message.author}", width, "dim")
        for words in wrapped(message.text, width - 5, 8):
            yield line(f"   {words}", width)
        yield blank(width)
    if not view.messages:
        yield line("   No message waits for you.", width, "dim")
