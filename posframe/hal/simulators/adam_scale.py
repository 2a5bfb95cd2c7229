"""An Adam AZextra scale in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.given_options import truth
from posframe.hal.simulators.platter import OPTIONS, Platter
from posframe.hal.simulators.scale_simulator import (
    ScaleSimulator,
    decimal,
    ms,
    scale_options,
)
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

END = b"\r\n"
LINE_WIDTH = 12


class AdamSimulator(ScaleSimulator):
    """Answers P with a new weight above zero, and nothing else with anything.

    ``labels``: prints the weight with a heading, as its label formats do.
    """

    def __init__(self, platter: Platter | None = None, *, labels: bool = False) -> None:
        super().__init__(platter)
        self._labels = labels

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one command is long, and its answer."""
        end = data.find(END)
        if end < 0:
            return 0, b""
        answer = b""
        match data[:end]:
            case b"P":
                answer = self._print(now_s)
            case b"T":
                self.platter.take_tare(ms(now_s)) or self.platter.preset_tare(0)
            case b"Z":
                self.platter.zero(ms(now_s))
            case _:
                pass
        return end + len(END), answer

    def _print(self, now_s: float) -> bytes:
        shown = self.shown(now_s)
        if not (shown.is_sellable and self.platter.moved):
            return b""
        unit = self.platter.unit
        text = decimal(self.state(shown.weight), self.decimals[unit], LINE_WIDTH, " ")
        heading = b"GROSS " if self._labels else b""
        return heading + text + b" " + unit.encode("ascii") + END


def make(options: Mapping[str, str]) -> AdamSimulator:
    """Return a scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, own = scale_options(options, _OWN, ("kg", "lb", "g"))
    return AdamSimulator(platter, labels=truth(own, "labels"))


_OWN = {"labels": "yes: prints the weight with a heading"}
SIMULATOR = SimulatorSpec(
    name="adam", title="Adam AZextra scale", make=make, options={**OPTIONS, **_OWN}
)
