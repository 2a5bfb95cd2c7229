"""Returning: what comes back adds up to what was sold, whatever is returned, and when."""

from __future__ import annotations

import itertools
import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.basket import LineKind, OfferRow
from posframe.kernel.domain.events import CompletedLine, TransactionCompleted
from posframe.kernel.domain.returning import returned
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, Tax, TaxKind, TaxPolicy, taxes_problem
from posframe.kernel.domain.totals import LineShare, discountable_minor, shares, taxes_in, totals
from posframe.kernel.hookspecs import hookimpl
from tests.kernel.making import ADDED10, VAT7, VAT19, basket_of, by_hand, line, tax
from tests.kernel.returns import (
    check_adds_up,
    check_agrees,
    check_fair,
    cut,
    ledgers_back,
    returns_of,
    summed,
)
from tests.kernel.shop import (
    SIX_PENS,
    PenOffers,
    events_of,
    open_till,
    with_offers,
    with_plugins,
    write_settings,
)

ECO = Tax("eco", "Eco fee", 0, kind=TaxKind.FIXED, amount_minor=7, affects_base=True)
BOTTLE = Tax("bottle", "Bottle fee", 0, kind=TaxKind.FIXED, amount_minor=3, included=False)
ISS = Tax("iss", "ISS", 5, kind=TaxKind.DIVISION, included=False)
ICMS = Tax("icms", "ICMS", 18, kind=TaxKind.DIVISION)
ON_ALL = tax("2.5", "on all", included=False)
ON_NET = attrs.evolve(tax(4, "on net", included=False), base_affected=False)
NOTHING = tax(0, "zero")
PROFILES = [
    (VAT19,), (VAT7,), (ADDED10,), (), (NOTHING,), (ECO, VAT19), (VAT19, ECO), (BOTTLE, ON_ALL),
    (ISS,), (ICMS, ISS), (attrs.evolve(ADDED10, affects_base=True), ON_ALL, ON_NET),
    (ECO, VAT7, BOTTLE, ON_ALL, ISS),
]  # fmt: skip

goods = st.builds(
    lambda minor, quantity_milli, taxes, off, kind: line(
        1,
        minor,
        *taxes,
        kind=kind,
        off=off,
        quantity_milli=quantity_milli,
        list_minor=max(sum(off), minor * quantity_milli // 1000),
    ),
    st.integers(0, 3_000),
    st.sampled_from([1_000, 2_000, 3_000, 7_000, 12_000, 1, 333, 1_234]),
    st.sampled_from(PROFILES),
    st.lists(st.integers(0, 40), max_size=2),
    st.sampled_from([LineKind.SALE, LineKind.SALE, LineKind.DEPOSIT]),
)
baskets = st.builds(
    lambda lines, at, rule, whole, deal: sold_basket(lines, TaxPolicy(at, rule), whole, deal),
    st.lists(goods, min_size=1, max_size=6),
    st.sampled_from(RoundAt),
    st.sampled_from(Rounding),
    st.integers(0, 1_000),
    st.integers(0, 1_000),
)
portions = st.lists(st.integers(1, 5_000), min_size=1, max_size=6)


def sold_basket(lines, policy, whole, deal):
    """Return a basket with thousandths of its goods taken off lines by an offer, and off it all."""
    saved = [
        (at, -(each.amount_minor * deal // 1_000))
        for at, each in enumerate(lines, 1)
        if each.discountable and not each.taxes[1:]  # fixed taxes in a price are not given away
    ]
    offers = [OfferRow("deal", "Deal", sum(minor for _, minor in saved), tuple(saved))]
    basket = basket_of(lines, policy, offers=offers if saved else ())
    off = discountable_minor(basket) * whole // 1_000
    return attrs.evolve(basket, adjustments=(by_hand(-off),)) if off else basket


def sold_lines(basket):
    """Return the lines as a completed sale has them."""
    return [CompletedLine(basket.lines[each.number - 1], each) for each in shares(basket)]


@given(basket=baskets)
def test_a_sale_and_its_full_return_leave_nothing_in_any_ledger(basket):
    """List, each discount, net, each tax and its base, and gross: nothing is left of them."""
    for sold in sold_lines(basket):
        check_adds_up(sold, [returned(sold, 0, sold.line.quantity_milli)])


@given(basket=baskets, weights=portions, chance=st.randoms(use_true_random=False))
def test_partial_returns_in_any_order_and_portions_add_up_to_the_sale(basket, weights, chance):
    """Each line in portions of its own, shuffled: the ledgers end at nothing, fairly, agreeing."""
    for sold in sold_lines(basket):
        parts = cut(sold.line.quantity_milli, weights)
        chance.shuffle(parts)
        backs = returns_of(sold, parts)
        check_adds_up(sold, backs)
        for back in backs:
            check_agrees(sold, back)
            check_fair(sold, back)


@given(basket=baskets, weights=portions)
def test_returns_of_all_lines_add_up_to_the_header_of_the_sale(basket, weights):
    """Net, tax, gross, list and discounts, and each row of the tax table."""
    sums, rows = totals(basket), dict.fromkeys(taxes_in(basket), (0, 0))
    backs = []
    for sold in sold_lines(basket):
        for back in returns_of(sold, cut(sold.line.quantity_milli, weights)):
            backs.append(back)
            for one, part in zip(sold.line.taxes, back.taxes, strict=True):
                base, minor = rows[one]
                rows[one] = base - part.base_minor, minor - part.minor
    back = summed(map(ledgers_back, backs))
    assert (-back["net"], -back["gross"]) == (sums.net_minor, sums.gross_minor)
    assert back["net"] - back["gross"] == sums.tax_minor
    assert -back["list"] == sums.list_minor
    off = ("deal", "basket", ("adjustment", "line-0"), ("adjustment", "line-1"))
    assert -sum(back.get(name, 0) for name in off) == sums.discount_minor
    assert list(rows.values()) == [(part.base_minor, part.minor) for part in sums.taxes]


@given(basket=baskets, weights=portions)
def test_what_is_back_depends_on_the_quantity_and_not_on_the_portions(basket, weights):
    """Two ways to the same quantity leave the same to refund."""
    for sold in sold_lines(basket):
        parts = cut(sold.line.quantity_milli, weights)
        done = sum(parts[:-1])
        if done:
            at_once = [returned(sold, 0, done)]
            assert summed(map(ledgers_back, at_once)) == summed(
                map(ledgers_back, returns_of(sold, parts[:-1]))
            )


def test_the_profiles_of_these_tests_are_reckonable_and_of_every_kind():
    """A generator that never made a kind would prove nothing of it."""
    assert not any(map(taxes_problem, PROFILES))
    known = {(each.kind, each.included) for taxes in PROFILES for each in taxes}
    assert known == set(itertools.product(TaxKind, (True, False)))


def three_for_ten(**more):
    """Return a line of three at 10.00 in all, with 19 % inside: 1.60 of 8.40 (1.5966 rounded)."""
    (sold,) = sold_lines(basket_of([line(1, 333, VAT19, quantity=3, list_minor=1_000, **more)]))
    return sold


def test_three_units_for_ten_come_back_at_333_334_and_333():
    """round(1000/3) = 333, round(2000/3) = 667, 1000; of tax round(53.3), round(106.7), 160."""
    backs = returns_of(three_for_ten(), [1_000, 1_000, 1_000])
    assert [back.gross_minor for back in backs] == [-333, -334, -333]
    assert [back.taxes[0].minor for back in backs] == [-53, -54, -53]
    assert [back.net_minor for back in backs] == [-280, -280, -280]
    assert [back.taxes[0].base_minor for back in backs] == [-280, -280, -280]


def rounded_each_time(sold, before_milli, quantity_milli):
    """Return a refund that forgets those before it: the rule that loses the penny."""
    return returned(sold, 0, quantity_milli)


def keeps_the_saving(sold, before_milli, quantity_milli):
    """Return a refund of list prices, as for units without a saving: the rule exploited."""
    whole = returned(sold, 0, quantity_milli)
    return attrs.evolve(whole, gross_minor=-sold.line.unit_price_minor * quantity_milli // 1000)


def test_the_checks_see_a_rule_that_forgets_what_was_refunded():
    """333 three times is 999: what these tests check would notice."""
    backs = returns_of(three_for_ten(), [1_000, 1_000, 1_000], rounded_each_time)
    assert sum(back.gross_minor for back in backs) == -999
    with pytest.raises(AssertionError):
        check_adds_up(three_for_ten(), backs)


def pens(deal_minor):
    """Return three pens at 0.99 of which an offer took so much."""
    row = OfferRow("pens", "3 for 2", deal_minor, ((1, deal_minor),))
    (sold,) = sold_lines(basket_of([line(1, 99, VAT19, quantity=3)], offers=[row]))
    return sold


def test_the_paid_units_of_three_for_two_cannot_be_returned_for_all_that_was_paid():
    """1.98 was paid for three: two come back for 1.32, and the third still holds its 0.66."""
    sold = pens(-99)
    two, third = returns_of(sold, [2_000, 1_000])
    assert (two.gross_minor, third.gross_minor) == (-132, -66)
    assert (two.list_minor, two.deal_minor) == (-198, 66)
    check_fair(sold, two)
    with pytest.raises(AssertionError):
        check_fair(sold, keeps_the_saving(sold, 0, 2_000))


def test_each_discount_comes_back_by_its_own_share():
    """Of 9.00 with 0.50 and 0.25 off by hand, 1.00 by an offer and 0.10 off the whole: a third.

    round(50/3) = 17, round(25/3) = 8, round(100/3) = 33, round(10/3) = 3; gross 715/3 = 238;
    list is what these leave: 238 + 17 + 8 + 33 + 3 = 299, one less than its third.
    """
    row = OfferRow("deal", "Deal", -100, ((1, -100),))
    bought = [line(1, 300, quantity=3, off=(50, 25))]
    (sold,) = sold_lines(basket_of(bought, off=10, offers=[row]))
    back = returned(sold, 0, 1_000)
    assert [each.minor for each in back.adjustments] == [17, 8]
    assert (back.deal_minor, back.basket_minor) == (33, 3)
    assert (back.gross_minor, back.net_minor, back.list_minor) == (-238, -238, -299)
    rest = returned(sold, 1_000, 2_000)
    assert back.list_minor + rest.list_minor == -900


def test_taxes_on_top_come_back_beside_the_price():
    """10.00 and 10 % on top for three: 1100/3 = 366.7, tax 100/3 = 33.3, so the price is 334."""
    (sold,) = sold_lines(basket_of([line(1, 333, ADDED10, quantity=3, list_minor=1_000)]))
    backs = returns_of(sold, [1_000, 1_000, 1_000])
    assert [back.gross_minor for back in backs] == [-367, -366, -367]
    assert [back.taxes[0].minor for back in backs] == [-33, -34, -33]
    assert [back.list_minor for back in backs] == [-334, -332, -334]


def test_weighed_goods_come_back_by_the_gram():
    """1.234 kg for 24.56: 0.234 kg is 4.657…; the kilogram left is the rest of the money."""
    ham = line(1, 1_990, VAT7, quantity_milli=1_234, list_minor=2_456)
    (sold,) = sold_lines(basket_of([ham]))
    backs = returns_of(sold, [234, 1_000])
    assert [back.gross_minor for back in backs] == [-466, -1_990]


def test_a_price_below_its_fixed_taxes_comes_back_with_its_negative_net():
    """Two given away that hold 0.07 each: nothing is refunded, the tax comes back all the same."""
    (sold,) = sold_lines(basket_of([line(1, 0, ECO, quantity=2)]))
    assert (sold.share.net_minor, sold.share.gross_minor) == (-14, 0)
    back = returned(sold, 0, 1_000)
    assert (back.net_minor, back.gross_minor, back.taxes[0].minor) == (7, 0, -7)


@pytest.mark.parametrize(
    ("before", "quantity", "words"),
    [
        (0, 4_000, "4 Item 333 cannot come back: of 3 sold 3 can"),
        (2_000, 2_000, "2 Item 333 cannot come back: of 3 sold 1 can"),
        (2_500, 501, "0.501 Item 333 cannot come back: of 3 sold 0.5 can"),
        (3_000, 1_000, "1 Item 333 cannot come back: of 3 sold 0 can"),
        (9_000, 1, "0.001 Item 333 cannot come back: of 3 sold 0 can"),
        (0, 0, "A return is of more than nothing"),
        (0, -1_000, "A return is of more than nothing"),
    ],
)
def test_no_more_comes_back_than_was_sold_and_no_less_than_something(before, quantity, words):
    """The words say how much is left."""
    with pytest.raises(RuleViolation) as refused:
        returned(three_for_ten(), before, quantity)
    assert refused.value.message == words
    assert refused.value.hint


@pytest.mark.parametrize(
    "kind_and_quantity", [(LineKind.RETURN, 1), (LineKind.RETURN, -1), (LineKind.SALE, -1)]
)
def test_a_return_is_not_returned(kind_and_quantity):
    """What was taken back is sold again, at today's price."""
    kind, quantity = kind_and_quantity
    back = line(2, -333, VAT19, kind=kind, quantity=quantity)
    share = LineShare(2, 0, -280, -333, ())
    with pytest.raises(RuleViolation, match="Line 2 is itself a return"):
        returned(CompletedLine(back, share), 0, 1_000)


class ManyTaxes:
    """Answers for each tax category of the shop's goods with taxes of several kinds."""

    criticality = "degradable"

    def __init__(self, profiles):
        self.profiles = dict(zip(("standard", "reduced", "on top"), profiles, strict=True))

    @hookimpl
    def posframe_tax_profile(self, category, department, fulfilment, at_us):
        return self.profiles[category]


def sell_at_random(till, chance):
    """Ring up a sale with a few of everything, discounts and a line taken back, and pay it."""
    for _ in range(chance.randint(2, 9)):
        code = chance.choice(["PEN", "PEN", "MILK", "LAMP", "COLA", "GIFT", SIX_PENS])
        assert till.do(cmd.AddItem(code=code, quantity_milli=chance.randint(1, 4) * 1_000)).accepted
    assert till.do(cmd.AddItem(code="HAM", quantity_milli=chance.randint(1, 3_000))).accepted
    till.do(cmd.Discount(number=chance.randint(1, 3), percent_milli=chance.randint(1, 60_000)))
    till.do(cmd.Discount(number=2, amount_minor=chance.randint(1, 50)))
    till.do(cmd.VoidLine(number=1))
    till.do(cmd.Discount(number=0, percent_milli=chance.choice([3_000, 12_500])))
    outcome = till.do(cmd.Pay(type="cash"))
    assert outcome.accepted, outcome.words


@pytest.mark.parametrize("round_at", [each.value for each in RoundAt])
def test_what_random_tills_sold_comes_back_to_the_cent(tmp_path, round_at):
    """Offers, discounts, deposits and taxes of all kinds: the events recorded are all it takes."""
    write_settings(tmp_path, more=f'[tax]\nround_at = "{round_at}"\nrounding = "half_even"\n')
    chance = random.Random(round_at)
    offers, kinds = set(), set()
    for _ in range(4):
        taxes = ManyTaxes(chance.sample(PROFILES, 3))
        with with_plugins(taxes=taxes), open_till(tmp_path) as till:
            with_offers(till, PenOffers())
            for _ in range(5):
                sell_at_random(till, chance)
            completed = events_of(till, TransactionCompleted)
        assert len(completed) == 5
        for sale in completed:
            offers |= {row.offer for row in sale.offers}
            kinds |= {tax.kind for tax in sale.taxes}
            check_sale_comes_back(sale, chance)
    assert offers == {"pens", "dear"}, "one with shares and one without"
    assert kinds == set(TaxKind)


def check_sale_comes_back(sale, chance):
    """Return the lines of a sale in random order and portions; nothing is left of its header."""
    waiting = []
    for sold in sale.lines:
        parts = cut(sold.line.quantity_milli, [chance.randint(1, 9) for _ in range(4)])
        waiting += [(sold, part) for part in parts]
    chance.shuffle(waiting)
    done, backs = {}, []
    for sold, part in waiting:
        before = done.get(sold.line.number, 0)
        back = returned(sold, before, part)
        done[sold.line.number] = before + part
        check_agrees(sold, back)
        check_fair(sold, back)
        backs.append(back)
    total = summed(map(ledgers_back, backs))
    assert -total["gross"] == sale.totals.gross_minor
    assert -total["net"] == sale.totals.net_minor
    assert -total["list"] == sale.totals.list_minor
    codes = {tax.code for tax in sale.taxes}
    assert {code: -total["tax", code] for code in codes} == {
        code: sum(row.minor for row in sale.totals.taxes if row.code == code) for code in codes
    }
