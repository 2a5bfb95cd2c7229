"""Rates are exact: read as written, kept in lowest terms, rounded only where they meet money."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.rounding import Rounding, divide

rules = st.sampled_from(Rounding)
minors = st.integers(-(10**12), 10**12)
rates = st.builds(Rate, st.integers(0, 10**6), st.integers(1, 10**6))


def test_a_percentage_is_read_exactly():
    assert Rate.percent("5.5") == Rate(11, 200)
    assert Rate.percent("19") == Rate(19, 100)
    assert Rate.percent("9.975") == Rate(399, 4000)
    assert Rate.percent("0") == Rate(0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a percentage"),
        ("19%", "not a percentage"),
        ("1e1", "not a percentage"),
        ("-1", "negative"),
        ("0.0000001", "more decimals"),
        ("10001", "too large"),
    ],
)
def test_what_is_no_percentage_is_refused(text, message):
    with pytest.raises(DataError, match=message) as refusal:
        Rate.percent(text)
    assert refusal.value.hint


@given(
    numerator=st.integers(0, 10**6), denominator=st.integers(1, 10**6), factor=st.integers(1, 99)
)
def test_equal_rates_are_one_value(numerator, denominator, factor):
    rate = Rate(numerator, denominator)
    assert Rate(numerator * factor, denominator * factor) == rate
    assert Fraction(rate.numerator, rate.denominator) == Fraction(numerator, denominator)
    assert rate.denominator == Fraction(numerator, denominator).denominator


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_a_rate_has_no_sign_and_a_denominator(numerator, denominator):
    with pytest.raises(AssertionError):
        Rate(numerator, denominator)


def test_a_rate_does_not_change_in_place():
    rate = Rate(1, 2)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        rate.numerator = 2
    assert attrs.evolve(rate, numerator=2) == Rate(1, 1)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(11, 200), "5.5"),
        (Rate(1, 5), "20"),
        (Rate(0, 1), "0"),
        (Rate(1, 1), "100"),
        (Rate(399, 4000), "9.975"),
        (Rate(1, 3), "33.3333"),
        (Rate(2, 3), "66.6667"),
        (Rate(1, 64), "1.5625"),
        (Rate(1, 6400), "0.015625"),
        (Rate(1, 3_000_000), "0"),
        (Rate(100, 3), "3333.3333"),
    ],
)
def test_the_text_is_exact_where_decimals_end(rate, text):
    assert rate.percent_text == text


@given(micro=st.integers(0, 10_000 * 10**6))
def test_a_written_percentage_is_read_back(micro):
    rate = Rate(micro, 100 * 10**6)
    assert Rate.percent(rate.percent_text) == rate


@given(rate=rates, minor=minors, rounding=rules)
def test_a_share_is_the_exact_one_rounded_once(rate, minor, rounding):
    exact = Fraction(minor * rate.numerator, rate.denominator)
    assert rate.of(minor, rounding) == divide(exact.numerator, exact.denominator, rounding)
    assert rate.of(-minor, rounding) == -rate.of(minor, rounding)


@pytest.mark.parametrize(
    ("percent", "gross", "tax"), [("19", 11900, 1900), ("7", 107, 7), ("20", 100, 17), ("0", 5, 0)]
)
def test_tax_is_found_within_a_gross_amount(percent, gross, tax):
    assert Rate.percent(percent).within(gross, Rounding.HALF_UP) == tax


@given(
    rate=st.builds(Rate.percent, st.sampled_from(["0", "5.5", "7", "9.975", "19", "25", "100"])),
    gross=minors,
    rounding=st.sampled_from([Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN]),
)
def test_tax_within_gross_is_tax_on_net_to_one_unit(rate, gross, rounding):
    tax = rate.within(gross, rounding)
    net = gross - tax
    assert abs(rate.of(net, rounding) - tax) <= 1
    assert rate.within(-gross, rounding) == -tax


@given(rate=rates, net=minors)
def test_what_is_added_exactly_is_found_within(rate, net):
    net *= rate.denominator
    tax = rate.of(net, Rounding.DOWN)
    assert all(rate.within(net + tax, rounding) == tax for rounding in Rounding)
