"""The journal's side of a reconciliation: payments as tenders that a settlement may have."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import attrs

from posframe_payments.settlement.rows import Booking, JournalTender, SettlementRow

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Container, Iterable, Iterator

    from posframe_payments.settlement.courses import Course

REVERSAL: Final = "-r"
"""What the till adds to a payment's id for the money that goes back."""
PROMPT_US: Final = 120_000_000
"""An approval that came within two minutes says when it was paid; a later one was found out."""


def journal_tenders(
    courses: Iterable[Course],
    rows: Iterable[SettlementRow],
    settled: Container[str],
    zone: zoneinfo.ZoneInfo,
) -> Iterator[tuple[Course, JournalTender]]:
    """Yield what the journal says was moved by providers, and what was closed without money.

    What was charged and given back again is two tenders where a settlement names it: the one has to
    be there as well as the other. Where none does, the two came to nothing.

    Args:
        courses: What became of payments.
        rows: Of the file that is compared.
        settled: Payments that an earlier file has.
        zone: The shop's.
    """
    named = _Named(rows)
    for course in courses:
        tender = _tender(course, zone)
        if course.standing == "given_back":
            if course.payment.id in settled or named.has(tender):
                yield from ((course, tender), (course, _mirrored(tender)))
            else:
                yield course, attrs.evolve(tender, paid=False)
        else:
            yield course, tender
            if course.standing == "given_by_hand" and named.has_refund(tender):
                yield course, _mirrored(tender)


def settled_name(tender: JournalTender, course: Course) -> str:
    """Return the name by which a settled tender is remembered: a reversal has its own."""
    is_reversal = tender.is_refund == (course.payment.kind == "charge")
    return f"{tender.payment}{REVERSAL}" if is_reversal else tender.payment


def _tender(course: Course, zone: zoneinfo.ZoneInfo) -> JournalTender:
    payment = course.payment
    minor = course.captured_minor or payment.asked_minor
    moment = datetime.datetime.fromtimestamp(_paid_us(course) // 1_000_000, zone)
    return JournalTender(
        amount_minor=minor if payment.kind == "charge" else -minor,
        currency=payment.currency,
        day=moment.date(),
        time_s=moment.hour * 3600 + moment.minute * 60 + moment.second,
        terminal=course.terminal,
        receipt=course.receipt,
        reference=course.reference,
        payment=payment.id,
        paid=course.standing not in {"in_doubt", "not_paid"},
        said_by=course.said_by,
    )


def _paid_us(course: Course) -> int:
    sent_us = course.sent_us or course.payment.intended_us
    if 0 <= course.approved_us - sent_us <= PROMPT_US:
        return course.approved_us
    return sent_us


def _mirrored(tender: JournalTender) -> JournalTender:
    """Return the money of a tender on its way back; its own time and receipt are not known."""
    return JournalTender(
        amount_minor=-tender.amount_minor,
        currency=tender.currency,
        day=tender.day,
        terminal=tender.terminal,
        reference=tender.reference,
        payment=tender.payment,
    )


class _Named:
    """The names that rows of a settlement have."""

    def __init__(self, rows: Iterable[SettlementRow]) -> None:
        self._all: set[tuple[str, ...]] = set()
        self._refunds: set[tuple[str, ...]] = set()
        for row in rows:
            names = _names(row)
            self._all |= names
            if row.is_refund:
                self._refunds |= names

    def has(self, tender: JournalTender) -> bool:
        return not self._all.isdisjoint(_names(tender))

    def has_refund(self, tender: JournalTender) -> bool:
        return not self._refunds.isdisjoint(_names(tender))


def _names(booking: Booking) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    if booking.payment:
        found.add(("payment", booking.payment))
    if booking.reference:
        found.add(("reference", booking.reference))
    if receipt := booking.receipt.lstrip("0"):
        amount = str(abs(booking.amount_minor))
        found.add(("receipt", booking.terminal, receipt, amount))
    return found
