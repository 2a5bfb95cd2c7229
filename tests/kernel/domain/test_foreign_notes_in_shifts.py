"""Foreign notes in drawers: of sales that are not finished, moved, left between two shifts."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.asked_of import requests_of
from posframe.kernel.domain.day_totals_report import x_report, z_report
from posframe.kernel.domain.draft import Draft
from posframe.kernel.domain.entry import EntryRules, parse
from posframe.kernel.domain.questions import JournalHead
from posframe.kernel.domain.receipt_content import Shop
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.kernel.domain.shift import ShiftRules, TenderSum
from posframe.kernel.domain.shift_reckoning import differences
from posframe.kernel.domain.tender import Foreign
from tests.kernel.cash_desk import SEVERAL, CashDesk, count, shift_of
from tests.kernel.driving import CASH, VOUCHER, moment

SHOP = Shop(till="T01", store="Shop", tax_number="DE1")
FLOAT = 15_000
NOTES = {460: 500, 920: 1_000}
"""5 dollars count for 4.60, 10 for 9.20."""


def desk_with(**more):
    desk = CashDesk(**more)
    foreign = Foreign(currency="USD", denominations_minor=(500,), notes=NOTES.get)
    usd = attrs.evolve(CASH, id="usd", foreign=foreign)
    desk.settings = attrs.evolve(desk.settings, tenders=(CASH, VOUCHER, usd))
    desk.answers[JournalHead] = lambda _: (len(desk.journal), "0" * 64)
    return desk


@pytest.fixture
def desk():
    return desk_with()


def pays_in_dollars(desk, by=None):
    """Part of a lamp of 110.00: 5 dollars."""
    desk.do(cmd.AddItem(code="LAMP"), by)
    desk.do(cmd.Pay(type="usd", amount_minor=460))


def opens(desk, own, dollars, by=None, **more):
    return desk.do(cmd.OpenShift(count=count(own, dollars), **more), by)


def ends(desk, own, dollars, by=None):
    return desk.do(cmd.EndShift(count=count(own, dollars)), by)


AGREES = "Counted: the takings wait to be confirmed"

# Sales that are not finished


def test_foreign_notes_of_a_sale_that_is_not_finished_are_nobodys_difference(desk):
    """5 dollars of ann's held sale are in her count, and are not twice in bob's who ends it."""
    opens(desk, FLOAT, 0)
    pays_in_dollars(desk)
    desk.do(cmd.Suspend())
    assert ends(desk, FLOAT, 500) == AGREES
    opens(desk, FLOAT, 500, "bob")
    desk.do(cmd.Resume(place=1))
    assert desk.do(cmd.Pay(type="cash")) == "Receipt 1"
    assert ends(desk, FLOAT + 10_540, 500) == AGREES, "110.00 less 4.60 in own cash"
    assert [each.taken[0].minor for each in desk.control.shifts] == [500, 500]


def test_foreign_notes_of_a_sale_that_is_not_finished_are_missed_where_they_are_not(desk):
    opens(desk, FLOAT, 0)
    pays_in_dollars(desk)
    assert "does not agree: foreign USD" in ends(desk, FLOAT, 0)


def test_foreign_notes_that_are_given_back_by_the_next_shift_leave_nothing_to_explain(desk):
    opens(desk, FLOAT, 0)
    pays_in_dollars(desk)
    ends(desk, FLOAT, 500)
    opens(desk, FLOAT, 500, "bob")
    desk.do(cmd.TakeBackTender())
    desk.do(cmd.Cancel())
    assert ends(desk, FLOAT, 0) == AGREES


def test_foreign_notes_of_an_unfinished_sale_are_handed_over_with_their_drawer(desk):
    opens(desk, FLOAT, 0)
    pays_in_dollars(desk)
    words = desk.do(cmd.HandOver(count=count(FLOAT, 500), to="bob"))
    assert words.endswith(AGREES)
    desk.do(cmd.Pay(type="cash"), "bob")
    assert ends(desk, FLOAT + 10_540, 500) == AGREES


def test_a_drawer_with_foreign_notes_of_an_unfinished_sale_stays():
    desk = desk_with(drawers=SEVERAL, float_minor=0)
    desk.do(cmd.PlaceDrawer(drawer="F", here=True))
    opens(desk, FLOAT, 0, drawer="F")
    pays_in_dollars(desk)
    assert "has cash of a sale" in desk.refused(cmd.PlaceDrawer(drawer="F", here=False))
    assert shift_of(desk).cash.expected_minor == FLOAT


# Foreign notes that are moved


def moves(desk, kind, minor, **more):
    return desk.do(cmd.MoveCash(kind=kind, amount_minor=minor, currency="USD", **more))


def test_foreign_notes_go_in_and_out_of_a_shift_and_no_own_cash_with_them(desk):
    """10 dollars lent, 5 paid in, 5 paid out, 5 picked up, none skimmed are left: 5."""
    opens(desk, FLOAT, 0)
    for kind, minor in (
        ("loan", 1_000), ("paid_in", 500), ("paid_out", 500), ("pickup", 500), ("skim", 500)
    ):  # fmt: skip
        moves(desk, kind, minor)
    assert [each.minor for each in shift_of(desk).taken] == [0]
    moves(desk, "loan", 500)
    assert shift_of(desk).cash.expected_minor == FLOAT
    assert desk.state.drawer_minor == desk.control.totals.drawer_minor == FLOAT
    assert ends(desk, FLOAT, 500) == AGREES


def test_foreign_notes_that_were_picked_up_and_still_lie_there_are_over(desk):
    opens(desk, FLOAT, 500)
    moves(desk, "pickup", 500, reason="to the bank")
    assert "does not agree: foreign USD" in ends(desk, FLOAT, 500)


@pytest.mark.parametrize("reason", ["USD", "usd", "USD to the bank"])
def test_a_currency_is_no_reason_of_cash(desk, reason):
    opens(desk, FLOAT, 0)
    refused = desk.refused(cmd.MoveCash(kind="paid_out", amount_minor=2_000, reason=reason))
    assert refused == (
        "USD is a currency and no reason | for notes of it type: .out AMOUNT USD REASON"
    )
    assert shift_of(desk).cash.expected_minor == FLOAT


def test_notes_that_this_till_does_not_take_are_not_moved(desk):
    pounds = cmd.MoveCash(kind="loan", amount_minor=500, currency="GBP")
    assert desk.refused(pounds) == "No notes of GBP are moved here | one of: USD"
    seven = cmd.MoveCash(kind="loan", amount_minor=700, currency="USD")
    assert desk.refused(seven).startswith("Notes of USD cannot come to that | there are 5.00")
    assert "No notes of USD" in desk.refused(cmd.MoveCash(kind="no_sale", currency="USD"))


def test_an_approval_for_own_cash_is_none_for_as_many_foreign_units(desk):
    """5 dollars are asked for as 5.00, and named for what they are."""
    draft = Draft(desk.state, moment(1), desk.settings)
    own = cmd.MoveCash(kind="pickup", amount_minor=500, reason="bank")
    asked = [
        next(iter(requests_of(draft, each))) for each in (own, attrs.evolve(own, currency="USD"))
    ]
    assert [each.subject for each in asked] == ["pickup: bank", "pickup USD: bank"]
    assert [each.amount_minor for each in asked] == [500, 500]


def test_the_slip_of_foreign_notes_says_their_currency():
    desk = desk_with(cash_slips=True)
    opens(desk, FLOAT, 500)
    moves(desk, "pickup", 500)
    (slip,) = (each for each in desk.state.jobs.values() if each.kind == "slip")
    assert "Amount: 5.00 USD" in slip.lines


@pytest.mark.parametrize(
    ("typed", "minor", "currency", "reason"),
    [
        ("20.00 USD", 2_000, "USD", ""),
        ("20.00 usd to the bank", 2_000, "USD", "to the bank"),
        ("2000 JPY", 2_000, "JPY", ""),
        ("20.00 tea", 2_000, "", "tea"),
        ("20.00", 2_000, "", ""),
    ],
)
def test_the_currency_is_typed_behind_the_amount(typed, minor, currency, reason):
    rules = EntryRules(currencies=("USD", "JPY"))
    for name, kind in (("pickup", "pickup"), ("skim", "skim"), ("in", "paid_in")):
        assert parse(f".{name} {typed}", "sale", None, rules) == cmd.MoveCash(
            kind=kind, amount_minor=minor, currency=currency, reason=reason
        )


# Foreign notes between two shifts


def notes(desk):
    """What of dollars should be at the till."""
    return sum(each.minor for each in desk.control.totals.foreign_notes)


def test_foreign_notes_that_vanish_between_two_shifts_are_missed_at_the_next(desk):
    """5 dollars are left, none are found: bob's float is short, and he begins with none."""
    opens(desk, FLOAT, 0)
    moves(desk, "loan", 500)
    assert ends(desk, FLOAT, 500) == AGREES
    assert desk.control.drawers[0].left_foreign == (TenderSum(type="foreign USD", minor=500),)
    told = "The float is not what was left there: say why with .shift explain foreign float USD"
    assert opens(desk, FLOAT, 0, "bob") == f"Shift 2 is open on drawer 1. {told}"
    assert notes(desk) == 0, "the count is the truth"
    words = ends(desk, FLOAT, 0)
    assert "does not agree: foreign float USD. " in words
    assert "recount" not in words, "counting again finds no float"
    explain = parse(".shift explain foreign float usd lost", "sale", None, EntryRules())
    desk.do(explain)
    assert desk.do(cmd.ConfirmShift(), "eve") == "Shift 1 is confirmed: it agrees"
    found = desk.do(cmd.ConfirmShift(), "eve")
    assert found == "Shift 2 is confirmed: foreign float USD 5.00 short"


def test_why_foreign_notes_of_the_float_are_missing_may_be_said_at_once(desk):
    opens(desk, FLOAT, 500)
    ends(desk, FLOAT, 500)
    opens(desk, FLOAT, 0, "bob")
    desk.do(cmd.ExplainDifference(type="foreign float USD", reason="in the safe"))
    assert ends(desk, FLOAT, 0) == AGREES


def test_foreign_notes_that_stay_in_a_drawer_are_nobodys_difference(desk):
    assert opens(desk, FLOAT, 500) == "Shift 1 is open on drawer 1", "brought: nobody knew them"
    ends(desk, FLOAT, 500)
    moves(desk, "pickup", 500)
    moves(desk, "loan", 1_000)
    assert opens(desk, FLOAT, 1_000, "bob") == "Shift 2 is open on drawer 1"
    assert ends(desk, FLOAT, 1_000) == AGREES


def test_foreign_notes_of_a_sale_that_ends_between_two_shifts_stay_in_the_drawer(desk):
    opens(desk, FLOAT, 0)
    pays_in_dollars(desk)
    ends(desk, FLOAT, 500)
    assert notes(desk) == 0, "it is not sold yet"
    for minor in (5_000, 5_000, 540):
        desk.do(cmd.Pay(type="voucher", amount_minor=minor))
    assert notes(desk) == 500
    assert opens(desk, FLOAT, 500, "bob") == "Shift 2 is open on drawer 1"
    assert ends(desk, FLOAT, 500) == AGREES


def test_foreign_notes_lie_in_the_drawer_that_took_them_whoever_ends_the_sale():
    """5 dollars of bob's held sale lie in drawer 2, which nobody has when ann ends it at 1."""
    desk = desk_with(drawers=SEVERAL, shared_drawer=False)
    opens(desk, FLOAT, 0, "ann", drawer="1")
    opens(desk, FLOAT, 0, "bob", drawer="2")
    pays_in_dollars(desk, "bob")
    desk.do(cmd.Suspend())
    assert ends(desk, FLOAT, 500, "bob") == AGREES
    desk.do(cmd.Resume(place=1), "ann")
    for minor in (5_000, 5_000, 540):
        desk.do(cmd.Pay(type="voucher", amount_minor=minor))
    assert ends(desk, FLOAT, 0, "ann") == AGREES
    assert [sum(n.minor for n in each.left_foreign) for each in desk.control.drawers] == [0, 500]
    opened = opens(desk, FLOAT, 500, "bob", drawer="2")
    assert opened == "Shift 3 is open on drawer 2"


def test_a_second_count_of_foreign_notes_holds(desk):
    opens(desk, FLOAT, 500)
    ends(desk, FLOAT, 0)
    assert notes(desk) == 0
    assert desk.do(cmd.RecountShift(count=count(FLOAT, 500))) == AGREES
    assert notes(desk) == 500
    assert opens(desk, FLOAT, 500, "bob") == "Shift 2 is open on drawer 1"


def test_foreign_notes_that_came_after_a_count_are_not_counted_for_it(desk):
    opens(desk, FLOAT, 500)
    ends(desk, FLOAT, 0)
    moves(desk, "loan", 1_000)
    refused = desk.refused(cmd.RecountShift(count=count(FLOAT, 1_000)))
    assert refused.startswith("Drawer 1 is not as it was counted")


def test_foreign_notes_go_away_and_come_back_with_their_drawer():
    desk = desk_with(drawers=SEVERAL, float_minor=0)
    desk.do(cmd.PlaceDrawer(drawer="F", here=True))
    opens(desk, FLOAT, 500, drawer="F")
    for here, left in ((False, 0), (True, 500)):
        desk.do(cmd.PlaceDrawer(drawer="F", here=here))
        assert notes(desk) == left
    assert ends(desk, FLOAT, 500) == AGREES


# What X and Z say


def test_a_z_says_how_many_foreign_notes_should_be_there_and_the_next_begins_with_them(desk):
    """5 dollars in the float, 10 lent, 5 picked up: 10; of those 5 are found, and 5 come after."""
    opens(desk, FLOAT, 500)
    moves(desk, "loan", 1_000)
    moves(desk, "pickup", 500)
    ends(desk, FLOAT, 1_000)
    desk.do(cmd.CloseDay())
    report = desk.control.last_z
    printed = plain_text(z_report(report, SHOP, "18:00"), 48)
    assert "Expected USD                               10.00" in printed.splitlines()
    moves(desk, "loan", 500)
    assert notes(desk) == 1_500
    assert desk.control.totals.foreign_float == (TenderSum(type="foreign USD", minor=1_000),)
    shown, blind = (
        plain_text(x_report(desk.control.totals, SHOP, "2026-01-01", "", shows_cash=shows), 48)
        for shows in (True, False)
    )
    assert "15.00" in shown
    assert "USD" not in blind, "who counts blind is told nothing of notes either"


class Dollars:
    """A till and a second reckoning of its dollars: those there, and those not sold for yet."""

    def __init__(self):
        rules = ShiftRules(reason_limit_minor=10**9)
        self.desk = desk_with(rules=rules, day_ends_by_z=True)
        self.real = self.unfinished = 0

    def move(self, kind, minor):
        if minor:
            moves(self.desk, kind, minor)
            self.real += minor if kind == "loan" else -minor

    def pay(self):
        if self.desk.state.transaction is None:
            pays_in_dollars(self.desk)
            self.real, self.unfinished = self.real + 500, 500

    def finish(self):
        if self.desk.state.transaction is not None:
            self.desk.do(cmd.Pay(type="cash"))
            self.unfinished = 0

    def count(self, command):
        if self.real >= 0:
            self.desk.tries(command(count=count(FLOAT, self.real)))

    def do(self, step, many):
        steps = {
            "open": lambda: self.count(cmd.OpenShift),
            "end": lambda: self.count(cmd.EndShift),
            "pay": self.pay,
            "finish": self.finish,
            "z": lambda: self.desk.tries(cmd.CloseDay()),
        }
        steps.get(step, lambda: self.move(step, 500 * many))()

    def differing(self):
        rules = self.desk.settings.control.shift_rules
        found = (each for shift in self.desk.control.shifts for each in differences(shift, rules))
        return [each for each in found if each.minor and "foreign" in each.type]


STEPS = st.sampled_from(["open", "end", "loan", "pickup", "pay", "finish", "z"])


@given(st.lists(st.tuples(STEPS, st.integers(0, 4)), max_size=25))
@example([("open", 1), ("pay", 0), ("end", 1), ("z", 0), ("open", 2), ("finish", 0), ("end", 2)])
def test_the_notes_of_the_till_are_those_of_its_counts_and_what_came_and_went(steps):
    """Counts that find what is there leave no difference, whatever is unfinished meanwhile."""
    till = Dollars()
    opens(till.desk, FLOAT, 0)
    for step, many in steps:
        till.do(step, many)
        assert notes(till.desk) == till.real - till.unfinished
        assert till.differing() == []
