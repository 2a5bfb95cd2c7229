"""Pop-ups: a question or a few fields in a box over the screen they are about.

The screen below stays readable, dimmed; its entry line is the pop-up's, so there is one place
to look at and no field to click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import SIGNS, boxed, entry_rows, key_row
from posframe_terminal.paint.rows import (
    Row,
    blank,
    cropped,
    line,
    overlaid,
    plain_rows,
    restyled,
    span,
    width_of_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_terminal.pages import AskView, Choice, FormView
    from posframe_terminal.views import EntryLine, View

BOX_WIDTH: Final = 64
_INNER: Final = BOX_WIDTH - 4


def paint_ask(view: AskView, width: int, height: int, below: Sequence[Row]) -> list[Row]:
    """Return the screen below with the question over it."""
    inner = [*_words(view.text), *_choices(view.choices)]
    title = f"{SIGNS[view.severity]} {view.title}".strip()
    entry = _starred(view.entry) if view.secret else view.entry
    prompt = f"{view.prompt} >" if view.prompt else ">"
    box = boxed(title, inner, BOX_WIDTH, f"box.{view.severity}")
    return _laid(view, box, entry_rows(entry, width, prompt), below)


def paint_form(view: FormView, width: int, height: int, below: Sequence[Row]) -> list[Row]:
    """Return the screen below with the fields over it; the current one is the entry line."""
    inner = [*_words(view.text), *_fields(view), *_choices(view.choices)]
    current = next((field.label for field in view.fields if field.current), "")
    box = boxed(view.title, inner, BOX_WIDTH, f"box.{view.severity}")
    entry = entry_rows(view.entry, width, f"{current} >".strip())
    return _laid(view, box, entry, below)


def _laid(view: View, box: list[Row], entry: Sequence[Row], below: Sequence[Row]) -> list[Row]:
    """Put box and entry line over the screen below, of which only the frame keeps its colours."""
    height, width = len(below), width_of_row(below[0])
    at_entry = height - 4
    if len(box) + 2 > at_entry or width < BOX_WIDTH:  # too small for the box: its words alone
        alone = [*(cropped((*row, *blank(width)), 0, width) for row in box), *below]
        return alone[:height]
    body = restyled(below[1:at_entry], "under")
    screen = [below[0], *body, *entry, below[height - 2], key_row(view, width)]
    laid = overlaid(screen, box, (width - BOX_WIDTH) // 2, max(1, (at_entry - len(box)) // 2))
    return plain_rows(laid) if view.plain else laid


def _words(text: Sequence[str]) -> Iterator[Row]:
    for paragraph in text:
        for words in wrapped(paragraph, _INNER, 4):
            yield line(words, _INNER, "box.text")
    yield blank(_INNER, "box.text")


def _fields(view: FormView) -> Iterator[Row]:
    for field in view.fields:
        style = "box.current" if field.current else "box.text"
        value = view.entry.text + "_" if field.current else field.value
        sign = ">" if field.current else " "
        yield (
            span(f"{sign} {field.label}", 18, style),
            span(value, 22, style),
            span(field.note, _INNER - 40, "box.dim"),
        )
    yield blank(_INNER, "box.text")


def _choices(choices: Sequence[Choice]) -> Iterator[Row]:
    for choice in choices:
        yield span(choice.key, 12, "box.key"), span(choice.label, _INNER - 12, "box.text")


def _starred(entry: EntryLine) -> EntryLine:
    """Return the entry with its text hidden, as a PIN is."""
    return attrs.evolve(entry, text="*" * len(entry.text))
