"""Hearing: what devices bring becomes items of the one queue, and a question goes to the scale.

Devices report on a thread of their own; here is where that becomes the screen's loop. What a scan
or a weight means is decided where all input is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from posframe import DataError, facts, format_milli
from posframe_terminal.intake import Item, Scan, Weighed

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from posframe import Till

WEIGH_S: Final = 60.0
"""The scale is asked as long as a customer may take to find the bananas again."""


class Hearing:
    """The ears of one screen."""

    def __init__(self, till: Till, changed: Callable[[], None]) -> None:
        """Listen from now on; ``changed`` is called when only what is shown has changed."""
        self.scale_words = ""
        """Why the scale gave no weight, for the pop-up that asks for one."""
        self.weighed: Any = None
        """The question that the latest weight is about."""
        self._till, self._changed = till, changed
        self._loop = asyncio.get_running_loop()
        self._feed: Callable[[Item], None] | None = None
        self._weighing: Future[Any] | None = None
        self._asked: Any = None
        self._unlisten = till.devices.listen(self._take)

    def feed(self, feed: Callable[[Item], None]) -> None:
        """Call ``feed`` on the loop with each scan and each weight."""
        self._feed = feed

    def close(self) -> None:
        """Hear nothing more."""
        self._unlisten()
        self.ask(None)

    def ask(self, question: Any) -> None:  # noqa: ANN401 - a WeightNeeded, or None
        """Ask the scale about ``question``; None: nothing is asked any more."""
        if question is self._asked:
            return
        if self._weighing is not None:
            self._weighing.cancel()
        self._asked, self._weighing, self.scale_words = question, None, ""
        if question is not None and self._till.devices.has("scale"):
            self._weighing = future = self._till.devices.weigh(WEIGH_S)
            future.add_done_callback(lambda done: self._on_loop(self._weighed, question, done))

    def _weighed(self, question: Any, done: Future[Any]) -> None:  # noqa: ANN401 - a WeightNeeded
        if question is not self._asked or done.cancelled():
            return
        error = done.exception()
        if error is None:
            try:
                milli = done.result().weight.milli(question.unit)
            except DataError as unfit:
                error = unfit
        if error is not None:
            self.scale_words = str(error)
            self._changed()
        elif self._feed is not None:
            self.weighed = question
            words = format_milli(milli, 1)  # 120 without a point would be taken for a code
            self._feed(Weighed(text=words, code=question.code))

    def _take(self, event: facts.DeviceEvent) -> None:
        match event.fact:
            case facts.Scan(code=code, aim=aim):
                self._on_loop(self._fed, Scan(code, event.device, aim))
            case facts.CardRead(token=token):
                self._on_loop(self._fed, Scan(token, event.device))
            case facts.StateChanged() | facts.DrawerChanged() | facts.PaperChanged():
                self._on_loop(self._changed)
            case _:
                pass  # keys and refused cards are told by whoever needs them

    def _fed(self, item: Item) -> None:
        if self._feed is not None:
            self._feed(item)

    def _on_loop(self, function: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)
