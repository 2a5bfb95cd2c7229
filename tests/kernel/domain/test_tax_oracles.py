"""Tax as other systems reckon it: every row of their cases, and every figure in it.

Where ours differs on purpose, docs/tax-differences.md lists the row, both figures and the rule. The
tests read that table: a row that begins to agree, or another that differs, fails them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from posframe.kernel.domain.adjusting import percent_of, readjusted
from posframe.kernel.domain.basket import PriceAdjustment
from posframe.kernel.domain.cash_rounding import CashRounding
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.rounding import Rounding, allocate
from posframe.kernel.domain.tax import (
    RoundAt,
    Tax,
    TaxKind,
    TaxPolicy,
    Treatment,
    exact_taxes,
    gross_of,
    net_of,
    taxes_of,
)
from posframe.kernel.domain.totals import discountable_minor, shares, totals
from tests.kernel.making import basket_of, line, tax

DOCUMENT = Path(__file__).parents[3] / "docs" / "tax-differences.md"
CENT = Fraction(1, 100)
FINE = Fraction(1, 10**9)
"""What unrounded rows are reckoned in."""
GIVEN = Fraction(1, 10**6) / FINE / 2
"""Half of the last decimal unrounded rows are given to, in FINE."""


def in_steps(amount, step=CENT):
    """Return an amount as whole steps of rounding, exactly."""
    return Fraction(str(amount)) / Fraction(str(step))


def tax_of(each, at, step=CENT):
    """Return a tax of a row; reverse charge is ours: nothing is due, and that is said."""
    code = f"t{each.get('id', at)}"
    kind, inside = TaxKind(each["type"]), each["price_include"]
    if each.get("reverse_charge"):
        return Tax(code, code, 0, 1, inside, kind, treatment=Treatment.REVERSE_CHARGE)
    flags = {
        "included": inside,
        "kind": kind,
        "affects_base": each["include_base_amount"],
        "base_affected": each["is_base_affected"],
    }
    if kind is TaxKind.FIXED:
        return Tax(code, code, 0, amount_minor=int(in_steps(each["amount"], step)), **flags)
    rate = Fraction(str(each["amount"])) / 100
    return Tax(code, code, rate.numerator, rate.denominator, **flags)


def policy_of(row):
    per_line = row["method"] == "round_per_line"
    return TaxPolicy(RoundAt.LINE if per_line else RoundAt.RATE)


def differing(expected, found, within=0):
    """Return the figures that differ, theirs and ours, in words; two empty texts: none does."""
    names = [
        name
        for name, theirs in expected.items()
        if len(theirs) != len(found[name])
        or any(abs(a - b) > within for a, b in zip(theirs, found[name], strict=True))
    ]
    return tuple(
        ", ".join(f"{name} {' + '.join(map(shown, figures[name]))}" for name in names)
        for figures in (expected, found)
    )


def shown(minor):
    assert minor == int(minor), "what differs is shown in whole cents"
    return format_minor(int(minor), 2)


def outcome_of_line(row):
    """Reckon one price, in the row's own steps where it is rounded."""
    rounded = row["method"] == "round_per_line"
    step = row["rounding"] if rounded else FINE
    taxes = tuple(tax_of(each, at, step) for at, each in enumerate(row["taxes"]))
    made = line(1, int(in_steps(row["price_unit"], step)), *taxes, quantity=int(row["quantity"]))
    quantity = next(iter(basket_of([made]).groups.values())).taxed_milli
    parts = taxes_of(made.list_minor, taxes, Rounding.HALF_UP, quantity)
    expected = {
        "net": [row["total_excluded"]],
        "total": [row["total_included"]],
        "taxes": [minor for _, minor in row["per_tax_base_amount"]],
        "bases": [base for base, _ in row["per_tax_base_amount"]],
    }
    found = {
        "net": [net_of(made.list_minor, taxes, parts)],
        "total": [gross_of(made.list_minor, taxes, parts)],
        "taxes": [part.minor for part in parts],
        "bases": [part.base_minor for part in parts],
    }
    steps = {name: [in_steps(each, step) for each in found_] for name, found_ in expected.items()}
    if not rounded:
        exact = exact_taxes(made.list_minor, taxes, quantity)
        for ours, theirs in zip(exact, steps["taxes"], strict=True):
            assert abs(Fraction(*ours) - theirs) <= GIVEN, row
    return differing(steps, found, 0 if rounded else GIVEN + 10)  # 10: sums of rounded FINE


def outcome_of_document(row):
    """Reckon a whole document: its sums, each tax of it, and what is paid in cash."""
    basket = _document(row)
    sums, expected = totals(basket), row["expected"]
    assert sum(share.gross_minor for share in shares(basket)) == sums.gross_minor
    cash = _cash_minor(row["cash_rounding"], sums.gross_minor) if row.get("cash_rounding") else 0
    figures = {
        "net": (expected.get("base_amount_currency"), sums.net_minor),
        "tax": (expected.get("tax_amount_currency"), sums.tax_minor),
        "cash": (expected.get("cash_rounding_base_amount_currency"), cash),
        "total": (expected["total_amount_currency"], sums.gross_minor + cash),
    }
    theirs = {name: [in_steps(each)] for name, (each, _) in figures.items() if each is not None}
    ours = {name: [found] for name, (_, found) in figures.items()}
    subtotals = row.get("subtotals") or expected.get("subtotals") or []
    groups = [group for each in subtotals for group in each["tax_groups"]]
    if len(groups) == len(sums.taxes):
        theirs["taxes"] = sorted(in_steps(each["tax_amount_currency"]) for each in groups)
        ours["taxes"] = sorted(part.minor for part in sums.taxes)
        theirs["bases"] = sorted(in_steps(each["base_amount_currency"]) for each in groups)
        ours["bases"] = sorted(part.base_minor for part in sums.taxes)
    elif groups:  # theirs add several taxes up
        assert len(groups) == 1, row
        theirs["taxes"] = [in_steps(groups[0]["tax_amount_currency"])]
        ours["taxes"] = [sums.tax_minor]
    return differing(theirs, ours)


def _document(row):
    policy = policy_of(row)
    lines = [_line_of(each, policy) for each in row["lines"]]
    basket = basket_of(lines, policy)
    if row.get("kind") != "global_discount":
        return basket
    assert row["discount_type"] == "percent", row
    milli = int(in_steps(row["discount"], "0.001"))
    return basket_of(lines, policy, off=percent_of(discountable_minor(basket), milli, policy))


def _line_of(row, policy):
    taxes = [tax_of(each, at) for at, each in enumerate(row["taxes"])]
    made = line(1, int(in_steps(row["price_unit"])), *taxes, quantity=int(row["quantity"]))
    milli = int(in_steps(row["discount_pct"], "0.001"))
    if not milli:
        return made
    percent = PriceAdjustment("line", "percent", milli, 0, "Discount")
    return readjusted(attrs.evolve(made, adjustments=(percent,)), policy)


def _cash_minor(rule, gross):
    assert rule["rounding_method"] == "HALF-UP", rule
    return CashRounding(int(in_steps(rule["rounding"])), Rounding.HALF_UP).round(gross) - gross


def outcome_of_cart(row):
    """Reckon a cart with discounts on items and on the whole, tax rounded line by line."""
    taxes = {
        each["rate"]: tax(each["rate"], included=row["price_includes_tax"]) for each in row["items"]
    }
    lines = [
        line(1, each["unit_price"], taxes[each["rate"]], quantity=each["qty"],
             off=(each["unit_discount"] * each["qty"],) if each["unit_discount"] else ())
        for each in row["items"]
    ]  # fmt: skip
    sums = totals(basket_of(lines, off=row["order_discount"]))
    return differing(
        {"tax": [row["tax"]], "total": [row["total"]]},
        {"tax": [sums.tax_minor], "total": [sums.gross_minor]},
    )


def outcome_of_piece(row):
    """Reckon so many pieces of one price with tax on top."""
    made = line(1, row["unit_net"], tax(row["rate"], included=False), quantity=row["qty"])
    return differing({"total": [row["gross"]]}, {"total": [totals(basket_of([made])).gross_minor]})


def outcome_of_sharing(row):
    """Share an amount in proportion; rows with a lowest price have it left out of account."""
    found = allocate(row["amount"], row.get("weights") or row["totals"])
    return differing({"shares": row["expected"]}, {"shares": found})


def outcome_of_split(row):
    found = sorted(allocate(row["amount"], [1] * row["n"]))
    return differing({"shares": row["expected_some_order"]}, {"shares": found})


SOURCES = {
    "tax_odoo_lines": ("cases", outcome_of_line),
    "tax_odoo_documents": ("cases", outcome_of_document),
    "tax_odoo_global_discount": ("cases", outcome_of_document),
    "tax_sylius": ("cases", outcome_of_cart),
    "tax_sylius misc": ("misc", outcome_of_piece),
    "allocation": ("sylius_proportional", outcome_of_sharing),
    "allocation min_price": ("sylius_min_price", outcome_of_sharing),
    "allocation split": ("ms_split", outcome_of_split),
}
ROWS = {  # file: how many agree in every figure, how many differ
    "tax_odoo_lines": (30, 1),
    "tax_odoo_documents": (22, 3),
    "tax_odoo_global_discount": (72, 48),
    "tax_sylius": (9, 1),
    "tax_sylius misc": (1, 1),
    "allocation": (4, 2),
    "allocation min_price": (0, 3),
    "allocation split": (1, 0),
}


def documented():
    """Return the rows of the document's table: theirs and ours, by file and row."""
    cells = re.findall(
        r"^\| (\S[^|]*?) \| (\d+) \| ([^|]+) \| ([^|]+) \| (R\d) \|$",
        DOCUMENT.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {(file, int(at)): (theirs, ours) for file, at, theirs, ours, _ in cells}


def rows_of(oracle, source):
    part, _ = SOURCES[source]
    rows = oracle(source.split()[0])[part]
    return rows if isinstance(rows, list) else [rows]


@pytest.mark.parametrize("source", SOURCES)
def test_every_row_agrees_or_is_listed_with_both_figures(oracle, source):
    _, outcome_of = SOURCES[source]
    outcomes = [outcome_of(row) for row in rows_of(oracle, source)]
    differing_rows = {(source, at): each for at, each in enumerate(outcomes) if any(each)}
    assert differing_rows == {key: both for key, both in documented().items() if key[0] == source}
    assert (len(outcomes) - len(differing_rows), len(differing_rows)) == ROWS[source]


@pytest.mark.parametrize("source", ["tax_odoo_documents", "tax_odoo_global_discount"])
def test_rows_with_a_second_currency_are_listed(oracle, source):
    """Their figures in it are not compared: a sale has one currency."""
    found = [at for at, row in enumerate(rows_of(oracle, source)) if row["rate"] != 1.0]
    (listed,) = re.findall(
        rf"^\| {source} \| ([\d, ]+|all) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    assert listed == (
        "all" if len(found) == len(rows_of(oracle, source)) else ", ".join(map(str, found))
    )


def test_each_file_of_taxes_is_read_whole(oracle):
    """A part that a file gains is not passed over in silence."""
    named = {(source.split()[0], part) for source, (part, _) in SOURCES.items()}
    elsewhere = {  # tests of rounding
        ("allocation", "largest_remainder"),
        ("allocation", "sylius_equal"),
        ("allocation", "differences_to_largest_remainder"),
    }
    for file in {source.split()[0] for source in SOURCES}:
        parts = {part for part, rows in oracle(file).items() if not isinstance(rows, str)}
        assert {(file, part) for part in parts} <= named | elsewhere
