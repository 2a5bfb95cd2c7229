"""Keeping a layer to its width: by what its states can still come to, half of them warily.

Ranked by that bound alone, a layer fills with half-open deals that the last units cannot close; so
half of it is ranked by the bound less a mean share for each unit in an open deal, and the best
state with no open deal always stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.offers import CheapestOffer
from posframe_promotions.solving.problem import SCALE
from posframe_promotions.solving.slots import OPEN, Deals

if TYPE_CHECKING:
    from posframe_promotions.solving.problem import Problem
    from posframe_promotions.solving.shares import Shares

TAIL_BITS: Final = 34
LOWEST: Final = -(1 << 200)


class Trimmer:
    """Bounds of the states of one problem under one set of shares."""

    def __init__(self, problem: Problem, shares: Shares) -> None:
        self._rest = _rests(problem, shares.best())
        self._mean = self._rest[0] // problem.units
        self._waiting = [
            _Waiting(slot, offer)
            for slot, offer in zip(problem.slots, problem.offers, strict=True)
            if isinstance(offer, CheapestOffer) and isinstance(slot, Deals)
        ]
        self._mask = sum(each.mask for each in self._waiting)
        self._next = self._next_savings(problem)

    def trimmed(
        self, layer: dict[int, int], unit: int, width: int | None, known: int
    ) -> tuple[dict[int, int], int]:
        """Return what stays of ``layer`` after ``unit``, and the most that the rest could reach."""
        rest, mask = self._rest[unit + 1], self._mask
        if mask:
            awaited = _Awaited(self._waiting, self._next[unit])
            bounds = [
                (packed >> TAIL_BITS) + awaited[state & mask] for state, packed in layer.items()
            ]
        else:
            bounds = [packed >> TAIL_BITS for packed in layer.values()]
        least, lost = known - rest, LOWEST
        if width is not None and len(layer) > width:
            chosen, lost = self._chosen(list(layer), bounds, width)
            items = list(layer.items())
            return dict([items[at] for at in chosen if bounds[at] >= least]), lost + rest
        if min(bounds) >= least:
            return layer, LOWEST
        return {
            state: packed
            for (state, packed), bound in zip(layer.items(), bounds, strict=True)
            if bound >= least
        }, LOWEST

    def _chosen(self, states: list[int], bounds: list[int], width: int) -> tuple[list[int], int]:
        """Return where the states are that stay, and the largest bound of those that do not."""
        by_bound = sorted(range(len(states)), key=bounds.__getitem__, reverse=True)
        chosen, others = by_bound[: width // 2], by_bound[width // 2 :]
        closed = next((at for at in by_bound if not states[at] & OPEN), None)
        mean = self._mean
        wary = {at: bounds[at] - (states[at] & OPEN) * mean for at in others}
        others.sort(key=wary.__getitem__, reverse=True)
        chosen += others[: width - len(chosen)]
        if closed is not None and closed not in chosen:
            others.remove(closed)
            others.insert(0, closed)
            chosen[-1] = closed
        return chosen, max(map(bounds.__getitem__, others[width - width // 2 :]))

    def _next_savings(self, problem: Problem) -> list[list[int]]:
        """Find, after each unit, what each cheapest-offer would save on the next unit it takes."""
        found: list[list[int]] = []
        cheapest = [
            at for at, offer in enumerate(problem.offers) if isinstance(offer, CheapestOffer)
        ]
        places = {slot: index for index, slot in enumerate(cheapest)}
        savings = [0] * len(cheapest)
        for each, choices in zip(reversed(problem.classes), reversed(problem.choices), strict=True):
            found.append(savings)
            savings = list(savings)
            for choice in choices:
                if choice.slot in places:
                    savings[places[choice.slot]] = choice.saving_minor * SCALE
            found.extend([savings] * (each.count - 1))
        found.reverse()
        return found


class _Waiting:
    """An offer on the cheapest of n: what its open deal can still bring above the shares."""

    def __init__(self, slot: Deals, offer: CheapestOffer) -> None:
        self.mask: Final = slot.mask
        self._slot = slot
        self._n = offer.n
        supporters = offer.n - offer.discounted
        # A unit in the open deal has not got its share yet; from the first discounted unit on, each
        # that is to come brings more than its share.
        self._parts = [
            taken * offer.discounted if taken <= supporters else (offer.n - taken) * supporters
            for taken in range(offer.n)
        ]
        self._taken: dict[int, int] = {}

    def above(self, saving: int) -> list[int]:
        """Return it for each number of units in the deal; the next unit saves ``saving``."""
        return [-(-part * saving // self._n) for part in self._parts]

    def taken(self, field: int) -> int:
        """Return the units in the open deal."""
        found = self._taken.get(field)
        if found is None:
            found = self._taken[field] = self._slot.open_units(field)
        return found


class _Awaited(dict[int, int]):
    """What open deals await, by their fields, after one unit; found when first asked."""

    def __init__(self, waiting: list[_Waiting], savings: list[int]) -> None:
        self._tables = [
            (each.mask, each.taken, each.above(saving))
            for each, saving in zip(waiting, savings, strict=True)
        ]

    def __missing__(self, field: int) -> int:
        found = self[field] = sum(
            [above[taken(field & mask)] for mask, taken, above in self._tables]
        )
        return found


def _rests(problem: Problem, best: list[int]) -> list[int]:
    """Sum the best shares of all units from each one on."""
    rests = [0]
    for each, share in zip(reversed(problem.classes), reversed(best), strict=True):
        for _ in range(each.count):
            rests.append(rests[-1] + share)
    rests.reverse()
    return rests
