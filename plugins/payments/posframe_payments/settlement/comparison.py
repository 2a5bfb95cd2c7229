"""One settlement file held against the journal, beside what earlier files have settled. Pure."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError, Money
from posframe_payments.settlement.courses import Course
from posframe_payments.settlement.difference import Difference, difference, told
from posframe_payments.settlement.findings import NOT_DUE
from posframe_payments.settlement.journal_side import journal_tenders, settled_name
from posframe_payments.settlement.matching import grouped
from posframe_payments.settlement.past import Past
from posframe_payments.settlement.reconciling import Reconciliation, reconcile
from posframe_payments.settlement.rows import JournalTender, ProviderBooking, SettlementRow
from posframe_payments.settlement.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_payments.settlement.matching import Group
    from posframe_payments.settlement.past import Entry

SURE: Final = frozenset({"payment", "reference", "receipt"})
UNPAID_DAYS: Final = 31
"""A payment closed so long before a file's first day as not paid is not looked for in it."""
OFF_BY: Final = (10, 100, 1_000)
OFF_PAIRS_MIN: Final = 3
"""So many payments are not all keyed wrong in the same way."""
MATCHED: Final = ("charge", "refund")


@attrs.frozen(kw_only=True)
class Sides:
    """What is compared."""

    courses: Mapping[str, Course]
    """Payments by the methods that the file is about."""
    past: Past
    rows: Sequence[SettlementRow]
    bookings: Sequence[ProviderBooking] | None
    """None: the provider was not asked."""
    terms: Terms
    zone: zoneinfo.ZoneInfo
    currency: str
    """The till's."""
    since: datetime.date
    """Payments before it are not looked for."""


@attrs.frozen(kw_only=True)
class Comparison:
    """What a file came to."""

    result: Reconciliation
    differences: tuple[Difference, ...]
    """All of them; those of ``result``, and payments that were settled before."""
    settled: tuple[tuple[str, str], ...]
    """(payment or reversal, payout)."""
    repeated: int
    """Rows that an earlier file had already; they count there."""
    waiting: tuple[JournalTender, ...]
    """Paid, and not due yet."""


def compare(sides: Sides) -> Comparison:
    """Compare a file with the journal, and with what the provider lists where it was asked.

    Raises:
        DataError: the file is in other currencies; or every amount is ten or a hundred times the
            journal's, so that the map reads them wrong.
    """
    _check_currency(sides)
    sides = _without_terminals(sides)
    settled, zone = sides.past.settled, sides.zone
    tenders = [
        tender for _, tender in journal_tenders(sides.courses.values(), sides.rows, settled, zone)
    ]
    known = [each for each in tenders if _name(each, sides) in settled]
    again = _again(known, sides.rows)
    rows = [each for each in sides.rows if each.place not in again]
    wanted = [each for each in tenders if _name(each, sides) not in settled]
    wanted, bookings = _without_old(wanted, _not_of(known, sides.bookings or ()), rows, sides)
    listed = None if sides.bookings is None else bookings
    result = reconcile(wanted, listed, rows, sides.terms)
    _check_scale(result.groups)
    twice = [
        _settled_twice(row, settled[_name(tender, sides)])
        for tender, row in again.values()
        if row.payout != settled[_name(tender, sides)].payout
    ]
    differences = (*result.differences, *twice)
    return Comparison(
        result=result,
        differences=differences,
        settled=tuple(
            (_name(tender, sides), group.rows[0].payout)
            for group in result.groups
            if group.rows
            for tender in group.tenders
            if tender.paid or _is_of(group.rows[0], tender)
        ),
        repeated=len(again) - len(twice),
        waiting=tuple(each.tenders[0] for each in differences if each.kind == NOT_DUE),
    )


def _without_terminals(sides: Sides) -> Sides:
    """Return what is compared without terminals, where the file names none."""
    if any(each.terminal for each in sides.rows):
        return sides
    return attrs.evolve(
        sides,
        courses={id_: attrs.evolve(each, terminal="") for id_, each in sides.courses.items()},
        bookings=None
        if sides.bookings is None
        else [attrs.evolve(each, terminal="") for each in sides.bookings],
    )


def _name(tender: JournalTender, sides: Sides) -> str:
    return settled_name(tender, sides.courses[tender.payment])


def _again(
    known: Sequence[JournalTender], rows: Iterable[SettlementRow]
) -> dict[str, tuple[JournalTender, SettlementRow]]:
    """Return rows of payments that an earlier file had, by their places."""
    groups = grouped(known, (), [each for each in rows if each.kind in MATCHED], window_s=0)
    return {
        row.place: (group.tenders[0], row)
        for group in groups
        if group.how in SURE and group.tenders
        for row in group.rows
        if _is_of(row, group.tenders[0])
    }


def _not_of(
    known: Sequence[JournalTender], bookings: Sequence[ProviderBooking]
) -> list[ProviderBooking]:
    """Return bookings without those of payments that an earlier file had."""
    old = {
        id(booking)
        for group in grouped(known, bookings, (), window_s=0)
        if group.how in SURE and group.tenders
        for booking in group.bookings
    }
    return [each for each in bookings if id(each) not in old]


def _without_old(
    tenders: Sequence[JournalTender],
    bookings: Sequence[ProviderBooking],
    rows: Sequence[SettlementRow],
    sides: Sides,
) -> tuple[list[JournalTender], list[ProviderBooking]]:
    """Return tenders and bookings without old ones that no file speaks of."""
    first = min((each.day for each in rows), default=sides.since)
    unpaid_from = first - datetime.timedelta(days=UNPAID_DAYS)
    near = [each for each in tenders if each.paid or each.day >= unpaid_from]
    matched = [each for each in rows if each.kind in MATCHED]
    groups = [
        group
        for group in grouped(near, bookings, matched, window_s=sides.terms.window_s)
        if group.rows or any(each.day >= sides.since for each in (*group.tenders, *group.bookings))
    ]
    return (
        [tender for group in groups for tender in group.tenders],
        [booking for group in groups for booking in group.bookings],
    )


def _check_currency(sides: Sides) -> None:
    found = sorted({each.currency for each in sides.rows})
    if sides.currency not in found:
        raise DataError(
            f"The file is in {', '.join(found)}, the till counts in {sides.currency}",
            hint="is it this till's file? Else look at options.currency of the map",
        )


def _check_scale(groups: Iterable[Group]) -> None:
    """Refuse a file whose every amount is the journal's with the decimal sign elsewhere."""
    pairs = [
        (abs(group.rows[0].amount_minor), abs(group.tenders[0].amount_minor))
        for group in groups
        if group.how in SURE and len(group.rows) == len(group.tenders) == 1
    ]
    if len(pairs) < OFF_PAIRS_MIN:
        return
    for times in OFF_BY:
        for words, is_off in (
            (f"{times} times the journal's", all(a == b * times for a, b in pairs)),
            (f"the journal's divided by {times}", all(a * times == b for a, b in pairs)),
        ):
            if is_off:
                raise DataError(
                    f"Every amount is {words}: they are read wrong",
                    hint="Look at options.decimal and options.thousands of the map",
                )


def _settled_twice(row: SettlementRow, earlier: Entry) -> Difference:
    return difference(
        "duplicate",
        "provider",
        f"Settled with payout {earlier.payout or 'unknown'}, and again: {told(row)}",
        delta=(Money(row.amount_minor, row.currency),),
        rows=(row,),
    )


def _is_of(row: SettlementRow, tender: JournalTender) -> bool:
    return (row.amount_minor, row.currency) == (tender.amount_minor, tender.currency)
