"""Weights as scales state them: exact, with the scale's own decimals and unit."""

from __future__ import annotations

import enum

import attrs

from posframe.errors import DataError


class Load(enum.Enum):
    """What a scale says of its platter."""

    STABLE = "stable"
    MOTION = "in motion"
    SAME = "not moved since the last weighing"
    """The load was weighed already: to sell it twice, it is lifted once (UnifiedPOS: same)."""
    UNDER_ZERO = "below zero"
    OVERLOAD = "over capacity"
    BELOW_MINIMUM = "below the smallest weight this scale may sell"
    NOT_READY = "not ready"
    """Warming up, or outside the range it can set to zero."""
    FAULT = "out of order"


@attrs.frozen
class Weight:
    """``digits`` hundredths, thousandths, … of a unit: 1250, 3, "kg" is 1.250 kg."""

    digits: int
    decimals: int
    unit: str
    """``kg``, ``g``, ``lb`` or ``oz``."""

    def milli(self, unit: str) -> int:
        """Return thousandths of ``unit``, exactly.

        Raises:
            DataError: the scale weighs in a unit of another system, or finer than a thousandth.
        """
        digits, decimals = self.digits, self.decimals
        if (self.unit, unit) == ("g", "kg"):
            decimals += 3
        elif (self.unit, unit) == ("kg", "g"):
            digits *= 1000
        elif self.unit != unit:
            raise DataError(
                f"The scale weighs in {self.unit}, this item is sold by the {unit}",
                hint=f"switch the scale to {unit}, or key the weight",
            )
        scale: int = 10**decimals
        thousandths, rest = divmod(digits * 1000, scale)
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
    """What a fault is, in the scale's own code."""
