"""A keylock on a serial line, or in a keyboard, in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.given_options import check_names, milliseconds
from posframe.hal.simulators.input_device import TextSimulator, layout_of
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

POSITIONS = ("LOCK", "NORMAL", "SUPERVISOR")


class SimulatedKeylock(TextSimulator):
    """Sends the name of a position when the key comes to it."""

    def __init__(self, *, layout: str = "", pace_s: float = 0.0) -> None:
        """``layout``: country a keylock types for; empty: it is on a serial line."""
        super().__init__(layout, pace_s)
        self.position = "NORMAL"

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {"turn": Act("turn POSITION, as turn SUPERVISOR", self._turn)}

    def view(self) -> tuple[str, ...]:
        """Return where the key stands."""
        return (self.position,)

    def _turn(self, words: str, now_s: float) -> bytes:
        position = words.upper()
        if position not in POSITIONS:
            raise DataError(f"The key has no {words!r}", hint=f"one of: {', '.join(POSITIONS)}")
        self.position = position
        return self.write(f"{position}\r", now_s)


def _make(given: Mapping[str, str]) -> SimulatedKeylock:
    check_names(given, SIMULATOR.options)
    return SimulatedKeylock(
        layout=layout_of(given, "serial", "evdev"), pace_s=milliseconds(given, "pace_ms", 1)
    )


SIMULATOR = SimulatorSpec(
    name="keylock",
    title="Keylock with positions",
    make=_make,
    options={
        "source": "serial, or evdev: it types; serial if left out",
        "layout": "country it types for, us or de; us if left out",
        "pace_ms": "milliseconds a character or a move of a key takes; 1 if left out",
    },
)
