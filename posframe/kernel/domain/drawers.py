"""Drawers: where each stands, who answers for it, and which shift may open on it. Pure.

A drawer holds money; a till is where one sells. A fixed drawer stays at its till, a floating one
goes with its operator from till to till, its shift with it. Its sums are ``shift_reckoning``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.counting import Count
from posframe.kernel.domain.shift import Difference, Shift, ShiftCash, ShiftState, TenderSum
from posframe.kernel.domain.shift_reckoning import foreign_joined, foreign_sums
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.kernel.domain.shift import ShiftRules


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Drawer(Value):
    """A container of money that somebody answers for."""

    id: Annotated[str, 1]
    till: Annotated[str, 2] = ""
    """Where it stands; empty: in the safe."""
    operator: Annotated[str, 3] = ""
    """Who answers for it; empty: nobody."""
    floating: Annotated[bool, 4] = False
    """True: it goes from till to till."""
    left_minor: Annotated[int | None, 5] = None
    """What is in it while no shift is open on it, as the last count found it; None: never counted.

    Cash that was handed over for a sale which is not finished yet is no part of it.
    """
    shift: Annotated[str, 6] = ""
    """The shift that has it, or had it last."""
    left_foreign: Annotated[tuple[TenderSum, ...], 7] = ()
    """Foreign notes that are in it while no shift is open on it, by currency, as counted."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Opening(Value):
    """A shift that is about to open."""

    id: str
    business_date: str
    operator: str
    at_us: int
    count: Count
    """The float, as counted: it holds, whatever was told."""
    float_told_minor: int | None = None
    """What was left in the drawer by the till's reckoning; where it has none, what was said."""
    float_said_minor: int | None = None
    """What was said to be in it; None: nobody said."""
    unfinished_minor: int = 0
    """How much of the count was handed over for sales that are not finished yet."""
    unfinished_foreign: tuple[TenderSum, ...] = ()
    """The same of foreign notes, by currency."""
    float_foreign: tuple[Difference, ...] = ()
    """What was left of foreign notes, and what was found."""


def opened(
    drawer: Drawer, opening: Opening, shifts: Sequence[Shift], rules: ShiftRules
) -> tuple[Drawer, Shift]:
    """Return the drawer in somebody's hands, and the shift that opens on it.

    Args:
        drawer: at a till.
        opening: who opens, when, and the float as counted.
        shifts: those that are not confirmed yet, of every drawer.
        rules: of the shop.

    Raises:
        RuleViolation: nobody is named, a shift is open on it or by them already, it stands at no
            till, or too many shifts wait to be confirmed.
    """
    if not opening.operator:
        raise RuleViolation("A shift is somebody's", hint="sign in first")
    if not drawer.till:
        raise RuleViolation(
            f"Drawer {drawer.id} stands at no till", hint="bring it to a till first"
        )
    for shift in shifts:
        if shift.state is ShiftState.OPEN:
            _check_apart(shift, drawer, opening)
    waiting = sum(shift.state is ShiftState.ENDED for shift in shifts)
    if rules.unconfirmed_max and waiting >= rules.unconfirmed_max:
        raise RuleViolation(
            f"{waiting} shifts wait to be confirmed", hint="confirm their takings first"
        )
    shift = Shift(
        id=opening.id,
        business_date=opening.business_date,
        drawer=drawer.id,
        operator=opening.operator,
        opened_us=opening.at_us,
        cash=ShiftCash(
            opening_float_minor=opening.count.total_minor,
            unfinished_minor=-opening.unfinished_minor,
        ),
        taken=foreign_joined(foreign_sums(opening.count), opening.unfinished_foreign, -1),
        float_told_minor=opening.float_told_minor,
        float_said_minor=opening.float_said_minor,
        float_foreign=opening.float_foreign,
    )
    return attrs.evolve(drawer, operator=opening.operator), shift


def closed(drawer: Drawer) -> Drawer:
    """Return the drawer in nobody's hands, after its shift was ended."""
    return attrs.evolve(drawer, operator="")


def placed(drawer: Drawer, till: str, drawers: Sequence[Drawer]) -> Drawer:
    """Return the drawer at a till, or in the safe if that is empty; its shift goes with it.

    Raises:
        RuleViolation: a fixed drawer would leave its till, or its operator has one there already.
    """
    if till == drawer.till:
        return drawer
    if drawer.till and not drawer.floating:
        raise RuleViolation(
            f"Drawer {drawer.id} belongs to till {drawer.till}",
            hint="end its shift, and open one on a drawer of the other till",
        )
    for other in drawers:
        if till and drawer.operator and (other.till, other.operator) == (till, drawer.operator):
            raise RuleViolation(
                f"{drawer.operator} holds drawer {other.id} at till {till} already",
                hint="hand one of them over first",
            )
    return attrs.evolve(drawer, till=till)


def _check_apart(shift: Shift, drawer: Drawer, opening: Opening) -> None:
    if shift.id == opening.id or shift.drawer == drawer.id:
        raise RuleViolation(
            f"Shift {shift.id} of {shift.operator} is open on drawer {shift.drawer}",
            hint="end it, or have the drawer handed over",
        )
    if shift.operator == opening.operator:
        raise RuleViolation(
            f"{shift.operator} has shift {shift.id} open on drawer {shift.drawer}",
            hint="end it or hand it over first",
        )
