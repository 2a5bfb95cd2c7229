"""A till made of the real ``decide`` and ``evolve``, its commits and its crashes.

Its journal is a list that survives every crash; all else is lost with the boot.
"""

from __future__ import annotations

import contextlib
from collections import Counter

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.sold import SoldSale
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import Moment
from tests.kernel.driving import CASH, usual_answers
from tests.simulation.payments.network import Network
from tests.simulation.payments.providers import RULES
from tests.simulation.payments.world import SECOND

SETTINGS = cmd.Settings(
    departments=(("1", "Grocery", "standard"),),
    tenders=(CASH, *RULES.values()),
    receipt_device="",
    drawer_device="",
)
ANSWERS = usual_answers()
START = cmd.Start(till="T01", currency="EUR", software="1", configuration="c")


class DownError(Exception):
    """The till is not there, or went away meanwhile."""


class JournalledTill:
    """One till with its journal; what it does beside commands is in ``Till``."""

    def __init__(self, world, providers):
        self.world, self.providers = world, providers
        self.network = Network(world)
        self.journal = []
        """Groups of events that are on disk."""
        self.shown = []
        """Events that somebody was told of."""
        self.names = {}
        """By transaction: which planned sale it is, for names that do not shift."""
        self.boot, self.is_up, self.paused_until = 0, False, 0
        self.commands = 0
        self._forget()
        self.state = TillState()
        for provider in providers.values():
            provider.on_hook = self.overhear
        self.restart()

    # Commands

    def submit(self, command, about="till"):
        """Do a command as the engine does: decide, commit, and only then say so.

        Raises:
            DownError: it crashed, or the commit failed; nobody knows whether it was done.
            RuleViolation: refused.
        """
        if not self.is_up:
            raise DownError
        decision = self.decided(command)
        if not decision.events:
            return decision
        self._may_crash(about, "before_commit")
        self.before_commit(decision)
        events = [event for event, _ in decision.events]
        fault = self.world.fault(about, "commit")
        if fault != "lost":
            self.journal.append(events)
        if fault:
            self._reopen()
            raise DownError
        self._may_crash(about, "after_commit")
        self.state = decision.state
        self.show(events)
        self._wake_soon()
        return decision

    def decided(self, command):
        """Return what a command comes to, its questions answered from plain tables."""
        self.commands += 1
        moment = Moment(
            wall_us=self.world.wall_us,
            local_date="2026-01-01",
            operator="1",
            id=f"{self.commands:032x}",
        )
        deciding = decide(self.state, command, moment, SETTINGS)
        answer = None
        try:
            while True:
                question = deciding.send(answer)
                answer = {**ANSWERS, q.FindSale: self.find_sale}[type(question)](question)
        except StopIteration as stop:
            return stop.value

    def completed(self):
        """Return the sales and returns on disk, in order."""
        return [
            event
            for events in self.journal
            for event in events
            if type(event) is ev.TransactionCompleted
        ]

    def find_sale(self, asked):
        """Return what was sold on a receipt, with what came back of it."""
        every = self.completed()
        wanted = {asked.receipt_number, asked.transaction}
        for sold in every:
            if wanted & {sold.closing.receipt_number, sold.transaction}:
                lines, tenders = Counter(), Counter()
                for each in every:
                    for line in (share.line for share in each.lines):
                        if line.original == sold.transaction:
                            lines[line.original_line] -= line.quantity_milli
                    for tender in each.tenders:
                        tenders[tender.refunds] -= tender.applied_minor
                return SoldSale(
                    completed=sold,
                    business_date="2026-01-01",
                    returned_milli=lines,
                    refunded_minor=tenders,
                )
        return None

    def before_commit(self, decision):
        """Do nothing: it is not on disk yet. Broken tills know better."""

    def show(self, events):
        """Tell people what was done."""
        self.shown.extend(event for event in events if type(event) in SHOWN)
        if self.world.story is not None:
            for event in events:
                self.world.tell(type(event).__name__, _short(event))

    # Life and death

    def _may_crash(self, about, point):
        if self.world.fault(about, point):
            self.crash(point)
            raise DownError

    def crash(self, why):
        self.world.tell("TILL crashes:", why)
        self.is_up = False
        self.boot += 1
        self._forget()
        self.world.at(self.world.chance("till", "boot", 5, 60) * SECOND, self.restart)

    def restart(self):
        """Start as a till does: fold, doubt, and ask about everything before anything new."""
        self.world.tell("TILL starts")
        self.is_up = True
        self.refold()
        begun = self.boot
        while self.boot == begun:
            with contextlib.suppress(DownError):
                self.submit(START, "start")
                self._may_crash("start", "recovery")
                self._wake_soon()
                return

    def _reopen(self):
        """Read back what a failed commit left; calls under way may still be answered."""
        self.world.tell("TILL reopens its journal")
        self.refold()
        self.pursuits.clear()
        self._wake_soon()

    def refold(self):
        state = TillState()
        for events in self.journal:
            for event in events:
                state = evolve(state, event)
        self.state = state


SHOWN = (pe.PaymentApproved, pe.PaymentReversed, pe.PaymentVoided, pe.PaymentDeclined)


def _short(event):
    id_ = getattr(event, "id", "") or getattr(getattr(event, "tender", None), "id", "")
    why = getattr(event, "cause", "") or getattr(event, "why", "") or getattr(event, "kind", "")
    return f"{str(id_)[-6:]} {why}"
