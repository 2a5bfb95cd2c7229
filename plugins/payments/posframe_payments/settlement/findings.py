"""Differences as the journal keeps them: with a mark to know them again, and what can be done.

A payment that is closed as not paid, or still in doubt, and that the provider charged is the
customer's money: where the provider names it, the till itself can give it back or book it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import attrs

from posframe import AnswerOutcome, Money
from posframe_payments.settlement.courses import CLOSED, Course
from posframe_payments.settlement.difference import told
from posframe_payments.settlement.journal_side import is_reversal
from posframe_payments.settlement.records import DifferenceFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from posframe import ProviderAnswer
    from posframe_payments.settlement.difference import Difference
    from posframe_payments.settlement.rows import Booking, SettlementRow

LATE: Final = "late_approval"
NOT_DUE: Final = "not_due"
_PARTLY: Final = "Ask the provider what it gave back already, and give back the rest"
_GIVEN: Final = "Ask the provider why it gave this back"
NOTHING_TO_DO: Final = frozenset({"confirmed", "late", NOT_DUE})


def findings(
    differences: Iterable[Difference], courses: Mapping[str, Course], key: str
) -> list[DifferenceFound]:
    """Return what is to be written down: all but what may still come.

    Args:
        differences: What a comparison came to.
        courses: By payment, what became of it.
        key: Of this reconciliation.
    """
    found = [each for each in differences if each.kind != NOT_DUE]
    fees = [each for each in found if each.kind == "fee_differs"]
    if len(fees) > 1:
        others = [_found(each, courses, key) for each in found if each.kind != "fee_differs"]
        return [*others, _fees(fees, key)]
    return [_found(each, courses, key) for each in found]


def stray_findings(
    strays: Iterable[ProviderAnswer], courses: Mapping[str, Course], key: str
) -> list[DifferenceFound]:
    """Return what providers told too late: approvals of payments that count for nothing."""
    return [
        _told_late(answer, courses[answer.payment], key)
        for answer in strays
        if answer.outcome is AnswerOutcome.APPROVED
        and answer.payment in courses
        and courses[answer.payment].standing in CLOSED
    ]


def unsure_where_returned(
    found: Sequence[DifferenceFound], earlier: Iterable[DifferenceFound]
) -> list[DifferenceFound]:
    """Return what was found, so that the till gives nothing back of which a part went back already.

    Args:
        found: What is to be written down.
        earlier: What was found with earlier files.
    """
    returned = {id_ for each in (*found, *earlier) if _is_back(each) for id_ in each.payments}
    return [
        attrs.evolve(each, is_sure=False, next_step=_PARTLY)
        if each.is_sure and not returned.isdisjoint(each.payments)
        else each
        for each in found
    ]


def _is_back(found: DifferenceFound) -> bool:
    return any(minor < 0 for _, minor in found.delta)


def _told_late(answer: ProviderAnswer, course: Course, key: str) -> DifferenceFound:
    payment = course.payment
    minor = payment.asked_minor if answer.amount_minor is None else answer.amount_minor
    amount = Money(minor, answer.currency or payment.currency)
    same = (minor, amount.currency) == (payment.asked_minor, payment.currency)
    is_sure = same and payment.kind == "charge"
    return DifferenceFound(
        key=key,
        mark=_hashed(LATE, payment.id),
        kind=LATE,
        owner="shop",
        words=f"Closed as not paid, and told later as approved: {amount}, payment {payment.id}",
        next_step=_next_step(in_doubt=False, is_sure=is_sure),
        payments=(payment.id,),
        reference=answer.reference,
        is_sure=is_sure,
    )


def _found(each: Difference, courses: Mapping[str, Course], key: str) -> DifferenceFound:
    tender = each.tenders[0] if len(each.tenders) == 1 else None
    course = courses.get(tender.payment) if tender is not None else None
    shown = (*each.rows, *each.bookings)
    if tender is None or course is None or tender.paid or not shown:
        return _written(each, key, each.kind)
    if is_reversal(tender, course):
        return attrs.evolve(_written(each, key, each.kind), next_step=_GIVEN)
    if course.standing in CLOSED:
        return _charged(each, course, key)
    words = f"Given back, and settled all the same: {told(tender)}"
    return attrs.evolve(_written(each, key, each.kind), words=words)


def _charged(each: Difference, course: Course, key: str) -> DifferenceFound:
    """Return a charge of a payment that counts for nothing in the journal."""
    shown = (*each.rows, *each.bookings)
    in_doubt = course.standing == "in_doubt"
    is_sure = course.payment.kind == "charge" and all(_is_surely(at, course) for at in shown)
    kind = "charged_in_doubt" if in_doubt else LATE
    if each.kind == "contradicted":
        kind = each.kind
    return attrs.evolve(
        _written(each, key, kind),
        words=f"In doubt, and charged: {told(each.tenders[0])}" if in_doubt else each.words,
        next_step=_next_step(in_doubt=in_doubt, is_sure=is_sure),
        reference=next((at.reference for at in shown if at.reference), ""),
        is_sure=is_sure,
    )


def _is_surely(at: Booking, course: Course) -> bool:
    """Tell whether the provider names a payment, and exactly what was asked for."""
    payment = course.payment
    is_named = at.payment == payment.id or at.reference == course.reference != ""
    return is_named and (at.amount_minor, at.currency) == (payment.asked_minor, payment.currency)


def _next_step(*, in_doubt: bool, is_sure: bool) -> str:
    if in_doubt and is_sure:
        return "The till takes it as paid, or gives it back where its sale is closed"
    if in_doubt:
        return "Say at the till what the slip says: .resolve paid AMOUNT NUMBER"
    if is_sure:
        return "The till gives it back if it still remembers it; else give it back by hand"
    return "Find the customer and give the money back"


def _written(each: Difference, key: str, kind: str) -> DifferenceFound:
    is_told = each.kind in NOTHING_TO_DO or (each.kind == "ambiguous" and not each.delta)
    return DifferenceFound(
        key=key,
        mark=_mark(each, kind, key),
        kind=kind,
        owner=each.owner,
        words=each.words,
        next_step=each.next_step,
        payments=tuple(dict.fromkeys(at.payment for at in each.tenders)),
        delta=tuple((money.currency, money.minor) for money in each.delta),
        is_open=not is_told,
    )


def _fees(fees: list[Difference], key: str) -> DifferenceFound:
    """Return one difference for the fees of a file, where many are not what was agreed."""
    sums: dict[str, int] = {}
    for each in fees:
        currency = each.rows[0].currency
        sums[currency] = sums.get(currency, 0) + each.fee_delta_minor
    in_all = ", ".join(
        f"{Money(abs(minor), currency)} {'more' if minor > 0 else 'less'}"
        for currency, minor in sorted(sums.items())
    )
    words = f"{len(fees)} fees are not as agreed, {in_all or 'nothing'} in all"
    first = fees[0]
    return DifferenceFound(
        key=key,
        mark=_hashed("fee_differs", key),
        kind=first.kind,
        owner=first.owner,
        words=f"{words}; the first: {first.words}",
        next_step=first.next_step,
    )


def _mark(each: Difference, kind: str, key: str) -> str:
    """Return by what a difference is known again when the next file is compared."""
    if kind == LATE:
        return _hashed(kind, each.tenders[0].payment)
    tenders = [f"tender {at.payment} {at.amount_minor}" for at in each.tenders]
    if tenders:
        return _hashed(kind, *sorted(tenders))
    return _hashed(kind, *sorted(_name(at, key) for at in (*each.rows, *each.bookings)))


def _name(at: Booking | SettlementRow, key: str) -> str:
    """Return what names a row wherever it is seen; a nameless one is known in its file only."""
    name = at.payment or at.reference or at.receipt
    place = "" if name else f"{key} {getattr(at, 'line', '')}"
    return f"{name} {at.terminal} {at.amount_minor} {at.currency} {at.day} {place}"


def _hashed(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
