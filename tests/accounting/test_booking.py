"""Booking a day: every figure on two sides, balanced to the cent, or refused with what differs."""

from __future__ import annotations

import attrs
import pytest

from posframe.accounting.accounts import AccountMap
from posframe.accounting.booking import LedgerEntry, Posting, booked
from posframe.accounting.figures import (
    BesideFigure,
    DayFigures,
    DepartmentFigure,
    DifferenceFigure,
    MovementFigure,
    TaxFigure,
    TenderFigure,
)
from posframe.accounting.writing import csv_text
from posframe.errors import ConfigurationError, DataError
from tests.accounting.example import DAY, NOTHING, balances, tables, the_map


def refusal(kind=DataError, accounts=None, **changed):
    with pytest.raises(kind) as caught:
        booked(attrs.evolve(DAY, **changed), accounts or the_map())
    return caught.value


def test_the_worked_example_comes_to_what_was_reckoned_by_hand():
    """Card: 95.00 + 3.00 - 1.20 + 12.00; receivables: 20.00 charged, 40.00 paid."""
    entry = booked(DAY, the_map())
    assert (entry.debit_minor, entry.credit_minor) == (42297, 42297)
    assert (entry.id, entry.date, entry.currency) == ("T01-Z000042", "2026-11-21", "EUR")
    assert balances(entry) == {
        "1000": 4120,
        "1010": 5000,
        "1200": -2000,
        "1361": 10880,
        "1370": -1200,
        "2201": -950,
        "2202": -700,
        "3272": -1500,
        "3755": -300,
        "4000": -10000,
        "4010": -5002,
        "4840": 2,
        "6330": 1500,
        "6855": 120,
        "6960": 30,
    }


def test_a_day_without_anything_needs_no_account():
    assert booked(NOTHING, AccountMap.of({})).postings == ()


def test_the_order_of_rows_changes_nothing():
    """Not even of rows that share a kind, a reason or a tax code."""
    out = [("tea", "cash"), ("tea", "card"), ("milk", "cash")]
    day = attrs.evolve(
        DAY,
        movements=tuple(
            MovementFigure(kind="paid_out", reason=reason, tender=tender, minor=1)
            for reason, tender in out
        ),
        taxes=(
            TaxFigure(code="vat7", rate="7", base_minor=1, tax_minor=700),
            TaxFigure(code="vat7", rate="5", base_minor=1, tax_minor=950),
        ),
        differences=(
            DifferenceFigure(tender="cash", minor=-30),
            DifferenceFigure(tender="card", minor=30),
        ),
    )
    turned = {
        field.name: value[::-1]
        for field in attrs.fields(DayFigures)
        if isinstance(value := getattr(day, field.name), tuple)
    }
    assert booked(attrs.evolve(day, **turned), the_map()) == booked(day, the_map())


def test_returns_beyond_sales_stand_on_the_other_sides():
    day = attrs.evolve(
        NOTHING,
        gross_minor=-1190,
        net_minor=-1000,
        tax_minor=-190,
        departments=(DepartmentFigure(department="food", net_minor=-1000),),
        taxes=(TaxFigure(code="vat19", rate="19", base_minor=-1000, tax_minor=-190),),
        tenders=(TenderFigure(type="cash", given_back_minor=1190),),
    )
    assert booked(day, the_map()).postings == (
        Posting(account="1000", credit_minor=1190, text="tender cash: given back"),
        Posting(account="4000", debit_minor=1000, text="sales: food"),
        Posting(account="2201", debit_minor=190, text="tax: vat19 19 %"),
    )


def test_revenue_by_tax_is_the_base_of_each():
    """Of the example: 50.02 at 19 %, 100.00 at 7 %."""
    changed = {"revenue_by": "tax", "revenue": {"vat19": "8400", "vat7": {"7": "8300"}}}
    found = balances(booked(DAY, AccountMap.of(tables() | changed)))
    assert (found["8400"], found["8300"]) == (-5002, -10000)
    assert "4000" not in found


def test_revenue_by_tax_is_refused_where_goods_bear_several_or_none():
    accounts = AccountMap.of(tables() | {"revenue_by": "tax", "revenue": {"*": "8400"}})
    eco = TaxFigure(code="eco", base_minor=100, tax_minor=0)
    error = refusal(accounts=accounts, taxes=(*DAY.taxes, eco))
    assert error.message == (
        "T01-Z000042: the bases of all taxes come to 151.02, net sales to 150.02:"
        " some goods bear several taxes, or none"
    )
    assert error.hint == 'Write revenue_by = "department" in the account map'


def test_a_fixed_tax_and_goods_without_department_have_words_too():
    day = attrs.evolve(
        NOTHING,
        gross_minor=110,
        net_minor=100,
        tax_minor=10,
        departments=(DepartmentFigure(department="", net_minor=100),),
        taxes=(TaxFigure(code="eco", base_minor=100, tax_minor=10),),
        tenders=(TenderFigure(type="cash", taken_minor=110),),
    )
    accounts = AccountMap.of(
        {"revenue": {"": "1"}, "taxes": {"eco": "2"}, "tenders": {"cash": "3"}}
    )
    texts = [each.text for each in booked(day, accounts).postings]
    assert texts == ["tender cash: taken", "sales: -", "tax: eco"]


def test_what_is_given_back_beside_sales_lowers_what_is_owed():
    day = attrs.evolve(
        NOTHING,
        beside=(BesideFigure(kind="deposit", taken_minor=500, given_back_minor=200),),
        tenders=(
            TenderFigure(type="cash", taken_minor=200),
            TenderFigure(type="prepaid", settles="deposit", taken_minor=100),
        ),
    )
    accounts = AccountMap.of({"tenders": {"cash": "1"}, "accounts": {"deposits": "2"}})
    assert balances(booked(day, accounts)) == {"1": 200, "2": -200}


def test_more_counted_than_expected_is_over():
    accounts = AccountMap.of({"tenders": {"cash": "1"}, "accounts": {"over": "2"}})
    day = attrs.evolve(NOTHING, differences=(DifferenceFigure(tender="cash", minor=30),))
    assert booked(day, accounts).postings == (
        Posting(account="1", debit_minor=30, text="counted over: cash"),
        Posting(account="2", credit_minor=30, text="counted over: cash"),
    )


def test_all_figures_without_an_account_are_named():
    error = refusal(
        ConfigurationError,
        AccountMap.of({"tenders": {"kash": "1"}, "revenue": {"*": "2"}, "taxes": {"*": "3"}}),
        movements=(MovementFigure(kind="loan", tender="cash", minor=1),),
        tenders=(TenderFigure(type="cash", taken_minor=16652),),
        beside=(),
        differences=(DifferenceFigure(tender="card", minor=1),),
    )
    assert error.message == (
        "The account map has no accounts.over, no movements.loan, no tenders.card, no tenders.cash"
    )


def test_what_uses_up_a_debt_goes_where_the_debt_is_named_or_not():
    same = tables()
    same["tenders"]["gift_card"] = "3272"
    assert booked(DAY, AccountMap.of(same)) == booked(DAY, the_map())


@pytest.mark.parametrize(("owed", "words"), [("3272", "3272"), (None, "not there")])
def test_a_medium_that_uses_up_a_debt_elsewhere_is_refused(owed, words):
    changed = tables()
    changed["tenders"]["gift_card"] = "1800"
    changed["accounts"] = {} if owed is None else {"gift_cards": owed}
    error = refusal(ConfigurationError, AccountMap.of(changed))
    assert error.message == (
        f"tenders.gift_card is 1800, and accounts.gift_cards is {words}:"
        " what is paid by gift_card uses up what is owed there"
    )
    assert error.hint == "Leave tenders.gift_card out, or give both the same account"


def test_a_movement_onto_its_own_account_is_refused():
    changed = tables()
    changed["movements"]["pickup"] = "1000"
    error = refusal(ConfigurationError, AccountMap.of(changed))
    assert error.message.startswith("movements.pickup and tenders.cash are both 1000")
    assert error.hint == ("Give movements.pickup the account the money goes to or comes from")


PLUS_TAX = attrs.evolve(DAY.taxes[0], tax_minor=701)
PLUS_NET = attrs.evolve(DAY.departments[0], net_minor=5001)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"gross_minor": 16653},
            "net and taxes come to 166.52, gross sales to 166.53; -0.01 apart",
        ),
        (
            {"departments": (PLUS_NET, DAY.departments[1])},
            "the departments come to 150.01, net sales to 150.02; -0.01 apart",
        ),
        (
            {"taxes": (PLUS_TAX, DAY.taxes[1])},
            "the taxes by code come to 16.51, taxes to 16.50; 0.01 apart",
        ),
        (
            {"tenders": DAY.tenders[1:]},
            "the tenders less rounding come to 125.00,"
            " gross sales and what was paid beside them to 231.52; -106.52 apart",
        ),
    ],
)
def test_figures_that_do_not_add_up_are_refused_with_what_differs(changed, words):
    error = refusal(**changed)
    assert error.message == f"T01-Z000042 does not add up: {words}"
    assert error.hint.startswith("Nothing was booked")


CASH = DAY.tenders[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"till": "../T01"}, "The till id '../T01' cannot name a file"),
        ({"till": ""}, "The till id '' cannot name a file"),
        ({"till": ".T"}, "The till id '.T' cannot name a file"),
        ({"z_number": 0}, "Z 0 cannot be: they count from 1"),
        ({"business_date": "21.11.2026"}, "'21.11.2026' is no date"),
        ({"business_date": "20261121"}, "'20261121' is no date"),
        ({"taxes": DAY.taxes[:1] * 2}, "tax 'vat7' at 7 % stands twice"),
        ({"departments": DAY.departments[:1] * 2}, "department 'household' stands twice"),
        ({"tenders": (CASH, CASH)}, "tender 'cash' stands twice"),
        ({"beside": DAY.beside[:1] * 2}, "what was paid beside sales for gift_card stands twice"),
        ({"movements": DAY.movements[:1] * 2}, "pickup '' of 'cash' stands twice"),
        ({"differences": DAY.differences * 2}, "what was short of 'cash' stands twice"),
        ({"tenders": (attrs.evolve(CASH, taken_minor=-1),)}, "cash has less than nothing taken"),
        ({"tenders": (attrs.evolve(CASH, given_back_minor=-1),)}, "cash has less than nothing"),
        ({"beside": (attrs.evolve(DAY.beside[0], taken_minor=-1),)}, "gift_card has less than"),
        ({"movements": (attrs.evolve(DAY.movements[0], minor=-1),)}, "pickup moves less than"),
        ({"movements": (attrs.evolve(DAY.movements[0], kind="gift"),)}, "'gift' is no kind of"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changed, words):
    assert words in refusal(**changed).message


def test_a_name_of_several_lines_stays_on_one():
    odd = DepartmentFigure(department="a\r\n\ud800b", net_minor=15002)
    accounts = AccountMap.of(tables() | {"revenue": {"*": "4000"}})
    entry = booked(attrs.evolve(DAY, departments=(odd,)), accounts)
    assert "sales: a   b" in [each.text for each in entry.postings]
    assert len(csv_text(entry).encode().splitlines()) == len(entry.postings) + 1


def test_an_unknown_currency_is_refused():
    assert refusal(ConfigurationError, currency="EURO").message == "Unknown currency 'EURO'"


def test_an_entry_that_does_not_balance_cannot_be_made():
    posting = Posting(account="1", debit_minor=1, text="alone")
    with pytest.raises(AssertionError):
        LedgerEntry(id="T01-Z000001", date="2026-11-21", currency="EUR", postings=(posting,))
