"""Taxes of every kind on one price: fixed, on each other, of the price with tax, in and on top."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import (
    Tax,
    TaxKind,
    Treatment,
    discountable_part,
    exact_taxes,
    gross_of,
    net_of,
    tax_key,
    taxes_of,
    taxes_problem,
)
from tests.kernel.making import tax
from tests.kernel.reckoning import RULES, exactly, line_by_line, mixes

HALF_UP = Rounding.HALF_UP
PIECE = 1000
prices = st.integers(-(10**7), 10**7)
quantities = st.integers(-5_000, 20_000)
roundings = st.sampled_from(sorted(RULES, key=lambda rule: rule.value))


def fixed(minor, code="eco", **more):
    return Tax(code, "Eco", 0, kind=TaxKind.FIXED, amount_minor=minor, **more)


def division(percent, code="", **more):
    return attrs.evolve(tax(percent, code), kind=TaxKind.DIVISION, **more)


def minors(price, taxes, quantity=PIECE):
    return [part.minor for part in taxes_of(price, taxes, HALF_UP, quantity)]


@given(price=prices, taxes=mixes, quantity=quantities)
def test_taxes_solve_the_equations_that_define_them(price, taxes, quantity):
    """Against a second way to the net, in fractions; and the parts make up the price."""
    net, expected = exactly(price, taxes, quantity)
    found = [Fraction(*each) for each in exact_taxes(price, taxes, quantity)]
    assert found == expected
    inside = sum(each for tax_, each in zip(taxes, found, strict=True) if tax_.included)
    assert net + inside == price


@given(price=prices, taxes=mixes, quantity=quantities, rounding=roundings)
def test_each_tax_of_a_line_is_rounded_once(price, taxes, quantity, rounding):
    """Included ones from the price, those on top from what is printed before them."""
    parts = taxes_of(price, taxes, rounding, quantity)
    net, expected = line_by_line(price, taxes, quantity, RULES[rounding])
    assert [part.minor for part in parts] == expected
    assert net_of(price, taxes, parts) == net
    assert gross_of(price, taxes, parts) == net + sum(expected)


@given(price=prices, taxes=mixes, quantity=quantities)
def test_the_base_of_a_tax_is_net_and_the_printed_taxes_that_raise_it(price, taxes, quantity):
    parts = taxes_of(price, taxes, HALF_UP, quantity)
    net = net_of(price, taxes, parts)
    for at, (each, part) in enumerate(zip(taxes, parts, strict=True)):
        before = sum(
            other.minor
            for other_tax, other in zip(taxes[:at], parts[:at], strict=True)
            if other_tax.affects_base
        )
        raised = each.base_affected and each.kind is not TaxKind.DIVISION
        assert part.base_minor == net + (before if raised else 0)


@given(price=prices, taxes=mixes, quantity=quantities, rounding=st.sampled_from(Rounding))
def test_goods_brought_back_turn_every_sign(price, taxes, quantity, rounding):
    there = taxes_of(price, taxes, rounding, quantity)
    back = taxes_of(-price, taxes, rounding, -quantity)
    assert [(part.base_minor, part.minor) for part in back] == [
        (-part.base_minor, -part.minor) for part in there
    ]


@given(taxes=mixes, parts=st.lists(st.tuples(prices, quantities), max_size=5))
def test_exact_taxes_of_a_sum_are_the_sums_of_exact_taxes(taxes, parts):
    """So a sale is reckoned from the sums of its groups, however many lines they have."""
    whole = exact_taxes(sum(price for price, _ in parts), taxes, sum(each for _, each in parts))
    for at in range(len(taxes)):
        lines = sum(Fraction(*exact_taxes(*each[:1], taxes, each[1])[at]) for each in parts)
        assert Fraction(*whole[at]) == lines


def test_a_fixed_tax_is_for_each_unit_of_the_quantity():
    """0.05 a piece: 3 pieces bear 0.15, 1.5 litres 0.075, which is 0.08; two back, 0.10 back."""
    assert minors(1000, (fixed(5),), 3000) == [15]
    assert minors(1000, (fixed(5),), 1500) == [8]
    assert minors(-1000, (fixed(5),), -2000) == [-10]


def test_a_fixed_tax_on_top_raises_the_base_of_the_next():
    """19.00 and 1.00 a piece on top, 21 % of 20.00 is 4.20; without the flag 3.99."""
    on_top = {"included": False}
    vat = tax(21, "vat", included=False)
    assert minors(1900, (fixed(100, affects_base=True, **on_top), vat)) == [100, 420]
    assert minors(1900, (fixed(100, **on_top), vat)) == [100, 399]
    deaf = attrs.evolve(vat, base_affected=False)
    assert minors(1900, (fixed(100, affects_base=True, **on_top), deaf)) == [100, 399]


def test_taxes_in_a_price_tax_each_other_where_they_say_so():
    """1.32 holds 10 % and 20 % on both: 1.00, 0.10 and 0.22."""
    parts = taxes_of(132, (tax(10, "a"), tax(20, "b")), HALF_UP, PIECE)
    assert [part.minor for part in parts] == [10, 20]  # 132 / 1.3 = 101.54: 10.15, 20.31
    affecting = (attrs.evolve(tax(10, "a"), affects_base=True), tax(20, "b"))
    parts = taxes_of(132, affecting, HALF_UP, PIECE)
    assert [(part.base_minor, part.minor) for part in parts] == [(100, 10), (110, 22)]


def test_a_tax_on_top_can_raise_one_inside():
    """1.20 holds 21 % of net and of 0.10 on top: N · 1.21 + 0.021 = 1.20, so N is 0.974."""
    taxes = (fixed(10, included=False, affects_base=True), tax(21, "vat"))
    assert minors(120, taxes) == [10, 23]  # 0.2255


def test_division_taxes_are_shares_of_the_price_with_tax():
    """90.00 and two of 5 % on top: 100.00. In 100.00, they are 5.00 each. At 100 %, all of it."""
    on_top = (division(5, "a", included=False), division(5, "b", included=False))
    assert minors(9000, on_top) == [500, 500]
    assert minors(10_000, (division(5, "a"), division(5, "b"))) == [500, 500]
    assert minors(10_000, (division(100),)) == [10_000]


def test_division_taxes_on_top_count_those_inside_as_well():
    """10 % in 100.00 and 10 % on top: net 90.00, on top 90 · 10 / 80 = 11.25, of all 111.25."""
    both = (division(10, "a"), division(10, "b", included=False))
    assert minors(10_000, both) == [1000, 1125]


def test_division_taxes_on_top_are_reckoned_from_net_alone():
    """90.00 with 10 % on top that raises others, and 10 % of the price with tax: 9.00 and 10.00."""
    luxury = attrs.evolve(tax(10, "a", included=False), affects_base=True)
    parts = taxes_of(9000, (luxury, division(10, "b", included=False)), HALF_UP, PIECE)
    assert [(part.base_minor, part.minor) for part in parts] == [(9000, 900), (9000, 1000)]


@pytest.mark.parametrize("treatment", Treatment)
def test_a_tax_of_nothing_is_printed_with_its_base(treatment):
    """Zero-rated is not exempt: each is a row of its own, of 0.00."""
    nothing = Tax("z", "Zero", 0, treatment=treatment, reason="art. 132")
    (part,) = taxes_of(500, (nothing,), HALF_UP, PIECE)
    assert (part.base_minor, part.minor) == (500, 0)


@given(price=st.integers(0, 10**6), taxes=mixes, quantity=st.integers(0, 20_000))
def test_discounts_leave_a_net_that_is_not_negative(price, taxes, quantity):
    """What is left pays the fixed taxes and those they raise; a cent less would not."""
    part = discountable_part(price, taxes, quantity)
    assert 0 <= part <= price
    net, _ = exactly(price - part, taxes, quantity)
    if exactly(price, taxes, quantity)[0] >= 0:
        assert net >= 0
        assert part == price or exactly(price - part - 1, taxes, quantity)[0] < 0
    else:
        assert part == 0, "a price below its own fixed taxes can lose nothing"


def test_a_bottle_keeps_its_fixed_tax_and_the_tax_on_it():
    """12.10 holds 1.00 and 21 % on both: 1.21 stays; of 1.00 on top, the 0.21 that are inside."""
    eco = fixed(100, affects_base=True)
    assert discountable_part(1210, (eco, tax(21)), PIECE) == 1210 - 121
    assert discountable_part(2420, (eco, tax(21)), 2 * PIECE) == 2420 - 242
    on_top = attrs.evolve(eco, included=False)
    assert discountable_part(1210, (on_top, tax(21)), PIECE) == 1210 - 21
    assert discountable_part(1210, (on_top, tax(21, included=False)), PIECE) == 1210
    assert discountable_part(100, (eco, tax(21)), PIECE) == 0
    assert discountable_part(500, (fixed(100), division(100)), PIECE) == 500, "no net to protect"


@pytest.mark.parametrize("taxes", [(), (tax(19),), (tax(19), tax(7)), (fixed(5),)])
def test_a_price_below_nothing_can_lose_nothing(taxes):
    assert discountable_part(-100, taxes, PIECE) == 0


def test_a_price_below_its_fixed_tax_has_a_negative_net():
    """It is told as it is: 0.00 with 0.05 inside is -0.05 and 0.05."""
    (part,) = taxes_of(0, (fixed(5),), HALF_UP, PIECE)
    assert (part.base_minor, part.minor) == (-5, 5)


def test_taxes_sort_by_code_and_then_by_rate():
    """As numbers, not by their fractions: 16 % is less than 19 %, however it is written."""
    found = [tax(19, "b"), Tax("b", "", 4, 25), tax("9.975", "b"), tax(20, "a"), tax(100, "b")]
    assert [each.numerator / each.denominator for each in sorted(found, key=tax_key)] == [
        0.2, 0.09975, 0.16, 0.19, 1.0
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"code": "w"}, {"numerator": 16}, {"denominator": 200}, {"included": False},
        {"kind": TaxKind.DIVISION}, {"amount_minor": 1}, {"affects_base": True},
        {"base_affected": False}, {"treatment": Treatment.EXEMPT}, {"reason": "x"},
        {"entity": "baker"},
    ],
)  # fmt: skip
def test_taxes_that_differ_in_anything_but_words_are_two(other):
    """Each has its row on the receipt; another label has not."""
    vat = Tax("v", "VAT", 19, 100)
    assert tax_key(attrs.evolve(vat, **other)) != tax_key(vat)
    assert tax_key(attrs.evolve(vat, label="TVA")) == tax_key(vat)
    odd = attrs.evolve(vat, entity="store", reason="y")
    assert tax_key(attrs.evolve(odd, **other)) != tax_key(odd)


def test_equal_taxes_hash_alike():
    assert hash(tax(19, "v")) == hash(tax(19, "v"))
    assert len({tax(19, "v"), tax(19, "v"), tax(16, "v")}) == 2


@pytest.mark.parametrize(
    ("taxes", "problem"),
    [
        ((), ""),
        ((tax(19, "a"), fixed(5), division(99, "d", included=False)), ""),
        ((division(100, "d"),), ""),
        ((tax(19, "a"), tax(7, "a")), "two of its taxes have one code"),
        (
            (tax(19, "a"), attrs.evolve(tax(7, "b"), entity="baker")),
            "its taxes are owed by more than one legal entity",
        ),
        (
            (division(60, "a", included=False), division(40, "b", included=False)),
            "its division taxes leave nothing of the price",
        ),
        ((division(101, "a"),), "its division taxes leave nothing of the price"),
    ],
)
def test_taxes_that_cannot_be_reckoned_together_are_named(taxes, problem):
    assert taxes_problem(taxes) == problem
