"""What commands do that take money: tenders offered and taken back, completion when all is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.cash_drawer import check_shift, drawer_id, home_id, open_on
from posframe.kernel.domain.completion import complete, queue_kick
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_payment import give_back, intend
from posframe.kernel.domain.decide_refund import refund
from posframe.kernel.domain.decide_sale import check_seen
from posframe.kernel.domain.decide_terms import settle_price
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.opening import ensure_day
from posframe.kernel.domain.questions import MayOpenDrawer, VetoTender
from posframe.kernel.domain.refusals import AgeUnchecked
from posframe.kernel.domain.tender import Tender, TenderRule

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import Transaction


def pay(draft: Draft, command: cmd.Pay) -> Generator[Any, Any, str]:
    """Take a tender; when nothing is left to pay, complete the sale in the same action."""
    sale = draft.sale
    check_seen(sale, command.seen)
    rule = _rule(draft, command.type)
    _check_payable(sale)
    if (yield from settle_price(draft, _meant(sale, rule))) and command.seen is not None:
        return _new_price(draft)
    if rule.is_cash:
        check_shift(draft)
    ensure_day(draft)
    if draft.sale.due_minor < 0:
        return (yield from refund(draft, rule, command))
    if draft.sale.due_minor or command.amount_minor:
        tender = _tender(draft, rule, command.amount_minor)
        yield VetoTender(draft.view, tender)
        if not rule.immediate:
            return intend(draft, rule, tender.applied_minor)
        draft.add(ev.TenderApplied(tender))
    if draft.sale.due_minor == 0:
        return (yield from complete(draft))
    return f"{rule.label} taken"


def _check_payable(sale: Transaction) -> None:
    if not sale.basket.active:
        raise RuleViolation("The sale is empty", hint="scan or key an item first")
    if sale.blocked:
        raise RuleViolation("A payment is under way", hint="wait for it, or cancel it first")
    if sale.age_needed_years:
        raise AgeUnchecked(sale.age_needed_years)


def take_back(draft: Draft, command: cmd.TakeBackTender) -> Generator[Any, Any, str]:
    """Take back the last tender."""
    sale = draft.sale
    check_seen(sale, command.seen)
    if not sale.applied:
        raise RuleViolation("Nothing is paid yet", hint="offer a tender, or Esc to the sale")
    if sale.blocked:
        raise RuleViolation("A payment is under way", hint="wait for it, or cancel it first")
    last = sale.applied[-1]
    payment = draft.state.payments.get(last.id)
    if payment is not None and payment.kind == "refund":
        raise RuleViolation(
            f"{last.label} was given back already, and that stands",
            hint="finish the sale, or hold it",
        )
    if payment is not None:
        give_back(draft, payment, "taken back")
        return f"{last.label}: giving money back"
    if last.is_cash:
        _check_lies_here(draft, last)
    draft.add(ev.TenderVoided(last.id, "taken back"))
    if last.is_cash and draft.settings.drawer_device and (yield MayOpenDrawer("sale", draft.view)):
        queue_kick(draft, sale.id)
    return f"{last.label} taken back"


def _check_lies_here(draft: Draft, tender: Tender) -> None:
    """Refuse to give cash back out of another drawer than the one it was put in."""
    drawer = tender.drawer or home_id(draft)
    if drawer == (drawer_id(draft) or home_id(draft)):
        return
    shift = open_on(draft.state.control, drawer)
    if shift is None:
        raise RuleViolation(
            f"The cash lies in drawer {drawer}",
            hint=f"hold the sale; give it back with a shift open there: .shift open {drawer}",
        )
    raise RuleViolation(
        f"The cash lies in drawer {drawer} (shift of {shift.operator})",
        hint=f"hold the sale: {shift.operator} recalls it and gives the cash back",
    )


def _meant(sale: Transaction, rule: TenderRule) -> str:
    """Return the medium that pays for all of the sale; empty: several do.

    An offer for one medium is not to be had by a cent of it.
    """
    return rule.id if all(tender.type == rule.id for tender in sale.applied) else ""


def _new_price(draft: Draft) -> str:
    """Say that the sale costs something else now: what the operator saw is not taken for it."""
    sale = draft.sale
    due = format_minor(sale.due_minor, exponent(sale.currency))
    return f"The offers make it {due} now: look and press again"


def _rule(draft: Draft, type_: str) -> TenderRule:
    for rule in draft.settings.tenders:
        if rule.id == type_:
            return rule
    known = ", ".join(rule.id for rule in draft.settings.tenders) or "none"
    raise RuleViolation(f"This till takes no {type_!r}", hint=f"it takes: {known}")


def _tender(draft: Draft, rule: TenderRule, asked: int | None) -> Tender:
    due = draft.sale.due_minor
    full = rule.round(due)
    amount = full if asked is None else asked
    if amount < 0 or (amount == 0 and full != 0):
        raise RuleViolation("The amount must be above zero", hint="type what was handed over")
    if amount > rule.limit_minor:
        raise RuleViolation(
            f"{rule.label} above the limit for one tender", hint="check the amount, type it again"
        )
    if rule.round(amount) != amount:
        raise RuleViolation(
            f"{rule.label} of that amount does not exist here", hint="type what was handed over"
        )
    if amount > full and not rule.gives_change:
        raise RuleViolation(
            f"{rule.label} gives no change", hint="type at most what is still to pay"
        )
    settles = amount >= full
    return Tender(
        id=_next_id(draft),
        type=rule.id,
        label=rule.label,
        tendered_minor=amount,
        applied_minor=due if settles else amount,
        change_minor=amount - full if settles else 0,
        rounding_minor=full - due if settles else 0,
        is_cash=rule.is_cash,
        drawer=drawer_id(draft) if rule.is_cash else "",
        **_foreign(rule, amount),
    )


def _foreign(rule: TenderRule, amount: int) -> dict[str, Any]:
    """Return what was handed over in another currency; what no notes come to is vetoed later."""
    foreign = rule.foreign
    notes = None if foreign is None else foreign.notes(amount)
    if foreign is None or notes is None:
        return {}
    return {"foreign_currency": foreign.currency, "foreign_minor": notes}


def _next_id(draft: Draft) -> str:
    return f"{draft.sale.id}-{len(draft.sale.tenders) + 1}"
