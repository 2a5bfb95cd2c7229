"""Whole baskets: split into components, each solved by itself, remembered and joined again."""

from __future__ import annotations

import operator
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import attrs

from posframe_promotions.solving.component import Component
from posframe_promotions.solving.index import OfferIndex
from posframe_promotions.solving.offers import UnitClass
from posframe_promotions.solving.partition import Part, Partition, Row
from posframe_promotions.solving.persistent import PersistentMap
from posframe_promotions.solving.search import solve_component

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_promotions.solving.offers import Limit, Offer
    from posframe_promotions.solving.solution import Solution

REMEMBERED_MAX: Final = 256
"""Solved components that are kept: a void of the last scan finds what was there before it."""


def solve(classes: Iterable[UnitClass], offers: Iterable[Offer], limit: Limit) -> Solution:
    """Assign units to offers for the largest saving; a pure function, whatever the order.

    Args:
        classes: what is in the basket; classes of the same SKU and price are one.
        offers: what competes for it, ids unique.
        limit: how much may be worked on each component.
    """
    return Solver(offers).solve(classes, limit)


class Solver:
    """A set of offers, indexed; what it remembers of earlier solves is only a cache."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self._index = OfferIndex(offers)
        self._remembered: dict[tuple[Component, int], Solution] = {}
        self.empty: Final = Partition()

    def solve(self, classes: Iterable[UnitClass], limit: Limit) -> Solution:
        """Assign all units."""
        return self.partition(classes, limit).solution()

    def partition(self, classes: Iterable[UnitClass], limit: Limit) -> Partition:
        """Split all units into parts and solve them, ready for changes."""
        counts: dict[str, dict[int, int]] = defaultdict(dict)
        for each in classes:
            of_sku = counts[each.sku]
            of_sku[each.price_minor] = of_sku.get(each.price_minor, 0) + each.count
        units = {
            sku: tuple(UnitClass(sku, price, of_sku[price]) for price in sorted(of_sku)[::-1])
            for sku, of_sku in counts.items()
        }
        takers: dict[int, list[str]] = defaultdict(list)
        available: dict[int, tuple[int, ...]] = {}
        for sku, of_one in units.items():
            for at in self._joining(sku):
                takers[at].append(sku)
                for each in of_one:
                    available[at] = self._counted(available.get(at), at, each, each.count)
        unsolved = attrs.evolve(
            self.empty,
            units=PersistentMap(units),
            takers=PersistentMap({at: tuple(skus) for at, skus in takers.items()}),
            counts=PersistentMap(available),
        )
        return self._solved(unsolved, set(units), limit)

    def changed(
        self, partition: Partition, sku: str, price_minor: int, delta: int, limit: Limit
    ) -> Partition:
        """Add ``delta`` units (below 0: take away) of one class; only parts it touches are solved.

        A scan, a void, a new price and a new quantity are all this.
        """
        old = partition.units.get(sku) or ()
        prices = {each.price_minor: each.count for each in old}
        prices[price_minor] = prices.get(price_minor, 0) + delta
        new = tuple(
            UnitClass(sku, price, prices[price]) for price in sorted(prices)[::-1] if prices[price]
        )
        units = partition.units.changed({sku: new or None})
        takers, counts = partition.takers, partition.counts
        joining = self._joining(sku)
        if joining:
            each = UnitClass(sku, price_minor, 1)
            counts = counts.changed(
                {at: self._counted(counts.get(at), at, each, delta) for at in joining}
            )
        if joining and not (old and new):
            takers = takers.changed({at: _with(takers.get(at), sku, bool(new)) for at in joining})
        part = partition.parts.get(sku)
        touched = {sku} if part is None else {sku, *(one.sku for one in part.component.classes)}
        unsolved = attrs.evolve(partition, units=units, takers=takers, counts=counts)
        return self._solved(unsolved, touched, limit)

    def _solved(self, partition: Partition, touched: set[str], limit: Limit) -> Partition:
        """Find the parts of all touched SKUs anew, and put them in the place of the old ones."""
        old: dict[int, Part] = {}
        new: list[Part] = []
        homes: dict[str, Part | None] = {}
        for sku in touched:
            if sku in homes:
                continue
            if partition.units.get(sku) is None:  # what has gone connects nothing
                skus, offers = [sku], set[int]()
            else:
                skus, offers = self._connected(partition, sku)
            part = self._part(partition, skus, offers, limit)
            if part is not None:
                new.append(part)
            for one in skus:
                homes[one] = part
                known = partition.parts.get(one)
                if known is not None:
                    old[id(known)] = known
        if not new and not old:
            return partition
        return _replaced(partition, homes, list(old.values()), new)

    def _connected(self, partition: Partition, sku: str) -> tuple[list[str], set[int]]:
        """Return the SKUs that offers which can fire hang together with ``sku``, and all offers."""
        reached, seen, offers = [sku], {sku}, set[int]()
        for one in reached:
            for at in self._index.of(one):
                if at in offers:
                    continue
                if not self._index.joins[at]:
                    offers.add(at)
                elif self._can_fire(partition, at):
                    offers.add(at)
                    for other in partition.takers.get(at) or ():
                        if other not in seen:
                            seen.add(other)
                            reached.append(other)
        return reached, offers

    def _can_fire(self, partition: Partition, at: int) -> bool:
        counts = partition.counts.get(at)
        return counts is not None and all(
            have >= need for have, need in zip(counts, self._index.needs[at], strict=True)
        )

    def _part(
        self, partition: Partition, skus: list[str], offers: set[int], limit: Limit
    ) -> Part | None:
        if not offers:
            return None
        classes = [each for sku in skus for each in partition.units.get(sku) or ()]
        classes.sort(key=lambda each: (-each.price_minor, each.sku))
        named = tuple(self._index.offers[at] for at in sorted(offers))
        component = Component(tuple(classes), named)
        return Part(component, self._remember(component, limit))

    def _remember(self, component: Component, limit: Limit) -> Solution:
        key = component, limit.transitions
        found = self._remembered.pop(key, None)
        if found is None:
            found = solve_component(component, limit)
            if len(self._remembered) >= REMEMBERED_MAX:
                del self._remembered[next(iter(self._remembered))]
        self._remembered[key] = found
        return found

    def _joining(self, sku: str) -> list[int]:
        return [at for at in self._index.of(sku) if self._index.joins[at]]

    def _counted(
        self, known: tuple[int, ...] | None, at: int, each: UnitClass, units: int
    ) -> tuple[int, ...]:
        added = self._index.counted(at, each.sku, each.price_minor, units)
        if known is None:
            return added
        return tuple(map(operator.add, known, added))


def _with(skus: tuple[str, ...] | None, sku: str, is_there: bool) -> tuple[str, ...] | None:  # noqa: FBT001
    others = tuple(one for one in skus or () if one != sku)
    return ((*others, sku) if is_there else others) or None


def _replaced(
    partition: Partition, homes: dict[str, Part | None], old: list[Part], new: list[Part]
) -> Partition:
    """Return ``partition`` with new parts in place of old ones, and rows and sums accordingly."""
    rows: dict[str, Row | None] = {}
    saving_minor, short_by_minor = partition.saving_minor, partition.short_by_minor
    work = partition.work
    for sign, parts in ((-1, old), (1, new)):
        for part in parts:
            solution = part.solution
            saving_minor += sign * solution.saving_minor
            short_by_minor += sign * solution.short_by_minor
            work += sign * solution.work
            for used in solution.used:
                row = rows.get(used.offer) or partition.rows.get(used.offer) or Row(0, 0)
                times = sum(one.times for one in used.applications)
                rows[used.offer] = Row(
                    row.saving_minor + sign * used.saving_minor, row.applications + sign * times
                )
    gone = {id_: None for id_, row in rows.items() if row is not None and not row.applications}
    return attrs.evolve(
        partition,
        parts=partition.parts.changed(homes),
        rows=partition.rows.changed({**rows, **gone}),
        saving_minor=saving_minor,
        short_by_minor=short_by_minor,
        work=work,
    )
