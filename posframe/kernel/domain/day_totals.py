"""Totals of a business day or a shift: what X and Z reports say, folded from the journal's events.

``counted`` takes one event after the other, ``merged`` adds two parts: the sum of the parts is the
whole, wherever it was cut. Practice is counted as documents alone and is in no other figure.

What a Z seals is in ``z_report``, how a report looks in ``day_totals_report``; when there is one
and who may see it is decided elsewhere. All amounts are minor units of the till's currency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind, pieces_of
from posframe.kernel.domain.counters import Counters
from posframe.kernel.domain.day_figures import DayTotals as DayTotals
from posframe.kernel.domain.day_figures import moved as moved
from posframe.kernel.domain.day_totals_rows import (
    NOTHING,
    BatchTotal,
    DepartmentTotal,
    NamedTally,
    Tally,
    TaxTotal,
    TenderTotal,
    added,
    with_rows,
)
from posframe.kernel.domain.foreign_notes import foreign_effect
from posframe.kernel.domain.shift import FOREIGN, TenderSum
from posframe.kernel.domain.shift_effects import cash_effect
from posframe.kernel.domain.tender import TenderStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.transaction import TillState

Figures: TypeAlias = dict[str, Any]
"""What an event adds, by the name of the figure; those it says nothing of are left out."""


def opened(drawer_minor: int, foreign: tuple[TenderSum, ...] = ()) -> DayTotals:
    """Return the totals of a day that begins with so much cash and these notes in the drawers."""
    return DayTotals(float_minor=drawer_minor, foreign_float=foreign)


def counted(
    totals: DayTotals,
    event: Any,  # noqa: ANN401 - plugins' events too, which change nothing
    before: TillState,
    *,
    training: bool = False,
) -> DayTotals:
    """Return the totals with one more event; its cost grows with the event, not with the day.

    Args:
        totals: of the events before it.
        event: any event of the journal, in its order.
        before: the till's state that the event is folded onto: what a voided line had cost and
            which payment was given back stands there alone.
        training: the till practises. A sale, its lines and its payments say so themselves; of cash,
            kicks and copies only the caller knows.
    """
    figures = _FIGURES.get(type(event))
    if figures is None:
        return totals
    if not before.training and (training or _is_practice(event, before)):
        documents = isinstance(event, ev.TransactionCompleted)
        return _plus(totals, {"training": 1}) if documents else totals
    return _plus(totals, figures(event, before))


def merged(one: DayTotals, other: DayTotals) -> DayTotals:
    """Return the figures of two parts together; names are those of ``one``, where both have them.

    Parts that follow each other in one drawer have one float between them: the first part's.
    """
    return _plus(one, {field.name: getattr(other, field.name) for field in attrs.fields(DayTotals)})


def _plus(totals: DayTotals, figures: Figures) -> DayTotals:
    """Add what an event or a part comes to; the figures that are not named stay as they are."""
    if not figures:
        return totals
    values = {
        name: _JOINED.get(name, added)(getattr(totals, name), more)
        for name, more in figures.items()
    }
    return attrs.evolve(totals, **values)


def _first(one: int, other: int) -> int:
    return min(one, other) if one and other else one or other


_JOINED: dict[str, Callable[[Any, Any], Any]] = {"first_receipt": _first, "last_receipt": max}


def _is_practice(event: Any, before: TillState) -> bool:  # noqa: ANN401 - any event
    if isinstance(event, ev.TransactionCompleted):
        return event.training
    if isinstance(event, ev.PaymentResolved | ev.PaymentReversed):
        return before.payments[event.id].training
    sale = before.transaction
    if isinstance(event, ev.TransactionCancelled):
        sale = before.transaction_of(event.transaction)
    return sale is not None and sale.training


def _completed(event: ev.TransactionCompleted, _before: TillState) -> Figures:
    totals, closing = event.totals, event.closing
    back = [each for each in event.lines if _came_back(each)]
    pairs = zip(event.taxes, totals.taxes, strict=True)
    return {
        "first_receipt": event.receipt_number,
        "last_receipt": event.receipt_number,
        "counters": Counters().with_total(closing.gross_minor + closing.rounding_minor),
        _kind(event, back): Tally(1, closing.gross_minor),
        "returned": NOTHING if event.kind == "void" else _gross(back),
        "gross_minor": totals.gross_minor,
        "net_minor": totals.net_minor,
        "tax_minor": totals.tax_minor,
        "taxes": _rows(TaxTotal(tax, part.base_minor, part.minor) for tax, part in pairs),
        "departments": _rows(map(_department, event.lines)),
        "discounts": _discounts(event),
        "tenders": _rows(map(_tender, event.tenders)),
        "rounding_minor": closing.rounding_minor,
        "foreign": _rows(map(_notes, filter(_is_foreign, event.tenders))),
    }


def _kind(event: ev.TransactionCompleted, back: list[ev.CompletedLine]) -> str:
    if event.kind == "void":
        return "voids"
    if not back:
        return "sales"
    return "returns" if len(back) == len(event.lines) else "exchanges"


def _rows(rows: Iterable[Any]) -> tuple[Any, ...]:
    return with_rows((), tuple(rows))


def _came_back(each: ev.CompletedLine) -> bool:
    return each.line.back is not None or each.line.kind is LineKind.RETURN


def _gross(lines: list[ev.CompletedLine]) -> Tally:
    return Tally(len(lines), sum(each.share.gross_minor for each in lines))


def _department(each: ev.CompletedLine) -> DepartmentTotal:
    pieces, share = pieces_of(each.line), each.share
    sign = -1 if _came_back(each) else 1
    return DepartmentTotal(
        each.line.department, 1, sign * pieces, share.net_minor, share.gross_minor
    )


def _discounts(event: ev.TransactionCompleted) -> tuple[NamedTally, ...]:
    """Return what took off list prices; together it is the document's ``discount_minor``."""
    by_hand = [
        each for sold in event.lines if not _came_back(sold) for each in sold.line.adjustments
    ]
    back = [each for sold in event.lines if _came_back(sold) for each in sold.line.adjustments]
    shared = sum(each.share.basket_minor for each in event.lines)
    of_lines = sum(row.minor for row in event.offers if row.shares)
    # What is off the whole sale is at most what may be discounted: offers have of it first.
    whole = max(shared, sum(row.minor for row in event.offers if not row.shares))
    on_sale = sum(1 for each in event.adjustments if each.minor)
    found = (
        NamedTally("line", "", len(by_hand), sum(each.minor for each in by_hand)),
        NamedTally("offer", "", len(event.offers), of_lines + whole),
        NamedTally("basket", "", on_sale, shared - whole),
        NamedTally("returned", "", len(back), sum(each.minor for each in back)),
    )
    return _rows(each for each in found if each.count or each.minor)


def _tender(tender: Tender) -> TenderTotal:
    is_back = tender.applied_minor < 0
    return TenderTotal(
        type=tender.type,
        label=tender.label,
        is_cash=tender.is_cash,
        count=int(not is_back),
        taken_minor=0 if is_back else tender.tendered_minor,
        refunds=int(is_back),
        given_back_minor=tender.tendered_minor if is_back else 0,
        change_minor=tender.change_minor,
        rounding_minor=tender.rounding_minor,
        applied_minor=tender.applied_minor,
        tip_minor=tender.tip_minor,
        is_foreign=bool(tender.foreign_currency),
    )


def _is_foreign(tender: Tender) -> bool:
    return bool(tender.foreign_currency) and tender.status is TenderStatus.APPLIED


def _notes(tender: Tender) -> TenderSum:
    return TenderSum(type=f"{FOREIGN}{tender.foreign_currency}", minor=tender.foreign_minor)


def _cancelled(event: ev.TransactionCancelled, _before: TillState) -> Figures:
    return {"cancelled": Tally(1, event.gross_minor)}


def _line_voided(event: ev.LineVoided, before: TillState) -> Figures:
    sale = before.transaction
    assert sale is not None, "a line is voided in the open sale"
    tally = Tally(1, sale.basket.lines[event.number - 1].amount_minor)
    is_late = sale.totalled or bool(sale.tenders)  # also one that was declined or taken back
    return {"voided_lines": tally, "voided_after_total": tally if is_late else NOTHING}


def _line_changed(event: ev.LineChanged, before: TillState) -> Figures:
    """Count a price that was changed by hand; a quantity or a discount is no override."""
    assert before.transaction is not None, "a line is changed in the open sale"
    new, old = event.line, before.transaction.basket.lines[event.line.number - 1]
    price = (new.unit_price_minor, new.price_per_milli)
    if new.catalogue_price_minor is None or price == (old.unit_price_minor, old.price_per_milli):
        return {}
    return {"overrides": Tally(1, new.list_minor - old.list_minor)}


def _till_started(event: ev.TillStarted, before: TillState) -> Figures:
    return {"float_minor": 0 if before.till else event.float_minor}


def _cash_moved(event: ev.CashMoved, _before: TillState) -> Figures:
    if event.currency:  # notes of another currency are no part of the till's own cash
        return {"foreign": (TenderSum(type=f"{FOREIGN}{event.currency}", minor=event.minor),)}
    return {"movements": (NamedTally(event.kind, event.reason, 1, event.minor),)}


def _counted_cash(event: Any, before: TillState) -> Figures:  # noqa: ANN401 - of drawers or shifts
    effect = cash_effect(before.control, event)
    assert effect is not None, "it is about the cash of the till"
    rows = (*_found(effect.found, 1), *_found(effect.withdrawn, -1))
    figures: Figures = {"brought_minor": effect.brought_minor} if effect.brought_minor else {}
    if foreign := foreign_effect(before.control, event):
        figures["foreign"] = foreign
    return {**figures, "found": _rows(rows)} if rows else figures


def _found(found: tuple[tuple[str, int], ...], sign: int) -> Iterable[NamedTally]:
    for what, minor in found:
        yield NamedTally("over" if minor > 0 else "short", what, sign, sign * minor)


def _job_queued(event: ev.JobQueued, _before: TillState) -> Figures:
    if event.job.kind != "kick":
        return {}
    return {"kicks": 1, "kicks_without_sale": int(not event.job.subject)}


def _copy_asked(_event: ev.CopyAsked, _before: TillState) -> Figures:
    return {"copies": 1}


def _approved(event: ev.ApprovalGiven, _before: TillState) -> Figures:
    return {"approvals": (NamedTally(event.action, "", 1, event.amount_minor),)}


def _resolved(event: ev.PaymentResolved, before: TillState) -> Figures:
    asked = before.payments[event.id].asked_minor
    name, minor = ("paid", event.amount_minor) if event.paid else ("unpaid", asked)
    return {"resolved": (NamedTally(name, "", 1, minor),)}


def _reversed(event: ev.PaymentReversed, before: TillState) -> Figures:
    payment = before.payments[event.id]
    minor = payment.captured_minor or payment.asked_minor
    return {"reversed": (NamedTally(payment.type, "", 1, minor),)}


def _batch_closed(event: ev.BatchClosed, _before: TillState) -> Figures:
    batch = event.batch
    row = BatchTotal(
        type=event.type,
        label=event.label,
        batches=1,
        payments=batch.count or 0,
        gross_minor=batch.gross_minor or 0,
        fees_minor=batch.fees_minor or 0,
    )
    return {"batches": (row,)}


def _shift_confirmed(event: ev.ShiftConfirmed, _before: TillState) -> Figures:
    found = (NamedTally(each.type, "", 1, each.minor) for each in event.differences if each.minor)
    return {"differences": _rows(found)}


_FIGURES: dict[type, Callable[[Any, TillState], Figures]] = {
    ev.TransactionCompleted: _completed,
    ev.TransactionCancelled: _cancelled,
    ev.LineVoided: _line_voided,
    ev.LineChanged: _line_changed,
    ev.TillStarted: _till_started,
    ev.CashMoved: _cash_moved,
    ev.DrawerPlaced: _counted_cash,
    ev.ShiftOpened: _counted_cash,
    ev.ShiftEnded: _counted_cash,
    ev.ShiftRecounted: _counted_cash,
    ev.JobQueued: _job_queued,
    ev.CopyAsked: _copy_asked,
    ev.ApprovalGiven: _approved,
    ev.PaymentResolved: _resolved,
    ev.PaymentReversed: _reversed,
    ev.BatchClosed: _batch_closed,
    ev.ShiftConfirmed: _shift_confirmed,
}
