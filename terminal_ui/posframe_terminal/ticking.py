"""Ticking: says when what is shown of the time has changed. Each minute, or each second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE_S: Final = 60
SECOND_US: Final = 1_000_000
_AFTER_S: Final = 0.01
"""So that the new second has surely begun."""


class Ticker:
    """Calls ``beat`` on the running loop."""

    def __init__(
        self, now_us: Callable[[], int], by_second: Callable[[], bool], beat: Callable[[], None]
    ) -> None:
        """``by_second`` tells whether each second is worth a beat, or only each minute."""
        self._now_us, self._by_second, self._beat = now_us, by_second, beat
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.Handle | None = None
        self._hurries = False

    def begin(self) -> None:
        """Beat soon, and from then on."""
        self._next = self._loop.call_soon(self._tick)

    def again(self) -> None:
        """Look whether each second counts now."""
        if self._next is not None and self._hurries != self._by_second():
            self._next.cancel()
            self._arm()

    def close(self) -> None:
        """Beat no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _tick(self) -> None:
        self._arm()
        self._beat()

    def _arm(self) -> None:
        self._hurries = self._by_second()
        every_s = 1 if self._hurries else MINUTE_S
        rest_s = every_s - self._now_us() / SECOND_US % every_s
        self._next = self._loop.call_later(rest_s + _AFTER_S, self._tick)
