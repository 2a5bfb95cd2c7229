"""A CAS scale in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.platter import MICRO, OPTIONS, Platter, Shown
from posframe.hal.simulators.scale_simulator import ScaleSimulator, decimal, scale_options
from posframe.hal.simulators.simulator import Act, SimulatorSpec
from posframe.kernel.domain.money import parse_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

SOH, STX, ETX, EOT, ENQ, ACK, DC1, DC2, NAK = (
    bytes((each,)) for each in (1, 2, 3, 4, 5, 6, 0x11, 0x12, 0x15)
)
BUSY_MAX = 100


class CasSimulator(ScaleSimulator):
    """Answers ENQ, and after it DC1 or DC2. ``price_minor`` is the unit price that is set at it."""

    def __init__(self, platter: Platter | None = None, *, price_minor: int = 0) -> None:
        super().__init__(platter)
        self.price_minor = price_minor
        self._busy = 0
        self._asked = False

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one command is long, and its answer."""
        code, asked = data[:1], self._asked
        self._asked = False
        if code == ENQ:
            return 1, self._enquired()
        if asked and code in {DC1, DC2}:
            return 1, SOH + self._blocks(self.shown(now_s), priced=code == DC2) + EOT
        return 1, b""

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the scale."""
        return {
            **super().acts(),
            "busy": Act("busy N: say that it is not ready to the next N questions", self._be_busy),
            "price": Act("price AMOUNT: key a unit price, as price 1.99", self._key_price),
        }

    def disconnected(self) -> None:
        """Note that the host has gone; what was half received is lost."""
        super().disconnected()
        self._asked = False

    def _enquired(self) -> bytes:
        if self._busy:
            self._busy -= 1
            return NAK
        self._asked = True
        return ACK

    def _blocks(self, shown: Shown, *, priced: bool) -> bytes:
        weight = self._weight(shown)
        if not priced:
            return _block(weight)
        amount = (max(0, shown.weight) * self.price_minor + MICRO // 2) // MICRO
        first, last = (decimal(each, 2, 8, " ") for each in (amount, self.price_minor))
        return _block(first) + _block(weight) + _block(last)

    def _weight(self, shown: Shown) -> bytes:
        unit = self.platter.unit
        if shown.is_sellable:
            self.state(shown.weight)
        digits = self.platter.digits(abs(shown.weight), self.decimals[unit])
        text = decimal(digits, self.decimals[unit], 6)
        sign = b"-" if shown.weight < 0 else b" "
        if shown.over:
            sign, text = b"F", b"      "
        return (b"U" if shown.moving else b"S") + sign + text + unit.rjust(2).encode("ascii")

    def _be_busy(self, words: str, _now_s: float) -> bytes:
        if not words.isdecimal() or int(words) > BUSY_MAX:
            raise DataError(f"{words!r} is no number of questions", hint="write it as busy 2")
        self._busy = int(words)
        return b""

    def _key_price(self, words: str, _now_s: float) -> bytes:
        self.price_minor = parse_scaled(words, 2, maximum=999_999, noun="price")
        return b""


def _block(data: bytes) -> bytes:
    check = 0
    for byte in data:
        check ^= byte
    return STX + data + bytes((check,)) + ETX


def make(options: Mapping[str, str]) -> CasSimulator:
    """Return a scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, _ = scale_options(options, {}, ("kg", "lb", "oz", "g"))
    return CasSimulator(platter)


SIMULATOR = SimulatorSpec(name="cas", title="CAS scale", make=make, options=OPTIONS)
