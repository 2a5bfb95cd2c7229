"""Can this drawer be counted for that, and what is in it? Asked before anybody counts. Pure.

The same is asked again when the count is done: what a count found holds for a drawer that nobody
used meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import shift_reckoning as reckoning
from posframe.kernel.domain.cash_drawer import (
    is_home,
    loose_minor,
    unfinished_foreign,
    unfinished_minor,
)
from posframe.kernel.domain.counting import Count
from posframe.kernel.domain.drawers import Drawer, Opening, opened
from posframe.kernel.domain.shift import FOREIGN, Declared, ShiftCash, ShiftState, TenderSum
from posframe.kernel.domain.shift_choice import (
    drawer_named,
    ended_meant,
    free_drawer,
    is_as_counted,
    open_meant,
)
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.shift import Shift


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DrawerSeen(Value):
    """What lies in a drawer by the till's own reckoning, to tell whether anything was moved."""

    drawer: Drawer
    shift: str = ""
    """Whose drawer it is; empty: it is about to be somebody's."""
    cash: ShiftCash = ShiftCash()
    taken: tuple[TenderSum, ...] = ()
    """Foreign notes, and what is added up by hand."""
    loose_minor: int = 0
    unfinished_minor: int = 0
    unfinished_foreign: tuple[TenderSum, ...] = ()


def float_countable(draft: Draft, drawer_id: str) -> DrawerSeen:
    """Return the drawer whose float is to be counted.

    Raises:
        RuleViolation: no shift can open on it now.
    """
    drawer = free_drawer(draft, drawer_id)
    operator = draft.moment.operator
    opening = Opening(id="", business_date="", operator=operator, at_us=0, count=Count())
    opened(drawer, opening, draft.state.control.shifts, draft.settings.control.shift_rules)
    return _seen(draft, drawer)


def end_countable(draft: Draft, shift_id: str) -> DrawerSeen:
    """Return the drawer that is counted to end a shift.

    Raises:
        RuleViolation: there is no such shift, or it is ended.
    """
    return _seen_of(draft, open_meant(draft, shift_id))


def recount_countable(draft: Draft, shift_id: str) -> DrawerSeen:
    """Return the drawer that is counted once more.

    Raises:
        RuleViolation: there is no such shift, or this count could not hold.
    """
    shift = ended_meant(draft, shift_id)
    check_recount(draft, shift)
    return _seen_of(draft, shift)


def hand_over_countable(draft: Draft, to: str) -> DrawerSeen:
    """Return the drawer that two count, of whom the second takes it.

    Raises:
        RuleViolation: there is none to hand over, or not to this one.
    """
    shift = open_meant(draft, "")
    reckoning.handed_over(shift, _NOTHING, to, "")
    check_takes(draft, to)
    return _seen_of(draft, shift)


def check_recount(draft: Draft, shift: Shift) -> None:
    """Refuse a recount that could not hold.

    Raises:
        RuleViolation: the drawer is not as it was counted, or the shift was counted twice.
    """
    if shift.state is ShiftState.ENDED and not is_as_counted(draft, shift):
        raise RuleViolation(
            f"Drawer {shift.drawer} is not as it was counted: in use again, away, or changed",
            hint=f"the first count stands: give a reason with .shift explain {shift.id}",
        )
    reckoning.recounted(shift, _NOTHING)


def check_takes(draft: Draft, operator: str) -> None:
    """Refuse to hand a drawer to somebody who has one.

    Raises:
        RuleViolation: they have.
    """
    for each in draft.state.control.shifts:
        if each.state is ShiftState.OPEN and each.operator == operator:
            raise RuleViolation(
                f"{operator} has shift {each.id} open on drawer {each.drawer}",
                hint="that one is ended or handed over first",
            )


def _seen_of(draft: Draft, shift: Shift) -> DrawerSeen:
    by_hand = draft.settings.control.shift_rules.declared_types
    return attrs.evolve(
        _seen(draft, drawer_named(draft, shift.drawer)),
        shift=shift.id,
        cash=shift.cash,
        taken=tuple(
            each for each in shift.taken if each.type in by_hand or each.type.startswith(FOREIGN)
        ),
    )


def _seen(draft: Draft, drawer: Drawer) -> DrawerSeen:
    state, home = draft.state, is_home(draft, drawer)
    return DrawerSeen(
        drawer=drawer,
        loose_minor=loose_minor(state) if home else 0,
        unfinished_minor=unfinished_minor(state, drawer.id, home=home),
        unfinished_foreign=unfinished_foreign(state, drawer.id, home=home),
    )


_NOTHING = Declared(operator="", at_us=0, cash=Count())
"""What nobody has counted yet."""
