"""Discounts given by hand: what each comes to on the price it is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.rounding import divide

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import LineItem, PriceAdjustment
    from posframe.kernel.domain.tax import TaxPolicy

PERCENT_MILLI = 100_000
"""A hundred percent, in thousandths of a percent."""


def percent_of(minor: int, percent_milli: int, policy: TaxPolicy) -> int:
    """Return a percentage of an amount, rounded as the sale rounds its taxes."""
    return divide(minor * percent_milli, PERCENT_MILLI, policy.rounding)


def readjusted(line: LineItem, policy: TaxPolicy) -> LineItem:
    """Reckon a line's own discounts anew, each on what those before it left of the list price.

    Together they take no more than offers leave, so that no line costs less than nothing, nor less
    than the fixed taxes its price contains.
    """
    left = line.list_minor
    room = line.discountable_of(left + line.deal_minor)
    adjustments = []
    for adjustment in line.adjustments:
        given = min(asked_minor(adjustment, left, policy), room)
        left, room = left - given, room - given
        adjustments.append(attrs.evolve(adjustment, minor=-given))
    return attrs.evolve(line, adjustments=tuple(adjustments))


def asked_minor(adjustment: PriceAdjustment, left: int, policy: TaxPolicy) -> int:
    """Return what a discount asks for of ``left`` minor units; positive."""
    if adjustment.kind == "percent":
        return percent_of(max(0, left), adjustment.value, policy)
    return adjustment.value
