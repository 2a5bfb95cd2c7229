"""Deals: what the passes assign to the units of one basket, kept up as it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_promotions.laying import lay, takings_of
from posframe_promotions.passes import Counts, UnitPass
from posframe_promotions.solving import Partition
from posframe_promotions.terms import UNIT_KINDS
from posframe_promotions.weighing import best_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from posframe_promotions.basket_units import BasketUnits
    from posframe_promotions.laying import Key, Laid, Taking
    from posframe_promotions.program import Program
    from posframe_promotions.solving import Limit, Solver
    from posframe_promotions.terms import Offer


@attrs.frozen
class Weighed:
    """A weighed line that an offer took whole."""

    offer: str
    number: int
    saving_minor: int
    is_exclusive: bool


class Deals:
    """Which units stand in which deal of which offer of the passes, and what each line gives up."""

    def __init__(
        self, program: Program, solver_for: Callable[[tuple[Offer, ...]], Solver], limit: Limit
    ) -> None:
        self._program = program
        self._passes = [UnitPass(offers, solver_for, limit) for offers in program.passes]
        self._on_weight = [
            tuple(offer for offer in offers if offer.kind in UNIT_KINDS)
            for offers in program.passes
        ]
        self._has_groups = any(offer.group for offer in program.terms.values())
        self._counted: Mapping[Key, int] = {}
        self._partitions = [Partition() for _ in program.passes]
        self._takings: dict[Key, dict[int, list[Taking]]] = {}
        """By class, by pass: in the order in which the class's units are taken."""
        self._taken: dict[tuple[int, str], set[Key]] = {}
        """By pass and SKU: the classes that have takings."""
        self.laid: dict[Key, tuple[Laid, ...]] = {}
        """By class; of those in no deal there is nothing."""
        self.weighed: tuple[Weighed, ...] = ()
        self.shares: dict[str, dict[Key | int, dict[int, int]]] = {}
        """By offer, by class (or number of a weighed line), by line: minor units given up."""
        self.used_groups: frozenset[str] = frozenset()
        self.short_by_minor = 0

    def refresh(self, units: BasketUnits, touched: set[Key]) -> set[str]:
        """Assign anew what ``touched`` touches; return the offers that may give something else."""
        counts = Counts(units.counts, self._counted, tuple(touched))
        self._counted = units.counts
        touched = set(touched)
        barred: frozenset[str] = frozenset()
        self.short_by_minor = 0
        weighed: dict[int, Weighed] = {}
        for place, each in enumerate(self._passes):
            outcome = each.solve(counts, barred)
            self.short_by_minor += outcome.short_by_minor
            self._take_over(place, outcome.partition, touched)
            if self._has_groups:
                barred |= self._groups(outcome.partition)
            barred |= self._weigh(place, units, weighed, barred)
            if place < self._program.exclusive_passes:
                counts = Counts(_without(counts.of, outcome.partition))
        self.used_groups = barred
        return self._lay(units, touched) | self._share_weighed(tuple(weighed.values()))

    def uses(self, offer: str) -> int:
        """Return how many applications of an offer of the passes there are."""
        pieces = sum(_uses(partition, offer) for partition in self._partitions)
        return pieces + sum(each.offer == offer for each in self.weighed)

    def _take_over(self, place: int, after: Partition, touched: set[Key]) -> None:
        """Replace the takings of every class whose part of the basket was solved anew."""
        before = self._partitions[place]
        self._partitions[place] = after
        if before is after:
            return
        changes = after.parts.changes_since(before.parts)
        for sku in changes:
            for key in self._taken.pop((place, sku), ()):
                del self._takings[key][place]
                touched.add(key)
        for part in {id(part): part for part in changes.values() if part is not None}.values():
            first = part.component.classes[0]
            home = first.sku, first.price_minor
            for used in part.solution.used:
                floor_minor = self._program.terms[used.offer].floor_minor
                for key, taking in takings_of(used, floor_minor, home):
                    self._takings.setdefault(key, {}).setdefault(place, []).append(taking)
                    self._taken.setdefault((place, key[0]), set()).add(key)
                    touched.add(key)

    def _groups(self, partition: Partition) -> frozenset[str]:
        """Return the groups that have an offer in use."""
        used = (self._program.terms[offer].group for offer, _ in partition.rows.items())
        return frozenset(group for group in used if group)

    def _lay(self, units: BasketUnits, touched: set[Key]) -> set[str]:
        """Put the deals on lines again, for the classes ``touched``."""
        offers: set[str] = set()
        for key in touched:
            takings = self._takings.get(key, {})
            if not takings and key not in self.laid:
                continue
            before = _offers(self.laid.pop(key, ()))
            ordered = (taking for place in sorted(takings) for taking in takings[place])
            laid = tuple(lay(ordered, units.runs_of(key))) if takings else ()
            if laid:
                self.laid[key] = laid
            after = _offers(laid)
            for offer in before - after:
                del self.shares[offer][key]
            for offer in after:
                self.shares.setdefault(offer, {})[key] = _by_line(laid, offer)
            offers |= before | after
        return offers

    def _weigh(
        self,
        place: int,
        units: BasketUnits,
        weighed: dict[int, Weighed],
        barred: frozenset[str],
    ) -> frozenset[str]:
        """Let the pass's offers on single units take weighed lines; return the groups used."""
        offers = self._on_weight[place]
        if not offers or not units.weighed:
            return frozenset()
        groups: dict[str, str] = {
            self._program.terms[offer].group: offer
            for offer, _ in self._partitions[place].rows.items()
        }
        left = self._uses_left(place)
        for goods in sorted(
            units.weighed.values(), key=lambda goods: (-goods.amount_minor, goods.order)
        ):
            if goods.number in weighed:
                continue
            allowed = (
                offer
                for offer in offers
                if not offer.group
                or groups.get(offer.group) == offer.id
                or (offer.group not in groups and offer.group not in barred)
            )
            saving_minor, best = best_on(allowed, goods, left)
            if best is not None:
                is_exclusive = place < self._program.exclusive_passes
                weighed[goods.number] = Weighed(best.id, goods.number, saving_minor, is_exclusive)
                groups[best.group] = best.id
                if best.id in left:
                    left[best.id] -= 1
        return frozenset(groups) - {""}

    def _uses_left(self, place: int) -> dict[str, int]:
        return {
            offer.id: offer.max_uses - _uses(self._partitions[place], offer.id)
            for offer in self._on_weight[place]
            if offer.max_uses is not None
        }

    def _share_weighed(self, weighed: tuple[Weighed, ...]) -> set[str]:
        """Note what weighed lines give up; return the offers for which that changed."""
        if weighed == self.weighed:
            return set()
        before, after = set(self.weighed), set(weighed)
        self.weighed = weighed
        for each in before - after:
            self.shares[each.offer].pop(each.number, None)
        for each in after - before:
            self.shares.setdefault(each.offer, {})[each.number] = {each.number: each.saving_minor}
        return {each.offer for each in before ^ after}


def _uses(partition: Partition, offer: str) -> int:
    row = partition.rows.get(offer)
    return 0 if row is None else row.applications


def _without(counts: Mapping[Key, int], partition: Partition) -> Mapping[Key, int]:
    """Return the units that no deal of a pass took."""
    used = partition.solution().used
    if not used:
        return counts
    left = dict(counts)
    for each in used:
        for application in each.applications:
            for key, count in application.units:
                left[key] -= count * application.times
    return {key: count for key, count in left.items() if count}


def _offers(laid: Iterable[Laid]) -> set[str]:
    return {each.taking.offer for each in laid if each.taking is not None}


def _by_line(laid: Iterable[Laid], offer: str) -> dict[int, int]:
    shares: dict[int, int] = {}
    for each in laid:
        if each.taking is not None and each.taking.offer == offer:
            minor = each.share_minor * each.count * each.times
            shares[each.line] = shares.get(each.line, 0) + minor
    return shares
