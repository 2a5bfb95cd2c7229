"""The solver finds what two other ways to the optimum find, and says truly whether it did."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from benchmarks.baskets_of_offers import bundles, classes_of, dense, scans, week
from posframe_promotions.solving import (
    CheapestOffer,
    Limit,
    PatternOffer,
    UnitClass,
    UnitGroup,
    UnitOffer,
    component_of,
    solve,
)
from posframe_promotions.solving.assignment import used_by
from posframe_promotions.solving.greedy import greedy
from posframe_promotions.solving.problem import problem_of
from tests.plugins.promotions.brute_force import best_saving_minor
from tests.plugins.promotions.random_carts import random_offers, random_units
from tests.plugins.promotions.solving.referee import assert_legal

AMPLE = Limit(1_000_000)
CARTS = 5_600
CHUNKS = 8


def classes(units):
    return [UnitClass(sku, price, count) for (sku, price), count in Counter(units).items()]


def greedy_saving_minor(units, offers):
    """The deliberately wrong solver: what an oracle has to catch."""
    problem = problem_of(component_of(classes(units), offers))
    return sum(used.saving_minor for used in used_by(problem, greedy(problem))[0])


def cart(seed):
    draw = random.Random(seed)
    return random_units(draw), random_offers(draw)


def from_oracle(at, told):
    """One offer of the oracle file, in the solver's words."""
    id_ = f"offer{at:02}"

    def skus(named):
        return None if named is None else frozenset(named)

    percent = 1000 * told.get("pct", 0)
    match told["type"]:
        case "cheapest_pct":
            return CheapestOffer(
                id=id_, skus=skus(told["skus"]), n=told["n"], percent_milli=percent
            )
        case "pct_unit":
            return UnitOffer(id=id_, skus=skus(told["skus"]), percent_milli=percent)
        case "amount_unit":
            return UnitOffer(id=id_, skus=skus(told["skus"]), amount_minor=told["off"])
        case "n_pct":
            group = UnitGroup(skus=skus(told["skus"]), count=told["n"], percent_milli=percent)
            return PatternOffer(id=id_, groups=(group,))
        case "n_fixed":
            group = UnitGroup(skus=skus(told["skus"]), count=told["n"])
            return PatternOffer(id=id_, groups=(group,), price_minor=told["price"])
        case "bundle":
            groups = tuple(UnitGroup(skus=skus(named)) for named in told["groups"])
            return PatternOffer(id=id_, groups=groups, price_minor=told["price"])
    raise AssertionError(told)


def test_every_published_cart_is_solved_to_proof(oracle):
    cases = oracle("promotions_optimal")["cases"]
    assert len(cases) >= 66
    for case in cases:
        units = [(unit["sku"], unit["price"]) for unit in case["units"]]
        offers = [from_oracle(at, told) for at, told in enumerate(case["offers"])]
        solution = solve(classes(units), offers, AMPLE)
        assert solution.saving_minor == case["best_discount"], case["name"]
        assert solution.is_proven, case["name"]
        assert_legal(solution, units, offers)


def test_a_greedy_solver_fails_the_published_carts(oracle):
    wrong = [
        case["name"]
        for case in oracle("promotions_optimal")["cases"]
        if greedy_saving_minor(
            [(unit["sku"], unit["price"]) for unit in case["units"]],
            [from_oracle(at, told) for at, told in enumerate(case["offers"])],
        )
        != case["best_discount"]
    ]
    assert "greedy_third_loss_k3" in wrong


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_carts_equal_brute_force_and_are_proven(chunk):
    for seed in range(chunk, CARTS, CHUNKS):
        units, offers = cart(seed)
        solution = solve(classes(units), offers, AMPLE)
        assert solution.saving_minor == best_saving_minor(units, offers), seed
        assert solution.is_proven, seed
        assert_legal(solution, units, offers)


def test_a_greedy_solver_fails_brute_force():
    wrong = [
        seed
        for seed in range(200)
        if greedy_saving_minor(*cart(seed)) != best_saving_minor(*cart(seed))
    ]
    assert len(wrong) > 10


def test_at_a_small_limit_the_gap_holds_against_brute_force():
    unproven = 0
    for seed in range(300):
        units, offers = cart(seed)
        solution = solve(classes(units), offers, Limit(1))
        best = best_saving_minor(units, offers)
        assert solution.saving_minor <= best <= solution.saving_minor + solution.short_by_minor
        assert_legal(solution, units, offers)
        unproven += solution.saving_minor < best
    assert unproven > 10  # else nothing was tried here


LARGE = [
    *[("week", units, seed) for units in (20, 30, 40) for seed in range(3)],
    ("week", 60, 0),
    *[("dense 10", 20, seed) for seed in range(3)],
    *[("dense 30", 30, seed) for seed in range(2)],
    *[("bundles", 40, seed) for seed in range(3)],
]


def large(shape, count, seed):
    if shape == "bundles":
        shop = bundles(8, 4, seed)
    else:
        shop = week(seed) if shape == "week" else dense(int(shape.split()[1]), seed)
    return scans(shop, count, seed), shop.offers


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "count", "seed"), LARGE)
def test_large_carts_agree_with_an_integer_programme(shape, count, seed):
    optimum_minor = pytest.importorskip(
        "tests.plugins.promotions.integer_programme", reason="highspy is not installed"
    ).optimum_minor
    units, offers = large(shape, count, seed)
    best, proven = optimum_minor(Counter(units), offers)
    assert proven
    for limit in (Limit(1), Limit(1_500), Limit(30_000)):
        solution = solve(classes_of(units), offers, limit)
        assert solution.saving_minor <= best <= solution.saving_minor + solution.short_by_minor
        assert_legal(solution, units, offers)
    if count <= 30 and shape != "dense 30":
        solution = solve(classes_of(units), offers, AMPLE)
        assert solution.is_proven
        assert solution.saving_minor == best


def test_a_greedy_solver_fails_the_integer_programme():
    optimum_minor = pytest.importorskip(
        "tests.plugins.promotions.integer_programme", reason="highspy is not installed"
    ).optimum_minor
    units, offers = large("week", 20, 0)
    assert greedy_saving_minor(units, offers) < optimum_minor(Counter(units), offers)[0]


def test_the_integer_programme_agrees_with_brute_force():
    """Two oracles that share nothing; where one knows a kind that the other does not, neither."""
    optimum_minor = pytest.importorskip(
        "tests.plugins.promotions.integer_programme", reason="highspy is not installed"
    ).optimum_minor
    compared = 0
    for seed in range(150):
        units, offers = cart(seed)
        if any(
            getattr(offer, "discounted", 1) > 1
            or (hasattr(offer, "groups") and offer.amount_minor is not None)
            for offer in offers
        ):
            continue
        assert optimum_minor(Counter(units), offers)[0] == best_saving_minor(units, offers), seed
        compared += 1
    assert compared > 50
