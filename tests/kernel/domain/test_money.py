"""Money stays whole, stays in its currency, and is read from text exactly or not at all."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.money import (
    MINOR_MAX,
    CurrencyMismatch,
    Money,
    format_minor,
    parse_minor,
)

minors = st.integers(-MINOR_MAX, MINOR_MAX)
exponents = st.integers(0, 4)


def eur(minor):
    return Money(minor, "EUR")


@given(left=minors, right=minors)
def test_arithmetic_is_that_of_whole_numbers(left, right):
    assert eur(left) + eur(right) == eur(left + right)
    assert eur(left) - eur(right) == eur(left - right)
    assert eur(left) * 3 == 3 * eur(left) == eur(3 * left)
    assert -eur(left) == eur(-left)
    assert abs(eur(left)) == eur(abs(left))
    assert bool(eur(left)) is bool(left)


@given(left=minors, right=minors)
def test_order_is_that_of_whole_numbers(left, right):
    assert (eur(left) < eur(right)) is (left < right)
    assert (eur(left) <= eur(right)) is (left <= right)
    assert (eur(left) > eur(right)) is (left > right)
    assert (eur(left) >= eur(right)) is (left >= right)
    assert (eur(left) == eur(right)) is (left == right)


def test_amounts_sum_from_zero():
    assert sum([eur(1), eur(2)], Money.zero("EUR")) == eur(3)
    assert not Money.zero("EUR")


@pytest.mark.parametrize("other", [Money(1, "USD"), 1, "1.00"])
@pytest.mark.parametrize(
    "operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"]
)
def test_currencies_do_not_mix(operation, other):
    with pytest.raises(CurrencyMismatch, match="EUR"):
        getattr(eur(1), operation)(other)
    assert eur(1) != other


@pytest.mark.parametrize("factor", [1.5, "2", Money(2, "EUR"), None])
def test_money_is_multiplied_by_whole_numbers_only(factor):
    with pytest.raises(TypeError):
        eur(100) * factor


@pytest.mark.parametrize("minor", [1.0, "1", True, None])
def test_money_is_made_of_whole_minor_units_only(minor):
    with pytest.raises(AssertionError, match="whole minor units"):
        Money(minor, "EUR")


def test_money_does_not_change():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        eur(1).minor = 2
    assert len({eur(1), eur(1), Money(1, "USD")}) == 2


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1234, "EUR"), "12.34 EUR"),
        (Money(-5, "EUR"), "-0.05 EUR"),
        (Money(0, "EUR"), "0.00 EUR"),
        (Money(1234, "JPY"), "1234 JPY"),
        (Money(-1234567, "KWD"), "-1234.567 KWD"),
        (Money(1, "CLF"), "0.0001 CLF"),
    ],
)
def test_money_is_written_in_full(money, text):
    assert str(money) == text
    assert money.major == text.split()[0]


@given(minor=minors, code=st.sampled_from(["JPY", "EUR", "KWD", "CLF"]))
def test_what_is_written_is_read_back(minor, code):
    money = Money(minor, code)
    assert Money.parse(money.major, code) == money


@given(minor=minors, exponent=exponents)
def test_plain_amounts_are_read_back_with_point_or_comma(minor, exponent):
    text = format_minor(minor, exponent)
    assert parse_minor(text, exponent) == minor
    assert parse_minor(text.replace(".", ","), exponent) == minor


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.34", 1234),
        ("12,34", 1234),
        ("-0.99", -99),
        ("12", 1200),
        ("12.3", 1230),
        ("-0", 0),
        ("007", 700),
        ("0" * 5000 + "1", 100),
        ("9999999999999.99", MINOR_MAX),
        ("-9999999999999.99", -MINOR_MAX),
    ],
)
def test_an_amount_may_be_written_in_these_ways(text, minor):
    assert parse_minor(text, 2) == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ".", "12.", ".99", "+1", "--1", "1-", " 12.34", "12.34\n", "1 000"),
        *("inf", "-inf", "nan", "NaN", "Infinity", "1e3", "1E-2", "0x10", "1_000", "1.234.567"),
        *(
            "1,234.56",
            "1.2,3",
            "12.34 EUR",
            "€1",
            "\uff11",
            "١٢",
            "½",
            "²",
            "1\x00",
            "ten",
            "9" * 40 + "x",
        ),
    ],
)
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(DataError, match="is not an amount") as refusal:
        Money.parse(text, "EUR")
    assert refusal.value.hint == "Write it like 1.25"
    assert len(refusal.value.message) < 80


@pytest.mark.parametrize(
    ("text", "exponent", "hint"),
    [
        ("12.345", 2, "at most 2 decimals"),
        ("12.340", 2, "at most 2 decimals"),
        ("1,000", 0, "no decimals"),
        ("1.00", 1, "at most 1 decimal,"),
    ],
)
def test_a_finer_amount_than_the_currency_has_is_refused_not_rounded(text, exponent, hint):
    with pytest.raises(DataError, match="more decimals") as refusal:
        parse_minor(text, exponent)
    assert hint in refusal.value.hint


@pytest.mark.parametrize("text", ["10000000000000.00", "-10000000000000", "9" * 100_000])
def test_an_amount_beyond_the_bound_is_refused(text):
    with pytest.raises(DataError, match="too large for an amount") as refusal:
        parse_minor(text, 2)
    assert refusal.value.hint == "At most 9999999999999.99"


@given(text=st.text(max_size=30), exponent=exponents)
def test_any_text_is_read_exactly_or_refused(text, exponent):
    try:
        minor = parse_minor(text, exponent)
    except DataError:
        return
    assert re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text)
    assert abs(minor) <= MINOR_MAX


def test_an_unknown_currency_is_refused_where_its_decimals_matter():
    with pytest.raises(ConfigurationError, match="EUR"):
        Money.parse("1", "EURO")
    with pytest.raises(ConfigurationError, match="EUR"):
        str(Money(1, "EURO"))


def test_money_is_shared_without_loss():
    assert eur(-100).allocate([1, 1, 1]) == (eur(-34), eur(-33), eur(-33))
