"""Whose drawer takes the cash of this moment, and what should be in each drawer. Pure.

A drawer that no shift is open on holds what the last count left. Cash that no shift took lies
beside it, in one drawer for good: the first fixed one of the till's settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import RuleViolation
from posframe.kernel.domain.shift import FOREIGN, ShiftState, TenderSum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.control import Control
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.drawers import Drawer
    from posframe.kernel.domain.shift import Shift
    from posframe.kernel.domain.tender import Tender
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
    """Return the drawer that takes cash now; empty: no shift is open on the only one."""
    shift = taking_shift(draft)
    if shift is not None:
        return shift.drawer
    return home_id(draft) if len(draft.settings.control.drawers) > 1 else ""


def home_id(draft: Draft) -> str:
    """Return the drawer that cash is in which no shift took, whatever stands here now.

    Floating drawers come and go: one is it only where there is no other.
    """
    drawers = draft.settings.control.drawers
    fixed = [each for each in drawers if not each.floating]
    return next((each.id for each in fixed or drawers), "")


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


def is_home(draft: Draft, drawer: Drawer) -> bool:
    """Tell whether cash that no shift took is in this drawer."""
    return drawer.id == home_id(draft)


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


def unfinished_minor(state: TillState, drawer: str, *, home: bool) -> int:
    """Return the cash in a drawer that was handed over for sales which are not finished yet.

    Args:
        state: the till's.
        drawer: id.
        home: what was in no drawer by name is in it.
    """
    return sum(each.own_cash_minor for each in _unfinished(state, drawer, home=home))


def unfinished_foreign(state: TillState, drawer: str, *, home: bool) -> tuple[TenderSum, ...]:
    """Return the foreign notes in a drawer that are for sales not finished yet, by currency.

    Args:
        state: the till's.
        drawer: id.
        home: what was in no drawer by name is in it.
    """
    found: dict[str, int] = {}
    for each in _unfinished(state, drawer, home=home):
        if each.foreign_currency:
            before = found.get(each.foreign_currency, 0)
            found[each.foreign_currency] = before + each.foreign_minor
    return tuple(TenderSum(type=f"{FOREIGN}{each}", minor=found[each]) for each in sorted(found))


def _unfinished(state: TillState, drawer: str, *, home: bool) -> Iterable[Tender]:
    sales = (*((state.transaction,) if state.transaction else ()), *state.suspended)
    drawers = {drawer, ""} if home else {drawer}
    return (each for sale in sales for each in sale.applied if each.drawer in drawers)
