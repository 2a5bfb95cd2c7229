"""Baskets and offers of three shapes for the promotion solver, each from a seed.

``retail``: many offers, each over a few groups of goods of one department, so that a basket falls
into parts. ``glued``: the same over groups of any department, so that long baskets are nearly one.
``week``: a supermarket's week of ten offers chained over 96 SKUs, so that a basket is one part.
``dense``: many offers over few SKUs, each with everything. ``bundles``: bundles of several places,
all of which overlap, where a search that keeps few states goes astray.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import attrs

from posframe_promotions.solving import (
    CheapestOffer,
    Offer,
    PatternOffer,
    UnitClass,
    UnitGroup,
    UnitOffer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


RETAIL_SKUS, RETAIL_GROUPS, RETAIL_GROUP_SKUS = 20_000, 400, 50
DEPARTMENT_GROUPS = 10
WEEK_SKUS, DENSE_SKUS, BUNDLED_SKUS = 96, 20, 40
PLACE_SKUS = 4
ENDINGS_MINOR = (9, 19, 29, 39, 49, 59, 69, 79, 89, 99)


@attrs.frozen
class Shop:
    """What is sold, at which price, and what is offered."""

    prices_minor: dict[str, int]
    offers: tuple[Offer, ...]
    offered: tuple[str, ...]
    """SKUs that some offer names."""


def retail(offers: int, seed: int = 1, *, glued: bool = False) -> Shop:
    """Return ``offers`` offers over groups of 50 of 20,000 SKUs."""
    draw = random.Random(seed)
    skus = [f"r{at:05}" for at in range(RETAIL_SKUS)]
    prices_minor = {sku: _price(draw, 50, 2_500) for sku in skus}
    groups = [
        skus[at * RETAIL_GROUP_SKUS : (at + 1) * RETAIL_GROUP_SKUS] for at in range(RETAIL_GROUPS)
    ]
    at_once = RETAIL_GROUPS if glued else DEPARTMENT_GROUPS
    made = tuple(
        _retail_offer(draw, f"offer{at:04}", groups, prices_minor, at_once) for at in range(offers)
    )
    return Shop(prices_minor, made, tuple(sorted(_named(made))))


def week(seed: int = 1) -> Shop:
    """Return ten offers, each overlapping the next, over 96 SKUs."""
    draw = random.Random(seed)
    skus = [f"w{at:02}" for at in range(WEEK_SKUS)]
    prices_minor = {sku: _price(draw, 79, 999) for sku in skus}
    offers = (
        CheapestOffer(id="3-for-2", skus=frozenset(skus[:40]), n=3),
        CheapestOffer(id="4th-free", skus=frozenset(skus[30:90]), n=4),
        PatternOffer(id="6-less-20", groups=(_group(skus[60:96], 6, 20_000),)),
        PatternOffer(id="6-less-20-b", groups=(_group(skus[20:50], 6, 20_000),)),
        PatternOffer(id="2-for-3.50", groups=(_group(skus[10:25], 2),), price_minor=350),
        _bundle("bundle-a", prices_minor, (skus[0:6], skus[40:46], skus[90:96])),
        _bundle("bundle-b", prices_minor, (skus[20:26], skus[50:56])),
        _bundle("bundle-c", prices_minor, (skus[70:76], skus[80:86])),
        CheapestOffer(id="2nd-half", skus=frozenset(skus[45:65]), n=2, percent_milli=50_000),
        CheapestOffer(id="2nd-half-b", skus=frozenset(skus[75:95]), n=2, percent_milli=50_000),
    )
    return Shop(prices_minor, offers, tuple(skus))


def dense(offers: int, seed: int = 1) -> Shop:
    """Return ``offers`` offers of all kinds, each over half of 20 SKUs."""
    draw = random.Random(seed)
    skus = [f"d{at:02}" for at in range(DENSE_SKUS)]
    prices_minor = {sku: _price(draw, 99, 1_999) for sku in skus}
    made = tuple(
        _any_offer(draw, f"offer{at:02}", draw.sample(skus, DENSE_SKUS // 2), prices_minor)
        for at in range(offers)
    )
    return Shop(prices_minor, made, tuple(skus))


def bundles(offers: int, places: int, seed: int = 1) -> Shop:
    """Return ``offers`` bundles of ``places`` places, each of four SKUs of 40."""
    draw = random.Random(seed)
    skus = [f"b{at:02}" for at in range(BUNDLED_SKUS)]
    prices_minor = {sku: _price(draw, 99, 1_999) for sku in skus}
    made = []
    for at in range(offers):
        chosen = draw.sample(skus, places * PLACE_SKUS)
        groups = [chosen[place::places] for place in range(places)]
        made.append(_bundle(f"offer{at:02}", prices_minor, groups))
    return Shop(prices_minor, tuple(made), tuple(skus))


def scans(shop: Shop, count: int, seed: int, offered_percent: int = 100) -> list[tuple[str, int]]:
    """Return ``count`` scans, (SKU, price in minor units), that share from what is offered."""
    draw = random.Random(seed)
    skus = list(shop.prices_minor)
    chosen = [
        draw.choice(shop.offered if draw.randrange(100) < offered_percent else skus)
        for _ in range(count)
    ]
    return [(sku, shop.prices_minor[sku]) for sku in chosen]


def classes_of(scanned: Sequence[tuple[str, int]]) -> list[UnitClass]:
    """Return the classes of units that were scanned."""
    counts: dict[tuple[str, int], int] = {}
    for unit in scanned:
        counts[unit] = counts.get(unit, 0) + 1
    return [UnitClass(sku, price_minor, count) for (sku, price_minor), count in counts.items()]


def _retail_offer(
    draw: random.Random,
    id_: str,
    groups: list[list[str]],
    prices_minor: dict[str, int],
    at_once: int,
) -> Offer:
    """One to three groups of one department; some groups are offered much more often."""
    department = draw.randrange(RETAIL_GROUPS // at_once) * at_once
    chosen = {
        department + min(draw.randrange(at_once) for _ in "ab") for _ in range(draw.randint(1, 3))
    }
    skus = [sku for group in sorted(chosen) for sku in groups[group]]
    return _any_offer(draw, id_, skus, prices_minor)


def _any_offer(
    draw: random.Random, id_: str, skus: list[str], prices_minor: dict[str, int]
) -> Offer:
    """An offer of some kind; prices of deals are a fifth to a third below what is usual."""
    kind, named = draw.randrange(6), frozenset(skus)
    n = draw.choice((2, 3, 3, 4))
    if kind == 0:
        return UnitOffer(id=id_, skus=named, percent_milli=draw.choice((10_000, 20_000, 30_000)))
    if kind == 1:
        return CheapestOffer(id=id_, skus=named, n=n)
    if kind == 2:
        return CheapestOffer(id=id_, skus=named, n=2, percent_milli=50_000)
    if kind == 3:
        return PatternOffer(id=id_, groups=(_group(skus, n, draw.choice((15_000, 25_000))),))
    if kind == 4:
        usual = sum(prices_minor[sku] for sku in skus) // len(skus)
        price_minor = n * usual * draw.randint(67, 80) // 100
        return PatternOffer(id=id_, groups=(_group(skus, n),), price_minor=price_minor)
    half = len(skus) // 2
    return _bundle(id_, prices_minor, (skus[:half], skus[half:]))


def _bundle(
    id_: str, prices_minor: dict[str, int], places: Sequence[Sequence[str]]
) -> PatternOffer:
    usual = sum(sum(prices_minor[sku] for sku in skus) // len(skus) for skus in places)
    groups = tuple(_group(skus, 1) for skus in places)
    return PatternOffer(id=id_, groups=groups, price_minor=usual * 75 // 100)


def _group(skus: Sequence[str], count: int, percent_milli: int = 0) -> UnitGroup:
    return UnitGroup(skus=frozenset(skus), count=count, percent_milli=percent_milli)


def _named(offers: Sequence[Offer]) -> set[str]:
    return {
        sku
        for offer in offers
        for group in getattr(offer, "groups", (offer,))
        for sku in group.skus
    }


def _price(draw: random.Random, low_minor: int, high_minor: int) -> int:
    return draw.randint(low_minor, high_minor) // 100 * 100 + draw.choice(ENDINGS_MINOR)
