"""Quantities: whole thousandths of a unit, as scales and scanners deliver them."""

from __future__ import annotations

import difflib
import enum
from typing import Final

import attrs

from posframe.errors import DataError
from posframe.kernel.domain.money import format_minor, parse_scaled
from posframe.kernel.domain.rounding import Rounding, divide

MILLI_MAX: Final = 99_999_999
"""Largest quantity taken from outside, in thousandths: 99,999.999 of any unit."""


class Unit(enum.Enum):
    """What is counted or weighed; the value is the code written in files and on receipts."""

    PIECE = "pcs"
    KILOGRAM = "kg"
    GRAM = "g"
    LITRE = "l"
    METRE = "m"
    HOUR = "h"

    @property
    def code(self) -> str:
        """The code written in files and on receipts."""
        return self.value

    @property
    def decimals(self) -> int:
        """Decimals always shown; further ones appear where they are not zero."""
        return _DECIMALS[self]


PIECE: Final = Unit.PIECE
KILOGRAM: Final = Unit.KILOGRAM
GRAM: Final = Unit.GRAM
LITRE: Final = Unit.LITRE
METRE: Final = Unit.METRE
HOUR: Final = Unit.HOUR

_DECIMALS: Final = {PIECE: 0, KILOGRAM: 3, GRAM: 0, LITRE: 3, METRE: 3, HOUR: 2}
_UNITS: Final = {unit.value: unit for unit in Unit}


class UnitMismatch(TypeError):
    """Two quantities were combined that are not of one unit: a programmer's mistake."""


@attrs.frozen
class Quantity:
    """So many thousandths of a unit; negative when goods come back."""

    milli: int
    """Thousandths: 642 of a kilogram are 0.642 kg."""
    unit: Unit = PIECE

    def __attrs_post_init__(self) -> None:
        assert type(self.milli) is int, f"a quantity is whole thousandths, not {self.milli!r}"

    @classmethod
    def parse(cls, text: str, unit: Unit = PIECE) -> Quantity:
        """Read a number of units, such as ``0.642``, exactly.

        Raises:
            DataError: the text is no such number, see `parse_milli`.
        """
        return cls(parse_milli(text), unit)

    def __str__(self) -> str:
        number = format_milli(self.milli, self.unit.decimals)
        return number if self.unit is PIECE else f"{number} {self.unit.code}"

    def __bool__(self) -> bool:
        return self.milli != 0

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.milli + self._milli_of(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.milli - self._milli_of(other), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.milli, self.unit)

    def _milli_of(self, other: object) -> int:
        if isinstance(other, Quantity) and other.unit is self.unit:
            return other.milli
        raise UnitMismatch(f"{self!r} and {other!r} are not quantities of one unit")


def unit(code: str) -> Unit:
    """Return the unit with this code.

    Raises:
        DataError: there is none; the hint names the nearest and all there are.
    """
    found = _UNITS.get(code)
    if found is not None:
        return found
    near = difflib.get_close_matches(code.strip().lower()[:20], _UNITS, n=1)
    question = f"Did you mean {near[0]}? " if near else ""
    raise DataError(
        f"Unknown unit {code[:20]!r}", hint=f"{question}Known units: {', '.join(_UNITS)}"
    )


def extend(price_minor: int, milli: int, per_milli: int = 1000) -> int:
    """Return the price of ``milli`` thousandths of a unit, in minor units, rounded half up.

    Trade practice: price times quantity, rounded once, to the minor unit. ``price_minor`` is for
    ``per_milli`` thousandths, which are one unit unless a pack or 100 g is priced.
    """
    return divide(price_minor * milli, per_milli, Rounding.HALF_UP)


def parse_milli(text: str) -> int:
    """Read a number of units as thousandths: ``0.642``, ``0,642``, ``-3`` or ``3``.

    Raises:
        DataError: the text is no plain number, is finer than a thousandth, or exceeds `MILLI_MAX`
            either way.
    """
    return parse_scaled(text, 3, maximum=MILLI_MAX, noun="quantity")


def format_milli(milli: int, decimals: int | None = None) -> str:
    """Write thousandths as units, exactly.

    At least ``decimals`` decimals are shown and further ones where they are not zero; without
    ``decimals``, or with none, trailing zeros and a bare point are dropped: 3000 is ``3``.
    """
    whole, fraction = format_minor(milli, 3).split(".")
    shown = fraction.rstrip("0").ljust(decimals or 0, "0")
    return f"{whole}.{shown}" if shown else whole
