"""What a check claims is so: held against plain recomputation and the assignments themselves."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import Ware
from posframe_promotions.check_components import components
from posframe_promotions.check_goods import Shelf, places_of
from posframe_promotions.check_impossible import _opens
from posframe_promotions.check_prices import worst_minor
from posframe_promotions.check_shadows import shadowed
from posframe_promotions.compiling import compiled
from posframe_promotions.solving import Limit, UnitClass, solve, spread
from posframe_promotions.terms import Window
from posframe_promotions.windows import is_open
from tests.plugins.promotions.brute_force import best_saving_minor
from tests.plugins.promotions.checked import BERLIN, NO_SHELF, check, listed

SKUS = "ABCD"
LIMIT = Limit(1_000_000)


def random_tables(random, count):
    """Return so many tables of offers of all kinds on units, many of them alike."""
    return [random_table(random, f"o{at}") for at in range(count)]


def random_table(random, id_):
    """Return an offer from so few numbers that one often stands in another's way."""

    def skus():
        return sorted(random.sample(SKUS, random.randint(1, 4)))

    percent = {"percent": random.choice(["10", "25", "50"])}
    n = {"n": random.choice([1, 2, 3, 4])}
    price = {"price": random.choice(["1.00", "2.00", "4.00"])}
    amount = {"amount": random.choice(["0.30", "0.60"])}
    kinds = {
        "unit_percent": percent,
        "unit_amount": amount,
        "unit_price": price,
        "n_for_price": n | price,
        "n_percent": n | percent,
        "n_amount": n | amount,
        "cheapest_percent": n | percent | {"discounted": 1},
        "at_least_percent": n | percent,
        "at_least_price": n | price,
        "bundle_price": {"groups": [skus(), skus()]} | price,
        "bundle_percent": {"groups": [skus(), skus()]} | percent,
        "buy_get": {"buy": {"n": 1, "skus": skus()}, "get": {"n": 1, "skus": skus()}} | percent,
    }
    kind = random.choice(sorted(kinds))
    if kind == "cheapest_percent":
        kinds[kind]["discounted"] = random.randint(1, n["n"])
    places = {} if kind in {"bundle_price", "bundle_percent", "buy_get"} else {"skus": skus()}
    floor = {"floor": "0.20"} if random.random() < 0.2 and "price" not in kind else {}
    return {"id": id_, "kind": kind, **kinds[kind], **places, **floor}


def random_units(random, most=6):
    """Return a few units; of weighed goods none, which the solver never sees."""
    return [
        (random.choice(SKUS), random.choice([10, 50, 99, 150, 200, 333, 400]))
        for _ in range(random.randint(1, most))
    ]


def told(offers):
    return [compiled(each.offer, {}) for each in offers]


def test_an_offer_called_shadowed_makes_no_sale_cheaper():
    """By brute force over random sales: with and without it the largest saving is the same."""
    random, named = Random(7), Counter()
    for _ in range(600):
        offers = listed(*random_tables(random, 5))
        dark = {each.offer for each in shadowed(offers, NO_SHELF)}
        named.update(each.offer.kind for each in offers if each.offer.id in dark)
        if dark:
            rest = [each for each in offers if each.offer.id not in dark]
            for _ in range(3):
                units = random_units(random)
                assert best_saving_minor(units, told(offers)) == best_saving_minor(
                    units, told(rest)
                )
    assert len(named) >= 9, f"shadows of many kinds were tried: {named}"


def test_the_check_of_shadows_sees_a_shadow_that_is_none():
    """Of random pairs many are no shadows: taking any first offer out does make sales dearer."""
    random, dearer = Random(8), 0
    for _ in range(100):
        offers = listed(*random_tables(random, 2))
        units = random_units(random)
        whole = best_saving_minor(units, told(offers))
        dearer += whole > best_saving_minor(units, told(offers[1:]))
    assert dearer > 20


def unit_prices_after(units, offer):
    """Yield (place, SKU, price, lowest price after) of the units in the deals of one offer."""
    counts = Counter(units)
    classes = [UnitClass(sku, price, count) for (sku, price), count in counts.items()]
    solution = solve(classes, [compiled(offer, {})], LIMIT)
    for used in solution.used:
        for application in used.applications:
            in_deal = dict(application.units)
            for (sku, price), minor in spread(application, offer.floor_minor):
                yield sku, price, price - -(-minor // in_deal[sku, price])


def test_no_unit_of_any_deal_is_cheaper_than_the_worst_price_told():
    """One price an item, random deals of every kind on units; and often that price is reached."""
    random, reached = Random(9), Counter()
    for _ in range(1_500):
        price = {sku: random.choice([50, 99, 150, 200, 333, 400]) for sku in SKUS}
        shelf = Shelf(Ware(sku=sku, name=sku, price_minor=price[sku]) for sku in SKUS)
        (each,) = listed(random_table(random, "o"))
        offer = each.offer
        places = places_of(offer)
        prices = [shelf.prices_of(place.goods) for place in places]
        units = [(sku, price[sku]) for sku in random.choices(SKUS, k=random.randint(1, 6))]
        for sku, before, after in unit_prices_after(units, offer):
            worst = min(
                worst_minor(offer, at, before, prices)
                for at, place in enumerate(places)
                if place.goods.takes(sku, "")
            )
            assert after >= worst, (offer, units, sku)
            reached[offer.kind] += after == worst
    assert len(reached) == 12, "of each kind on units"
    assert all(reached.values()), f"the worst is no lower than need be: {reached}"


def parts_without(offers, gone):
    """Return (offers, goods) of what hangs together, by merging sets until none meet."""
    parts = [({at}, set(skus)) for at, skus in enumerate(offers) if at != gone]
    while True:
        pair = next(
            ((one, other) for one, other in itertools.combinations(parts, 2) if one[1] & other[1]),
            None,
        )
        if pair is None:
            return sorted(((len(ids), len(goods)) for ids, goods in parts), reverse=True)
        parts = [each for each in parts if each not in pair]
        parts.append((pair[0][0] | pair[1][0], pair[0][1] | pair[1][1]))


@given(
    goods=st.lists(
        st.sets(st.sampled_from("ABCDEFGHIJKL"), min_size=1, max_size=3), min_size=1, max_size=9
    )
)
def test_components_and_what_is_left_without_their_glue_are_those_of_plain_merging(goods):
    """The glue leaves the smallest largest part; no other offer leaves a smaller one."""
    tables = [
        {"id": f"o{at}", "kind": "n_percent", "n": 2, "percent": "5", "skus": sorted(skus)}
        for at, skus in enumerate(goods)
    ]
    found = components(listed(*tables), NO_SHELF)
    sizes = sorted(((len(part.offers), part.goods) for part in found), reverse=True)
    assert sizes == parts_without(goods, None)
    for part in found:
        members = [int(id_[1:]) for id_ in part.offers]
        if len(members) > 1:
            own = [goods[at] for at in members]
            left = {at: parts_without(own, place) for place, at in enumerate(members)}
            assert list(part.left) == left[int(part.glue[1:])]
            assert part.left[0] == min(each[0] for each in left.values())


@given(
    begin=st.integers(0, 7 * 24 * 60),
    length=st.integers(1, 9 * 24 * 60),
    weekdays=st.sets(st.integers(0, 6), max_size=3),
    hours=st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=1),
)
def test_a_window_is_called_closed_only_if_it_is_in_each_minute(begin, length, weekdays, hours):
    """Minute by minute through a week of November, in which no clock is changed."""
    hours = [each for each in hours if each[0] != each[1]]
    begins = datetime(2026, 11, 2) + timedelta(minutes=begin)  # noqa: DTZ001 - the shop's clock
    window = Window(
        begins=begins,
        ends=begins + timedelta(minutes=length),
        weekdays=frozenset(weekdays),
        hours=tuple(hours),
    )
    first_us = int(begins.replace(tzinfo=BERLIN).timestamp()) * 1_000_000
    minutes = (first_us + minute * 60_000_000 for minute in range(length))
    assert _opens(window, BERLIN) == any(is_open(window, at_us, BERLIN) for at_us in minutes)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_file_changes_nothing_that_is_found(seed):
    """Offers shuffled: the same findings, overlaps and components, but for their places."""
    random = Random(seed)
    tables = random_tables(random, 12)

    def told_of(report):
        return (
            sorted((each.offer, each.kind, each.message, each.others) for each in report.findings),
            sorted((tuple(sorted(each.offers)), each.goods) for each in report.overlaps),
            report.components,
        )

    shuffled = random.sample(tables, len(tables))
    assert told_of(check(*tables, shelf=NO_SHELF)) == told_of(check(*shuffled, shelf=NO_SHELF))
