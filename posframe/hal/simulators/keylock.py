"""A keylock on a serial line, or in a keyboard, in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.input_device import (
    InputSimulator,
    characters,
    choose,
    milliseconds,
    read_settings,
)
from posframe.hal.simulators.key_presses import LAYOUTS, events, key_moves
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

POSITIONS = ("LOCK", "NORMAL", "SUPERVISOR")


class SimulatedKeylock(InputSimulator):
    """Sends the name of a position when the key comes to it."""

    def __init__(self, *, layout: str = "", pace_s: float = 0.0) -> None:
        """``layout``: country a keylock types for; empty: it is on a serial line."""
        super().__init__(pace_s)
        self._layout = layout
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
        if self._layout:
            moves = key_moves(position + "\r", self._layout)
            return self.say(events(moves, now_s, self.pace_s), now_s)
        return self.say(characters(position.encode() + b"\r"), now_s)


_KNOWN = {"source": "serial", "layout": "us", "pace_ms": "1"}


def _make(given: Mapping[str, str]) -> SimulatedKeylock:
    options = read_settings(given, _KNOWN)
    typed = choose("source", options["source"], ("serial", "evdev")) == "evdev"
    return SimulatedKeylock(
        layout=choose("layout", options["layout"], LAYOUTS) if typed else "",
        pace_s=milliseconds("pace_ms", options["pace_ms"]),
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
