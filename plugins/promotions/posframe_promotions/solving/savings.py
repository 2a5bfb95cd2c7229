"""What an offer saves on a unit and on a whole deal: the one place where an offer's terms are read.

Every kind but two is linear: a deal saves the sum of what its units save, less a fixed cost. The
cheapest of n saves on some of its units only, and an amount off that can exceed what the units of a
deal cost is cut there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Rounding, divide
from posframe_promotions.solving.offers import (
    PERCENT_FULL_MILLI,
    AtLeastOffer,
    CheapestOffer,
    PatternOffer,
    UnitOffer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.offers import Offer

_HALF_UP = Rounding.HALF_UP


def least_price_minor(offer: Offer) -> int:
    """Return the price below which no unit may take part: of a joint price or amount the floor."""
    is_joint = isinstance(offer, PatternOffer) and _is_joint(offer)
    return offer.floor_minor if is_joint else 0


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
    return unit_savings_minor(offer, group, (price_minor,))[0]


def unit_savings_minor(offer: Offer, group: int, prices_minor: Sequence[int]) -> Sequence[int]:
    """Return ``unit_saving_minor`` for each of several prices."""
    if not isinstance(offer, PatternOffer):
        terms = _terms(offer)
    elif offer.price_minor is not None:
        return prices_minor
    elif offer.amount_minor is None:
        terms = (offer.groups[group].percent_milli, None, None)
    elif _is_alone(offer):
        terms = (None, offer.amount_minor, None)
    else:
        return [0] * len(prices_minor)
    floor_minor = offer.floor_minor
    return [_off(*terms, floor_minor, price_minor) for price_minor in prices_minor]


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


def _terms(
    offer: UnitOffer | CheapestOffer | AtLeastOffer,
) -> tuple[int | None, int | None, int | None]:
    """Return the percentage, amount and price of an offer that names one of them for a unit."""
    if isinstance(offer, CheapestOffer):
        return offer.percent_milli, None, None
    amount_minor = None if isinstance(offer, AtLeastOffer) else offer.amount_minor
    return offer.percent_milli, amount_minor, offer.price_minor


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
