"""The search for the best assignment of one component, widening until proof or limit.

Passes over all offers, each wider than the last, take turns with exchange among a few
(``exchange``).

What it does at a larger limit begins with what it does at a smaller one, and the better of two
assignments stays; so more work never gives a smaller saving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.assignment import Assignment, used_by
from posframe_promotions.solving.closed import closed_form
from posframe_promotions.solving.exchange import Exchange
from posframe_promotions.solving.greedy import greedy
from posframe_promotions.solving.layers import Layers, assignment_of
from posframe_promotions.solving.problem import SCALE, problem_of
from posframe_promotions.solving.shares import plain, sharpened
from posframe_promotions.solving.solution import Solution

if TYPE_CHECKING:
    from posframe_promotions.solving.component import Component
    from posframe_promotions.solving.layers import Pass
    from posframe_promotions.solving.offers import Limit
    from posframe_promotions.solving.problem import Problem
    from posframe_promotions.solving.shares import Shares

WIDTHS: Final = ((8, 0), (64, 16), (256, 32), (1024, 64), (4096, 0), (None, 0))
"""Of the passes, and how much exchange comes before each, in passes with one state.

Where there is work for the widest, they find the optimum or nearly so, and prove it; the more a
pass has to drop, the more exchange gains.
"""
BROAD: Final = 500
"""Transitions of a pass with one state from which on there is hardly work for eight at a scan."""
BROAD_EXCHANGE: Final = 3
"""How much exchange comes first of all then, in passes with one state."""
PLAIN_WORK_MAX: Final = 600
"""Transitions that are tried without bounds first: small components are solved by then."""


def solve_component(component: Component, limit: Limit) -> Solution:
    """Assign the units of ``component`` to its offers for the largest saving found."""
    problem = problem_of(component)
    if not problem.offers:
        return _proven(problem, Assignment(), 0)
    if len(problem.offers) == 1:
        closed = closed_form(problem)
        if closed is not None:
            return _proven(problem, closed, len(problem.classes))
    return _Search(problem, limit.transitions).run()


class _Search:
    """One component being solved: the best so far, and what can still be above it."""

    def __init__(self, problem: Problem, work_max: int) -> None:
        self._problem = problem
        self._work_max = work_max
        self._work = 0
        self._best = Solution((), 0, 0, 0)
        self._assignment = Assignment()
        self._improving: Exchange | None = None
        self._worth = 0
        self._ceiling_minor = 0

    def run(self) -> Solution:
        problem = self._problem
        if 2 * problem.breadth <= min(PLAIN_WORK_MAX, self._work_max):
            first = Layers(problem, plain(problem)).run(None, min(PLAIN_WORK_MAX, self._work_max))
            self._work += first.work
            if first.worth is not None and problem.is_complete:
                return _proven(problem, assignment_of(problem, first.choices), self._work)
        self._keep(greedy(problem))
        shares = sharpened(problem)
        self._ceiling_minor = self._ceiling(shares.bound())
        if problem.breadth >= BROAD:
            self._exchange(shares, BROAD_EXCHANGE)
        layers: Layers | None = None
        for width, exchanged in WIDTHS:
            self._exchange(shares, exchanged)
            if self._short_by_minor == 0 or not self._has_work_for(width):
                break
            layers = layers or Layers(problem, shares)
            self._pass(layers.run(width, self._work_max - self._work, self._worth))
        return Solution(self._best.used, self._best.saving_minor, self._short_by_minor, self._work)

    @property
    def _short_by_minor(self) -> int:
        return max(0, self._ceiling_minor - self._best.saving_minor)

    def _exchange(self, shares: Shares, exchanged: int) -> None:
        """Let offers exchange units in the best assignment, for so much work or to its end."""
        breadth, left = self._problem.breadth, self._work_max - self._work
        if self._short_by_minor == 0 or not exchanged or left < breadth:
            return
        if self._improving is None or self._improving.assignment is not self._assignment:
            self._improving = Exchange(self._problem, shares, self._assignment)
        # Cut short by the limit it spends all of it: nothing follows that more work would not do.
        self._work += self._improving.run(min(left, exchanged * breadth))
        self._keep(self._improving.assignment)

    def _pass(self, passed: Pass) -> None:
        self._work += passed.work
        if passed.worth is not None:
            self._keep(assignment_of(self._problem, passed.choices))
        if passed.is_whole and self._problem.is_complete:
            reached = self._worth if passed.dropped is None else passed.dropped
            self._ceiling_minor = min(self._ceiling_minor, self._ceiling(reached))

    def _keep(self, assignment: Assignment) -> None:
        used, units = used_by(self._problem, assignment)
        saving_minor = sum(each.saving_minor for each in used)
        worth = saving_minor * SCALE - units
        if worth > self._worth:
            self._worth, self._assignment = worth, assignment
            self._best = Solution(tuple(used), saving_minor, 0, 0)

    def _ceiling(self, worth: int) -> int:
        """Return the largest saving of an assignment with no more worth."""
        return max(self._best.saving_minor, (worth + self._problem.units) // SCALE)

    def _has_work_for(self, width: int | None) -> bool:
        """Tell whether a pass may end in the work that is left: half its layers being full."""
        least = self._problem.breadth * min(width or 64, 64) // 2
        return self._work + least <= self._work_max


def _proven(problem: Problem, assignment: Assignment, work: int) -> Solution:
    used, _ = used_by(problem, assignment)
    return Solution(tuple(used), sum(each.saving_minor for each in used), 0, work)
