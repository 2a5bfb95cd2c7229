"""Commands about people, cash and the day.

What ``SignIn``, ``RefuseSignIn``, ``GrantApproval``, ``DenyApproval`` and ``NoteLesson`` say was
verified by the till's own code, which alone sends them; no entry means one of them.
"""

from __future__ import annotations

import attrs

from posframe.kernel.domain.approvals import Request
from posframe.kernel.domain.counting import Count
from posframe.kernel.domain.shift import TenderSum
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignIn(Value):
    """An operator showed who they are."""

    operator: str
    role: str
    how: str
    mark: str = ""
    """Of their number, as wrong tries are kept."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RefuseSignIn(Value):
    """Somebody did not show who they are; also where an approval was to be given."""

    mark: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignOut(Value):
    """Leave the till. An open sale is parked, and comes back when its operator does."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Lock(Value):
    """Take nothing until somebody signs in; the sale stays as it is."""

    why: str = "asked"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FreeNumber(Value):
    """Let a number be tried again at once that wrong PINs have locked."""

    mark: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LeaveMessage(Value):
    """Leave words for whoever comes next."""

    text: str
    to: str = ""
    """Id of an operator; empty: everybody."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReadMessage(Value):
    """Say that a message was read; empty: all that are shown."""

    id: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AskApproval(Value):
    """Put to others what the operator may not do by themselves."""

    request: Request


@attrs.frozen(kw_only=True, eq=False, repr=False)
class GrantApproval(Value):
    """Somebody who showed who they are answers for what waits."""

    request: Request
    approver: str
    role: str
    reason: str
    mark: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DenyApproval(Value):
    """Somebody who showed who they are says no to what waits."""

    request: Request
    approver: str
    words: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PlaceDrawer(Value):
    """Bring a drawer to this till, or take it to the safe."""

    drawer: str
    here: bool = True


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpenShift(Value):
    """Take a drawer with its float."""

    count: Count
    drawer: str = ""
    """Empty: the only one, or the first that nobody has."""
    float_told_minor: int | None = None
    """What was said to be in it; it counts only where the till does not know what was left."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EndShift(Value):
    """Count the drawer blind and give it back: the first step of the close."""

    count: Count
    sums: tuple[TenderSum, ...] = ()
    """Of everything but cash that the shop has added up by hand."""
    shift: str = ""
    """Empty: the operator's own."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RecountShift(Value):
    """Count once more what did not agree."""

    count: Count
    sums: tuple[TenderSum, ...] = ()
    shift: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExplainDifference(Value):
    """Give the reason for one difference."""

    type: str
    reason: str
    shift: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ConfirmShift(Value):
    """Confirm the takings of an ended shift: the second step of the close."""

    shift: str = ""
    """Empty: the one that has waited longest."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HandOver(Value):
    """Hand the drawer to another operator in mid-shift, by a count of both."""

    count: Count
    to: str
    sums: tuple[TenderSum, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PrintX(Value):
    """Print what the day came to so far; it changes nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CloseDay(Value):
    """Close the business day by a Z."""

    business_date: str = ""
    """The day the operator means, as YYYY-MM-DD; empty: the open one."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PrintZ(Value):
    """Print a Z once more; 0: the last one."""

    number: int = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LookPrice(Value):
    """Ask what an item costs without selling it."""

    code: str
    aim: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpenReport(Value):
    """Look at a report that shows what people did; kept, so that looking is seen as well."""

    report: str
    """``exceptions``."""
    from_date: str = ""
    """Business days, as YYYY-MM-DD; empty: from the first, to the last."""
    to_date: str = ""
    by_operator: bool = False
    """True: with the figures of each operator."""
    on_paper: bool = False
    """True: the receipt printer prints it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpenReportFor(Value):
    """Somebody who showed who they are looks at a report, and does not sign in by it."""

    asked: OpenReport
    operator: str
    role: str
    mark: str
    """Of their number: one that has to wait is refused here as well."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class NoteLesson(Value):
    """Keep the result of a lesson on the operator's record."""

    operator: str
    lesson: str
    version: int
    score_milli: int
    duration_us: int
    mistakes: tuple[str, ...] = ()
    passed: bool = False
