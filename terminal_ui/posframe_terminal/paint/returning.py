"""Goods that come back: a receipt with its lines, the receipts that have an item, which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import wrapped
from posframe_terminal.paint.frame import column_heads, framed, paged
from posframe_terminal.paint.money import amount
from posframe_terminal.paint.rows import Row, filled, line, number, rule, span

if TYPE_CHECKING:
    from posframe_terminal.return_pages import (
        ReceiptRow,
        ReceiptView,
        ReturnsView,
        SoldRow,
        SoldView,
    )

_AMOUNT: Final = 10
_QUANTITY: Final = 9
_STATE: Final = 15
_RECEIPT: Final = 3 + 5 + 2 * _QUANTITY + _AMOUNT + 2 + _STATE
"""Cells of all columns of a receipt but the name."""
_SOLD: Final = 12 + 8 + 2 * _QUANTITY + _AMOUNT + 3


def paint_receipt(view: ReceiptView, width: int, height: int) -> list[Row]:
    """Return the rows of a receipt, to take goods of it back."""
    return framed(view, width, height, lambda w, h: (_receipt(view, w, h), (), ()))


def paint_sold(view: SoldView, width: int, height: int) -> list[Row]:
    """Return the rows of the list of receipts that have an item."""
    return framed(view, width, height, lambda w, h: (_sold(view, w, h), (), ()))


def paint_returns(view: ReturnsView, width: int, height: int) -> list[Row]:
    """Return the rows of the question which receipt it is."""
    rows = [
        " WHICH RECEIPT?",
        "",
        "   Scan the barcode at the foot of the receipt, or type its number.",
        "   No receipt at hand: scan the goods or type their code, for the receipts of",
        "   today that have them; CODE 2026-11-21 for those of another day.",
        f"   Enter alone: {view.last}, the last one" if view.last else "",
    ]
    keys = {hint.action: hint.key for hint in view.hints}
    if blind := keys.get("return_blind"):
        rows += ["", f"   Nobody has a receipt: type the goods' code, then {blind}."]
        rows += ["   Somebody has to answer for that."]
    painted = [line(each, width, "text" if at else "label") for at, each in enumerate(rows)]
    return framed(
        view, width, height, lambda w, h: (filled(painted, w, h), (), ()), prompt="RETURN >"
    )


def _receipt(view: ReceiptView, width: int, height: int) -> list[Row]:
    total = f"{amount(view.total_minor, view.money)} {view.money.currency} "
    above = [
        (span(f" {view.title}", width - 20, "label"), number(total, 20, "total")),
        *(line(f"   {words}", width) for words in wrapped("   ".join(view.paid), width - 6, 2)),
        column_heads(
            width,
            span("   LINE", 8, "column"),
            span("NAME", width - _RECEIPT, "column"),
            number("SOLD", _QUANTITY, "column"),
            number("LEFT", _QUANTITY, "column"),
            number("COST", _AMOUNT, "column"),
        ),
    ]
    below = [rule(width), *_foot(view, width)]
    room = height - len(above) - len(below)
    pointed = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _receipt_row(view.rows[at], width, view, pointed=at == pointed)
        for at in paged(view.count, pointed, room)
    ]
    return [*above, *filled(rows, width, room), *below]


def _receipt_row(row: ReceiptRow, width: int, view: ReceiptView, *, pointed: bool) -> Row:
    style = "line.new" if pointed else "dim" if row.state else "line"
    name = f"  {row.text}" if row.follows else row.text
    return (
        span(f" {'>' if pointed else ' '}", 3, style),
        span(str(row.number), 5, style),
        span(name, width - _RECEIPT, style),
        number(row.sold, _QUANTITY, style),
        number(row.left, _QUANTITY, style),
        number(amount(row.amount_minor, view.money), _AMOUNT, style),
        span(f"  {row.state}", _STATE + 2, style),
    )


def _foot(view: ReceiptView, width: int) -> list[Row]:
    keys = {hint.action: hint.key for hint in view.hints}
    shown = "  ".join(f"[{each}]" if each == view.condition else each for each in view.conditions)
    key = keys.get("condition", "is=")
    rows = [line(f" Condition: {shown}   ({key}: the next)", width, "label")]
    return [
        *rows,
        *(line(f" {w}", width) for note in view.notes for w in wrapped(note, width - 2, 2)),
    ]


def _sold(view: SoldView, width: int, height: int) -> list[Row]:
    heads = column_heads(
        width,
        span("   RECEIPT", 12, "column"),
        span("TIME", 8, "column"),
        span("NAME", width - _SOLD, "column"),
        number("SOLD", _QUANTITY, "column"),
        number("LEFT", _QUANTITY, "column"),
        number("COST", _AMOUNT, "column"),
    )
    pointed = min(view.marked or 0, max(view.count - 1, 0))
    rows = [
        _sold_row(view.rows[at], width, view, pointed=at == pointed)
        for at in paged(view.count, pointed, height - 4)
    ]
    below = [rule(width), line(" Enter opens the receipt with that line marked.", width)]
    title = line(f" {view.title}", width, "label")
    return [title, heads, *filled(rows, width, height - 4), *below]


def _sold_row(row: SoldRow, width: int, view: SoldView, *, pointed: bool) -> Row:
    style = "line.new" if pointed else "line"
    return (
        span(f" {'>' if pointed else ' '} {row.receipt_number}", 12, style),
        span(row.sold_at, 8, style),
        span(row.text, width - _SOLD, style),
        number(row.sold, _QUANTITY, style),
        number(row.left, _QUANTITY, style),
        number(amount(row.amount_minor, view.money), _AMOUNT, style),
        ("   ", style),
    )
