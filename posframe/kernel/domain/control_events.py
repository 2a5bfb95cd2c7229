"""Events of people, cash and the day: sign-in, approvals, messages, shifts, Z, lessons."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.approvals import Approval, Request
from posframe.kernel.domain.carried_forward import OpenMatter
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.event import event
from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.shift import Declared, Difference, Shift, TenderSum
from posframe.kernel.domain.z_report import ZReport
from posframe.value import Value


@event("operator.SignedIn")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignedOn(Value):
    """An operator began to work at the till, or came back to it after it was locked."""

    operator: Annotated[str, 1]
    role: Annotated[str, 2]
    how: Annotated[str, 3]
    """``pin``, ``badge`` or ``badge and pin``."""
    mark: Annotated[str, 4] = ""
    """Of their number: wrong tries before it count no more."""
    at_us: Annotated[int, 5] = 0


@event("operator.SignedOut")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignedOff(Value):
    """An operator left the till, or somebody else took their place."""

    operator: Annotated[str, 1]
    why: Annotated[str, 2] = ""


@event("operator.Locked")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TillLocked(Value):
    """The till takes nothing until somebody signs in."""

    operator: Annotated[str, 1]
    why: Annotated[str, 2] = ""
    """``idle``, ``asked``, or ``started``: the till began anew."""


@event("operator.TryFailed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TryFailed(Value):
    """A PIN was wrong, or nobody has that number; it is not told which."""

    mark: Annotated[str, 1]
    """Of the number that was typed, keyed: never the number."""
    at: Annotated[Instant, 2]


@event("operator.NumberFreed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class NumberFreed(Value):
    """A supervisor let a number be tried again at once."""

    mark: Annotated[str, 1]


@event("operator.MessageLeft")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class MessageLeft(Value):
    """Words were left for whoever comes next."""

    id: Annotated[str, 1]
    author: Annotated[str, 2]
    text: Annotated[str, 3]
    left_us: Annotated[int, 4]
    to: Annotated[str, 5] = ""


@event("operator.MessageRead")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class MessageRead(Value):
    """An operator has read a message."""

    id: Annotated[str, 1]
    operator: Annotated[str, 2]


@event("approval.Asked")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ApprovalAsked(Value):
    """Something waits until somebody answers for it."""

    request: Annotated[Request, 1]
    at: Annotated[Instant | None, 2] = None
    """When it was asked; None: nobody knows any more, and nobody answers for it."""


@event("approval.Granted")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ApprovalGranted(Value):
    """Somebody answers for it; once, and within a minute. ``approval.Given`` says it was used."""

    approval: Annotated[Approval, 1]
    mark: Annotated[str, 2] = ""
    """Of the approver's number: wrong tries before it count no more."""


@event("approval.Denied")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ApprovalDenied(Value):
    """Somebody said no, or had no say in it."""

    request: Annotated[Request, 1]
    approver: Annotated[str, 2]
    words: Annotated[str, 3] = ""
    without_say: Annotated[bool, 4] = False
    """True: no denial, but a try of somebody who has no say in it; it goes on waiting."""


@event("drawer.Placed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class DrawerPlaced(Value):
    """A drawer came to this till, or left it."""

    drawer: Annotated[Drawer, 1]
    gained_minor: Annotated[int, 2] = 0
    """Cash that the till gained by it; negative: it went away with it."""
    gained_foreign: Annotated[tuple[TenderSum, ...], 3] = ()
    """The same of foreign notes, by currency."""


@event("shift.Opened")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftOpened(Value):
    """Somebody answers for a drawer from here on."""

    shift: Annotated[Shift, 1]
    held_minor: Annotated[int, 2] = 0
    """What the till had in that drawer by its own reckoning before the float was counted."""
    held_foreign: Annotated[tuple[TenderSum, ...], 3] = ()
    """The same of foreign notes, by currency."""


@event("shift.Ended")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftEnded(Value):
    """A drawer was counted, and its shift takes nothing more."""

    id: Annotated[str, 1]
    declared: Annotated[Declared, 2]
    why: Annotated[str, 3] = ""
    """``handed over``, where another shift goes on with what was counted."""
    unfinished_minor: Annotated[int, 4] = 0
    """How much of what is there was handed over for sales that are not finished yet."""
    unfinished_foreign: Annotated[tuple[TenderSum, ...], 5] = ()
    """The same of foreign notes, by currency."""


@event("shift.Recounted")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftRecounted(Value):
    """A drawer was counted once more; this count holds."""

    id: Annotated[str, 1]
    declared: Annotated[Declared, 2]


@event("shift.Explained")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftExplained(Value):
    """A reason was given for what differs."""

    id: Annotated[str, 1]
    type: Annotated[str, 2]
    """As in ``Difference.type``."""
    reason: Annotated[str, 3]


@event("shift.Confirmed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftConfirmed(Value):
    """Somebody else confirmed the takings: the shift as it stands for ever."""

    shift: Annotated[Shift, 1]
    differences: Annotated[tuple[Difference, ...], 2]


@event("day.Closed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class DayClosed(Value):
    """The business day was closed by a Z. What is unfinished is carried forward, and named."""

    report: Annotated[ZReport, 1]
    carried: Annotated[tuple[OpenMatter, ...], 2] = ()
    closed_us: Annotated[int, 3] = 0
    operator: Annotated[str, 4] = ""


@event("catalogue.PriceLooked")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PriceLooked(Value):
    """Somebody asked what an item costs, and it was not sold by that."""

    sku: Annotated[str, 1]
    operator: Annotated[str, 2] = ""


@event("training.LessonEnded")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class LessonEnded(Value):
    """An operator came to the end of a lesson; stands in the live journal, as all that stays."""

    operator: Annotated[str, 1]
    lesson: Annotated[str, 2]
    version: Annotated[int, 3]
    score_milli: Annotated[int, 4]
    """Thousandths of all its points."""
    duration_us: Annotated[int, 5]
    mistakes: Annotated[tuple[str, ...], 6] = ()
    passed: Annotated[bool, 7] = False


@event("report.Opened")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReportOpened(Value):
    """Somebody looked at a report that shows what people did."""

    report: Annotated[str, 1]
    """``exceptions``."""
    operator: Annotated[str, 2]
    from_date: Annotated[str, 3] = ""
    """Business days it is about, as YYYY-MM-DD; empty: from the first, to the last."""
    to_date: Annotated[str, 4] = ""
    by_operator: Annotated[bool, 5] = False
    """True: with the figures of each operator."""


CONTROL_EVENTS: tuple[type, ...] = (
    SignedOn,
    SignedOff,
    TillLocked,
    TryFailed,
    NumberFreed,
    MessageLeft,
    MessageRead,
    ApprovalAsked,
    ApprovalGranted,
    ApprovalDenied,
    DrawerPlaced,
    ShiftOpened,
    ShiftEnded,
    ShiftRecounted,
    ShiftExplained,
    ShiftConfirmed,
    DayClosed,
    PriceLooked,
    LessonEnded,
    ReportOpened,
)
