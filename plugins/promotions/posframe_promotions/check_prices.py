"""What goods cost after an offer, at worst: below the floor the catalogue gives them, or nothing.

Each offer is looked at by itself, in the deal that is worst for the item: the saving of a deal is
spread over its units by price, so that an item loses most where the others cost most, or least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Money, Rounding, divide
from posframe_promotions.check_findings import found
from posframe_promotions.check_goods import key_of, places_of
from posframe_promotions.fields import PERCENT_FULL_MILLI
from posframe_promotions.terms import UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe import Ware
    from posframe_promotions.check_findings import Finding, Listed
    from posframe_promotions.check_goods import Prices, Shelf
    from posframe_promotions.terms import Offer, Place

Deal = tuple[int, int]
"""What a deal saves, and what its units cost before, in minor units."""


def too_cheap(listed: Listed, shelf: Shelf, currency: str) -> Iterator[Finding]:
    """Yield where an offer sells goods below their floor, or gives them away unasked."""
    offer = listed.offer
    if offer.kind == "basket_price":  # how much more is in the basket is not known
        return
    places = places_of(offer)
    prices = [shelf.prices_of(place.goods) for place in places]
    for at, place in enumerate(places):
        below = sorted(_below(offer, at, prices, _floored(place, shelf, offer)))
        if below:
            yield _too_low(listed, at, below, shelf, currency)
            return
    if offer.kind in {"unit_amount", "n_amount"} and prices[0].is_priced and prices[0].pieces:
        cheapest = prices[0].cheapest_minor
        if worst_minor(offer, 0, cheapest, prices) == 0 < cheapest:
            yield found(
                listed, "given-away", "amount",
                f"gives goods of {Money(cheapest, currency)} away for nothing",
                "fine if that is meant; else lower the amount, or add a floor", weight="warning",
            )  # fmt: skip


def worst_minor(offer: Offer, at: int, price_minor: int, prices: list[Prices]) -> int:
    """Return the lowest price to which ``offer`` can bring an item of a place.

    Args:
        offer: not of a price for the whole basket.
        at: the place.
        price_minor: what one unit of the item costs.
        prices: what the goods of all places cost.
    """
    saving, whole = _WORST[offer.kind](offer, at, price_minor, prices)
    if whole <= 0 or saving <= 0:
        return price_minor
    share = divide(price_minor * min(saving, whole), whole, Rounding.UP)
    return max(price_minor - share, min(price_minor, offer.floor_minor))


def _worst_joint_price(offer: Offer, at: int, price: int, prices: list[Prices]) -> Deal:
    """The other units are the dearest: they gain, and the item pays by its part of the price."""
    whole = _whole(offer, at, price, [each.dearest_minor for each in prices])
    return whole - offer.price_minor, whole


def _worst_joint_amount(offer: Offer, at: int, price: int, prices: list[Prices]) -> Deal:
    """The other units are the cheapest: the item bears most of the amount."""
    whole = _whole(offer, at, price, [each.cheapest_minor for each in prices])
    return offer.amount_minor, whole


def _whole(offer: Offer, at: int, price: int, others: list[int]) -> int:
    """Return what a deal with one unit at ``price`` costs, the other units at ``others``."""
    units = [place.count for place in places_of(offer)]
    return price - others[at] + sum(map(int.__mul__, units, others))


def _worst_buy_get(offer: Offer, at: int, price: int, prices: list[Prices]) -> Deal:
    """The dearest units are got and the cheapest bought, beside the item itself."""
    buy, get = offer.places
    bought = prices[0].cheapest_minor * buy.count
    got = _off(prices[1].dearest_minor, offer) * get.count
    whole = prices[1].dearest_minor * get.count
    if at == 0:
        return got, bought - prices[0].cheapest_minor + price + whole
    got += _off(price, offer) - _off(prices[1].dearest_minor, offer)
    return got, bought + whole - prices[1].dearest_minor + price


def _off(price_minor: int, offer: Offer) -> int:
    return divide(price_minor * offer.percent_milli, PERCENT_FULL_MILLI, Rounding.HALF_UP)


def _by_itself(offer: Offer, at: int, price: int, prices: list[Prices]) -> Deal:
    """Each unit loses its percentage, whatever is beside it."""
    return _off(price, offer), price


_WORST: dict[str, Callable[[Offer, int, int, list[Prices]], Deal]] = {
    "unit_percent": _by_itself,
    "n_percent": _by_itself,
    "bundle_percent": _by_itself,
    "at_least_percent": _by_itself,
    "basket_percent": _by_itself,
    "unit_amount": lambda offer, _, price, __: (offer.amount_minor, price),
    "unit_price": lambda offer, _, price, __: (price - offer.price_minor, price),
    "at_least_price": lambda offer, _, price, __: (price - offer.price_minor, price),
    "n_for_price": _worst_joint_price,
    "bundle_price": _worst_joint_price,
    "n_amount": _worst_joint_amount,
    "cheapest_percent": lambda offer, _, price, __: (  # worst among units of its own price
        _off(price, offer) * offer.discounted,
        price * offer.n,
    ),
    "buy_get": _worst_buy_get,
    "basket_amount": lambda offer, _, price, __: (
        offer.amount_minor,
        max(offer.spend_minor, price),
    ),
    "gift": lambda _, at, price, prices: (price if at == len(prices) - 1 else 0, price),
}
"""The deal that is worst for an item at a price, by kind."""


def _floored(place: Place, shelf: Shelf, offer: Offer) -> list[Ware]:
    """Return the goods of a place that have a floor and a price above it."""
    skus = shelf.skus_of(place.goods)
    wares = [shelf.wares[sku] for sku in (shelf.floored if skus is None else skus & shelf.floored)]
    by_weight = offer.kind == "unit_percent" or (offer.is_basket and offer.kind != "gift")
    return [
        ware
        for ware in wares
        if (ware.price_minor or 0) > ware.floor_minor and (by_weight or not ware.weighed)
    ]


def _below(
    offer: Offer, at: int, prices: list[Prices], wares: list[Ware]
) -> Iterator[tuple[int, str]]:
    """Yield (price after the offer less the floor, SKU) of goods that come below it."""
    for ware in wares:
        worst = worst_minor(offer, at, ware.price_minor or 0, prices)
        if worst < ware.floor_minor:
            yield worst - ware.floor_minor, ware.sku


def _too_low(
    listed: Listed, at: int, below: list[tuple[int, str]], shelf: Shelf, currency: str
) -> Finding:
    short, sku = below[0]
    floor = shelf.wares[sku].floor_minor
    more = f", and {len(below) - 1} more of its goods" if len(below) > 1 else ""
    kind = listed.offer.kind
    hint = "take these goods out of it, or let it save less"
    if kind in UNIT_KINDS or kind in {"n_percent", "at_least_percent", "cheapest_percent"}:
        hint = f'{hint}; floor = "{_plain(floor, currency)}" would keep it'
    return found(
        listed, "below-floor", key_of(listed.offer, at),
        f"may sell {sku} at {Money(floor + short, currency)}, below its floor of"
        f" {Money(floor, currency)}{more}",
        hint,
    )  # fmt: skip


def _plain(minor: int, currency: str) -> str:
    return str(Money(minor, currency)).split(maxsplit=1)[0]
