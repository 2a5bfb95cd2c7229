"""A till on disk where people sign in, and what the exception report finds in its journal."""

from __future__ import annotations

from posframe.exception_page import settings_of
from posframe.exception_reading import read_findings
from posframe.exceptions.scoring import scores
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.signing import PINS, open_signing_till, write_signing_settings

S = 1_000_000
SALE = ("2 * PEN", "1 * MILK", "=", "")


class WatchedShop:
    """A till on disk where people sign in, with a clock that can be moved."""

    def __init__(self, folder, more=""):
        self.folder = folder
        self.clock = ManualClock()
        write_signing_settings(folder, more=more)
        self.till = open_signing_till(
            folder, clock=self.clock, path=folder / "till.db", signed_in=""
        )
        self.script = Script(self.till)

    def by(self, who, *lines, after_us=S):
        """Have somebody sign in and do entries, one a second; the answers come back."""
        if self.till.state.control.operator != who:
            self.clock.advance(after_us)
            assert self.till.signing.sign_in(who, PINS[who]).accepted
        answers = []
        for line in lines:
            self.clock.advance(after_us)
            answers.append(self.script.line(line))
        return answers

    def approved(self, who, line, approver="42"):
        """Have somebody do what a supervisor has to approve."""
        (asked,) = self.by(who, line)
        assert not asked["accepted"], asked
        (done,) = self.by(who, f".approve {approver} {PINS[approver]} customer waits")
        assert done["accepted"], done

    def found(self, **days):
        return read_findings(self.folder / "till.db", **days)

    def scores(self, **days):
        """Return by operator the points of each rule that found anything."""
        scored = scores(self.found(**days), settings_of(self.till.config))
        return {
            each.operator: {part.rule: part.points for part in each.parts}
            for each in scored.operators
        }
