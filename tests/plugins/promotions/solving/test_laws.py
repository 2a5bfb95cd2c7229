"""Laws of the solver: order does not matter, more work and more offers never cost anything."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.baskets_of_offers import bundles, classes_of, dense, retail, scans, week
from posframe_promotions.solving import (
    AtLeastOffer,
    CheapestOffer,
    Limit,
    PatternOffer,
    Solver,
    UnitClass,
    UnitGroup,
    UnitOffer,
    component_of,
    solve,
    solve_component,
)
from posframe_promotions.solving.whole import REMEMBERED_MAX
from tests.plugins.promotions.random_carts import random_offers, random_units
from tests.plugins.promotions.solving.referee import assert_legal

seeds = st.integers(0, 1_000_000)
BUNDLED = 100
"""Seeds from here on are for bundles."""
LIMITS = (0, 1, 100, 700, 1_500, 3_000, 6_000, 12_000, 25_000, 50_000)


def cart(seed, units_max=12):
    draw = random.Random(seed)
    return random_units(draw, units_max), random_offers(draw)


def classes(units):
    return [UnitClass(sku, price, count) for (sku, price), count in Counter(units).items()]


def some_offers(seed):
    if seed >= BUNDLED:
        shop = bundles(8, 4, seed)
    else:
        shop = week(seed) if seed % 2 else dense(10 + seed % 20, seed)
    return shop, shop.offers


@given(seed=seeds, limit=st.sampled_from(LIMITS))
def test_the_order_of_units_and_of_offers_does_not_matter(seed, limit):
    units, offers = cart(seed)
    draw = random.Random(seed)
    shuffled = solve(
        [UnitClass(*unit, 1) for unit in draw.sample(units, len(units))],
        draw.sample(offers, len(offers)),
        Limit(limit),
    )
    assert shuffled == solve(classes(units), offers, Limit(limit))


@pytest.mark.parametrize("seed", [*range(4), 100])
def test_the_order_does_not_matter_where_nothing_is_proven(seed):
    shop, offers = some_offers(seed)
    units, draw = scans(shop, 40, seed), random.Random(seed)
    for limit in (1, 2_000, 8_000):
        found = solve(classes_of(units), offers, Limit(limit))
        draw.shuffle(units)
        assert solve(classes_of(units), draw.sample(offers, len(offers)), Limit(limit)) == found
        assert not found.is_proven


@pytest.mark.parametrize("seed", [*range(6), 100, 101])
def test_more_work_never_gives_a_smaller_saving_or_a_wider_gap(seed):
    shop, offers = some_offers(seed)
    units = scans(shop, 30, seed)
    found = [solve(classes_of(units), offers, Limit(limit)) for limit in LIMITS]
    assert [one.saving_minor for one in found] == sorted(one.saving_minor for one in found)
    ceilings = [one.saving_minor + one.short_by_minor for one in found]
    assert ceilings == sorted(ceilings, reverse=True)
    assert found[0].saving_minor < found[-1].saving_minor  # the work was of use
    for one, limit in zip(found, LIMITS, strict=True):
        assert one.work <= max(limit, len(units))
        assert_legal(one, units, offers)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "count"), [(19, 60), (20, 20), (18, 30), (100, 40)])
def test_a_little_more_work_never_gives_a_smaller_saving_or_a_wider_gap(seed, count):
    shop, offers = some_offers(seed)
    units = scans(shop, count, seed)
    found = [solve(classes_of(units), offers, Limit(limit)) for limit in range(300, 18_000, 590)]
    savings = [one.saving_minor for one in found]
    assert savings == sorted(savings)
    assert savings[0] < savings[-1]  # the work was of use
    ceilings = [one.saving_minor + one.short_by_minor for one in found]
    assert ceilings == sorted(ceilings, reverse=True)
    assert all(one.work <= limit for one, limit in zip(found, range(300, 18_000, 590), strict=True))


@given(seed=seeds)
def test_one_more_offer_never_raises_the_price_of_a_proven_solve(seed):
    units, offers = cart(seed)
    fewer = solve(classes(units), offers[1:], Limit(10**6))
    more = solve(classes(units), offers, Limit(10**6))
    assert fewer.is_proven
    assert more.is_proven
    assert more.saving_minor >= fewer.saving_minor


@given(seed=seeds)
def test_an_offer_that_cannot_fire_changes_nothing(seed):
    units, offers = cart(seed)
    idle = [
        CheapestOffer(id="idle a", skus=None, n=100),
        PatternOffer(id="idle b", groups=(UnitGroup(skus=frozenset("Z")),), price_minor=0),
    ]
    assert solve(classes(units), offers + idle, Limit(5_000)) == solve(
        classes(units), offers, Limit(5_000)
    )


@given(seed=seeds, limit=st.sampled_from(LIMITS))
def test_changes_one_by_one_give_what_the_whole_basket_gives(seed, limit):
    draw = random.Random(seed)
    offers, have = random_offers(draw), Counter()
    solver = Solver(offers)
    now = solver.empty
    for _ in range(10):
        if have and draw.random() < 0.4:
            key = draw.choice(sorted(have))
            delta = -draw.randint(1, have[key])
        else:
            key, delta = random_units(draw, 1)[0], draw.randint(1, 3)
        have[key] += delta
        if not have[key]:
            del have[key]
        now = solver.changed(now, *key, delta, Limit(limit))
        whole = Solver(offers).partition(
            [UnitClass(*key, count) for key, count in have.items()], Limit(limit)
        )
        assert now.solution() == whole.solution()
        assert dict(now.rows.items()) == dict(whole.rows.items())
        assert_sums(now)


def assert_sums(partition):
    solution = partition.solution()
    rows = dict(partition.rows.items())
    assert sum(row.saving_minor for row in rows.values()) == partition.saving_minor
    assert {used.offer: used.saving_minor for used in solution.used} == {
        id_: row.saving_minor for id_, row in rows.items()
    }
    assert solution.saving_minor == partition.saving_minor


@given(seed=seeds)
def test_an_undone_change_leaves_nothing_stale(seed):
    """A rollback keeps the old value; what was derived from it since does not matter."""
    draw = random.Random(seed)
    units, offers = cart(seed)
    solver, limit = Solver(offers), Limit(2_000)
    kept = solver.partition(classes(units), limit)
    before = kept.solution()
    undone = kept
    for _ in range(5):
        undone = solver.changed(undone, *random_units(draw, 1)[0], 1, limit)
    assert kept.solution() == before
    extra = random_units(draw, 1)[0]
    anew = Solver(offers).partition(classes([*units, extra]), limit)
    assert solver.changed(kept, *extra, 1, limit).solution() == anew.solution()


def test_the_rows_that_changed_are_told():
    offers = [
        UnitOffer(id="a less 10 %", skus=frozenset("A"), percent_milli=10_000),
        CheapestOffer(id="b 2 for 1", skus=frozenset("B"), n=2),
    ]
    solver, limit = Solver(offers), Limit(1_000)
    first = solver.partition([UnitClass("A", 1_000, 1), UnitClass("B", 300, 1)], limit)
    second = solver.changed(first, "B", 300, 1, limit)
    third = solver.changed(second, "A", 1_000, -1, limit)
    # 300 of the second B; then the only A goes, and its tenth with it.
    assert [(id_, row.saving_minor) for id_, row in second.rows_changed_since(first).items()] == [
        ("b 2 for 1", 300)
    ]
    assert third.rows_changed_since(second) == {"a less 10 %": None}
    assert third.rows_changed_since(third) == {}


def test_a_remembered_component_gives_the_same_at_every_limit():
    """Asked at a small limit first, a solver does not answer the larger one from memory."""
    shop = week(3)
    units = classes_of(scans(shop, 30, 3))
    solver = Solver(shop.offers)
    small, large = solver.solve(units, Limit(1)), solver.solve(units, Limit(30_000))
    assert large == Solver(shop.offers).solve(units, Limit(30_000))
    assert small == solver.solve(units, Limit(1))
    assert small != large


def test_more_components_than_are_remembered_are_solved_all_the_same():
    shop = retail(200)
    units = scans(shop, 4_000, 5)
    solver, limit = Solver(shop.offers), Limit(0)
    basket = solver.partition(classes_of(units), limit)
    assert len({id(part) for _, part in basket.parts.items()}) > REMEMBERED_MAX
    first = basket.solution()
    assert solver.solve(classes_of(units), limit) == first
    assert_legal(first, units, shop.offers)


def test_a_component_is_canonical_and_a_key():
    a, b = UnitClass("A", 100, 2), UnitClass("B", 300, 1)
    two = CheapestOffer(id="2", skus=None, n=2)
    one = UnitOffer(id="1", skus=None, percent_milli=10_000)
    idle = CheapestOffer(id="0", skus=None, n=9)
    component = component_of([a, b], [two, idle, one])
    assert component == component_of([b, a], [one, two])
    assert hash(component) == hash(component_of([b, a], [one, two]))
    assert component.classes == (b, a)
    assert component.offers == (one, two)
    # Both A make a deal: 100; a tenth of B: 30. (B with A: 100, a tenth of the other A: 10.)
    assert solve_component(component, Limit(1_000)).saving_minor == 130


def test_fewer_units_are_taken_where_savings_are_equal():
    """Both save 100; the bundle would take two units, the other deal one of them."""
    offers = [
        PatternOffer(
            id="bundle",
            groups=(UnitGroup(skus=frozenset("A")), UnitGroup(skus=frozenset("B"))),
            price_minor=900,
        ),
        UnitOffer(id="unit", skus=frozenset("A"), amount_minor=100, max_uses=1),
        AtLeastOffer(id="never", skus=frozenset("B"), n=5, percent_milli=50_000),
    ]
    solution = solve([UnitClass("A", 600, 1), UnitClass("B", 400, 1)], offers, Limit(1_000))
    assert [used.offer for used in solution.used] == ["unit"]


def test_of_equal_offers_the_lower_id_is_used():
    offers = [
        CheapestOffer(id=id_, skus=frozenset("AB"), n=2) for id_ in ("second", "first", "third")
    ]
    solution = solve([UnitClass("A", 500, 1), UnitClass("B", 400, 1)], offers, Limit(1_000))
    assert [used.offer for used in solution.used] == ["first"]
