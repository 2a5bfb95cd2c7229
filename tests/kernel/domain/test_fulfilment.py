"""How goods are handed over, and the taxes that follow: for the sale, and for a line."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy
from tests.kernel.driving import SETTINGS
from tests.kernel.making import tax
from tests.kernel.terms import EAT, TAKE, WAYS, desk_of


@pytest.fixture
def desk():
    return desk_of()


def ways(desk):
    return [line.fulfilment for line in desk.sale.basket.lines]


def codes(desk, number):
    return [each.code for each in desk.line(number).taxes]


def tax_sums(desk):
    return {each.code: each.minor for each in desk.sale.totals.taxes}


def test_goods_are_handed_over_the_usual_way_until_told_otherwise(desk):
    """1.00 contains 0.16 at 19 % and 0.07 at 7 %; what it costs stays the same."""
    desk.scan("PEN")
    assert (ways(desk), tax_sums(desk), desk.total) == ([EAT], {"vat19": 16}, 100)
    assert desk.do(cmd.SetFulfilment(fulfilment=TAKE)) == "Take away"
    desk.scan("PEN")
    assert (ways(desk), tax_sums(desk), desk.total) == ([TAKE, TAKE], {"vat7": 14}, 200)


def test_the_way_can_be_said_before_the_first_scan_and_ends_with_the_sale(desk):
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert isinstance(desk.events[0], ev.DayOpened)
    assert desk.scan("PEN").line(1).fulfilment == TAKE
    desk.do(cmd.Pay(type="cash"))
    assert desk.scan("PEN").line(1).fulfilment == EAT


def test_one_line_is_handed_over_its_own_way(desk):
    """The others, and what is added later, keep theirs."""
    desk.scan("PEN", "PEN")
    assert desk.do(cmd.SetFulfilment(fulfilment=TAKE, number=1)) == "Take away: Pen"
    desk.scan("PEN")
    assert ways(desk) == [TAKE, EAT, EAT]
    assert tax_sums(desk) == {"vat19": 32, "vat7": 7}


def test_without_a_name_the_next_way_is_meant_for_a_line_as_for_the_sale(desk):
    desk.scan("PEN", "PEN")
    for expected in ([TAKE, EAT], [EAT, EAT], [TAKE, EAT]):
        desk.do(cmd.SetFulfilment(fulfilment="", number=1))
        assert ways(desk) == expected
    assert desk.do(cmd.SetFulfilment(fulfilment="")) == "Take away"
    assert ways(desk) == [TAKE, TAKE]
    assert desk.do(cmd.SetFulfilment(fulfilment="")) == "Eat in"
    assert ways(desk) == [EAT, EAT]


def test_a_line_of_before_the_setting_gets_the_usual_way_first():
    desk = desk_of(SETTINGS).scan("PEN")
    assert ways(desk) == [""]
    desk.settings = WAYS
    desk.do(cmd.SetFulfilment(fulfilment="", number=1))
    assert ways(desk) == [EAT]


def test_a_way_that_left_the_settings_is_not_used_for_what_is_added(desk):
    """A sale held over a restart goes on; its lines stay as they were taxed."""
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    desk.scan("PEN")
    desk.settings = attrs.evolve(WAYS, fulfilments=(EAT,))
    desk.scan("PEN")
    assert ways(desk) == [TAKE, EAT]
    assert desk.do(cmd.SetFulfilment(fulfilment="")) == "Eat in"
    assert ways(desk) == [EAT, EAT]


def test_a_deposit_goes_with_its_goods_whichever_of_the_two_is_named(desk):
    """Cola 1.50 and its deposit 0.25 stand on lines 2 and 3."""
    desk.scan("PEN", "COLA")
    desk.do(cmd.SetFulfilment(fulfilment=TAKE, number=2))
    assert ways(desk) == [EAT, TAKE, TAKE]
    assert desk.do(cmd.SetFulfilment(fulfilment=EAT, number=3)) == "Eat in: Cola"
    assert ways(desk) == [EAT, EAT, EAT]
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert ways(desk) == [TAKE, TAKE, TAKE]


def test_voided_lines_stay_as_they_were(desk):
    desk.scan("PEN", "PEN")
    desk.do(cmd.VoidLine(number=1))
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert ways(desk) == [EAT, TAKE]
    assert "voided already" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE, number=1))
    assert tax_sums(desk) == {"vat7": 7}


def test_goods_that_come_back_stay_taxed_as_they_were_sold(desk):
    desk.scan("PEN", "PEN")
    given_back = attrs.evolve(desk.line(1), original="t-7", original_line=1)
    desk.state = evolve(desk.state, ev.LineChanged(given_back, "return"))
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert ways(desk) == [EAT, TAKE]


def test_only_lines_that_change_are_recorded_and_priced(desk):
    desk.scan("PEN", "PEN")
    desk.do(cmd.SetFulfilment(fulfilment=TAKE, number=2))
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert [type(each) for each in desk.events] == [ev.FulfilmentSet, ev.LineChanged]
    assert desk.events[1].line.number == 1
    assert desk.events[1].reason == "fulfilment"
    (priced,) = [each for each in desk.asked if isinstance(each, q.PriceSale)]
    assert priced.changed == (1,)
    (asked,) = [each for each in desk.asked if isinstance(each, q.FindTaxes)]
    assert (asked.category, asked.department, asked.fulfilment) == ("standard", "", TAKE)


def test_taxes_are_those_of_the_moment_the_way_changes(desk):
    """Midnight passed: lines not touched keep what was recorded, the changed one is asked anew."""
    desk.scan("PEN", "PEN")
    desk.answers[q.FindTaxes] = lambda asked: (tax(5, "vat5"),)
    desk.wall_us += 86_400_000_000
    desk.do(cmd.SetFulfilment(fulfilment=TAKE, number=2))
    assert (codes(desk, 1), codes(desk, 2)) == (["vat19"], ["vat5"])
    (asked,) = [each for each in desk.asked if isinstance(each, q.FindTaxes)]
    assert asked.at_us == desk.wall_us


def test_a_way_this_till_does_not_know_is_refused(desk):
    desk.scan("PEN")
    words = desk.refused(cmd.SetFulfilment(fulfilment="drive_in"))
    assert words == "There is no 'drive_in' here | one of: eat_in, take_away"
    assert "no line 9" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE, number=9))
    plain = desk_of(SETTINGS).scan("PEN")
    assert "tax.fulfilments" in plain.refused(cmd.SetFulfilment(fulfilment=""))


def test_a_line_cannot_be_handed_over_before_anything_is_sold(desk):
    assert "No sale is open" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE, number=1))


def test_what_is_paid_already_limits_what_the_sale_may_become(desk):
    """100.00 and 8 % on top are 108.00; taken away 100.00. Half paid is fine, 105.00 is not."""
    desk.scan("LAMP")
    assert desk.total == 10_800
    desk.do(cmd.Pay(type="cash", amount_minor=5_000))
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert (desk.total, desk.sale.due_minor) == (10_000, 5_000)
    desk.do(cmd.SetFulfilment(fulfilment=EAT))
    assert desk.sale.due_minor == 5_800
    desk.do(cmd.Pay(type="cash", amount_minor=5_500))
    assert "paid already" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE))


def test_a_discount_leaves_a_fixed_tax_that_the_price_contains_only_the_other_way():
    """All of 100.00 is off; taken away the price holds 0.20 for the bag, and that is paid."""
    desk = desk_of().scan("LAMP")
    desk.do(cmd.Discount(number=1, percent_milli=100_000))
    assert desk.total == 0
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert (desk.total, desk.line(1).adjustments[0].minor) == (20, -9_980)
    desk.do(cmd.SetFulfilment(fulfilment=EAT))
    assert (desk.total, desk.line(1).adjustments[0].minor) == (0, -10_000)


def test_a_sale_that_is_paid_up_by_the_change_completes_with_the_next_enter(desk):
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=10_000))
    desk.do(cmd.SetFulfilment(fulfilment=TAKE))
    assert desk.sale.due_minor == 0
    assert desk.do(cmd.Pay(type="cash")) == "Receipt 1"


def test_limits_and_objections_hold_after_the_change():
    """The levy of 0.20 for a cup is on top: a sale at its limit cannot take it."""
    small = attrs.evolve(WAYS, total_max_minor=129)
    desk = desk_of(small).scan("MILK")
    assert "too large" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE))

    def no(question):
        if question.lines[0].fulfilment == TAKE:
            raise RuleViolation("Not in a glass", hint="eat here")

    desk = desk_of(VetoLines=no).scan("PEN")
    assert "Not in a glass" in desk.refused(cmd.SetFulfilment(fulfilment=TAKE))


POLICIES = [TaxPolicy(at, rule) for at in RoundAt for rule in (Rounding.HALF_UP, Rounding.UP)]
ACTS = st.lists(
    st.one_of(
        st.builds(
            cmd.AddItem,
            code=st.sampled_from(["PEN", "MILK", "LAMP", "COLA", "GIFT"]),
            quantity_milli=st.sampled_from([1000, 3000]),
        ),
        st.builds(cmd.VoidLine, number=st.integers(1, 4)),
        st.builds(cmd.Discount, number=st.integers(0, 3), percent_milli=st.integers(1, 90_000)),
        st.builds(cmd.AddCoupon, code=st.sampled_from(["A", "B"])),
        st.builds(
            cmd.SetFulfilment,
            fulfilment=st.sampled_from([EAT, TAKE]),
            number=st.integers(0, 4),
        ),
        st.just(cmd.Pay(type="cash", amount_minor=1)),
    ),
    max_size=10,
)


def done(desk, command):
    """Take a command; tell whether it was not refused."""
    try:
        desk.do(command)
    except RuleViolation:
        return False
    return True


@given(ACTS, st.sampled_from(POLICIES), st.sampled_from([EAT, TAKE]))
def test_switching_there_and_back_restores_the_very_same_totals(acts, policy, first):
    """With discounts, coupons, voids, deposits and tenders; one paid too far is refused whole."""
    desk = desk_of(policy=policy)
    desk.do(cmd.SetFulfilment(fulfilment=first))
    for act in acts:
        done(desk, act)
    other = TAKE if first == EAT else EAT
    done(desk, cmd.SetFulfilment(fulfilment=first))
    if set(ways(desk)) - {first}:
        return  # refused: lines of both ways, and more paid than they would cost in one
    before = desk.sale
    if done(desk, cmd.SetFulfilment(fulfilment=other)):
        counted = [line for line in desk.sale.basket.lines if not line.voided]
        assert all(line.fulfilment == other for line in counted)
        desk.do(cmd.SetFulfilment(fulfilment=first))
    assert desk.sale.totals == before.totals
    assert desk.sale == before
