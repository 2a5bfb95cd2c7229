"""Devices in line mode: scans and weights are answered in sentences as they come."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from posframe import facts, format_milli

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Till
    from posframe_terminal.line import LineMode

WEIGH_S: Final = 60.0


class LineDevices:
    """Listens from a thread of its own: standard input may keep the main one for hours."""

    def __init__(self, till: Till, line: LineMode, say: Callable[[list[str]], None]) -> None:
        self._till, self._line, self._say = till, line, say
        self._arrived: queue.SimpleQueue[Callable[[], list[str]] | None] = queue.SimpleQueue()
        self._weighing: Any = None
        self._asked: Any = None
        self._asking = threading.Lock()
        self._unlisten = till.devices.listen(self._take)
        self._thread = threading.Thread(target=self._run, name="posframe-line", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._unlisten()
        with self._asking:
            self._ask(None)
        self._arrived.put(None)
        self._thread.join(1.0)

    def say_later(self, sentences: list[str]) -> None:
        """Have sentences said by the thread that answers devices; from any thread."""
        self._arrived.put(lambda: sentences)

    def follow(self) -> None:
        """Ask the scale if the last answer was a question for a weight."""
        with self._asking:  # what is typed and what devices bring is followed by two threads
            question = self._line.session.question
            self._ask(question if getattr(question, "unit", "") else None)

    def _ask(self, question: Any) -> None:  # noqa: ANN401 - a WeightNeeded, or None
        if question is self._asked:
            return
        if self._weighing is not None:
            self._weighing.cancel()
        self._asked, self._weighing = question, None
        if question is not None and self._till.devices.has("scale"):
            self._weighing = self._till.devices.weigh(WEIGH_S)
            self._weighing.add_done_callback(
                lambda done: self._arrived.put(lambda: self._weighed(question, done))
            )

    def _take(self, event: facts.DeviceEvent) -> None:
        match event.fact:
            case facts.Scan(code=code, aim=aim):
                self._arrived.put(lambda: self._line.scanned(code, aim))
            case facts.CardRead(token=token):
                self._arrived.put(lambda: self._line.scanned(token, ""))
            case _:
                pass  # states are told by what cannot be done because of them

    def _weighed(self, question: Any, done: Any) -> list[str]:  # noqa: ANN401 - see _ask
        if question is not self._asked or done.cancelled():
            return []
        try:
            milli = done.result().weight.milli(question.unit)
        except Exception as error:  # noqa: BLE001 - a driver's bug must not leave the till deaf
            return [f"{error}."]
        # With a point: 120 would be taken for a code.
        return self._line.weighed(question, format_milli(milli, 1))

    def _run(self) -> None:
        while (work := self._arrived.get()) is not None:
            self._say(work())
            self.follow()
