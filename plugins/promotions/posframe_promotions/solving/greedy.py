"""The greedy assignment: the deal that gains most a unit comes first; where a search has to begin.

It loses some hundredths of the saving where offers overlap much (by the gain of whole deals it was
a fifth: large deals took the units of several better ones), and is all there is for a component too
large for a single pass.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.assignment import Assignment
from posframe_promotions.solving.offers import AtLeastOffer, CheapestOffer
from posframe_promotions.solving.savings import deal_saving_minor, group_counts, savings_of

if TYPE_CHECKING:
    from posframe_promotions.solving.assignment import Deal
    from posframe_promotions.solving.problem import Problem

PASSED_MAX: Final = 32
"""Classes that a search for units goes past before those that are used up are thrown out."""


def greedy(problem: Problem) -> Assignment:
    """Return deals, taken one after another by what they gain over their units alone."""
    return _Greedy(problem).run()


class _Greedy:
    """Units left, and for every offer the best deal of them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._left = [each.count for each in problem.classes]
        self._uses = [
            problem.units if offer.max_uses is None else offer.max_uses for offer in problem.offers
        ]
        self._orders = _orders(problem)
        self._dearest = [[sorted(group) for group in own] for own in self._orders]
        self._found = Assignment()

    def run(self) -> Assignment:
        heap = [
            (-gain, slot)
            for slot in range(len(self._problem.offers))
            for gain, _ in (self._best(slot),)
            if gain > 0
        ]
        heapq.heapify(heap)
        while heap:
            known, slot = heapq.heappop(heap)
            gain, deal = self._best(slot)
            if gain <= 0:
                continue
            if gain < -known:  # others took its units: it waits for its turn anew
                heapq.heappush(heap, (-gain, slot))
                continue
            self._make(slot, deal)
            if self._uses[slot]:
                heapq.heappush(heap, (-gain, slot))
        return self._found

    def _make(self, slot: int, deal: Deal) -> None:
        needed: dict[int, int] = {}
        for _, at, count in deal:
            needed[at] = needed.get(at, 0) + count
        if isinstance(self._problem.offers[slot], AtLeastOffer):
            times = self._uses[slot] = 1
        else:
            times = min(self._left[at] // count for at, count in needed.items())
            times = min(times, self._uses[slot])
        self._uses[slot] -= times
        for at, count in needed.items():
            self._left[at] -= count * times
        if self._problem.is_capped(slot):
            self._found.deals[slot] += [deal] * times
            return
        for group, at, count in deal:
            self._found.take(slot, group, at, count * times)

    def _best(self, slot: int) -> tuple[int, Deal]:
        """Return what the best deal of the units left gains a unit, and the deal."""
        offer = self._problem.offers[slot]
        if isinstance(offer, AtLeastOffer):
            return self._enough(slot, offer.n)
        deals = [self._deal(slot, dearest=False)]
        if isinstance(offer, CheapestOffer):
            deals.append(self._deal(slot, dearest=True))
        return max((self._gain(slot, deal), deal) for deal in deals)

    def _deal(self, slot: int, *, dearest: bool) -> Deal:
        """Fill each group with what gains most there, or with what is dearest; () if it cannot."""
        taken: dict[int, int] = {}
        deal = []
        orders = (self._dearest if dearest else self._orders)[slot]
        for group, count in enumerate(group_counts(self._problem.offers[slot])):
            wanted, passed = count, 0
            for at in orders[group]:
                part = min(wanted, self._left[at] - taken.get(at, 0))
                if part > 0:
                    deal.append((group, at, part))
                    taken[at] = taken.get(at, 0) + part
                    wanted -= part
                    if not wanted:
                        break
                passed += 1
            if passed > PASSED_MAX:
                orders[group] = [at for at in orders[group] if self._left[at]]
            if wanted:
                return ()
        return tuple(deal)

    def _enough(self, slot: int, n: int) -> tuple[int, Deal]:
        if not self._uses[slot]:
            return 0, ()
        deal, taken, gained_minor = [], 0, 0
        problem = self._problem
        for at in self._orders[slot][0]:
            each = problem.classes[at]
            ((_, saving_minor),) = savings_of(problem.offers[slot], each.sku, each.price_minor)
            gain_minor = saving_minor - problem.fallbacks[at][0]
            part = min(self._left[at], self._left[at] if gain_minor > 0 else n - taken)
            if part > 0:
                deal.append((0, at, part))
                taken, gained_minor = taken + part, gained_minor + part * gain_minor
        return (_a_unit(gained_minor, taken), tuple(deal)) if taken >= n else (0, ())

    def _gain(self, slot: int, deal: Deal) -> int:
        """Return what the deal gains over its units alone, a unit."""
        if not deal:
            return 0
        problem = self._problem
        units = [(group, problem.classes[at].price_minor, count) for group, at, count in deal]
        alone_minor = sum(problem.fallbacks[at][0] * count for _, at, count in deal)
        gained_minor = deal_saving_minor(problem.offers[slot], units) - alone_minor
        return _a_unit(gained_minor, sum(count for _, _, count in deal))


def _orders(problem: Problem) -> list[list[list[int]]]:
    """Order, for each group of each offer, the classes it takes by what a unit gains in it."""
    gains: list[list[list[tuple[int, int]]]] = [[[] for _ in own] for own in problem.available]
    for at, choices in enumerate(problem.choices):
        alone_minor = problem.fallbacks[at][0]
        for choice in choices:
            # Who pays in a deal of the cheapest of n is known late: what a unit forgoes counts.
            cheapest = isinstance(problem.offers[choice.slot], CheapestOffer)
            saving_minor = 0 if cheapest else choice.saving_minor
            gains[choice.slot][choice.group].append((alone_minor - saving_minor, at))
    return [[[at for _, at in sorted(group)] for group in own] for own in gains]


def _a_unit(gained_minor: int, units: int) -> int:
    """Return a gain for comparing: of one unit, finely scaled."""
    return (gained_minor << 16) // units
