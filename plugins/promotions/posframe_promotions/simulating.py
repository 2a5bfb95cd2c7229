"""What offers would have given on past sales, beside what was given.

Each completed sale is priced anew with the offers at hand, from what its journal recorded: the
same goods, prices, customer, coupons and tender. Only sums are kept, so that a journal of any
length fits.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from posframe import LineKind, sale_before_offers
from posframe_promotions.conditions import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from posframe import OfferRow, events
    from posframe_promotions.rule import OfferRule

CHANGED_MAX: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.define
class Tally:
    """How often offers were applied, and what they saved."""

    sales: int = 0
    applications: int = 0
    saving_minor: int = 0

    def add(self, rows: Sequence[OfferRow]) -> None:
        """Count the rows of one sale; none is no sale."""
        self.sales += bool(rows)
        for row in rows:
            self.applications += row.applications
            self.saving_minor -= row.minor


@attrs.define
class Compared:
    """What was given, and what would have been."""

    given: Tally = attrs.field(factory=Tally)
    simulated: Tally = attrs.field(factory=Tally)

    def add(self, given: Sequence[OfferRow], simulated: Sequence[OfferRow]) -> None:
        """Count one sale."""
        self.given.add(given)
        self.simulated.add(simulated)


@attrs.frozen(order=True)
class Changed:
    """A sale that would have come to something else."""

    difference_minor: int
    """How much more or less would have been saved, whatever the sign."""
    receipt_number: int = attrs.field(eq=False)
    date: str = attrs.field(eq=False)
    given_minor: int = attrs.field(eq=False)
    simulated_minor: int = attrs.field(eq=False)


@attrs.define
class Simulation:
    """Sums over all sales so far."""

    sales: int = 0
    goods_minor: int = 0
    """What the goods of these sales cost before any offer."""
    touched: int = 0
    """Sales that would have come to something else."""
    whole: Compared = attrs.field(factory=Compared)
    offers: dict[str, Compared] = attrs.field(factory=dict)
    weeks: dict[str, Compared] = attrs.field(factory=dict)
    """By ISO week: ``2026-W47``."""
    changed: list[Changed] = attrs.field(factory=list)
    unproven: int = 0
    """Sales whose saving is not proved to be the largest."""
    short_by_minor: int = 0
    """The most by which these together fall short of it."""
    other_currency: int = 0
    """Sales left out, for they were in another currency."""
    of_other_plugins: int = 0
    """Sales with offers of other plugins, which were left out on both sides."""


class Simulator:
    """Prices completed sales anew, one after the other."""

    def __init__(self, rule: OfferRule, *, currency: str, zone: tzinfo) -> None:
        self._rule = rule
        self._currency = currency
        self._zone = zone
        self.result = Simulation()

    def add(self, sale: events.TransactionCompleted) -> None:
        """Take one more sale; those of another currency are counted and left out."""
        found = self.result
        if sale.currency != self._currency:
            found.other_currency += 1
            return
        view = sale_before_offers(sale)
        lines = [line for line in view.lines() if line.kind is LineKind.SALE]
        numbers = tuple(line.number for line in lines)
        simulated = [row for row in self._rule.price(view, numbers) if row.minor]
        given = [row for row in sale.offers if row.minor and row.plugin in {PLUGIN, ""}]
        found.sales += 1
        found.goods_minor += sum(line.amount_minor for line in lines)
        found.of_other_plugins += len(given) < sum(bool(row.minor) for row in sale.offers)
        gap_minor = sum(row.short_by_minor for row in simulated)
        found.unproven += gap_minor > 0
        found.short_by_minor += gap_minor
        self._compare(sale, given, simulated)

    def _compare(
        self, sale: events.TransactionCompleted, given: list[OfferRow], simulated: list[OfferRow]
    ) -> None:
        found = self.result
        local = (_EPOCH + timedelta(microseconds=sale.completed_us)).astimezone(self._zone)
        year, week, _ = local.isocalendar()
        found.whole.add(given, simulated)
        found.weeks.setdefault(f"{year}-W{week:02}", Compared()).add(given, simulated)
        for row in given:
            self._of(row.offer).given.add([row])
        for row in simulated:
            self._of(row.offer).simulated.add([row])
        if _by_offer(given) != _by_offer(simulated):
            found.touched += 1
            self._note(sale, f"{local:%Y-%m-%d %H:%M}", _saved(given), _saved(simulated))

    def _of(self, offer: str) -> Compared:
        return self.result.offers.setdefault(offer, Compared())

    def _note(
        self, sale: events.TransactionCompleted, date: str, given: int, simulated: int
    ) -> None:
        """Keep the sales that change most."""
        changed = Changed(abs(simulated - given), sale.receipt_number, date, given, simulated)
        if len(self.result.changed) < CHANGED_MAX:
            heapq.heappush(self.result.changed, changed)
        else:
            heapq.heappushpop(self.result.changed, changed)


def _by_offer(rows: Iterable[OfferRow]) -> dict[str, int]:
    return {row.offer: row.minor for row in rows}


def _saved(rows: Iterable[OfferRow]) -> int:
    return -sum(row.minor for row in rows)
