"""Totals: what lines bear adds up to what the sale comes to, wherever tax is rounded."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import LineKind, OfferRow
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import (
    RoundAt,
    Tax,
    TaxAmount,
    TaxKind,
    TaxPolicy,
    Treatment,
    discountable_part,
    tax_key,
)
from posframe.kernel.domain.totals import (
    basket_discount_minor,
    discountable_minor,
    gross_minor,
    shares,
    taxes_in,
    totals,
)
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
from tests.kernel.reckoning import exactly, line_by_line

ECO = Tax("eco", "Eco", 0, kind=TaxKind.FIXED, amount_minor=25, affects_base=True)
BAG = Tax("bag", "Bag", 0, included=False, kind=TaxKind.FIXED, amount_minor=7)
ISS = Tax("iss", "ISS", 1, 20, included=False, kind=TaxKind.DIVISION)
PIS = Tax("pis", "PIS", 13, 2000, kind=TaxKind.DIVISION)
LUXURY = attrs.evolve(tax(10, "luxury", included=False), affects_base=True)
EXEMPT = Tax("zero", "Exempt", 0, treatment=Treatment.EXEMPT, reason="art. 132")
ZERO = Tax("zero", "Zero", 0, treatment=Treatment.ZERO_RATED, entity="baker")
VAT16 = tax(16, "vat19")
PROFILES = [
    (VAT19,), (VAT7,), (ADDED10,), (ADDED23,), (STATE, CITY), (VAT7, STATE), (VAT19, VAT7), (),
    (ECO, VAT19), (ECO,), (BAG, ECO, VAT7), (LUXURY, ADDED23), (LUXURY, VAT7, CITY), (ISS, PIS),
    (EXEMPT,), (ZERO,), (VAT16,), (VAT19, BAG, ISS),
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
    """Return a basket with ``share`` thousandths of what may be discounted taken off.

    By an offer on the whole, a discount by hand, and another, a third of it each.
    """
    basket = basket_of(found, policy)
    off = discountable_minor(basket) * share // 1_000
    parts = (off // 3, (off + 1) // 3, (off + 2) // 3)
    basket = attrs.evolve(
        basket, adjustments=tuple(by_hand(-each, f"hand-{each}") for each in parts[1:] if each)
    )
    return basket.with_offers((OfferRow("o", "Offer", -parts[0]),), ()) if parts[0] else basket


@given(made=baskets)
def test_what_lines_bear_adds_up_to_the_totals(made):
    """Net, gross and every tax, included or added, discounted or not, to the cent."""
    basket = discounted(*made)
    sums, found = totals(basket), shares(basket)
    assert sum(share.net_minor for share in found) == sums.net_minor
    assert sum(share.gross_minor for share in found) == sums.gross_minor
    taxes = {}
    for share in found:
        for each, part in zip(basket.lines[share.number - 1].taxes, share.taxes, strict=True):
            base, minor = taxes.get(tax_key(each), (0, 0))
            taxes[tax_key(each)] = (base + part.base_minor, minor + part.minor)
    assert sums.taxes == tuple(TaxAmount(key[0], *taxes[key]) for key in sorted(taxes))
    assert [tax_key(each) for each in taxes_in(basket)] == sorted(taxes), "one for each row"
    assert sums.net_minor + sum(part.minor for part in sums.taxes) == sums.gross_minor
    assert sums.tax_minor == sums.gross_minor - sums.net_minor
    assert gross_minor(basket) == sums.gross_minor, "the short way to what is due"


@given(made=baskets)
def test_a_discount_on_the_whole_is_shared_without_a_cent_lost(made):
    """Lines bear all of it, goods alone bear it, and none bears more than it costs."""
    basket = discounted(*made)
    off = sum(each.minor for each in (*basket.adjustments, *basket.offers.values()))
    found = {share.number: share.basket_minor for share in shares(basket)}
    assert sum(found.values()) == off == basket_discount_minor(basket)
    for each in basket.lines:
        if each.kind is not LineKind.SALE:
            assert found[each.number] == 0, "deposits and returned goods are not discounted"
            continue
        part = discountable_part(each.amount_minor, each.taxes, each.quantity_milli)
        assert 0 <= -found[each.number] <= part, "fixed taxes are not discounted"


@given(made=baskets)
def test_tax_rounded_by_line_is_each_lines_own_tax_rounded(made):
    """Of what the line costs after everything that is taken off."""
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.LINE), share)
    for each in shares(basket):
        amount, taxed, quantity = cost_of(basket, each)
        net, minors = line_by_line(amount, taxed.taxes, quantity, RULES[policy.rounding])
        assert [part.minor for part in each.taxes] == minors
        assert each.net_minor == net


def cost_of(basket, share):
    """Return what a line costs in the end, the line, and its quantity with the sign of money."""
    taxed = basket.lines[share.number - 1]
    sign = -1 if taxed.kind is LineKind.RETURN else 1
    return taxed.amount_minor + share.basket_minor, taxed, sign * taxed.quantity_milli


def exact_by_line(basket):
    """Return each line's share and its unrounded taxes, after everything taken off."""
    for each in shares(basket):
        amount, taxed, quantity = cost_of(basket, each)
        yield each, taxed.taxes, exactly(amount, taxed.taxes, quantity)[1]


def exact_sums(basket):
    """Return the unrounded sum of each tax over the sale."""
    sums = {}
    for _, taxes, exact in exact_by_line(basket):
        for each, part in zip(taxes, exact, strict=True):
            sums[tax_key(each)] = sums.get(tax_key(each), 0) + part
    return sums


@given(made=baskets)
def test_each_line_bears_its_exact_tax_to_less_than_a_minor_unit(made):
    """Where tax is rounded over the sale, no line is a whole cent off."""
    found, policy, share = made
    for at in (RoundAt.RATE, RoundAt.DOCUMENT):
        for each, _, exact in exact_by_line(
            discounted(found, attrs.evolve(policy, round_at=at), share)
        ):
            for part, minor in zip(each.taxes, exact, strict=True):
                assert abs(part.minor - minor) < 1


@given(made=baskets)
def test_tax_rounded_by_rate_is_the_sum_of_each_tax_rounded_once(made):
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.RATE), share)
    exact = exact_sums(basket)
    expected = [RULES[policy.rounding](exact[key]) for key in sorted(exact)]
    assert [part.minor for part in totals(basket).taxes] == expected


@given(made=baskets)
def test_tax_rounded_by_document_is_the_sum_of_all_taxes_rounded_once(made):
    """Each tax of it is its exact value, rounded to one side or the other."""
    found, policy, share = made
    basket = discounted(found, attrs.evolve(policy, round_at=RoundAt.DOCUMENT), share)
    exact = exact_sums(basket)
    parts = totals(basket).taxes
    assert sum(part.minor for part in parts) == RULES[policy.rounding](sum(exact.values()))
    for part, key in zip(parts, sorted(exact), strict=True):
        assert abs(part.minor - exact[key]) < 1


def mirrored(each):
    """Return the line that takes goods back: every quantity and amount turned."""
    kind = {LineKind.SALE: LineKind.RETURN, LineKind.RETURN: LineKind.SALE}
    return attrs.evolve(
        each,
        kind=kind.get(each.kind, each.kind),
        quantity_milli=-each.quantity_milli,
        list_minor=-each.list_minor,
    )


@given(made=baskets)
def test_a_sale_and_its_mirror_come_to_nothing(made):
    """Net, tax, gross, and each tax with its base, wherever and however tax is rounded."""
    found, policy, _ = made
    there = totals(basket_of(found, policy))
    back = totals(basket_of([mirrored(each) for each in found], policy))
    assert (back.net_minor, back.gross_minor) == (-there.net_minor, -there.gross_minor)
    assert back.taxes == tuple(
        TaxAmount(part.code, -part.base_minor, -part.minor) for part in there.taxes
    )


@given(made=baskets, data=st.data())
def test_the_order_of_scanning_changes_no_total(made, data):
    """The same goods in whatever order come to the same, discounted or not."""
    found, policy, share = made
    basket = discounted(found, policy, share)
    other = discounted(data.draw(st.permutations(found)), policy, share)
    assert totals(other) == totals(basket)


def test_odd_cents_of_a_tax_do_not_follow_the_scanning():
    """0.01 with half of it on top, twice: of 0.01 in all, the line that bears it alone has it.

    The other line's second tax would be reckoned on a cent more.
    """
    half = attrs.evolve(tax(50, "half", included=False), affects_base=True)
    two = [line(1, 1, half), line(1, 1, half, ADDED10)]
    there, back = (totals(basket_of(found, TaxPolicy(RoundAt.RATE))) for found in (two, two[::-1]))
    assert there == back
    assert there.taxes == (TaxAmount("half", 2, 1), TaxAmount("sales10", 1, 0))


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

    Of 1.00 off 17.17, 1.29 bears 0.0751, 1.98 bears 0.1153 and 13.90 bears 0.8096: 0.07, 0.12 and
    0.81 by largest remainder. Tax: 122 · 7 / 107 = 7.98, 186 · 7 / 107 = 12.17, 1309 · 19 / 119 =
    209.
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


@pytest.mark.parametrize("at", [RoundAt.RATE, RoundAt.DOCUMENT])
def test_a_spare_cent_of_tax_goes_to_the_first_of_equal_lines(at):
    """47 cents over three lines that bear 15.81 each: 16, 16 and 15; brought back as well."""
    three = [line(1, 99, VAT19)] * 3
    there = shares(basket_of(three, TaxPolicy(at)))
    back = shares(basket_of([mirrored(each) for each in three], TaxPolicy(at)))
    assert [share.taxes[0].minor for share in there] == [16, 16, 15]
    assert [share.taxes[0].minor for share in back] == [-16, -16, -15]


def test_two_taxes_rounded_by_rate_or_all_at_once():
    """10.00 holding 10 % and 10 %: 0.83 and 0.83 by rate; 1.67 of 1.6667 as one document."""
    ten = [line(1, 1000, tax(10, "a"), tax(10, "b"))]
    by_rate = totals(basket_of(ten, TaxPolicy(RoundAt.RATE)))
    at_once = totals(basket_of(ten, TaxPolicy(RoundAt.DOCUMENT)))
    assert [part.minor for part in by_rate.taxes] == [83, 83]
    assert [part.minor for part in at_once.taxes] == [84, 83]
    assert (by_rate.net_minor, at_once.net_minor) == (834, 833)
    other = [line(1, 1000, tax(10, "b"), tax(10, "a"))]
    assert totals(basket_of(other, TaxPolicy(RoundAt.DOCUMENT))) == at_once, "the first by code"


@pytest.mark.parametrize("at", RoundAt)
def test_a_rate_that_changes_in_a_sale_taxes_each_line_by_its_own(at):
    """A code goes from 19 % to 16 % at midnight: 1.19 and 1.16 hold 0.19 and 0.16, in two rows."""
    before, after = tax(19, "vat"), tax(16, "vat")
    basket = basket_of([line(1, 11900, before), line(1, 11600, after)], TaxPolicy(at))
    assert totals(basket).taxes == (TaxAmount("vat", 10_000, 1600), TaxAmount("vat", 10_000, 1900))
    assert taxes_in(basket) == (after, before), "by code, then by rate"
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


@given(made=baskets, more=st.lists(lines, max_size=5))
@example(
    made=([line(1, 500, ECO, VAT19)], TaxPolicy(RoundAt.RATE), 0),
    more=[line(1, 300, ECO, VAT19, quantity=2)],
)
def test_lines_taken_out_again_leave_no_trace(made, more):
    """Voided after they were counted: what is left is discounted and taxed as if alone."""
    found, policy, share = made
    basket = basket_of([*found, *more], policy)
    for each in list(basket.lines)[len(found) :]:
        basket = basket.with_line(attrs.evolve(each, voided=True))
    alone = discounted(found, policy, share)
    basket = attrs.evolve(basket, adjustments=alone.adjustments, offers=alone.offers)
    assert discountable_minor(basket) == discountable_minor(alone)
    assert totals(basket) == totals(alone)
    assert shares(basket) == shares(alone)


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
