"""Lock-out: how long to wait after wrong PINs. A fold of journalled tries, so it outlives restarts.

A till keeps a ``Lockouts`` in its state: ``failed`` for each wrong try, ``cleared`` for a right one
or for a supervisor's word. ``check_wait`` is asked before a PIN is verified at all; a try made too
early is not verified, not counted and not journalled. Others at the same till are not held up: a
stranger who types an operator's number wrong blocks that number at this till, and nothing else.

Tries are kept by mark (``posframe.pins``), for numbers that exist and numbers that do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.instant import Instant, elapsed_us
from posframe.value import Value

MARKS_MAX: Final = 10_000
"""More than any shop has operators; numbers of nobody share a few marks (``posframe.signing``)."""
CROWD: Final = "crowd"
"""Stands for every further mark while none of so many may be let go; it is no mark of a number."""
KEPT_US: Final = 86_400_000_000
"""No mark is let go sooner after its last try: whoever waits a day for that has gained nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LockoutPolicy(Value):
    """How many tries are free, and what each further one costs."""

    free_tries: int = 4
    """Wrong tries without a wait; the next one brings the first wait."""
    first_wait_us: int = 30_000_000
    wait_max_us: int = 1_800_000_000

    def wait_us(self, failed: int) -> int:
        """Return the whole wait after so many wrong tries in a row: doubled with each."""
        doublings = failed - self.free_tries - 1
        if doublings < 0:
            return 0
        # Bounded before it is reckoned: two to the power of a month of tries is a long number.
        return min(self.first_wait_us << min(doublings, 40), self.wait_max_us)


DEFAULT_POLICY: Final = LockoutPolicy()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Tries(Value):
    """Wrong tries under one number since the last right one."""

    failed: int
    last: Instant


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Lockouts(Value):
    """Wrong tries of a till, by mark."""

    tries: Mapping[str, Tries] = attrs.field(factory=dict)

    def failed(self, mark: str, at: Instant) -> Lockouts:
        """Return them with one more wrong try."""
        tries = dict(self.tries)
        if mark not in tries and len(tries) >= MARKS_MAX:
            kept = (each for each in tries.items() if elapsed_us(each[1].last, at) < KEPT_US)
            tries = dict(kept)
            # No noise pushes a mark out: where all are of today, the others count together.
            mark = mark if len(tries) < MARKS_MAX else CROWD
        before = tries.get(mark)
        tries[mark] = Tries(failed=(before.failed if before else 0) + 1, last=at)
        return Lockouts(tries=tries)

    def cleared(self, mark: str) -> Lockouts:
        """Return them without those of a number: its PIN was right, or a supervisor freed it."""
        return Lockouts(tries={key: each for key, each in self.tries.items() if key != mark})

    def failed_count(self, mark: str) -> int:
        """Return how many wrong tries there were; told to the operator at the next sign-in."""
        tries = self._of(mark)
        return tries.failed if tries else 0

    def wait_us(self, mark: str, now: Instant, policy: LockoutPolicy = DEFAULT_POLICY) -> int:
        """Return how much longer a number has to wait; 0: it may be tried."""
        tries = self._of(mark)
        if tries is None:
            return 0
        return max(policy.wait_us(tries.failed) - elapsed_us(tries.last, now), 0)

    def _of(self, mark: str) -> Tries | None:
        """Return the tries a mark counts under: the crowd's, while there is no room for its own."""
        is_full = len(self.tries) >= MARKS_MAX
        return self.tries.get(mark) or (self.tries.get(CROWD) if is_full else None)


def check_wait(
    lockouts: Lockouts, mark: str, now: Instant, policy: LockoutPolicy = DEFAULT_POLICY
) -> None:
    """Refuse a try that comes too early.

    Raises:
        RuleViolation: the number has to wait.
    """
    left_us = lockouts.wait_us(mark, now, policy)
    if left_us:
        raise RuleViolation(
            f"Too many wrong tries: wait {_words(left_us)}",
            hint="or have a supervisor free this number",
        )


def _words(us: int) -> str:
    seconds = -(-us // 1_000_000)  # up: whoever waits as long as was said is not refused again
    return f"{seconds // 60}:{seconds % 60:02} min" if seconds >= 60 else f"{seconds} s"
