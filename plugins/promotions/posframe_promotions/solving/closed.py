"""Closed forms: the best assignment where one offer has its classes to itself, in one sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.solving.assignment import Assignment
from posframe_promotions.solving.offers import AtLeastOffer, CheapestOffer
from posframe_promotions.solving.savings import group_counts

if TYPE_CHECKING:
    from posframe_promotions.solving.problem import Problem


def closed_form(problem: Problem) -> Assignment | None:
    """Return the optimum of a problem with one offer; None: it has no closed form."""
    (offer,) = problem.offers
    if len(problem.available[0]) > 1 or problem.is_capped(0):
        return None
    if isinstance(offer, AtLeastOffer):
        return _enough(problem, offer.n)
    if isinstance(offer, CheapestOffer):
        alone = any(problem.fallbacks[at][0] for at, _, _ in _units(problem))
        return None if alone else _blocks(problem, offer.n - offer.discounted)
    return _blocks(problem, 0)


def _units(problem: Problem) -> list[tuple[int, int, int]]:
    """List classes that the offer takes: index, what a unit gains by it, count."""
    return [
        (at, choices[0].saving_minor - alone_minor, each.count)
        for at, (each, choices, (alone_minor, _)) in enumerate(
            zip(problem.classes, problem.choices, problem.fallbacks, strict=True)
        )
        if choices
    ]


def _blocks(problem: Problem, supporters: int) -> Assignment:
    """Take deals from the units that gain most, for as long as a deal gains something."""
    (offer,), (size,) = problem.offers, group_counts(problem.offers[0])
    cost_minor = problem.costs_minor[0]
    left = problem.units if offer.max_uses is None else offer.max_uses
    units = sorted(_units(problem), key=lambda unit: -unit[1])
    found, place, used = Assignment(), 0, 0
    while left and place < len(units):
        at, gain_minor, count = units[place]
        times = min(left, (count - used) // size)
        if times:  # as many deals of this class alone as there are
            if (size - supporters) * gain_minor <= cost_minor:
                break
            block = [(at, size * times)]
            used += size * times
        else:
            block, gained_minor, place, used = _next_block(units, place, used, (supporters, size))
            if not block or gained_minor <= cost_minor:
                break
            times = 1
        left -= times
        for at, count in block:
            found.take(0, 0, at, count)
    return found


def _next_block(
    units: list[tuple[int, int, int]], place: int, used: int, sizes: tuple[int, int]
) -> tuple[list[tuple[int, int]], int, int, int]:
    """Take one deal that spans classes: its units, what they gain, and where the next begins."""
    supporters, size = sizes
    block, gained_minor, taken = [], 0, 0
    while taken < size:
        if place == len(units):
            return [], 0, place, 0
        at, gain_minor, count = units[place]
        part = min(size - taken, count - used)
        if part:
            block.append((at, part))
        saving = max(0, taken + part - max(supporters, taken))
        gained_minor += saving * gain_minor
        taken, used = taken + part, used + part
        if used == count:
            place, used = place + 1, 0
    return block, gained_minor, place, used


def _enough(problem: Problem, n: int) -> Assignment:
    """Take every unit that gains, and others that lose least until there are enough."""
    found, taken, gained_minor = Assignment(), 0, 0
    for at, gain_minor, count in sorted(_units(problem), key=lambda unit: -unit[1]):
        part = count if gain_minor > 0 else min(count, n - taken)
        if part <= 0:
            break
        found.take(0, 0, at, part)
        taken, gained_minor = taken + part, gained_minor + part * gain_minor
    return found if taken >= n and gained_minor > 0 else Assignment()
