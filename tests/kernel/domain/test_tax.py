"""Tax is what the law says of one price: taken out of it or put on top, each tax rounded once."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import TaxAmount, exact_taxes, gross_of, net_of, taxes_of
from tests.kernel.making import ADDED10, VAT7, VAT19, half_up, tax

HALF_UP = Rounding.HALF_UP
PIECE = 1000
amounts = st.integers(-(10**9), 10**9)
rates = st.sampled_from(["0", "2.5", "4.225", "5.5", "7", "9.975", "19", "25", "100", "250"])
taxes = st.lists(st.tuples(rates, st.booleans()), max_size=4).map(
    lambda found: tuple(
        tax(rate, f"t{at}", included=included) for at, (rate, included) in enumerate(found)
    )
)


@pytest.mark.parametrize(
    ("price", "percent", "contained"),
    [  # by hand: price · rate / (100 + rate), a half up
        (119, 19, 19),
        (100, 19, 16),  # 15.966
        (129, 19, 21),  # 20.597
        (3, 19, 0),  # 0.479
        (4, 19, 1),  # 0.639
        (107, 7, 7),
        (1, 100, 1),  # half of one cent: up
        (5250, 12, 563),  # 562.5: up
        (0, 19, 0),
        (-119, 19, -19),
        (-1, 100, -1),  # a refund as its sale
    ],
)
def test_a_tax_the_price_contains_is_taken_out_of_it(price, percent, contained):
    """Price · r / (1 + r); what is left is net, and nothing is added."""
    (found,) = taxes_of(price, (tax(percent, "t"),), HALF_UP, PIECE)
    assert found == TaxAmount("t", price - contained, contained)
    assert gross_of(price, (tax(percent),), [found]) == price


@pytest.mark.parametrize(
    ("price", "percent", "added"),
    [
        (100, 19, 19),
        (1010, 23, 232),  # 232.3
        (150, "4.225", 6),  # 6.3375
        (50, 1, 1),  # a half
        (49, 1, 0),
        (-50, 1, -1),
        (0, 19, 0),
        (333, 0, 0),
    ],
)
def test_a_tax_on_top_is_reckoned_on_the_price(price, percent, added):
    """Price · r; the price is net."""
    taxes_ = (tax(percent, "t", included=False),)
    (found,) = taxes_of(price, taxes_, HALF_UP, PIECE)
    assert found == TaxAmount("t", price, added)
    assert net_of(price, taxes_, [found]) == price
    assert gross_of(price, taxes_, [found]) == price + added


def test_two_taxes_in_a_price_do_not_tax_each_other():
    """1.00 that holds 10 % and 10 %: each is 100 · 10 / 120 = 8.33, and net is 84 of 83.33."""
    parts = taxes_of(100, (tax(10, "a"), tax(10, "b")), HALF_UP, PIECE)
    assert [(part.code, part.minor) for part in parts] == [("a", 8), ("b", 8)]
    assert net_of(100, (tax(10, "a"), tax(10, "b")), parts) == 84
    assert {part.base_minor for part in parts} == {84}


def test_a_tax_on_top_of_a_price_that_holds_one_is_reckoned_on_net():
    """23.00 with 5.5 % inside and 15 % on top: 1.20 inside, net 21.80, 3.27 on top."""
    inside, on_top = tax("5.5", "a"), tax(15, "b", included=False)
    parts = taxes_of(2300, (on_top, inside), HALF_UP, PIECE)
    assert [part.minor for part in parts] == [327, 120]
    assert net_of(2300, (on_top, inside), parts) == 2180
    assert gross_of(2300, (on_top, inside), parts) == 2627


def test_goods_without_a_tax_bear_none():
    assert taxes_of(500, (), HALF_UP, PIECE) == ()
    assert net_of(500, (), ()) == gross_of(500, (), ()) == 500


@pytest.mark.parametrize(
    ("rounding", "contained"),
    [(Rounding.HALF_UP, 563), (Rounding.HALF_EVEN, 562), (Rounding.HALF_DOWN, 562),
     (Rounding.UP, 563), (Rounding.DOWN, 562)],
)  # fmt: skip
def test_the_rounding_of_a_tax_is_the_one_named(rounding, contained):
    """52.50 holds 12 % of 5.625."""
    assert taxes_of(5250, (tax(12),), rounding, PIECE)[0].minor == contained


@given(amount=amounts, taxes=taxes)
def test_every_tax_is_its_exact_value_rounded_once(amount, taxes):
    """Included ones against the sum of included rates, added ones on the net that is printed."""
    parts = taxes_of(amount, taxes, HALF_UP, PIECE)
    inside = sum(Fraction(each.numerator, each.denominator) for each in taxes if each.included)
    net = net_of(amount, taxes, parts)
    for each, part in zip(taxes, parts, strict=True):
        rate = Fraction(each.numerator, each.denominator)
        exact = amount * rate / (1 + inside) if each.included else net * rate
        assert part.minor == half_up(exact)
        assert part.code == each.code
        assert part.base_minor == net


@given(amount=amounts, taxes=taxes)
def test_net_and_taxes_are_the_gross(amount, taxes):
    """Nothing is lost between the price, what it holds and what comes on top."""
    parts = taxes_of(amount, taxes, HALF_UP, PIECE)
    net, gross = net_of(amount, taxes, parts), gross_of(amount, taxes, parts)
    assert net + sum(part.minor for part in parts) == gross
    if all(each.included for each in taxes):
        assert gross == amount


@given(amount=amounts, taxes=taxes, rounding=st.sampled_from(Rounding))
def test_a_refund_is_its_sale_with_the_sign_turned(amount, taxes, rounding):
    """Goods bought and brought back leave no cent behind, by every rule."""
    there, back = (taxes_of(sign * amount, taxes, rounding, PIECE) for sign in (1, -1))
    assert [part.minor for part in back] == [-part.minor for part in there]
    assert [part.base_minor for part in back] == [-part.base_minor for part in there]


@given(amount=amounts, taxes=taxes)
def test_exact_taxes_are_the_unrounded_fractions(amount, taxes):
    """What sums over a sale are made of before they are rounded."""
    inside = sum(Fraction(each.numerator, each.denominator) for each in taxes if each.included)
    for each, found in zip(taxes, exact_taxes(amount, taxes, PIECE), strict=True):
        rate = Fraction(each.numerator, each.denominator)
        assert Fraction(*found) == amount * rate / (1 + inside)


@given(amount=amounts, taxes=taxes)
def test_the_order_of_taxes_changes_no_amount(amount, taxes):
    """A profile that names them the other way round taxes the same."""
    there = {part.code: part.minor for part in taxes_of(amount, taxes, HALF_UP, PIECE)}
    back = {part.code: part.minor for part in taxes_of(amount, taxes[::-1], HALF_UP, PIECE)}
    assert there == back


def test_one_tax_takes_the_short_way_to_the_same_amount():
    """The usual single tax is reckoned apart for speed: beside a tax of 0 % it is the same."""
    for minor in range(-300, 300):
        for only in (VAT19, VAT7, ADDED10):
            nothing = tax(0, "zero", included=only.included)
            both = taxes_of(minor, (only, nothing), HALF_UP, PIECE)
            assert taxes_of(minor, (only,), HALF_UP, PIECE)[0] == both[0]
            assert both[1].minor == 0
