"""Cash is rounded to the coins a country has, refunds like sales."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.cash_rounding import CashRounding, cash_rounding_for
from posframe.kernel.domain.rounding import Rounding

CODES = "AU BE CA CH CZ DK EE FI HU IE IL LT MY NL NO NZ SE SG SK ZA"
ORACLE_MODES = {
    "nearest_half_up": Rounding.HALF_UP,
    "nearest_half_down": Rounding.HALF_DOWN,
    "down": Rounding.DOWN,
}


def test_every_countrys_published_cases_hold(oracle):
    for rule in oracle("cash_rounding")["rules"]:
        cash = cash_rounding_for(rule["country"])
        assert cash is not None, rule["country"]
        assert cash.step_minor == rule["step_minor"], rule["country"]
        assert cash.rounding is ORACLE_MODES[rule["mode"]], rule["country"]
        for minor, expected in rule["cases"]:
            assert cash.round(minor) == expected, (rule["country"], minor)


def test_odoos_rounding_line_is_the_difference(oracle):
    lines = [
        case
        for case in oracle("cash_rounding")["odoo_cases"]
        if case["strategy"] == "add_invoice_line"
    ]
    assert lines
    for case in lines:
        cash = CashRounding(case["step"], Rounding.HALF_UP)
        assert cash.round(case["total"]) == case["rounded"]
        assert cash.difference(case["total"]) == case["rounding_line"]


@pytest.mark.parametrize(
    ("country", "cases"),
    [
        ("SE", {49: 0, 50: 100, 149: 100, 150: 200}),
        ("DK", {24: 0, 25: 50, 74: 50, 75: 100}),
        ("NZ", {4: 0, 5: 0, 6: 10, 15: 10, 16: 20}),
        ("NL", {2: 0, 3: 5, 7: 5, 8: 10}),
        ("FI", {1002: 1000, 1003: 1005}),
        ("LT", {1: 0, 2: 0, 3: 5}),
        ("SK", {0: 0, 1: 5, 2: 5, 101: 100, 102: 100, 103: 105}),
        ("CZ", {49: 0, 50: 100}),
        ("MY", {2: 0, 3: 5}),
        ("ZA", {9: 0, 19: 10, 20: 20}),
    ],
)
def test_countries_without_published_cases_follow_their_stated_rule(country, cases):
    cash = cash_rounding_for(country)
    assert {minor: cash.round(minor) for minor in cases} == cases
    assert {minor: -cash.round(-minor) for minor in cases} == cases


@pytest.mark.parametrize("country", ["DE", "US", "ch", ""])
def test_a_country_without_a_rule_has_none(country):
    assert cash_rounding_for(country) is None


@given(country=st.sampled_from(CODES.split()), minor=st.integers(-(10**9), 10**9))
def test_what_is_paid_can_be_paid_in_coins(country, minor):
    cash = cash_rounding_for(country)
    paid = cash.round(minor)
    assert paid % cash.step_minor == 0
    assert paid - minor == cash.difference(minor)
    assert abs(cash.difference(minor)) < cash.step_minor
    assert cash.round(paid) == paid
    assert cash.round(-minor) == -paid


@given(minor=st.integers(-(10**9), 10**9), rounding=st.sampled_from(Rounding))
def test_a_step_of_one_rounds_nothing(minor, rounding):
    assert CashRounding(1, rounding).difference(minor) == 0
