"""Opening a transaction: by the first thing sold, on the business day of that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.events import DayOpened, TransactionOpened

if TYPE_CHECKING:
    from posframe.kernel.domain.draft import Draft


def ensure_day(draft: Draft) -> None:
    """Open the business day if a new one began.

    It never goes back: a clock set to yesterday does not reopen it. A sale that is open stays on
    the day it was opened, unless a Z has closed that day: then it ends on the day of its end.
    Where a Z ends the day, it lasts until then, whatever the clock says.
    """
    state, today = draft.state, draft.moment.local_date
    is_open = state.control.day_open
    if state.transaction is not None and is_open:
        return
    if draft.settings.control.day_ends_by_z:
        if not is_open:
            draft.add(DayOpened(max(today, state.business_date)))
    elif today > state.business_date:
        draft.add(DayOpened(today))


def leave_closed_day(draft: Draft) -> None:
    """Open the business day of this moment where a Z has closed the last one, of an earlier date.

    For what ends or repeats something, such as a count: it is booked on no day that is closed, and
    where yesterday is still open it belongs to that.
    """
    state, today = draft.state, draft.moment.local_date
    control = state.control
    if control.last_z is not None and not control.day_open and today > state.business_date:
        draft.add(DayOpened(today))


def ensure_open(draft: Draft) -> None:
    """Open a transaction if none is open, on the business day of this moment."""
    ensure_day(draft)
    state, moment = draft.state, draft.moment
    if state.transaction is not None:
        return
    draft.add(
        TransactionOpened(
            transaction=moment.id,
            number=state.last_transaction_number + 1,
            opened_us=moment.wall_us,
            operator=moment.operator,
            currency=state.currency,
            policy=moment.policy,
            training=draft.settings.training,
        )
    )
