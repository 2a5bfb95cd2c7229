"""What a receipt printer says of itself, as a value; how it says so is its codec's business."""

from __future__ import annotations

import attrs

from posframe.hal.driver import Conditions

OK, NEAR_END, OUT, UNKNOWN = "ok", "near end", "out", "unknown"


@attrs.frozen(kw_only=True)
class PrinterStatus:
    """The state of a printer as it was last told."""

    online: bool = True
    cover_open: bool = False
    paper: str = UNKNOWN
    """``ok``, ``near end``, ``out``, or ``unknown`` where nothing tells."""
    cutter_error: bool = False
    unrecoverable: bool = False
    """A fault that only switching off, or a mechanic, may end."""
    overheated: bool = False
    """The print head rests until it is cool, then goes on by itself."""
    drawer_pin_high: bool | None = None
    """The sensor line of the drawer connector; None: not told."""

    def conditions(self) -> Conditions:
        """Return what keeps the printer from printing, and what will, in words for a cashier."""
        blocking = tuple(words for found, words, _ in self._faults() if found)
        if not blocking and not self.online:
            blocking = ("The printer is off line",)
        near = ("The paper is near its end",) if self.paper == NEAR_END else ()
        return Conditions(blocking, near)

    @property
    def fault(self) -> str:
        """The first thing that keeps the printer from printing, in one word; empty: nothing."""
        found = (fault for found, _, fault in self._faults() if found)
        return next(found, "" if self.online else "offline")

    @property
    def hint(self) -> str:
        """What to do about `fault`."""
        return _HINTS.get(self.fault, "")

    def _faults(self) -> tuple[tuple[bool, str, str], ...]:
        return (
            (self.cover_open, "The printer's cover is open", "cover"),
            (self.paper == OUT, "The printer is out of paper", "paper"),
            (self.cutter_error, "The cutter is stuck", "cutter"),
            (self.unrecoverable, "The printer reports a fault", "fault"),
            (self.overheated, "The print head is too hot", "heat"),
        )


_HINTS = {
    "cover": "close the cover",
    "paper": "put in a new roll",
    "cutter": "open the cover, take out the paper that jams, close it again",
    "fault": "switch the printer off and on; call service if it comes back",
    "heat": "wait: it goes on by itself",
    "offline": "press its feed or on-line button, or switch it off and on",
}
