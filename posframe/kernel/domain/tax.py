"""Tax: what a rate is, what it makes of an amount, and how a sale's tax is rounded.

Which taxes an item bears is a plugin's answer (``posframe_tax_profile``); the arithmetic is here.
Amounts are integers of the minor unit, rates exact fractions; every division names its rounding.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.rounding import Rounding, divide
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence


class RoundAt(enum.Enum):
    """Where tax is rounded; the choice is recorded when a transaction opens."""

    LINE = "line"
    RATE = "rate"
    DOCUMENT = "document"


@attrs.frozen(eq=False, repr=False)
class TaxPolicy(Value):
    """How one transaction rounds its taxes."""

    round_at: Annotated[RoundAt, 1] = RoundAt.LINE
    rounding: Annotated[Rounding, 2] = Rounding.HALF_UP


@attrs.frozen(eq=False, repr=False)
class Tax(Value):
    """One tax an item bears: a percentage, contained in the price or added to it."""

    code: Annotated[str, 1]
    label: Annotated[str, 2]
    numerator: Annotated[int, 3]
    """The rate as an exact fraction: 19 % is 19/100."""
    denominator: Annotated[int, 4] = 100
    included: Annotated[bool, 5] = True
    """True: the price contains it."""


@attrs.frozen(eq=False, repr=False)
class TaxAmount(Value):
    """One tax of a line or of a sale: what it is reckoned on, and how much it is."""

    code: Annotated[str, 1]
    base_minor: Annotated[int, 2]
    """The net amount the rate applies to."""
    minor: Annotated[int, 3]


Taxes = tuple[Tax, ...]


def taxes_of(amount_minor: int, taxes: Taxes, rounding: Rounding) -> tuple[TaxAmount, ...]:
    """Split ``amount_minor``, a price after all discounts, into the taxes it bears.

    Taxes of one item do not apply to each other. Included ones are taken out of the price
    together: with rates r1 and r2, tax i is price · ri / (1 + r1 + r2), each rounded once.
    """
    if len(taxes) == 1:
        return (_only_tax(amount_minor, taxes[0], rounding),)
    net = amount_minor - sum(_contained(amount_minor, taxes, rounding))
    return tuple(
        TaxAmount(tax.code, net, contained if tax.included else _added(net, tax, rounding))
        for tax, contained in zip(taxes, _contained(amount_minor, taxes, rounding), strict=True)
    )


def net_of(amount_minor: int, taxes: Taxes, amounts: Sequence[TaxAmount]) -> int:
    """Return the part of ``amount_minor`` that is not tax."""
    return amount_minor - sum(
        part.minor for tax, part in zip(taxes, amounts, strict=True) if tax.included
    )


def gross_of(amount_minor: int, taxes: Taxes, amounts: Sequence[TaxAmount]) -> int:
    """Return ``amount_minor`` with the taxes the price does not contain."""
    return amount_minor + sum(
        part.minor for tax, part in zip(taxes, amounts, strict=True) if not tax.included
    )


def exact_tax(amount_minor: int, tax: Tax, taxes: Taxes) -> tuple[int, int]:
    """Return one tax of ``amount_minor`` as an unrounded fraction (numerator, denominator)."""
    top, bottom = _included_rate(taxes)
    return amount_minor * tax.numerator * bottom, tax.denominator * (bottom + top)


def _only_tax(amount: int, tax: Tax, rounding: Rounding) -> TaxAmount:
    if tax.included:
        minor = divide(amount * tax.numerator, tax.denominator + tax.numerator, rounding)
        return TaxAmount(tax.code, amount - minor, minor)
    return TaxAmount(tax.code, amount, divide(amount * tax.numerator, tax.denominator, rounding))


def _contained(amount: int, taxes: Taxes, rounding: Rounding) -> tuple[int, ...]:
    top, bottom = _included_rate(taxes)
    return tuple(
        divide(amount * tax.numerator * bottom, tax.denominator * (bottom + top), rounding)
        if tax.included
        else 0
        for tax in taxes
    )


def _added(net: int, tax: Tax, rounding: Rounding) -> int:
    return divide(net * tax.numerator, tax.denominator, rounding)


def _included_rate(taxes: Taxes) -> tuple[int, int]:
    """Return the sum of the included rates as numerator and denominator."""
    top, bottom = 0, 1
    for tax in taxes:
        if tax.included:
            top, bottom = top * tax.denominator + tax.numerator * bottom, bottom * tax.denominator
    return top, bottom
