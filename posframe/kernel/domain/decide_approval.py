"""Approvals: what waits for one, and what those who were asked said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.approvals import grant
from posframe.kernel.domain.lockout import check_wait

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft


def ask_approval(draft: Draft, command: cmd.AskApproval) -> Generator[Any, Any, str]:
    """Put it to others: at this till, and at every other that looks."""
    if command.request.operator != draft.moment.operator:
        raise RuleViolation("One asks for oneself", hint="sign in, then do it again")
    draft.add(ev.ApprovalAsked(request=command.request, at=draft.moment.instant))
    return "Waits for an approval"
    yield


def grant_approval(draft: Draft, command: cmd.GrantApproval) -> Generator[Any, Any, str]:
    """Take somebody's word for what waits; a try of a person without a say in it is kept."""
    _check_waits(draft, command.request)
    _check_tries(draft, command.mark)
    roles = draft.settings.control.roles
    assert roles is not None, "only where operators sign in"
    try:
        approval = grant(
            command.request,
            id_=draft.moment.id,
            approver=command.approver,
            role=command.role,
            roles=roles,
            reason=command.reason,
            at=draft.moment.instant,
            approvals=draft.state.control.approvals,
        )
    except RuleViolation as refusal:
        # It goes on waiting for somebody else; that this person tried is kept.
        draft.add(
            ev.ApprovalDenied(
                request=command.request,
                approver=command.approver,
                words=refusal.message,
                without_say=True,
            )
        )
        asked = draft.state.control.asked_at  # no wrong approver makes it wait any longer
        draft.add(ev.ApprovalAsked(request=command.request, at=asked))
        return f"{refusal.message}: {refusal.hint}"
    draft.add(ev.ApprovalGranted(approval=approval, mark=command.mark))
    return f"Approved by {command.approver}"
    yield


def deny_approval(draft: Draft, command: cmd.DenyApproval) -> Generator[Any, Any, str]:
    """Take somebody's no."""
    _check_waits(draft, command.request)
    draft.add(
        ev.ApprovalDenied(
            request=command.request, approver=command.approver, words=command.words.strip()
        )
    )
    return f"Denied by {command.approver}"
    yield


def _check_waits(draft: Draft, request: object) -> None:
    if draft.state.control.asking != request:
        raise RuleViolation(
            "That does not wait for an approval", hint="look at the till, ask again"
        )
    if draft.state.control.waiting(draft.moment.instant) is None:
        raise RuleViolation(
            "That was asked more than a minute ago", hint="have it done again, then approve"
        )


def _check_tries(draft: Draft, mark: str) -> None:
    control = draft.state.control
    check_wait(control.lockouts, mark, draft.moment.instant, draft.settings.control.lockout)
