"""Named points at which a till can be made to die, to show that it comes back whole.

``POSFRAME_CRASHPOINT=sale.completed`` kills the process with SIGKILL when it gets there for the
first time, ``action.committed:3`` at the third. Unset, a point costs a call and a comparison.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "POSFRAME_CRASHPOINT"


def _wanted() -> tuple[str, int]:
    name, _, count = os.environ.get(VARIABLE, "").partition(":")
    return name, int(count) if count.isdecimal() else 1


_name, _left = _wanted()


def crashpoint(name: str) -> None:
    """Die here, without any tidying, when the environment names this point."""
    if name == _name:
        _count_down()


def _count_down() -> None:
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
