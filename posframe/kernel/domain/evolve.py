"""Evolve: fold one event into the state of a till. Pure; replay needs nothing else.

Events of plugins leave the kernel's state as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import Basket
from posframe.kernel.domain.control_folding import fold_control, with_totals, without_gone
from posframe.kernel.domain.payment_folding import (
    PAYMENT_FOLDS,
    with_payment,
    without_old_payments,
)
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.totals import totals
from posframe.kernel.domain.transaction import (
    Counters,
    JobStatus,
    TillState,
    Transaction,
    TransactionState,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.tender import Tender

_evolve = attrs.evolve


def evolve(state: TillState, event: Any) -> TillState:  # noqa: ANN401 - plugins' events too
    """Return the state after ``event``; events the kernel does not own change nothing."""
    fold = _FOLDS.get(type(event)) or PAYMENT_FOLDS.get(type(event))
    after = state if fold is None else fold(state, event)
    return with_totals(without_gone(fold_control(after, event), state), event, state)


def _open(state: TillState) -> Transaction:
    assert state.transaction is not None, "the event belongs to an open transaction"
    return state.transaction


def _with_basket(state: TillState, basket: Basket) -> TillState:
    return state.with_transaction(_open(state).with_basket(basket))


def _till_started(state: TillState, event: ev.TillStarted) -> TillState:
    first = not state.till
    return _evolve(
        state,
        till=event.till,
        currency=event.currency,
        configuration=event.configuration,
        training=event.training,
        drawer_minor=state.drawer_minor + (event.float_minor if first else 0),
    )


def _day_opened(state: TillState, event: ev.DayOpened) -> TillState:
    return _evolve(state, business_date=event.business_date, day=Counters())


def _transaction_opened(state: TillState, event: ev.TransactionOpened) -> TillState:
    transaction = Transaction(
        id=event.transaction,
        number=event.number,
        kind=event.kind,
        opened_us=event.opened_us,
        operator=event.operator,
        currency=event.currency,
        basket=Basket(event.policy),
        training=event.training,
    )
    return _evolve(state, transaction=transaction, last_transaction_number=event.number)


def _line_put(state: TillState, event: ev.LineAdded | ev.LineChanged) -> TillState:
    return _with_basket(state, _open(state).basket.with_line(event.line))


def _line_voided(state: TillState, event: ev.LineVoided) -> TillState:
    basket = _open(state).basket
    line = basket.line(event.number)
    assert line is not None, "a voided line exists"
    return _with_basket(state, basket.with_line(_evolve(line, voided=True)))


def _repriced(state: TillState, event: ev.Repriced) -> TillState:
    basket = _open(state).basket.with_offers(event.changed, event.removed)
    basket = basket.with_adjustment_minors(event.adjustments)
    gross = totals(basket).gross_minor
    assert event.gross_minor in (None, gross), "replay gives the recorded total"
    return _with_basket(state, basket)


def _basket_adjusted(state: TillState, event: ev.BasketAdjusted) -> TillState:
    basket = _open(state).basket
    return _with_basket(state, _evolve(basket, adjustments=(*basket.adjustments, event.adjustment)))


def _adjustment_removed(state: TillState, event: ev.AdjustmentRemoved) -> TillState:
    basket = _open(state).basket
    kept = tuple(each for each in basket.adjustments if each.id != event.id)
    return _with_basket(state, _evolve(basket, adjustments=kept))


def _customer_set(state: TillState, event: ev.CustomerSet) -> TillState:
    transaction = _evolve(
        _open(state),
        customer=event.customer,
        customer_label=event.label,
        customer_plugin=event.plugin,
        customer_groups=event.groups,
    )
    return _evolve(state, transaction=transaction)


def _coupon_added(state: TillState, event: ev.CouponAdded) -> TillState:
    coupons = (*_open(state).coupons, event.coupon)
    return _evolve(state, transaction=_evolve(_open(state), coupons=coupons))


def _coupon_removed(state: TillState, event: ev.CouponRemoved) -> TillState:
    coupons = tuple(each for each in _open(state).coupons if each.code != event.code)
    return _evolve(state, transaction=_evolve(_open(state), coupons=coupons))


def _fulfilment_set(state: TillState, event: ev.FulfilmentSet) -> TillState:
    return _evolve(state, transaction=_evolve(_open(state), fulfilment=event.fulfilment))


def _totalled(state: TillState, event: ev.Totalled) -> TillState:
    transaction = _evolve(_open(state), totalled=True, tender_meant=event.tender)
    return _evolve(state, transaction=transaction)


def _age_checked(state: TillState, event: ev.AgeChecked) -> TillState:
    return _evolve(state, transaction=_evolve(_open(state), age_checked_years=event.years))


def _suspended(state: TillState, event: ev.TransactionSuspended) -> TillState:
    parked = _evolve(
        _open(state),
        state=TransactionState.SUSPENDED,
        suspended_us=event.at_us,
        note=event.note,
    )
    return _evolve(state, transaction=None, suspended=(*state.suspended, parked))


def _resumed(state: TillState, event: ev.TransactionResumed) -> TillState:
    parked = next(each for each in state.suspended if each.id == event.transaction)
    again = TransactionState.TENDERING if parked.applied else TransactionState.OPEN
    return _evolve(
        state,
        transaction=_evolve(parked, state=again, suspended_us=0),
        suspended=tuple(each for each in state.suspended if each.id != event.transaction),
    )


def _cancelled(state: TillState, event: ev.TransactionCancelled) -> TillState:
    if state.transaction is not None and state.transaction.id == event.transaction:
        return without_old_payments(_evolve(state, transaction=None))
    kept = tuple(each for each in state.suspended if each.id != event.transaction)
    return without_old_payments(_evolve(state, suspended=kept))


def _tender_applied(state: TillState, event: ev.TenderApplied) -> TillState:
    tender = event.tender
    payment = state.payments.get(tender.id)
    if payment is not None:
        state = with_payment(state, _evolve(payment, status=TenderStatus.APPLIED, cause=""))
    if state.transaction is None or (payment and payment.transaction != state.transaction.id):
        assert payment is not None, "what is paid at once is paid on the open sale"
        suspended = (
            _with_applied(each, tender) if each.id == payment.transaction else each
            for each in state.suspended
        )
        return _evolve(state, suspended=tuple(suspended))
    transaction = _evolve(
        _with_applied(state.transaction, tender), state=TransactionState.TENDERING
    )
    return _evolve(state, transaction=transaction)


def _with_applied(sale: Transaction, tender: Tender) -> Transaction:
    """Return a sale with a tender that counts, in the place of its intent if it had one."""
    if all(each.id != tender.id for each in sale.tenders):
        return _evolve(sale, tenders=(*sale.tenders, tender))
    tenders = (tender if each.id == tender.id else each for each in sale.tenders)
    return _evolve(sale, tenders=tuple(tenders))


def _cancel_asked(state: TillState, event: ev.CancelAsked) -> TillState:
    sale = _evolve(_open(state), state=TransactionState.CANCELLING, note=event.reason)
    return _evolve(state, transaction=None, suspended=(*state.suspended, sale))


def _tender_voided(state: TillState, event: ev.TenderVoided) -> TillState:
    transaction = _open(state)
    tenders = tuple(
        _evolve(tender, status=TenderStatus.VOIDED) if tender.id == event.id else tender
        for tender in transaction.tenders
    )
    left = any(tender.status is TenderStatus.APPLIED for tender in tenders)
    stage = TransactionState.TENDERING if left else TransactionState.OPEN
    return _evolve(state, transaction=_evolve(transaction, tenders=tenders, state=stage))


def _completed(state: TillState, event: ev.TransactionCompleted) -> TillState:
    cash = sum(tender.own_cash_minor for tender in event.tenders)
    closed = _evolve(
        state,
        transaction=None,
        last_receipt_number=event.receipt_number,
        drawer_minor=state.drawer_minor + cash,
        day=event.day,
        ever=event.ever,
        last=event.closing,
    )
    return without_old_payments(closed)


def _cash_moved(state: TillState, event: ev.CashMoved) -> TillState:
    if event.currency:
        return state
    return _evolve(state, drawer_minor=state.drawer_minor + event.minor)


def _copy_asked(state: TillState, event: ev.CopyAsked) -> TillState:
    last = state.last
    if last is None or last.transaction != event.transaction:
        return state
    return _evolve(state, last=_evolve(last, copies=event.copy))


def _job_queued(state: TillState, event: ev.JobQueued) -> TillState:
    return _evolve(state, jobs={**state.jobs, event.job.id: event.job})


def _jobs_sent(state: TillState, event: ev.JobsSent) -> TillState:
    sent = {id_: _evolve(state.jobs[id_], status=JobStatus.SENT) for id_ in event.ids}
    return _evolve(state, jobs={**state.jobs, **sent})


def _job_doubted(state: TillState, event: ev.JobDoubted) -> TillState:
    job = _evolve(state.jobs[event.id], status=JobStatus.UNKNOWN, detail=event.detail)
    return _evolve(state, jobs={**state.jobs, event.id: job})


def _job_returned(state: TillState, event: ev.JobReturned) -> TillState:
    job = _evolve(state.jobs[event.id], status=JobStatus.QUEUED, detail=event.detail)
    return _evolve(state, jobs={**state.jobs, event.id: job})


def _job_ended(state: TillState, event: ev.JobConfirmed | ev.JobGivenUp) -> TillState:
    return _evolve(state, jobs={id_: job for id_, job in state.jobs.items() if id_ != event.id})


def _anchored(state: TillState, event: ev.JournalAnchored) -> TillState:
    return _evolve(state, anchored_seq=event.seq)


_FOLDS: dict[type, Callable[[TillState, Any], TillState]] = {
    ev.TillStarted: _till_started,
    ev.DayOpened: _day_opened,
    ev.TransactionOpened: _transaction_opened,
    ev.LineAdded: _line_put,
    ev.LineChanged: _line_put,
    ev.LineVoided: _line_voided,
    ev.Repriced: _repriced,
    ev.BasketAdjusted: _basket_adjusted,
    ev.AdjustmentRemoved: _adjustment_removed,
    ev.CustomerSet: _customer_set,
    ev.CouponAdded: _coupon_added,
    ev.CouponRemoved: _coupon_removed,
    ev.FulfilmentSet: _fulfilment_set,
    ev.Totalled: _totalled,
    ev.AgeChecked: _age_checked,
    ev.TransactionSuspended: _suspended,
    ev.TransactionResumed: _resumed,
    ev.TransactionCancelled: _cancelled,
    ev.CancelAsked: _cancel_asked,
    ev.TenderApplied: _tender_applied,
    ev.TenderVoided: _tender_voided,
    ev.TransactionCompleted: _completed,
    ev.CashMoved: _cash_moved,
    ev.CopyAsked: _copy_asked,
    ev.JobQueued: _job_queued,
    ev.JobsSent: _jobs_sent,
    ev.JobConfirmed: _job_ended,
    ev.JobDoubted: _job_doubted,
    ev.JobReturned: _job_returned,
    ev.JobGivenUp: _job_ended,
    ev.JournalAnchored: _anchored,
}
