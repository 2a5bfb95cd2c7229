"""From terms to the solver: one offer on units as the solver knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions import solving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe_promotions.terms import Offer, Selector


def compiled(offer: Offer, departments: Mapping[str, str]) -> solving.Offer:
    """Return what the solver is told of an offer on units.

    ``departments`` gives the department of each SKU there is: the solver knows SKUs only.
    """
    if offer.kind.startswith("unit_"):
        return _unit(offer, departments)
    if offer.kind.startswith("at_least_"):
        return _at_least(offer, departments)
    if offer.kind == "cheapest_percent":
        return solving.CheapestOffer(
            id=offer.id,
            skus=_skus(offer.goods, departments),
            n=offer.n,
            discounted=offer.discounted,
            percent_milli=offer.percent_milli,
            max_uses=offer.max_uses,
            floor_minor=offer.floor_minor,
        )
    return _pattern(offer, departments)


def _unit(offer: Offer, departments: Mapping[str, str]) -> solving.UnitOffer:
    return solving.UnitOffer(
        id=offer.id,
        skus=_skus(offer.goods, departments),
        percent_milli=offer.percent_milli if offer.kind == "unit_percent" else None,
        amount_minor=offer.amount_minor if offer.kind == "unit_amount" else None,
        price_minor=offer.price_minor if offer.kind == "unit_price" else None,
        max_uses=offer.max_uses,
        floor_minor=offer.floor_minor,
    )


def _at_least(offer: Offer, departments: Mapping[str, str]) -> solving.AtLeastOffer:
    is_percent = offer.kind == "at_least_percent"
    return solving.AtLeastOffer(
        id=offer.id,
        skus=_skus(offer.goods, departments),
        n=offer.n,
        percent_milli=offer.percent_milli if is_percent else None,
        price_minor=None if is_percent else offer.price_minor,
        floor_minor=offer.floor_minor,
    )


def _pattern(offer: Offer, departments: Mapping[str, str]) -> solving.PatternOffer:
    return solving.PatternOffer(
        id=offer.id,
        groups=_groups(offer, departments),
        price_minor=offer.price_minor if offer.kind in {"n_for_price", "bundle_price"} else None,
        amount_minor=offer.amount_minor if offer.kind == "n_amount" else None,
        max_uses=offer.max_uses,
        floor_minor=offer.floor_minor,
    )


def _groups(offer: Offer, departments: Mapping[str, str]) -> tuple[solving.UnitGroup, ...]:
    if not offer.places:  # n of one kind of goods; of a price or an amount the percentage is 0
        goods = [(offer.goods, offer.n, offer.percent_milli)]
    elif offer.kind == "buy_get":
        buy, get = offer.places
        goods = [(buy.goods, buy.count, 0), (get.goods, get.count, offer.percent_milli)]
    else:
        goods = [(place.goods, place.count, offer.percent_milli) for place in offer.places]
    return tuple(
        solving.UnitGroup(skus=_skus(selector, departments), count=count, percent_milli=percent)
        for selector, count, percent in goods
    )


def _skus(goods: Selector, departments: Mapping[str, str]) -> frozenset[str] | None:
    if goods.is_any or not goods.departments:
        return goods.skus
    seen = {sku for sku, department in departments.items() if department in goods.departments}
    return (goods.skus or frozenset()) | seen
