"""Approvals: one person answers for one thing that another asked for, once and at once.

An approval is bound to the permission, the amount, what it is about, and who asked; it is used once
and within a minute, and nobody gives one to himself. The wiring journals what ``grant`` and ``use``
return before anything is done by it, and what they refuse as well; folding those events with
``given`` and ``used`` gives the state they decide by, so that no restart revives an approval.

Times are the asking till's, also where another till approves: two machines have two clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.instant import Instant, elapsed_us
from posframe.kernel.domain.permissions import Amount, Answer
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.permissions import Roles

VALID_US: Final = 60_000_000
_HAND_OVER: Final = "hand_over"
_TO: Final = " to "


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Request(Value):
    """What an operator asks an approval for; keys as of an event, since events carry it."""

    permission: Annotated[str, 1]
    amount_minor: Annotated[int | None, 2] = None
    percent_milli: Annotated[int | None, 3] = None
    subject: Annotated[str, 4] = ""
    """What it is about: a receipt, a line, a payment; with the sale it is in, where one is open."""
    operator: Annotated[str, 5]
    """Who asks."""

    @property
    def amount(self) -> Amount:
        """How much it is about, as roles judge it."""
        return Amount(minor=self.amount_minor, percent_milli=self.percent_milli)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Approval(Value):
    """That somebody answers for a request."""

    id: Annotated[str, 1]
    request: Annotated[Request, 2]
    approver: Annotated[str, 3]
    reason: Annotated[str, 4]
    at: Annotated[Instant, 5]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Approvals(Value):
    """The approvals of a till that can still be used, and those used up in the last minute."""

    open: Mapping[str, Approval] = attrs.field(factory=dict)
    spent: Mapping[str, Approval] = attrs.field(factory=dict)
    """Kept to say "used already" instead of "not known"."""

    def given(self, approval: Approval) -> Approvals:
        """Return them with one more; those that are too late by now are let go."""
        now = approval.at
        return Approvals(
            open={**_fresh(self.open, now), approval.id: approval}, spent=_fresh(self.spent, now)
        )

    def fresh(self, now: Instant) -> tuple[Approval, ...]:
        """Return those that can still be used, the newest last."""
        return tuple(_fresh(self.open, now).values())

    def used(self, id_: str) -> Approvals:
        """Return them with one used up; one that is not known changes nothing."""
        approval = self.open.get(id_)
        if approval is None:
            return self
        left = {key: each for key, each in self.open.items() if key != id_}
        return Approvals(open=left, spent={**self.spent, id_: approval})


def grant(  # noqa: PLR0913 - who, what, when, by which rules: named, every one
    request: Request,
    *,
    id_: str,
    approver: str,
    role: str,
    roles: Roles,
    reason: str,
    at: Instant,
    approvals: Approvals,
) -> Approval:
    """Return the approval of a request; the wiring has seen the approver's card or PIN.

    Args:
        request: what it is for.
        id_: unique; ids of approvals are never used again.
        approver: who answers for it.
        role: the approver's.
        roles: of this till.
        reason: why it is done.
        at: now.
        approvals: of the till.

    Raises:
        RuleViolation: it would be by oneself or without a reason, or the approver has no say in it.
    """
    assert id_ not in {*approvals.open, *approvals.spent}, "an id is given once"
    _check_other(approver, request.operator)
    if not reason.strip():
        raise RuleViolation("An approval needs a reason", hint="type why, then approve again")
    taker = taker_of(request)
    if taker:
        _check_takes(taker, approver.strip(), role, roles)
    elif not roles.may_approve(role, request.permission, request.amount):
        raise RuleViolation(
            _why_not(roles, role, request), hint="ask somebody who may do it without asking"
        )
    return Approval(
        id=id_, request=request, approver=approver.strip(), reason=reason.strip(), at=at
    )


def handing_over(shift: str, to: str) -> str:
    """Return the subject of a request that ``to`` answers for: they take a shift's drawer over."""
    return f"shift {shift}{_TO}{to}"


def taker_of(request: Request) -> str:
    """Return who alone can answer for a request: they take a drawer over; empty: whoever may."""
    if request.permission != _HAND_OVER:
        return ""
    taker = request.subject.partition(_TO)[2]
    return "" if taker == request.operator else taker


def use(approvals: Approvals, id_: str, request: Request, now: Instant) -> Approval:
    """Return the approval that covers what is about to be done; journal that it is used up.

    Args:
        approvals: of the till.
        id_: of the approval.
        request: what is about to be done, as reckoned now: never as remembered by a screen.
        now: the asking till's clock.

    Raises:
        RuleViolation: it was used already, is too late or not known, or was given for something
            else; it stays as it was.
    """
    if id_ in approvals.spent:
        raise RuleViolation("That approval was used already", hint="ask for another one")
    approval = approvals.open.get(id_)
    if approval is None:
        raise RuleViolation("That approval is not known here", hint="ask for another one")
    _check_other(approval.approver, request.operator)
    if elapsed_us(approval.at, now) >= VALID_US or approval.at.boot != now.boot:
        raise RuleViolation("That approval came too late", hint="ask again: it holds for a minute")
    difference = _difference(approval.request, request)
    if difference:
        raise RuleViolation(f"That approval is for {difference}", hint="ask for another one")
    return approval


def is_of_sale(request: Request, number: int) -> bool:
    """Tell whether a request is about a sale, or a line or the goods of it, by its subject."""
    return f" sale {number} " in f" {request.subject.replace(',', ' ')} "


def _check_other(approver: str, operator: str) -> None:
    """Refuse what comes down to approving for oneself: nobody's name approves for nobody's."""
    if approver.strip().casefold() == operator.strip().casefold() or not approver.strip():
        raise RuleViolation(
            "Nobody approves for himself", hint="call somebody else who may approve it"
        )


def _check_takes(taker: str, approver: str, role: str, roles: Roles) -> None:
    """Refuse anybody's word but the taker's own, and a taker who may have no drawer."""
    if approver != taker:
        raise RuleViolation(
            f"Operator {taker} takes the drawer and answers for it",
            hint=f"have operator {taker} type number and PIN",
        )
    verdict = roles.decide(role, "shift_open")
    if verdict.answer is not Answer.ALLOW:
        raise RuleViolation(
            f"Operator {taker} may have no drawer: {verdict.message}",
            hint="hand it to somebody who may open a shift",
        )


def _why_not(roles: Roles, role: str, request: Request) -> str:
    own = roles.decide(role, request.permission, request.amount)
    if own.answer is Answer.ALLOW:
        return f"Approving for others is not for {roles.labels.get(role, 'this operator')}"
    return own.message


def _difference(approved: Request, wanted: Request) -> str:
    """Return what an approval is for that is not wanted, in words; empty: it is the same."""
    pairs = (
        ("another action", approved.permission, wanted.permission),
        ("another amount", approved.amount_minor, wanted.amount_minor),
        ("another amount", approved.percent_milli, wanted.percent_milli),
        ("something else", approved.subject, wanted.subject),
        ("another operator", approved.operator, wanted.operator),
    )
    return next((words for words, mine, theirs in pairs if mine != theirs), "")


def _fresh(approvals: Mapping[str, Approval], now: Instant) -> dict[str, Approval]:
    return {
        key: each
        for key, each in approvals.items()
        if each.at.boot == now.boot and elapsed_us(each.at, now) < VALID_US
    }
