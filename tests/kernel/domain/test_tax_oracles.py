"""Tax as other systems reckon it, row by row; rows of another tax model are named and counted.

Ours knows percentages that do not tax each other, of zero and more. The rest of the rows say why
they are left out; if a file gains or loses one, these tests say so.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from posframe.kernel.domain.cash_rounding import CashRounding
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy, exact_tax, gross_of, net_of, taxes_of
from posframe.kernel.domain.totals import shares, totals
from tests.kernel.making import basket_of, line, tax

MICRO = 10**6


REASONS = {
    "tax as a share of the price with tax": lambda tax_: tax_["type"] == "division",
    "fixed amount a piece": lambda tax_: tax_["type"] == "fixed",
    "tax on tax": lambda tax_: tax_["include_base_amount"] or not tax_["is_base_affected"],
    "withholding: a rate below zero": lambda tax_: tax_["amount"] < 0,
}


def why_not(row):
    """Say why a row is of another model than ours; empty: it is of ours."""
    taxes = [each for line_ in row.get("lines", [row]) for each in line_["taxes"]]
    for reason, holds in REASONS.items():
        if any(holds(each) for each in taxes):
            return reason
    if not row.get("simple"):
        return "reverse charge: a tax and its opposite"
    broken = any(_off(each).denominator != 1 for each in row.get("lines", ()))
    return "discount to a part of a cent" if broken else ""


def _off(row):
    """Return what a line's discount comes to in cents, exactly."""
    whole = in_steps(row["price_unit"], "0.01") * int(row["quantity"])
    return whole * Fraction(str(row["discount_pct"])) / 100


def tax_of(each, at):
    return tax(each["amount"], f"t{each.get('id', at)}", included=each["price_include"])


def in_steps(amount, step):
    """Return an amount as whole steps of rounding, exactly."""
    return Fraction(str(amount)) / Fraction(str(step))


def test_the_rows_that_are_left_out_are_these(oracle):
    """No row is passed over in silence."""
    lines = Counter(why_not(row) for row in oracle("tax_odoo_lines")["cases"])
    documents = Counter(why_not(row) for row in oracle("tax_odoo_documents")["cases"])
    assert lines == {
        "": 16, "fixed amount a piece": 7, "tax on tax": 4,
        "tax as a share of the price with tax": 3, "reverse charge: a tax and its opposite": 1,
    }  # fmt: skip
    assert documents == {
        "": 4, "fixed amount a piece": 4, "discount to a part of a cent": 1, "tax on tax": 6,
        "tax as a share of the price with tax": 6, "withholding: a rate below zero": 2,
        "reverse charge: a tax and its opposite": 2,
    }  # fmt: skip
    assert all(why_not(row) for row in oracle("tax_odoo_global_discount")["cases"])


def test_lines_rounded_one_by_one(oracle):
    """``round_per_line``: in steps of the row's own rounding."""
    rows = [row for row in oracle("tax_odoo_lines")["cases"] if not why_not(row)]
    seen = 0
    for row in rows:
        if row["method"] != "round_per_line":
            continue
        seen += 1
        price = in_steps(row["price_unit"], row["rounding"]) * int(row["quantity"])
        taxes = tuple(tax_of(each, at) for at, each in enumerate(row["taxes"]))
        parts = taxes_of(int(price), taxes, Rounding.HALF_UP)
        expected = [in_steps(minor, row["rounding"]) for _, minor in row["per_tax_base_amount"]]
        assert [part.minor for part in parts] == expected, row
        assert net_of(int(price), taxes, parts) == in_steps(row["total_excluded"], row["rounding"])
        assert gross_of(int(price), taxes, parts) == in_steps(
            row["total_included"], row["rounding"]
        )
    assert seen == 4


def test_lines_before_rounding(oracle):
    """``round_globally``: each tax as an exact fraction, to the six decimals that are given."""
    seen = 0
    for row in oracle("tax_odoo_lines")["cases"]:
        if why_not(row) or row["method"] != "round_globally":
            continue
        seen += 1
        price = int(Fraction(str(row["price_unit"])) * MICRO * int(row["quantity"]))
        taxes = tuple(tax_of(each, at) for at, each in enumerate(row["taxes"]))
        expected = sorted(minor for _, minor in row["per_tax_base_amount"])
        found = sorted(Fraction(*exact_tax(price, each, taxes)) / MICRO for each in taxes)
        for ours, theirs in zip(found, expected, strict=True):
            assert abs(ours - Fraction(str(theirs))) <= Fraction(1, MICRO), row
    assert seen == 12


def test_documents_rounded_once_a_tax(oracle):
    """``round_globally``: net, tax and total of whole documents, and of each tax group."""
    documents = [row for row in oracle("tax_odoo_documents")["cases"] if not why_not(row)]
    rows = [row for row in documents if row["method"] == "round_globally"]
    assert len(rows) == 2
    for row in rows:
        _check_document(row, TaxPolicy(RoundAt.RATE))


def test_documents_rounded_line_by_line(oracle):
    """``round_per_line``: seven bikes with tax inside, and one sale without any."""
    documents = [row for row in oracle("tax_odoo_documents")["cases"] if not why_not(row)]
    rows = [row for row in documents if row["method"] == "round_per_line"]
    assert len(rows) == 2
    for row in rows:
        _check_document(row, TaxPolicy(RoundAt.LINE))


def _check_document(row, policy):
    basket = basket_of([_line_of(each) for each in row["lines"]], policy)
    sums, expected = totals(basket), row["expected"]
    assert sums.net_minor == in_steps(expected["base_amount_currency"], "0.01"), row["test"]
    assert sums.tax_minor == in_steps(expected["tax_amount_currency"], "0.01"), row["test"]
    assert sums.gross_minor == in_steps(expected["total_amount_currency"], "0.01"), row["test"]
    groups = [group for each in row["subtotals"] for group in each["tax_groups"]]
    wanted = sorted(in_steps(group["tax_amount_currency"], "0.01") for group in groups)
    assert sorted(part.minor for part in sums.taxes) == wanted, row["test"]
    assert sum(share.gross_minor for share in shares(basket)) == sums.gross_minor


def _line_of(row):
    taxes = [tax_of(each, at) for at, each in enumerate(row["taxes"])]
    made = line(1, int(in_steps(row["price_unit"], "0.01")), *taxes, quantity=int(row["quantity"]))
    assert _off(row) == 0, "no row that is left has a discount"
    return made


def test_cash_rounding_of_a_document(oracle):
    """50.01 without tax is 50.00 in coins of 0.05: the difference is a line of its own."""
    rows = oracle("tax_odoo_documents")["cases"]
    rounded = [row for row in rows if row["cash_rounding"] and not why_not(row)]
    assert len(rounded) == 1
    due = int(in_steps(rounded[0]["expected"]["total_amount_currency"], "0.01"))
    assert CashRounding(5, Rounding.HALF_UP).round(due) == 5000
    assert due == 5001


def _sylius(row):
    taxes = {
        each["rate"]: tax(each["rate"], included=row["price_includes_tax"]) for each in row["items"]
    }
    lines = [
        line(1, each["unit_price"], taxes[each["rate"]], quantity=each["qty"],
             off=(each["unit_discount"] * each["qty"],) if each["unit_discount"] else ())
        for each in row["items"]
    ]  # fmt: skip
    return basket_of(lines, off=row["order_discount"])


def test_carts_with_discounts_on_the_whole(oracle):
    """Order discounts are shared before tax, tax is rounded line by line."""
    rows = oracle("tax_sylius")["cases"]
    by_line = [row for row in rows if row["tax_basis"] == "line"]
    assert len(by_line) == len(rows) - 2, "two rows round by piece, which ours does not offer"
    for row in by_line:
        sums = totals(_sylius(row))
        assert (sums.gross_minor, sums.tax_minor) == (row["total"], row["tax"]), row["name"]


def test_tax_is_rounded_by_line_and_not_by_piece(oracle):
    """Three at 1.08 and 19 %: 3.86 by line, where 3.87 would be by piece."""
    by_line, by_piece = oracle("tax_sylius")["misc"]
    made = line(1, by_line["unit_net"], tax(19, included=False), quantity=by_line["qty"])
    assert totals(basket_of([made])).gross_minor == by_line["gross"] == by_piece["gross"] - 1
