"""Notes of rows about people, approvals, shifts and the day.

Some are about somebody else than who was at the till: a difference is that of the shift's operator,
a wrong PIN that of a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.exceptions.notes import Fields, NoteKind
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.shift import CASH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _approval(event: ev.ApprovalGiven) -> Fields:
    actor = {"actor": event.operator} if event.operator else {}
    return {
        "kind": NoteKind.APPROVAL,
        "about": event.action,
        "person": event.approver,
        "minor": abs(event.amount_minor),
        **actor,
    }


def _asked(event: ev.ApprovalAsked) -> Fields:
    request = event.request
    return {
        "kind": NoteKind.APPROVAL_ASKED,
        "about": request.permission,
        "minor": abs(request.amount_minor or 0),
        "actor": request.operator,
    }


def _granted(event: ev.ApprovalGranted) -> Fields:
    return {
        "kind": NoteKind.APPROVAL_GRANTED,
        "about": event.mark,
        "person": event.approval.approver,
        "actor": event.approval.request.operator,
    }


def _denied(event: ev.ApprovalDenied) -> Fields:
    request = event.request
    kind = NoteKind.APPROVAL_TRIED if event.without_say else NoteKind.APPROVAL_DENIED
    return {
        "kind": kind,
        "about": request.permission,
        "person": event.approver,
        "minor": abs(request.amount_minor or 0),
        "actor": request.operator,
    }


def _signed_on(event: ev.SignedOn) -> Fields:
    return {"kind": NoteKind.SIGNED_ON, "actor": event.operator, "about": event.mark}


def _left(event: ev.SignedOff | ev.TillLocked) -> Fields:
    return {"kind": NoteKind.LEFT, "actor": event.operator}


def _try_failed(event: ev.TryFailed) -> Fields:
    """Whose number it is, if anybody's, is not in the row: other rows tell."""
    return {"kind": NoteKind.TRY_FAILED, "actor": "", "about": event.mark}


def _freed(event: ev.NumberFreed) -> Fields:
    return {"kind": NoteKind.NUMBER_FREED, "about": event.mark}


def _looked(event: ev.PriceLooked) -> Fields:
    actor = {"actor": event.operator} if event.operator else {}
    return {"kind": NoteKind.PRICE_LOOK, **actor}


def _shift_opened(event: ev.ShiftOpened) -> Fields:
    shift = event.shift
    return {"kind": NoteKind.SHIFT_OPENED, "about": shift.id, "actor": shift.operator}


def _shift_ended(event: ev.ShiftEnded) -> Fields:
    return {"kind": NoteKind.SHIFT_ENDED, "about": event.id, "actor": event.declared.operator}


def _recounted(event: ev.ShiftRecounted) -> Fields:
    return {"kind": NoteKind.RECOUNTED, "about": event.id, "actor": event.declared.operator}


def _confirmed(event: ev.ShiftConfirmed) -> Fields:
    shift = event.shift
    return {
        "kind": NoteKind.SHIFT_CONFIRMED,
        "about": shift.id,
        "actor": shift.operator,
        "person": shift.confirmed_by,
        "minors": tuple((each.type, each.minor) for each in event.differences if each.minor),
        "number": int(_agreed_again(event)),
    }


def _agreed_again(event: ev.ShiftConfirmed) -> bool:
    """Tell whether the cash was right to the minor unit at the second count, and not at the first.

    Who is not told what should be there seldom corrects a miscount to exactly that.
    """
    cash = next((each for each in event.differences if each.type == CASH), None)
    if len(event.shift.counts) < 2 or cash is None or cash.minor:
        return False
    return event.shift.counts[0].cash.total_minor != cash.expected_minor


def _day_closed(_event: ev.DayClosed) -> Fields:
    return {"kind": NoteKind.DAY_CLOSED}


CONTROL_NOTES: Mapping[type, Callable[[Any], Fields]] = {
    ev.ApprovalGiven: _approval,
    ev.ApprovalAsked: _asked,
    ev.ApprovalGranted: _granted,
    ev.ApprovalDenied: _denied,
    ev.SignedOn: _signed_on,
    ev.SignedOff: _left,
    ev.TillLocked: _left,
    ev.TryFailed: _try_failed,
    ev.NumberFreed: _freed,
    ev.PriceLooked: _looked,
    ev.ShiftOpened: _shift_opened,
    ev.ShiftEnded: _shift_ended,
    ev.ShiftRecounted: _recounted,
    ev.ShiftConfirmed: _confirmed,
    ev.DayClosed: _day_closed,
}
