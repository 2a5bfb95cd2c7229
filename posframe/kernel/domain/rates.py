"""Rates: exact fractions for taxes and percentages. What they apply to is their owner's concern."""

from __future__ import annotations

import math
from typing import Final

import attrs

from posframe.errors import DataError
from posframe.kernel.domain.money import format_minor, parse_scaled
from posframe.kernel.domain.rounding import Rounding, divide
from posframe.value import Value

PERCENT_MAX: Final = 10_000
"""Largest percentage taken from outside."""

_PARSED_DECIMALS: Final = 6  # the finest tax rates in use, such as Quebec's 9.975 %, have three
_ROUNDED_DECIMALS: Final = 4  # shown of a rate whose decimals never end, such as a third


@attrs.frozen(init=False, eq=False, repr=False)
class Rate(Value):
    """A share that is not negative, as a fraction in lowest terms; equal rates compare equal."""

    numerator: int
    denominator: int

    def __init__(self, numerator: int, denominator: int) -> None:
        assert numerator >= 0, "the sign belongs to the amount"
        assert denominator > 0, "a rate is a fraction of something"
        divisor = math.gcd(numerator, denominator)
        self.__attrs_init__(numerator // divisor, denominator // divisor)

    @classmethod
    def percent(cls, text: str) -> Rate:
        """Read a percentage such as ``5.5`` exactly, here as 11/200.

        Raises:
            DataError: the text is no plain number of at most six decimals, is negative, or exceeds
                `PERCENT_MAX`.
        """
        scale: int = 10**_PARSED_DECIMALS
        scaled = parse_scaled(
            text, _PARSED_DECIMALS, maximum=PERCENT_MAX * scale, noun="percentage"
        )
        if scaled < 0:
            raise DataError(f"{text!r} is negative", hint="A percentage is zero or more")
        return cls(scaled, 100 * scale)

    @property
    def percent_text(self) -> str:
        """The percentage without trailing zeros: exact, or to 4 decimals where they never end."""
        hundredfold = Rate(100 * self.numerator, self.denominator)
        decimals = _finite_decimals(hundredfold.denominator)
        shown = _ROUNDED_DECIMALS if decimals is None else decimals
        text = format_minor(hundredfold.of(10**shown, Rounding.HALF_UP), shown)
        return text.rstrip("0").rstrip(".") if shown else text

    def of(self, minor: int, rounding: Rounding) -> int:
        """Return this share of ``minor``: tax on a net amount, a discount on a price."""
        return divide(minor * self.numerator, self.denominator, rounding)

    def within(self, minor: int, rounding: Rounding) -> int:
        """Return the share contained in ``minor``, as tax is in a gross amount.

        From gross = net * (1 + n / d) follows gross - net = gross * n / (d + n).
        """
        return divide(minor * self.numerator, self.denominator + self.numerator, rounding)


def _finite_decimals(denominator: int) -> int | None:
    """Return how many decimals a fraction in lowest terms has, None when they never end."""
    # A factor 2 or 5 needs one decimal each at most, and there are at most so many of them.
    longest = denominator.bit_length()
    return next((count for count in range(longest) if 10**count % denominator == 0), None)
