"""A payment under way: what the terminal says, the code to scan, what can be done; and the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.code import qr_rows
from posframe_terminal.paint.frame import SIGNS, Body, column_heads, framed, paged
from posframe_terminal.paint.money import amount
from posframe_terminal.paint.rows import Row, beside, blank, filled, line, number, rule, span
from posframe_terminal.paint.side import big_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.payment_pages import PayingView, PaymentRow, PaymentsView

_WORDS: Final = 40
"""Cells that the words need beside a code."""
_ROWS_MAX: Final = 4
_AMOUNT: Final = 11
_COLUMNS: Final = 3 + 16 + _AMOUNT + 2 + 16 + 7 + 8
"""Cells of all columns of the list but the last."""


def paint(view: PayingView, width: int, height: int) -> list[Row]:
    """Return the rows of the screen while the customer pays."""
    return framed(view, width, height, lambda w, h: _body(view, w, h))


def paint_payments(view: PaymentsView, width: int, height: int) -> list[Row]:
    """Return the rows of the list of open payments."""
    return framed(view, width, height, lambda w, h: (_list(view, w, h), (), ()))


def _body(view: PayingView, width: int, height: int) -> Body:
    code = () if view.plain or not view.shows else qr_rows(view.shows, width - _WORDS - 1, height)
    if not code:
        missing = ("The code does not fit on this screen: print it.",) if view.shows else ()
        return filled(_words(view, width, missing), width, height), (), ()
    side = max(len(code[0][0][0]), (width - 1) // 2)
    room = width - side - 1
    rows = beside(_centred(code, side, height), filled(_words(view, room), room, height))
    return rows, (side,), (side,)


def _centred(code: tuple[Row, ...], width: int, height: int) -> list[Row]:
    """Return a code in the middle of its column."""
    cells = len(code[0][0][0])
    left, above = (width - cells) // 2, (height - len(code)) // 2
    rows = [(*blank(left), *row, *blank(width - left - cells)) for row in code]
    return filled([*[blank(width)] * above, *rows], width, height)


def _words(view: PayingView, width: int, missing: tuple[str, ...] = ()) -> Iterator[Row]:
    keys = {hint.action: hint.key for hint in view.hints}
    yield line(f"  {view.label.upper()}  {view.money.currency}", width, "label")
    for row in big_amount(view.amount_minor, view.money, width - 4, plain=view.plain):
        yield ("  ", "text"), *row, ("  ", "text")
    yield blank(width)
    sign = SIGNS[view.severity]
    for words in wrapped(view.words, width - 4, _ROWS_MAX):
        yield line(f"{sign} {words}", width, view.severity)
        sign = " "
    yield line(f"  {view.elapsed} since it was asked for" if view.elapsed else "", width, "dim")
    yield from _beside_it(view, width)
    yield blank(width)
    for action, words in view.ways:
        yield ("  ", "text"), span(keys.get(action, ""), 6, "key"), span(words, width - 8)
    for note in (*missing, *view.notes):
        for words in wrapped(note, width - 4, 2):
            yield line(f"  {words}", width, "dim")


def _beside_it(view: PayingView, width: int) -> Iterator[Row]:
    """Yield what is paid already, and what stays to be paid."""
    for tender in view.tenders:
        words = f"  {tender.label}  {tender.state}"
        paid = number(amount(-tender.amount_minor, view.money), _AMOUNT)
        yield span(words, width - _AMOUNT - 2), paid, ("  ", "text")
    if view.open_minor:
        still = f"  {amount(view.open_minor, view.money)} still to pay beside it"
        yield line(still, width, "label")


def _list(view: PaymentsView, width: int, height: int) -> list[Row]:
    heads = column_heads(
        width,
        span("   PAYMENT", 19, "column"),
        number("AMOUNT", _AMOUNT, "column"),
        span("  SALE", 18, "column"),
        span("SINCE", 7, "column"),
        number("AGE", 8, "column"),
        span("  STATE", width - _COLUMNS, "column"),
    )
    below = [rule(width)] if view.detail else []
    for text in view.detail:
        below += [line(f" {words}", width) for words in wrapped(text, width - 2, 3)]
    room = height - 2 - len(below)
    pointed = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _row(view.payments[at], width, view, pointed=at == pointed)
        for at in paged(view.count, pointed, room)
    ]
    if not rows:
        rows = [line("   No payment is under way or in doubt.", width, "dim")]
    title = line(" PAYMENTS NOT AT THEIR ENDS", width, "label")
    return [title, heads, *filled(rows, width, room), *below]


def _row(row: PaymentRow, width: int, view: PaymentsView, *, pointed: bool) -> Row:
    style = "line.new" if pointed else "line"
    state = f"{SIGNS[row.severity]} {row.standing}"
    return (
        span(f" {'>' if pointed else ' '} {row.label}", 19, style),
        number(amount(row.amount_minor, view.money), _AMOUNT, style),
        span(f"  {row.sale}", 18, style),
        span(row.since, 7, style),
        number(row.age, 8, style),
        span(f"  {state}", width - _COLUMNS, style if pointed else row.severity),
    )
