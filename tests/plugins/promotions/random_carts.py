"""Random small carts with every kind of offer, from a seed."""

from __future__ import annotations

from posframe_promotions.solving import (
    AtLeastOffer,
    CheapestOffer,
    PatternOffer,
    UnitGroup,
    UnitOffer,
)

SKUS = "ABCDE"
PRICES = (1, 50, 99, 100, 199, 250, 333, 499, 799, 999, 1000, 1999)
PERCENTS_MILLI = (10_000, 12_500, 20_000, 33_333, 50_000, 100_000)


def random_units(random, units_max=8):
    """Some (sku, price in minor units)."""
    prices = {sku: random.choice(PRICES) for sku in SKUS}
    return [
        (sku, prices[sku] if random.random() < 0.7 else random.choice(PRICES))
        for sku in random.choices(SKUS, k=random.randint(1, units_max))
    ]


def random_offers(random, offers_max=6):
    """Some offers of all kinds, about half with limited uses, some with a floor."""
    kinds = (_unit, _n_for, _n_percent, _n_amount, _cheapest, _bundle, _buy_get, _at_least)
    return [
        random.choice(kinds)(random, f"offer{at:02}") for at in range(random.randint(1, offers_max))
    ]


def _skus(random):
    return None if random.random() < 0.2 else frozenset(random.sample(SKUS, random.randint(1, 4)))


def _limits(random):
    return {
        "max_uses": random.choice((None, None, 1, 2, 3)),
        "floor_minor": random.choice((0, 0, 0, 60, 150)),
    }


def _unit(random, id_):
    term = random.choice(
        (
            {"percent_milli": random.choice(PERCENTS_MILLI)},
            {"amount_minor": random.choice((1, 50, 300))},
            {"price_minor": random.choice((0, 99, 450))},
        )
    )
    return UnitOffer(id=id_, skus=_skus(random), **term, **_limits(random))


def _n_for(random, id_):
    group = UnitGroup(skus=_skus(random), count=random.randint(2, 4))
    price = random.choice((100, 350, 500, 799, 1500))
    return PatternOffer(id=id_, groups=(group,), price_minor=price, **_limits(random))


def _n_percent(random, id_):
    percent = random.choice(PERCENTS_MILLI)
    group = UnitGroup(skus=_skus(random), count=random.randint(2, 4), percent_milli=percent)
    return PatternOffer(id=id_, groups=(group,), **_limits(random))


def _n_amount(random, id_):
    groups = tuple(
        UnitGroup(skus=_skus(random), count=random.randint(1, 3))
        for _ in range(random.choice((1, 1, 2)))
    )
    amount = random.choice((10, 120, 500, 1500))
    return PatternOffer(id=id_, groups=groups, amount_minor=amount, **_limits(random))


def _cheapest(random, id_):
    n = random.randint(2, 4)
    return CheapestOffer(
        id=id_,
        skus=_skus(random),
        n=n,
        percent_milli=random.choice(PERCENTS_MILLI),
        discounted=random.choice((1, 1, min(2, n))),
        **_limits(random),
    )


def _bundle(random, id_):
    groups = tuple(
        UnitGroup(skus=_skus(random), count=random.choice((1, 1, 1, 2)))
        for _ in range(random.randint(2, 3))
    )
    price = random.choice((250, 600, 1100, 2000))
    return PatternOffer(id=id_, groups=groups, price_minor=price, **_limits(random))


def _buy_get(random, id_):
    buy = UnitGroup(skus=_skus(random), count=random.randint(1, 2))
    get = UnitGroup(
        skus=_skus(random), count=random.randint(1, 2), percent_milli=random.choice(PERCENTS_MILLI)
    )
    return PatternOffer(id=id_, groups=(buy, get), **_limits(random))


def _at_least(random, id_):
    term = random.choice(({"percent_milli": 20_000}, {"price_minor": 150}))
    floor = random.choice((0, 60))
    return AtLeastOffer(
        id=id_, skus=_skus(random), n=random.randint(1, 4), **term, floor_minor=floor
    )
