"""The lock: who is there, what time it is, and what is unfinished at this till."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.figures import big
from posframe_terminal.paint.frame import SIGNS, Body, framed
from posframe_terminal.paint.rows import Row, beside, blank, filled, line, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.control_pages import Fact, LockView

_WORDS_MAX: Final = 3
_LABEL: Final = 12


def paint(view: LockView, width: int, height: int) -> list[Row]:
    """Return the rows of the lock."""
    prompt = "PIN >" if view.asks_pin else "NUMBER >"
    return framed(view, width, height, lambda w, h: _body(view, w, h), prompt=prompt)


def _body(view: LockView, width: int, height: int) -> Body:
    side = width * 2 // 5
    left = filled(_who(view, side, height), side, height)
    room = width - side - 1
    return beside(left, filled(_facts(view.facts, room), room, height)), (side,), (side,)


def _who(view: LockView, width: int, height: int) -> Iterator[Row]:
    for _ in range(max(0, (height - 14) // 3)):
        yield blank(width)
    for words in wrapped(view.title, width - 4, _WORDS_MAX):
        yield line(f"  {words}", width, "label")
    yield blank(width)
    for row in big(view.time.replace(":", " "), plain=view.plain):
        yield line(f"  {row}", width, "total")
    yield blank(width)
    yield _field("number", view.number or view.entry.text, width, current=not view.asks_pin)
    pin = view.entry.text if view.asks_pin else ""  # dots already: what was typed is not here
    yield _field("PIN", pin, width, current=view.asks_pin)
    yield blank(width)
    for words in wrapped(view.how, width - 4, _WORDS_MAX):
        yield line(f"  {words}", width, "dim")


def _field(label: str, value: str, width: int, *, current: bool) -> Row:
    sign, style = (">", "line.new") if current else (" ", "line")
    cursor = "_" if current else ""
    return (
        span(f"  {sign} {label}", _LABEL, style),
        span(f"{value}{cursor}", width - _LABEL - 2, style),
        ("  ", "text"),
    )


def _facts(facts: tuple[Fact, ...], width: int) -> Iterator[Row]:
    yield line("  AT THIS TILL", width, "label")
    yield blank(width)
    for fact in facts:
        yield from fact_rows(fact, width)
    if not facts:
        yield line("  Nothing is unfinished.", width, "dim")


def fact_rows(fact: Fact, width: int, label: int = _LABEL) -> Iterator[Row]:
    """Yield a fact: sign, label, and its words beside it, broken where they are long."""
    room = max(width - label - 4, 1)
    first, *more = wrapped(fact.value, room, _WORDS_MAX) or [""]
    style = fact.severity
    yield (
        span(f" {SIGNS[fact.severity]} {fact.label}", label + 3, style),
        span(first, width - label - 3, style),
    )
    for words in more:
        yield (*blank(label + 3), span(words, width - label - 3, style))
