"""A Mettler-Toledo 8217 scale in software."""

from __future__ import annotations

import re
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

STX, CR = b"\x02", b"\r"
TARE_S = 0.15
_TARE = re.compile(rb"T(\d{5})?\r")
_TARE_BEGUN = re.compile(rb"T\d{0,5}\Z")


class Mt8217Simulator(ScaleSimulator):
    """Answers W, Z, T, C, A, B, E and F; anything else is not heard.

    ``once``: states each weight once, then only that nothing has changed, as some models do.
    """

    def __init__(
        self, platter: Platter | None = None, *, once: bool = False, tares: bool = True
    ) -> None:
        super().__init__(platter)
        self._once, self._tares = once, tares
        self._echoes = self._tested = False

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one command is long, and its answer."""
        letter = data[:1]
        if self._echoes and letter != b"F":
            return 1, letter
        if letter == b"T":
            return self._tare_command(data, now_s)
        answers = {
            b"W": self._weigh, b"Z": self._zero, b"C": self._clear, b"A": self._test_start,
            b"B": self._test_result, b"E": self._echo_on, b"F": self._echo_off,
        }  # fmt: skip
        return 1, answers[letter](now_s) if letter in answers else b""

    def switched_on(self, now_s: float) -> None:
        """Begin anew, as after power-up."""
        super().switched_on(now_s)
        self._echoes = self._tested = False

    def _weigh(self, now_s: float) -> bytes:
        shown = self.shown(now_s)
        if not shown.is_sellable or (self._once and not self.platter.moved):
            return self._status(now_s)
        digits = self.state(shown.weight)
        text = decimal(digits, self.decimals[self.platter.unit], _WIDTHS[self.platter.unit])
        return STX + text + (b"N" if shown.net else b"") + CR

    def _status(self, now_s: float) -> bytes:
        shown, platter = self.shown(now_s), self.platter
        bits = 0x40
        for is_so, bit in (
            (shown.moving, 0x01),
            (shown.over, 0x02),
            (shown.weight < 0, 0x04),
            (platter.initial_error, 0x08),
            (shown.at_zero, 0x10),
            (shown.net, 0x20),
        ):
            bits |= bit if is_so else 0
        return STX + b"?" + bytes((bits,)) + CR

    def _zero(self, now_s: float) -> bytes:
        answer = self._status(now_s)  # the zero is taken with the next measurement
        self.platter.zero(ms(now_s))
        return answer

    def _tare_command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        found = _TARE.match(data)
        if found is None:
            return (0 if _TARE_BEGUN.match(data) else 1), b""
        if self._tares:
            if found[1]:
                step = 10 ** (6 - self.decimals[self.platter.unit])
                self.platter.preset_tare(int(found[1]) * step)
            else:
                self.platter.take_tare(ms(now_s))
            self.answer_at(now_s + TARE_S, self._status(now_s))
        return found.end(), b""

    def _clear(self, now_s: float) -> bytes:
        if not self.shown(now_s).moving:
            self.platter.preset_tare(0)
        self.answer_at(now_s + TARE_S, self._status(now_s))
        return b""

    def _test_start(self, _now_s: float) -> bytes:
        self._tested = True
        return STX + CR

    def _test_result(self, _now_s: float) -> bytes:
        passed, self._tested = self._tested, False
        return STX + b"?" + (b"@" if passed else b"\x00") + CR

    def _echo_on(self, _now_s: float) -> bytes:
        self._echoes = True
        return STX + b"E" + CR

    def _echo_off(self, _now_s: float) -> bytes:
        self._echoes = False
        return b""


_WIDTHS = {"kg": 6, "lb": 5}


def make(options: Mapping[str, str]) -> Mt8217Simulator:
    """Return a scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, own = scale_options(options, _OWN)
    return Mt8217Simulator(
        platter, once=truth(own, "once"), tares=truth(own, "tares", default=True)
    )


_OWN = {
    "once": "yes: states each weight once, then that it is unchanged",
    "tares": "no: tares are not enabled, and not answered",
}
SIMULATOR = SimulatorSpec(
    name="mt8217", title="Mettler-Toledo 8217 scale", make=make, options={**OPTIONS, **_OWN}
)
