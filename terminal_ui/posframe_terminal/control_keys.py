"""Keys about people, cash and the day; those of the lock and of approvals where people sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.keys import Action
from posframe_terminal.paint.screens import Screens

if TYPE_CHECKING:
    from posframe import Till

_SELLING: Final = ("sale", "payment", "change", "paying", "counting")
_OPEN: Final = tuple(each for each in Screens() if each != "lock")
_CASH: Final = (
    Action(
        id="cash_day",
        label="Cash",
        keys=("shift+f3",),
        contexts=("sale", "change"),
        help="Shifts, counts, cash in and out, X, Z: all that is about cash and the day",
    ),
    Action(
        id="count_done",
        label="Done",
        keys=("f9",),
        contexts=("counting",),
        help="The heaps are counted; then slips and vouchers are asked for, or it is done",
    ),
    Action(
        id="report_print",
        label="Print",
        keys=("f11",),
        contexts=("report",),
        help="Prints the report that is shown",
    ),
    Action(
        id="close_day",
        label="CLOSE",
        keys=("f9",),
        contexts=("report",),
        permission="day_close",
        help="Closes the business day by a Z; asks once more",
    ),
    Action(
        id="shift_confirm",
        label="Confirm",
        keys=("f9",),
        contexts=("shifts",),
        permission="count_confirm",
        help="Confirms the takings of the marked shift: somebody else than who counted",
    ),
)
_PEOPLE: Final = (
    Action(
        id="lock",
        label="Lock",
        keys=("home",),
        contexts=_OPEN,
        help="Locks the till; the sale waits until you sign in again",
    ),
    Action(
        id="signout",
        label="Sign out",
        contexts=_SELLING,
        help="Leaves the till; an open sale is parked, and comes back when you do",
    ),
    Action(
        id="deny",
        label="Deny",
        keys=("f8",),
        contexts=("approval",),
        help="Says no to what was asked, with a reason if there is one",
    ),
)


def control_actions(till: Till) -> tuple[Action, ...]:
    """Return the actions of this till that are about people, cash and the day."""
    return (*_CASH, *_PEOPLE) if till.signing.is_on else _CASH
