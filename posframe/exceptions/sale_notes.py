"""Notes of rows about sales, money and the drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.exceptions.notes import Fields, LineNote, NoteKind
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.quantity import extend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from posframe.kernel.domain.basket import LineItem, PriceAdjustment

MANUAL = "manual-"
"""What the ids of discounts given by hand begin with."""


def _opened(event: ev.TransactionOpened) -> Fields:
    return {
        "kind": NoteKind.OPENED,
        "transaction": event.transaction,
        "training": event.training,
    }


def _line(event: ev.LineAdded | ev.LineChanged) -> Fields:
    return {"kind": NoteKind.LINE, "line": _line_note(event.line)}


def _line_note(line: LineItem) -> LineNote:
    below = None
    if line.catalogue_price_minor is not None:
        below = extend(line.catalogue_price_minor, line.quantity_milli) - line.list_minor
    return LineNote(
        number=line.number,
        minor=line.amount_minor,
        unit_minor=line.unit_price_minor,
        below_minor=below,
        manual=_by_hand(line.adjustments),
        blind_return=line.kind is LineKind.RETURN and not line.original,
        taken_off_milli=0 if line.kind is LineKind.RETURN else line.taken_off_milli,
        price_per_milli=line.price_per_milli,
    )


def _by_hand(adjustments: Iterable[PriceAdjustment]) -> tuple[tuple[str, int], ...]:
    return tuple((each.id, each.minor) for each in adjustments if each.id.startswith(MANUAL))


def _void(event: ev.LineVoided) -> Fields:
    return {"kind": NoteKind.VOID, "number": event.number}


def _priced(event: ev.Repriced) -> Fields:
    minors = tuple(each for each in event.adjustments if each[0].startswith(MANUAL))
    return {"kind": NoteKind.PRICED, "minors": minors} if minors else None


def _basket_discount(event: ev.BasketAdjusted) -> Fields:
    return {"kind": NoteKind.BASKET_DISCOUNT, "minors": _by_hand((event.adjustment,))}


def _totalled(_event: object) -> Fields:
    return {"kind": NoteKind.TOTALLED}


def _coupon(_event: ev.CouponAdded) -> Fields:
    return {"kind": NoteKind.COUPON}


def _cancelled(event: ev.TransactionCancelled) -> Fields:
    return {
        "kind": NoteKind.CANCELLED,
        "transaction": event.transaction,
        "minor": event.gross_minor,
        "number": event.lines,
    }


def _completed(event: ev.TransactionCompleted) -> Fields:
    back: dict[str, int] = {}
    for tender in event.tenders:
        if tender.applied_minor < 0:
            back[tender.type] = back.get(tender.type, 0) - tender.applied_minor
    return {
        "kind": NoteKind.COMPLETED,
        "transaction": event.transaction,
        "about": event.kind,
        "minor": event.closing.gross_minor,
        "minors": tuple(sorted(back.items())),
        "refers": event.refers_to,
        "customer": event.customer,
        "training": event.training,
    }


def _cash(event: ev.CashMoved) -> Fields:
    return {"kind": NoteKind.CASH, "about": event.kind, "minor": abs(event.minor)}


def _kick(event: ev.JobQueued) -> Fields:
    if event.job.kind != "kick":
        return None
    return {"kind": NoteKind.KICK, "transaction": event.job.subject}


def _copy(event: ev.CopyAsked) -> Fields:
    return {"kind": NoteKind.COPY, "transaction": event.transaction}


def _resolved(event: ev.PaymentResolved) -> Fields:
    return {"kind": NoteKind.RESOLVED, "minor": event.amount_minor, "person": event.approver}


def _reversed(event: ev.PaymentReversed) -> Fields:
    return {"kind": NoteKind.GIVEN_BACK, "person": event.said_by} if event.how else None


SALE_NOTES: Mapping[type, Callable[[Any], Fields]] = {
    ev.TransactionOpened: _opened,
    ev.LineAdded: _line,
    ev.LineChanged: _line,
    ev.LineVoided: _void,
    ev.Repriced: _priced,
    ev.BasketAdjusted: _basket_discount,
    ev.Totalled: _totalled,
    ev.TenderApplied: _totalled,
    ev.PaymentIntended: _totalled,
    ev.CouponAdded: _coupon,
    ev.TransactionCancelled: _cancelled,
    ev.TransactionCompleted: _completed,
    ev.CashMoved: _cash,
    ev.JobQueued: _kick,
    ev.CopyAsked: _copy,
    ev.PaymentResolved: _resolved,
    ev.PaymentReversed: _reversed,
}
