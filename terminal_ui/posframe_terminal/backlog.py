"""Backlog: what came in and is not yet handled, in order, with what the operator saw then."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import attrs

from posframe_terminal.intake import Item, Key, Retract, Scan
from posframe_terminal.keynames import label_of_key
from posframe_terminal.views import View

if TYPE_CHECKING:
    from collections.abc import Iterable

ITEMS_MAX: Final = 5000
"""More than a person or a scanner brings while anything at all still works."""
_PREVIEW: Final = 16


@attrs.frozen(eq=False)
class Arrival:
    """One item and what was on the screen when it came."""

    item: Item
    shown: View | None

    @property
    def seen(self) -> str:
        """The till's mark of what the operator saw."""
        return self.shown.seen if self.shown else ""


class Backlog:
    """A queue whose end can still be taken back, and which can say what is in it."""

    def __init__(self) -> None:
        self._arrivals: deque[Arrival] = deque()
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._arrivals)

    def put(self, item: Item, shown: View | None) -> bool:
        """Add an item; False when it was refused because too many wait.

        Characters of a scan that are still waiting are taken out here, so that a scan made
        while the till is busy waits as one scan.
        """
        if isinstance(item, Retract):
            item = self._retracted(item)
            if not item.count:
                return True
        if len(self._arrivals) >= ITEMS_MAX:
            return False
        self._arrivals.append(Arrival(item, shown))
        self._some.set()
        return True

    def put_first(self, items: Iterable[Item], shown: View | None) -> None:
        """Put items before all others, keeping their order."""
        self._arrivals.extendleft(Arrival(item, shown) for item in reversed(list(items)))
        if self._arrivals:
            self._some.set()

    async def get(self) -> Arrival:
        """Wait for the next item."""
        while not self._arrivals:
            self._some.clear()
            await self._some.wait()
        return self._arrivals.popleft()

    def preview(self) -> str:
        """Return in a few characters what waits: ``3*4``, ``[scan]``."""
        words = "".join(_short(arrival.item) for arrival in self._arrivals)
        return words if len(words) <= _PREVIEW else f"…{words[1 - _PREVIEW :]}"

    def _retracted(self, retract: Retract) -> Retract:
        count = retract.count
        while count and self._arrivals and _is_character(self._arrivals[-1].item):
            self._arrivals.pop()
            count -= 1
        return Retract(count)


def _is_character(item: Item) -> bool:
    return isinstance(item, Key) and len(item.text) == 1


def _short(item: Item) -> str:
    match item:
        case Key(name=name, text=text):
            return text or f"[{label_of_key(name)}]"
        case Scan():
            return "[scan]"
        case _:
            return ""
