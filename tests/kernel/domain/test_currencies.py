"""Our currency table is the standard's, and a wrong code is answered with the right one."""

from __future__ import annotations

import iso4217
import pytest

from posframe.errors import ConfigurationError
from posframe.kernel.domain.currencies import EXPONENTS, WITHOUT_MINOR_UNIT, exponent


def test_the_table_is_iso_4217():
    standard = {currency.code: currency.exponent for currency in iso4217.Currency}
    ours = dict(EXPONENTS) | dict.fromkeys(WITHOUT_MINOR_UNIT)
    assert ours == standard


def test_the_table_agrees_with_the_published_minor_units(oracle):
    assert dict(EXPONENTS) == oracle("rounding")["iso4217_minor_units"]


def test_decimals_are_not_the_locale_datas(oracle):
    differences = oracle("rounding")["cldr_differs"]
    for code in differences.keys() & EXPONENTS.keys():
        iso, cldr = differences[code]
        assert exponent(code) == iso != cldr


@pytest.mark.parametrize(
    ("code", "digits"), [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4), ("HUF", 2)]
)
def test_exponent_counts_the_decimals(code, digits):
    assert exponent(code) == digits


@pytest.mark.parametrize(
    ("code", "suggestion"),
    [("eur", "EUR"), (" EUR", "EUR"), ("EURO", "EUR"), ("GPB", "GBP"), ("USDD", "USD")],
)
def test_an_unknown_code_is_answered_with_the_nearest(code, suggestion):
    with pytest.raises(ConfigurationError) as refusal:
        exponent(code)
    assert repr(code) in refusal.value.message
    assert refusal.value.hint.startswith(f"Did you mean {suggestion}")


@pytest.mark.parametrize("code", ["", "???", "9" * 5000])
def test_a_code_like_no_other_is_answered_with_an_example(code):
    with pytest.raises(ConfigurationError, match="ISO 4217 code such as EUR") as refusal:
        exponent(code)
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize("code", sorted(WITHOUT_MINOR_UNIT))
def test_metals_and_units_of_account_are_not_usable_for_selling(code):
    with pytest.raises(ConfigurationError, match="not usable for selling"):
        exponent(code)
