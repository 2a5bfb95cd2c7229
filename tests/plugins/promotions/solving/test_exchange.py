"""Exchange: what a few offers do better among themselves, exactly, and never at a loss."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.baskets_of_offers import bundles, classes_of, dense, scans, week
from posframe_promotions.solving import Limit, Solution, UnitClass, component_of, solve
from posframe_promotions.solving import exchange as exchanging
from posframe_promotions.solving import search as searching
from posframe_promotions.solving.assignment import Assignment, used_by
from posframe_promotions.solving.exchange import Exchange
from posframe_promotions.solving.greedy import greedy
from posframe_promotions.solving.problem import problem_of
from posframe_promotions.solving.shares import sharpened
from tests.plugins.promotions.brute_force import best_saving_minor
from tests.plugins.promotions.random_carts import random_offers, random_units
from tests.plugins.promotions.solving.referee import assert_legal

AMPLE = 10**7


def cart(seed, offers_max=6):
    draw = random.Random(seed)
    return random_units(draw), random_offers(draw, offers_max)


def problem_with(units, offers):
    classes = [UnitClass(sku, price, count) for (sku, price), count in Counter(units).items()]
    return problem_of(component_of(classes, offers))


def solution_of(problem, assignment):
    used, _ = used_by(problem, assignment)
    return Solution(tuple(used), sum(each.saving_minor for each in used), 0, 0)


def exchanged(problem, assignment, work_max=AMPLE):
    """What exchange makes of an assignment, and whether it came to its end."""
    exchange = Exchange(problem, sharpened(problem), assignment)
    work = exchange.run(work_max)
    assert work <= work_max
    return solution_of(problem, exchange.assignment), work < work_max


def optimum_is_reached(seed):
    """From nothing at all, with no more offers than are exchanged at a time."""
    units, offers = cart(seed, 3)
    problem = problem_with(units, offers)
    if len(problem.offers) < 2:
        return True
    found, is_done = exchanged(problem, Assignment())
    assert is_done
    assert_legal(found, units, offers)
    return found.saving_minor == best_saving_minor(units, offers)


def test_three_offers_are_exchanged_exactly():
    assert all(optimum_is_reached(seed) for seed in range(1_200))


def test_were_a_part_passed_with_one_state_brute_force_would_tell(monkeypatch):
    monkeypatch.setattr(exchanging, "WIDTH", 1)
    assert not all(optimum_is_reached(seed) for seed in range(200))


def test_three_offers_may_gain_where_no_two_do(monkeypatch):
    """Against the search's proof: eight units, as brute force takes them, are too few for it."""
    for seed in (3, 525, 920):
        draw = random.Random(seed)
        units, offers = random_units(draw, 16), random_offers(draw, 3)
        problem = problem_with(units, offers)
        best = solve(problem.classes, offers, Limit(AMPLE))
        assert best.is_proven
        assert exchanged(problem, Assignment())[0].saving_minor == best.saving_minor
        with monkeypatch.context() as only:
            only.setattr(exchanging, "TRIPLES", 2)
            assert exchanged(problem, Assignment())[0].saving_minor < best.saving_minor


def assert_exchange_is_legal(shop, units, work_max):
    problem = problem_of(component_of(classes_of(units), shop.offers))
    found, _ = exchanged(problem, greedy(problem), work_max)
    assert_legal(found, units, shop.offers)


def test_units_that_were_given_back_and_kept_are_seen(monkeypatch):
    """The referee's negative control: a unit in two deals."""

    def replace(self, slots, part, ats):
        for (slot, group), units in part.taken.items():
            for at, count in units.items():
                self.take(slots[slot], group, ats[at], count)

    shop = week(3)
    units = scans(shop, 60, 3)
    assert_exchange_is_legal(shop, units, 6_000)
    monkeypatch.setattr(Assignment, "replace", replace)
    with pytest.raises(AssertionError):
        assert_exchange_is_legal(shop, units, 6_000)


@given(seed=st.integers(0, 1_000_000), work_max=st.sampled_from((0, 100, 400, 1_500, AMPLE)))
def test_it_never_loses_and_never_finds_more_than_there_is(seed, work_max):
    units, offers = cart(seed)
    problem = problem_with(units, offers)
    before = solution_of(problem, greedy(problem)).saving_minor
    if len(problem.offers) < 2:
        return
    found, _ = exchanged(problem, greedy(problem), work_max)
    assert_legal(found, units, offers)
    assert before <= found.saving_minor <= best_saving_minor(units, offers)


@pytest.mark.parametrize(
    ("shop", "count"), [(week(5), 60), (dense(10, 10), 40), (bundles(8, 4, 5), 40)]
)
def test_more_work_never_loses_and_after_the_last_of_it_nothing_gains(shop, count):
    units = scans(shop, count, 5)
    problem = problem_of(component_of(classes_of(units), shop.offers))
    limits = (0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 64_000, AMPLE)
    found = [exchanged(problem, greedy(problem), limit) for limit in limits]
    savings = [solution.saving_minor for solution, _ in found]
    assert savings == sorted(savings)
    assert savings[0] == solution_of(problem, greedy(problem)).saving_minor < savings[-1]
    assert found[-1][1]
    for solution, _ in found:
        assert_legal(solution, units, shop.offers)
    ended = Exchange(problem, sharpened(problem), greedy(problem))
    ended.run(AMPLE)
    anew, _ = exchanged(problem, ended.assignment)
    assert anew == found[-1][0]  # whoever begins where it ended finds nothing either


def test_what_exchange_spends_is_counted():
    """A pass of width eight takes half of it, and the next would take three times as much."""
    shop = bundles(8, 4, 3)
    units = classes_of(scans(shop, 40, 3))
    assert solve(units, shop.offers, Limit(2_000)).work == 2_000


def test_a_run_that_goes_on_ends_where_one_run_does():
    shop = bundles(8, 4, 3)
    units = scans(shop, 40, 3)
    problem = problem_of(component_of(classes_of(units), shop.offers))
    exchange = Exchange(problem, sharpened(problem), greedy(problem))
    runs = 1
    while exchange.run(5_000) == 5_000:
        runs += 1
    assert runs > 2
    whole, _ = exchanged(problem, greedy(problem))
    assert solution_of(problem, exchange.assignment) == whole


def without_exchange(monkeypatch):
    monkeypatch.setattr(searching, "BROAD_EXCHANGE", 0)
    monkeypatch.setattr(searching, "WIDTHS", tuple((width, 0) for width, _ in searching.WIDTHS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "count", "limit"),
    [
        (week, 100, 30_000),
        (lambda seed: dense(30, seed), 30, 10_000),
        (lambda seed: bundles(8, 4, seed), 40, 30_000),
    ],
)
def test_at_equal_work_passes_with_exchange_save_more_than_passes_alone(
    monkeypatch, make, count, limit
):
    """Summed over baskets: of one, the work that exchange takes may be what a pass had needed."""

    def saved_minor():
        shops = [(make(seed), seed) for seed in range(4)]
        return sum(
            solve(classes_of(scans(shop, count, seed)), shop.offers, Limit(limit)).saving_minor
            for shop, seed in shops
        )

    mixed_minor = saved_minor()
    without_exchange(monkeypatch)
    assert mixed_minor > saved_minor()
