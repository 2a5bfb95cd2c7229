"""May the operator do this? Asked of every command before anything is decided about it.

Only where operators sign in (``ControlSettings.roles``). What a command asks for on its way, when
amounts are known, goes through ``Draft.approve`` to the same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain.asked_of import requests_of
from posframe.kernel.domain.kernel_permissions import ANYBODY, MACHINE
from posframe.kernel.domain.refusals import SignInNeeded

if TYPE_CHECKING:
    from posframe.kernel.domain.draft import Draft


def check_allowed(draft: Draft, command: Any) -> None:  # noqa: ANN401 - plugins' commands too
    """Refuse what the operator may not do, or may do with an approval that is not there.

    Raises:
        SignInNeeded: nobody is signed in, or the till is locked.
        NotAllowed: it is not for this operator.
        ApprovalNeeded: somebody has to answer for it.
    """
    if draft.settings.control.roles is None:
        return
    for request in requests_of(draft, command):
        if request.permission == MACHINE:
            continue
        if not draft.state.control.operator:
            raise SignInNeeded
        if request.permission != ANYBODY:
            draft.allow(request)
