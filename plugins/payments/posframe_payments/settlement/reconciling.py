"""Reconcile three sides: what the tills say was paid, what the provider lists, what it settles.

Every tender, booking and row comes into one group, and every group that does not agree into one
difference or more, each with an owner and a next step. The differences add up: what the journal
says and all their deltas make what the settlement says, in every currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import attrs

from posframe import Money
from posframe_payments.settlement.comparing import compared
from posframe_payments.settlement.difference import Difference, difference, told
from posframe_payments.settlement.matching import Group, grouped, in_order
from posframe_payments.settlement.rows import (
    Booking,
    JournalTender,
    ProviderBooking,
    SettlementRow,
)
from posframe_payments.settlement.sums import Sums, summed, summed_by_payout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe_payments.settlement.terms import Terms

_B = TypeVar("_B", bound=Booking)
_MATCHED = ("charge", "refund")


@attrs.frozen(kw_only=True)
class Reconciliation:
    """What agrees, what does not, and what it comes to; sums are minor units by currency."""

    groups: tuple[Group, ...]
    """Every tender, booking and row once."""
    differences: tuple[Difference, ...]
    journal_minor: Mapping[str, int]
    provider_minor: Mapping[str, int] | None
    """None: the provider gave no list."""
    settlement: Mapping[str, Sums]
    payouts: Mapping[tuple[str, str], Sums]
    """By payout and currency: what the bank statement has to show as net."""

    @property
    def agrees(self) -> bool:
        """Whether nobody has anything to do."""
        return all(each.kind == "confirmed" for each in self.differences)

    @property
    def delta_minor(self) -> Mapping[str, int]:
        """What the settlement says less what the journal says, by currency."""
        sums: dict[str, int] = {}
        for each in self.differences:
            for money in each.delta:
                sums[money.currency] = sums.get(money.currency, 0) + money.minor
        return {currency: minor for currency, minor in sorted(sums.items()) if minor}


def reconcile(
    journal_tenders: Iterable[JournalTender],
    provider_totals: Iterable[ProviderBooking] | None,
    settlement_rows: Iterable[SettlementRow],
    terms: Terms,
) -> Reconciliation:
    """Compare the three, in whatever order each comes.

    Args:
        journal_tenders: Tenders that were paid by the provider, and those that were closed as not
            paid and could be contradicted.
        provider_totals: What the terminal or gateway lists itself; None: it gives no list.
        settlement_rows: The rows of all files since the last reconciliation.
        terms: What was agreed.
    """
    tenders = sorted(journal_tenders, key=in_order)
    bookings = None if provider_totals is None else sorted(provider_totals, key=in_order)
    rows = sorted(settlement_rows, key=in_order)
    parted = _Parted(
        *_without_duplicates(tenders),
        *_without_duplicates(bookings or ()),
        *_without_duplicates([each for each in rows if each.kind in _MATCHED], _refunds(tenders)),
    )
    groups = grouped(parted.tenders, parted.bookings, parted.rows, window_s=terms.window_s)
    differences = [
        each for group in groups for each in compared(group, terms, has_list=bookings is not None)
    ]
    other = [each for each in rows if each.kind not in _MATCHED]
    differences += [*parted.duplicates(), *map(_chargeback, _chargebacks(other))]
    return Reconciliation(
        groups=(*groups, *parted.groups(), *(Group(rows=(each,)) for each in other)),
        differences=tuple(differences),
        journal_minor=_summed((each, each.counts_minor) for each in tenders),
        provider_minor=None
        if bookings is None
        else _summed((each, each.amount_minor) for each in bookings),
        settlement=summed(rows),
        payouts=summed_by_payout(rows),
    )


@attrs.frozen
class _Parted:
    """The three sides, and what stands in each of them twice."""

    tenders: list[JournalTender]
    tenders_again: list[JournalTender]
    bookings: list[ProviderBooking]
    bookings_again: list[ProviderBooking]
    rows: list[SettlementRow]
    rows_again: list[SettlementRow]

    def groups(self) -> list[Group]:
        return [
            *(Group(tenders=(each,), how="duplicate") for each in self.tenders_again),
            *(Group(bookings=(each,), how="duplicate") for each in self.bookings_again),
            *(Group(rows=(each,), how="duplicate") for each in self.rows_again),
        ]

    def duplicates(self) -> list[Difference]:
        return [
            *map(_tender_again, self.tenders_again),
            *map(_booking_again, self.bookings_again),
            *map(_row_again, self.rows_again),
        ]


def _without_duplicates(
    sorted_items: Sequence[_B], refunds: Mapping[object, int] | None = None
) -> tuple[list[_B], list[_B]]:
    """Return what is new, and what is there already in all that names it.

    Providers name refunds by the payment they are of. So, where no time tells them apart, as many
    of them may have the same name as the till gave.

    Args:
        sorted_items: Of one side.
        refunds: How many refunds of an amount the till gave on a day.
    """
    new: list[_B] = []
    again: list[_B] = []
    seen: Counter[object] = Counter()
    for item in sorted_items:
        marks = _marks(item)
        given = (refunds or {}).get(_sum_of(item), 0) if item.time_s is None else 0
        (again if marks is not None and seen[marks] >= max(1, given) else new).append(item)
        seen[marks] += 1
    return new, again


def _refunds(tenders: Iterable[JournalTender]) -> Counter[object]:
    return Counter(_sum_of(each) for each in tenders if each.paid and each.is_refund)


def _sum_of(item: Booking) -> object:
    return item.amount_minor, item.currency, item.day


def _marks(item: Booking) -> tuple[object, ...] | None:
    """Return what two bookings of one payment have in common; None: it has no name at all."""
    name = item.reference or item.payment or item.receipt
    if not name:
        return None
    paid = item.paid if isinstance(item, JournalTender) else True
    at_s = item.time_s if item.is_refund else None  # one payment may have several equal ones
    return name, item.terminal, item.receipt, _sum_of(item), at_s, paid


def _chargebacks(rows: Iterable[SettlementRow]) -> list[SettlementRow]:
    return [each for each in rows if each.kind == "chargeback"]


def _summed(items: Iterable[tuple[Booking, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for booking, minor in items:
        sums[booking.currency] = sums.get(booking.currency, 0) + minor
    return dict(sorted(sums.items()))


def _chargeback(row: SettlementRow) -> Difference:
    return difference(
        "chargeback",
        "shop",
        f"The cardholder's bank took back {told(row)}",
        delta=(Money(row.amount_minor, row.currency),),
        rows=(row,),
    )


def _tender_again(tender: JournalTender) -> Difference:
    return difference(
        "duplicate",
        "supervisor",
        f"Two sales rest on one payment: {told(tender)}",
        delta=(Money(-tender.counts_minor, tender.currency),),
        tenders=(tender,),
    )


def _booking_again(booking: ProviderBooking) -> Difference:
    return difference(
        "duplicate",
        "provider",
        f"The provider lists the same payment twice: {told(booking)}",
        bookings=(booking,),
    )


def _row_again(row: SettlementRow) -> Difference:
    return difference(
        "duplicate",
        "provider",
        f"The settlement has the same payment twice: {told(row)}",
        delta=(Money(row.amount_minor, row.currency),),
        rows=(row,),
    )
