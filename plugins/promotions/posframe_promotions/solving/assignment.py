"""An assignment: how many units of which class every offer takes, and what comes of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from posframe_promotions.solving.expanding import application, applications_of
from posframe_promotions.solving.offers import AtLeastOffer
from posframe_promotions.solving.problem import SCALE
from posframe_promotions.solving.solution import Application, Used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.problem import Problem

Deal = tuple[tuple[int, int, int], ...]
"""Units of one deal: group, index of the class, count."""


@attrs.define
class Assignment:
    """Units that offers take; all others save what they save alone."""

    taken: defaultdict[tuple[int, int], dict[int, int]] = attrs.Factory(lambda: defaultdict(dict))
    """By offer and group: units by index of their class."""
    deals: defaultdict[int, list[Deal]] = attrs.Factory(lambda: defaultdict(list))
    """Of offers for which it matters who is in which deal, those."""

    def take(self, slot: int, group: int, at: int, count: int) -> None:
        """Add units of the class at ``at``."""
        units = self.taken[slot, group]
        units[at] = units.get(at, 0) + count

    def units(self, slot: int) -> dict[int, int]:
        """Return the units that an offer takes, by index of their class."""
        taken = [
            unit for of, units in self.taken.items() if of[0] == slot for unit in units.items()
        ]
        for deal in self.deals.get(slot, ()):
            taken += [(at, count) for _, at, count in deal]
        found: dict[int, int] = {}
        for at, count in taken:
            found[at] = found.get(at, 0) + count
        return found

    def replace(self, slots: Sequence[int], part: Assignment, ats: Sequence[int]) -> None:
        """Let ``slots`` take what those of ``part`` do, whose classes are here at ``ats``."""
        for key in [key for key in self.taken if key[0] in slots]:
            del self.taken[key]
        for slot in slots:
            self.deals.pop(slot, None)
        for (place, group), units in part.taken.items():
            self.taken[slots[place], group] = {ats[at]: count for at, count in units.items()}
        for place, deals in part.deals.items():
            self.deals[slots[place]] = [
                tuple((group, ats[at], count) for group, at, count in deal) for deal in deals
            ]


def used_by(problem: Problem, assignment: Assignment) -> tuple[list[Used], int]:
    """Write down the deals, by offer id, and count the units in them.

    A deal that saves no more than its units would alone is left out: only an assignment that was
    not solved to proof can hold one.
    """
    left = [each.count for each in problem.classes]
    used: dict[str, list[Application]] = {}
    units = 0
    for slot, offer in enumerate(problem.offers):
        made = _paying(problem, slot, _applications(problem, slot, assignment))
        for each in made:
            for key, count in each.units:
                left[problem.index[key]] -= count * each.times
                units += count * each.times
        if made:
            used[offer.id] = [each for each in made if each.saving_minor]
    for at, count in enumerate(left):
        saving_minor, alone_by = problem.fallbacks[at]
        if count and alone_by is not None:
            one = problem.classes[at]
            single = Application((((one.sku, one.price_minor), 1),), saving_minor, count)
            used.setdefault(alone_by.id, []).append(single)
    return [
        Used(id_, sum(each.saving_minor * each.times for each in made), tuple(made))
        for id_, made in sorted(used.items())
    ], units


def gained_by(problem: Problem, slot: int, assignment: Assignment) -> int:
    """Return what the deals of one offer are worth above their units alone; scaled as a worth."""
    made = _paying(problem, slot, _applications(problem, slot, assignment))
    return sum(
        each.times * (_gain_minor(problem, each) * SCALE - sum(count for _, count in each.units))
        for each in made
    )


def _paying(problem: Problem, slot: int, made: list[Application]) -> list[Application]:
    """Leave out what saves no more than its units would alone."""
    gains_minor = [each.times * _gain_minor(problem, each) for each in made]
    if isinstance(problem.offers[slot], AtLeastOffer):  # all or none: some are there to be enough
        return made if sum(gains_minor) > 0 else []
    return [each for each, gain_minor in zip(made, gains_minor, strict=True) if gain_minor > 0]


def _gain_minor(problem: Problem, made: Application) -> int:
    """Return what one deal saves above what its units would alone."""
    return made.saving_minor - sum(
        [problem.fallbacks[problem.index[key]][0] * count for key, count in made.units]
    )


def _applications(problem: Problem, slot: int, assignment: Assignment) -> list[Application]:
    offer, classes = problem.offers[slot], problem.classes
    if slot in assignment.deals:
        counts: dict[Deal, int] = {}
        for deal in sorted(assignment.deals[slot]):
            counts[deal] = counts.get(deal, 0) + 1
        return [
            application(offer, [(group, classes[at], count) for group, at, count in deal], times)
            for deal, times in counts.items()
        ]
    runs = [
        [(classes[at], count) for at, count in sorted(assignment.taken[slot, group].items())]
        for group in range(len(problem.available[slot]))
    ]
    return applications_of(offer, runs) if any(runs) else []
