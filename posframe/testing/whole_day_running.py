"""Runs a planned day at a till without a screen, from any step on, each step once.

The command of a step has the step's own id: sent again after a restart it is not done again. What
else happens in a step (sign-ins, approvals, jobs, answers of providers) has ids between the steps'.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from typing import TYPE_CHECKING, Any, cast

from posframe.kernel.domain import commands as cmd
from posframe.payment_list import open_payments
from posframe.script import Script
from posframe.testing.whole_day import REFERENCE, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from posframe.kernel.engine import Outcome
    from posframe.till import Till

PATIENCE_S = 30.0
_REFERENCE = re.compile(r"reference ((?:[A-Z0-9]{2,4} )+)")


class StepIds:
    """Implements ``ports.IdSource``: rising with the steps, and never the same in two lives."""

    def __init__(self, life: int) -> None:
        """Begin; ``life`` counts the starts of the till."""
        self.step = 0
        self._life = life
        self._numbers = itertools.count(1)
        self._gate = threading.Lock()

    @property
    def main(self) -> str:
        """The id of the step's own command, in every life the same."""
        return self._id(0, 0)

    def next(self, wall_us: int) -> str:
        """Return an id of this step that nothing else has."""
        del wall_us
        with self._gate:
            return self._id(self._life, next(self._numbers))

    def _id(self, life: int, number: int) -> str:
        """Return 32 hex digits, no run of them long enough to look like a card's number."""
        return f"e{self.step:06x}e{life:04x}eeeeeeeeee{number:010x}"


class _NamedTill:
    """The till, whose commands done by the session have the id of the step."""

    def __init__(self, till: Till, ids: StepIds) -> None:
        self._till, self._ids = till, ids
        self.is_step = False
        """True: what is done now is the step itself, and not the way to it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a till has
        return getattr(self._till, name)

    def do(self, command: Any, *, approvals: tuple[str, ...] = ()) -> Outcome:  # noqa: ANN401
        id_ = self._ids.main if self.is_step else ""
        return self._till.do(command, id=id_, approvals=approvals)


class DayRunner:
    """Types the steps of a day."""

    def __init__(self, till: Till, ids: StepIds, pins: Mapping[str, str]) -> None:
        """Begin a life.

        Args:
            till: open, with ``ids`` among its ports.
            ids: of this life.
            pins: by operator's number.
        """
        self.till, self._ids, self._pins = till, ids, pins
        self._named = _NamedTill(till, ids)
        self.script = Script(cast("Till", self._named))

    def run(
        self, steps: Sequence[Step], first: int = 0, note: Callable[[int], None] = lambda _: None
    ) -> None:
        """Do steps from one on.

        Args:
            steps: of the whole day.
            first: index of the first that may not be done yet.
            note: told the index of each step that is done.
        """
        for number in range(first, len(steps)):
            self._ids.step = number + 1
            self._do(steps[number], steps[max(0, number - 1)])
            note(number)

    def _do(self, step: Step, before: Step) -> None:
        if not self._is_done():
            self._sign_in(step.by)
            for entry in step.shown:
                self._type(entry)
            if step.paying and self.script.session.screen != "payment":
                self._type("=")
            self._named.is_step = True
            self._answered(step, self._typed(step, before))
            self._named.is_step = False
        if step.waits:
            self._wait(step)

    def _is_done(self) -> bool:
        journal, id_ = self.till.parts.journal, self._ids.main
        return bool(self.till.call(lambda: list(journal.find_command(id_))))

    def _sign_in(self, by: str) -> None:
        if self.till.state.control.operator != by:
            self._type(f".signin {by} {self._pins[by]}")

    def _typed(self, step: Step, before: Step) -> dict[str, Any]:
        entry = step.entry
        if REFERENCE in entry:
            entry = entry.replace(REFERENCE, self._reference(before))
        return self.script.line(entry)

    def _answered(self, step: Step, answer: dict[str, Any]) -> None:
        if step.fails:
            assert not answer["accepted"], (step, answer)
            return
        while not answer["accepted"] and self.script.session.wants_approval and step.approver:
            pin = self._pins[step.approver]
            answer = self.script.line(f".approve {step.approver} {pin} as seen")
        if not answer["accepted"]:  # an unlikely amount is asked back once
            answer = self.script.line(step.entry)
        assert answer["accepted"], (self._ids.step, step, answer)

    def _type(self, entry: str) -> None:
        answer = self.script.line(entry)
        assert answer["accepted"], (self._ids.step, entry.partition(" ")[0], answer)

    def _reference(self, asked: Step) -> str:
        """Return the end of the reference that the customer's bank was told.

        A transfer that was not shown before a restart is asked for again.
        """
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if not any(each.is_blocking for each in self.till.state.payments.values()):
                self._again(asked)
            for listed in open_payments(self.till):
                words = " ".join((listed.words, *self.till.notices()))
                found = _REFERENCE.search(words)
                if "paid" in listed.answers and found:
                    return "".join(found[1].split())[-8:]
            time.sleep(0.005)
        raise AssertionError((self._ids.step, open_payments(self.till), self.till.notices()))

    def _wait(self, step: Step) -> None:
        """Wait for the provider; what was lost by a restart is asked for again."""
        deadline = time.monotonic() + PATIENCE_S
        while self.till.state.transaction is not None:
            assert time.monotonic() < deadline, (step, self.till.notices())
            if not any(each.is_blocking for each in self.till.state.payments.values()):
                self._again(step)
            time.sleep(0.005)

    def _again(self, step: Step) -> None:
        self._sign_in(step.by)
        sale = self.till.state.transaction
        if sale is not None and sale.due_minor:
            outcome = self.till.do(
                cmd.Pay(type=step.entry, amount_minor=None, seen=None)  # by an id of its own
            )
            assert outcome.accepted, (step, outcome.words)
