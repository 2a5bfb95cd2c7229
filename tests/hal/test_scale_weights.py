"""Weights keep the scale's own digits, and are sold by the thousandth or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.hal.weights import Load, Weight, at_rest, weight_of


@pytest.mark.parametrize(
    ("weight", "unit", "milli"),
    [
        (Weight(1250, 3, "kg"), "kg", 1250),
        (Weight(125, 2, "kg"), "kg", 1250),
        (Weight(1250, 0, "g"), "kg", 1250),
        (Weight(12505, 1, "g"), "g", 1_250_500),
        (Weight(1250, 3, "kg"), "g", 1_250_000),
        (Weight(1_250_000, 0, "mg"), "kg", 1250),
        (Weight(300, 1, "oz"), "oz", 30_000),
        (Weight(2, 0, "t"), "kg", 2_000_000),
        (Weight(12500, 4, "kg"), "kg", 1250),
    ],
)
def test_a_weight_is_so_many_thousandths_exactly(weight, unit, milli):
    assert weight.milli(unit) == milli


@pytest.mark.parametrize(
    ("weight", "unit", "message"),
    [
        (Weight(276, 2, "lb"), "kg", "weighs in lb, this item is sold by the kg"),
        (Weight(1250, 3, "kg"), "lb", "weighs in kg"),
        (Weight(441, 1, "oz"), "lb", "weighs in oz"),
        (Weight(5, 3, "ct"), "g", "weighs in ct"),
        (Weight(12505, 4, "kg"), "kg", "finer than a thousandth"),
        (Weight(12505, 1, "g"), "kg", "finer than a thousandth"),
    ],
)
def test_another_unit_or_a_finer_weight_is_refused_and_never_rounded(weight, unit, message):
    with pytest.raises(DataError, match=message) as refusal:
        weight.milli(unit)
    assert refusal.value.hint


@given(digits=st.integers(-(10**6), 10**6), decimals=st.integers(0, 4))
def test_what_is_written_is_read_back_digit_by_digit(digits, decimals):
    weight = Weight(digits, decimals, "kg")
    assert weight_of(str(weight).removesuffix(" kg"), "kg") == weight


@given(digits=st.integers(-(10**6), 10**6))
def test_grams_and_kilograms_are_the_same_load(digits):
    assert Weight(digits, 0, "g").milli("kg") == Weight(digits, 3, "kg").milli("kg")
    assert Weight(digits, 3, "kg").milli("g") == Weight(digits, 0, "g").milli("g")


def test_at_rest_a_weight_is_above_at_or_below_zero():
    loads = [at_rest(Weight(digits, 3, "kg")).load for digits in (1, 0, -1)]
    assert loads == [Load.STABLE, Load.ZERO, Load.UNDER_ZERO]
