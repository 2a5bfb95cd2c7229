"""Codes that carry a weight, a price or a count in their digits: a table, for they are national.

A scale in the shop prints EAN-13 codes whose first digits are kept for use within a company. Which
digits are the item and which the value is agreed between scale and till. A common set in Germany,
where the first two digits choose the layout (P prefix, I item, V value, K check digit of the value,
C check digit of the code)::

    PPIIIIIVVVVVC   21  item 2-7  value 7-12  price   decimals 2
    PPIIIIIVVVVVC   22  item 2-7  value 7-12  weight  decimals 3
    PPIIIIKVVVVVC   23  item 2-6  value 7-12  price   decimals 2   inner check
    PPIIIIIVVVVVC   26  item 2-7  value 7-12  count   decimals 0
    PPIIIIIVVVVVC   28  item 2-7  value 7-12  price   decimals 2
    PPIIIIIVVVVVC   29  item 2-7  value 7-12  weight  decimals 3

In till.toml each line is one ``[[barcodes.embedded]]``. A UPC-A is read with a zero in front:
"2IIIIIKVVVVC" has prefix "02", item 2-7 and value 8-12. Without a table such a code is a number
like any other.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.identifiers import check_digit

Kind = Literal["weight", "price", "count"]

CODE_DIGITS: Final = 13
_KINDS: Final = ("weight", "price", "count")
_MILLI_DECIMALS: Final = 3


@attrs.frozen(kw_only=True)
class EmbeddedFormat:
    """Where the item and the value stand in codes with one beginning; places count from 0."""

    prefix: str
    item: tuple[int, int]
    value: tuple[int, int]
    kind: Kind
    decimals: int
    """Of the value: 00750 with 3 of them is 0.750."""
    inner_check: bool = False
    """The digit before the value checks it (GS1 General Specifications, 7.9)."""

    def __attrs_post_init__(self) -> None:
        if problem := self._problem():
            raise ConfigurationError(
                f"The layout of codes beginning with {self.prefix!r} is not possible: {problem}",
                hint="Digits count from 0, the end is not included, the last digit is the check",
            )

    def _problem(self) -> str:
        start, end = self.value
        digits = end - start
        is_number = self.prefix.isascii() and self.prefix.isdigit()
        inside = all(0 <= one < other < CODE_DIGITS for one, other in (self.item, self.value))
        problems = {
            "the prefix is not 1 to 7 digits": not (is_number and len(self.prefix) <= 7),
            f"{self.kind!r} is none of {', '.join(_KINDS)}": self.kind not in _KINDS,
            "item or value lie outside the digits before the check digit": not inside,
            "item and value overlap": self.item[0] < end and start < self.item[1],
            f"{digits} digits have no {self.decimals} decimals": not 0 <= self.decimals <= digits,
            "only 4 or 5 digits have a check digit of their own, and it stands before them": (
                self.inner_check and (digits not in _VALUE_WEIGHTS or start == 0)
            ),
        }
        return next((problem for problem, is_so in problems.items() if is_so), "")

    def value_of(self, code: str) -> int:
        """Return the digits of the value, checked.

        Raises:
            DataError: the check digit of the value is wrong.
        """
        start, end = self.value
        value = code[start:end]
        if self.inner_check:
            right = value_check_digit(value)
            if code[start - 1] != right:
                raise DataError(
                    f"The {self.kind} in {code} is misread: its check digit is {code[start - 1]},"
                    f" it should be {right}",
                    hint="Scan again, or weigh the item again",
                )
        return int(value)

    def codes_of(self, code: str) -> tuple[str, ...]:
        """Return what the item may be stored under, the most particular first.

        That is the code with the value set to zero, then prefix and item, then the item's digits.
        """
        start, end = self.value
        first = start - 1 if self.inner_check else start
        zeroed = f"{code[:first]}{'0' * (end - first)}{code[end:12]}"
        item = code[self.item[0] : self.item[1]]
        plain = (self.prefix + item, item, item.lstrip("0"))
        return (f"0{zeroed}{check_digit(zeroed)}", *dict.fromkeys(filter(None, plain)))


@attrs.frozen(kw_only=True)
class EmbeddedFormats:
    """How a till reads what it scans."""

    formats: tuple[EmbeddedFormat, ...] = ()
    prefer_upce: bool = False
    """Eight digits that are both UPC-E and EAN-8 are UPC-E; six may be one."""
    currency: str = "EUR"
    currency_number: str = "978"
    """ISO 4217 number of the currency, as codes with a price and a currency name it."""

    def of(self, code: str) -> EmbeddedFormat | None:
        """Return the layout of a 13-digit code; of several that fit, the longest prefix."""
        fitting = [layout for layout in self.formats if code.startswith(layout.prefix)]
        return max(fitting, key=lambda layout: len(layout.prefix), default=None)

    def to_minor(self, value: int, decimals: int) -> int:
        """Return an amount with so many decimals in minor units.

        Raises:
            DataError: it is finer than the currency.
        """
        return _rescaled(value, decimals, exponent(self.currency), "price")


def to_milli(value: int, decimals: int) -> int:
    """Return a quantity with so many decimals in thousandths.

    Raises:
        DataError: it is finer than a thousandth.
    """
    return _rescaled(value, decimals, _MILLI_DECIMALS, "quantity")


def _rescaled(value: int, decimals: int, wanted: int, noun: str) -> int:
    if decimals <= wanted:
        factor: int = 10 ** (wanted - decimals)
        return value * factor
    divisor: int = 10 ** (decimals - wanted)
    whole, rest = divmod(value, divisor)
    if rest:
        raise DataError(
            f"The {noun} in the code has {decimals} decimals; at most {wanted} can be sold",
            hint="Set the scale to fewer decimals",
        )
    return whole


def value_check_digit(value: str) -> str:
    """Return the check digit of a price or weight of 4 or 5 digits.

    Source: GS1 General Specifications, sections 7.9.2 to 7.9.4.
    """
    total = sum(
        _WEIGHTED[weight][int(d)]
        for weight, d in zip(_VALUE_WEIGHTS[len(value)], value, strict=True)
    )
    if len(value) == 4:
        return str(total * 3 % 10)
    return str(_WEIGHTED["5-"].index(-total % 10))


_VALUE_WEIGHTS: Final = {4: ("2-", "2-", "3", "5-"), 5: ("5+", "2-", "5-", "5+", "2-")}
_WEIGHTED: Final = {
    "2-": (0, 2, 4, 6, 8, 9, 1, 3, 5, 7),
    "3": (0, 3, 6, 9, 2, 5, 8, 1, 4, 7),
    "5+": (0, 5, 1, 6, 2, 7, 3, 8, 4, 9),
    "5-": (0, 5, 9, 4, 8, 3, 7, 2, 6, 1),
}
"""What a digit counts under each weight: the units of the product, less or plus its tens."""
