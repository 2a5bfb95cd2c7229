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
"""More numbers than any shop has; those who type others fill the journal, not the memory."""


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
        before = self.tries.get(mark)
        tries = dict(self.tries)
        if before is None and len(tries) >= MARKS_MAX:
            # The fewest tries, the oldest of those: a long wait is never pushed out by noise.
            del tries[min(tries, key=lambda each: tries[each].failed)]
        tries[mark] = Tries(failed=(before.failed if before else 0) + 1, last=at)
        return Lockouts(tries=tries)

    def cleared(self, mark: str) -> Lockouts:
        """Return them without those of a number: its PIN was right, or a supervisor freed it."""
        return Lockouts(tries={key: each for key, each in self.tries.items() if key != mark})

    def failed_count(self, mark: str) -> int:
        """Return how many wrong tries there were; told to the operator at the next sign-in."""
        tries = self.tries.get(mark)
        return tries.failed if tries else 0

    def wait_us(self, mark: str, now: Instant, policy: LockoutPolicy = DEFAULT_POLICY) -> int:
        """Return how much longer a number has to wait; 0: it may be tried."""
        tries = self.tries.get(mark)
        if tries is None:
            return 0
        return max(policy.wait_us(tries.failed) - elapsed_us(tries.last, now), 0)


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
