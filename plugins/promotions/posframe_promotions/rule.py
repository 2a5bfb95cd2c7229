"""The price rule: what the offers in force save on the sale as it stands.

A pure function of the sale and the offers. It remembers what it priced last so that one more scan
touches only what it changes, and believes none of it: the lines are compared each time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from posframe_promotions.compiling import compiled
from posframe_promotions.conditions import PLUGIN, Facts, facts_of, in_force
from posframe_promotions.program import program_of
from posframe_promotions.solving import Limit, Solver
from posframe_promotions.standing import Standing
from posframe_promotions.telling import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo

    from posframe import LineItem, OfferApplication, OfferRow, Rounding, SaleView
    from posframe_promotions.program import Program
    from posframe_promotions.solving import Offer as SolverOffer
    from posframe_promotions.terms import Offer

T = TypeVar("T")

_STANDINGS_MAX: Final = 8
_PROGRAMS_MAX: Final = 16
_SOLVERS_MAX: Final = 64


@attrs.frozen(kw_only=True)
class Limits:
    """How much work one scan, and one total, may take for each component."""

    scan: Limit
    total: Limit


class OfferRule:
    """Implements ``PriceRule``, ``ExplainedRule`` and ``ToldRule`` for a till's offers."""

    def __init__(self, offers: Iterable[Offer], *, zone: tzinfo, limits: Limits) -> None:
        self._offers = tuple(offers)
        self._zone = zone
        self._limits = limits
        self._by_department = any(map(_names_departments, self._offers))
        self._departments: dict[str, str] = {}
        self._standings: OrderedDict[tuple[str, bool, Rounding, Facts], Standing] = OrderedDict()
        self._programs: OrderedDict[tuple[str, ...], Program] = OrderedDict()
        self._solvers: OrderedDict[tuple[str, ...], Solver] = OrderedDict()
        self._compiled: dict[str, SolverOffer] = {}

    def price(self, sale: SaleView, changed: tuple[int, ...]) -> list[OfferRow]:
        """Return the rows that differ from those in force; a row of 0 takes an offer away."""
        rows = self._standing(sale).rows
        standing = {row.offer: row for row in sale.offers if row.plugin == PLUGIN}
        found = [row for id_, row in rows.items() if not _is_same(standing.get(id_), row)]
        gone = (row for id_, row in standing.items() if id_ not in rows)
        found += (attrs.evolve(row, minor=0, shares=()) for row in gone)
        return sorted(found, key=lambda row: row.offer)  # the journal is the same on every machine

    def applications(self, sale: SaleView) -> Iterator[OfferApplication]:
        """Return the deals behind the rows."""
        return self._standing(sale).applications()

    def offers_on(self, sku: str, *, department: str, currency: str, at_us: int) -> Iterator[str]:
        """Return the offers on one item, as words."""
        return told(
            self._offers,
            sku=sku,
            department=department,
            currency=currency,
            at_us=at_us,
            zone=self._zone,
        )

    def _standing(self, sale: SaleView) -> Standing:
        key = sale.id, sale.totalled, sale.rounding, facts_of(sale)
        standing = self._standings.pop(key, None) or self._begun(sale)
        if self._by_department and self._learn(sale, standing.changed_lines(sale)):
            standing = self._begun(sale)
        standing.refresh(sale)
        self._standings[key] = standing  # only now: one whose refresh failed is forgotten
        if len(self._standings) > _STANDINGS_MAX:
            self._standings.popitem(last=False)
        return standing

    def _begun(self, sale: SaleView) -> Standing:
        return Standing(
            self._program(in_force(self._offers, sale, self._zone)),
            self._solver_for,
            self._limits.total if sale.totalled else self._limits.scan,
            rounding=sale.rounding,
            currency=sale.currency,
        )

    def _program(self, offers: tuple[Offer, ...]) -> Program:
        ids = tuple(offer.id for offer in offers)
        return _remembered(self._programs, ids, lambda: program_of(offers), _PROGRAMS_MAX)

    def _solver_for(self, offers: tuple[Offer, ...]) -> Solver:
        ids = tuple(offer.id for offer in offers)
        return _remembered(
            self._solvers, ids, lambda: Solver(map(self._told, offers)), _SOLVERS_MAX
        )

    def _told(self, offer: Offer) -> SolverOffer:
        told = self._compiled.get(offer.id)
        if told is None:
            told = self._compiled[offer.id] = compiled(offer, self._departments)
        return told

    def _learn(self, sale: SaleView, changed: Iterable[LineItem]) -> bool:
        """Note departments that are new: offers that name them take more goods from here on.

        An item whose lines are of two departments is of that of the last. Tell whether any was new.
        """
        if all(self._departments.get(line.sku) == line.department for line in changed):
            return False
        self._departments.update((line.sku, line.department) for line in sale.lines())
        self._compiled.clear()
        self._solvers.clear()
        self._standings.clear()
        return True


def _remembered(
    memory: OrderedDict[tuple[str, ...], T], key: tuple[str, ...], make: Callable[[], T], most: int
) -> T:
    """Return what ``memory`` has for ``key``, made now if it has nothing; at most so many."""
    found = memory.get(key)
    if found is None:
        found = memory[key] = make()
        if len(memory) > most:
            memory.popitem(last=False)
    else:
        memory.move_to_end(key)
    return found


def _names_departments(offer: Offer) -> bool:
    return any(goods.departments for goods in (offer.goods, *(p.goods for p in offer.places)))


def _is_same(standing: OfferRow | None, row: OfferRow) -> bool:
    return (
        standing is not None
        and standing.minor == row.minor
        and standing.shares == row.shares
        and standing.applications == row.applications
        and standing.short_by_minor == row.short_by_minor
        and standing.rule == row.rule
        and standing.label == row.label
    )
