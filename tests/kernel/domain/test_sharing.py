"""Discounts on the whole basket: each is borne by lines, by largest remainder on what they cost."""

from __future__ import annotations

from fractions import Fraction

import attrs
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import LineKind, OfferRow
from posframe.kernel.domain.sharing import basket_shares
from posframe.kernel.domain.tax import Tax, TaxKind
from posframe.kernel.domain.totals import discountable_minor, shares, totals
from tests.kernel.making import ADDED23, VAT7, VAT19, basket_of, by_hand, line, tax


def with_discounts(lines, *minors, offers=()):
    """Return a basket with discounts by hand a, b, c … on the whole of it."""
    basket = basket_of(lines, offers=offers)
    found = (by_hand(minor, chr(ord("a") + at)) for at, minor in enumerate(minors))
    return attrs.evolve(basket, adjustments=tuple(found))


def test_a_basket_without_such_discounts_shares_nothing():
    offer = OfferRow("o", "Offer", -5, ((1, -5),))
    assert basket_shares(basket_of([line(1, 100, VAT19)], offers=[offer])) == ()
    assert basket_shares(with_discounts([line(1, 100, VAT19)], 0)) == ()


def test_spare_cents_of_equals_go_to_the_first():
    """10.00 over three: 3.34, 3.33, 3.33, in the order of the lines."""
    basket = with_discounts([line(1, 5000, VAT19)] * 3, -1000)
    assert basket_shares(basket) == (("a", ((1, -334), (2, -333), (3, -333))),)


def test_spare_cents_of_equal_remainders_go_to_the_dearest():
    """2 cents off 1.00 and 3.00 are 0.5 and 1.5: the dearer takes 2, whichever was first."""
    there = with_discounts([line(1, 100, VAT19), line(1, 300, VAT19)], -2)
    back = with_discounts([line(1, 300, VAT19), line(1, 100, VAT19)], -2)
    assert basket_shares(there) == (("a", ((2, -2),)),)
    assert basket_shares(back) == (("a", ((1, -2),)),)


def test_spare_cents_of_equal_prices_go_to_the_first_of_the_taxes():
    """1 cent off 1.00 and 1.00: the line of sales23, then vat19; scanning has no say."""
    for lines in ([VAT19, ADDED23], [ADDED23, VAT19]):
        basket = with_discounts([line(1, 100, each) for each in lines], -1)
        ((_, ((number, minor),)),) = basket_shares(basket)
        assert minor == -1
        assert basket.lines[number - 1].taxes == (ADDED23,)


def test_spare_cents_of_equal_prices_and_taxes_go_to_the_smallest_quantity():
    """1 cent off 1.00 and 2 x 0.50: fixed taxes on top make their tax differ, scanning does not."""
    bag = Tax("bag", "Bag", 0, included=False, kind=TaxKind.FIXED, amount_minor=7)
    pieces = [line(1, 100, bag), line(1, 50, bag, quantity=2)]
    for lines in (pieces, pieces[::-1]):
        basket = with_discounts(lines, -1)
        ((_, ((number, minor),)),) = basket_shares(basket)
        assert (basket.lines[number - 1].quantity_milli, minor) == (1000, -1)


def test_one_discount_after_the_other_each_on_what_is_left():
    """Offers by their ids, then by hand. Lines 4.00 and 1.00.

    "a" takes 1.00: 0.80 and 0.20, leaving 3.20 and 0.80. "b" takes 0.05 of 4.00: 0.04 and 0.01,
    leaving 3.16 and 0.79. The hand takes 3.95 of 3.95, all there is.
    """
    offers = [OfferRow("b", "B", -5), OfferRow("a", "A", -100)]
    basket = with_discounts([line(1, 400, VAT19), line(1, 100, VAT7)], -395, offers=offers)
    assert basket_shares(basket) == (
        ("a", ((1, -80), (2, -20))),
        ("b", ((1, -4), (2, -1))),
        ("a", ((1, -316), (2, -79))),
    )
    assert totals(basket).gross_minor == 0


def test_discounts_take_no_more_than_there_is():
    """While a line is being voided, 3.00 and 4.00 off 5.00: the second takes 2.00."""
    basket = with_discounts([line(1, 500, VAT19)], -300, -400)
    assert basket_shares(basket) == (("a", ((1, -300),)), ("b", ((1, -200),)))
    assert totals(basket).discount_minor == -500


def test_goods_alone_bear_discounts():
    """Not deposits, not returned goods, not voided lines."""
    lines = [
        line(1, 100, VAT19),
        line(1, 25, VAT19, kind=LineKind.DEPOSIT),
        line(1, -100, VAT19, kind=LineKind.RETURN),
        attrs.evolve(line(1, 100, VAT19), voided=True),
    ]
    assert basket_shares(with_discounts(lines, -10)) == (("a", ((1, -10),)),)
    assert basket_shares(with_discounts(lines[1:], -10)) == (("a", ()),)


def test_fixed_taxes_are_not_discounted():
    """12.10 with 1.00 eco tax and 21 % on both can lose 10.89; beside 10.89, half each of 10.00."""
    eco = Tax("eco", "Eco", 0, kind=TaxKind.FIXED, amount_minor=100, affects_base=True)
    lines = [line(1, 1210, eco, tax(21, "vat")), line(1, 1089, tax(21, "vat"))]
    assert discountable_minor(basket_of(lines)) == 2178
    assert basket_shares(with_discounts(lines, -1000)) == (("a", ((1, -500), (2, -500))),)
    everything = with_discounts(lines, -3000)
    assert totals(everything).gross_minor == 121
    assert [part.minor for part in totals(everything).taxes] == [100, 21]
    assert totals(everything).net_minor == 0


goods = st.lists(
    st.builds(
        lambda minor, taxed, quantity: line(1, minor, taxed, quantity=quantity),
        st.integers(0, 3_000),
        st.sampled_from([VAT19, VAT7, ADDED23]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=10,
)


@given(lines=goods, share=st.integers(0, 1000))
def test_each_share_is_the_exact_one_to_less_than_a_cent(lines, share):
    """Of one discount: directly over the lines, whatever they are taxed by."""
    whole = discountable_minor(basket_of(lines))
    off = whole * share // 1000
    basket = with_discounts(lines, -off)
    found = {number: minor for _, pairs in basket_shares(basket) for number, minor in pairs}
    assert -sum(found.values()) == off
    for each in basket.lines:
        fair = Fraction(-off * each.amount_minor, whole) if whole else 0
        assert abs(found.get(each.number, 0) - fair) < 1


@given(lines=goods, minors=st.lists(st.integers(-2_000, 0), max_size=3))
def test_shares_are_what_lines_bear(lines, minors):
    """Source by source here, all together on the line."""
    basket = with_discounts(lines, *minors)
    borne = {each.number: 0 for each in basket.lines}
    for _, pairs in basket_shares(basket):
        for number, minor in pairs:
            borne[number] += minor
    assert borne == {share.number: share.basket_minor for share in shares(basket)}


@given(lines=goods, minors=st.lists(st.integers(-2_000, 0), max_size=3), data=st.data())
def test_lines_that_change_places_take_their_shares_along(lines, minors, data):
    """What equal lines bear in all is the same in any order of scanning."""
    there = with_discounts(lines, *minors)
    back = with_discounts(data.draw(st.permutations(lines)), *minors)
    assert borne_by_kind(there) == borne_by_kind(back)


def borne_by_kind(basket):
    found = []
    for share in shares(basket):
        each = basket.lines[share.number - 1]
        found.append(
            (each.amount_minor, each.taxes[0].code, each.quantity_milli, share.basket_minor)
        )
    return sorted(found)
