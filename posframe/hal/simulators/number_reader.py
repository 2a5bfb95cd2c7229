"""A reader of contactless cards that sends their number, in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.given_options import check_names, choice, milliseconds, truth
from posframe.hal.simulators.input_device import TextSimulator, hex_bytes, layout_of
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIEGAND_BYTES = 3


class SimulatedNumberReader(TextSimulator):
    """Sends the number of a card once each time it is touched."""

    def __init__(
        self,
        *,
        writes: str = "decimal",
        reverse: bool = False,
        layout: str = "us",
        pace_s: float = 0.0,
    ) -> None:
        """``layout``: country the reader types for; empty: it is on a serial line."""
        super().__init__(layout, pace_s)
        self._writes = writes
        self._reverse = reverse
        self.cards = 0

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {"touch": Act("touch HEX: a card with these bytes, as touch 00D507D0", self._touch)}

    def view(self) -> tuple[str, ...]:
        """Return what it has done, and nothing of what it read."""
        return (f"{self.cards} cards",)

    def _touch(self, words: str, now_s: float) -> bytes:
        card = hex_bytes(words)
        if self._writes == "wiegand" and len(card) < _WIEGAND_BYTES:
            raise DataError(f"A card has {_WIEGAND_BYTES} bytes or more", hint="touch 00D507D0")
        self.cards += 1
        return self.write(self._number(card[::-1] if self._reverse else card) + "\r", now_s)

    def _number(self, card: bytes) -> str:
        if self._writes == "hex":
            return card.hex().upper()
        if self._writes == "wiegand":
            first, second = card[-3], int.from_bytes(card[-2:], "big")
            return f"{first:03d},{second:05d}"
        return f"{int.from_bytes(card, 'big'):010d}"


def _make(given: Mapping[str, str]) -> SimulatedNumberReader:
    check_names(given, SIMULATOR.options)
    return SimulatedNumberReader(
        writes=choice(given, "writes", "decimal", "hex", "wiegand"),
        reverse=truth(given, "reverse"),
        layout=layout_of(given, "evdev", "serial"),
        pace_s=milliseconds(given, "pace_ms", 2),
    )


SIMULATOR = SimulatorSpec(
    name="nfc",
    title="Reader of contactless cards that sends their number",
    make=_make,
    options={
        "source": "serial, or evdev: it types; evdev if left out",
        "layout": "country it types for, us or de; us if left out",
        "writes": "decimal (ten digits), hex or wiegand; decimal if left out",
        "reverse": "yes: last byte first; no if left out",
        "pace_ms": "milliseconds a character or a move of a key takes; 2 if left out",
    },
    secret=True,
)
