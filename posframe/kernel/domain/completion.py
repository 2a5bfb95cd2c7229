"""Completion: a settled sale gets its receipt number and becomes one self-contained event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.cash_drawer import shift_id
from posframe.kernel.domain.opening import ensure_day
from posframe.kernel.domain.questions import MayOpenDrawer, VetoCompletion
from posframe.kernel.domain.return_checks import check_left
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.totals import shares, taxes_in
from posframe.kernel.domain.transaction import Closing, Job
from posframe.version import __version__

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.transaction import Transaction


def complete(draft: Draft) -> Generator[Any, Any, str]:
    """Close the open sale, number its receipt, and queue drawer and print."""
    yield from check_left(draft)
    yield VetoCompletion(draft.view)
    ensure_day(draft)
    sale = draft.sale
    view = draft.view
    draft.add(_completed(draft, sale))
    opens = any(
        tender.type == rule.id and rule.opens_drawer
        for tender in sale.applied
        for rule in draft.settings.tenders
    )
    if opens and draft.settings.drawer_device and (yield MayOpenDrawer("sale", view)):
        queue_kick(draft, sale.id)
    if draft.settings.receipt_device:
        queue_print(draft, sale.id)
    return _words(draft)


def queue_kick(draft: Draft, subject: str) -> None:
    """Queue the opening of the drawer; a stale kick is never done late."""
    moment = draft.moment
    draft.add(
        ev.JobQueued(
            Job(
                id=f"{moment.id}-kick",
                kind="kick",
                device=draft.settings.drawer_device,
                subject=subject,
                queued_us=moment.wall_us,
                expires_us=moment.wall_us + draft.settings.kick_stale_us,
            )
        )
    )


def queue_print(draft: Draft, transaction: str, copy: int = 0) -> None:
    """Queue the print of a completed transaction's receipt; ``copy`` 0 is the original."""
    moment = draft.moment
    draft.add(
        ev.JobQueued(
            Job(
                id=f"{moment.id}-print",
                kind="print",
                device=draft.settings.receipt_device,
                subject=transaction,
                queued_us=moment.wall_us,
                copy=copy,
                expires_us=moment.wall_us + draft.settings.print_stale_us,
            )
        )
    )


def _completed(draft: Draft, sale: Transaction) -> ev.TransactionCompleted:
    totals, state = sale.totals, draft.state
    closing = _closing(draft, sale)
    total = closing.gross_minor + closing.rounding_minor
    return ev.TransactionCompleted(
        transaction=sale.id,
        number=sale.number,
        kind=sale.kind,
        receipt_number=closing.receipt_number,
        opened_us=sale.opened_us,
        completed_us=draft.moment.wall_us,
        operator=_completed_by(draft, sale),
        currency=sale.currency,
        lines=tuple(
            ev.CompletedLine(sale.basket.lines[share.number - 1], share)
            for share in shares(sale.basket)
        ),
        voided_lines=len(sale.basket.lines) - sale.basket.active,
        offers=tuple(sale.basket.offers.values()),
        adjustments=sale.basket.adjustments,
        taxes=taxes_in(sale.basket),
        totals=totals,
        tenders=sale.applied,
        closing=closing,
        customer=sale.customer,
        customer_label=sale.customer_label,
        customer_plugin=sale.customer_plugin,
        training=sale.training,
        configuration=state.configuration,
        software=__version__,
        day=state.day.with_total(total),
        ever=state.ever.with_total(total),
        coupons=sale.coupons,
        policy=sale.basket.policy,
        customer_groups=sale.customer_groups,
        tender_meant=sale.tender_meant,
        shift=shift_id(draft),
        refers_to=tuple(sorted({line.original for line in sale.basket.lines if line.original})),
    )


def _completed_by(draft: Draft, sale: Transaction) -> str:
    """Return who completes it: on a locked till, where an answer came, whose sale it is."""
    signs_in = draft.settings.control.roles is not None
    if signs_in and not draft.state.control.operator:
        return sale.operator
    return draft.moment.operator


def _closing(draft: Draft, sale: Transaction) -> Closing:
    tenders: tuple[Tender, ...] = sale.applied
    assert all(tender.status is TenderStatus.APPLIED for tender in tenders)
    gross = sale.totals.gross_minor
    closing = Closing(
        transaction=sale.id,
        receipt_number=draft.state.last_receipt_number + 1,
        gross_minor=gross,
        rounding_minor=sum(tender.rounding_minor for tender in tenders),
        tendered_minor=sum(tender.tendered_minor for tender in tenders),
        change_minor=sum(tender.change_minor for tender in tenders),
        tenders=tenders,
        completed_us=draft.moment.wall_us,
    )
    assert closing.tendered_minor - closing.change_minor == gross + closing.rounding_minor
    assert closing.change_minor >= 0, "change is never asked of the customer"
    return closing


def _words(draft: Draft) -> str:
    last = draft.state.last
    assert last is not None, "a sale was just completed"
    return f"Receipt {last.receipt_number}"
