"""Idling: a till that nobody touches for a while is locked, unless a customer is paying."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND_US: Final = 1_000_000
AGAIN_S: Final = 5.0
"""When to look again where it may not be locked now."""


class Idle:
    """Calls ``lock`` on the running loop once nobody has touched the till for ``limit_s``."""

    def __init__(
        self,
        now_us: Callable[[], int],
        limit_s: int,
        may_lock: Callable[[], bool],
        lock: Callable[[], None],
    ) -> None:
        """Begin counting now.

        Args:
            now_us: a clock that never goes back.
            limit_s: so long may it stay untouched; 0: for ever.
            may_lock: tells whether somebody works here, and nothing keeps it open.
            lock: locks it.
        """
        self._now_us, self._limit_us = now_us, limit_s * SECOND_US
        self._may_lock, self._lock = may_lock, lock
        self._touched_us = now_us()
        self._next: asyncio.TimerHandle | None = None

    def touched(self) -> None:
        """Take note that somebody is there."""
        self._touched_us = self._now_us()

    def begin(self) -> None:
        """Look from now on, each time it may be due."""
        if self._limit_us:
            self._arm(self._limit_us / SECOND_US)

    def close(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def look(self) -> None:
        """Lock the till if it was left alone for so long."""
        left_us = self._touched_us + self._limit_us - self._now_us()
        if left_us > 0:
            self._arm(left_us / SECOND_US)
            return
        if self._limit_us and self._may_lock():
            self._lock()
        self._arm(AGAIN_S)

    def _arm(self, in_s: float) -> None:
        self.close()
        self._next = asyncio.get_running_loop().call_later(in_s, self.look)
