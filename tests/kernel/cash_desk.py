"""A desk with drawers and shifts, several people, and a second reckoning of its cash."""

from __future__ import annotations

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.control_settings import ControlSettings
from posframe.kernel.domain.counting import Count, CountRow, CountRules, Denomination, euro
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.shift import ShiftRules
from posframe.kernel.domain.transaction import TillState
from tests.kernel.driving import SETTINGS, Desk, moment

DOLLARS = (Denomination(minor=500, is_note=True), Denomination(minor=2_000, is_note=True))
COUNTS = CountRules(currency="EUR", denominations=euro(), foreign=(("USD", DOLLARS),))
ONE = (Drawer(id="1", till="T01"),)
SEVERAL = (
    Drawer(id="1", till="T01"),
    Drawer(id="2", till="T01"),
    Drawer(id="F", floating=True),
)
FLOAT_MINOR = 15_000


def count(minor, dollars_minor=0):
    """Return a count of so much in 100.00, 1.00 and 0.01, and of notes of 5 dollars."""
    hundreds, rest = divmod(minor, 10_000)
    pieces = ((10_000, hundreds), (100, rest // 100), (1, rest % 100))
    rows = [CountRow(denomination_minor=value, pieces=many) for value, many in pieces]
    if dollars_minor:
        rows.append(CountRow(denomination_minor=500, pieces=dollars_minor // 500, currency="USD"))
    return Count(rows=tuple(row for row in rows if row.pieces))


class CashDesk(Desk):
    """Takes commands of several people; keeps every event with the state it was folded onto."""

    def __init__(self, *, drawers=ONE, rules=None, float_minor=FLOAT_MINOR, **control):
        settings = ControlSettings(
            drawers=drawers, shift_rules=rules or ShiftRules(), count_rules=COUNTS, **control
        )
        super().__init__(attrs.evolve(SETTINGS, control=settings))
        self.operator = "ann"
        self.journal = []
        self.state = TillState()
        self.keep(
            ev.TillStarted(
                till="T01",
                currency="EUR",
                software="1",
                configuration="c",
                float_minor=float_minor,
            )
        )

    @property
    def control(self):
        return self.state.control

    def keep(self, event):
        self.journal.append((event, self.state))
        self.state = evolve(self.state, event)

    def do(self, command, by=None):
        """Take a command of somebody, and keep its events."""
        before, self.operator = self.state, by or self.operator
        words = super().do(command)
        after, self.state = self.state, before
        for event in self.events:
            self.keep(event)
        assert self.state == after, "events alone give the state"
        return words

    def tries(self, command, by=None):
        """Take a command, unless it is refused."""
        try:
            return self.do(command, by)
        except RuleViolation:
            return None

    def refused(self, command, by=None):
        self.operator = by or self.operator
        return super().refused(command)

    def decided(self, command):
        self.count += 1
        at = moment(self.count, date=self.date, wall_us=self.wall_us, policy=self.policy)
        at = attrs.evolve(at, operator=self.operator)
        deciding = decide(self.state, command, at, self.settings)
        self.asked, answer = [], None
        try:
            while True:
                question = deciding.send(answer)
                self.asked.append(question)
                answer = self.answers[type(question)](question)
        except StopIteration as stop:
            return stop.value

    def opens(self, minor, by=None, **more):
        return self.do(cmd.OpenShift(count=count(minor), **more), by)

    def ends(self, minor, by=None, **more):
        return self.do(cmd.EndShift(count=count(minor), **more), by)

    def sells(self, *codes, cash=None, by=None):
        """Sell goods for cash."""
        for code in codes:
            self.do(cmd.AddItem(code=code), by)
        return self.do(cmd.Pay(type="cash", amount_minor=cash), by)

    def moves(self, kind, minor, by=None, reason=""):
        return self.do(cmd.MoveCash(kind=kind, amount_minor=minor, reason=reason), by)

    @property
    def expected(self):
        """What should be in each drawer that somebody has."""
        return {
            each.drawer: each.cash.expected_minor
            for each in self.control.shifts
            if each.state.value == "open"
        }


def shift_of(desk, id_="1"):
    """Return a shift that is not confirmed."""
    found = desk.control.shift(id_)
    assert found is not None
    return found
