"""A barcode scanner in HID-POS mode, in software: reports of 64 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.given_options import check_names, choice, milliseconds, truth
from posframe.hal.simulators.input_device import (
    InputSimulator,
    encoded,
    label,
)
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA_MAX = 56
_REPORT = 64


class SimulatedHidScanner(InputSimulator):
    """Sends a code and a carriage return, in as many reports as they take."""

    def __init__(self, *, late_aim: bool = False, suffix: bytes = b"\r", pace_s: float = 0) -> None:
        super().__init__(pace_s)
        self._late = b"\x00" if late_aim else b""
        self._suffix = suffix
        self.scans = 0

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {"scan": Act("scan [AIM] CODE, as scan 4006381333931", self._scan)}

    def view(self) -> tuple[str, ...]:
        """Return what it has done."""
        return (f"{self.scans} codes",)

    def _scan(self, words: str, now_s: float) -> bytes:
        aim, code = label(words)
        data = encoded(code) + self._suffix
        self.scans += 1
        parts = [data[at : at + _DATA_MAX] for at in range(0, len(data), _DATA_MAX)]
        reports = [
            self._report(aim, part, continued=at < len(parts)) for at, part in enumerate(parts, 1)
        ]
        return self.say(reports, now_s)

    def _report(self, aim: str, data: bytes, *, continued: bool) -> bytes:
        head = bytes((2, len(data))) + self._late + aim.encode() + data
        return head.ljust(_REPORT - 1, b"\0") + bytes((continued,))


def _make(given: Mapping[str, str]) -> SimulatedHidScanner:
    check_names(given, SIMULATOR.options)
    return SimulatedHidScanner(
        late_aim=truth(given, "late_aim"),
        suffix=b"\r" if choice(given, "suffix", "CR", "none") == "CR" else b"",
        pace_s=milliseconds(given, "pace_ms", 8),
    )


SIMULATOR = SimulatorSpec(
    name="hidpos",
    title="Barcode scanner in HID-POS mode",
    make=_make,
    options={
        "late_aim": "yes: AIM identifier and data one byte later; no if left out",
        "suffix": "CR or none, inside the data; CR if left out",
        "pace_ms": "milliseconds between two reports of one code; 8 if left out",
    },
)
