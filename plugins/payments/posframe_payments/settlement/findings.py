"""Differences as the journal keeps them: with a mark to know them again, and what can be done.

A payment that is closed as not paid, or still in doubt, and that the provider charged is the
customer's money: where the provider names it, the till itself can give it back or book it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from posframe import Money
from posframe_payments.settlement.records import DifferenceFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe_payments.settlement.courses import Course
    from posframe_payments.settlement.difference import Difference
    from posframe_payments.settlement.rows import Booking, SettlementRow

NOT_DUE: Final = "not_due"
NOTHING_TO_DO: Final = frozenset({"confirmed", "late", NOT_DUE})
CLOSED: Final = frozenset({"not_paid", "in_doubt"})


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
        found = [each for each in found if each.kind != "fee_differs"]
    written = [_charged(each, courses, key) or _found(each, key) for each in found]
    if len(fees) > 1:
        written.append(_fees(fees, key))
    return written


def _charged(each: Difference, courses: Mapping[str, Course], key: str) -> DifferenceFound | None:
    """Return a charge of a payment that counts for nothing in the journal; None: it is none."""
    if len(each.tenders) != 1 or each.tenders[0].payment not in courses:
        return None
    tender, course = each.tenders[0], courses[each.tenders[0].payment]
    shown = (*each.rows, *each.bookings)
    if tender.paid or not shown or course.standing not in CLOSED:
        return None
    in_doubt = course.standing == "in_doubt"
    is_sure = all(_is_surely(at, course) for at in shown) and not tender.is_refund
    kind = "charged_in_doubt" if in_doubt else "late_approval"
    words = f"In doubt, and charged: {each.words}" if in_doubt else each.words
    return _found(
        each,
        key,
        kind=kind if each.kind != "contradicted" else each.kind,
        words=words,
        next_step=_next_step(in_doubt=in_doubt, is_sure=is_sure),
        reference=next((at.reference for at in shown if at.reference), ""),
        is_sure=is_sure,
    )


def _is_surely(at: Booking, course: Course) -> bool:
    """Tell whether the provider names a payment, and exactly what was asked for."""
    payment = course.payment
    is_named = at.payment == payment.id or (bool(at.reference) and at.reference == course.reference)
    return is_named and (at.amount_minor, at.currency) == (payment.asked_minor, payment.currency)


def _next_step(*, in_doubt: bool, is_sure: bool) -> str:
    if in_doubt:
        return "The till takes it as paid" if is_sure else "Say it at the till: .resolve paid"
    if is_sure:
        return "The till gives it back while it remembers the payment; else give it back by hand"
    return "Find the customer and give the money back"


def _found(
    each: Difference,
    key: str,
    *,
    kind: str = "",
    words: str = "",
    next_step: str = "",
    reference: str = "",
    is_sure: bool = False,
) -> DifferenceFound:
    kind = kind or each.kind
    return DifferenceFound(
        key=key,
        mark=_mark(each, kind, key),
        kind=kind,
        owner=each.owner,
        words=words or each.words,
        next_step=next_step or each.next_step,
        payments=tuple(dict.fromkeys(at.payment for at in each.tenders)),
        delta=tuple((money.currency, money.minor) for money in each.delta),
        reference=reference,
        is_sure=is_sure,
        is_open=_is_open(each),
    )


def _is_open(each: Difference) -> bool:
    """Tell whether somebody has to do something: payments that only look alike need nobody."""
    if each.kind == "ambiguous":
        return bool(each.delta)
    return each.kind not in NOTHING_TO_DO


def _fees(fees: list[Difference], key: str) -> DifferenceFound:
    """Return one difference for the fees of a file, where many are not what was agreed."""
    sums: dict[str, int] = {}
    for each in fees:
        currency = each.rows[0].currency
        sums[currency] = sums.get(currency, 0) + each.fee_delta_minor
    told = ", ".join(
        f"{Money(abs(minor), currency)} {'more' if minor > 0 else 'less'}"
        for currency, minor in sorted(sums.items())
    )
    words = f"{len(fees)} fees are not as agreed, {told or 'nothing'} in all"
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
