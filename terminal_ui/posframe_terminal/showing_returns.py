"""Views of goods that come back, and of who answers for it; loaded with the first of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from posframe import (
    MoneyBack,
    Returnable,
    ReturnableLine,
    TillState,
    find_returnable,
    format_milli,
    money_back,
    sold_on,
)
from posframe_terminal import pages, return_pages
from posframe_terminal.door import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe import Tender
    from posframe_terminal.approving import Approving
    from posframe_terminal.showing import Showing
    from posframe_terminal.views import View

REASONS_MAX = 6


@attrs.define
class LookedAt:
    """What was looked for, as it stood then; what is in sales now is looked up as it shows."""

    receipt: Returnable | None = None
    sold: tuple[ReturnableLine, ...] = ()
    sold_title: str = ""
    condition: str = ""
    """What the goods are in that come back next; empty: the usual one."""
    money: tuple[TillState, MoneyBack] | None = None
    """By which ways money goes back, as the till stood when that was looked up."""


def looked_at(showing: Showing) -> LookedAt:
    """Return what was looked for last."""
    if showing.looked_at is None:
        showing.looked_at = LookedAt()
    return showing.looked_at


def ways_back(showing: Showing) -> MoneyBack | None:
    """Return by which ways the money goes back that is due; None: none is."""
    state, looked = showing.till.state, looked_at(showing)
    sale = state.transaction
    if sale is None or sale.due_minor >= 0:
        return None
    if looked.money is None or looked.money[0] is not state:
        looked.money = (state, money_back(showing.till, sale))
    return looked.money[1]


async def look_at(showing: Showing, screen: str, text: str) -> Outcome:
    """Read a receipt, or the receipts with an item; beside the loop: a day has many.

    Raises:
        RuleViolation: there is none.
    """
    looked = looked_at(showing)
    if screen == "sold":
        code, _, date = text.partition(" ")
        looked.sold = await asyncio.to_thread(sold_on, showing.till, code, date.strip())
        looked.sold_title = f"{looked.sold[0].text} SOLD {date.strip() or 'TODAY'}"
        return Outcome(screen="sold")
    number = int(text) if text.isdecimal() else 0
    looked.receipt = await asyncio.to_thread(find_returnable, showing.till, number)
    looked.condition = ""
    left = [at for at, each in enumerate(looked.receipt.lines) if each.left_milli]
    return Outcome(screen="receipt", marked=left[0] if left and left[0] else None)


def page(showing: Showing, screen: str) -> View:
    """Return a receipt, the receipts that have an item, or the question which it is."""
    looked = looked_at(showing)
    if screen == "receipt" and looked.receipt is not None:
        return _receipt(showing, looked.receipt, looked.condition)
    if screen == "sold":
        return _sold(showing, looked)
    last = showing.till.state.last
    total = f"receipt {last.receipt_number}, {showing.amount(last.gross_minor)}" if last else ""
    return return_pages.ReturnsView(
        head=showing.head("RETURN"), money=showing.money, seen=showing.seen("returns"), last=total
    )


def ways_of(showing: Showing, back: MoneyBack) -> tuple[pages.Way, ...]:
    """Return the ways to give money back: first those that need nobody's approval."""
    ways = sorted(back.ways, key=lambda each: not each.most_minor)
    return tuple(
        pages.Way(
            action=each.type,
            label=each.label,
            note=showing.amount(each.most_minor) if each.most_minor else "needs an approval",
        )
        for each in ways
    )


def given_back(tenders: Iterable[Tender]) -> int:
    """Return how much cash goes to the customer by these tenders, beside any change."""
    return sum(max(0, -each.tendered_minor) for each in tenders if each.is_cash)


def approval(showing: Showing, form: Approving) -> View:
    """Return the form in which somebody answers for what was refused."""
    kept = f"empty: {form.command.reason}" if form.command.reason else "may be empty"
    fields = (("name", form.approver, ""), ("reason", "", kept))
    return return_pages.ApprovalView(
        head=showing.head("APPROVAL"),
        money=showing.money,
        seen=showing.seen(f"approval {form.words} {form.field}"),
        title="WHO ANSWERS FOR THIS?",
        text=(f"{form.words}.", "The name is kept in the journal with what was done."),
        fields=tuple(
            pages.Field(label=label, value=value, note=note, current=label == form.field)
            for label, value, note in fields
        ),
        choices=(
            pages.Choice(key="Enter", label="to the next field, then it is done"),
            pages.Choice(key="Esc", label="leave it"),
        ),
        severity="warning",
    )


def _receipt(showing: Showing, found: Returnable, condition: str) -> View:
    returns = showing.till.config.returns
    conditions = tuple(returns.conditions)
    paid = tuple(
        f"{label}: {showing.amount(minor)} can go back" if minor > 0 else f"{label}: all went back"
        for label, minor in found.paid
    )
    elsewhere = _in_sales(showing, found.receipt_number)
    return return_pages.ReceiptView(
        head=showing.head(f"RECEIPT {found.receipt_number}"),
        money=showing.money,
        seen=showing.seen(f"receipt {found.receipt_number}"),
        title=f"RECEIPT {found.receipt_number} of {found.business_date}",
        total_minor=found.gross_minor,
        paid=paid,
        rows=tuple(
            return_pages.ReceiptRow(
                number=each.number,
                text=each.text,
                sold=_quantity(each.sold_milli, each.unit),
                left=_quantity(each.left_milli, each.unit) if each.left_milli else "",
                amount_minor=each.gross_minor,
                state=elsewhere.get(each.number, "" if each.left_milli else "came back"),
                follows=each.follows,
            )
            for each in found.lines
        ),
        conditions=conditions,
        condition=condition or conditions[0],
        notes=tuple(_notes(showing, found)),
        first=("return_all", "condition"),
    )


def _notes(showing: Showing, found: Returnable) -> list[str]:
    """Say what Enter does, what can be typed before it, and what has to be."""
    if not found.lines:
        return ["Nothing was sold on this receipt."]
    returns = showing.till.config.returns
    listed = f": {', '.join(returns.reasons[:REASONS_MAX])}" if returns.reasons else ""
    need = f"a reason has to be typed{listed}" if returns.needs_reason else f"a reason{listed}"
    return [f"Enter takes the marked line back. Typed before it: 2, of which two; {need}."]


def _in_sales(showing: Showing, receipt_number: int) -> dict[int, str]:
    """Return by line where it comes back already, in a sale that is not finished."""
    state = showing.till.state
    here = state.transaction
    return {
        line.original_line: "in this sale" if sale is here else f"in held sale {sale.number}"
        for sale in (*state.suspended, *((here,) if here else ()))
        for line in sale.basket.lines
        if not line.voided and line.back is not None and line.back.receipt_number == receipt_number
    }


def _sold(showing: Showing, looked: LookedAt) -> View:
    return return_pages.SoldView(
        head=showing.head("SOLD"),
        money=showing.money,
        seen=showing.seen("sold"),
        title=looked.sold_title.upper(),
        rows=tuple(
            return_pages.SoldRow(
                receipt_number=each.receipt_number,
                number=each.number,
                sold_at=showing.till.clock_text(each.sold_us)[11:16],
                text=each.text,
                sold=_quantity(each.sold_milli, each.unit),
                left=_quantity(each.left_milli, each.unit) if each.left_milli else "none",
                amount_minor=each.gross_minor,
            )
            for each in looked.sold
        ),
    )


def _quantity(milli: int, unit: str) -> str:
    return format_milli(milli) if unit == "pcs" else f"{format_milli(milli)} {unit}"
