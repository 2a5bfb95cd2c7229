"""A closed day goes to the books whole: every figure of a Z, balanced, always the same."""

from __future__ import annotations

import itertools

import attrs
import pytest
from hypothesis import given, settings

from posframe.accounting.accounts import AccountMap
from posframe.accounting.booking import booked
from posframe.accounting.day import figures_of
from posframe.accounting.figures import (
    BesideFigure,
    DayFigures,
    DepartmentFigure,
    DifferenceFigure,
    MovementFigure,
    TaxFigure,
    TenderFigure,
    check_adds_up,
)
from posframe.accounting.writing import csv_text
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.counters import Counters
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.day_totals_rows import (
    BatchTotal,
    DepartmentTotal,
    NamedTally,
    TaxTotal,
    TenderTotal,
)
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment
from posframe.kernel.domain.z_report import ZReport
from tests.accounting.example import balances
from tests.kernel.domain.test_decide_day import steps, worked
from tests.kernel.making import VAT7, VAT19

VOUCHER = Tax("voucher", "Voucher", 0, treatment=Treatment.OUT_OF_SCOPE)
DEBT = Tax("debt", "Account", 0, treatment=Treatment.OUT_OF_SCOPE)
TABLES = {
    "revenue": {"food": "4000", "": "4090"},
    "taxes": {"vat7": "2202", "vat19": "2201"},
    "tenders": {"cash": "1000", "usd": "1005", "card": "1361"},
    "movements": {"float": "1010", "pickup": "1010", "paid_out": {"windows": "6330", "*": "6300"}},
    "settles": {"gift": "gift_card", "credit": "gift_card", "account": "account"},
    "beside": {"voucher": "gift_card", "debt": "account"},
    "accounts": {
        "rounding": "4840", "over": "4960", "short": "6960", "tips": "3755", "fees": "6855",
        "gift_cards": "3272", "receivables": "1200",
    },
}  # fmt: skip


def z_of(totals, number=1):
    return ZReport(
        till="T01", number=number, business_date="2026-11-21", from_seq=1, to_seq=9,
        totals=totals, previous=Counters(), head_hash="0" * 64,
    )  # fmt: skip


def tender(type_, **figures):
    return TenderTotal(type=type_, label=type_, **figures)


WORKED = DayTotals(
    gross_minor=11_900 + 2_500 + 4_000,
    net_minor=10_000 + 2_500 + 4_000,
    tax_minor=1_900,
    taxes=(
        TaxTotal(DEBT, 4_000, 0),
        TaxTotal(VAT19, 10_000, 1_900),
        TaxTotal(VOUCHER, 2_500, 0),
    ),
    departments=(
        DepartmentTotal("", 2, 2_000, 6_500, 6_500),
        DepartmentTotal("food", 3, 3_000, 10_000, 11_900),
    ),
    tenders=(
        tender("account", count=1, taken_minor=2_000, applied_minor=2_000),
        tender("card", count=2, taken_minor=5_000, applied_minor=5_000, tip_minor=300),
        tender("cash", is_cash=True, count=3, taken_minor=9_000, change_minor=500, refunds=1,
               given_back_minor=-400, rounding_minor=2, applied_minor=8_098),
        tender("gift", count=1, taken_minor=1_302, applied_minor=1_302),
        tender("usd", is_cash=True, is_foreign=True, count=1, taken_minor=4_600,
               change_minor=2_600, applied_minor=2_000),
    ),
    rounding_minor=2,
    float_minor=15_000,
    brought_minor=-2_000,
    movements=(
        NamedTally("no_sale", "", 3, 0),
        NamedTally("paid_out", "windows", 1, -1_500),
        NamedTally("pickup", "", 2, -5_000),
    ),
    batches=(BatchTotal(type="card", label="Card", batches=1, payments=2, fees_minor=120),),
    differences=(
        NamedTally("card", "", 1, -500),
        NamedTally("cash", "", 2, 70),
        NamedTally("foreign USD", "", 1, 100),
    ),
    found=(NamedTally("over", "cash", 1, 100), NamedTally("short", "cash", 1, -30)),
)  # fmt: skip


FIGURES = DayFigures(
    till="T01",
    z_number=1,
    business_date="2026-11-21",
    currency="EUR",
    gross_minor=11_900,
    net_minor=10_000,
    tax_minor=1_900,
    taxes=(TaxFigure(code="vat19", rate="19", base_minor=10_000, tax_minor=1_900),),
    departments=(
        DepartmentFigure(department="", net_minor=0),
        DepartmentFigure(department="food", net_minor=10_000),
    ),
    tenders=(
        TenderFigure(type="account", settles="account", taken_minor=2_000),
        TenderFigure(type="card", taken_minor=5_000, tips_minor=300, fees_minor=120),
        TenderFigure(
            type="cash", taken_minor=8_500, given_back_minor=400 + 2_600, rounding_minor=2
        ),
        TenderFigure(type="gift", settles="gift_card", taken_minor=1_302),
        TenderFigure(type="usd", taken_minor=4_600),
    ),
    beside=(
        BesideFigure(kind="account", taken_minor=4_000),
        BesideFigure(kind="gift_card", taken_minor=2_500),
    ),
    movements=(
        MovementFigure(kind="float", tender="cash", minor=13_000),
        MovementFigure(kind="paid_out", reason="windows", tender="cash", minor=1_500),
        MovementFigure(kind="pickup", tender="cash", minor=5_000),
    ),
    differences=(
        DifferenceFigure(tender="cash", minor=100),
        DifferenceFigure(tender="cash", minor=-30),
        DifferenceFigure(tender="card", minor=-500),
    ),
)


def test_a_worked_day_by_hand():
    """184.00 to pay: 119.00 of goods, a gift card of 25.00, 40.00 of a customer's account.

    20.00 on account, 50.00 by card, 13.02 by gift card, 46.00 of dollars with 26.00 of euros out
    of the drawer as change, and 81.00 of cash, 0.02 of it rounding.
    """
    accounts = AccountMap.of(TABLES)
    assert figures_of(z_of(WORKED), "EUR", accounts) == FIGURES
    entry = booked(figures_of(z_of(WORKED), "EUR", accounts), accounts)
    assert entry.debit_minor == entry.credit_minor
    assert balances(entry) == {
        "1000": 8_500 - 3_000 + 13_000 - 1_500 - 5_000 + 100 - 30,
        "1005": 4_600,
        "1010": -13_000 + 5_000,
        "1200": 2_000 - 4_000,
        "1361": 5_000 + 300 - 120 - 500,
        "2201": -1_900,
        "3272": 1_302 - 2_500,
        "3755": -300,
        "4000": -10_000,
        "4840": -2,
        "4960": -100,
        "6330": 1_500,
        "6855": 120,
        "6960": 30 + 500,
    }


def test_what_is_booked_on_cash_is_what_the_drawer_gained():
    accounts = AccountMap.of(TABLES)
    entry = booked(figures_of(z_of(WORKED), "EUR", accounts), accounts)
    assert balances(entry)["1000"] == WORKED.drawer_minor


def test_only_the_tills_first_float_came_from_the_safe():
    accounts = AccountMap.of(TABLES)
    first, later = (
        figures_of(z_of(DayTotals(float_minor=15_000), number), "EUR", accounts)
        for number in (1, 2)
    )
    assert [each.minor for each in first.movements] == [15_000]
    assert later.movements == ()


def test_a_drawer_that_went_back_to_the_safe_is_a_float_below_zero():
    accounts = AccountMap.of(TABLES)
    report = z_of(DayTotals(brought_minor=-900), number=2)
    entry = booked(figures_of(report, "EUR", accounts), accounts)
    assert balances(entry) == {"1000": -900, "1010": 900}


def test_a_count_that_was_withdrawn_on_a_later_day_is_booked_by_what_is_left_of_it():
    """Short of 0.50 was booked the day before; recounted, 0.20 of it was there after all."""
    accounts = AccountMap.of(TABLES)
    found = (NamedTally("short", "cash", 0, 20),)
    figures = figures_of(z_of(DayTotals(found=found), 2), "EUR", accounts)
    assert figures.differences == (DifferenceFigure(tender="cash", minor=20),)
    found = (NamedTally("over", "float", 1, 30), *found)
    figures = figures_of(z_of(DayTotals(found=found), 2), "EUR", accounts)
    assert figures.differences == (DifferenceFigure(tender="cash", minor=50),)
    check_adds_up(figures)


def test_more_went_back_beside_sales_than_was_taken():
    accounts = AccountMap.of(TABLES)
    totals = DayTotals(
        gross_minor=-2_500,
        net_minor=-2_500,
        taxes=(TaxTotal(VOUCHER, -2_500, 0),),
        departments=(DepartmentTotal("", 1, -1_000, -2_500, -2_500),),
        tenders=(tender("cash", is_cash=True, refunds=1, given_back_minor=-2_500,
                        applied_minor=-2_500),),
    )  # fmt: skip
    entry = booked(figures_of(z_of(totals, 2), "EUR", accounts), accounts)
    assert balances(entry) == {"1000": -2_500, "3272": 2_500}


def test_rows_that_differ_in_what_books_do_not_tell_apart_are_one():
    other = attrs.evolve(VAT19, label="MwSt", entity="baker")
    taxes = (TaxTotal(VAT19, 100, 19), TaxTotal(other, 200, 38), TaxTotal(VAT7, 100, 7))
    figures = figures_of(z_of(DayTotals(taxes=taxes)), "EUR", AccountMap.of(TABLES))
    assert [(each.rate, each.base_minor, each.tax_minor) for each in figures.taxes] == [
        ("19", 300, 57),
        ("7", 100, 7),
    ]


def test_a_fixed_tax_has_no_rate_and_an_exempt_one_a_rate_of_nothing():
    fixed = Tax("eco", "Eco", 0, kind=TaxKind.FIXED, amount_minor=25)
    exempt = Tax("med", "Medicine", 0, treatment=Treatment.EXEMPT)
    taxes = (TaxTotal(fixed, 100, 25), TaxTotal(exempt, 300, 0))
    figures = figures_of(z_of(DayTotals(taxes=taxes)), "EUR", AccountMap.of(TABLES))
    assert [(each.code, each.rate) for each in figures.taxes] == [("eco", ""), ("med", "0")]


def test_what_bears_a_tax_is_a_sale():
    taxes = (TaxTotal(attrs.evolve(VAT19, code="voucher"), 100, 19),)
    with pytest.raises(DataError) as refusal:
        figures_of(z_of(DayTotals(taxes=taxes)), "EUR", AccountMap.of(TABLES))
    assert refusal.value.message == (
        "beside.voucher: goods of this code bear a tax, so they are a sale"
    )
    assert refusal.value.hint == "Take voucher out of [beside] in the account map"


@pytest.mark.parametrize("table", ["settles", "beside"])
def test_what_cannot_be_owed_is_named(table):
    with pytest.raises(ConfigurationError) as refusal:
        AccountMap.of({table: {"x": "gift_cards"}})
    assert refusal.value.message == f"{table}.x: 'gift_cards' is nothing that can be owed"
    assert refusal.value.hint == "Did you mean gift_card?"


@pytest.mark.parametrize(
    ("table", "key", "missing"),
    [
        ("tenders", "card", "tenders.card"),
        ("movements", "pickup", "movements.pickup"),
        ("taxes", "vat19", "taxes.vat19"),
        ("accounts", "short", "accounts.short"),
        ("accounts", "gift_cards", "accounts.gift_cards"),
    ],
)
def test_an_account_that_is_missing_is_named(table, key, missing):
    left = {name: each for name, each in TABLES[table].items() if name != key}
    accounts = AccountMap.of({**TABLES, table: left})
    with pytest.raises(ConfigurationError, match=f"The account map has no {missing}"):
        booked(figures_of(z_of(WORKED), "EUR", accounts), accounts)


ANY_DAY = AccountMap.of(
    {
        "revenue": {"*": "4000"},
        "taxes": {"*": "2200"},
        "tenders": {"cash": "1000", "swiss": "1000", "voucher": "1300", "card": "1361"},
        "movements": {
            "float": "1010", "loan": "1010", "pickup": "1010", "paid_in": "4900",
            "paid_out": "6300",
        },
        "accounts": {"rounding": "4840", "fees": "6855"},
    }
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(steps)
def test_any_day_balances_and_its_cash_is_what_the_drawer_holds(found):
    """Both cash tenders of the desk are one drawer, so they are one account."""
    day, held = worked(found), 0
    for report in day.reports:
        figures = figures_of(report, "EUR", ANY_DAY)
        check_adds_up(figures)
        entry = booked(figures, ANY_DAY)
        assert entry.debit_minor == entry.credit_minor
        assert csv_text(entry) == csv_text(booked(figures_of(report, "EUR", ANY_DAY), ANY_DAY))
        held += balances(entry).get("1000", 0)
        assert held == report.totals.drawer_minor
    ids = [figures_of(report, "EUR", ANY_DAY).id for report in day.reports]
    assert ids == [f"T01-Z{at:06}" for at in itertools.islice(itertools.count(1), len(ids))]
