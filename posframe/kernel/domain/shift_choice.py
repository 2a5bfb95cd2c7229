"""Which drawer or shift a command means that does not name one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import RuleViolation
from posframe.kernel.domain.cash_drawer import (
    drawers_of,
    is_home,
    loose_minor,
    open_on,
    unfinished_minor,
)
from posframe.kernel.domain.foreign_notes import loose_foreign
from posframe.kernel.domain.shift import ShiftState, is_float
from posframe.kernel.domain.shift_reckoning import float_differences_of

if TYPE_CHECKING:
    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.drawers import Drawer
    from posframe.kernel.domain.shift import Shift


def drawer_named(draft: Draft, id_: str) -> Drawer:
    """Return a drawer that this till knows.

    Raises:
        RuleViolation: there is none of that name.
    """
    drawers = drawers_of(draft)
    for each in drawers:
        if each.id == id_:
            return each
    raise RuleViolation(
        f"There is no drawer {id_!r}", hint=f"one of: {', '.join(each.id for each in drawers)}"
    )


def free_drawer(draft: Draft, id_: str) -> Drawer:
    """Return the drawer that is meant: without a name the first that nobody has, or the first."""
    if id_:
        return drawer_named(draft, id_)
    here = [each for each in drawers_of(draft) if each.till]
    if not here:
        raise RuleViolation("No drawer stands at this till", hint="bring one: .drawer ID here")
    control = draft.state.control
    return next((each for each in here if open_on(control, each.id) is None), here[0])


def open_meant(draft: Draft, id_: str) -> Shift:
    """Return the open shift that is meant: without an id the operator's own, or the shared one."""
    control, settings = draft.state.control, draft.settings.control
    if id_:
        shift = shift_named(draft, id_)
        if shift.state is not ShiftState.OPEN:
            raise RuleViolation(f"Shift {id_} is ended already", hint=_after_end(draft, shift))
        _check_here(draft, shift)
        return shift
    operator = draft.moment.operator
    found = control.open_shift(operator, shared=settings.shared_drawer)
    if found is None:
        for each in control.shifts:  # one's own may be with its drawer elsewhere
            if each.state is ShiftState.OPEN and each.operator == operator:
                _check_here(draft, each)
        raise RuleViolation("You have no shift open", hint="open one: .shift open")
    return found


def _check_here(draft: Draft, shift: Shift) -> None:
    """Refuse what is done with a drawer that is not here: its cash is not in the till's."""
    if not drawer_named(draft, shift.drawer).till:
        raise RuleViolation(
            f"Drawer {shift.drawer} is away", hint=f"bring it back: .drawer {shift.drawer} here"
        )


def ended_meant(draft: Draft, id_: str, *, own: bool = True) -> Shift:
    """Return the ended shift that is meant: without an id the operator's last, or the oldest."""
    if id_:
        return shift_named(draft, id_)
    ended = [each for each in draft.state.control.shifts if each.state is ShiftState.ENDED]
    mine = [each for each in ended if draft.moment.operator in _concerned(each)]
    if own and mine:
        return mine[-1]
    if not ended:
        raise RuleViolation("No shift waits to be confirmed", hint="end one first: .shift end")
    return ended[-1] if own else ended[0]


def is_as_counted(draft: Draft, shift: Shift) -> bool:
    """Tell whether a drawer still holds what was counted: nobody had it since, nothing moved."""
    drawer = drawer_named(draft, shift.drawer)
    if drawer.shift != shift.id or not drawer.till:
        return False
    home = is_home(draft, drawer)
    lies_minor = (drawer.left_minor or 0) + unfinished_minor(draft.state, drawer.id, home=home)
    if shift.counts and lies_minor != shift.counts[-1].cash.total_minor:
        return False
    if home and loose_foreign(draft.state.control):
        return False
    return not home or not loose_minor(draft.state)


def _after_end(draft: Draft, shift: Shift) -> str:
    """Return what can still be done with an ended shift."""
    if len(shift.counts) == 1 and is_as_counted(draft, shift):
        return f"count it again with .shift recount {shift.id}"
    return f"the counts stand: .shift explain {shift.id} TYPE REASON, or .shift confirm {shift.id}"


def _concerned(shift: Shift) -> set[str]:
    return {shift.operator, *(each.operator for each in shift.counts)}


def explained_meant(draft: Draft, command: cmd.ExplainDifference) -> Shift:
    """Return the shift a reason is for: the float's is known while it is open."""
    if not is_float(command.type) or command.shift:
        return ended_meant(draft, command.shift)
    shared = draft.settings.control.shared_drawer
    found = draft.state.control.open_shift(draft.moment.operator, shared=shared)
    if found is not None and any(each.minor for each in float_differences_of(found)):
        return found
    return ended_meant(draft, "")


def shift_named(draft: Draft, id_: str) -> Shift:
    """Return a shift that is not confirmed.

    Raises:
        RuleViolation: there is none of that id.
    """
    shift = draft.state.control.shift(id_)
    if shift is None:
        raise RuleViolation(
            f"Shift {id_} is confirmed already, or there is none", hint="look at them: .shifts"
        )
    return shift
