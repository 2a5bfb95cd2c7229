"""Approvals under any sequence of asking, answering, doing, waiting and restarts.

A model of a few lines says of each try whether it may pass; the till has to say the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import ApprovalGranted
from posframe.session import Session
from posframe.testing.ports import ManualClock
from tests.kernel.shop import FLOAT_MINOR, crash
from tests.signing import PINS, open_signing_till, write_signing_settings

CASHIERS, APPROVERS = ("17", "18"), ("42", "7")
AMOUNTS = st.sampled_from([100, 101, 2_500])
SECONDS = st.sampled_from([0, 1, 30, 59, 60, 3_600])


@attrs.define
class Known:
    """An approval as the model has it."""

    amount_minor: int
    operator: str
    begun_us: int
    boot: int
    used: bool = False


class ApprovalMachine(RuleBasedStateMachine):
    """Two cashiers, two who may approve, one till and its restarts."""

    @initialize()
    def enrol(self):
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        write_signing_settings(Path(self.folder.name))
        self.known: dict[str, Known] = {}
        self.asked: int | None = None
        self.drawer_minor, self.boot, self.till = FLOAT_MINOR, 0, None
        self.operator = "17"
        self._open()
        assert self.till.signing.sign_in("17", PINS["17"]).accepted

    def teardown(self):
        if getattr(self, "till", None) is not None:
            self.till.close()
            self.folder.cleanup()

    @rule(amount_minor=AMOUNTS)
    def ask(self, amount_minor):
        outcome = self._do(amount_minor, ())
        assert not outcome.accepted
        assert self.till.do(cmd.AskApproval(request=outcome.error.request)).accepted
        self.asked, self.asked_us = amount_minor, self.clock.mono_us()

    @rule(number=st.sampled_from((*CASHIERS, *APPROVERS)))
    def grant(self, number):
        outcome = self.till.signing.approve(number, PINS[number], "seen it")
        assert outcome.accepted == (self._waits() and number in APPROVERS)
        for row in outcome.recorded:
            if isinstance(row.event, ApprovalGranted):
                assert outcome.accepted
                now_us = self.clock.mono_us()
                known = Known(self.asked, self.operator, now_us, self.boot)
                self.known[row.event.approval.id] = known
                self.asked = None

    @rule(number=st.sampled_from((*CASHIERS, *APPROVERS)))
    def deny(self, number):
        outcome = self.till.signing.deny(number, PINS[number], "no")
        assert outcome.accepted == self._waits()
        self.asked = None if outcome.accepted else self.asked

    @rule(amount_minor=AMOUNTS, place=st.integers(0, 20), made_up=st.booleans())
    def use(self, amount_minor, place, made_up):
        ids = [*self.known] if not made_up else []
        id_ = ids[place % len(ids)] if ids else "0" * 32
        may_pass = self._may_pass(id_, amount_minor)
        assert self._do(amount_minor, (id_,)).accepted == may_pass
        if may_pass:
            self.known[id_].used = True
            self.drawer_minor += amount_minor
            self.asked = None if self.asked == amount_minor else self.asked

    @rule(amount_minor=AMOUNTS, number=st.sampled_from(APPROVERS))
    def go_the_whole_way(self, amount_minor, number):
        """As a screen does it: what is right passes."""
        session, command = Session(self.till), self._command(amount_minor)
        session.after(command, self.till.do(command))
        again = session.approve(number, PINS[number], "seen it")
        outcome = self.till.do(again, approvals=session.approvals_for(again))
        assert outcome.accepted
        (id_,) = session.approvals_for(again)
        now_us = self.clock.mono_us()
        self.known[id_] = Known(amount_minor, self.operator, now_us, self.boot, used=True)
        self.drawer_minor += amount_minor
        self.asked = None

    @rule(number=st.sampled_from(CASHIERS))
    def change_places(self, number):
        assert self.till.signing.sign_in(number, PINS[number]).accepted
        self.operator, self.asked = number, None

    @rule(seconds=SECONDS, short_us=st.sampled_from([0, 1]))
    def wait(self, seconds, short_us):
        self.clock.advance(max(0, seconds * 1_000_000 - short_us))

    @rule(is_crash=st.booleans())
    def restart(self, is_crash):
        """Whoever works there shows again who they are, and asks again."""
        crash(self.till) if is_crash else self.till.close()
        self._open()
        assert not self._do(100, ()).recorded
        assert self.till.signing.sign_in(self.operator, PINS[self.operator]).accepted
        self.asked = None

    @invariant()
    def the_drawer_got_what_was_approved(self):
        if getattr(self, "till", None) is not None:
            assert self.till.state.drawer_minor == self.drawer_minor
            asking = self.till.state.control.asking
            assert (asking.amount_minor if asking else None) == self.asked

    def _open(self):
        folder = Path(self.folder.name)
        self.boot += 1
        self.till = open_signing_till(
            folder, clock=self.clock, path=str(folder / "till.db"), signed_in=""
        )

    def _waits(self):
        """Whether something was asked within the last minute."""
        return self.asked is not None and self.clock.mono_us() - self.asked_us < 60_000_000

    def _do(self, amount_minor, ids):
        return self.till.do(self._command(amount_minor), approvals=ids)

    def _command(self, amount_minor):
        return cmd.MoveCash(kind="paid_in", amount_minor=amount_minor, reason="milk")

    def _may_pass(self, id_, amount_minor):
        known = self.known.get(id_)
        return (
            known is not None
            and not known.used
            and known.boot == self.boot
            and self.clock.mono_us() - known.begun_us < 60_000_000
            and (known.amount_minor, known.operator) == (amount_minor, self.operator)
        )


TestApprovals = ApprovalMachine.TestCase
TestApprovals.settings = settings(max_examples=30, stateful_step_count=25)
