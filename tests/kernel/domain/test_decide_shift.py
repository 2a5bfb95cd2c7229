"""Shifts as decided: floats, counts, hand-overs, confirmation, several drawers, cash in between."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.counting import Count, CountRow
from posframe.kernel.domain.payment import Payment
from posframe.kernel.domain.shift import ShiftRules, ShiftState, TenderSum
from posframe.kernel.domain.tender import TenderStatus
from tests.kernel.cash_desk import SEVERAL, CashDesk, count, shift_of

LENIENT = ShiftRules(reason_limit_minor=100)


@pytest.fixture
def desk():
    return CashDesk()


# Opening


def test_a_shift_opens_with_the_float_as_counted_and_knows_what_was_left(desk):
    assert desk.opens(15_000) == "Shift 1 is open on drawer 1"
    shift = shift_of(desk)
    assert (shift.operator, shift.drawer, shift.business_date) == ("ann", "1", "2026-01-01")
    assert (shift.cash.opening_float_minor, shift.float_told_minor) == (15_000, 15_000)
    assert desk.control.drawers[0].operator == "ann"
    assert [type(each) for each in desk.events] == [
        ev.DayOpened,
        ev.DrawerPlaced,
        ev.ShiftOpened,
        ev.JobQueued,
        ev.JobQueued,
    ]
    assert [each.job.subject for each in desk.events[-2:]] == ["shift-1", "shift-1-open"]


def test_a_float_that_differs_is_said_and_kept_and_the_count_holds(desk):
    words = desk.opens(14_900)
    assert "The float is not what was left there" in words
    assert ".shift explain float" in words
    assert desk.state.drawer_minor == 14_900, "what is there is there"
    assert desk.control.totals.drawer_minor == 14_900
    assert [(each.name, each.reason, each.minor) for each in desk.control.totals.found] == [
        ("short", "float", -100)
    ]
    assert desk.do(cmd.ExplainDifference(type="float", reason="bank roll")) == "The reason is kept"
    desk.ends(14_900)
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: float 1.00 short"


def test_a_float_out_of_the_safe_is_no_difference():
    """Nobody said what it should be: the till has so much more from then on."""
    desk = CashDesk(float_minor=0)
    assert desk.opens(20_000) == "Shift 1 is open on drawer 1"
    assert shift_of(desk).float_told_minor is None
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 20_000
    assert desk.control.totals.brought_minor == 20_000
    assert desk.control.totals.found == ()


def test_a_told_float_is_what_the_count_is_held_against():
    desk = CashDesk(float_minor=0)
    assert "not what was left" in desk.opens(19_500, float_told_minor=20_000)
    totals = desk.control.totals
    assert (totals.brought_minor, totals.found_minor) == (20_000, -500)
    assert desk.state.drawer_minor == 19_500


def test_the_next_float_is_what_the_last_count_left(desk):
    desk.opens(15_000)
    desk.ends(14_000)
    assert "not what was left" not in desk.opens(14_000, "bob")
    assert shift_of(desk, "2").float_told_minor == 14_000


def test_what_is_taken_to_the_safe_after_the_count_is_not_missed_at_the_next_float(desk):
    desk.opens(15_000)
    desk.ends(15_000)
    desk.moves("pickup", 10_000)
    assert desk.opens(5_000, "bob") == "Shift 2 is open on drawer 1"
    assert desk.state.drawer_minor == 5_000
    assert desk.control.totals.found == ()


def test_a_shift_is_not_opened_twice(desk):
    desk.opens(15_000)
    again = desk.refused(cmd.OpenShift(count=count(15_000)))
    assert again == ("Shift 1 of ann is open on drawer 1 | end it, or have the drawer handed over")
    assert "Shift 1 of ann is open" in desk.refused(cmd.OpenShift(count=count(1)), "bob")


def test_a_drawer_that_does_not_exist_or_is_away_is_named():
    desk = CashDesk(drawers=SEVERAL)
    said = desk.refused(cmd.OpenShift(count=count(1), drawer="9"))
    assert said == "There is no drawer '9' | one of: 1, 2, F"
    assert "stands at no till" in desk.refused(cmd.OpenShift(count=count(1), drawer="F"))
    nowhere = CashDesk(drawers=SEVERAL[2:])
    assert ".drawer ID here" in nowhere.refused(cmd.OpenShift(count=count(1)))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((CountRow(denomination_minor=3, pieces=1),), "There is no coin or note"),
        ((CountRow(denomination_minor=100, pieces=-1),), "cannot be"),
        ((CountRow(denomination_minor=100, pieces=6_000),), "more than a drawer holds"),
        ((CountRow(denomination_minor=500, pieces=1, currency="CHF"),), "no coin or note"),
    ],
)
def test_a_count_that_cannot_be_is_refused_at_every_step(desk, rows, words):
    wrong = Count(rows=rows)
    assert words in desk.refused(cmd.OpenShift(count=wrong))
    desk.opens(15_000)
    assert words in desk.refused(cmd.EndShift(count=wrong))
    assert words in desk.refused(cmd.HandOver(count=wrong, to="bob"))
    desk.ends(1)
    assert words in desk.refused(cmd.RecountShift(count=wrong))


def test_a_till_that_counts_nothing_says_what_to_write():
    desk = CashDesk()
    settings = attrs.evolve(desk.settings.control, count_rules=None)
    desk.settings = attrs.evolve(desk.settings, control=settings)
    assert "cash.denominations" in desk.refused(cmd.OpenShift(count=count(0)))


# Ending


def test_an_end_that_agrees_waits_for_somebody_else(desk):
    desk.opens(15_000)
    desk.sells("PEN")
    assert desk.ends(15_100) == "Counted: the takings wait to be confirmed"
    assert desk.refused(cmd.ConfirmShift()) == (
        "Takings are confirmed by somebody who neither held nor counted the drawer"
        " | ask a supervisor"
    )
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: it agrees"
    assert desk.control.shifts == ()
    assert "No shift waits" in desk.refused(cmd.ConfirmShift(), "eve")


def test_a_difference_needs_a_reason_above_the_limit_and_one_recount_is_free():
    desk = CashDesk(rules=LENIENT)
    desk.opens(15_000)
    words = desk.ends(14_800)
    assert words == (
        "Counted, and it does not agree: cash. Count once more, or give a reason:"
        " .shift recount or .shift explain cash REASON"
    )
    assert "A reason is missing: cash" in desk.refused(cmd.ConfirmShift(), "eve")
    assert "twice" in desk.do(cmd.RecountShift(count=count(14_850)), "ann")
    assert desk.state.drawer_minor == 14_850, "the second count holds"
    assert desk.refused(cmd.RecountShift(count=count(15_000))) == (
        "It was counted twice already | give a reason: the counts stand"
    )
    desk.do(cmd.ExplainDifference(type="cash", reason="wrong change"))
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: cash 1.50 short"
    event = desk.events[0]
    assert isinstance(event, ev.ShiftConfirmed)
    assert event.shift.state is ShiftState.CONFIRMED
    assert event.shift.reasons == (("cash", "wrong change"),)
    assert [each.cash.total_minor for each in event.shift.counts] == [14_800, 14_850]


def test_a_difference_within_the_limit_needs_no_reason():
    desk = CashDesk(rules=LENIENT)
    desk.opens(15_000)
    assert desk.ends(14_900) == "Counted: the takings wait to be confirmed"
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: cash 1.00 short"


def test_a_shop_of_one_person_confirms_itself():
    desk = CashDesk(rules=ShiftRules(self_confirm=True))
    desk.opens(15_000)
    desk.ends(15_000)
    assert desk.do(cmd.ConfirmShift()) == "Shift 1 is confirmed: it agrees"


def test_reasons_are_about_what_was_counted(desk):
    desk.opens(15_000)
    assert "still open" in desk.refused(cmd.ExplainDifference(type="cash", reason="x", shift="1"))
    desk.ends(14_000)
    said = desk.refused(cmd.ExplainDifference(type="card", reason="x"))
    assert said == "Nothing was counted of 'card' | one of: float, cash"
    assert "has words" in desk.refused(cmd.ExplainDifference(type="cash", reason=" "))


def test_slips_are_added_up_by_hand_where_the_shop_says_so():
    desk = CashDesk(rules=ShiftRules(declared_types=("voucher",)))
    desk.opens(15_000)
    desk.scan("PEN")
    desk.do(cmd.Pay(type="voucher"))
    for sums, words in (
        ((TenderSum(type="card", minor=1),), "not added up by hand"),
        ((TenderSum(type="voucher", minor=1),) * 2, "said twice"),
        ((TenderSum(type="voucher", minor=10**9),), "cannot be that much"),
        ((TenderSum(type="voucher", minor=1, pieces=-1),), "cannot be that much"),
    ):
        assert words in desk.refused(cmd.EndShift(count=count(15_000), sums=sums))
    assert "voucher" in desk.ends(15_000), "what was not declared is short"
    sums = (TenderSum(type="voucher", minor=100, pieces=1),)
    desk.do(cmd.RecountShift(count=count(15_000), sums=sums))
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: it agrees"


def test_an_end_succeeds_whatever_is_open(desk):
    """A suspended sale, an open one with a tender, jobs in doubt, a payment in doubt."""
    desk.opens(15_000)
    desk.scan("PEN")
    desk.do(cmd.Suspend())
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    kick = next(each for each in desk.state.jobs.values() if each.kind == "kick")
    desk.do(cmd.ClaimJobs(ids=(kick.id,)))
    desk.do(cmd.SettleJob(id=kick.id, outcome="doubted"))
    doubt = Payment(
        id="p1",
        transaction="t0",
        type="card",
        label="Card",
        kind="charge",
        asked_minor=1_200,
        currency="EUR",
        key="k",
        intended_us=1,
        status=TenderStatus.UNKNOWN,
    )
    desk.state = attrs.evolve(desk.state, payments={"p1": doubt})
    assert desk.ends(16_000) == "Counted: the takings wait to be confirmed"
    assert desk.sale is not None


def test_a_drawer_in_use_again_is_not_recounted(desk):
    desk.opens(15_000)
    desk.ends(14_000)
    desk.opens(14_000, "bob")
    said = desk.refused(cmd.RecountShift(count=count(15_000), shift="1"), "ann")
    assert said.startswith("Drawer 1 is not as it was counted")


def test_a_shift_that_is_over_is_named(desk):
    desk.opens(15_000)
    assert "still open" in desk.refused(cmd.RecountShift(count=count(0), shift="1"))
    assert "still open" in desk.refused(cmd.ConfirmShift(shift="1"), "eve")
    desk.ends(15_000, "ann")
    assert "ended already" in desk.refused(cmd.EndShift(count=count(0), shift="1"))
    assert "You have no shift open" in desk.refused(cmd.EndShift(count=count(0)))
    desk.do(cmd.ConfirmShift(shift="1"), "eve")
    assert "confirmed already" in desk.refused(cmd.ConfirmShift(shift="1"), "eve")


def test_cash_that_was_moved_after_the_count_is_in_no_second_one(desk):
    desk.opens(15_000)
    desk.ends(14_000)
    desk.moves("loan", 100)
    assert "not as it was counted" in desk.refused(cmd.RecountShift(count=count(15_100)))


# Hand-over and several drawers


def test_a_hand_over_ends_one_shift_and_opens_the_next_with_what_was_counted(desk):
    desk.opens(15_000)
    desk.sells("PEN")
    words = desk.do(cmd.HandOver(count=count(15_000), to="bob"))
    assert words == (
        "Drawer 1 is bob's: shift 2. Counted, and it does not agree: cash. Give a reason:"
        " .shift explain cash REASON"
    )
    ended, opened = [each for each in desk.events if not isinstance(each, ev.JobQueued)]
    assert isinstance(ended, ev.ShiftEnded)
    assert ended.why == "handed over"
    assert isinstance(opened, ev.ShiftOpened)
    assert opened.shift.carried_from == "1"
    assert shift_of(desk, "2").cash.expected_minor == 15_000
    assert desk.state.drawer_minor == 15_000
    desk.sells("PEN", by="bob")
    assert shift_of(desk, "2").cash.cash_sales_minor == 100
    assert "not as it was counted" in desk.refused(
        cmd.RecountShift(count=count(1), shift="1"), "ann"
    )


def test_a_drawer_is_handed_to_somebody_else_who_has_none(desk):
    desk.opens(15_000)
    assert "somebody else" in desk.refused(cmd.HandOver(count=count(15_000), to="ann"))
    assert "somebody else" in desk.refused(cmd.HandOver(count=count(15_000), to=" "))
    own = CashDesk(drawers=SEVERAL, shared_drawer=False)
    own.opens(10_000, "ann")
    own.opens(10_000, "bob")
    said = own.refused(cmd.HandOver(count=count(10_000), to="bob"), "ann")
    assert said.startswith("bob has shift 2 open on drawer 2")


def test_each_operator_sells_into_their_own_drawer():
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False, float_minor=0)
    desk.opens(10_000, "ann")
    desk.opens(5_000, "bob")
    desk.sells("PEN", by="ann")
    desk.sells("MILK", by="bob")
    desk.moves("skim", 1_000, "bob")
    assert desk.expected == {"1": 10_100, "2": 5_000 + 129 - 1_000}
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 14_229
    desk.do(cmd.AddItem(code="PEN"), "eve")
    assert desk.refused(cmd.Pay(type="cash")) == (
        "Drawer 1 is in the shift of ann | open a shift of your own first: .shift open"
    )
    assert desk.do(cmd.Pay(type="voucher")) == "Receipt 3"
    assert desk.expected == {"1": 10_100, "2": 4_129}, "eve has no drawer"
    assert "no shift open" in desk.refused(cmd.EndShift(count=count(0)), "eve")


def test_a_shared_drawer_takes_the_cash_of_everybody(desk):
    desk.opens(15_000, "ann")
    desk.sells("PEN", by="bob")
    assert shift_of(desk).cash.expected_minor == 15_100
    desk.ends(15_100, "bob")
    assert shift_of(desk).counts[0].operator == "bob"
    assert "neither held nor counted" in desk.refused(cmd.ConfirmShift(), "bob")


def test_a_floating_drawer_comes_and_goes_with_its_cash():
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False)
    assert desk.do(cmd.PlaceDrawer(drawer="F")) == "Drawer F is here"
    desk.opens(5_000, "bob", drawer="F")
    assert desk.state.drawer_minor == 20_000
    assert "is here already" in desk.refused(cmd.PlaceDrawer(drawer="F"))
    assert desk.do(cmd.PlaceDrawer(drawer="F", here=False)) == "Drawer F is taken away"
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 15_000
    desk.sells("PEN", by="bob")  # nobody has a drawer here: it is the till's, as without shifts
    assert desk.expected["F"] == 5_000, "an absent drawer takes no cash"
    for end in (cmd.EndShift(count=count(0)), cmd.EndShift(count=count(0), shift="1")):
        assert desk.refused(end, "bob") == "Drawer F is away | bring it back: .drawer F here"
    desk.do(cmd.PlaceDrawer(drawer="F"))
    desk.sells("PEN", by="bob")
    assert desk.expected["F"] == 5_100
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 20_200
    desk.ends(5_100, "bob")
    desk.do(cmd.PlaceDrawer(drawer="F", here=False))
    assert "not as it was counted" in desk.refused(
        cmd.RecountShift(count=count(1), shift="1"), "bob"
    )


def test_a_drawer_with_cash_of_an_unfinished_sale_stays_until_that_is_settled():
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False)
    desk.do(cmd.PlaceDrawer(drawer="F"))
    desk.opens(5_000, "bob", drawer="F")
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    assert desk.refused(cmd.PlaceDrawer(drawer="F", here=False)) == (
        "Drawer F has cash of a sale that is not finished"
        " | finish that sale, or give the cash back first"
    )
    desk.do(cmd.TakeBackTender())
    desk.do(cmd.PlaceDrawer(drawer="F", here=False))


def test_a_fixed_drawer_stays():
    desk = CashDesk(drawers=SEVERAL)
    assert "belongs to till T01" in desk.refused(cmd.PlaceDrawer(drawer="1", here=False))
    assert "There is no drawer" in desk.refused(cmd.PlaceDrawer(drawer="X"))


def test_too_many_unconfirmed_shifts_keep_the_next_from_opening():
    desk = CashDesk(rules=ShiftRules(unconfirmed_max=1))
    desk.opens(15_000)
    desk.ends(15_000)
    assert "wait to be confirmed" in desk.refused(cmd.OpenShift(count=count(15_000)), "bob")
