"""How events change payments, and the sales they belong to. Pure; replay needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment import CLOSED, AnswerOutcome
from posframe.kernel.domain.tender import Tender, TenderStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.transaction import TillState, Transaction

_evolve = attrs.evolve
_PROVISIONAL = AnswerOutcome.PROVISIONAL
REMEMBERED = 32
"""So many payments of ended sales are kept after they came to their ends."""
PRICED_BY_HAND = frozenset({"discount", "override_price"})
"""Permissions whose approvals hold up to their amounts, while the sale goes on."""


def with_payment(state: TillState, payment: Payment) -> TillState:
    """Return the state with a payment as it is now, its sale's tender beside it."""
    payments = {**state.payments, payment.id: payment}
    return _with_sale(_evolve(state, payments=payments), payment)


def without_old_payments(state: TillState) -> TillState:
    """Return the state without what ended long ago; called as a sale ends.

    An ended payment is remembered for a while: a provider may still say that it was charged after
    all, or given back.
    """
    ended = [
        payment.id
        for payment in state.payments.values()
        if not payment.is_open and state.transaction_of(payment.transaction) is None
    ]
    if len(ended) <= REMEMBERED:
        return state
    old = set(ended[: len(ended) - REMEMBERED])
    kept = {id_: payment for id_, payment in state.payments.items() if id_ not in old}
    return _evolve(state, payments=kept)


def _with_sale(state: TillState, payment: Payment) -> TillState:
    sale = state.transaction
    if sale is not None and sale.id == payment.transaction:
        return _evolve(state, transaction=_with_tender(sale, payment))
    suspended = tuple(
        _with_tender(each, payment) if each.id == payment.transaction else each
        for each in state.suspended
    )
    return _evolve(state, suspended=suspended)


def _with_tender(sale: Transaction, payment: Payment) -> Transaction:
    sign = 1 if payment.kind == "charge" else -1
    known = next((each for each in sale.tenders if each.id == payment.id), None)
    if known is None:
        tender = Tender(
            id=payment.id,
            type=payment.type,
            label=payment.label,
            tendered_minor=sign * payment.asked_minor,
            applied_minor=sign * payment.asked_minor,
            status=payment.status,
        )
        return _evolve(sale, tenders=(*sale.tenders, tender))
    tenders = tuple(
        _evolve(each, status=payment.status) if each is known else each for each in sale.tenders
    )
    return _evolve(sale, tenders=tenders)


def _intended(state: TillState, event: pe.PaymentIntended) -> TillState:
    return with_payment(state, event.payment)


def _changed(**values: Callable[[Any], Any] | object) -> Callable[[TillState, Any], TillState]:
    """Return a fold that changes a payment's fields, to values or by what the event says."""

    def fold(state: TillState, event: Any) -> TillState:  # noqa: ANN401 - any event with an id
        payment = state.payments[event.id]
        changes = {
            name: value(event) if callable(value) else value for name, value in values.items()
        }
        return with_payment(state, _evolve(payment, **changes))

    return fold


def _approved(state: TillState, event: pe.PaymentApproved) -> TillState:
    payment = state.payments[event.id]
    return with_payment(
        state,
        _evolve(
            payment,
            status=TenderStatus.UNKNOWN,  # until the event beside it says where the money goes
            captured_minor=event.captured_minor,
            tip_minor=event.tip_minor,
            reference=event.answer.reference or payment.reference,
            late=event.late,
            said_by=event.said_by,
            look_us=0,
            cause="approved",
        ),
    )


def _doubted(state: TillState, event: pe.PaymentDoubted) -> TillState:
    payment = state.payments[event.id]
    deviating = event.deviating_minor
    receipts = [each.reference for each in event.answer if each.outcome is _PROVISIONAL]
    return with_payment(
        state,
        _evolve(
            payment,
            status=TenderStatus.UNKNOWN,
            cause=event.cause,
            deviating_minor=payment.deviating_minor if deviating is None else deviating,
            late=payment.late or payment.status in CLOSED,
            look_us=0,
            reference=payment.reference or "".join(receipts),
        ),
    )


def _mark_seen(state: TillState, event: pe.MarkSeen) -> TillState:
    return _evolve(state, marks={**state.marks, event.terminal: event.mark})


def _answered_for(state: TillState, event: pe.ApprovalGiven) -> TillState:
    """Keep beside the open sale how much of its prices somebody answered for."""
    sale = state.transaction
    if sale is None or event.action not in PRICED_BY_HAND:
        return state
    others = (each for each in sale.approved if each[0] != event.action)
    approved = (*others, (event.action, event.amount_minor))
    return _evolve(state, transaction=_evolve(sale, approved=approved))


def _unchanged(state: TillState, _event: object) -> TillState:
    return state


PAYMENT_FOLDS: dict[type, Callable[[TillState, Any], TillState]] = {
    pe.PaymentIntended: _intended,
    pe.PaymentSent: _changed(
        status=TenderStatus.SENT,
        terminal=lambda event: event.terminal,
        mark=lambda event: event.mark,
    ),
    pe.PaymentDoubted: _doubted,
    pe.PaymentApproved: _approved,
    pe.PaymentDeclined: _changed(
        status=TenderStatus.DECLINED, look_us=lambda event: event.look_us, cause="declined"
    ),
    pe.PaymentVoided: _changed(
        status=TenderStatus.VOIDED,
        look_us=lambda event: event.look_us,
        cause=lambda event: event.cause,
        said_by=lambda event: event.said_by,
    ),
    pe.ReversalIntended: _changed(
        status=TenderStatus.REVERSING,
        reversal=lambda event: event.reversal,
        cause=lambda event: event.why,
        look_us=0,
    ),
    pe.PaymentReversed: _changed(status=TenderStatus.REVERSED, look_us=0),
    pe.ReversalQueued: _changed(
        status=TenderStatus.QUEUED_FOR_PERSON,
        owner=lambda event: event.owner,
        cause=lambda event: event.why,
    ),
    pe.CancelWished: _changed(cancel_wished=True),
    pe.LookEnded: _changed(look_us=0),
    pe.MarkSeen: _mark_seen,
    pe.PaymentAlarmed: _unchanged,
    pe.StrayHeard: _unchanged,
    pe.PaymentResolved: _unchanged,
    pe.BatchClosed: _unchanged,
    pe.ApprovalGiven: _answered_for,
}
