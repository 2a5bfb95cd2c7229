"""What commands do to payments by something outside: intended, sent, heard, placed, given back.

The effect runner and people send these commands; what an answer means is ``payment_judging``'s.
Nothing here talks to anybody: what is to be asked next is read off the state (``payment_effects``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.completion import complete
from posframe.kernel.domain.decide_batch import queue_slips
from posframe.kernel.domain.payment import Payment
from posframe.kernel.domain.payment_judging import (
    SUPERVISOR,
    Hearing,
    judge,
    mark_is_after,
)
from posframe.kernel.domain.tender import Tender, TenderStatus
from posframe.kernel.domain.transaction import TransactionState

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.tender import Capabilities, TenderRule
    from posframe.kernel.domain.transaction import Transaction

CLAIMED_US = 12 * 3_600_000_000
"""So long a receipt number of a terminal is one payment's alone: half a day, for it may start over
each day."""


def intend(
    draft: Draft, rule: TenderRule, amount_minor: int, original: Tender | None = None
) -> str:
    """Store that a payment is wanted, before anybody is asked for it.

    ``amount_minor`` is negative where money goes back for ``original``.
    """
    sale = draft.sale
    check_free(draft, rule)
    id_ = f"{sale.id}-{len(sale.tenders) + 1}"
    payment = Payment(
        id=id_,
        transaction=sale.id,
        type=rule.id,
        label=rule.label,
        kind="charge" if amount_minor > 0 else "refund",
        asked_minor=abs(amount_minor),
        currency=sale.currency,
        key=f"{draft.state.till}-{id_}-{abs(amount_minor)}",
        intended_us=draft.moment.wall_us,
        original=original.reference if original else "",
        original_payment=original.id if original else "",
        training=sale.training,
    )
    draft.add(ev.PaymentIntended(payment))
    if amount_minor < 0:
        return f"{rule.label}: giving money back"
    return f"{rule.label}: the customer pays at the terminal"


def check_free(draft: Draft, rule: TenderRule) -> None:
    """Refuse a payment at a terminal that could not tell it from one in doubt.

    A terminal that knows only its last receipt is locked while anything on it is in doubt, to
    whichever sale that belongs.
    """
    other = _holding(draft, rule, "")
    if other is not None:
        sale = draft.state.transaction_of(other.transaction)
        which = f"sale {sale.number}" if sale else "an earlier sale"
        raise RuleViolation(
            f"{rule.label} waits for {which}", hint="settle that first, or pay another way"
        )


def _holding(draft: Draft, rule: TenderRule | None, id_: str) -> Payment | None:
    """Return another payment that a terminal with only a last receipt must end first."""
    if rule is None or rule.capabilities is None or rule.capabilities.inquiry != "last":
        return None
    others = (each for each in draft.state.payments.values() if each.id != id_)
    return next((each for each in others if each.type == rule.id and each.is_blocking), None)


def send(draft: Draft, command: cmd.SendPayment) -> Generator[Any, Any, str]:
    """Store that a payment is about to be asked for, and of which terminal.

    It stays as it is where its terminal has an earlier one to end first, such as a late approval
    that is being given back.
    """
    payment = draft.state.payments.get(command.id)
    if payment is None or payment.status is not TenderStatus.INTENDED:
        return ""
    if _holding(draft, draft.settings.rule_of(payment.type), payment.id):
        return ""
    known = draft.state.marks.get(command.terminal, "")
    if command.mark and mark_is_after(command.mark, known):
        draft.add(ev.MarkSeen(command.terminal, command.mark))
    draft.add(ev.PaymentSent(payment.id, command.terminal, command.mark))
    return ""
    yield


def hear(draft: Draft, command: cmd.HearProvider) -> Generator[Any, Any, str]:
    """Judge what a provider said of a payment, and place the money."""
    payment = draft.state.payments.get(command.id)
    rule = draft.settings.rule_of(payment.type) if payment else None
    if payment is None or rule is None or rule.capabilities is None:
        return ""
    answer = attrs.evolve(command.answer, slips=()) if command.answer.slips else command.answer
    if answer.mark and answer.terminal and draft.state.marks.get(answer.terminal) != answer.mark:
        draft.add(ev.MarkSeen(answer.terminal, answer.mark))
    hearing = Hearing(
        answer=answer,
        via=command.via,
        not_found_times=command.not_found_times,
        grace_is_over=command.grace_is_over,
        now_us=draft.moment.wall_us,
        capabilities=rule.capabilities,
        is_claimed=_is_claimed(draft, payment, command, rule.capabilities),
    )
    found = judge(payment, hearing)
    if found:  # an answer that says nothing new has been printed
        queue_slips(draft, payment.id, command.answer.slips)
    return (yield from follow(draft, payment, found))


def _is_claimed(
    draft: Draft, payment: Payment, command: cmd.HearProvider, can: Capabilities
) -> bool:
    """Tell whether an answer that names no payment of ours names another one's receipt.

    Receipt numbers may start over each day. So what is said on a payment's own call is its own, and
    an older payment's number is no bar: the mark tells the last receipt before it.
    """
    answer = command.answer
    if answer.payment or not answer.reference:
        return False
    others = [
        each
        for each in draft.state.payments.values()
        if each.reference == answer.reference and each.id != payment.id
    ]
    if can.inquiry != "last":
        return any(each.type == payment.type for each in others)
    if command.via == "charge":
        return False
    since_us = payment.intended_us - CLAIMED_US
    return any(
        each.intended_us >= since_us
        and (each.type == payment.type or payment.terminal == each.terminal != "")
        for each in others
    )


def lose(draft: Draft, command: cmd.LosePayment) -> Generator[Any, Any, str]:
    """Note that no answer came: a time-out, a broken line, a provider's bug.

    What was not stored as sent was never asked for: it did not come about.
    """
    payment = draft.state.payments.get(command.id)
    if payment is not None and payment.status is TenderStatus.SENT:
        draft.add(ev.PaymentDoubted(id=payment.id, cause=command.cause))
    elif payment is not None and payment.status is TenderStatus.INTENDED:
        draft.add(ev.PaymentVoided(id=payment.id, cause=command.cause))
        _end_cancelling(draft, payment.transaction)
        return f"{payment.label}: {command.cause}. Nothing was charged"
    return ""
    yield


def wish_cancel(draft: Draft, command: cmd.CancelPayment) -> Generator[Any, Any, str]:
    """Wish that the payment under way be given up."""
    payment = _one_in_doubt(draft, command.id)
    if payment.status is TenderStatus.REVERSING:
        raise RuleViolation("The money is on its way back already", hint="wait for it")
    if payment.status is TenderStatus.INTENDED:
        draft.add(ev.PaymentVoided(id=payment.id, cause="cancelled before it was sent"))
        _end_cancelling(draft, payment.transaction)
        return f"{payment.label} cancelled"
    if not payment.cancel_wished:
        draft.add(ev.CancelWished(payment.id))
    return f"Asking {payment.label} to cancel"
    yield


def give_back(draft: Draft, payment: Payment, why: str) -> None:
    """Store that a payment is to be given back; its provider is asked, or else a person."""
    draft.add(ev.ReversalIntended(id=payment.id, reversal=f"{payment.id}-r", why=why))
    _queue_without_means(draft, payment, why)


def _queue_without_means(draft: Draft, payment: Payment, why: str) -> None:
    """Hand a reversal to a person where no provider can do it; no refund can be undone."""
    rule = draft.settings.rule_of(payment.type)
    can = rule.capabilities if rule else None
    if can is None or can.reverse == "none" or payment.kind == "refund":
        draft.add(ev.ReversalQueued(id=payment.id, owner=SUPERVISOR, why=why))


def doubt_payments(draft: Draft) -> None:
    """At a start: what was not sent never was, and what was sent is in doubt."""
    for payment in list(draft.state.payments.values()):
        if payment.status is TenderStatus.INTENDED:
            draft.add(ev.PaymentVoided(id=payment.id, cause="the till stopped before it was sent"))
            _end_cancelling(draft, payment.transaction)
        elif payment.status is TenderStatus.SENT:
            cause = "the till stopped while it was under way"
            draft.add(ev.PaymentDoubted(id=payment.id, cause=cause))


def ask_cancel(draft: Draft, reason: str) -> str:
    """Put a sale aside to be cancelled when its payments have come to their ends."""
    sale = draft.sale
    draft.add(ev.CancelAsked(sale.id, reason))
    for payment in list(draft.state.payments.values()):
        if payment.transaction != sale.id:
            continue
        if payment.status is TenderStatus.INTENDED:
            draft.add(ev.PaymentVoided(id=payment.id, cause="its sale was cancelled"))
        elif payment.status is TenderStatus.APPLIED:
            give_back(draft, payment, "its sale was cancelled")
        elif payment.status in {TenderStatus.SENT, TenderStatus.UNKNOWN}:
            draft.add(ev.CancelWished(payment.id))
    _end_cancelling(draft, sale.id)
    return f"Sale {sale.number} is cancelled when its payments are settled"


def queue_reversal(draft: Draft, command: cmd.QueueReversal) -> Generator[Any, Any, str]:
    """Hand a reversal that does not come about to a person."""
    payment = draft.state.payments.get(command.id)
    if payment is not None and payment.status is TenderStatus.REVERSING:
        draft.add(ev.ReversalQueued(id=payment.id, owner=SUPERVISOR, why=command.why))
        _end_cancelling(draft, payment.transaction)
    return ""
    yield


def follow(draft: Draft, payment: Payment, found: tuple[Any, ...]) -> Generator[Any, Any, str]:
    """Take what was found of a payment into the action, and place the money there is."""
    for event in found:
        draft.add(event)
    approved = next((each for each in found if type(each) is ev.PaymentApproved), None)
    back = next((each for each in found if type(each) is ev.ReversalIntended), None)
    if back is not None:
        _queue_without_means(draft, payment, back.why)
    if approved is None or back is not None:
        _end_cancelling(draft, payment.transaction)
        return ""
    return (yield from _place(draft, draft.state.payments[payment.id], approved))


def _place(
    draft: Draft, payment: Payment, approved: ev.PaymentApproved
) -> Generator[Any, Any, str]:
    """Give the money to its sale where there is room for it, and back where there is none."""
    sale = draft.state.transaction_of(payment.transaction)
    why = _no_room(draft, sale, payment, approved)
    if why:
        give_back(draft, payment, why)
        _end_cancelling(draft, payment.transaction)
        if payment.kind == "refund":
            return f"{payment.label}: the money went back, {why}"
        return f"{payment.label}: giving money back, {why}"
    assert sale is not None, "there is room in it"
    draft.add(ev.TenderApplied(_tender(payment)))
    sale = draft.state.transaction_of(sale.id)
    assert sale is not None, "a tender leaves its sale where it is"
    is_open = draft.state.transaction is not None and draft.state.transaction.id == sale.id
    is_wished = not payment.cancel_wished or payment.kind == "refund"  # what is out, is out
    closes = is_open and not sale.due_minor and not approved.late and is_wished
    if closes and not draft.state.blocking_of(sale.id):
        return (yield from _complete(draft, payment))
    if payment.cancel_wished:
        return f"{payment.label} was approved before it could be cancelled: keep or take back"
    return _placed_words(payment)


def _placed_words(payment: Payment) -> str:
    refund = payment.kind == "refund"
    return f"{payment.label}: given back" if refund else f"{payment.label} taken"


def _complete(draft: Draft, payment: Payment) -> Generator[Any, Any, str]:
    """Close the sale; where something objects, the money is taken all the same."""
    events, state = list(draft.events), draft.state
    try:
        return (yield from complete(draft))
    except RuleViolation as refusal:
        draft.events[:], draft.state = events, state
        return f"{_placed_words(payment)}; {refusal.message}"


def _no_room(
    draft: Draft, sale: Transaction | None, payment: Payment, approved: ev.PaymentApproved
) -> str:
    if sale is None:
        return "its sale is closed"
    if sale.state is TransactionState.CANCELLING:
        return "its sale is being cancelled"
    others = [each for each in draft.state.blocking_of(sale.id) if each.id != payment.id]
    if approved.late and others:
        return "another payment is under way"
    due = sale.due_minor if payment.kind == "charge" else -sale.due_minor
    if payment.captured_minor - payment.tip_minor > due:
        return "the sale needs less"
    return ""


def _tender(payment: Payment) -> Tender:
    sign = 1 if payment.kind == "charge" else -1
    return Tender(
        id=payment.id,
        type=payment.type,
        label=payment.label,
        tendered_minor=sign * (payment.captured_minor - payment.tip_minor),
        applied_minor=sign * (payment.captured_minor - payment.tip_minor),
        reference=payment.reference,
        tip_minor=payment.tip_minor,
        said_by=payment.said_by,
        refunds=payment.original_payment,
    )


def _end_cancelling(draft: Draft, transaction: str) -> None:
    """Cancel a sale that waited for its last payment to end."""
    sale = draft.state.transaction_of(transaction)
    if sale is None or sale.state is not TransactionState.CANCELLING:
        return
    if not draft.state.blocking_of(sale.id):
        draft.add(
            ev.TransactionCancelled(
                transaction=sale.id,
                number=sale.number,
                gross_minor=sale.totals.gross_minor,
                lines=sale.basket.active,
                reason=sale.note,
            )
        )


def _one_in_doubt(draft: Draft, id_: str) -> Payment:
    if id_:
        payment = draft.state.payments.get(id_)
    else:
        found = draft.state.blocking_of(draft.sale.id)
        payment = found[-1] if found else None
    if payment is None or not payment.is_blocking:
        raise RuleViolation("No payment is under way", hint="go on")
    return payment
