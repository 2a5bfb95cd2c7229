"""Instants that a wall clock cannot bend: how long ago something was, at the very least.

The wall clock is not asked. Anybody who can put it forward could shorten a wait, and one that is
put back would lengthen it.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Instant(Value):
    """A moment of one start of the till; keys as of an event, since events carry it."""

    boot: Annotated[str, 1]
    """Id of the start: of the machine, or of the program; another one after each."""
    since_us: Annotated[int, 2]
    """Monotonic microseconds since that start."""


def elapsed_us(then: Instant, now: Instant) -> int:
    """Return microseconds that have surely gone by.

    Across a start nobody knows how long the till was off, so only the time since counts.
    """
    if then.boot == now.boot:
        return max(now.since_us - then.since_us, 0)
    return max(now.since_us, 0)
