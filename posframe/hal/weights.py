"""Weights as scales state them: exact, with the scale's own decimals and unit."""

from __future__ import annotations

import enum

import attrs

from posframe.errors import DataError


class Load(enum.Enum):
    """What a scale says of its platter."""

    STABLE = "stable"
    """At rest, with a weight above zero."""
    ZERO = "at zero"
    """At rest, and nothing lies on it. Some scales then state no weight."""
    MOTION = "in motion"
    SAME = "not moved since the last weighing"
    """The load was weighed already: to sell it twice, it is lifted once (UnifiedPOS: same)."""
    SILENT = "no new weight"
    """From scales that answer only to a new weight: empty, in motion, weighed, or switched off."""
    UNDER_ZERO = "below zero"
    OVERLOAD = "over capacity"
    BELOW_MINIMUM = "below the smallest weight this scale may sell"
    NOT_READY = "not ready"
    """Warming up, or outside the range it can set to zero."""
    FAULT = "out of order"


LIFTED = frozenset({Load.ZERO, Load.MOTION, Load.UNDER_ZERO, Load.BELOW_MINIMUM})
"""What is seen of a scale whose load is taken away or moved."""
_METRIC = {"mg": 0, "g": 3, "kg": 6, "t": 9}
"""Metric units, as powers of ten of the smallest."""


@attrs.frozen
class Weight:
    """``digits`` hundredths, thousandths, … of a unit: 1250, 3, "kg" is 1.250 kg."""

    digits: int
    decimals: int
    unit: str
    """``kg``, ``g``, ``lb`` or ``oz``; also what else a scale can be switched to."""

    def milli(self, unit: str) -> int:
        """Return thousandths of ``unit``, exactly.

        Raises:
            DataError: the scale weighs in a unit of another system, or finer than a thousandth.
        """
        if self.unit == unit:
            shift = 0
        elif self.unit in _METRIC and unit in _METRIC:
            shift = _METRIC[self.unit] - _METRIC[unit]
        else:
            raise DataError(
                f"The scale weighs in {self.unit}, this item is sold by the {unit}",
                hint=f"switch the scale to {unit}, or key the weight",
            )
        power = 3 + shift - self.decimals
        if power >= 0:
            return self.digits * int(10**power)
        thousandths, rest = divmod(self.digits, int(10**-power))
        if rest:
            raise DataError(
                f"{self} is finer than a thousandth of a {unit}",
                hint="set the scale to show fewer decimals",
            )
        return thousandths

    def __str__(self) -> str:
        sign, digits = ("-" if self.digits < 0 else ""), abs(self.digits)
        if not self.decimals:
            return f"{sign}{digits} {self.unit}"
        whole, part = divmod(digits, 10**self.decimals)
        return f"{sign}{whole}.{part:0{self.decimals}d} {self.unit}"


@attrs.frozen
class Reading:
    """One answer of a scale. Only ``STABLE`` with a weight above zero may be sold."""

    load: Load
    weight: Weight | None = None
    """Stated where the scale states it, also while in motion."""
    net: bool = False
    """A tare has been taken off."""
    price_minor: int | None = None
    """Unit price it computed with, in minor units, where it computes."""
    amount_minor: int | None = None
    """What it computed, in minor units."""
    detail: str = ""
    """What a fault is, in words or in the scale's own code."""
    moved: bool = attrs.field(default=False, eq=False)
    """The scale, or its driver, has seen the load lifted or moved since the reading before."""


def weight_of(text: str, unit: str) -> Weight:
    """Return the weight written as ``text``, such as ``01.250`` or ``-0.005``, exactly."""
    whole, _, part = text.replace(" ", "").partition(".")
    return Weight(int(whole + part), len(part), unit)


def at_rest(weight: Weight, *, net: bool = False, moved: bool = False) -> Reading:
    """Return what a scale at rest says that shows ``weight``: above, at, or below zero."""
    load = Load.ZERO
    if weight.digits:
        load = Load.STABLE if weight.digits > 0 else Load.UNDER_ZERO
    return Reading(load, weight, net, moved=moved)
