"""A magnetic stripe reader, in software, on a serial line or typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.given_options import check_names, milliseconds, truth
from posframe.hal.simulators.input_device import TextSimulator, layout_of
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping


class SimulatedStripeReader(TextSimulator):
    """Sends the tracks as a person writes them: ``swipe ;12345678?``."""

    def __init__(self, *, layout: str = "", each_ends: bool = False, pace_s: float = 0.0) -> None:
        """``layout``: the reader types, for that country; ``each_ends``: CR after each track."""
        super().__init__(layout, pace_s)
        self._each_ends = each_ends
        self.swipes = 0

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {"swipe": Act("swipe TRACK…, as swipe %A12345? ;12345678?", self._swipe)}

    def view(self) -> tuple[str, ...]:
        """Return what it has done, and nothing of what it read."""
        return (f"{self.swipes} swipes",)

    def _swipe(self, words: str, now_s: float) -> bytes:
        if not words:
            raise DataError("No track is swiped", hint="write swipe ;12345678?")
        self.swipes += 1
        text = words.replace("? ", "?\r" if self._each_ends else "?") + "\r"
        return self.write(text, now_s)


def _make(given: Mapping[str, str]) -> SimulatedStripeReader:
    check_names(given, SIMULATOR.options)
    return SimulatedStripeReader(
        layout=layout_of(given, "serial", "evdev"),
        each_ends=truth(given, "each_ends"),
        pace_s=milliseconds(given, "pace_ms", 1),
    )


SIMULATOR = SimulatorSpec(
    name="msr",
    title="Magnetic stripe reader",
    make=_make,
    options={
        "source": "serial, or evdev: it types; serial if left out",
        "layout": "country it types for, us or de; us if left out",
        "each_ends": "yes: a carriage return after each track; no: after the last; no if left out",
        "pace_ms": "milliseconds a character or a move of a key takes; 1 if left out",
    },
    secret=True,
)
