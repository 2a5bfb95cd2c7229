"""Leaving the till: who may end it.

What lies behind a till may be a shell. So where operators sign in, it is ended by whoever has the
permission for it and has signed in. The system's own signals end it as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import RuleViolation

if TYPE_CHECKING:
    from posframe import Till

LEAVE: Final = "leave_till"
"""Id of the permission."""
LEFT: Final = "Left by the operator; what was open will be there again."


def check_leaving(till: Till) -> None:
    """Refuse to end the till to whoever is not to see what lies behind it.

    Raises:
        RuleViolation: it is not for who is signed in, or nobody is.
    """
    roles = till.parts.engine.parts.settings.control.roles
    if roles is None:
        return
    signed = till.state.control.signed_in
    if signed is None or signed.locked:
        raise RuleViolation("Nobody is signed in", hint="sign in first, then leave")
    verdict = roles.decide(signed.role, LEAVE)
    if verdict.answer.value != "allow":  # nobody approves it: who could, can sign in
        raise RuleViolation(verdict.message, hint="who may do it signs in first")
