"""Goods: what the lines of a sale are to offers, as units that nothing tells apart.

A line's own discounts come first and are spread over its units; what does not divide leaves some of
them a minor unit dearer. Weighed goods are one unit, whatever they weigh. Returns and deposits take
no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import LineKind, Rounding, Tax, divide

if TYPE_CHECKING:
    from posframe import LineItem

_PERCENT_FULL_MILLI = 100_000
_UNIT_MILLI = 1000


@attrs.frozen(kw_only=True)
class Goods:
    """What one line is to offers."""

    number: int
    sku: str
    department: str
    fulfilment: str
    amount_minor: int
    """What offers may take of it: its price after its own discounts, without the fixed taxes in
    it, which nothing makes less."""
    weight_milli: int = 0
    """Above 0: weighed, so that the line is one unit."""
    units: tuple[tuple[int, int], ...] = ()
    """(price in minor units, count), dearer first; of weighed goods none."""
    taxes: tuple[Tax, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """The place of the line among others: by what it is, and only of equals by its number.

        So nothing depends on the order of scanning but which of two equal lines has an odd cent.
        How goods are handed over comes first, for taxes depend on it; their taxes come too, for
        one item may bear others on another line.
        """
        weight_or_count = self.weight_milli or sum(count for _, count in self.units)
        return (
            self.fulfilment,
            self.sku,
            self.department,
            -self.amount_minor,
            weight_or_count,
            tuple((tax.code, tax.numerator, tax.denominator) for tax in self.taxes),
            self.number,
        )


def goods_of(line: LineItem, rounding: Rounding) -> Goods | None:
    """Return what a line is to offers; None: nothing."""
    if line.voided or line.kind is not LineKind.SALE or line.quantity_milli <= 0:
        return None
    undiscounted_minor = _undiscounted_minor(line, rounding)
    if undiscounted_minor < 0:
        return None
    amount_minor = line.discountable_of(undiscounted_minor)
    count, rest = divmod(line.quantity_milli, _UNIT_MILLI)
    is_weighed = line.weighed or rest != 0
    return Goods(
        number=line.number,
        sku=line.sku,
        department=line.department,
        fulfilment=line.fulfilment,
        amount_minor=amount_minor,
        weight_milli=line.quantity_milli if is_weighed else 0,
        units=() if is_weighed else _units(amount_minor, count),
        taxes=line.taxes,
    )


def _units(amount_minor: int, count: int) -> tuple[tuple[int, int], ...]:
    price_minor, dearer = divmod(amount_minor, count)
    units = ((price_minor + 1, dearer), (price_minor, count - dearer))
    return tuple(each for each in units if each[1])


def _undiscounted_minor(line: LineItem, rounding: Rounding) -> int:
    """Return a line's price after its own discounts, as if it had no offers.

    What a discount asks for is reckoned anew: what it came to may have been cut to leave room for
    offers, and the price must not depend on which of them was there first.
    """
    left = line.list_minor
    for adjustment in line.adjustments:
        asked = adjustment.value
        if adjustment.kind == "percent":
            asked = divide(max(0, left) * adjustment.value, _PERCENT_FULL_MILLI, rounding)
        left -= min(asked, max(0, left))
    return left
