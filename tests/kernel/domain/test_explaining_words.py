"""A trace in words: no amount is left out, none is said twice, and one line can be asked about."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.explaining import trace_of
from posframe.kernel.domain.explaining_words import Said, explained
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy
from posframe.kernel.domain.trace import TraceStep
from posframe.kernel.domain.transaction import Transaction
from tests.kernel.making import ADDED10, VAT7, VAT19, basket_of, line


def sale_of(basket):
    return Transaction(id="t", number=1, opened_us=0, operator="1", currency="EUR", basket=basket)


def told(basket, *, about=0):
    names = {each.number: each.text for each in basket.lines}
    return explained(trace_of(sale_of(basket)), names, line=about)


def said(rows):
    return [(row.kind, row.text, row.minor) for row in rows]


def test_a_line_is_followed_by_each_step_of_its_price():
    """3 × 10.00 = 30.00, 1.50 off by hand, 9.50 by an offer: 19.00, of which 19/119 is 3.03."""
    goods = line(1, 1000, VAT19, quantity=3, off=(150,), text="Coffee", price_version=7)
    offer = OfferRow("3for2", "3 for 2", -950, ((1, -950),), 1, "", "cheapest of 3 free")
    assert said(told(basket_of([goods], offers=[offer]))) == [
        ("line", "Line 1: Coffee", 1900),
        ("step", "3 pcs at 10.00 (catalogue, version 7)", 3000),
        ("step", "discount by hand: 1.50 off", -150),
        ("step", "offer 3for2: cheapest of 3 free", -950),
        ("step", "the taxes it contains, taken out of the price", -303),
        ("step", "tax vat19 on 15.97: 19 % of its base, in the price, half up", 303),
        ("sum", "TOTAL: the sum of all lines", 1900),
        ("note", "list 30.00, discount -11.00, net 15.97, tax 3.03", None),
    ]


def test_one_line_is_explained_without_the_others_and_without_the_sum():
    basket = basket_of([line(1, 100), line(2, 250, text="Bread"), line(3, 70)])
    assert said(told(basket, about=2)) == [
        ("line", "Line 2: Bread", 250),
        ("step", "1 pcs at 2.50 (catalogue)", 250),
    ]
    assert told(basket, about=4) == ()


def test_a_share_of_what_was_taken_off_all_goods_names_the_whole():
    """10 % off 30.00 is 3.00; a third of the goods bears a third of it."""
    basket = basket_of([line(1, 1000), line(2, 2000)], off=300)
    assert ("step", "discount: 3.00 off, of the whole sale", -100) in said(told(basket, about=1))
    assert ("note", "its share of 3.00 off all goods", None) in said(told(basket, about=1))


def test_a_price_says_its_list_and_where_a_weight_was_rounded():
    weighed = line(1, 199, price_list="member", unit="kg", quantity_milli=642, list_minor=128)
    pack = line(2, 500, price_per_milli=6000, quantity_milli=6000, list_minor=500)
    rows = said(told(basket_of([weighed, pack])))
    assert ("step", "0.642 kg at 1.99 (price list member), rounded half up", 128) in rows
    assert ("step", "6 pcs at 5.00 for 6 pcs (catalogue), rounded half up", 500) in rows


def test_a_price_set_by_hand_says_what_it_replaced():
    changed = attrs.evolve(line(1, 350), catalogue_price_minor=399, override_reason="damaged")
    rows = said(told(basket_of([changed])))
    assert rows[1] == ("step", "price by hand: 1 pcs at 3.50, in place of 3.99: damaged", 350)


def test_an_offer_that_several_lines_share_says_what_it_saves_in_all():
    row = OfferRow("n", "Three", -40, ((1, -30), (2, -10)), 1, "", "3 for 1.00")
    rows = said(told(basket_of([line(1, 100), line(2, 50)], offers=[row])))
    assert rows.count(("note", "0.40 saved in all", None)) == 2
    alone = OfferRow("n", "Three", -30, ((1, -30),), 2, "", "3 for 1.00")
    rows = said(told(basket_of([line(1, 100)], offers=[alone])))
    assert ("note", "2 times", None) in rows


def test_an_offer_says_how_often_it_was_given_and_what_is_not_proven():
    row = OfferRow("n", "Three", -40, ((1, -30), (2, -10)), 2, "", "3 for 1.00", 15)
    rows = said(told(basket_of([line(1, 100), line(2, 50)], offers=[row])))
    note = "0.40 saved in all, 2 times, not proven the best: others might save up to 0.15 more"
    assert rows.count(("note", note, None)) == 2, "each line that bears a share says so"


def test_cash_rounding_and_what_is_to_pay_are_sums_of_the_whole_sale():
    steps = (
        TraceStep("total", "gross", "the sum of all lines", (), "", 1998),
        TraceStep("rounding", "cash", "Cash is paid in whole coins", (), "", 2),
        TraceStep("payable", "gross", "the total after rounding", (), "", 2000),
    )
    assert said(explained(steps, {})) == [
        ("sum", "TOTAL: the sum of all lines", 1998),
        ("step", "rounding: Cash is paid in whole coins", 2),
        ("sum", "TO PAY: the total after rounding", 2000),
    ]


def test_a_step_of_a_later_version_is_said_as_it_stands():
    later = TraceStep("carbon", "eu", "0.10 a unit", (), "", 10, 1)
    assert explained((later,), {}) == (
        Said(kind="line", text="Line 1: ", minor=10),
        Said(kind="step", text="carbon eu: 0.10 a unit", minor=10),
    )


def test_a_share_kept_as_one_amount_has_no_whole_to_name():
    """An older record says only what the line bore."""
    whole = TraceStep("basket", "", "share of what was taken off", (), "largest_remainder", -5, 1)
    assert [row.kind for row in explained((whole,), {1: "Pen"})] == ["line", "step"]


@pytest.mark.parametrize("at", RoundAt)
@given(
    goods=st.lists(
        st.tuples(
            st.integers(1, 99_999),
            st.integers(1, 5),
            st.lists(st.sampled_from([VAT19, VAT7, ADDED10]), max_size=1).map(tuple),
        ),
        min_size=1,
        max_size=8,
    ),
    percent=st.integers(0, 100),
)
def test_the_rows_of_a_line_add_up_to_it_and_all_lines_to_the_total(at, goods, percent):
    """Read as a person reads it: amounts in the column below a line sum to the one beside it."""
    lines = [line(1, price, *taxes, quantity=count) for price, count, taxes in goods]
    whole = sum(each.list_minor for each in lines)
    basket = basket_of(lines, TaxPolicy(at, Rounding.HALF_UP), off=whole * percent // 100)
    heads, total = [], 0
    for row in told(basket):
        if row.kind == "line":
            heads.append([row.minor, 0])
        elif row.kind == "step":
            heads[-1][1] += row.minor
        elif row.kind == "sum":
            total = row.minor
    assert all(head == steps for head, steps in heads)
    assert sum(head for head, _ in heads) == total == sale_of(basket).totals.gross_minor
