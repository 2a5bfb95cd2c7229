"""Money: whole minor units of one currency, and the only place that reads decimals from text.

Inside the basket plain ints are summed; `Money` stands at the edges, where the currency matters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from posframe.errors import DataError
from posframe.kernel.domain import rounding
from posframe.kernel.domain.currencies import exponent

if TYPE_CHECKING:
    from collections.abc import Sequence

MINOR_MAX: Final = 10**15 - 1
"""Largest amount taken from outside, in minor units: ten trillion euros."""

_DECIMAL: Final = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]+))?")
_QUOTED_MAX: Final = 40  # characters of the refused text shown to the operator


class CurrencyMismatch(TypeError):
    """Two amounts were combined that are not money of one currency: a programmer's mistake."""


@attrs.frozen(order=False)
class Money:
    """An amount in whole minor units of a currency; arithmetic stays within that currency."""

    minor: int
    """Cents of EUR, yen of JPY: units of 10 to the minus `exponent`."""
    currency: str
    """ISO 4217 code."""

    def __attrs_post_init__(self) -> None:
        assert type(self.minor) is int, f"money is whole minor units, not {self.minor!r}"

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in ``currency``."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read an amount in major units, such as ``12.34``, exactly.

        Raises:
            DataError: the text is no such amount, see `parse_minor`.
            ConfigurationError: the currency is unknown.
        """
        return cls(parse_minor(text, exponent(currency)), currency)

    @property
    def major(self) -> str:
        """The amount in major units without the currency: ``-1234.50``."""
        return format_minor(self.minor, exponent(self.currency))

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Share the amount by largest remainder, see `posframe.kernel.domain.rounding.allocate`.

        Raises:
            ValueError: a weight is negative.
        """
        shares = rounding.allocate(self.minor, weights)
        return tuple(Money(share, self.currency) for share in shares)

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, factor: int) -> Money:
        if not isinstance(factor, int):
            return NotImplemented
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: object) -> int:
        if isinstance(other, Money) and other.currency == self.currency:
            return other.minor
        raise CurrencyMismatch(f"{self!r} and {other!r} are not money of one currency")


def format_minor(minor: int, exponent: int) -> str:
    """Write ``minor`` units of 10 to the minus ``exponent`` in full, without separators."""
    if exponent == 0:
        return str(minor)
    digits = str(abs(minor)).zfill(exponent + 1)
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def parse_minor(text: str, exponent: int) -> int:
    """Read an amount in major units as minor units: ``12.34``, ``12,34``, ``-0.99`` or ``12``.

    Raises:
        DataError: the text is no plain number, has more than ``exponent`` decimals, or exceeds
            `MINOR_MAX` either way.
    """
    return parse_scaled(text, exponent, maximum=MINOR_MAX, noun="amount")


def parse_scaled(text: str, decimals: int, *, maximum: int, noun: str) -> int:
    """Read a plain decimal number exactly, in units of 10 to the minus ``decimals``.

    One point or comma may mark the decimals. Thousands separators, blanks, a plus sign and exponent
    notation are refused: guessing what they mean is how a price goes wrong by a factor. ``noun``
    says in the message what was expected: amount, quantity, percentage.

    Raises:
        DataError: the text is no such number, is finer than its unit, or exceeds ``maximum`` in
            those units either way.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        example = format_minor(5 * 10**decimals // 4, decimals)
        raise DataError(f"{_quoted(text)} is not {_article(noun)}", hint=f"Write it like {example}")
    sign, whole, fraction = match.group(1), match.group(2), match.group(3) or ""
    if len(fraction) > decimals:
        raise DataError(
            f"{_quoted(text)} has more decimals than {_article(noun)} can have",
            hint=f"Write {_counted(decimals)}, and no separator between thousands",
        )
    digits = (whole + fraction.ljust(decimals, "0")).lstrip("0") or "0"
    # Lengths first: turning a megabyte of digits into a number would hold up the till.
    if len(digits) > len(str(maximum)) or int(digits) > maximum:
        raise DataError(
            f"{_quoted(text)} is too large for {_article(noun)}",
            hint=f"At most {format_minor(maximum, decimals)}",
        )
    return -int(digits) if sign else int(digits)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _QUOTED_MAX else f"{text[:_QUOTED_MAX]}…")


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _counted(decimals: int) -> str:
    if decimals == 0:
        return "no decimals"
    return f"at most {decimals} decimal{'s' if decimals > 1 else ''}"
