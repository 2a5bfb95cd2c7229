"""Exact exchange: a few offers give back their units, and with the free ones get the best of them.

Where an offer overlaps with many others, a pass over all of them has to drop nearly every state;
two or three offers by themselves have so few that a narrow pass seldom drops any. So an assignment
is improved from within: all other deals stay, and what two offers hold and what nobody holds is
assigned anew, then what three hold, until nothing gains. Which offers come first is told by the
shares: what their units and the free ones could bring at most, less what they bring now.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.assignment import Assignment, gained_by
from posframe_promotions.solving.layers import Layers, assignment_of
from posframe_promotions.solving.problem import SCALE

if TYPE_CHECKING:
    from posframe_promotions.solving.problem import Problem
    from posframe_promotions.solving.shares import Shares

WIDTH: Final = 64
PAIRS, TRIPLES = 2, 3
PREPARED: Final = 4
"""How many transitions, for each of a pass with one state, it is reckoned as to prepare a part."""
PREPARED_LEAST: Final = 50
LOOKS: Final = 4
"""Classes that are looked at in the time of a transition."""
RANKED: Final = 10
"""Pairs or triples that are ranked in the time of a transition."""

Few = tuple[int, ...]
"""Offers that exchange units: their slots, ascending."""


class Exchange:
    """An assignment of a problem with several offers, being improved a few offers at a time."""

    def __init__(self, problem: Problem, shares: Shares, assignment: Assignment) -> None:
        """``assignment`` is changed as it improves."""
        self.assignment: Final = assignment
        self._work = problem.breadth  # for what follows here
        self._problem = problem
        self._shares = shares
        # A minor unit more, and at the worst all units in deals that were in none.
        self._least = SCALE - problem.units
        slots = range(len(problem.offers))
        self._held: list[dict[int, int]] = [{} for _ in slots]
        self._gains = [0 for _ in slots]
        self._free = [each.count for each in problem.classes]
        self._above = _above(problem, shares)
        self._most = _most(problem, self._above)
        self._changes = 0
        self._changed_at = [0 for _ in slots]
        self._settled: dict[Few, int] = {}
        for slot in slots:
            self._hold(slot)

    def run(self, work_max: int) -> int:
        """Exchange until nothing gains or the work is done; return transitions spent.

        Those are ``work_max`` where there was more to do; called again, it goes on from there.
        """
        self._run(work_max)
        spent, self._work = self._work, 0
        return min(spent, work_max)

    def _run(self, work_max: int) -> None:
        together_max = min(TRIPLES, len(self._held))
        together = PAIRS
        while together <= together_max:
            before = self._changes
            self._work += len(self._held) ** together // RANKED
            if self._work > work_max:
                return
            for few in self._ranked(together):
                if self._may_gain(few) and not self._solve(few, work_max):
                    return
                self._settled[few] = self._changes
            together = together + 1 if self._changes == before else PAIRS

    def _ranked(self, together: int) -> list[Few]:
        """List the offers that may gain something together, those first that may gain most."""
        owns = [self._own(slot) for slot in range(len(self._held))]
        ranked = sorted(
            (-sum([owns[slot] for slot in few]), few)
            for few in combinations(range(len(owns)), together)
        )
        return [few for below, few in ranked if -below >= self._least]

    def _own(self, slot: int) -> int:
        """Return no less than the part of ``slot`` in what any exchange with it gains."""
        free, most = self._free, self._most
        own = sum([above * free[at] for at, above in self._above[slot].items() if free[at]])
        own += sum([most[at] * count for at, count in self._held[slot].items()])
        return own + self._spare(slot)

    def _may_gain(self, few: Few) -> bool:
        """Tell whether something changed for ``few``, and they may gain a minor unit by it."""
        if self._settled.get(few, -1) >= max([self._changed_at[slot] for slot in few]):
            return False
        units = self._units(few)
        self._work += 1 + len(units) // LOOKS
        tables = [self._above[slot] for slot in few]
        most = sum([self._spare(slot) for slot in few])
        for at, count in units.items():
            most += count * max([above.get(at, 0) for above in tables])
        return most >= self._least

    def _spare(self, slot: int) -> int:
        """Return what is credited for uses, less what the deals gain."""
        uses_max = self._problem.slots[slot].uses_max or 0
        return self._shares.charges[slot] * uses_max - self._gains[slot]

    def _units(self, few: Few) -> dict[int, int]:
        """Count what ``few`` hold and what is free for them, by index of the class."""
        free = self._free
        units = {at: free[at] for slot in few for at in self._above[slot] if free[at]}
        for slot in few:
            for at, count in self._held[slot].items():
                units[at] = units.get(at, 0) + count
        return units

    def _solve(self, few: Few, work_max: int) -> bool:
        """Assign the units of ``few`` anew; return whether the work was enough."""
        units = sorted(self._units(few).items())
        part = self._problem.part(few, units)
        self._work += PREPARED_LEAST + PREPARED * part.breadth
        if self._work > work_max:
            return False
        shares = self._shares.part(part, few)
        known = sum([self._gains[slot] for slot in few]) + sum(
            [leave * count for leave, (_, count) in zip(shares.leave, units, strict=True)]
        )
        passed = Layers(part, shares).run(WIDTH, work_max - self._work, known)
        self._work += passed.work
        if passed.worth is not None and passed.worth > known:
            self._replace(few, assignment_of(part, passed.choices), [at for at, _ in units])
        return passed.is_whole

    def _replace(self, few: Few, found: Assignment, ats: list[int]) -> None:
        before = list(self._free)
        self.assignment.replace(few, found, ats)
        self._changes += 1
        for slot in few:
            for at, count in self._held[slot].items():
                self._free[at] += count
        for slot in few:
            self._hold(slot)
            self._changed_at[slot] = self._changes
        for choices, old, new in zip(self._problem.choices, before, self._free, strict=True):
            if old != new:
                for choice in choices:
                    self._changed_at[choice.slot] = self._changes

    def _hold(self, slot: int) -> None:
        """Read what ``slot`` holds, and what it gains by it."""
        self._held[slot] = self.assignment.units(slot)
        for at, count in self._held[slot].items():
            self._free[at] -= count
        self._gains[slot] = gained_by(self._problem, slot, self.assignment)


def _above(problem: Problem, shares: Shares) -> list[dict[int, int]]:
    """Return, by offer and class, the most that a unit brings above what it brings alone."""
    found: list[dict[int, int]] = [{} for _ in problem.offers]
    for at, (tops, leave) in enumerate(zip(problem.tops, shares.leave, strict=True)):
        for slot, group, top in tops:
            above = top - shares.parts[slot][group] - leave
            found[slot][at] = max(above, found[slot].get(at, 0))
    return found


def _most(problem: Problem, above: list[dict[int, int]]) -> list[int]:
    """Return, by class, the most that a unit brings above what it brings alone, in any offer."""
    most = [0] * len(problem.classes)
    for own in above:
        for at, brings in own.items():
            most[at] = max(most[at], brings)
    return most
