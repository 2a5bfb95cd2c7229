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
from posframe_promotions.solving.savings import deal_saving_minor, group_counts

if TYPE_CHECKING:
    from posframe_promotions.solving.assignment import Deal
    from posframe_promotions.solving.problem import Problem

PASSED_MAX: Final = 8
"""Classes that a search for units goes past before it throws out those that are used up."""


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
        self._savings = _savings(problem)
        self._counts = [group_counts(offer) for offer in problem.offers]
        self._orders = [
            [_order(problem, slot, savings) for savings in own]
            for slot, own in enumerate(self._savings)
        ]
        self._dearest = [[sorted(group) for group in own] for own in self._orders]
        # Of the cheapest of n: units that save nothing alone, or the dearest? Both are tried.
        self._is_torn = [
            isinstance(offer, CheapestOffer) and orders != dearest
            for offer, orders, dearest in zip(
                problem.offers, self._orders, self._dearest, strict=True
            )
        ]
        self._found = Assignment()

    def run(self) -> Assignment:
        """Make deals until none gains."""
        made = 0
        heap: list[tuple[int, int, int, Deal]] = []
        for slot in range(len(self._problem.offers)):
            gain, deal = self._best(slot)
            heapq.heappush(heap, (-gain, slot, made, deal))
        while heap:
            known, slot, known_at, deal = heapq.heappop(heap)
            if known_at != made:  # others may have taken its units: it waits for its turn anew
                gain, deal = self._best(slot)
                if gain < -known:
                    heapq.heappush(heap, (-gain, slot, made, deal))
                    continue
            if known >= 0:
                break
            self._make(slot, deal)
            made += 1
            if self._uses[slot]:
                heapq.heappush(heap, (known, slot, made - 1, deal))
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
        deal = self._deal(slot, dearest=False)
        best = self._gain(slot, deal), deal
        if self._is_torn[slot]:
            deal = self._deal(slot, dearest=True)
            best = max(best, (self._gain(slot, deal), deal))
        return best

    def _deal(self, slot: int, *, dearest: bool) -> Deal:
        """Fill each group with what gains most there, or with what is dearest; () if it cannot."""
        taken: dict[int, int] = {}
        deal = []
        orders = (self._dearest if dearest else self._orders)[slot]
        for group, count in enumerate(self._counts[slot]):
            wanted, passed, order = count, 0, orders[group]
            for at in order:
                part = min(wanted, self._left[at] - taken.get(at, 0))
                if part > 0:
                    deal.append((group, at, part))
                    taken[at] = taken.get(at, 0) + part
                    wanted -= part
                    if not wanted:
                        break
                passed += 1
            if passed > PASSED_MAX:
                order[:passed] = [at for at in order[:passed] if self._left[at]]
            if wanted:
                return ()
        return tuple(deal)

    def _enough(self, slot: int, n: int) -> tuple[int, Deal]:
        deal, taken, gained_minor = [], 0, 0
        savings = self._savings[slot][0]
        for at in self._orders[slot][0]:
            gain_minor = savings[at] - self._problem.fallbacks[at][0]
            part = min(self._left[at], self._left[at] if gain_minor > 0 else n - taken)
            if part > 0:
                deal.append((0, at, part))
                taken, gained_minor = taken + part, gained_minor + part * gain_minor
        return (_a_unit(gained_minor, taken), tuple(deal)) if taken >= n else (0, ())

    def _gain(self, slot: int, deal: Deal) -> int:
        """Return what the deal gains over its units alone, a unit."""
        if not deal:
            return 0
        problem, savings = self._problem, self._savings[slot]
        offer = problem.offers[slot]
        gained_minor = -sum([problem.fallbacks[at][0] * count for _, at, count in deal])
        if problem.is_capped(slot):
            units = [(group, problem.classes[at].price_minor, count) for group, at, count in deal]
            gained_minor += deal_saving_minor(offer, units)
        elif isinstance(offer, CheapestOffer):
            left = offer.discounted
            for saving_minor, count in sorted([(savings[0][at], count) for _, at, count in deal]):
                gained_minor += saving_minor * min(left, count)
                left -= min(left, count)
        else:
            gained_minor -= problem.costs_minor[slot]
            gained_minor += sum([savings[group][at] * count for group, at, count in deal])
        return _a_unit(gained_minor, sum([count for _, _, count in deal]))


def _savings(problem: Problem) -> list[list[dict[int, int]]]:
    """Return what a unit saves, by offer, group and index of its class."""
    savings: list[list[dict[int, int]]] = [[{} for _ in own] for own in problem.available]
    for at, choices in enumerate(problem.choices):
        for choice in choices:
            savings[choice.slot][choice.group][at] = choice.saving_minor
    return savings


def _order(problem: Problem, slot: int, savings: dict[int, int]) -> list[int]:
    """Order the classes that a group takes by what a unit gains in it."""
    alone = problem.fallbacks
    if isinstance(problem.offers[slot], CheapestOffer):  # who pays is known late
        return sorted(savings, key=lambda at: (alone[at][0], at))
    return sorted(savings, key=lambda at: (alone[at][0] - savings[at], at))


def _a_unit(gained_minor: int, units: int) -> int:
    """Return a gain for comparing: of one unit, finely scaled."""
    return (gained_minor << 16) // units
