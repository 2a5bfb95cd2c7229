"""The books of gift cards under any sequence of sales, payments, take-backs, voids and expiries."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from posframe_payments.gift_codes import card_of
from posframe_payments.gift_ledger import GIFT_LEDGER
from tests.plugins.payments.desks import GIFT, SECRET, Desk, code

CARDS = (1, 2, 3)
NAMES = {card_of(code(number), SECRET): number for number in CARDS}
ALL = "SELECT card, balance FROM giftcard_card"
BOOKED = "SELECT card, sum(minor) FROM giftcard_ledger GROUP BY card"


class GiftBooks(RuleBasedStateMachine):
    """A cashier who does anything, and a model that knows only sums."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name), GIFT)
        for number in CARDS:
            self.desk(f".giftnew {code(number)} 1234")
        self.model = dict.fromkeys(CARDS, 0)
        self.issued: set[int] = set()
        self.paid: list[tuple[int, int]] = []
        self.ever_paid: set[int] = set()

    def teardown(self) -> None:
        self.desk.till.close()
        self.folder.cleanup()

    @property
    def is_open(self) -> bool:
        return self.desk.till.state.transaction is not None

    @precondition(lambda self: not self.is_open)
    @rule(number=st.sampled_from(CARDS), amount=st.integers(1, 9000))
    def sell(self, number, amount):
        if self.model[number] + amount <= 25_000:
            self.desk.load(number, str(amount))
            self.model[number] += amount
            self.issued.add(number)

    @precondition(lambda self: not self.is_open)
    @rule(goods=st.sampled_from(["PEN", "INK", "PAD"]))
    def begin(self, goods):
        self.desk(goods, "+")
        self.paid = []

    @precondition(lambda self: self.is_open)
    @rule(number=st.sampled_from(CARDS), amount=st.integers(1, 2000))
    def pay(self, number, amount):
        presented = self.desk.attempt(f".gift {code(number)} 1234")
        assert presented.accepted == bool(self.model[number])
        if not presented.accepted:
            return
        due = self.desk.due
        outcome = self.desk.attempt(f"{amount} gift")
        assert outcome.accepted == (amount <= min(due, self.model[number]))
        if outcome.accepted:
            self.model[number] -= amount
            self.paid.append((number, amount))
            self.ever_paid.add(number)

    @precondition(lambda self: self.is_open and self.paid)
    @rule()
    def take_back(self):
        self.desk("-")
        number, amount = self.paid.pop()
        self.model[number] += amount

    @precondition(lambda self: self.is_open)
    @rule()
    def finish(self):
        self.desk("")

    @precondition(lambda self: self.is_open and not self.paid)
    @rule()
    def cancel(self):
        self.desk(".cancel")

    @rule()
    def restart(self):
        self.desk.reopen()
        if self.is_open:
            self.desk("+")

    @rule(days=st.integers(0, 200))
    def expire(self, days):
        """Expiry is told by the events, for the model knows no days."""
        if self.is_open:
            return
        self.desk.pass_days(days)
        before = len(self.desk.events("giftcard.Expired"))
        self.desk(".giftexpire")
        for each in self.desk.events("giftcard.Expired")[before:]:
            assert self.model[NAMES[each.card]] == each.minor > 0
            self.model[NAMES[each.card]] = 0

    @invariant()
    def balances_are_what_was_put_in_less_what_was_taken(self):
        balances = dict(self.desk.rows(ALL))
        booked = dict(self.desk.rows(BOOKED))
        assert {NAMES[card]: minor for card, minor in balances.items()} == self.model
        assert all(minor >= 0 for minor in balances.values())
        assert {card: booked.get(card, 0) for card in balances} == balances


GiftBooks.TestCase.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
TestGiftBooks = GiftBooks.TestCase


def test_the_table_itself_refuses_to_fall_below_zero(desk):
    """Should the judge ever be wrong, the action is refused with all that is in it."""
    desk.sell(1, "100")
    take = GIFT_LEDGER.statements["move"]
    with pytest.raises(Exception, match="CHECK constraint"):
        desk.rows(take, -101, card_of(code(1), SECRET))
