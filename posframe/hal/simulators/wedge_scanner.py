"""A barcode scanner that types, in software: the input events of a keyboard.

A person can type on it too, at a person's pace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.given_options import check_names, choice, milliseconds, truth
from posframe.hal.simulators.input_device import GS, GS_WORD, InputSimulator, label
from posframe.hal.simulators.key_presses import GS_KEYS, LAYOUTS, events, key_moves
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSON_S = 0.075
"""Half of the time from key to key of a quick typist: a key goes down, then it comes up."""
_SUFFIXES = {"CR": "\n", "CRLF": "\n\n", "TAB": "\t", "none": ""}


class SimulatedWedgeScanner(InputSimulator):
    """``pace_s`` is the time from one move of a key to the next."""

    def __init__(
        self,
        *,
        layout: str = "us",
        suffix: str = "\n",
        prefix: str = "",
        aim: bool = False,
        gs: str = "ctrl",
        pace_s: float = 0.0,
    ) -> None:
        super().__init__(pace_s)
        self._layout = layout
        self._suffix, self._prefix = suffix, prefix
        self._aim = aim
        self._gs = gs
        self.scans = 0

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {
            "scan": Act("scan [AIM] CODE, as scan 4006381333931", self._scan),
            "type": Act("type TEXT, at a person's pace, Enter behind it", self._typed),
        }

    def view(self) -> tuple[str, ...]:
        """Return what it has done."""
        return (f"{self.scans} codes, layout {self._layout}",)

    def _scan(self, words: str, now_s: float) -> bytes:
        aim, code = label(words)
        self.scans += 1
        text = self._prefix + (aim if self._aim else "") + code + self._suffix
        moves = key_moves(text, self._layout, self._gs)
        return self.say(events(moves, now_s, self.pace_s), now_s)

    def _typed(self, words: str, now_s: float) -> bytes:
        moves = key_moves(words.replace(GS_WORD, GS) + "\n", self._layout, self._gs)
        return self.say(events(moves, now_s, PERSON_S), now_s, PERSON_S)


def _make(given: Mapping[str, str]) -> SimulatedWedgeScanner:
    check_names(given, SIMULATOR.options)
    return SimulatedWedgeScanner(
        layout=choice(given, "layout", *LAYOUTS),
        suffix=_SUFFIXES[choice(given, "suffix", *_SUFFIXES)],
        prefix=given.get("prefix", ""),
        aim=truth(given, "aim"),
        gs=choice(given, "gs", *GS_KEYS),
        pace_s=milliseconds(given, "pace_ms", 2),
    )


SIMULATOR = SimulatorSpec(
    name="wedge",
    title="Barcode scanner that types like a keyboard",
    make=_make,
    options={
        "layout": "country it is set to, us or de; us if left out",
        "suffix": "what it types after a code: CR, CRLF, TAB or none; CR if left out",
        "prefix": "what it types before; nothing if left out",
        "aim": "yes: it types AIM identifiers; no if left out",
        "gs": "how it types GS: ctrl (Ctrl and ]), alt (its number) or f8; ctrl if left out",
        "pace_ms": "milliseconds from one move of a key to the next; 2 if left out",
    },
)
