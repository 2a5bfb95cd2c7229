"""Four kinds of payment providers, each with a ledger of its own: the truth of a world.

They are written from the protocol's view: what they know of a payment is what reached them. Only
the ledger is keyed by our payment, for the checker alone.
"""

from __future__ import annotations

import attrs

from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.domain.tender import Capabilities, TenderRule
from tests.simulation.payments.world import SECOND

GRACE_S = 60
CUSTOMER = (1 * SECOND, 20 * SECOND)
ACK_WITHIN = 20 * SECOND

RULES = {
    "gateway": TenderRule(
        "gateway",
        "Gateway",
        immediate=False,
        capabilities=Capabilities(
            inquiry="reference",
            reverse="reference",
            refund="free",
            answer_within_s=60,
            grace_s=GRACE_S,
        ),
    ),
    "nexo": TenderRule(
        "nexo",
        "Terminal",
        immediate=False,
        capabilities=Capabilities(
            inquiry="reference",
            reverse="reference",
            refund="free",
            tip_limit_milli=20_000,
            partial=True,
            answer_within_s=60,
            grace_s=GRACE_S,
        ),
    ),
    "zvt": TenderRule(
        "zvt",
        "Old terminal",
        immediate=False,
        capabilities=Capabilities(
            inquiry="last",
            reverse="last",
            refund="free",
            two_step=True,
            answer_within_s=60,
            grace_s=GRACE_S,
        ),
    ),
    "dumb": TenderRule(
        "dumb",
        "By hand",
        immediate=False,
        capabilities=Capabilities(inquiry="none", refund="free", answer_within_s=120, grace_s=0),
    ),
}


@attrs.frozen
class Request:
    """What the till sends; ``name`` is for faults and story only."""

    payment: str
    name: str
    kind: str
    amount: int
    key: str
    terminal: str
    mark: str
    reference: str


@attrs.define
class Entry:
    """What an acquirer booked for one key."""

    payment: str
    kind: str
    asked: int
    reference: str
    terminal: str
    state: str = "working"
    """``working``, ``captured``, ``declined`` or ``reversed``."""
    amount: int = 0
    excused: str = ""
    """Why it was booked against all that was promised; empty: it was not."""
    mark: str = ""


def approved(entry, **more):
    outcome = {
        "working": AnswerOutcome.IN_PROGRESS,
        "captured": AnswerOutcome.APPROVED,
        "declined": AnswerOutcome.DECLINED,
        "reversed": AnswerOutcome.REVERSED,
    }[entry.state]
    return ProviderAnswer(
        outcome=outcome,
        reference=entry.reference,
        amount_minor=entry.amount if entry.state == "captured" else None,
        currency="EUR",
        terminal=entry.terminal,
        payment=entry.payment,
        idle=entry.state != "working",
        **more,
    )


class Gateway:
    """Knows every payment by our reference; the same key is the same payment."""

    kind = "gateway"
    is_terminal = False

    def __init__(self, world, on_booked):
        self.world, self.on_booked = world, on_booked
        self.ledger = {}
        """By key; two keys for one payment are two charges."""
        self.settled = {}
        self.terminal = "" if not self.is_terminal else "T1"
        self.addressed = True
        self.on_hook = lambda _answer: None
        """Tells the till unasked, and again until it is stored."""

    # What arrives

    def charge(self, request, answer):
        """Take a request that arrived; ``answer`` sends an answer off."""
        if self._not_mine(request):
            answer(self._seen(AnswerOutcome.UNKNOWN, "this is another terminal"))
            return
        known = self.ledger.get(request.key)
        if known is not None:
            self._repeated(known, answer)
            return
        if self.is_terminal and self._working():
            answer(self._seen(AnswerOutcome.UNKNOWN, "busy", idle=False))
            return
        entry = Entry(
            request.payment,
            request.kind,
            request.amount,
            f"r-{self.kind}-{len(self.ledger) + 1}",
            self.terminal,
        )
        self.ledger[request.key] = entry
        wait = self.world.chance(request.name, "customer", *CUSTOMER)
        self.world.at(wait, self._decide, request, entry, answer)

    def inquire(self, request, answer):
        if self.is_terminal and self._working() and self._of(request) is None:
            answer(self._seen(AnswerOutcome.NOT_FOUND, idle=False))
            return
        entry = self._of(request)
        answer(
            approved(entry)
            if entry
            else self._seen(AnswerOutcome.NOT_FOUND, idle=True, payment=request.payment)
        )

    def cancel(self, request, _answer):
        entry = self._of(request)
        is_in_time = self.world.chance(request.name, "cancel", 1, 10) <= 7
        if entry is not None and entry.state == "working" and is_in_time:
            entry.state = "declined"

    def reverse(self, request, answer):
        entry = self._of(request)
        if entry is None or entry.state in {"working", "declined"}:
            answer(self._seen(AnswerOutcome.NOT_FOUND, payment=request.payment))
            return
        if entry.state == "captured":
            if request.key not in self.settled:
                self.settled[request.key] = self.world.fault(request.name, "refuses")
            if self.settled[request.key]:
                answer(self._seen(AnswerOutcome.REFUSED, "settled", payment=request.payment))
                return
            self._gave_back(entry)
        answer(approved(entry))

    def identify(self):
        return self.terminal, ""

    # What happens there

    def _decide(self, request, entry, answer):
        if entry.state != "working":
            answer(approved(entry))
            return
        verdict = self.world.fault(request.name, "decision")
        if verdict in {"partial", "tip"}:
            self._book(entry, self._other_amount(entry, verdict))
        elif verdict:
            entry.state = "declined"
            if verdict == "declined_then_charged" and entry.kind == "charge":
                wait = self.world.chance(request.name, "change of mind", 5, 400)
                self.world.at(wait * SECOND, self._charge_after_all, entry)
        else:
            self._book(entry, entry.asked)
        answer(approved(entry))
        tells = self.kind == "gateway" and self.world.fault(request.name, "hook")
        if entry.state == "captured" and tells:
            wait = self.world.chance(request.name, "hook", 1, 900) * SECOND
            self.world.at(wait, self.on_hook, approved(entry))

    def _other_amount(self, entry, verdict):
        """Return what is taken where a customer has less, or gives more; elsewhere what was asked.

        It is within what the rule of this kind of terminal allows.
        """
        if self.kind != "nexo" or entry.kind == "refund" or entry.asked < 100:
            return entry.asked
        return entry.asked // 2 if verdict == "partial" else entry.asked + entry.asked // 10

    def _charge_after_all(self, entry):
        entry.excused = "declined, then charged"
        self._book(entry, entry.asked)

    def _book(self, entry, amount):
        entry.state, entry.amount = "captured", amount
        self.world.tell("  LEDGER", self.kind, entry.kind, entry.payment[-4:], entry.amount)
        self.on_booked(entry)

    def _gave_back(self, entry):
        entry.state = "reversed"
        self.world.tell("  LEDGER", self.kind, "reversed", entry.payment[-4:])

    def _repeated(self, known, answer):
        answer(approved(known))

    def _of(self, request):
        return self.ledger.get(request.key)

    def _working(self):
        return any(each.state == "working" for each in self.ledger.values())

    def _not_mine(self, request):
        return False

    def _seen(self, outcome, words="", **more):
        return ProviderAnswer(outcome=outcome, words=words, terminal=self.terminal, **more)


class Nexo(Gateway):
    """A terminal that knows payments by our reference, one at a time; it may be swapped."""

    kind = "nexo"
    is_terminal = True

    def swap(self):
        """Put the spare terminal in its place, or this one back."""
        self.terminal = "T2" if self.terminal == "T1" else "T1"
        self.world.tell("  terminal is now", self.terminal)

    def _of(self, request):
        entry = self.ledger.get(request.key)
        return entry if entry is not None and entry.terminal == self.terminal else None

    def _working(self):
        return any(
            each.state == "working" and each.terminal == self.terminal
            for each in self.ledger.values()
        )

    def _not_mine(self, request):
        return self.addressed and request.terminal != self.terminal

    def _repeated(self, known, answer):
        if known.terminal != self.terminal:
            answer(self._seen(AnswerOutcome.UNKNOWN, "not here"))
        elif known.state == "working":
            answer(self._seen(AnswerOutcome.UNKNOWN, "busy", idle=False))
        else:
            answer(approved(known))


class Zvt(Gateway):
    """A terminal that knows its last receipt alone; what it approves stands once acknowledged."""

    kind = "zvt"
    is_terminal = True

    def __init__(self, world, on_booked):
        super().__init__(world, on_booked)
        self.number = 1000
        self.last = None
        self.current = None
        """(request, entry, answer) while it works, or waits for an acknowledgement."""

    def charge(self, request, answer):
        if self.current is not None:
            answer(self._seen(AnswerOutcome.UNKNOWN, "busy", idle=False))
            return
        # No reference: a repeated request is another payment, which is why nobody repeats one.
        entry = Entry(request.payment, request.kind, request.amount, "", self.terminal)
        self.ledger[request.key, len(self.ledger)] = entry
        self.current = (request, entry, answer)
        wait = self.world.chance(request.name, "customer", *CUSTOMER)
        self.world.at(wait, self._decide, request, entry, answer)

    def inquire(self, request, answer):
        if self.current is not None:
            answer(self._seen(AnswerOutcome.IN_PROGRESS, idle=False))
        elif self.last is None:
            answer(self._seen(AnswerOutcome.NOT_FOUND, idle=True, mark=self._mark))
        else:
            answer(self._receipt())

    def cancel(self, request, _answer):
        is_in_time = self.world.chance(request.name, "cancel", 1, 10) <= 7
        if self.current is not None and self.current[1].state == "working" and is_in_time:
            self.current[1].state = "declined"

    def reverse(self, request, answer):
        if self.current is not None:
            answer(self._seen(AnswerOutcome.UNKNOWN, "busy", idle=False))
        elif self.last is None or self.last.reference != request.reference:
            answer(self._seen(AnswerOutcome.REFUSED, "not the last receipt"))
        else:
            if self.last.state == "captured":
                if self.world.fault(request.name, "refuses"):
                    answer(self._seen(AnswerOutcome.REFUSED, "settled"))
                    return
                self.number += 1
                self._gave_back(self.last)
            answer(self._receipt())

    def identify(self):
        return (self.terminal, self._mark) if self.current is None else ("", "")

    def acknowledge(self, request, _answer):
        """Take the till's word that it stored the approval."""
        if self.current is None or self.current[1].payment != request.payment:
            return
        _, entry, answer = self.current
        if entry.state == "captured":
            self.current = None
            answer(self._receipt())

    @property
    def _mark(self):
        return f"{self.number % 10_000:04}"

    def _decide(self, request, entry, answer):
        verdict = self.world.fault(request.name, "decision")
        if entry.state != "working" or verdict.startswith("declined"):
            entry.state, self.current = "declined", None
            answer(self._seen(AnswerOutcome.DECLINED, idle=True))
            return
        self.number += 1
        entry.mark, entry.reference = self._mark, f"T1-{self._mark}"
        self.last = entry
        self._book(entry, entry.asked)
        answer(attrs.evolve(self._receipt(), outcome=AnswerOutcome.PROVISIONAL, idle=False))
        self.world.at(ACK_WITHIN, self._unacknowledged, entry, request)

    def _unacknowledged(self, entry, request):
        if self.current is None or self.current[1] is not entry:
            return
        self.current = None
        verdict = self.world.fault(request.name, "unacknowledged")
        if verdict == "reverses":
            self.number += 1
            self._gave_back(entry)

    def _receipt(self):
        return ProviderAnswer(
            outcome=AnswerOutcome.APPROVED
            if self.last.state == "captured"
            else AnswerOutcome.REVERSED,
            reference=self.last.reference,
            amount_minor=self.last.amount,
            currency="EUR",
            terminal=self.terminal,
            mark=self._mark,
            idle=True,
        )


class Dumb(Gateway):
    """A terminal with no wire: the amount is keyed by hand, and people say what it printed."""

    kind = "dumb"

    def charge(self, request, answer):
        super().charge(request, lambda _answer: None)


PROVIDERS = {each.kind: each for each in (Gateway, Nexo, Zvt, Dumb)}
