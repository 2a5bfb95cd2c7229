"""Deals as written down: who is in which, how equal ones collapse, what bounds the work."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_promotions.solving import (
    Application,
    AtLeastOffer,
    CheapestOffer,
    Limit,
    PatternOffer,
    UnitClass,
    UnitGroup,
    UnitOffer,
    Used,
    component_of,
    solve,
)
from posframe_promotions.solving.assignment import Assignment, used_by
from posframe_promotions.solving.problem import problem_of
from tests.plugins.promotions.brute_force import best_saving_minor
from tests.plugins.promotions.random_carts import random_offers, random_units
from tests.plugins.promotions.solving.referee import assert_legal

SOME = Limit(2_000)


def units_of(classes):
    return [(each.sku, each.price_minor) for each in classes for _ in range(each.count)]


def joint(id_, count, *, skus=None, **terms):
    return PatternOffer(id=id_, groups=(UnitGroup(skus=skus, count=count),), **terms)


def test_ten_thousand_equal_units_are_one_application():
    three_for_two = CheapestOffer(id="3 for 2", skus=None, n=3)
    solution = solve([UnitClass("A", 199, 10_000)], [three_for_two], SOME)
    # 3,333 deals of 199; one unit is over.
    deal = Application(((("A", 199), 3),), 199, 3_333)
    assert solution.used == (Used("3 for 2", 663_267, (deal,)),)
    assert solution.is_proven


def test_deals_are_cut_from_the_dearest():
    """1500 x 4 and 1000 x 2, the third of each three free: 1500 and 1000."""
    offer = CheapestOffer(id="3 for 2", skus=None, n=3)
    solution = solve([UnitClass("A", 1_000, 2), UnitClass("B", 1_500, 4)], [offer], SOME)
    assert solution.used[0].applications == (
        Application(((("B", 1_500), 3),), 1_500),
        Application(((("B", 1_500), 1), (("A", 1_000), 2)), 1_000),
    )


def test_the_first_of_each_group_meet_in_a_bundle():
    """Groups {A, B} and {C}, together for 500: B 400 + C 300 saves 200, A 300 + C 300 saves 100."""
    bundle = PatternOffer(
        id="bundle",
        groups=(UnitGroup(skus=frozenset("AB")), UnitGroup(skus=frozenset("C"))),
        price_minor=500,
    )
    basket = [UnitClass("A", 300, 1), UnitClass("B", 400, 1), UnitClass("C", 300, 2)]
    solution = solve(basket, [bundle], SOME)
    assert solution.used[0].applications == (
        Application(((("B", 400), 1), (("C", 300), 1)), 200),
        Application(((("A", 300), 1), (("C", 300), 1)), 100),
    )


def test_units_that_only_make_up_the_number_are_not_listed():
    """From 3 units on, each at 500: the one of 400 counts, and keeps its price."""
    enough = AtLeastOffer(id="from 3", skus=None, n=3, price_minor=500)
    basket = [UnitClass("A", 800, 2), UnitClass("B", 400, 1)]
    solution = solve(basket, [enough], SOME)
    assert solution.used == (Used("from 3", 600, (Application(((("A", 800), 1),), 300, 2),)),)
    assert solve(basket[:1], [enough], SOME).used == ()


def test_an_amount_off_is_never_more_than_the_deal_costs():
    """10.00 off two: 9, 9, 1, 1 (each x 100) dear with cheap gives 20.00, dear with dear 12.00."""
    basket = [UnitClass("A", 900, 2), UnitClass("B", 100, 2)]
    solution = solve(basket, [joint("2 less 10", 2, amount_minor=1_000)], SOME)
    deal = Application(((("A", 900), 1), (("B", 100), 1)), 1_000, 2)
    assert solution.used == (Used("2 less 10", 2_000, (deal,)),)
    assert solution.is_proven


def test_the_floor_holds_for_every_kind():
    """One unit of 1000 or two, none below 900: at most 100 a unit, whatever is promised."""
    terms = {"floor_minor": 900}
    two, one = [UnitClass("A", 1_000, 2)], [UnitClass("A", 1_000, 1)]
    for basket, offer, saving in (
        (one, UnitOffer(id="unit", skus=None, percent_milli=50_000, **terms), 100),
        (one, UnitOffer(id="unit", skus=None, amount_minor=500, **terms), 100),
        (one, UnitOffer(id="unit", skus=None, price_minor=1, **terms), 100),
        (two, CheapestOffer(id="2 for 1", skus=None, n=2, **terms), 100),
        (two, joint("2 for 5", 2, price_minor=500, **terms), 200),
        (two, joint("2 less 5", 2, amount_minor=500, **terms), 200),
        (one, joint("1 less 5", 1, amount_minor=500, **terms), 100),
        (two, AtLeastOffer(id="from 2", skus=None, n=2, percent_milli=50_000, **terms), 200),
    ):
        assert solve(basket, [offer], SOME).saving_minor == saving, offer
        lower = [UnitClass("A", 800, 2)]
        assert solve(lower, [offer], SOME).saving_minor == 0, offer


def test_a_supporter_is_part_of_the_deal_and_saves_nothing():
    """Buy two A, get a B at half price: 200 off B at 400, and A is in no other deal."""
    buy = PatternOffer(
        id="buy A get B",
        groups=(
            UnitGroup(skus=frozenset("A"), count=2),
            UnitGroup(skus=frozenset("B"), percent_milli=50_000),
        ),
    )
    solution = solve([UnitClass("A", 300, 2), UnitClass("B", 400, 2)], [buy], SOME)
    deal = Application(((("B", 400), 1), (("A", 300), 2)), 200)
    assert solution.used == (Used("buy A get B", 200, (deal,)),)


@given(seed=st.integers(0, 1_000_000))
def test_closed_forms_give_what_the_search_gives(seed):
    """With a second offer that never pays, one offer alone is searched like any component."""
    draw = random.Random(seed)
    offer = random_offers(draw)[0]
    basket = [UnitClass(*unit, count) for unit, count in Counter(random_units(draw, 20)).items()]
    unit = UnitOffer(id="unit", skus=frozenset("AB"), percent_milli=draw.choice((1, 15_000)))
    never = joint("never", 2, price_minor=10**9)
    for others in ([], [unit]):
        alone = solve(basket, [offer, *others], Limit(10**6))
        searched = solve(basket, [offer, never, *others], Limit(10**6))
        assert alone.saving_minor == searched.saving_minor
        assert_legal(alone, units_of(basket), [offer, *others])


HUGE = {
    "3,000 prices": [UnitClass(f"s{at:04}", 50 + at * 7919 % 5_000, 1) for at in range(3_000)],
    "many alike": [UnitClass(f"s{at:04}", 50 + at * 7919 % 5_000, 120) for at in range(80)],
}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_component_is_answered_within_its_limit_and_with_its_gap(name):
    basket = HUGE[name]
    some = frozenset(each.sku for each in basket[10:60])
    offers = [
        CheapestOffer(id="3 for 2", skus=None, n=3),
        joint("2 for 15", 2, skus=some, price_minor=1_500),
        joint("3 less 10", 3, amount_minor=1_000),
        UnitOffer(id="half", skus=None, percent_milli=50_000, max_uses=200),
        AtLeastOffer(id="from 50", skus=some, n=50, percent_milli=25_000),
    ]
    solution = solve(basket, offers, Limit(2_000))
    assert solution.work <= 2_000
    assert not solution.is_proven
    assert_legal(solution, units_of(basket), offers)


def test_where_more_deals_stand_open_than_states_can_tell_nothing_is_proven():
    """Twelve deals of two could be open at once; the best is known by hand: 12 x 1000."""
    basket = [UnitClass("A", 900, 12), UnitClass("B", 100, 12)]
    offers = [joint("2 less 10", 2, amount_minor=1_000), joint("never", 2, price_minor=10**9)]
    solution = solve(basket, offers, Limit(200_000))
    assert solution.saving_minor <= 12_000 <= solution.saving_minor + solution.short_by_minor


def test_amounts_of_two_groups_are_cut_as_brute_force_cuts_them():
    offer = PatternOffer(
        id="set",
        groups=(UnitGroup(skus=frozenset("AB"), count=2), UnitGroup(skus=frozenset("BC"))),
        amount_minor=700,
        max_uses=2,
        floor_minor=60,
    )
    for seed in range(60):
        draw = random.Random(seed)
        units = [(draw.choice("ABC"), draw.choice((50, 60, 90, 300, 800))) for _ in range(8)]
        basket = [UnitClass(*unit, count) for unit, count in Counter(units).items()]
        solution = solve(basket, [offer], Limit(10**6))
        assert solution.saving_minor == best_saving_minor(units, [offer]), seed
        assert solution.is_proven


def test_units_that_a_deal_wanted_and_another_left_are_not_forgotten():
    """Of 14 at 1000 two save 500 each as a pair, the twelve others together a tenth: 2200.

    Found with no work allowed, though the twelve were first looked for among all.
    """
    basket = [UnitClass(f"s{at:02}", 1_000, 1) for at in range(14)]
    twelve = PatternOffer(id="12", groups=(UnitGroup(skus=None, count=12, percent_milli=10_000),))
    pair = UnitGroup(skus=frozenset({"s03", "s05"}), count=2, percent_milli=50_000)
    offers = [twelve, PatternOffer(id="pair", groups=(pair,))]
    assert solve(basket, offers, Limit(0)).saving_minor == 2_200


def test_no_offers_or_no_units_save_nothing():
    assert solve([], [CheapestOffer(id="2 for 1", skus=None, n=2)], SOME).used == ()
    assert solve([UnitClass("A", 100, 3)], [], SOME).saving_minor == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: UnitGroup(skus=None, count=0),
        lambda: UnitGroup(skus=None, percent_milli=100_001),
        lambda: PatternOffer(id="x", groups=()),
        lambda: joint("x", 2, price_minor=1, amount_minor=1),
        lambda: PatternOffer(
            id="x", groups=(UnitGroup(skus=None, percent_milli=1),), amount_minor=1
        ),
        lambda: UnitOffer(id="x", skus=None),
        lambda: UnitOffer(id="x", skus=None, percent_milli=1, amount_minor=1),
        lambda: UnitOffer(id="x", skus=None, amount_minor=1, max_uses=0),
        lambda: CheapestOffer(id="x", skus=None, n=2, discounted=3),
        lambda: AtLeastOffer(id="x", skus=None, n=0, percent_milli=1),
        lambda: AtLeastOffer(id="x", skus=None, n=2),
        lambda: UnitClass("A", -1, 1),
        lambda: UnitClass("A", 1, 0),
        lambda: solve([], [UnitOffer(id="x", skus=None, amount_minor=1)] * 2, SOME),
    ],
)
def test_what_is_no_offer_and_no_unit_is_a_fault(make):
    with pytest.raises(AssertionError):
        make()


def test_a_deal_that_gains_nothing_over_its_units_alone_is_not_made():
    """Two of 1000 together for 1900 save 100; a tenth off each saves 200. A search cut short may
    end with such a deal, a receipt must not."""
    offers = [
        joint("2 for 19", 2, price_minor=1_900),
        UnitOffer(id="tenth", skus=None, percent_milli=10_000),
    ]
    problem = problem_of(component_of([UnitClass("A", 1_000, 2)], offers))
    assignment = Assignment()
    assignment.take(0, 0, 0, 2)
    used, units = used_by(problem, assignment)
    assert units == 0
    assert used == [Used("tenth", 200, (Application(((("A", 1_000), 1),), 100, 2),))]
