"""Numbers of currencies are those of the standard, for all currencies the till knows."""

import pytest

from posframe.kernel.domain.currencies import EXPONENTS
from posframe_payments.qr.currency_numbers import CURRENCY_OF, NUMBER_OF


def test_every_currency_has_one_number_of_its_own():
    assert set(NUMBER_OF) == set(EXPONENTS)
    assert len(CURRENCY_OF) == len(NUMBER_OF)


def test_numbers_are_those_of_an_independent_copy():
    iso4217 = pytest.importorskip("iso4217")
    standard = {each.code: f"{each.number:03}" for each in iso4217.Currency if each.number}
    assert {code: standard[code] for code in NUMBER_OF} == dict(NUMBER_OF)
