"""A pass: some offers compete for the units that are left, for the largest saving.

It remembers what it solved for a basket, and solves again only what differs from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import attrs

from posframe_promotions.laying import Key
from posframe_promotions.program import branches_of, excess_of
from posframe_promotions.solving import Partition, UnitClass

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_promotions.solving import Limit, Solver
    from posframe_promotions.terms import Offer

_DIFFERENCES_MAX: Final = 16
"""With more classes changed than this, or none before, the whole basket is partitioned anew."""


@attrs.frozen
class Counts:
    """Units of each class that a pass may take, and what is known of how they came about."""

    of: Mapping[Key, int]
    before: Mapping[Key, int] | None = None
    """An earlier mapping: only the classes ``changed`` differ from it."""
    changed: Iterable[Key] = ()


@attrs.frozen
class Outcome:
    """What a pass comes to."""

    partition: Partition
    short_by_minor: int
    """The most by which it may miss the largest saving; 0: proven."""


class UnitPass:
    """One pass over one basket; of groups the member is taken that saves most."""

    def __init__(
        self,
        offers: tuple[Offer, ...],
        solver_for: Callable[[tuple[Offer, ...]], Solver],
        limit: Limit,
    ) -> None:
        self._offers = offers
        self._solver_for = solver_for
        self._limit = limit
        self._grouped = {offer.id: offer for offer in offers if offer.group}
        self._branches: dict[frozenset[str], list[_Contest]] = {}
        self._fewer: dict[frozenset[str], _Contest] = {}

    def solve(self, counts: Counts, barred: frozenset[str]) -> Outcome:
        """Assign units; offers of the groups ``barred`` are out."""
        branches = self._branches.get(barred)
        if branches is None:
            allowed = tuple(offer for offer in self._offers if offer.group not in barred)
            branches = [self._contest(offers) for offers in branches_of(allowed)]
            self._branches[barred] = branches
        if len(branches) == 1:
            return self._settled(branches[0], counts)
        found = [self._settled(contest, counts) for contest in branches]
        best = max(found, key=lambda each: each.partition.saving_minor)
        reachable = max(each.partition.saving_minor + each.short_by_minor for each in found)
        return Outcome(best.partition, reachable - best.partition.saving_minor)

    def _settled(self, contest: _Contest, counts: Counts) -> Outcome:
        """Solve; while two of a group are used, leave the lower ones out."""
        partition = contest.partition(counts)
        if not self._grouped:
            return Outcome(partition, partition.short_by_minor)
        reachable = partition.saving_minor + partition.short_by_minor
        while excess := self._excess(partition):
            offers = tuple(offer for offer in contest.offers if offer.id not in excess)
            ids = frozenset(offer.id for offer in offers)
            contest = self._fewer.setdefault(ids, self._contest(offers))
            partition = contest.partition(counts)
        return Outcome(partition, reachable - partition.saving_minor)

    def _excess(self, partition: Partition) -> set[str]:
        used = (self._grouped.get(id_) for id_, _ in partition.rows.items())
        return excess_of(offer for offer in used if offer is not None)

    def _contest(self, offers: tuple[Offer, ...]) -> _Contest:
        return _Contest(offers, self._solver_for(offers), self._limit)


class _Contest:
    """Offers that compete freely, and what they came to last."""

    def __init__(self, offers: tuple[Offer, ...], solver: Solver, limit: Limit) -> None:
        self.offers = offers
        self._solver = solver
        self._limit = limit
        self._counts: Mapping[Key, int] = {}
        self._partition = solver.empty

    def partition(self, counts: Counts) -> Partition:
        """Return the assignment of these units."""
        before, after = self._counts, counts.of
        if before is after:
            return self._partition
        keys = counts.changed if counts.before is before else before.keys() | after.keys()
        differences = [
            (key, after.get(key, 0) - before.get(key, 0))
            for key in keys
            if after.get(key) != before.get(key)
        ]
        if not before or len(differences) > _DIFFERENCES_MAX:
            classes = [UnitClass(sku, price, count) for (sku, price), count in after.items()]
            partition = self._solver.partition(classes, self._limit)
        else:
            partition = self._partition
            for (sku, price_minor), delta in differences:
                partition = self._solver.changed(partition, sku, price_minor, delta, self._limit)
        self._partition, self._counts = partition, after
        return partition
