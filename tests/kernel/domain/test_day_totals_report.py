"""X and Z reports read well on 48 columns, leave out what is zero, and say what was sealed."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given, settings

from posframe.kernel.domain.day_totals import DayTotals, opened
from posframe.kernel.domain.day_totals_report import x_report, z_report
from posframe.kernel.domain.day_totals_rows import (
    BatchTotal,
    NamedTally,
    Tally,
    TaxTotal,
    TenderTotal,
)
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.receipt_content import Shop
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment
from posframe.kernel.domain.transaction import Counters
from posframe.kernel.domain.z_report import ZReport
from tests.kernel.domain.test_day_totals import worked_day
from tests.kernel.trading_day import days, traded

SHOP = Shop(till="T01", store="Shop", tax_number="DE1")
HEAD = "0123456789abcdef" * 4


def x_text(totals, shop=SHOP, columns=48):
    return plain_text(x_report(totals, shop, "2026-01-01", "2026-01-01 18:00"), columns)


def rows(text):
    """Return the lines with blanks run together, rules and empty ones left out."""
    found = (" ".join(row.split()) for row in text.splitlines())
    return [row for row in found if row and set(row) != {"-"}]


def z_of(totals, **more):
    values = {"till": "T01", "number": 42, "business_date": "2026-01-01", "from_seq": 91,
              "to_seq": 120, "totals": totals, "head_hash": HEAD}  # fmt: skip
    return ZReport(**{**values, **more})


WORKED = """\
                      Shop
                      DE1
                    X REPORT
         not a closing: the day goes on

Business day                          2026-01-01
Till T01                        2026-01-01 18:00
Receipts                                  1 to 5
------------------------------------------------
Sales                             3         5.83
Returns                           1        -1.00
Receipts undone                   1        -2.25
GROSS                                       2.58
Goods returned, lines             1        -1.00
Cash rounding                               0.01
------------------------------------------------
Taxes                           net          tax
vat19 19 %                     0.00         0.00
vat7 7 %                       2.42         0.16
All                            2.42         0.16
------------------------------------------------
Departments
(none)                            2         2.58
Grocery                           0         0.00
------------------------------------------------
Discounts
On lines, by hand                 1        -0.25
Taken back with returns           1         0.25
------------------------------------------------
Tenders
Cash                              2         1.29
  taken                                     7.25
  given back                      2        -3.25
  change                                   -2.71
Cash                              1         1.30
  of it rounding                            0.01
All tenders                                 2.59
------------------------------------------------
Cash in the drawer
Float                                     100.00
Loans                             1        50.00
Pickups                           1       -30.00
Cash sales                                  5.84
Cash refunds                               -3.25
Expected                                  122.59
------------------------------------------------
Controls
Lines voided                      2         1.80
  after the total                 1         0.80
Prices changed by hand            1        -0.20
Sales cancelled                   1         1.29
No-sales                          1
Drawer opened                     9
  without a sale                  3
Copies of receipts                1
Approved
  post void                       1         2.25

"""


def test_the_day_worked_by_hand_reads_so():
    """The figures are reckoned by hand in ``test_day_totals``."""
    assert x_text(worked_day().totals(totals=opened(10_000))) == WORKED


def test_a_day_without_anything_still_says_gross_taxes_tenders_and_cash():
    found = rows(x_text(DayTotals(), attrs.evolve(SHOP, store="", tax_number="")))
    assert found == [
        "X REPORT",
        "not a closing: the day goes on",
        "Business day 2026-01-01",
        "Till T01 2026-01-01 18:00",
        "Receipts none",
        "GROSS 0.00",
        "Taxes net tax",
        "All 0.00 0.00",
        "Tenders",
        "All tenders 0.00",
        "Cash in the drawer",
        "Float 0.00",
        "Cash sales 0.00",
        "Expected 0.00",
    ]


@settings(max_examples=40, deadline=None)
@given(days)
def test_every_line_fits_48_columns_and_gross_tax_and_drawer_are_those_of_the_day(commands):
    totals = traded(commands).totals(totals=opened(700))
    text = x_text(totals)
    assert all(len(line) <= 48 for line in text.splitlines())
    found = rows(text)
    for label, minor in (
        ("GROSS", totals.gross_minor),
        ("Expected", totals.drawer_minor),
        ("All tenders", totals.counters.gross_minor),
    ):
        assert f"{label} {format_minor(minor, 2)}" in found
    assert f"All {format_minor(totals.net_minor, 2)} {format_minor(totals.tax_minor, 2)}" in found
    assert not [row for row in found if re.search(r" 0 0\.00$", row) and row[0] not in "(G"]


def test_a_z_says_its_grand_totals_and_what_it_sealed():
    totals = DayTotals(counters=Counters(sales=2, gross_minor=700, absolute_minor=1_300))
    before = Counters(sales=10, gross_minor=5_000, absolute_minor=6_000)
    document = z_report(z_of(totals, previous=before), SHOP, "18:00")
    found = rows(plain_text(document, 48))
    assert "Z REPORT 42" in found
    assert "not a closing: the day goes on" not in found
    at = found.index("Grand totals")
    assert found[at : at + 9] == [
        "Grand totals",
        "Before this Z 50.00",
        "This Z, with rounding 7.00",
        "Perpetual 57.00",
        "Absolute 73.00",
        "Receipts ever 12",
        "Journal rows 91 to 120",
        HEAD[:32],
        HEAD[32:],
    ]
    assert not document.copy


def test_a_copy_of_a_z_says_so():
    document = z_report(z_of(DayTotals()), SHOP, "18:00", copy=True)
    assert document.copy
    assert rows(plain_text(document, 48))[0] == "COPY"


def test_a_z_over_several_days_names_the_first_and_the_last():
    report = attrs.evolve(z_of(DayTotals()), first_date="2025-12-30")
    found = rows(plain_text(z_report(report, SHOP, "18:00"), 48))
    assert f"Business day 2025-12-30 to {report.business_date}" in found


def test_what_came_with_drawers_and_what_counts_found_are_said():
    totals = DayTotals(
        brought_minor=20_000,
        found=(NamedTally("over", "cash", 1, 30), NamedTally("short", "cash", 2, -80)),
        differences=(NamedTally("cash", "", 3, -50), NamedTally("foreign JPY", "", 1, -500)),
    )
    found = rows(x_text(totals))
    assert "Floats and drawers brought 200.00" in found
    assert "Over or short by count -0.50" in found
    assert "Expected 199.50" in found
    at = found.index("Over and short, confirmed")
    assert found[at + 1 : at + 3] == ["cash 3 -0.50", "foreign JPY 1 -500"]


def test_practice_is_named_beside_the_figures():
    assert "Practice receipts, in no figure 3" in rows(x_text(DayTotals(training=3)))


@pytest.mark.parametrize(
    ("tax", "name"),
    [
        (Tax("vat", "VAT", 399, 4000), "vat 9.975 %"),
        (Tax("iss", "ISS", 1, 20, kind=TaxKind.DIVISION), "iss 5 %"),
        (Tax("eco", "Eco", 0, kind=TaxKind.FIXED, amount_minor=25), "eco 0.25 each"),
        (Tax("z", "Books", 0, treatment=Treatment.ZERO_RATED), "z zero rated"),
        (Tax("vat", "VAT", 19, entity="baker"), "vat 19 %, baker"),
        (Tax("x", "X", 0, treatment=Treatment.EXEMPT, entity="baker"), "x exempt, baker"),
    ],
)
def test_a_tax_is_named_by_code_and_rate(tax, name):
    assert f"{name} 1.00 0.19" in rows(x_text(DayTotals(taxes=(TaxTotal(tax, 100, 19),))))


def test_tips_fees_and_every_kind_of_control_are_said():
    totals = DayTotals(
        exchanges=Tally(2, 300),
        tenders=(TenderTotal(type="card", label="Card", count=1, taken_minor=500,
                             applied_minor=500, tip_minor=50),),
        movements=(NamedTally("deposit", "", 1, 70),),
        resolved=(NamedTally("unpaid", "", 1, 500),),
        reversed=(NamedTally("card", "", 2, 900),),
        batches=(BatchTotal(type="card", label="Card", batches=1, payments=7, gross_minor=4_000,
                            fees_minor=30),
                 BatchTotal(type="qr", label="QR", batches=1, payments=1, gross_minor=100)),
    )  # fmt: skip
    found = rows(x_text(totals))
    for row in (
        "Exchanges 2 3.00",
        "Card 1 5.00",
        "tips beside it 0.50",
        "deposit 1 0.70",
        "Payments in doubt, by a person's word",
        "unpaid 1 5.00",
        "Payments given back",
        "card 2 9.00",
        "Card 7 40.00",
        "fees -0.30",
        "QR 1 1.00",
    ):
        assert row in found
    at = found.index("QR 1 1.00")
    assert "fees -0.00" not in found
    assert found[at - 3] == "Batches to the bank"


def test_yen_are_written_without_decimals():
    found = rows(x_text(DayTotals(gross_minor=1_000), attrs.evolve(SHOP, exponent=0)))
    assert "GROSS 1000" in found
