"""The journal's side of a reconciliation: payments as tenders that a settlement may have."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import attrs

from posframe_payments.settlement.courses import CLOSED, Course
from posframe_payments.settlement.rows import Booking, JournalTender, SettlementRow

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Container, Iterable, Iterator

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
    be there as well as the other. Where none does, the two came to nothing. So it is with what was
    closed as not paid, where settlements have it both ways.

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
        elif course.standing in CLOSED and course.payment.kind == "charge":
            yield from ((course, each) for each in _closed(tender, named, settled))
        else:
            yield course, tender
            if course.standing == "given_by_hand" and named.has_refund(tender):
                yield course, _mirrored(tender)


def settled_name(tender: JournalTender, course: Course) -> str:
    """Return the name by which a settled tender is remembered: a reversal has its own."""
    return f"{tender.payment}{REVERSAL}" if is_reversal(tender, course) else tender.payment


def is_reversal(tender: JournalTender, course: Course) -> bool:
    """Tell whether a tender is the money of a payment on its way back."""
    return tender.is_refund == (course.payment.kind == "charge")


def _closed(
    tender: JournalTender, named: _Named, settled: Container[str]
) -> tuple[JournalTender, ...]:
    """Return a charge that counts for nothing, and its money on its way back if that was settled.

    Where the two come to nothing, nobody has anything to do.
    """
    charged_minor, back_minor = named.minors(tender)
    if not charged_minor and tender.payment in settled:
        charged_minor = tender.amount_minor
    if not back_minor and f"{tender.payment}{REVERSAL}" in settled:
        back_minor = -tender.amount_minor
    if not back_minor:
        return (tender,)
    back = attrs.evolve(_mirrored(tender), reference=named.reference_of(tender))
    is_nothing = charged_minor == -back_minor
    return attrs.evolve(tender, paid=is_nothing), attrs.evolve(back, paid=is_nothing)


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
        self._rows: dict[tuple[str, ...], list[SettlementRow]] = {}
        for row in rows:
            names = _names(row)
            for name in names:
                self._rows.setdefault(name, []).append(row)
            self._all |= names
            if row.is_refund:
                self._refunds |= names

    def has(self, tender: JournalTender) -> bool:
        return not self._all.isdisjoint(_names(tender))

    def has_refund(self, tender: JournalTender) -> bool:
        return not self._refunds.isdisjoint(_names(tender))

    def reference_of(self, tender: JournalTender) -> str:
        """Return the provider's word for a payment; where the journal has none, that of a row."""
        rows = self._rows.get(("payment", tender.payment), ())
        return tender.reference or next((each.reference for each in rows if each.reference), "")

    def minors(self, tender: JournalTender) -> tuple[int, int]:
        """Return what rows that name a payment took, and what they gave back; less than nothing."""
        names = {("payment", tender.payment), ("reference", self.reference_of(tender))}
        rows = {each.place: each for name in names for each in self._rows.get(name, ())}
        amounts = [each.amount_minor for each in rows.values() if each.kind in {"charge", "refund"}]
        return sum(each for each in amounts if each > 0), sum(each for each in amounts if each < 0)


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
