"""Division and sharing hold against the decimal module, other systems' cases and their laws."""

from __future__ import annotations

import decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.rounding import Rounding, allocate, divide, round_to_step

ORACLE_MODES = {
    "HALF_UP_AWAY": Rounding.HALF_UP,
    "HALF_EVEN": Rounding.HALF_EVEN,
    "HALF_DOWN": Rounding.HALF_DOWN,
    "UP_AWAY": Rounding.UP,
    "DOWN_TOZERO": Rounding.DOWN,
}
DECIMAL_MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
}
amounts = st.integers(-(10**15), 10**15)
rules = st.sampled_from(Rounding)


def test_rounding_agrees_with_every_published_case(oracle):
    for case in oracle("rounding")["cases"]:
        scaled = Fraction(case["value"]) * 10 ** case["digits"]
        expected = Fraction(case["expected"]) * 10 ** case["digits"]
        rounded = divide(scaled.numerator, scaled.denominator, ORACLE_MODES[case["mode"]])
        assert rounded == expected, case


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, [-3, -2, -1, 0, 1, 2, 3]),
        (Rounding.HALF_EVEN, [-2, -2, 0, 0, 0, 2, 2]),
        (Rounding.HALF_DOWN, [-2, -1, 0, 0, 0, 1, 2]),
        (Rounding.UP, [-3, -2, -1, 0, 1, 2, 3]),
        (Rounding.DOWN, [-2, -1, 0, 0, 0, 1, 2]),
    ],
)
def test_halves_go_where_the_rule_says(rounding, expected):
    assert [divide(half, 2, rounding) for half in (-5, -3, -1, 0, 1, 3, 5)] == expected


@pytest.mark.parametrize("rounding", Rounding)
def test_what_divides_evenly_is_not_rounded(rounding):
    assert [divide(n, 7, rounding) for n in (-14, 0, 21)] == [-2, 0, 3]


@given(numerator=amounts, denominator=st.integers(1, 4000), rounding=rules)
def test_divide_agrees_with_the_decimal_module(numerator, denominator, rounding):
    context = decimal.Context(prec=60, rounding=DECIMAL_MODES[rounding])
    # The decimal quotient is cut at 60 digits; 20 decimals tell any half of such a fraction apart.
    quotient = context.divide(decimal.Decimal(numerator), decimal.Decimal(denominator))  # noqa: TID251 - the independent arithmetic
    assert divide(numerator, denominator, rounding) == int(
        quotient.to_integral_value(DECIMAL_MODES[rounding])
    )


@given(numerator=amounts, denominator=st.integers(1, 10**9), rounding=rules)
def test_a_refund_rounds_like_its_sale(numerator, denominator, rounding):
    assert divide(-numerator, denominator, rounding) == -divide(numerator, denominator, rounding)


@given(numerator=amounts, denominator=st.integers(1, 10**9), rounding=rules)
def test_rounding_moves_by_less_than_one(numerator, denominator, rounding):
    moved = abs(divide(numerator, denominator, rounding) - Fraction(numerator, denominator))
    nearest = rounding not in {Rounding.UP, Rounding.DOWN}
    assert moved <= Fraction(1, 2) if nearest else moved < 1


@pytest.mark.parametrize("denominator", [0, -3])
def test_a_denominator_that_is_not_positive_is_a_programmers_mistake(denominator):
    with pytest.raises(AssertionError, match="numerator"):
        divide(1, denominator, Rounding.HALF_UP)


def test_a_rule_by_its_text_is_not_taken_for_a_rule():
    with pytest.raises(AssertionError, match="not a rounding rule"):
        divide(1, 2, "half_up")


@given(minor=amounts, step=st.integers(1, 1000), rounding=rules)
def test_round_to_step_gives_a_near_multiple(minor, step, rounding):
    rounded = round_to_step(minor, step, rounding)
    assert rounded % step == 0
    assert abs(rounded - minor) < step
    assert round_to_step(rounded, step, rounding) == rounded


def test_allocation_agrees_with_every_largest_remainder_case(oracle):
    file = oracle("allocation")
    for case in file["largest_remainder"]:
        assert list(allocate(case["amount"], case["weights"])) == case["expected"], case
    for case in file["differences_to_largest_remainder"]:
        assert list(allocate(case["amount"], case["weights"])) == case["largest_remainder"], case


def test_equal_sharing_agrees_with_sylius(oracle):
    for case in oracle("allocation")["sylius_equal"]:
        assert list(allocate(case["amount"], [1] * case["n"])) == case["expected"], case


@given(
    amount=amounts,
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any),
)
def test_allocation_loses_and_invents_nothing(amount, weights):
    shares = allocate(amount, weights)
    total = sum(weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, total)) < 1
        assert share == 0 or weight > 0


@given(amount=amounts, weights=st.lists(st.integers(0, 10**6), max_size=20))
def test_a_refund_is_shared_like_its_sale(amount, weights):
    assert allocate(-amount, weights) == tuple(-share for share in allocate(amount, weights))


def test_spare_units_go_to_the_first_of_equals():
    assert allocate(5, [1, 0, 1, 1]) == (2, 0, 2, 1)


@pytest.mark.parametrize(("weights", "expected"), [([], ()), ([0], (0,)), ([0, 0], (0, 0))])
def test_nothing_is_shared_where_nobody_has_weight(weights, expected):
    assert allocate(-299, weights) == expected


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        allocate(100, [3, -1])
