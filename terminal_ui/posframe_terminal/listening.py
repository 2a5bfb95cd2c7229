"""Listening: what reaches a screen without a key: commits, the clock, devices, and silence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from posframe import commands
from posframe_terminal.hearing import Hearing
from posframe_terminal.idling import Idle
from posframe_terminal.intake import Elsewhere
from posframe_terminal.ticking import Ticker

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Outcome, Till
    from posframe_terminal.intake import Item
    from posframe_terminal.showing import Showing

_AT_THE_TERMINAL = frozenset({"intended", "sent"})
"""A payment stands so while a customer holds the card."""


class Listening:
    """The ears of one screen; begun on its loop."""

    def __init__(
        self,
        till: Till,
        showing: Showing,
        changed: Callable[[], None],
        committed: Callable[[], None],
    ) -> None:
        """Begin.

        Args:
            till: to listen to.
            showing: what is shown of it.
            changed: called on the loop when time or a device has changed what is shown.
            committed: called on the loop after each commit, our own too.
        """
        self._till, self._showing, self._committed = till, showing, committed
        self._loop = asyncio.get_running_loop()
        self._feed: Callable[[Item], None] | None = None
        clock = till.parts.clock
        self._ticker = Ticker(clock.wall_us, self._is_watched, changed)
        self.hearing = Hearing(till, changed)
        showing.scale_words = lambda: self.hearing.scale_words
        limit_s = till.config.operators.idle_lock_s if till.signing.is_on else 0
        self.idle = Idle(clock.mono_us, limit_s, self._may_lock, self._lock)
        till.listen(self._tell)
        self._ticker.begin()
        self.idle.begin()

    def hear(self, feed: Callable[[Item], None]) -> None:
        """Call ``feed`` on the loop with what devices bring, and when a form may be answered."""
        self._feed = feed
        self.hearing.feed(feed)

    def close(self) -> None:
        """Hear nothing more."""
        self._till.unlisten(self._tell)
        self.hearing.close()
        self._ticker.close()
        self.idle.close()

    def _tell(self, _outcomes: list[Outcome]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told)

    def _told(self) -> None:
        self._ticker.again()
        if self._feed is not None and self._showing.waits_for_approval:
            self._feed(Elsewhere())
        self._committed()

    def _is_watched(self) -> bool:
        """Tell whether a payment is open, of which the second counts that somebody waits."""
        return any(each.is_blocking for each in self._till.state.payments.values())

    def _may_lock(self) -> bool:
        """Tell whether somebody is signed in, and no customer holds a card to the terminal."""
        state = self._till.state
        at_terminal = any(each.status.value in _AT_THE_TERMINAL for each in state.payments.values())
        return bool(state.control.operator) and not at_terminal

    def _lock(self) -> None:
        self._till.submit(commands.Lock(why="idle"))
