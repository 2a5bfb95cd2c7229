"""A scale in software that speaks the NCI protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.simulators.given_options import truth
from posframe.hal.simulators.platter import OPTIONS, Platter, Shown
from posframe.hal.simulators.scale_simulator import (
    ScaleSimulator,
    decimal,
    ms,
    scale_options,
)
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

CR, LF, ETX = b"\r", b"\n", b"\x03"
FIXED = 0x30
FOLLOWS = 0x40
DIGITS = 6
"""Of a weight, its point included."""


class NciSimulator(ScaleSimulator):
    """Answers W, S, Z, H, U and M; to anything else it says that it does not know it.

    ``letter``: begins the status with an S. ``ecr``: says the status alone where there is no weight
    to be sold. ``bytes_``: how many status bytes it sends.
    """

    def __init__(
        self,
        platter: Platter | None = None,
        *,
        letter: bool = True,
        ecr: bool = False,
        bytes_: int = 2,
    ) -> None:
        super().__init__(platter)
        self._letter, self._ecr, self._bytes = letter, ecr, bytes_

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one command is long, and its answer."""
        end = data.find(CR)
        if end < 0:
            return 0, b""
        shown = self.shown(now_s)
        match data[:end]:
            case b"W":
                answer = self._weight(shown, self.decimals[self.platter.unit])
            case b"H":
                answer = self._weight(shown, self.decimals[self.platter.unit] + 1)
            case b"S":
                answer = self._status(shown)
            case b"Z":
                self.platter.zero(ms(now_s))
                answer = self._status(self.shown(now_s))
            case b"U":
                answer = LF + self._unit() + CR + self._status(shown)
            case b"M":
                counts = max(0, self.platter.load // self.platter.division)
                answer = LF + b"%06dMM" % counts + CR + self._status(shown)
            case _:
                answer = LF + b"?" + CR + ETX
        return end + 1, answer

    def _weight(self, shown: Shown, decimals: int) -> bytes:
        sellable = shown.is_sellable or shown.at_zero
        if self._ecr and not (sellable and not shown.moving):
            return self._status(shown)
        status = self._status(shown)
        width = DIGITS + (decimals > self.decimals[self.platter.unit])
        text = decimal(self.platter.digits(shown.weight, decimals), decimals, width)
        if shown.is_sellable:
            self.state(shown.weight)
        for mark, is_so in ((b"^", shown.over), (b"_", shown.under)):
            text = mark * width if is_so else text
        if self.platter.initial_error:
            text = b"-" * width
        return LF + text + self._unit() + CR + status

    def _unit(self) -> bytes:
        return self.platter.unit.upper().encode("ascii")

    def _status(self, shown: Shown) -> bytes:
        platter = self.platter
        bits = (
            shown.moving | shown.at_zero << 1,
            shown.under | shown.over << 1,
            shown.net << 2 | platter.initial_error << 3,
            platter.moved | platter.emptied << 1 | (platter.unit == "kg") << 2,
        )[: self._bytes]
        sent = [
            FIXED | each | (FOLLOWS if 0 < at < len(bits) - 1 else 0)
            for at, each in enumerate(bits)
        ]
        return LF + (b"S" if self._letter else b"") + bytes(sent) + CR + ETX


def make(options: Mapping[str, str]) -> NciSimulator:
    """Return a scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, own = scale_options(options, _OWN, ("kg", "lb", "oz"))
    if own.get("status", "2") not in {"2", "3", "4"}:
        raise ConfigurationError(f"status={own['status']} cannot be", hint="write 2, 3 or 4")
    return NciSimulator(
        platter,
        letter=truth(own, "letter", default=True),
        ecr=truth(own, "ecr"),
        bytes_=int(own.get("status", "2")),
    )


_OWN = {
    "letter": "no: leaves out the S before the status",
    "ecr": "yes: says the status alone where there is no weight to be sold",
    "status": "how many status bytes: 2, 3 or 4",
}
SIMULATOR = SimulatorSpec(
    name="nci", title="NCI scale (Weigh-Tronix, Brecknell)", make=make, options={**OPTIONS, **_OWN}
)
