"""The dynamic programme: units in descending price, states of how full every open deal is.

A state's worth is what was saved so far, scaled, less one for each unit in a deal (of equal
savings the one with fewer units in deals is wanted), plus what its open deals were credited in
advance by the shares (``shares``). A layer is a dictionary from state to worth, parent and option
in one int, so that the better of two ways to a state is one comparison, equal ones decided by
canonical order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe_promotions.solving.assignment import Assignment
from posframe_promotions.solving.capped import CappedDeals, OpenDeals
from posframe_promotions.solving.problem import SCALE, Choice
from posframe_promotions.solving.savings import room_of
from posframe_promotions.solving.slots import CLOSES, Steps
from posframe_promotions.solving.trimming import LOWEST, TAIL_BITS, Trimmer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.problem import Problem
    from posframe_promotions.solving.shares import Shares

OPTION_BITS: Final = 10
_PARENTS: Final = (1 << TAIL_BITS - OPTION_BITS) - 1
_LEFT: Final = (1 << OPTION_BITS) - 1
"""The option of a unit that no deal takes: before all others where worths are equal."""

TRIM_FROM: Final = 7
"""States from which on a layer is looked through for what cannot reach the best known."""

Option = tuple[int, Steps, "Gains"]
"""Mask of the offer's field, its steps, and what each kind of step adds."""


@attrs.frozen
class Pass:
    """How a pass ended."""

    worth: int | None
    """Scaled saving less units in deals, comparable between passes; None: it found nothing."""
    choices: list[Choice | None]
    """Of each unit, in the order of the classes; None: no deal takes it."""
    dropped: int | None
    """The most worth that anything it dropped could have come to; None: it dropped nothing."""
    work: int
    is_whole: bool = True
    """Whether it came to its end before its work did."""


class Layers:
    """One problem under one set of shares, ready to be passed through at several widths."""

    def __init__(self, problem: Problem, shares: Shares) -> None:
        self._problem = problem
        self._shares = shares
        self._options = [self._options_of(at) for at in range(len(problem.classes))]
        self._trimmer: Trimmer | None = None

    def run(self, width: int | None, work_max: int, known: int = LOWEST) -> Pass:
        """Pass through all units.

        Args:
            width: states that a layer may keep; None: all.
            work_max: transitions after which nothing is found.
            known: a worth that was reached already; what cannot come to it is let go.
        """
        problem, work = self._problem, 0
        layer = {0: self._shares.start << TAIL_BITS}
        history: list[list[int]] = []
        dropped = LOWEST
        for at, each in enumerate(problem.classes):
            options, leave = self._options[at], self._shares.leave[at]
            for _ in range(each.count):
                work += len(layer) * (1 + len(options))
                if work > work_max:
                    return Pass(None, [], None, work_max, is_whole=False)
                layer = _advanced(layer, leave, options)
                for mask, closable in problem.checks[len(history)]:
                    layer = {
                        state: worth for state, worth in layer.items() if closable[state & mask]
                    }
                if known > LOWEST and len(layer) > TRIM_FROM:
                    if self._trimmer is None:
                        self._trimmer = Trimmer(problem, self._shares)
                    layer, lost = self._trimmer.trimmed(layer, len(history), width, known)
                    dropped = max(dropped, lost)
                history.append(list(layer.values()))
                if not layer:
                    return Pass(None, [], None if dropped == LOWEST else dropped, work)
        worth, choices = self._traced(layer, history)
        return Pass(worth, choices, None if dropped == LOWEST else dropped, work)

    def _options_of(self, at: int) -> list[Option]:
        problem, shares = self._problem, self._shares
        options = []
        for option, choice in enumerate(problem.ways[at]):
            slot = problem.slots[choice.slot]
            if isinstance(slot, CappedDeals):
                room_minor = room_of(problem.offers[choice.slot], problem.classes[at].price_minor)
                steps = slot.steps_of(choice.group, choice.alternative, room_minor)
            else:
                steps = slot.steps[choice.group]
            options.append((slot.mask, steps, Gains(shares.gains(choice), _LEFT - 1 - option)))
        return options

    def _traced(
        self, layer: dict[int, int], history: list[list[int]]
    ) -> tuple[int, list[Choice | None]]:
        worth, packed = max(
            ((packed >> TAIL_BITS) - self._shares.unused(state), packed)
            for state, packed in layer.items()
        )
        choices: list[Choice | None] = []
        classes = [at for at, each in enumerate(self._problem.classes) for _ in range(each.count)]
        for index in range(len(classes) - 1, -1, -1):
            option = packed & _LEFT
            known = self._problem.ways[classes[index]]
            choices.append(None if option == _LEFT else known[_LEFT - 1 - option])
            parent = _PARENTS - (packed >> OPTION_BITS & _PARENTS)
            packed = history[index - 1][parent] if index else 0
        choices.reverse()
        return worth, choices


def _advanced(layer: dict[int, int], leave: int, options: Sequence[Option]) -> dict[int, int]:
    """Let the next unit be left out, and try every option with it, from every state."""
    base = [
        (state, (packed >> TAIL_BITS << TAIL_BITS) | (_PARENTS - parent) << OPTION_BITS)
        for parent, (state, packed) in enumerate(layer.items())
    ]
    added = leave << TAIL_BITS | _LEFT
    advanced = {state: worth + added for state, worth in base}
    get = advanced.get
    for mask, steps, gains in options:
        for state, worth in base:
            step = steps[state & mask]
            if step is None:
                continue
            reached = state + step[0]
            better = worth + gains[step[1]]
            if get(reached, LOWEST) < better:
                advanced[reached] = better
    return advanced


class Gains(dict[int, int]):
    """What each kind of step adds to worth and option."""

    def __init__(self, gains: Sequence[int], option: int) -> None:
        super().__init__((kind, gain << TAIL_BITS | option) for kind, gain in enumerate(gains))

    def __missing__(self, kind: int) -> int:
        short_minor = kind - CLOSES
        found = self[kind] = self[CLOSES] - (short_minor * SCALE << TAIL_BITS)
        return found


def assignment_of(problem: Problem, choices: Sequence[Choice | None]) -> Assignment:
    """Put together what units chose, in the order of the classes."""
    found = Assignment()
    open_deals: dict[int, OpenDeals] = {}
    units = (at for at, each in enumerate(problem.classes) for _ in range(each.count))
    for at, choice in zip(units, choices, strict=True):
        if choice is None:
            continue
        slot = problem.slots[choice.slot]
        if isinstance(slot, CappedDeals):
            room_minor = room_of(problem.offers[choice.slot], problem.classes[at].price_minor)
            whole = slot.joined(open_deals.setdefault(choice.slot, []), choice, at, room_minor)
            if whole is not None:
                found.deals[choice.slot].append(whole)
        else:
            found.take(choice.slot, choice.group, at, 1)
    return found
