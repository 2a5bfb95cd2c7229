"""Which drawer cash lies in: loose cash has one home, and what was put in one comes out of it."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from tests.kernel.cash_desk import FLOAT_MINOR, ONE, SEVERAL, CashDesk, count, shift_of

FLOATING_ONLY = SEVERAL[2:]


def totals_agree(desk):
    """The till, its totals and its drawers come to the same."""
    drawers = sum(
        desk.expected.get(each.id, each.left_minor or 0)
        for each in desk.control.drawers
        if each.till
    )
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor
    return drawers


def kicks(desk):
    """Return how often the last command opened the drawer."""
    return sum(isinstance(each, ev.JobQueued) and each.job.kind == "kick" for each in desk.events)


# Loose cash


@pytest.mark.parametrize("shared", [True, False])
def test_the_first_float_lies_in_the_first_fixed_drawer_and_is_counted_once(shared):
    """150.00 of the till's first start are drawer 1's; 75.00 come from the safe into drawer 2."""
    desk = CashDesk(drawers=SEVERAL, shared_drawer=shared)
    assert desk.opens(FLOAT_MINOR, "ann", drawer="1") == "Shift 1 is open on drawer 1"
    assert shift_of(desk).float_told_minor == FLOAT_MINOR
    desk.opens(7_500, "bob", drawer="2")
    assert shift_of(desk, "2").float_told_minor is None
    assert desk.control.totals.brought_minor == 7_500
    assert desk.state.drawer_minor == totals_agree(desk) == FLOAT_MINOR + 7_500


def test_the_second_drawer_opened_first_leaves_the_float_where_it_is():
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False)
    desk.opens(7_500, "bob", drawer="2")
    assert shift_of(desk).float_told_minor is None
    assert desk.opens(FLOAT_MINOR, "ann", drawer="1") == "Shift 2 is open on drawer 1"
    assert desk.state.drawer_minor == totals_agree(desk) == 22_500


def test_a_float_short_of_the_first_start_is_a_difference_with_several_drawers_too():
    """75.00 where 150.00 were: 75.00 short, and nothing brought."""
    desk = CashDesk(drawers=SEVERAL)
    assert "not what was left there" in desk.opens(7_500, "ann", drawer="1")
    totals = desk.control.totals
    assert (totals.found_minor, totals.brought_minor) == (-7_500, 0)
    assert desk.state.drawer_minor == totals_agree(desk) == 7_500


def test_a_floating_drawer_that_comes_or_goes_changes_nobodys_float():
    desk = CashDesk(drawers=(*ONE, SEVERAL[2]), float_minor=FLOAT_MINOR)
    desk.do(cmd.PlaceDrawer(drawer="F"))
    assert desk.opens(FLOAT_MINOR, drawer="1") == "Shift 1 is open on drawer 1"
    assert desk.state.drawer_minor == FLOAT_MINOR, "not counted twice"
    desk.ends(FLOAT_MINOR)
    desk.do(cmd.PlaceDrawer(drawer="F", here=False))
    assert desk.opens(FLOAT_MINOR, "bob", drawer="1") == "Shift 2 is open on drawer 1"
    assert desk.ends(FLOAT_MINOR) == "Counted: the takings wait to be confirmed"
    assert desk.control.totals.found == ()
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == FLOAT_MINOR


def test_cash_that_no_shift_took_is_in_the_first_drawer_of_several():
    """5.00 in, 1.00 sold between two shifts: the next one on drawer 1 has both."""
    desk = CashDesk(drawers=SEVERAL)
    desk.opens(FLOAT_MINOR, drawer="1")
    desk.ends(FLOAT_MINOR)
    desk.moves("paid_in", 500)
    desk.sells("PEN")
    assert "not as it was counted" in desk.refused(cmd.RecountShift(count=count(FLOAT_MINOR)))
    assert desk.opens(15_600, "bob") == "Shift 2 is open on drawer 1"
    assert desk.ends(15_600) == "Counted: the takings wait to be confirmed"
    assert desk.state.drawer_minor == totals_agree(desk) == 15_600


@pytest.mark.parametrize("drawers", [ONE, SEVERAL])
def test_a_drawer_that_took_cash_since_its_count_is_not_counted_again(drawers):
    """A whole sale, and a part of one. The control: a held sale whose cash was in the count."""
    again = cmd.RecountShift(count=count(16_000), shift="1")
    for part in (None, 50):
        desk = CashDesk(drawers=drawers)
        desk.opens(FLOAT_MINOR)
        desk.ends(16_000)
        desk.scan("PEN")
        desk.do(cmd.Pay(type="cash", amount_minor=part))
        assert "Drawer 1 is not as it was counted" in desk.refused(again)
    desk = CashDesk(drawers=drawers)
    desk.opens(FLOAT_MINOR)
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.ends(15_900)
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    assert desk.do(again) == "Counted: the takings wait to be confirmed"


def test_cash_of_a_held_sale_that_no_shift_took_stays_in_the_first_drawer():
    """10.00 are taken with no shift open; bob, who has drawer 2, finishes the sale by voucher."""
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False)
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.do(cmd.Suspend())
    assert desk.opens(16_000, "ann", drawer="1") == "Shift 1 is open on drawer 1"
    desk.opens(5_000, "bob", drawer="2")
    desk.do(cmd.Resume(place=1), "bob")
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    assert desk.do(cmd.Pay(type="voucher", amount_minor=5_000)) == "Receipt 1"
    assert desk.expected == {"1": 16_000, "2": 5_000}
    assert desk.state.drawer_minor == totals_agree(desk) == 21_000


def test_where_there_are_floating_drawers_alone_the_first_is_the_home():
    desk = CashDesk(drawers=FLOATING_ONLY)
    desk.do(cmd.PlaceDrawer(drawer="F"))
    assert desk.opens(FLOAT_MINOR) == "Shift 1 is open on drawer F"
    assert desk.state.drawer_minor == totals_agree(desk) == FLOAT_MINOR


# What was told


def test_a_word_does_not_change_what_a_drawer_is_known_to_hold():
    """150.00 were left; 50.00 are missing, and 100.00 are said to be right."""
    desk = CashDesk()
    desk.opens(FLOAT_MINOR)
    desk.ends(FLOAT_MINOR)
    words = desk.opens(10_000, "bob", float_told_minor=10_000)
    assert "The float is not what was left there" in words
    shift = shift_of(desk, "2")
    assert (shift.float_told_minor, shift.float_said_minor) == (15_000, 10_000)
    assert "does not agree: float" in desk.ends(10_000)
    assert "A reason is missing: float" in desk.refused(cmd.ConfirmShift(shift="2"), "eve")
    desk.do(cmd.ExplainDifference(type="float", reason="not known", shift="2"), "bob")
    assert desk.do(cmd.ConfirmShift(shift="2"), "eve") == (
        "Shift 2 is confirmed: float 50.00 short"
    )
    totals = desk.control.totals
    assert (totals.found_minor, totals.brought_minor) == (-5_000, 0)


def test_a_pickup_between_shifts_is_how_a_float_becomes_less():
    """The control: 50.00 that go in words are missed by nobody, whatever is told."""
    desk = CashDesk()
    desk.opens(FLOAT_MINOR)
    desk.ends(FLOAT_MINOR)
    desk.moves("pickup", 5_000)
    assert desk.opens(10_000, "bob", float_told_minor=10_000) == "Shift 2 is open on drawer 1"


def test_a_word_counts_where_nobody_knows_what_is_in_a_drawer():
    desk = CashDesk(drawers=SEVERAL)
    assert "not what was left" in desk.opens(19_500, drawer="2", float_told_minor=20_000)
    totals = desk.control.totals
    assert (totals.brought_minor, totals.found_minor) == (20_000, -500)


@pytest.mark.parametrize(
    ("told", "words"), [(-1, "not below zero"), (10**12, "more than a drawer holds")]
)
def test_a_float_that_nobody_can_have_handed_out_is_refused(told, words):
    desk = CashDesk(float_minor=0)
    said = desk.refused(cmd.OpenShift(count=count(100), float_told_minor=told))
    assert words in said
    assert "told=100.00" in said
    desk.opens(100, float_told_minor=0)


# Away


def test_a_shift_whose_drawer_is_away_is_not_ended():
    desk = CashDesk(drawers=(*ONE, SEVERAL[2]))
    desk.do(cmd.PlaceDrawer(drawer="F"))
    desk.opens(5_000, drawer="F")
    desk.do(cmd.PlaceDrawer(drawer="F", here=False))
    before = desk.state
    end = cmd.EndShift(count=count(5_000))
    for by, meant in (("ann", end), ("eve", attrs.evolve(end, shift="1"))):
        assert desk.refused(meant, by) == "Drawer F is away | bring it back: .drawer F here"
    assert "Drawer F is away" in desk.refused(cmd.HandOver(count=count(5_000), to="bob"), "ann")
    assert desk.state == before
    desk.do(cmd.PlaceDrawer(drawer="F"))
    assert desk.ends(5_000, "ann") == "Counted: the takings wait to be confirmed"
    assert desk.state.drawer_minor == totals_agree(desk) + FLOAT_MINOR == 20_000


# Given back


@pytest.fixture
def held():
    """Ann has 10.00 of a held lamp in drawer 1; bob has drawer 2, and goes on with her sale."""
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False, float_minor=0)
    desk.opens(15_000, "ann")
    desk.opens(5_000, "bob")
    desk.do(cmd.AddItem(code="LAMP"), "ann")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.do(cmd.Suspend())
    desk.do(cmd.Resume(place=1), "bob")
    return desk


def test_cash_is_given_back_out_of_the_drawer_it_lies_in(held):
    before = held.state
    assert held.refused(cmd.TakeBackTender(), "bob") == (
        "The cash lies in drawer 1 (shift of ann)"
        " | hold the sale: ann recalls it and gives the cash back"
    )
    assert held.state == before
    held.do(cmd.Suspend())
    held.do(cmd.Resume(place=1), "ann")
    assert held.do(cmd.TakeBackTender()) == "Cash taken back"
    held.do(cmd.Cancel())
    assert "wait to be confirmed" in held.ends(15_000, "ann")
    assert "wait to be confirmed" in held.ends(5_000, "bob")


def test_cash_in_a_drawer_that_nobody_has_waits_for_a_shift_there(held):
    held.ends(16_000, "ann")
    assert held.refused(cmd.TakeBackTender(), "bob") == (
        "The cash lies in drawer 1"
        " | hold the sale; give it back with a shift open there: .shift open 1"
    )


def test_what_is_no_cash_lies_in_no_drawer(held):
    held.do(cmd.Pay(type="voucher", amount_minor=5_000))
    assert held.do(cmd.TakeBackTender(), "bob") == "Voucher taken back"
    assert kicks(held) == 0


def test_the_drawer_opens_when_cash_is_given_back(held):
    held.do(cmd.Suspend())
    held.do(cmd.Resume(place=1), "ann")
    held.do(cmd.TakeBackTender())
    assert kicks(held) == 1
    none = CashDesk()
    none.settings = attrs.evolve(none.settings, drawer_device="")
    none.scan("LAMP")
    none.do(cmd.Pay(type="cash", amount_minor=1_000))
    assert none.do(cmd.TakeBackTender()) == "Cash taken back"
    assert kicks(none) == 0


def test_cash_taken_with_no_shift_open_is_given_back_at_the_only_drawer():
    desk = CashDesk()
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.opens(16_000)
    assert desk.do(cmd.TakeBackTender()) == "Cash taken back"
    assert desk.ends(15_000) == "Counted: the takings wait to be confirmed"
