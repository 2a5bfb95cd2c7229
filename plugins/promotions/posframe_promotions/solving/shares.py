"""Shares: what a unit can bring at most, so that sums of shares bound every assignment.

The saving of a deal is shared out over its places: a unit of group g brings what it saves less the
group's part of the deal's cost. Any division of the cost over the groups, and any charge for a use
of a limited offer, bounds the optimum from above; ``sharpened`` looks for good ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.problem import SCALE
from posframe_promotions.solving.slots import Enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.problem import Choice, Problem

STEPS_MAX: Final = 24
"""Subgradient steps: more move the bound by less than it is off."""
LOOKS_MAX: Final = 8_000
"""Choices that are looked at in all steps: huge components get fewer steps."""


class Shares:
    """Parts of the deals' costs by offer and group, scaled, and the shares that follow."""

    def __init__(self, problem: Problem, parts: list[list[int]], charges: list[int]) -> None:
        """``parts`` of each group; ``charges`` for a use of each offer, 0 where it is unlimited."""
        self.parts: Final = parts
        self.charges: Final = charges
        self._problem: Final = problem
        self.leave: Final = [saving_minor * SCALE for saving_minor, _ in problem.fallbacks]
        self.start: Final = sum(
            charge * (slot.uses_max or 0)
            for charge, slot in zip(charges, problem.slots, strict=True)
        )
        self._closing: Final = [
            sum(count * part for count, part in zip(slot.counts, own, strict=True))
            - cost_minor * SCALE
            - charge
            for slot, own, cost_minor, charge in zip(
                problem.slots, parts, problem.costs_minor, charges, strict=True
            )
        ]

    def gains(self, choice: Choice) -> tuple[int, int, int]:
        """Return what a step by this choice adds to the worth, by kind of step."""
        waits = -self.parts[choice.slot][choice.group] - 1
        saves = waits + choice.saving_minor * SCALE
        return waits, saves, saves + self._closing[choice.slot]

    def best(self) -> list[int]:
        """Return the most that a unit of each class brings to the worth, deals taken together."""
        parts = self.parts
        return [
            max([leave, *[top - parts[slot][group] for slot, group, top in tops]])
            for leave, tops in zip(self.leave, self._problem.tops, strict=True)
        ]

    def bound(self) -> int:
        """Return the most that any assignment is worth."""
        return self.start + sum(
            share * each.count
            for share, each in zip(self.best(), self._problem.classes, strict=True)
        )

    def part(self, problem: Problem, slots: Sequence[int]) -> Shares:
        """Return the shares of a part: ``slots`` are what its offers are here."""
        charges = [
            self.charges[at] if slot.uses_max is not None else 0
            for at, slot in zip(slots, problem.slots, strict=True)
        ]
        return Shares(problem, [self.parts[at] for at in slots], charges)

    def unused(self, state: int) -> int:
        """Return what is credited for uses that were not made."""
        return sum(
            charge * (slot.uses_max - slot.uses(state))
            for charge, slot in zip(self.charges, self._problem.slots, strict=True)
            if not isinstance(slot, Enough) and slot.uses_max is not None
        )


def plain(problem: Problem) -> Shares:
    """Return shares that divide costs evenly and charge nothing."""
    parts = [
        [cost_minor * SCALE // sum(slot.counts)] * len(slot.counts)
        for slot, cost_minor in zip(problem.slots, problem.costs_minor, strict=True)
    ]
    return Shares(problem, parts, [0] * len(problem.slots))


def sharpened(problem: Problem) -> Shares:
    """Return shares with a lower bound: parts rise where more units want in than deals need."""
    shares = best = plain(problem)
    movable = [
        at
        for at, slot in enumerate(problem.slots)
        if len(slot.counts) > 1 or slot.uses_max is not None
    ]
    if not movable:
        return best
    best_bound = None
    step = SCALE * sum(each.price_minor * each.count for each in problem.classes)
    step //= 4 * problem.units
    looks = sum(map(len, problem.tops))
    for _ in range(min(STEPS_MAX, 1 + LOOKS_MAX // looks)):
        bound, wanted = _wanted(problem, shares)
        if best_bound is None or bound < best_bound:
            best_bound, best = bound, shares
        parts, charges = [list(own) for own in shares.parts], list(shares.charges)
        for at in movable:
            _move(problem, at, wanted[at], step, parts, charges)
        shares = Shares(problem, parts, charges)
        step = step * 85 // 100
    return best


def _wanted(problem: Problem, shares: Shares) -> tuple[int, list[list[int]]]:
    """Return the bound, and how many units have their largest share in each group."""
    bound, parts = shares.start, shares.parts
    wanted = [[0] * len(slot.counts) for slot in problem.slots]
    for each, leave, tops in zip(problem.classes, shares.leave, problem.tops, strict=True):
        most, by = leave, None
        for slot, group, top in tops:
            share = top - parts[slot][group]
            if share > most:
                most, by = share, wanted[slot]
                chosen = group
        bound += most * each.count
        if by is not None:
            by[chosen] += each.count
    return bound, wanted


def _move(
    problem: Problem,
    at: int,
    wanted: list[int],
    step: int,
    parts: list[list[int]],
    charges: list[int],
) -> None:
    """Move the parts of one offer by at most ``step``; their sum never exceeds cost and charge."""
    slot = problem.slots[at]
    units, size = sum(wanted), sum(slot.counts)
    # How far each group is from its even part of the units that want in, times its count.
    uneven = [
        number * size - count * units for number, count in zip(wanted, slot.counts, strict=True)
    ]
    most = max(map(abs, uneven))
    if most:
        for group, (off, count) in enumerate(zip(uneven, slot.counts, strict=True)):
            parts[at][group] += step * off // (most * count)
    if slot.uses_max is not None:
        over = units - slot.uses_max * size
        charge = max(0, charges[at] + (step * size * over // max(units, slot.uses_max * size)))
        moved = (charge - charges[at]) // size
        charges[at] = charge
        for group in range(len(parts[at])):
            parts[at][group] += moved
