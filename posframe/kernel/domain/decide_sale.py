"""What commands do to the sale as a whole: discounts, age, park, recall, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation, SaleChanged
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.adjusting import PERCENT_MILLI
from posframe.kernel.domain.basket import LineKind, PriceAdjustment
from posframe.kernel.domain.decide_lines import adjust_line
from posframe.kernel.domain.decide_payment import ask_cancel
from posframe.kernel.domain.opening import ensure_day, leave_closed_day
from posframe.kernel.domain.pricing import reprice
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.totals import basket_discount_minor, discountable_minor
from posframe.kernel.domain.transaction import TransactionState

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import Transaction

LEFT_NOTE = "signed out"
"""Note of a sale that was parked because its operator left; it comes back with them."""
SUSPENDED_MAX = 100


def discount(draft: Draft, command: cmd.Discount) -> Generator[Any, Any, str]:
    """Take a percentage or an amount off a line, or off the whole sale."""
    adjustment = _asked_for(draft, command)
    if command.number:
        line = draft.active_line(command.number)
        if line.kind is not LineKind.SALE:
            raise RuleViolation("Only goods can be discounted", hint="pick another line")
        if adjustment.kind == "amount" and adjustment.value > line.amount_minor:
            raise RuleViolation(
                f"That is more than line {line.number} costs", hint="type a smaller discount"
            )
        yield from adjust_line(draft, line, (*line.adjustments, adjustment), command.reason)
        return f"{adjustment.label} on {line.text}"
    left = discountable_minor(draft.sale.basket) + basket_discount_minor(draft.sale.basket)
    if left <= 0 or (adjustment.kind == "amount" and adjustment.value > left):
        raise RuleViolation("That is more than the sale costs", hint="type a smaller discount")
    draft.add(ev.BasketAdjusted(adjustment))
    yield from reprice(draft)
    return f"{adjustment.label} on the sale"


def remove_discounts(draft: Draft, command: cmd.RemoveDiscounts) -> Generator[Any, Any, str]:
    """Take back every manual discount of a line, or of the whole sale."""
    if command.number:
        line = draft.active_line(command.number)
        if not line.adjustments:
            raise RuleViolation(f"Line {line.number} has no discount", hint="pick another line")
        yield from adjust_line(draft, line, (), "discount taken back")
        return f"Discount taken back: {line.text}"
    if not draft.sale.basket.adjustments:
        raise RuleViolation("The sale has no discount", hint="nothing needs taking back")
    for adjustment in draft.sale.basket.adjustments:
        draft.add(ev.AdjustmentRemoved(adjustment.id))
    yield from reprice(draft)
    return "Discount on the sale taken back"


def check_age(draft: Draft, _command: cmd.CheckAge) -> Generator[Any, Any, str]:
    """Record that the operator has seen the customer to be old enough."""
    years = draft.sale.age_needed_years
    if not years:
        raise RuleViolation("Nothing in this sale needs an age check", hint="go on")
    draft.add(ev.AgeChecked(years))
    return f"Age checked: {years} or older"
    yield


def suspend(draft: Draft, command: cmd.Suspend) -> Generator[Any, Any, str]:
    """Park the sale."""
    sale = draft.sale
    if len(draft.state.suspended) >= SUSPENDED_MAX:
        raise RuleViolation(f"{SUSPENDED_MAX} sales are held already", hint="recall one first")
    park(draft, command.note)
    return f"Held: sale {sale.number}"
    yield


def park(draft: Draft, note: str) -> None:
    """Put the open sale aside."""
    draft.add(ev.TransactionSuspended(draft.moment.wall_us, note))


def resume(draft: Draft, command: cmd.Resume) -> Generator[Any, Any, str]:
    """Bring a parked sale back."""
    if draft.state.transaction is not None:
        raise RuleViolation("A sale is open", hint="finish it or hold it first")
    parked = _parked(draft, command)
    if parked.state is TransactionState.CANCELLING:
        raise RuleViolation(
            f"Sale {parked.number} is being cancelled", hint="it ends when its payments are settled"
        )
    ensure_day(draft)
    draft.add(ev.TransactionResumed(parked.id))
    return f"Recalled: sale {parked.number}"
    yield


def cancel(draft: Draft, command: cmd.Cancel) -> Generator[Any, Any, str]:
    """Give the sale up; nothing may be paid on it."""
    sale = draft.sale
    check_seen(sale, command.seen)
    _check_given_back(draft, sale)
    if any(tender.id not in draft.state.payments for tender in sale.applied):
        raise RuleViolation("Something is paid on this sale", hint="take back the tenders first")
    leave_closed_day(draft)
    if sale.blocked or sale.applied:
        return ask_cancel(draft, command.reason)
    draft.add(
        ev.TransactionCancelled(
            transaction=sale.id,
            number=sale.number,
            gross_minor=sale.totals.gross_minor,
            lines=sale.basket.active,
            reason=command.reason,
        )
    )
    return f"Cancelled: sale {sale.number}"
    yield


def _check_given_back(draft: Draft, sale: Transaction) -> None:
    """Refuse to give up a sale whose money went back outside, or may have: the goods are here."""
    ended = {TenderStatus.DECLINED, TenderStatus.VOIDED, TenderStatus.REVERSED}
    for payment in draft.state.payments.values():
        is_refund = payment.transaction == sale.id and payment.kind == "refund"
        if is_refund and payment.status not in ended:
            raise RuleViolation(
                f"{payment.label} gave money back for this sale already, or may have",
                hint="wait for its end, then finish the sale; hold it till then",
            )


def check_seen(sale: Transaction, seen: cmd.Seen | None) -> None:
    """Refuse when the sale is not what the operator saw (law 8).

    Raises:
        SaleChanged: transaction, number of tenders or amount due differ.
    """
    if seen is None:
        return
    now = (sale.id, len(sale.tenders), sale.due_minor)
    if now != (seen.transaction, seen.tenders, seen.due_minor):
        raise SaleChanged("The sale changed meanwhile", hint="look and press again")


def _asked_for(draft: Draft, command: cmd.Discount) -> PriceAdjustment:
    count = len(draft.sale.basket.adjustments) + sum(
        len(line.adjustments) for line in draft.sale.basket.lines if command.number == line.number
    )
    id_ = f"manual-{command.number}-{draft.moment.id[-8:]}-{count}"
    if command.percent_milli is not None:
        if not 0 < command.percent_milli <= PERCENT_MILLI:
            raise RuleViolation(
                "A discount is above 0 and at most 100 percent", hint="type it again"
            )
        label = f"Discount {_percent_text(command.percent_milli)} %"
        return PriceAdjustment(id_, "percent", command.percent_milli, 0, label, command.reason)
    amount = command.amount_minor or 0
    if amount <= 0:
        raise RuleViolation("A discount is above zero", hint="type the amount again")
    return PriceAdjustment(id_, "amount", amount, 0, "Discount", command.reason)


def _percent_text(percent_milli: int) -> str:
    whole, part = divmod(percent_milli, 1000)
    return f"{whole}.{part:03}".rstrip("0").rstrip(".")


def _parked(draft: Draft, command: cmd.Resume) -> Transaction:
    suspended = draft.state.suspended
    if not suspended:
        raise RuleViolation("No sale is held", hint="scan or key an item")
    if command.transaction:
        for parked in suspended:
            if parked.id == command.transaction:
                return parked
        raise SaleChanged("That sale is not held any more", hint="look at the list again")
    if not 1 <= command.place <= len(suspended):
        raise RuleViolation(
            f"There is no held sale {command.place}", hint=f"1 to {len(suspended)} are held"
        )
    return suspended[command.place - 1]
