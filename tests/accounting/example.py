"""The worked example of docs/formats/accounting.md: a day whose entry was reckoned by hand."""

from __future__ import annotations

import tomllib
from collections import Counter

from posframe.accounting.accounts import AccountMap
from posframe.accounting.figures import (
    BesideFigure,
    DayFigures,
    DepartmentFigure,
    DifferenceFigure,
    MovementFigure,
    TaxFigure,
    TenderFigure,
)
from tests.docs.pages import blocks, page

PAGE = page("docs/formats/accounting.md")
DAY = DayFigures(
    till="T01",
    z_number=42,
    business_date="2026-11-21",
    currency="EUR",
    gross_minor=16652,
    net_minor=15002,
    tax_minor=1650,
    taxes=(
        TaxFigure(code="vat7", rate="7", base_minor=10000, tax_minor=700),
        TaxFigure(code="vat19", rate="19", base_minor=5002, tax_minor=950),
    ),
    departments=(
        DepartmentFigure(department="household", net_minor=5002),
        DepartmentFigure(department="food", net_minor=10000),
    ),
    tenders=(
        TenderFigure(type="cash", taken_minor=11645, given_back_minor=995, rounding_minor=-2),
        TenderFigure(
            type="card", taken_minor=9500, tips_minor=300, fees_minor=120, unclaimed_minor=1200
        ),
        TenderFigure(type="gift_card", settles="gift_card", taken_minor=1000),
        TenderFigure(type="account", settles="account", taken_minor=2000),
    ),
    beside=(
        BesideFigure(kind="gift_card", taken_minor=2500),
        BesideFigure(kind="account", taken_minor=4000),
    ),
    movements=(
        MovementFigure(kind="pickup", tender="cash", minor=10000),
        MovementFigure(kind="loan", tender="cash", minor=5000),
        MovementFigure(kind="paid_out", reason="window cleaning", tender="cash", minor=1500),
    ),
    differences=(DifferenceFigure(tender="cash", minor=-30),),
)


NOTHING = DayFigures(
    till="T01",
    z_number=1,
    business_date="2026-11-21",
    currency="EUR",
    gross_minor=0,
    net_minor=0,
    tax_minor=0,
)


def balances(entry):
    """Debit less credit by account, reckoned beside the code."""
    found = Counter()
    for each in entry.postings:
        found[each.account] += each.debit_minor - each.credit_minor
    return dict(found)


def block(language: str) -> str:
    """Return the page's one block in a language."""
    (found,) = blocks(PAGE, language)
    return found.text


def tables() -> dict:
    """Return the page's account map, parsed."""
    return tomllib.loads(block("toml"))


def the_map() -> AccountMap:
    return AccountMap.of(tables())
