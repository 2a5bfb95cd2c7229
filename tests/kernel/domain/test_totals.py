"""Totals: what lines bear adds up to what the sale comes to, wherever tax is rounded."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import LineKind, OfferRow
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxAmount, TaxPolicy
from posframe.kernel.domain.totals import discountable_minor, gross_minor, shares, totals
from tests.kernel.making import (
    ADDED10,
    ADDED23,
    CITY,
    POLICIES,
    RULES,
    STATE,
    VAT7,
    VAT19,
    basket_of,
    by_hand,
    line,
    tax,
)

PROFILES = [
    (VAT19,), (VAT7,), (ADDED10,), (ADDED23,), (STATE, CITY), (VAT7, STATE), (VAT19, VAT7), (),
]  # fmt: skip
lines = st.builds(
    lambda minor, taxes, kind, quantity: line(1, minor, *taxes, kind=kind, quantity=quantity),
    st.integers(0, 3_000),
    st.sampled_from(PROFILES),
    st.sampled_from([LineKind.SALE, LineKind.SALE, LineKind.DEPOSIT]),
    st.integers(1, 4),
)
returned = st.builds(
    lambda minor, taxes: line(1, -minor, *taxes, kind=LineKind.RETURN),
    st.integers(1, 3_000),
    st.sampled_from(PROFILES),
)
baskets = st.tuples(
    st.lists(st.one_of(lines, lines, returned), min_size=1, max_size=12),
    st.sampled_from(POLICIES),
    st.integers(0, 1_000),
)


def discounted(found, policy, share):
    """Return a basket with ``share`` thousandths of what may be discounted taken off."""
    basket = basket_of(found, policy)
    off = max(0, discountable_minor(basket)) * share // 1_000
    return attrs.evolve(basket, adjustments=(by_hand(-off),)) if off else basket


@given(made=baskets)
def test_what_lines_bear_adds_up_to_the_totals(made):
    """Net, gross and every tax, included or added, discounted or not, to the cent."""
    basket = discounted(*made)
    sums, found = totals(basket), shares(basket)
    assert sum(share.net_minor for share in found) == sums.net_minor
    assert sum(share.gross_minor for share in found) == sums.gross_minor
    taxes = {}
    for share in found:
        for part in share.taxes:
            base, minor = taxes.get(part.code, (0, 0))
            taxes[part.code] = (base + part.base_minor, minor + part.minor)
    assert sums.taxes == tuple(TaxAmount(code, *taxes[code]) for code in sorted(taxes))
    assert sums.net_minor + sum(part.minor for part in sums.taxes) == sums.gross_minor
    assert sums.tax_minor == sums.gross_minor - sums.net_minor
    assert gross_minor(basket) == sums.gross_minor, "the short way to what is due"


@given(made=baskets)
def test_a_discount_on_the_whole_is_shared_without_a_cent_lost(made):
    """Lines bear all of it, goods alone bear it, and none bears more than it costs."""
    basket = discounted(*made)
    off = sum(each.minor for each in basket.adjustments)
    found = {share.number: share.basket_minor for share in shares(basket)}
    assert sum(found.values()) == off
    for each in basket.lines:
        if each.kind is not LineKind.SALE:
            assert found[each.number] == 0, "deposits and returned goods are not discounted"
        assert 0 <= -found[each.number] <= max(0, each.amount_minor)


@given(made=baskets)
def test_each_share_of_a_discount_is_within_two_cents_of_its_part(made):
    """Shared twice, over taxes and over their lines, each time to less than a cent."""
    basket = discounted(*made)
    off = sum(each.minor for each in basket.adjustments)
    goods = [each for each in basket.lines if each.kind is LineKind.SALE]
    whole = sum(each.amount_minor for each in goods)
    found = {share.number: share.basket_minor for share in shares(basket)}
    for each in goods:
        fair = Fraction(off * each.amount_minor, whole) if whole else 0
        assert abs(found[each.number] - fair) < 2


@given(made=baskets)
def test_tax_rounded_by_line_is_each_lines_own_tax_rounded(made):
    """Of what the line costs after everything that is taken off."""
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.LINE), share)
    rule = RULES[policy.rounding]
    for each in shares(basket):
        taxed = basket.lines[each.number - 1]
        amount = taxed.amount_minor + each.basket_minor
        inside = sum(rate_of(one) for one in taxed.taxes if one.included)
        contained = [
            rule(amount * rate_of(one) / (1 + inside)) if one.included else 0 for one in taxed.taxes
        ]
        net = amount - sum(contained)
        for one, minor, part in zip(taxed.taxes, contained, each.taxes, strict=True):
            assert part.minor == (minor if one.included else rule(net * rate_of(one)))
            assert part.base_minor == net


def rate_of(one):
    return Fraction(one.numerator, one.denominator)


def exact_taxes(basket):
    """Return the unrounded sum of each tax over the sale, after everything taken off."""
    exact = {}
    for each in shares(basket):
        taxed = basket.lines[each.number - 1]
        amount = taxed.amount_minor + each.basket_minor
        inside = sum(rate_of(one) for one in taxed.taxes if one.included)
        for one in taxed.taxes:
            part = amount * rate_of(one) / (1 + inside)
            exact[one.code] = exact.get(one.code, 0) + part
    return exact


@given(made=baskets)
def test_tax_rounded_by_rate_is_the_sum_of_each_tax_rounded_once(made):
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.RATE), share)
    rule = RULES[policy.rounding]
    found = {part.code: part.minor for part in totals(basket).taxes}
    assert found == {code: rule(exact) for code, exact in exact_taxes(basket).items()}


@given(made=baskets)
def test_tax_rounded_by_document_is_the_sum_of_all_taxes_rounded_once(made):
    """Each tax of it is its exact value, rounded to one side or the other."""
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.DOCUMENT), share)
    exact = exact_taxes(basket)
    parts = {part.code: part.minor for part in totals(basket).taxes}
    assert sum(parts.values()) == RULES[policy.rounding](sum(exact.values()))
    assert all(abs(parts[code] - exact[code]) < 1 for code in exact)


@given(made=baskets, data=st.data())
def test_the_order_of_scanning_changes_no_total(made, data):
    """The same goods in whatever order come to the same, discounted or not."""
    found, policy, share = made
    basket = discounted(found, policy, share)
    other = discounted(data.draw(st.permutations(found)), policy, share)
    assert totals(other) == totals(basket)


def test_odd_cents_of_a_discount_do_not_follow_the_scanning():
    """2 cents off 1.00 and 3.00, 50 % on top: the dearer takes the odd cent, first or last."""
    half = tax(50, "half", included=False)
    policy = TaxPolicy(RoundAt.LINE)
    there = basket_of([line(1, 100, half), line(1, 300, half)], policy, off=2)
    back = basket_of([line(1, 300, half), line(1, 100, half)], policy, off=2)
    assert totals(there) == totals(back)
    assert [share.basket_minor for share in shares(there)] == [0, -2]
    assert totals(there).gross_minor == 100 + 50 + 298 + 149


@pytest.mark.parametrize("policy", POLICIES)
def test_an_empty_basket_comes_to_nothing(policy):
    sums = totals(basket_of([], policy))
    assert (sums.net_minor, sums.tax_minor, sums.gross_minor, sums.taxes) == (0, 0, 0, ())
    assert shares(basket_of([], policy)) == ()


def test_a_mixed_sale_by_hand():
    """1.29 and 2 × 0.99 at 7 %, 13.90 at 19 %, 1.00 off the whole, rounded by line.

    Off 17.17: 0.1904 of 3.27 and 0.8096 of 13.90: 0.19 and 0.81. Of 0.19, 1.98 bears 0.115 and
    1.29 bears 0.075: 0.12 and 0.07 by largest remainder (0.5046 over 0.4954). Tax: 122 · 7 / 107 =
    7.98, 186 · 7 / 107 = 12.17, 1309 · 19 / 119 = 209.
    """
    basket = basket_of(
        [line(1, 129, VAT7), line(1, 99, VAT7, quantity=2), line(1, 1390, VAT19)], off=100
    )
    assert [share.basket_minor for share in shares(basket)] == [-7, -12, -81]
    sums = totals(basket)
    assert sums.taxes == (TaxAmount("vat19", 1100, 209), TaxAmount("vat7", 288, 20))
    assert (sums.net_minor, sums.tax_minor, sums.gross_minor) == (1388, 229, 1617)
    assert (sums.list_minor, sums.discount_minor, sums.pieces_milli) == (1717, -100, 4000)


def test_rounding_points_differ_where_they_must():
    """Three at 0.99 holding 19 %: 15.81 each. By line 48, by rate 47 of 47.42."""
    three = [line(1, 99, VAT19)] * 3
    by = {at: totals(basket_of(three, TaxPolicy(at))).tax_minor for at in RoundAt}
    assert by == {RoundAt.LINE: 48, RoundAt.RATE: 47, RoundAt.DOCUMENT: 47}


def test_two_taxes_rounded_by_rate_or_all_at_once():
    """10.00 holding 10 % and 10 %: 0.83 and 0.83 by rate; 1.67 of 1.6667 as one document."""
    ten = [line(1, 1000, tax(10, "a"), tax(10, "b"))]
    by_rate = totals(basket_of(ten, TaxPolicy(RoundAt.RATE)))
    at_once = totals(basket_of(ten, TaxPolicy(RoundAt.DOCUMENT)))
    assert [part.minor for part in by_rate.taxes] == [83, 83]
    assert [part.minor for part in at_once.taxes] == [84, 83]
    assert (by_rate.net_minor, at_once.net_minor) == (834, 833)


@pytest.mark.parametrize("at", RoundAt)
def test_a_rate_that_changes_in_a_sale_taxes_each_line_by_its_own(at):
    """A code goes from 19 % to 16 % at midnight: 1.19 and 1.16 hold 0.19 and 0.16."""
    before, after = tax(19, "vat"), tax(16, "vat")
    basket = basket_of([line(1, 11900, before), line(1, 11600, after)], TaxPolicy(at))
    assert totals(basket).taxes == (TaxAmount("vat", 20_000, 1900 + 1600),)
    assert [share.net_minor for share in shares(basket)] == [10_000, 10_000]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_return_is_its_sale_with_the_sign_turned(policy):
    """Goods sold and brought back come to nothing, net, tax and gross."""
    sold = [line(1, 333, VAT19), line(1, 77, ADDED10), line(1, 1001, STATE, CITY)]
    back = [attrs.evolve(each, kind=LineKind.RETURN, list_minor=-each.list_minor) for each in sold]
    there, again = totals(basket_of(sold, policy)), totals(basket_of(back, policy))
    assert again.gross_minor == -there.gross_minor
    assert again.net_minor == -there.net_minor
    assert [part.minor for part in again.taxes] == [-part.minor for part in there.taxes]


def test_an_offer_on_the_whole_basket_is_shared_like_a_discount():
    """A row without shares of its own: 0.10 off 1.00 and 3.00 is 0.02 of 2.5 and 0.08 of 7.5."""
    basket = basket_of(
        [line(1, 100, VAT7), line(1, 300, VAT7)], offers=[OfferRow("o", "Offer", -10)]
    )
    assert [share.basket_minor for share in shares(basket)] == [-2, -8]
    assert totals(basket).gross_minor == 390
    assert totals(basket).discount_minor == -10


@given(made=baskets)
def test_voided_lines_count_for_nothing(made):
    """A basket with voided lines comes to what it would without them."""
    found, policy, _ = made
    voided = [attrs.evolve(each, voided=True) for each in found]
    assert totals(basket_of([*found, *voided], policy)) == totals(basket_of(found, policy))
    numbers = {share.number for share in shares(basket_of([*found, *voided], policy))}
    assert numbers == set(range(1, len(found) + 1))


def test_the_rounding_rule_is_the_policys():
    """0.50 holding 100 % and 0.25 at 2 %: what is half a cent goes up or down."""
    half = [line(1, 25, tax(2, "t", included=False))]
    by = {
        rule: totals(basket_of(half, TaxPolicy(RoundAt.LINE, rule))).tax_minor for rule in Rounding
    }
    assert by == {
        Rounding.HALF_UP: 1, Rounding.HALF_EVEN: 0, Rounding.HALF_DOWN: 0,
        Rounding.UP: 1, Rounding.DOWN: 0,
    }  # fmt: skip
