"""What it means when journal, provider and settlement do not say the same of one payment.

Of every group one difference at most carries the delta between settlement and journal; the others
are beside it, and change no sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import Money
from posframe_payments.settlement.difference import Difference, Kind, Owner, difference, told
from posframe_payments.settlement.matching import Group
from posframe_payments.settlement.rows import JournalTender, ProviderBooking, SettlementRow
from posframe_payments.settlement.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def compared(group: Group, terms: Terms, *, has_list: bool) -> list[Difference]:
    """Return the differences within a group.

    Args:
        group: What is one payment, or cannot be told apart.
        terms: What was agreed.
        has_list: The provider gave a list of its own, so what is not in it is missing there.
    """
    if group.is_ambiguous:
        return [_ambiguous(group)]
    tender = group.tenders[0] if group.tenders else None
    booking = group.bookings[0] if group.bookings else None
    row = group.rows[0] if group.rows else None
    one = _One(group, booking, row, terms, has_list)
    if tender is None:
        found = [one.found("missing_in_journal", "shop", _not_in_journal(booking, row))]
    elif tender.paid:
        found = list(one.paid(tender))
    else:
        found = list(one.unpaid(tender))
    if row is not None:
        found += one.settled(row, tender)
    return found


def _ambiguous(group: Group) -> Difference:
    counts = f"{len(group.tenders)} in the journal, {len(group.rows)} in the settlement"
    some = (*group.tenders, *group.rows, *group.bookings)[0]
    return difference(
        "ambiguous",
        "supervisor",
        f"Payments like {told(some)} cannot be told apart: {counts}",
        delta=_delta(group),
        tenders=group.tenders,
        bookings=group.bookings,
        rows=group.rows,
    )


def _not_in_journal(booking: ProviderBooking | None, row: SettlementRow | None) -> str:
    if row is not None:
        return f"Settled, and in no sale: {told(row)}"
    assert booking is not None, "a group is never empty"
    return f"The provider lists it, and no sale has it: {told(booking)}"


@attrs.frozen
class _One:
    """A group with one of each side at most."""

    group: Group
    booking: ProviderBooking | None
    row: SettlementRow | None
    terms: Terms
    has_list: bool

    def found(self, kind: Kind, owner: Owner, words: str) -> Difference:
        """Return the difference that carries the delta."""
        return self.beside(kind, owner, words, delta=_delta(self.group))

    def beside(
        self,
        kind: Kind,
        owner: Owner,
        words: str,
        *,
        delta: tuple[Money, ...] = (),
        fee_delta_minor: int = 0,
    ) -> Difference:
        """Return a difference that changes no sum."""
        return difference(
            kind,
            owner,
            words,
            delta=delta,
            fee_delta_minor=fee_delta_minor,
            tenders=self.group.tenders,
            bookings=self.group.bookings,
            rows=self.group.rows,
        )

    def paid(self, tender: JournalTender) -> Iterator[Difference]:
        """Yield what speaks against a tender that was paid."""
        if self.row is not None:
            yield from self._paid_and_settled(tender, self.row)
        elif self.booking is None and self.has_list:
            yield self._unknown_to_provider(tender)
        elif not self._is_due(tender):
            yield self.found("not_due", "provider", f"Not settled yet: {told(tender)}")
        elif self.booking is None and tender.said_by:
            yield self._contradicted(tender, "it was never settled")
        else:
            yield self.found("missing_in_settlement", "provider", f"Not settled: {told(tender)}")
        if self.booking is not None and _money(self.booking) != _money(tender):
            yield from self._listed_otherwise(tender, self.booking)

    def unpaid(self, tender: JournalTender) -> Iterator[Difference]:
        """Yield what speaks against a tender that was closed as not paid, and what for it."""
        if self.row is None and self.booking is None:
            if tender.said_by and self._is_due(tender):
                yield self.beside(
                    "confirmed", "supervisor", f"Nothing was charged, as was said: {told(tender)}"
                )
        elif tender.said_by:
            yield self._contradicted(tender, "it was charged")
        else:
            what = "given back" if tender.is_refund else "charged"
            words = f"Closed as not paid, and {what}: {told(tender)}"
            yield self.found("missing_in_journal", "shop", words)

    def settled(self, row: SettlementRow, tender: JournalTender | None) -> Iterator[Difference]:
        """Yield what is wrong with a row itself."""
        days = 0 if tender is None else (row.booked or row.day).toordinal() - tender.day.toordinal()
        if days > self.terms.settled_within_days:
            yield self.beside("late", "provider", f"Settled {days} days later: {told(row)}")
        if self.terms.fee is not None and row.kind == "charge":
            more = row.fee_minor - self.terms.fee.of(row.amount_minor)
            if abs(more) > self.terms.fee.tolerance_minor:
                kept, differs = Money(row.fee_minor, row.currency), Money(abs(more), row.currency)
                words = f"The fee is {kept}, {differs} {'more' if more > 0 else 'less'} than agreed"
                yield self.beside(
                    "fee_differs", "provider", f"{words}: {told(row)}", fee_delta_minor=more
                )

    def _paid_and_settled(self, tender: JournalTender, row: SettlementRow) -> Iterator[Difference]:
        if tender.currency != row.currency:
            words = f"Paid as {told(tender)}, settled as {told(row)}"
            yield self.found("currency_differs", "provider", words)
        elif tender.amount_minor != row.amount_minor:
            settled = Money(row.amount_minor, row.currency)
            if tender.said_by:
                yield self._contradicted(tender, f"{settled} was settled")
            else:
                times = _times(tender.amount_minor, row.amount_minor)
                words = f"Paid as {told(tender)}, settled as {settled}{times}"
                yield self.found("amount_differs", self._who_erred(tender, row), words)
        elif tender.said_by:
            yield self.beside("confirmed", "supervisor", f"Paid, as was said: {told(tender)}")
        if self.booking is None and self.has_list:
            yield self.beside(
                "missing_at_provider",
                "provider",
                f"Settled, and not in the provider's own list: {told(row)}",
            )

    def _who_erred(self, tender: JournalTender, row: SettlementRow) -> Owner:
        """Return whose number stands alone against two."""
        if self.booking is None:
            return "supervisor"
        if _money(self.booking) == _money(tender):
            return "provider"
        return "shop" if _money(self.booking) == _money(row) else "supervisor"

    def _listed_otherwise(
        self, tender: JournalTender, booking: ProviderBooking
    ) -> Iterator[Difference]:
        if self.row is not None and _money(self.row) != _money(tender):
            return  # told already, by the row
        kind: Kind = "currency_differs"
        if booking.currency == tender.currency:
            kind = "amount_differs"
        listed = Money(booking.amount_minor, booking.currency)
        yield self.beside(kind, "provider", f"Paid as {told(tender)}, listed as {listed}")

    def _unknown_to_provider(self, tender: JournalTender) -> Difference:
        if tender.said_by:
            return self._contradicted(tender, "the provider does not know it")
        words = f"In the journal, and neither listed nor settled: {told(tender)}"
        return self.found("missing_at_provider", "shop", words)

    def _contradicted(self, tender: JournalTender, what: str) -> Difference:
        said = "paid" if tender.paid else "not paid"
        words = f"{tender.said_by} said {said}, but {what}: {told(tender)}"
        return self.found("contradicted", "supervisor", words)

    def _is_due(self, tender: JournalTender) -> bool:
        days = self.terms.as_of.toordinal() - tender.day.toordinal()
        return days > self.terms.settled_within_days


def _times(paid_minor: int, settled_minor: int) -> str:
    """Say that an amount is another with a digit too many or too few; empty: it is not."""
    for times in (10, 100):
        if settled_minor == paid_minor * times:
            return f", {times} times as much: was it keyed at the terminal?"
        if settled_minor * times == paid_minor:
            return f", the {times}th part: was it keyed at the terminal?"
    return ""


def _money(at: JournalTender | ProviderBooking | SettlementRow) -> tuple[int, str]:
    return at.amount_minor, at.currency


def _delta(group: Group) -> tuple[Money, ...]:
    """Return what the rows say less what the tenders say, by currency."""
    sums: dict[str, int] = {}
    for currency, minor in _signed(group):
        sums[currency] = sums.get(currency, 0) + minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)


def _signed(group: Group) -> Iterable[tuple[str, int]]:
    yield from ((each.currency, -each.counts_minor) for each in group.tenders)
    yield from ((each.currency, each.amount_minor) for each in group.rows)
