"""Pricing: offers are proposed whole, checked, recorded as differences; nothing goes below zero."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.adjusting import percent_of, readjusted
from posframe.kernel.domain.basket import LineKind, OfferRow
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.pricing import offer_problem, overdrawn, withdrawn
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, Tax, TaxKind, TaxPolicy
from posframe.kernel.domain.transaction import Transaction
from posframe.kernel.domain.views import SaleView
from tests.kernel.driving import ITEMS, SETTINGS, TAXES, Desk, drive, moment
from tests.kernel.making import VAT19, basket_of, by_hand, line, tax


def row(offer="o", *shares, minor=None, plugin=""):
    """Return an offer of ``shares``, or of ``minor`` on the whole sale."""
    whole = sum(each for _, each in shares) if minor is None else minor
    return OfferRow(offer, f"Offer {offer}", whole, tuple(shares), plugin=plugin)


def view(*lines, offers=(), adjustments=()):
    """Return a sale of ``lines`` as plugins see it."""
    basket = attrs.evolve(basket_of(lines, offers=offers), adjustments=tuple(adjustments))
    return SaleView(
        Transaction(
            id="t", number=1, opened_us=0, operator="1", currency="EUR", basket=basket
        )
    )  # fmt: skip


def three_for_two(asked):
    """Every third pen is free: the saving lies on the pens, in order."""
    pens = asked.sale.lines_of("PEN")
    count = sum(each.quantity_milli for each in pens) // 1000
    free = count // 3
    shares, left = [], free * 100
    for each in pens:
        taken = min(left, each.list_minor)
        left -= taken
        shares.append((each.number, -taken))
    return (row("pens", *[each for each in shares if each[1]]) if free else row("pens", minor=0),)


@pytest.fixture
def desk():
    return Desk(PriceSale=three_for_two)


# What is recorded


def test_an_offer_comes_and_goes_with_the_lines_it_is_about(desk):
    """Three pens pay two; two pens pay two; each change is one difference."""
    desk.scan("PEN", "PEN")
    assert ev.Repriced not in [type(event) for event in desk.events]
    desk.scan("PEN")
    repriced = desk.events[-1]
    assert repriced.changed == (row("pens", (1, -100)),)
    assert (repriced.gross_minor, desk.total) == (200, 200)
    desk.do(cmd.VoidLine())
    assert desk.events[-1] == ev.Repriced((), ("pens",), (), 200)
    assert desk.total == 200
    assert desk.line(1).deal_minor == 0


def test_only_differences_are_recorded(desk):
    """A rule that says again what stands says nothing new."""
    desk.scan("PEN", "PEN", "PEN", "MILK")
    assert [type(event) for event in desk.events] == [ev.LineAdded]
    assert desk.total == 329


def test_a_decision_is_priced_by_the_list_of_answers():
    """Rows come as an answer; shares move onto the lines, and the total is recorded."""
    deciding = decide(Desk().state, cmd.AddItem(code="PEN"), moment(1), SETTINGS)
    offer = row("o", (1, -30))
    decision, _ = drive(deciding, [ITEMS["PEN"], TAXES["standard"], (offer,), None, ()])
    assert decision.events[-1][0] == ev.Repriced((offer,), (), (), 70)
    assert decision.state.transaction.basket.lines[0].deal_minor == -30


def test_an_offer_on_the_whole_sale_stays_one_amount_until_completion():
    desk = Desk(PriceSale=lambda asked: (row("five", minor=-50),)).scan("PEN", "MILK")
    assert [each.deal_minor for each in desk.sale.basket.lines] == [0, 0]
    assert desk.total == 229 - 50
    desk.do(cmd.Pay(type="cash"))
    completed = desk.events[1]
    assert sum(each.share.basket_minor for each in completed.lines) == -50
    assert completed.offers == (row("five", minor=-50),)


def test_a_discount_on_the_sale_is_reckoned_after_offers(desk):
    """Three pens with the third free are 2.00; 10 % of that."""
    desk.scan("PEN", "PEN")
    desk.do(cmd.Discount(number=0, percent_milli=10_000))
    assert desk.total == 180
    desk.scan("PEN")
    assert desk.total == 180
    desk.scan("PEN")
    assert desk.total == 270


def test_an_offer_on_the_whole_sale_comes_before_discounts_by_hand():
    """0.50 off by the offer, then half of what is left."""
    desk = Desk(PriceSale=lambda asked: (row("five", minor=-50),)).scan("PEN", "PEN")
    desk.do(cmd.Discount(number=0, percent_milli=50_000))
    assert desk.total == 75


def test_objections_come_after_pricing(desk):
    """A credit limit needs the price; the lines are as priced."""
    seen = []

    def object_(asked):
        seen.append([each.amount_minor for each in asked.lines])
        if asked.sale.totals.gross_minor > 250:
            raise RuleViolation("Above the customer's limit", hint="take something back")

    desk = Desk(PriceSale=three_for_two, VetoLines=object_).scan("PEN", "PEN", "PEN")
    assert desk.total == 200
    assert desk.refused(cmd.AddItem(code="MILK")).startswith("Above the customer's limit")
    assert seen == [[100], [100], [100], [129]]


# Discounts by hand beside offers


def test_an_offer_that_comes_later_leaves_no_line_below_zero(desk):
    """0.90 off a pen; then it becomes the free one: it costs nothing, not 0.90 less."""
    desk.scan("PEN")
    desk.do(cmd.Discount(number=1, amount_minor=90))
    desk.scan("PEN", "PEN")
    assert desk.line(1).amount_minor == 0
    assert desk.line(1).adjustments[0].minor == 0
    assert desk.total == 200
    kinds = [type(event) for event in desk.events]
    assert kinds == [ev.LineAdded, ev.LineChanged, ev.Repriced]
    desk.do(cmd.VoidLine())
    assert desk.total == 110, "without the offer the discount is whole again"
    assert desk.line(1).adjustments[0].minor == -90


def test_an_offer_beside_a_discount_that_has_room_changes_neither():
    """0.05 by hand and 0.10 by offer are both taken of 1.00."""
    desk = Desk(PriceSale=lambda asked: (row("ten", (1, -10)),) if asked.sale.line(2) else ())
    desk.scan("PEN")
    desk.do(cmd.Discount(number=1, amount_minor=5))
    desk.scan("PEN")
    assert desk.total == 185
    assert [type(event) for event in desk.events] == [ev.LineAdded, ev.Repriced]


def test_a_discount_by_hand_takes_no_more_than_an_offer_leaves(desk):
    desk.scan("PEN", "PEN", "PEN")
    for asked in ({"amount_minor": 1}, {"percent_milli": 1_000}):
        assert "more than line 1 costs" in desk.refused(cmd.Discount(number=1, **asked))
    desk.do(cmd.Discount(number=2, percent_milli=10_000))
    assert desk.total == 190


def test_a_discount_by_hand_beside_an_offer_leaves_the_fixed_taxes_too():
    """12.10 holds 1.21 of them: beside an offer of 5.00 there are 5.89 left to give, not 7.10."""
    desk = Desk(PriceSale=lambda asked: (row("five", (1, -500)),), FindTaxes=lambda _: BOTTLE_TAXES)
    desk.do(cmd.AddDepartment(department="1", price_minor=1210))
    assert "more than line 1 costs" in desk.refused(cmd.Discount(number=1, amount_minor=590))
    desk.do(cmd.Discount(number=1, amount_minor=589))
    assert desk.total == 121


@given(
    listed=st.integers(0, 1_000),
    deal=st.integers(0, 1_200),
    asked=st.lists(
        st.tuples(st.sampled_from(["percent", "amount"]), st.integers(1, 100_000)), max_size=4
    ),
)
def test_a_lines_own_discounts_never_take_it_below_zero(listed, deal, asked):
    """Each on what is left of the list price, together at most what offers leave."""
    adjustments = tuple(
        attrs.evolve(by_hand(0, str(at)), kind=kind, value=value)
        for at, (kind, value) in enumerate(asked)
    )
    made = line(1, listed, VAT19, deal_minor=-deal, adjustments=adjustments)
    after = readjusted(made, TaxPolicy())
    assert after.amount_minor >= min(0, listed - deal)
    assert all(each.minor <= 0 for each in after.adjustments)
    if deal <= listed:
        assert 0 <= after.amount_minor <= listed - deal
    assert readjusted(after, TaxPolicy()) == after, "reckoning twice changes nothing"


@pytest.mark.parametrize(
    ("minor", "percent", "rounding", "expected"),
    [
        (125, 10_000, Rounding.HALF_UP, 13),  # 12.5
        (125, 10_000, Rounding.HALF_EVEN, 12),
        (125, 10_000, Rounding.DOWN, 12),
        (999, 33_333, Rounding.HALF_UP, 333),  # 332.99667
        (0, 100_000, Rounding.HALF_UP, 0),
        (777, 100_000, Rounding.HALF_UP, 777),
    ],
)
def test_a_percentage_is_rounded_as_the_sale_rounds(minor, percent, rounding, expected):
    assert percent_of(minor, percent, TaxPolicy(RoundAt.LINE, rounding)) == expected


# What plugins may not propose

PEN, DEPOSIT = line(1, 100, VAT19), line(1, 25, VAT19, kind=LineKind.DEPOSIT)
GONE = line(1, 100, VAT19, voided=True)


@pytest.mark.parametrize(
    ("proposed", "words"),
    [
        (row("o", (1, -60), (2, -40)), ""),
        (row("o", minor=-100), ""),
        (row("o", minor=0), ""),
        (row("o", (1, -100), (1, 0)), ""),
        (row("o", minor=5), "adds 5 instead of saving"),
        (row("o", (1, -60), minor=-61), "do not add up to -61"),
        (row("o", (1, -101)), "takes 101 off line 1, which costs 100"),
        (row("o", (1, 5), (2, -10)), "takes -5 off line 1"),
        (row("o", (3, -1)), "line 3, which is no goods"),
        (row("o", (4, -1)), "line 4, which is not in the sale"),
        (row("o", (9, -1)), "line 9, which is not in the sale"),
        (row("o", (0, -1)), "line 0, which is not in the sale"),
        (row("o", (1, -1.5), minor=-1.5), "not whole"),
        (row("o", minor=True), "not whole"),
    ],
)
def test_rows_are_checked_one_by_one(proposed, words):
    found = offer_problem(view(PEN, PEN, DEPOSIT, GONE), [proposed], {})
    assert (words in found) if words else found == ""


def test_an_offer_belongs_to_one_plugin_and_has_one_row():
    """Two of one id would move their shares twice and be taken away once."""
    twice = [row("o", (1, -1)), row("o", (1, -2))]
    assert "two rows are of one offer" in offer_problem(view(PEN), twice, {})
    theirs = view(PEN, offers=[row("o", (1, -1), plugin="theirs")])
    assert "is of plugin theirs" in offer_problem(theirs, [row("o", (1, -2), plugin="mine")], {})
    others = {"o": row("o", (1, -1), plugin="theirs")}
    assert "is of plugin theirs" in offer_problem(view(PEN), [row("o", plugin="mine")], others)
    assert offer_problem(theirs, [row("o", (1, -2), plugin="theirs")], {}) == ""


@pytest.mark.parametrize(
    ("standing", "rows", "changed", "expected"),
    [
        ([], [], (), ""),
        ([], [row("a", (1, -60)), row("b", (1, -40))], (), ""),
        ([], [row("a", (1, -60)), row("b", (1, -41))], (), "b"),
        ([row("a", (1, -60))], [row("b", (1, -41))], (), "b"),
        ([row("a", (1, -60))], [row("b", (1, -41)), row("a", (1, -59))], (), ""),
        ([row("a", (1, -60))], [row("b", (1, -100)), row("a", minor=0)], (), ""),
        ([row("a", minor=-150)], [], (), ""),
        ([row("a", minor=-150)], [row("b", minor=-50)], (), ""),
        ([row("a", minor=-150)], [row("b", minor=-51)], (), "b"),
        ([row("a", minor=-150)], [row("b", (1, -51))], (), "a"),
        ([row("a", minor=-150)], [row("b", (1, -51)), row("a", minor=-149)], (), ""),
    ],
)
def test_together_offers_take_no_more_than_there_is(standing, rows, changed, expected):
    """Two goods of 1.00: what stands and what is proposed are counted together."""
    assert overdrawn(view(PEN, PEN, offers=standing), tuple(rows), changed) == expected


LEVY = Tax("levy", "Levy", 0, kind=TaxKind.FIXED, amount_minor=100, affects_base=True)
BOTTLE_TAXES = (LEVY, tax(21))
"""1.00 a piece and 21 % on price and levy: 1.21 of a price that no discount makes less."""


def test_an_offer_leaves_the_fixed_taxes_that_a_price_contains():
    """Of 12.10 that is 10.89 for all offers together, on the line or on the whole sale."""
    bottle = line(1, 1210, *BOTTLE_TAXES)
    assert offer_problem(view(bottle), [row("o", (1, -1089))], {}) == ""
    problem = offer_problem(view(bottle), [row("o", (1, -1090))], {})
    assert problem.endswith("takes 1090 off line 1, which costs 1210, of which taxes leave 1089")
    offered = view(bottle, offers=[row("a", (1, -1000))])
    assert overdrawn(offered, (row("b", (1, -89)),), ()) == ""
    assert overdrawn(offered, (row("b", (1, -90)),), ()) == "b"
    assert overdrawn(offered, (row("b", minor=-89),), ()) == ""
    assert overdrawn(offered, (row("b", minor=-90),), ()) == "b"


def test_a_discount_by_hand_that_makes_room_takes_nothing_from_the_other_goods():
    """1.00 less 0.90, offered at 0.60 less: the discount shrinks to 0.40, and 1.00 is left."""
    sale = view(line(1, 100, VAT19, off=[90]), PEN)
    rows = (row("line", (1, -60)), row("all", minor=-100))
    assert overdrawn(sale, rows, ()) == ""
    assert overdrawn(sale, (rows[0], row("all", minor=-101)), ()) == "all"


def test_an_offer_that_was_right_for_more_does_not_stand_for_less():
    """A rule that says nothing when its line shrinks or goes loses its offer."""
    standing = row("a", (1, -100))
    shrunk = view(line(1, 50, VAT19), offers=[standing])
    voided = view(attrs.evolve(PEN, voided=True), PEN, offers=[standing])
    back = view(line(1, -100, VAT19, kind=LineKind.RETURN))
    assert overdrawn(shrunk, (), (1,)) == "a"
    assert overdrawn(voided, (), (1,)) == "a"
    assert overdrawn(view(PEN, offers=[standing]), (), (1,)) == ""
    assert overdrawn(back, (), (1,)) == ""
    assert overdrawn(back, (row("b", minor=0),), (1,)) == ""


def test_offers_on_the_whole_sale_do_not_outlive_its_goods():
    standing = row("a", minor=-100)
    assert overdrawn(view(attrs.evolve(PEN, voided=True), offers=[standing]), (), (1,)) == "a"
    assert overdrawn(view(DEPOSIT, offers=[standing]), (), ()) == "a"


def test_what_a_failed_plugin_said_of_other_lines_still_holds():
    """Its offers on what changed and on the whole sale are taken away, others' are not."""
    standing = [
        row("a", (1, -1), plugin="p"), row("b", (2, -1), plugin="p"),
        row("c", minor=-1, plugin="p"), row("d", (1, -1), plugin="other"),
    ]  # fmt: skip
    gone = withdrawn(view(PEN, PEN, offers=standing), "p", (1,))
    assert sorted(gone) == ["a", "c"]
    assert all((each.minor, each.shares) == (0, ()) for each in gone.values())


commands = st.lists(
    st.one_of(
        st.builds(cmd.AddItem, code=st.sampled_from(["PEN", "PEN", "COLA", "MILK"])),
        st.builds(cmd.VoidLine, number=st.integers(1, 6)),
        st.builds(
            cmd.ChangeQuantity,
            number=st.integers(1, 6),
            quantity_milli=st.integers(1, 4).map(lambda count: count * 1000),
        ),
        st.builds(cmd.Discount, number=st.integers(0, 6), percent_milli=st.integers(1, 100_000)),
        st.builds(cmd.Discount, number=st.integers(0, 6), amount_minor=st.integers(1, 300)),
        st.builds(cmd.RemoveDiscounts, number=st.integers(0, 6)),
        st.builds(cmd.OverridePrice, number=st.integers(1, 6), price_minor=st.integers(0, 200)),
    ),
    max_size=15,
)


def free_pens(asked):
    """Every third piece of pens is free, by whatever price they have."""
    pens = sorted(asked.sale.lines_of("PEN"), key=lambda each: -each.list_minor)
    pieces = [(each, each.list_minor // (each.quantity_milli // 1000)) for each in pens
              for _ in range(each.quantity_milli // 1000)]  # fmt: skip
    shares = {}
    for each, price in pieces[2::3]:
        shares[each.number] = shares.get(each.number, 0) - price
    found = row("pens", *sorted(each for each in shares.items() if each[1]))
    return (found if found.minor else row("pens", minor=0),)


@given(todo=commands, policy=st.sampled_from([TaxPolicy(at) for at in RoundAt]))
def test_whatever_is_done_no_line_and_no_sale_goes_below_zero(todo, policy):
    """Offers, discounts by hand, voids and prices in any order: goods cost nothing or more."""
    desk = Desk(policy=policy, PriceSale=free_pens)
    for command in todo:
        try:
            desk.do(command)
        except RuleViolation:
            continue
        for each in desk.sale.basket.lines:
            assert each.voided or each.amount_minor >= 0
        sums = desk.sale.totals
        assert sums.gross_minor >= 0
        assert sums.discount_minor <= 0
        goods = [each for each in desk.sale.basket.lines if not each.voided]
        assert sums.list_minor == sum(each.list_minor for each in goods)
        off = sum(each.minor for each in desk.sale.basket.adjustments)
        paid = sum(each.amount_minor for each in goods)
        assert sums.gross_minor == paid + off, "all prices contain their tax"
