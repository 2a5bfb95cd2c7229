"""A desk where operators sign in: commands judged by roles, approvals given as at a till."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.approvals import taker_of
from posframe.kernel.domain.control_settings import ControlSettings
from posframe.kernel.domain.counting import Count, CountRow, CountRules, euro
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.permissions import compose_roles
from posframe.kernel.domain.refusals import ApprovalNeeded, NotAllowed
from posframe.kernel.domain.shift import ShiftRules
from tests.kernel.card_payments import BY_REFERENCE, CARD, PAYING
from tests.kernel.driving import moment
from tests.kernel.trading_day import TradingDay

ROLES = compose_roles(KERNEL_PERMISSIONS, ())
ME, OTHER, APPROVER = "9", "8", "77"
BATCHING = attrs.evolve(CARD, capabilities=attrs.evolve(BY_REFERENCE, batches=True))
CONTROL = ControlSettings(
    roles=ROLES,
    count_rules=CountRules(currency="EUR", denominations=euro()),
    drawers=(Drawer(id="1", till="T01"), Drawer(id="2", floating=True)),
    shared_drawer=False,
    shift_rules=ShiftRules(reason_limit_minor=10_000),
)
GUARDED = attrs.evolve(
    PAYING,
    tenders=tuple(BATCHING if each is CARD else each for each in PAYING.tenders),
    control=CONTROL,
)
FLOAT = Count(rows=(CountRow(denomination_minor=1_000, pieces=5),))


class GuardedDay(TradingDay):
    """Somebody is signed in; whoever does not say otherwise is a manager, who prepares things."""

    def __init__(self, settings=GUARDED, role="manager"):
        super().__init__()
        self.settings = settings
        self.answers[q.PriceSale] = lambda asked: ()
        self.answers[q.JournalHead] = lambda asked: (9, "ab" * 32)
        self.answers[q.TellOffers] = lambda asked: ()
        self.answers[q.DecidePlugin] = lambda asked: ("Done", ())
        self.approvals = ()
        if role:
            self.become(role)

    def become(self, role, operator=ME):
        """Sign somebody in; under the same number, whose sale stays as it is."""
        self.do(cmd.SignIn(operator=operator, role=role, how="pin"))
        return self

    def decided(self, command):
        self.count += 1
        at = moment(self.count, date=self.date, wall_us=self.wall_us)
        operator = self.state.control.operator or "1"
        at = attrs.evolve(at, operator=operator, approvals=self.approvals)
        deciding = decide(self.state, command, at, self.settings)
        try:
            question = next(deciding)
            while True:
                try:
                    answer = self.answers[type(question)](question)
                except RuleViolation as refusal:
                    question = deciding.throw(refusal)
                else:
                    question = deciding.send(answer)
        except StopIteration as stop:
            return stop.value

    def needs(self, command):
        """Take a command that lacks an approval; return what it asks for. Nothing changes."""
        return self._stopped(command, ApprovalNeeded).request

    def denied(self, command):
        """Take a command that is not for who is signed in; return the words. Nothing changes."""
        return self._stopped(command, NotAllowed).message

    def _stopped(self, command, kind):
        before, rows = self.state, len(self.journal)
        with pytest.raises(RuleViolation) as refusal:
            self.do(command)
        assert type(refusal.value) is kind, refusal.value.message
        assert refusal.value.hint, "a refusal says what to do next"
        assert (self.state, len(self.journal)) == (before, rows)
        return refusal.value

    def approved(self, command, *requests):
        """Have a manager approve what a command asks for, or who takes a drawer; and do it."""
        ids = []
        for request in requests:
            self.do(cmd.AskApproval(request=request))
            self.do(
                cmd.GrantApproval(
                    request=request,
                    approver=taker_of(request) or APPROVER,
                    role="manager",
                    reason="seen",
                )
            )
            granted = next(each for each in self.events if isinstance(each, ev.ApprovalGranted))
            ids.append(granted.approval.id)
        self.approvals = tuple(ids)
        try:
            self.do(command)
        finally:
            self.approvals = ()
        given = [each for each in self.events if isinstance(each, ev.ApprovalGiven)]
        assert [each.approver for each in given] == [
            taker_of(each) or APPROVER for each in requests
        ]
        return given

    def as_needed(self, command):
        """Do a command with whatever approvals it asks for, one after the other; return those."""
        asked = []
        for _ in range(5):
            try:
                self.approved(command, *asked)
            except ApprovalNeeded as needed:
                asked.append(needed.request)
            else:
                return asked
        raise AssertionError(f"approvals are asked for without end: {asked}")
