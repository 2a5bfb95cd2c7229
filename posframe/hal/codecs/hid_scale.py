"""USB HID scales (usage page 0x8D: Dymo, Stamps.com, Mettler, Fairbanks): reports of six bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.weights import Load, Reading, Weight, at_rest

if TYPE_CHECKING:
    from posframe.hal.facts import WireNoise

ZERO = b"\x02\x02"
"""Output report: take what lies on the platter for nothing."""
REPORT_BYTES = 6
EXPONENT_MIN, EXPONENT_MAX = -9, 6
"""Steps of a unit that no scale exceeds: further ones are noise."""
UNITS = ("", "mg", "g", "kg", "ct", "tael", "gr", "dwt", "t", "ton", "ozt", "oz", "lb")

_FAULT, _AT_ZERO, _MOTION, _STABLE, _UNDER, _OVER, _CALIBRATE, _REZERO = range(1, 9)


@attrs.frozen
class Report:
    """One data report."""

    status: int
    weight: Weight


class HidScaleCodec(FrameCodec[Report]):
    """Reads reports; the first ``stale`` ones after the line was opened are old and left out."""

    starts = re.compile(rb"[\x03\x04]")
    length_max = REPORT_BYTES
    gap_s = 0.05

    def __init__(self, stale: int = 0) -> None:
        super().__init__()
        self._stale = stale

    def feed(self, data: bytes, now_s: float) -> list[Report | WireNoise]:
        """Take bytes, in pieces of any size; return the reports they complete."""
        fresh: list[Report | WireNoise] = []
        for message in super().feed(data, now_s):
            if isinstance(message, Report) and self._stale:
                self._stale -= 1
            else:
                fresh.append(message)
        return fresh

    def frame(self, data: bytes, at: int) -> tuple[int, Report | None]:
        """Return the length of the report at ``at``, and what it says."""
        report = data[at : at + REPORT_BYTES]
        if not _HEAD.match(report):
            return 1, None
        if len(report) < REPORT_BYTES:
            return MORE, None
        exponent = int.from_bytes(report[3:4], "little", signed=True)
        if not EXPONENT_MIN <= exponent <= EXPONENT_MAX or (report[1] == _STABLE and not report[2]):
            return 1, None
        digits = int.from_bytes(report[4:6], "little")
        if report[1] == _UNDER:  # the number has no sign; unverified on a real device
            digits = -digits
        if exponent > 0:
            digits, exponent = digits * 10**exponent, 0
        return REPORT_BYTES, Report(report[1], Weight(digits, -exponent, UNITS[report[2]]))


def reading_of(report: Report, *, moved: bool = False) -> Reading:
    """Return what the scale says of its platter; ``moved`` if it was seen to since before."""
    if report.status == _STABLE:
        return at_rest(report.weight, moved=moved)
    load, detail = _LOADS[report.status]
    weight = None if load in {Load.FAULT, Load.NOT_READY} else report.weight
    return Reading(load, weight, detail=detail, moved=moved)


# Report, status, unit: what is half read can become a report, or is noise.
_HEAD = re.compile(rb"[\x03\x04](?:[\x01-\x08](?:[\x00-\x0c].{0,3})?)?\Z", re.DOTALL)
_LOADS = {
    _FAULT: (Load.FAULT, ""),
    _AT_ZERO: (Load.ZERO, ""),
    _MOTION: (Load.MOTION, ""),
    _UNDER: (Load.UNDER_ZERO, ""),
    _OVER: (Load.OVERLOAD, ""),
    _CALIBRATE: (Load.NOT_READY, "it has to be calibrated"),
    _REZERO: (Load.NOT_READY, "it has to be set to zero"),
}
