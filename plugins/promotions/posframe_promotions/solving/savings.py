"""What an offer saves on a unit and on a whole deal: the one place where an offer's terms are read.

Every kind but two is linear: a deal saves the sum of what its units save, less a fixed cost. The
cheapest of n saves on some of its units only, and an amount off that can exceed what the units of a
deal cost is cut there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from posframe import Rounding, divide
from posframe_promotions.solving.offers import (
    PERCENT_FULL_MILLI,
    AtLeastOffer,
    CheapestOffer,
    PatternOffer,
    UnitOffer,
    groups_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.offers import Offer

_HALF_UP = Rounding.HALF_UP


def takes(offer: Offer, price_minor: int) -> bool:
    """Tell whether a unit at this price may take part: not below the floor of a joint price."""
    if isinstance(offer, PatternOffer) and _is_joint(offer):
        return price_minor >= offer.floor_minor
    return True


@lru_cache(maxsize=1 << 14)
def savings_of(offer: Offer, sku: str, price_minor: int) -> tuple[tuple[int, int], ...]:
    """Return, for each group that takes such a unit, the group and ``unit_saving_minor`` there."""
    if not takes(offer, price_minor):
        return ()
    return tuple(
        (group, unit_saving_minor(offer, group, price_minor))
        for group, skus in enumerate(groups_of(offer))
        if skus is None or sku in skus
    )


def group_counts(offer: Offer) -> tuple[int, ...]:
    """Return how many units of each group one application takes; of an AtLeastOffer the fewest."""
    if isinstance(offer, PatternOffer):
        return tuple(group.count for group in offer.groups)
    return (1,) if isinstance(offer, UnitOffer) else (offer.n,)


def unit_saving_minor(offer: Offer, group: int, price_minor: int) -> int:
    """Return what the offer saves on a unit at this price in this group, before a deal's cost.

    Of a CheapestOffer: if the unit is among the discounted. Of a joint price: the whole price, or
    of a joint amount nothing, for such deals are reckoned as a whole.
    """
    if isinstance(offer, PatternOffer):
        if offer.price_minor is not None:
            return price_minor
        if offer.amount_minor is not None:
            alone = _is_alone(offer)
            return min(offer.amount_minor, price_minor - offer.floor_minor) if alone else 0
        return _off(offer.groups[group].percent_milli, None, None, offer.floor_minor, price_minor)
    if isinstance(offer, CheapestOffer):
        return _off(offer.percent_milli, None, None, offer.floor_minor, price_minor)
    amount_minor = None if isinstance(offer, AtLeastOffer) else offer.amount_minor
    return _off(
        offer.percent_milli, amount_minor, offer.price_minor, offer.floor_minor, price_minor
    )


def deal_cost_minor(offer: Offer) -> int:
    """Return what a deal's saving is less than the savings of its units; below 0 for an amount."""
    if not isinstance(offer, PatternOffer):
        return 0
    if offer.price_minor is not None:
        units = sum(group.count for group in offer.groups)
        return max(offer.price_minor, units * offer.floor_minor)
    return 0 if _is_alone(offer) else -(offer.amount_minor or 0)


def deal_saving_minor(offer: Offer, units: Sequence[tuple[int, int, int]]) -> int:
    """Return what one application saves on ``units``: (group, price in minor units, count)."""
    if isinstance(offer, CheapestOffer):
        return _cheapest_minor(offer, units)
    saving = sum(
        count * unit_saving_minor(offer, group, price_minor) for group, price_minor, count in units
    ) - deal_cost_minor(offer)
    if isinstance(offer, PatternOffer) and offer.amount_minor is not None:
        room_minor = sum(count * room_of(offer, price) for _, price, count in units)
        return min(saving, room_minor)
    return saving


def room_of(offer: Offer, price_minor: int) -> int:
    """Return the most that a unit which takes part may be reduced by."""
    return price_minor - offer.floor_minor


def _cheapest_minor(offer: CheapestOffer, units: Sequence[tuple[int, int, int]]) -> int:
    left, saving = offer.discounted, 0
    for _, price_minor, count in sorted(units, key=lambda unit: unit[1]):
        saving += min(left, count) * unit_saving_minor(offer, 0, price_minor)
        left -= min(left, count)
    return saving


def _is_joint(offer: PatternOffer) -> bool:
    return offer.price_minor is not None or offer.amount_minor is not None


def _is_alone(offer: PatternOffer) -> bool:
    """Tell whether a deal is one unit, whose amount off is then cut like any unit's."""
    return len(offer.groups) == 1 and offer.groups[0].count == 1


def _off(
    percent_milli: int | None,
    amount_minor: int | None,
    price_minor: int | None,
    floor_minor: int,
    from_minor: int,
) -> int:
    """Return what a percentage, an amount or a price takes off one unit, never below the floor."""
    if percent_milli is not None:
        saving = divide(from_minor * percent_milli, PERCENT_FULL_MILLI, _HALF_UP)
    elif amount_minor is not None:
        saving = amount_minor
    else:
        assert price_minor is not None, "an offer names a percentage, an amount or a price"
        saving = from_minor - price_minor
    return max(0, min(saving, from_minor - floor_minor))
