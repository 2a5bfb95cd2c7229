"""The platter of a scale in software: loads that swing and settle, zero, tare, and its limits.

Pure and in whole millionths of the scale's unit and milliseconds, so that every run is the same to
the last digit. What a scale says of it, and how, is the business of each simulator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.given_options import truth
from posframe.kernel.domain.money import parse_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

MICRO = 1_000_000
WEIGHT_MAX = 1_000 * MICRO
SWINGS_MAX = 16
"""After so many swings, each a quarter of the one before, a load of a ton hangs still."""
JOLT_MS = 300
LONG_AGO_MS = -(10**9)
ZERO_RANGE = 50
"""The zero can be set within a fiftieth of the capacity, as in the standard for scales."""
POWER_ON_RANGE = 10
OVER_DIVISIONS = 9
"""A scale may show so many divisions more than its capacity."""

OPTIONS = {
    "unit": "kg, g, lb or oz",
    "capacity": "most it weighs, as 15",
    "division": "step of its display, as 0.005",
    "minimum": "least it sells, as 0.1; 0 for none",
    "load": "what lies on it at first, as 1.250",
    "swing_ms": "how long one swing of a load takes; 0: none",
    "settle_ms": "how long a load has to rest before it counts as stable",
    "again": "yes: whenever its weight was told, the load is lifted and put back by itself",
    "drift": "how far its zero wanders in a minute, as 0.001",
}
"""Options of a platter, for the simulators of all scales."""


@attrs.frozen
class Shown:
    """What a scale knows of its platter at one moment."""

    weight: int
    """Net, in steps of the display, in millionths of the unit."""
    moving: bool
    over: bool
    under: bool
    """Less than nothing lies on it: the platter was lifted off."""
    at_zero: bool
    """The gross weight is nothing, within half a step."""
    below_minimum: bool
    net: bool
    """A tare is taken off."""

    @property
    def is_sellable(self) -> bool:
        """Whether a scale may state this weight as a weighing."""
        trouble = self.moving or self.over or self.under or self.below_minimum
        return self.weight > 0 and not trouble


@attrs.define
class Platter:
    """A platter with something on it, or nothing."""

    unit: str = "kg"
    capacity: int = 15 * MICRO
    division: int = 5_000
    minimum: int = 0
    swing_ms: int = 60
    settle_ms: int = 400
    drift: int = 0
    """Millionths a minute."""
    again: bool = False
    """Whether a load that was weighed counts as lifted and put back at once."""
    load: int = 0
    tare: int = 0
    moved: bool = True
    """Something was lifted, put or pushed since the latest weighing."""
    emptied: bool = True
    """Nothing lay on it since the latest weighing."""
    initial_error: bool = False
    """It was switched on with too much on it to find its zero."""
    _begin: int = attrs.field(default=0, init=False)
    _since_ms: int = attrs.field(default=LONG_AGO_MS, init=False)
    _shaken_until_ms: int = attrs.field(default=LONG_AGO_MS, init=False)
    _zero: int = attrs.field(default=0, init=False)
    _zeroed_ms: int | None = attrs.field(default=None, init=False)

    def put(self, load: int, now_ms: int) -> None:
        """Have ``load`` lie on it, in place of what lay there."""
        here = self._position(now_ms)
        # The same again was lifted and put back: it comes from above.
        self._begin = 0 if load == self.load else here
        self.load, self._since_ms = load, now_ms
        self.moved = True
        self.emptied |= load == 0

    def jolt(self, now_ms: int) -> None:
        """Push it."""
        self._begin, self._since_ms = self.load + 20 * self.division, now_ms
        self._shaken_until_ms = now_ms + JOLT_MS
        self.moved = True

    def shown(self, now_ms: int) -> Shown:
        """Return what the scale knows now."""
        gross = self._rounded(self._gross(now_ms))
        net = gross - self.tare
        return Shown(
            weight=net,
            moving=self._is_moving(now_ms),
            over=gross > self.capacity + OVER_DIVISIONS * self.division,
            under=gross < 0,
            at_zero=gross == 0,
            below_minimum=0 < gross < self.minimum,
            net=self.tare != 0,
        )

    def zero(self, now_ms: int) -> bool:
        """Take what lies on it for nothing, if that is little and at rest; return whether."""
        here = self._position(now_ms)
        if self._is_moving(now_ms) or abs(here) * ZERO_RANGE > self.capacity or self.tare:
            return False
        self._zero, self._zeroed_ms, self.initial_error = here, now_ms, False
        return True

    def take_tare(self, now_ms: int) -> bool:
        """Take off what lies on it from now on, if that is something at rest; return whether."""
        gross = self._rounded(self._gross(now_ms))
        if self._is_moving(now_ms) or not 0 < gross <= self.capacity:
            return False
        self.tare = gross
        return True

    def preset_tare(self, tare: int) -> bool:
        """Take off ``tare`` from now on, 0 for none; return whether it fits the scale."""
        if not 0 <= tare <= self.capacity:
            return False
        self.tare = tare
        return True

    def weighed(self) -> None:
        """Note that the weight was given out: moving and emptying count anew."""
        self.moved = self.emptied = self.again

    def power_on(self, now_ms: int) -> None:
        """Find the zero, as scales do when they are switched on."""
        here = self._position(now_ms)
        self.tare = 0
        self.moved = self.emptied = True
        self.initial_error = abs(here) * POWER_ON_RANGE > self.capacity
        if not self.initial_error:
            self._zero, self._zeroed_ms = here, now_ms

    def digits(self, weight: int, decimals: int) -> int:
        """Return ``weight`` in units of its last of ``decimals`` digits."""
        return weight // int(10 ** (6 - decimals))

    def _gross(self, now_ms: int) -> int:
        since_ms = 0 if self._zeroed_ms is None else now_ms - self._zeroed_ms
        return self._position(now_ms) - self._zero + self.drift * since_ms // 60_000

    def _position(self, now_ms: int) -> int:
        """Return what presses on the load cell: the load, and its swing around it."""
        if not self.swing_ms:
            return self.load
        swing, within_ms = divmod(max(0, now_ms - self._since_ms), self.swing_ms)
        if swing >= SWINGS_MAX:
            return self.load
        here, there = self._extreme(swing), self._extreme(swing + 1)
        return self.load + here + (there - here) * within_ms // self.swing_ms

    def _extreme(self, swing: int) -> int:
        """Return how far from the load a swing begins: a quarter as far each time, to and fro."""
        span = abs(self._begin - self.load) >> 2 * swing
        above = (self._begin > self.load) == (swing % 2 == 0)
        return span if above else -span

    def _is_moving(self, now_ms: int) -> bool:
        """Tell whether it swung more than a division lately."""
        swing = next(s for s in range(SWINGS_MAX + 1) if abs(self._extreme(s)) <= self.division)
        still_ms = self._since_ms + swing * self.swing_ms + self.settle_ms
        return now_ms < max(still_ms, self._shaken_until_ms)

    def _rounded(self, weight: int) -> int:
        return (weight + self.division // 2) // self.division * self.division


def platter_from(options: Mapping[str, str]) -> Platter:
    """Return a platter from options given as text, with its first load at rest.

    Raises:
        ConfigurationError: one cannot be read.
    """
    unit = options.get("unit", "kg")
    if unit not in _DIVISIONS:
        raise ConfigurationError(
            f"There is no scale for {unit!r}", hint=f"units: {', '.join(_DIVISIONS)}"
        )
    try:
        capacity, division = _DIVISIONS[unit]
        platter = Platter(
            unit=unit,
            capacity=read_micro(options.get("capacity", capacity)),
            division=read_micro(options.get("division", division)),
            minimum=read_micro(options.get("minimum", "0")),
            swing_ms=_whole(options.get("swing_ms", "60")),
            settle_ms=_whole(options.get("settle_ms", "400")),
            drift=read_micro(options.get("drift", "0")),
            again=truth(options, "again"),
            load=read_micro(options.get("load", "0")),
        )
    except DataError as error:
        raise ConfigurationError(error.message, hint=error.hint) from error
    if platter.division <= 0:
        raise ConfigurationError("division=0 is no step of a display", hint="write it as 0.005")
    return platter


def read_micro(text: str) -> int:
    """Return millionths of a unit written as ``1.250``.

    Raises:
        DataError: the text is no such number.
    """
    return parse_scaled(text, 6, maximum=WEIGHT_MAX, noun="weight")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise DataError(f"{text!r} is no number of milliseconds", hint="write it as 400")
    return int(text)


_DIVISIONS = {
    "kg": ("15", "0.005"), "g": ("1000", "1"), "lb": ("30", "0.01"), "oz": ("900", "0.1"),
}  # fmt: skip
"""Capacity and division of a scale in each unit, if nothing else is said."""
