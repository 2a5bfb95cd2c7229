"""Cash while shifts are open: what goes into which drawer, and what is nobody's difference."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.payment import Payment
from posframe.kernel.domain.shift import ShiftRules, TenderSum
from posframe.kernel.domain.tender import Foreign, TenderStatus
from tests.kernel.cash_desk import SEVERAL, CashDesk, count, shift_of
from tests.kernel.driving import CASH, VOUCHER


@pytest.fixture
def desk():
    return CashDesk()


def test_sales_refunds_and_movements_go_into_the_shift_by_hand_arithmetic(desk):
    """150.00 + 1.00 sale + 20.00 loan + 5.00 in - 30.00 pickup - 40.00 skim - 2.50 out."""
    desk.opens(15_000)
    desk.sells("PEN", cash=2_000)
    for kind, minor in (
        ("loan", 2_000), ("paid_in", 500), ("pickup", 3_000), ("skim", 4_000), ("paid_out", 250)
    ):  # fmt: skip
        desk.moves(kind, minor)
    cash = shift_of(desk).cash
    assert cash.expected_minor == 15_000 + 100 + 2_000 + 500 - 3_000 - 4_000 - 250
    assert (cash.cash_sales_minor, cash.skims_minor) == (100, 4_000)
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == cash.expected_minor


def test_vouchers_are_no_cash_but_are_in_the_shift(desk):
    desk.opens(15_000)
    desk.scan("PEN")
    desk.do(cmd.Pay(type="voucher"))
    assert shift_of(desk).taken == (TenderSum(type="voucher", minor=100, pieces=1),)
    assert shift_of(desk).cash.expected_minor == 15_000


def test_cash_needs_an_open_shift_where_the_shop_wants_it():
    desk = CashDesk(shift_needed=True)
    desk.scan("PEN")
    for command in (
        cmd.Pay(type="cash"),
        cmd.MoveCash(kind="loan", amount_minor=100),
        cmd.MoveCash(kind="skim", amount_minor=100),
    ):
        assert desk.refused(command) == (
            "Cash needs an open shift | open a shift first: .shift open"
        )
    desk.do(cmd.MoveCash(kind="no_sale"))
    assert desk.do(cmd.Pay(type="voucher")) == "Receipt 1"
    desk.opens(15_000)
    assert desk.sells("PEN") == "Receipt 2"


def test_without_shifts_nothing_is_asked_and_nothing_is_attributed(desk):
    desk.sells("PEN")
    desk.moves("loan", 500)
    assert [e.shift for e, _ in desk.journal if isinstance(e, ev.CashMoved)] == [""]
    assert desk.state.drawer_minor == 15_600


def test_cash_taken_before_a_shift_was_open_is_in_its_float(desk):
    desk.sells("PEN")
    assert desk.opens(15_100) == "Shift 1 is open on drawer 1"


def test_what_goes_out_of_an_open_shift_is_not_refused_by_what_it_holds(desk):
    """Or trying amounts would tell what should be there; the count finds what is missing."""
    assert "does not hold that much" in desk.refused(
        cmd.MoveCash(kind="pickup", amount_minor=15_001)
    )
    desk.opens(15_000)
    desk.moves("skim", 15_001)
    assert shift_of(desk).cash.expected_minor == -1


def test_reasons_of_cash_are_those_of_the_shop():
    desk = CashDesk(
        cash_reasons=(("paid_out", ("Window cleaner", "Stamps")),),
        cash_reason_kinds=("paid_out", "loan"),
    )
    out = cmd.MoveCash(kind="paid_out", amount_minor=100)
    assert desk.refused(out) == "A reason is needed | one of: Window cleaner, Stamps"
    assert "did you mean 'Stamps'?" in desk.refused(attrs.evolve(out, reason="stamp"))
    assert "one of: Window" in desk.refused(attrs.evolve(out, reason="beer"))
    assert "type it behind" in desk.refused(cmd.MoveCash(kind="loan", amount_minor=100))
    desk.do(attrs.evolve(out, reason="stamps"))
    desk.do(cmd.MoveCash(kind="paid_in", amount_minor=100))
    assert [e.reason for e, _ in desk.journal if isinstance(e, ev.CashMoved)] == ["Stamps", ""]


def test_a_slip_of_cash_has_what_both_sign(desk):
    desk.opens(15_000)
    assert desk.moves("skim", 4_000, reason="large notes") == "Skim"
    assert all(each.kind != "slip" for each in desk.state.jobs.values())
    with_slips = CashDesk(cash_slips=True)
    with_slips.opens(15_000)
    with_slips.moves("skim", 4_000, reason="large notes")
    slips = [each for each in with_slips.state.jobs.values() if each.kind == "slip"]
    lines = "\n".join(slips[0].lines)
    for words in ("40.00 EUR", "large notes", "Operator: ann", "Shift: 1", "Given:", "Received:"):
        assert words in lines
    with_slips.do(cmd.MoveCash(kind="no_sale"))
    assert [each.kind for each in with_slips.state.jobs.values()].count("slip") == 1


def test_money_given_back_in_cash_goes_out_of_the_drawer(desk):
    """The provider could not; 12.00 leave the drawer. A transfer leaves it alone."""
    desk.opens(15_000)
    queued = Payment(
        id="p1",
        transaction="t0",
        type="card",
        label="Card",
        kind="charge",
        asked_minor=1_200,
        currency="EUR",
        key="k",
        intended_us=1,
        status=TenderStatus.QUEUED_FOR_PERSON,
    )
    desk.state = attrs.evolve(desk.state, payments={"p1": queued})
    desk.do(cmd.GivenBack(id="p1", how="Cash, to Mr. Low", approver="eve"))
    assert shift_of(desk).cash.paid_out_minor == 1_200
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 13_800
    desk.state = attrs.evolve(desk.state, payments={"p1": queued})
    desk.do(cmd.GivenBack(id="p1", how="transfer", approver="eve"))
    assert desk.state.drawer_minor == 13_800


def test_foreign_notes_are_counted_as_what_they_are(desk):
    """10 dollars count for 9.20: change 8.20 for a pen of 1.00 goes out of the till's own cash."""
    notes = {920: 1_000}
    usd = attrs.evolve(
        CASH,
        id="usd",
        foreign=Foreign(currency="USD", denominations_minor=(500,), notes=notes.get),
    )
    desk.settings = attrs.evolve(desk.settings, tenders=(CASH, VOUCHER, usd))
    desk.opens(15_000)
    desk.scan("PEN")
    desk.do(cmd.Pay(type="usd", amount_minor=920))
    shift = shift_of(desk)
    assert shift.cash.expected_minor == 15_000 - 820
    assert shift.taken == (TenderSum(type="foreign USD", minor=1_000),)
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 14_180
    assert "wait to be confirmed" in desk.do(cmd.EndShift(count=count(14_180, 1_000)))
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: it agrees"


# Sales that are not finished


def test_cash_of_a_sale_that_is_not_finished_is_nobodys_difference(desk):
    """10.00 of 110.00 are paid in the first shift, 100.00 in the second, which sells the lamp."""
    desk.opens(15_000)
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    assert desk.ends(16_000) == "Counted: the takings wait to be confirmed"
    assert desk.state.drawer_minor == 15_000, "it is not sold yet"
    assert desk.opens(16_000, "bob") == "Shift 2 is open on drawer 1"
    assert desk.do(cmd.Pay(type="cash")) == "Receipt 1"
    assert shift_of(desk, "2").cash.expected_minor == 26_000
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 26_000
    assert desk.ends(26_000) == "Counted: the takings wait to be confirmed"


def test_a_sale_finished_between_two_shifts_leaves_its_cash_in_the_drawer(desk):
    desk.opens(15_000)
    desk.scan("LAMP")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.ends(16_000)
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == 16_000
    assert desk.opens(16_000, "bob") == "Shift 2 is open on drawer 1"
    assert desk.ends(16_000) == "Counted: the takings wait to be confirmed"


def test_a_held_sale_finished_while_nobody_has_its_drawer_leaves_its_cash_there():
    """10.00 of ann's held sale lie in drawer 1; bob finishes it by voucher at drawer 2."""
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False, float_minor=0)
    desk.opens(15_000, "ann")
    desk.opens(5_000, "bob")
    desk.do(cmd.AddItem(code="LAMP"), "ann")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.do(cmd.Suspend())
    desk.ends(16_000, "ann")
    assert desk.control.drawers[0].left_minor == 15_000
    desk.do(cmd.Resume(place=1), "bob")
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    assert desk.do(cmd.Pay(type="voucher", amount_minor=5_000)) == "Receipt 1"
    assert desk.expected == {"2": 5_000}, "nothing of it came into bob's"
    assert desk.control.drawers[0].left_minor == 16_000
    assert desk.opens(16_000, "ann", drawer="1") == "Shift 3 is open on drawer 1"


def test_a_held_sale_finished_by_another_puts_each_part_where_it_lies():
    desk = CashDesk(drawers=SEVERAL, shared_drawer=False, float_minor=0)
    desk.opens(15_000, "ann")
    desk.opens(5_000, "bob")
    desk.do(cmd.AddItem(code="LAMP"), "ann")
    desk.do(cmd.Pay(type="cash", amount_minor=1_000))
    desk.do(cmd.Suspend())
    desk.do(cmd.Resume(place=1), "bob")
    desk.do(cmd.Pay(type="cash", amount_minor=20_000))
    assert desk.expected == {"1": 16_000, "2": 15_000}


# The page


def test_the_day_of_the_page_comes_to_what_the_page_says():
    """docs/tills/shifts.md, "A day, with its numbers": 543.50 in the drawer and on the Z."""
    desk = CashDesk(rules=ShiftRules(reason_limit_minor=100))
    desk.opens(14_900)
    sell = cmd.AddDepartment(department="1", price_minor=41_230)
    desk.do(sell)
    desk.do(cmd.Pay(type="cash"))
    back = cmd.ReturnWithoutReceipt(code="LAMP", price_minor=1_127, reason="torn", approver="eve")
    desk.do(back)
    given = -desk.sale.due_minor
    assert given == 1_240, "11.27 and 10 % on top"
    desk.do(cmd.Pay(type="cash", approver="eve", reason="torn"))
    assert shift_of(desk).cash.expected_minor == 54_890
    desk.moves("skim", 30_000, reason="large notes")
    desk.moves("paid_out", 800, reason="stamps")
    assert shift_of(desk).cash.expected_minor == 24_090
    desk.do(cmd.HandOver(count=count(24_040), to="bob"))
    desk.do(attrs.evolve(sell, price_minor=30_510), "bob")
    desk.do(cmd.Pay(type="cash"))
    assert shift_of(desk, "2").cash.expected_minor == 54_550
    assert "does not agree: cash" in desk.ends(54_050)
    assert "twice" in desk.do(cmd.RecountShift(count=count(54_350)))
    desk.do(cmd.ExplainDifference(type="cash", reason="wrong change"))
    for words in (
        "Shift 1 is confirmed: float 1.00 short, cash 0.50 short",
        "Shift 2 is confirmed: cash 2.00 short",
    ):
        assert desk.do(cmd.ConfirmShift(), "eve") == words
    totals = desk.control.totals
    assert totals.float_minor == 15_000
    assert (totals.cash_sales_minor, totals.cash_refunds_minor) == (71_740, -1_240)
    assert totals.found_minor == -350
    assert totals.drawer_minor == desk.state.drawer_minor == 54_350
