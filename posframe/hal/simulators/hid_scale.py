"""A USB HID scale in software: it reports all the time, whether anybody asks or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.simulators.platter import OPTIONS, Platter, Shown
from posframe.hal.simulators.scale_simulator import ScaleSimulator, ms, scale_options
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT_S = 0.1
UNITS = {"g": 2, "kg": 3, "oz": 11, "lb": 12}
STALE = b"\x03\x04\x03\xfd\x0f\x27"
"""What the system kept from before the line was opened: 9.999 kg, stable."""


class HidScaleSimulator(ScaleSimulator):
    """Sends a report every tenth of a second while a host is there; takes two control reports."""

    def __init__(self, platter: Platter | None = None, *, stale: bool = True) -> None:
        super().__init__(platter)
        self._stale = stale
        self._due_s: float | None = None
        self.sent = 0
        """Fresh reports with a weight that may be sold."""

    def connected(self, now_s: float) -> bytes:
        """Note that a host has opened the line; an old report comes first."""
        self._due_s = now_s + REPORT_S
        return STALE if self._stale else b""

    def disconnected(self) -> None:
        """Note that the host has gone."""
        super().disconnected()
        self._due_s = None

    def due_s(self) -> float | None:
        """Return when the next report is due."""
        return self._due_s

    def tick(self, now_s: float) -> bytes:
        """Let time pass; return the report that is due."""
        if self._due_s is None or now_s < self._due_s:
            return b""
        self._due_s = now_s + REPORT_S
        return self._report(self.shown(now_s))

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one report is long; reports are never answered."""
        if data[0] != 0x02:
            return 1, b""
        if len(data) < 2:
            return 0, b""
        if data[1] in {0x01, 0x02}:
            self.platter.zero(ms(now_s))
        return 2, b""

    def switched_on(self, now_s: float) -> None:
        """Begin anew, as after power-up."""
        super().switched_on(now_s)
        self._due_s = now_s + REPORT_S

    def _report(self, shown: Shown) -> bytes:
        decimals = self.decimals[self.platter.unit]
        digits = abs(self.platter.digits(shown.weight, decimals))
        status = self._status(shown)
        if status == 4:
            self.state(shown.weight)
        head = bytes((3, status, UNITS[self.platter.unit], -decimals & 0xFF))
        return head + min(digits, 0xFFFF).to_bytes(2, "little")

    def _status(self, shown: Shown) -> int:
        if shown.over:
            return 6
        if shown.moving:
            return 3
        if self.platter.initial_error:
            return 8
        if shown.weight < 0:
            return 5
        return 4 if shown.weight else 2


def make(options: Mapping[str, str]) -> HidScaleSimulator:
    """Return a scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, _ = scale_options(options, {}, tuple(UNITS))
    if platter.capacity > 60_000_000 and platter.unit == "kg":
        raise ConfigurationError("A report has 16 bits", hint="a capacity of 60 kg at most")
    return HidScaleSimulator(platter)


SIMULATOR = SimulatorSpec(name="hidscale", title="USB HID scale", make=make, options=OPTIONS)
