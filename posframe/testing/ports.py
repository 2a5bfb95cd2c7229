"""A clock that stands still and ids that count: with them the same day gives the same journal."""

from __future__ import annotations

import itertools

from posframe.system import SystemClock

NOON_US = 1_767_268_800_000_000
"""2026-01-01 12:00 UTC."""


class ManualClock(SystemClock):
    """Implements ``ports.Clock``; moves only when told, so that a test owns the day."""

    def __init__(self, wall_us: int = NOON_US, timezone: str = "UTC") -> None:
        """Begin at ``wall_us``, microseconds since 1970 UTC, in one time zone."""
        super().__init__(timezone)
        self._wall_us, self._mono_us = wall_us, 0

    def wall_us(self) -> int:
        """Return the moment it was last set to."""
        return self._wall_us

    def mono_us(self) -> int:
        """Return how far ``advance`` has moved it."""
        return self._mono_us

    def advance(self, us: int) -> None:
        """Let ``us`` microseconds pass."""
        assert us >= 0, "time passes forwards; a wall clock that is put back jumps"
        self._wall_us += us
        self._mono_us += us

    def jump(self, wall_us: int) -> None:
        """Put the wall clock to ``wall_us``, also backwards; monotonic time does not notice."""
        self._wall_us = wall_us


class CountingIds:
    """Implements ``ports.IdSource``: 32 hex digits, counted up; the same in every run."""

    def __init__(self, first: int = 1) -> None:
        """Begin with ``first``; after a restart it has to be above the ids that were used."""
        self._numbers = itertools.count(first)

    def next(self, wall_us: int) -> str:
        """Return the next id; ``wall_us`` is not looked at."""
        del wall_us
        return f"{next(self._numbers):032x}"
