"""Whose drawer takes the cash of this moment, and what should be in each drawer. Pure.

A drawer that no shift is open on holds what the last count left. Cash that no shift took lies
beside it: where a till has one drawer, it is that one's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import RuleViolation
from posframe.kernel.domain.shift import ShiftState

if TYPE_CHECKING:
    from posframe.kernel.domain.control import Control
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.drawers import Drawer
    from posframe.kernel.domain.shift import Shift
    from posframe.kernel.domain.transaction import TillState


def taking_shift(draft: Draft) -> Shift | None:
    """Return the shift that takes cash now; None: none is open.

    What ends by itself, such as a card payment, ends in the drawer of whose sale it is, also while
    the till is locked.
    """
    control, shared = draft.state.control, draft.settings.control.shared_drawer
    signed, sale = control.signed_in, draft.state.transaction
    for operator in (
        draft.moment.operator,
        signed.operator if signed is not None else "",
        sale.operator if sale is not None else "",
    ):
        shift = control.open_shift(operator, shared=shared)
        if shift is not None:
            return shift
    return None


def shift_id(draft: Draft) -> str:
    """Return the id of the shift that takes cash now; empty: none is open."""
    shift = taking_shift(draft)
    return shift.id if shift is not None else ""


def drawer_id(draft: Draft) -> str:
    """Return the drawer that takes cash now; empty: no shift is open on any."""
    shift = taking_shift(draft)
    return shift.drawer if shift is not None else ""


def check_shift(draft: Draft) -> None:
    """Refuse cash that would lie in a drawer without being in its shift.

    Raises:
        RuleViolation: no shift is open and the shop wants one, or those that are open are others'.
    """
    if taking_shift(draft) is not None:
        return
    if draft.settings.control.shift_needed:
        raise RuleViolation("Cash needs an open shift", hint="open a shift first: .shift open")
    away = {each.id for each in draft.state.control.drawers if not each.till}
    for shift in draft.state.control.shifts:
        if shift.state is ShiftState.OPEN and shift.drawer not in away:
            raise RuleViolation(
                f"Drawer {shift.drawer} is in the shift of {shift.operator}",
                hint="open a shift of your own first: .shift open",
            )


def drawers_of(draft: Draft) -> tuple[Drawer, ...]:
    """Return all drawers that this till knows: those configured, as they stand now."""
    known = {each.id: each for each in draft.state.control.drawers}
    configured = (known.pop(each.id, each) for each in draft.settings.control.drawers)
    return (*configured, *known.values())


def is_alone(draft: Draft, drawer: Drawer) -> bool:
    """Tell whether a drawer is the only one at this till: cash that no shift took is in it."""
    return all(each.id == drawer.id or not each.till for each in drawers_of(draft))


def worth_minor(control: Control, drawer: Drawer) -> int:
    """Return what should be in a drawer, cash for sales that are not finished apart."""
    shift = open_on(control, drawer.id)
    return shift.cash.expected_minor if shift is not None else drawer.left_minor or 0


def open_on(control: Control, drawer: str) -> Shift | None:
    """Return the shift that is open on a drawer."""
    for each in control.shifts:
        if each.drawer == drawer and each.state is ShiftState.OPEN:
            return each
    return None


def loose_minor(state: TillState) -> int:
    """Return the cash at the till that is in no drawer it knows: taken while no shift was open."""
    control = state.control
    in_drawers = sum(worth_minor(control, each) for each in control.drawers if each.till)
    return state.drawer_minor - in_drawers


def unfinished_minor(state: TillState, drawer: str, *, alone: bool) -> int:
    """Return the cash in a drawer that was handed over for sales which are not finished yet.

    Args:
        state: the till's.
        drawer: id.
        alone: it is the only one here, so what was in no drawer is in it.
    """
    sales = (*((state.transaction,) if state.transaction else ()), *state.suspended)
    drawers = {drawer, ""} if alone else {drawer}
    return sum(
        each.own_cash_minor for sale in sales for each in sale.applied if each.drawer in drawers
    )
