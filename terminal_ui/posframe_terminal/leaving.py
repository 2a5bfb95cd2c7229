"""Leaving the till: who may end it, and that a terminal's own keys do not.

What lies behind a till may be a shell. So where operators sign in, it is ended by whoever has the
permission for it and has signed in. The system's own signals end it as before.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from posframe import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

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


@contextlib.contextmanager
def kept(source: BinaryIO) -> Iterator[None]:
    """Have a real terminal's own keys end and suspend nothing meanwhile; elsewhere: no change."""
    try:
        import termios

        descriptor = source.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):  # a pipe, a file, or no terminal of this kind
        yield
        return
    except termios.error:
        yield
        return
    keys = list(before[6])
    none = bytes([os.fpathconf(descriptor, "PC_VDISABLE")])
    keys[termios.VEOF] = none  # ctrl+d would be the end of what is typed
    kept_ = [*before[:3], before[3] & ~termios.ISIG, *before[4:6], keys]
    termios.tcsetattr(descriptor, termios.TCSADRAIN, kept_)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
