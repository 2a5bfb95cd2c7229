"""May the operator do this? Asked of every command, before anything is decided and at its end.

Only where operators sign in (``ControlSettings.roles``). What a command asks for on its way, when
amounts are known, goes through ``Draft.ask`` to the same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain.asked_after import requests_after
from posframe.kernel.domain.asked_of import permission_needed, requests_of
from posframe.kernel.domain.kernel_permissions import ANYBODY, MACHINE
from posframe.kernel.domain.permissions import Amount
from posframe.kernel.domain.refusals import SignInNeeded

if TYPE_CHECKING:
    from posframe.kernel.domain.draft import Draft

_LEAST = Amount(minor=0, percent_milli=0)


def check_allowed(draft: Draft, command: Any) -> None:  # noqa: ANN401 - plugins' commands too
    """Refuse what the operator may not do, or may do with an approval that is not there.

    Raises:
        SignInNeeded: nobody is signed in, or the till is locked.
        NotAllowed: it is not for this operator.
        ApprovalNeeded: somebody has to answer for it.
        RuleViolation: what it is about is not there.
    """
    if draft.settings.control.roles is None:
        return
    permission = permission_needed(draft, command)
    if permission == MACHINE:
        return
    if not draft.state.control.operator:
        raise SignInNeeded
    if permission == ANYBODY:
        return
    draft.check_not_denied(permission, _LEAST)
    for request in requests_of(draft, command):
        draft.allow(request)


def check_outcome(draft: Draft, command: Any) -> None:  # noqa: ANN401 - plugins' commands too
    """Refuse what a command made of prices, where the operator may not.

    Raises:
        NotAllowed: it is not for this operator.
        ApprovalNeeded: somebody has to answer for it.
    """
    if draft.settings.control.roles is None or not draft.state.control.operator:
        return
    if permission_needed(draft, command) != MACHINE:
        for request in requests_after(draft, command):
            draft.allow(request)
