"""Quantities are exact thousandths, and a price extends over them with one rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.kernel.domain.quantity import (
    GRAM,
    HOUR,
    KILOGRAM,
    LITRE,
    METRE,
    MILLI_MAX,
    PIECE,
    Quantity,
    Unit,
    UnitMismatch,
    extend,
    format_milli,
    parse_milli,
    unit,
)

millis = st.integers(-MILLI_MAX, MILLI_MAX)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(642, KILOGRAM), "0.642 kg"),
        (Quantity(1000, KILOGRAM), "1.000 kg"),
        (Quantity(3000), "3"),
        (Quantity(-3000, PIECE), "-3"),
        (Quantity(1500, PIECE), "1.5"),
        (Quantity(250_000, GRAM), "250 g"),
        (Quantity(-1500, LITRE), "-1.500 l"),
        (Quantity(20, METRE), "0.020 m"),
        (Quantity(1250, HOUR), "1.25 h"),
        (Quantity(1255, HOUR), "1.255 h"),
        (Quantity(0, HOUR), "0.00 h"),
    ],
)
def test_a_quantity_shows_its_units_decimals_and_hides_none(quantity, text):
    assert str(quantity) == text


@given(milli=millis, unit=st.sampled_from(Unit))
def test_what_is_written_is_read_back(milli, unit):
    number = str(Quantity(milli, unit)).split()[0]
    assert Quantity.parse(number, unit) == Quantity(milli, unit)


@given(milli=millis, decimals=st.none() | st.integers(0, 3))
def test_thousandths_are_read_back_however_many_are_shown(milli, decimals):
    assert parse_milli(format_milli(milli, decimals)) == milli


@given(left=millis, right=millis)
def test_arithmetic_is_that_of_whole_numbers(left, right):
    assert Quantity(left) + Quantity(right) == Quantity(left + right)
    assert Quantity(left) - Quantity(right) == Quantity(left - right)
    assert -Quantity(left) == Quantity(-left)
    assert bool(Quantity(left)) is bool(left)


@pytest.mark.parametrize("other", [Quantity(1, KILOGRAM), 1])
@pytest.mark.parametrize("operation", ["__add__", "__sub__"])
def test_units_do_not_mix(operation, other):
    with pytest.raises(UnitMismatch, match="PIECE"):
        getattr(Quantity(1), operation)(other)


@pytest.mark.parametrize("milli", [1.0, "1", True])
def test_a_quantity_is_made_of_whole_thousandths_only(milli):
    with pytest.raises(AssertionError, match="whole thousandths"):
        Quantity(milli)


@pytest.mark.parametrize(
    ("text", "milli"),
    [("0.642", 642), ("0,642", 642), ("3", 3000), ("-1.5", -1500), ("99999.999", MILLI_MAX)],
)
def test_a_quantity_may_be_written_in_these_ways(text, milli):
    assert parse_milli(text) == milli


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a quantity"),
        ("1e3", "not a quantity"),
        ("nan", "not a quantity"),
        ("0.6425", "more decimals"),
        ("100000", "too large"),
        ("-100000", "too large"),
    ],
)
def test_what_is_no_quantity_is_refused(text, message):
    with pytest.raises(DataError, match=message) as refusal:
        parse_milli(text)
    assert refusal.value.hint


@pytest.mark.parametrize("expected", Unit)
def test_a_unit_is_found_by_its_code(expected):
    assert unit(expected.code) is expected


def test_an_unknown_unit_is_answered_with_the_nearest_and_all():
    with pytest.raises(DataError, match=r"Did you mean kg\? Known units: pcs, kg, g, l, m, h"):
        unit("KG")
    with pytest.raises(DataError, match=r"'zz' \(Known units"):
        unit("zz")


@pytest.mark.parametrize(
    ("unit_price_minor", "milli", "expected"),
    [(1999, 642, 1283), (199, 3000, 597), (1, 500, 1), (1, -500, -1), (-5, 1500, -8), (0, 9, 0)],
)
def test_a_price_extends_half_up(unit_price_minor, milli, expected):
    assert extend(unit_price_minor, milli) == expected


@given(
    price_minor=st.integers(-(10**9), 10**9),
    milli=millis,
    per_milli=st.sampled_from([1000, 100, 6000, 12_000, 1]),
)
def test_extension_is_within_half_a_unit_of_the_exact_price(price_minor, milli, per_milli):
    price = extend(price_minor, milli, per_milli)
    assert abs(price - Fraction(price_minor * milli, per_milli)) <= Fraction(1, 2)
    assert extend(price_minor, -milli, per_milli) == -price
