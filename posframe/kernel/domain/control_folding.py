"""How events change who is at the till, whose money is in it, and what the day came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.approvals import is_of_sale
from posframe.kernel.domain.control import Control, Message, SignedIn
from posframe.kernel.domain.day_figures import has_trade
from posframe.kernel.domain.day_totals import counted, opened
from posframe.kernel.domain.shift_effects import cash_effect
from posframe.kernel.domain.shift_folding import SHIFT_FOLDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.transaction import TillState

MESSAGES_MAX = 50
"""Older ones are let go: nobody reads more than that at sign-in."""

_evolve = attrs.evolve


def with_totals(after: TillState, event: Any, before: TillState) -> TillState:  # noqa: ANN401 - any event
    """Return a state whose totals of the day have one more event."""
    control = after.control
    totals = counted(control.totals, event, before)
    if totals is control.totals:
        return after
    return _evolve(after, control=_evolve(control, totals=totals))


def _signed_on(control: Control, event: ev.SignedOn) -> Control:
    return _evolve(
        control,
        signed_in=SignedIn(operator=event.operator, role=event.role, since_us=event.at_us),
        lockouts=control.lockouts.cleared(event.mark) if event.mark else control.lockouts,
        asking=None,
    )


def _signed_off(control: Control, _event: ev.SignedOff) -> Control:
    return _evolve(control, signed_in=None, asking=None)


def _locked(control: Control, _event: ev.TillLocked) -> Control:
    assert control.signed_in is not None, "only what somebody works at is locked"
    return _evolve(control, signed_in=_evolve(control.signed_in, locked=True), asking=None)


def _try_failed(control: Control, event: ev.TryFailed) -> Control:
    return _evolve(control, lockouts=control.lockouts.failed(event.mark, event.at))


def _number_freed(control: Control, event: ev.NumberFreed) -> Control:
    return _evolve(control, lockouts=control.lockouts.cleared(event.mark))


def _message_left(control: Control, event: ev.MessageLeft) -> Control:
    message = Message(
        id=event.id, author=event.author, text=event.text, left_us=event.left_us, to=event.to
    )
    return _evolve(control, messages=(*control.messages, message)[-MESSAGES_MAX:])


def _message_read(control: Control, event: ev.MessageRead) -> Control:
    messages = (
        _evolve(each, read_by=(*each.read_by, event.operator)) if each.id == event.id else each
        for each in control.messages
    )
    # One that was for one operator alone has reached whom it was for.
    return _evolve(control, messages=tuple(each for each in messages if not _is_done(each)))


def _is_done(message: Message) -> bool:
    return bool(message.to) and message.to in message.read_by


def _asked(control: Control, event: ev.ApprovalAsked) -> Control:
    return _evolve(control, asking=event.request, asked_at=event.at)


def _granted(control: Control, event: ev.ApprovalGranted) -> Control:
    lockouts = control.lockouts.cleared(event.mark) if event.mark else control.lockouts
    return _evolve(
        control,
        approvals=control.approvals.given(event.approval),
        lockouts=lockouts,
        asking=None,
    )


def _denied(control: Control, _event: ev.ApprovalDenied) -> Control:
    return _evolve(control, asking=None)


def _used(control: Control, event: ev.ApprovalGiven) -> Control:
    if not event.id:
        return control
    approval = control.approvals.open.get(event.id)
    is_answered = approval is not None and approval.request == control.asking
    asking = None if is_answered else control.asking
    return _evolve(control, approvals=control.approvals.used(event.id), asking=asking)


def without_gone(after: TillState, before: TillState) -> TillState:
    """Return a state in which nothing waits for an approval that is about a sale not open now."""
    asking, sale = after.control.asking, before.transaction
    if asking is None or sale is None or after.transaction is not None:
        return after
    if not is_of_sale(asking, sale.number):
        return after
    return _evolve(after, control=_evolve(after.control, asking=None))


def _day_opened(control: Control, event: ev.DayOpened) -> Control:
    if control.day_open:
        return control
    return _evolve(control, day_open=True, open_since=_since(control, event))


def _since(control: Control, event: ev.DayOpened) -> str:
    """Return the date of the first day no Z has closed: what was sold after a Z was of its day."""
    last = control.last_z
    went_on = last is not None and has_trade(control.totals)
    return last.business_date if last is not None and went_on else event.business_date


_FOLDS: dict[type, Callable[[Control, Any], Control]] = {
    ev.DayOpened: _day_opened,
    ev.SignedOn: _signed_on,
    ev.SignedOff: _signed_off,
    ev.TillLocked: _locked,
    ev.TryFailed: _try_failed,
    ev.NumberFreed: _number_freed,
    ev.MessageLeft: _message_left,
    ev.MessageRead: _message_read,
    ev.ApprovalAsked: _asked,
    ev.ApprovalGranted: _granted,
    ev.ApprovalDenied: _denied,
    ev.ApprovalGiven: _used,
    **SHIFT_FOLDS,
}


def _day_closed(state: TillState, event: ev.DayClosed) -> TillState:
    """Begin the totals anew, with what the drawer holds."""
    control = _evolve(
        state.control,
        totals=opened(state.drawer_minor, state.control.totals.foreign_notes),
        last_z=event.report,
        day_open=False,
        open_since="",
    )
    return _evolve(state, control=control)


def fold_control(state: TillState, event: Any) -> TillState:  # noqa: ANN401 - any event
    """Return the state with what an event changes of its control; most change nothing."""
    if type(event) is ev.DayClosed:
        return _day_closed(state, event)
    fold = _FOLDS.get(type(event))
    if fold is None:
        return state
    control, effect = fold(state.control, event), cash_effect(state.control, event)
    if effect is not None and effect.gained_minor:
        return _evolve(
            state, control=control, drawer_minor=state.drawer_minor + effect.gained_minor
        )
    return state if control is state.control else _evolve(state, control=control)
