"""What a close carries forward: everything unfinished, each with an owner. Pure.

A close never waits for any of it: it is named on the report, stays in the till's state, and is
ended in a later shift. What differs in money is ``shift_reckoning``'s.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.shift import ShiftState
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import TransactionState
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.shift import Shift
    from posframe.kernel.domain.transaction import Job, TillState, Transaction


class OpenKind(enum.Enum):
    """What is unfinished; the value is what a report says."""

    OPEN_SALE = "open sale"
    SUSPENDED_SALE = "suspended sale"
    CANCELLING_SALE = "sale being cancelled"
    TENDER_IN_DOUBT = "tender in doubt"
    MONEY_TO_GIVE_BACK = "money to give back"
    UNPRINTED_RECEIPT = "unprinted receipt"
    """Or a slip of a card terminal."""
    BATCH_NOT_HANDED_IN = "batch not handed in"
    UNPRINTED_REPORT = "unprinted report"
    OPEN_SHIFT = "open shift"
    UNCONFIRMED_SHIFT = "takings not confirmed"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpenMatter(Value):
    """One thing that a close carries forward."""

    kind: Annotated[OpenKind, 1]
    id: Annotated[str, 2]
    """Of the transaction, payment, job or shift."""
    owner: Annotated[str, 3]
    """Who sees to it; never empty."""
    words: Annotated[str, 4]
    minor: Annotated[int, 5] = 0
    """What it is about in money; negative where it goes to the customer."""
    transaction: Annotated[str, 6] = ""


def what_is_open(state: TillState, owner: str) -> tuple[OpenMatter, ...]:
    """Return all that is unfinished: sales, payments, jobs, then shifts, each by its order.

    A payment that was closed and is only looked for once more is not among them: nobody waits for
    it, and a late approval makes itself known. Nor are kicks, explanations and X reports: they go
    stale.

    Args:
        state: the till's.
        owner: sees to what has no owner of its own: the operator of the shift that closes.
    """
    assert owner, "what is carried forward has an owner"
    sales = () if state.transaction is None else (state.transaction,)
    operators = {each.id: each.operator for each in (*sales, *state.suspended)}
    return (
        *(_sale(each, owner) for each in (*sales, *state.suspended)),
        *(
            _payment(each, each.owner or operators.get(each.transaction) or owner)
            for _, each in sorted(state.payments.items())
            if each.is_blocking or each.status is TenderStatus.QUEUED_FOR_PERSON
        ),
        *(
            _job(job, operators.get(job.subject) or owner)
            for _, job in sorted(state.jobs.items())
            if job.kind in _JOBS and job.subject not in _OF_THE_MOMENT
        ),
        *(_shift(each, owner) for each in state.control.shifts),
    )


_SALES = {
    TransactionState.SUSPENDED: OpenKind.SUSPENDED_SALE,
    TransactionState.CANCELLING: OpenKind.CANCELLING_SALE,
}
_OF_THE_MOMENT = frozenset({"x", "x-open"})
"""Reports that nobody waits for: the next one says more."""
_JOBS = {
    "print": (OpenKind.UNPRINTED_RECEIPT, "receipt not printed"),
    "slip": (OpenKind.UNPRINTED_RECEIPT, "slip not printed"),
    "batch": (OpenKind.BATCH_NOT_HANDED_IN, "batch not handed in"),
    "report": (OpenKind.UNPRINTED_REPORT, "report {subject} not printed"),
}


def _sale(sale: Transaction, owner: str) -> OpenMatter:
    kind = _SALES.get(sale.state, OpenKind.OPEN_SALE)
    note = f": {sale.note}" if sale.note else ""
    return OpenMatter(
        kind=kind,
        id=sale.id,
        owner=sale.operator or owner,
        words=f"{kind.value} {sale.number}{note}",
        minor=sale.due_minor,
        transaction=sale.id,
    )


def _payment(payment: Payment, owner: str) -> OpenMatter:
    in_doubt = payment.is_blocking
    kind = OpenKind.TENDER_IN_DOUBT if in_doubt else OpenKind.MONEY_TO_GIVE_BACK
    cause = f": {payment.cause}" if payment.cause else ""
    paid_out = payment.kind == "refund" or not in_doubt
    minor = payment.captured_minor or payment.asked_minor
    return OpenMatter(
        kind=kind,
        id=payment.id,
        owner=owner,
        words=f"{kind.value}, {payment.label}{cause}",
        minor=-minor if paid_out else minor,
        transaction=payment.transaction,
    )


def _job(job: Job, owner: str) -> OpenMatter:
    kind, words = _JOBS[job.kind]
    copy = f", copy {job.copy}" if job.copy else ""
    return OpenMatter(
        kind=kind,
        id=job.id,
        owner=owner,
        words=f"{words.format(subject=job.subject)}{copy}: {job.status.value}",
        transaction=job.subject if kind is OpenKind.UNPRINTED_RECEIPT else "",
    )


def _shift(shift: Shift, owner: str) -> OpenMatter:
    """Name a shift: who has the drawer counts it, and somebody else confirms what was counted."""
    is_open = shift.state is ShiftState.OPEN
    kind = OpenKind.OPEN_SHIFT if is_open else OpenKind.UNCONFIRMED_SHIFT
    return OpenMatter(
        kind=kind,
        id=shift.id,
        owner=shift.operator if is_open else owner,
        words=f"{kind.value}, drawer {shift.drawer} of {shift.operator}",
    )
