"""Weighed goods: each line is one unit, taken by one offer on single units at most.

A percentage or an amount is off the line; a price is for one unit of weight, as every price of such
goods is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Rounding, divide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_promotions.goods import Goods
    from posframe_promotions.terms import Offer

_PERCENT_FULL_MILLI = 100_000
_HALF_UP = Rounding.HALF_UP


def weighed_saving_minor(offer: Offer, goods: Goods, left_minor: int) -> int:
    """Return what an offer on single units saves on a weighed line that costs ``left_minor``."""
    if offer.kind == "unit_percent":
        saving = divide(left_minor * offer.percent_milli, _PERCENT_FULL_MILLI, _HALF_UP)
    elif offer.kind == "unit_amount":
        saving = offer.amount_minor
    else:
        saving = left_minor - _for_weight(offer.price_minor, goods)
    return max(0, min(saving, left_minor - _for_weight(offer.floor_minor, goods)))


def best_on(
    offers: Iterable[Offer], goods: Goods, uses_left: dict[str, int]
) -> tuple[int, Offer | None]:
    """Return what the best offer saves on a weighed line; of equal ones the first.

    ``uses_left`` counts the uses of those that have a limit.
    """
    best_minor, best = 0, None
    for offer in offers:
        if uses_left.get(offer.id) == 0 or not offer.goods.takes(goods.sku, goods.department):
            continue
        saving = weighed_saving_minor(offer, goods, goods.amount_minor)
        if saving > best_minor:
            best_minor, best = saving, offer
    return best_minor, best


def _for_weight(minor: int, goods: Goods) -> int:
    return divide(minor * goods.weight_milli, 1000, _HALF_UP)
