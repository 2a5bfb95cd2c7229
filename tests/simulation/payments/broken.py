"""Engines that are broken on purpose, each in one way, and worlds that bring it out.

Where two rules guard against the same harm, a control takes both away; the sound engine is run
through the same worlds, so that it is the break that is caught and not the world.
"""

from __future__ import annotations

from collections import Counter

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment import AnswerOutcome
from tests.simulation.payments.providers import RULES
from tests.simulation.payments.running import Setting
from tests.simulation.payments.till import Till


class IntentAfterSend(Till):
    """Asks for the money first and stores the intent then."""

    def before_commit(self, decision):
        for event, _ in decision.events:
            if type(event) is pe.PaymentIntended:
                terminal, mark = self.providers[event.payment.type].identify()
                asked = attrs.evolve(event.payment, terminal=terminal, mark=mark)
                attempt = self._occupy(asked, 60)
                self.ask(asked, "charge", "charge", attempt, self.request(asked))

    def start_charge(self, payment):
        wait = RULES[payment.type].capabilities.answer_within_s * 1000
        self.world.at(wait, self._guarded, self.boot, self._deadline, payment.id, self.attempts)


class TimeOutIsDecline(Till):
    """Takes no answer for a decline."""

    def lost(self, payment):
        _hear_declined(self, payment)


class NewKeyInDoubt(Till):
    """Asks for the money again, under another key, instead of asking what became of it."""

    def _inquire(self, payment):
        if payment.id in self.told:
            super()._inquire(payment)
            return
        self.told.add(payment.id)
        again = attrs.evolve(self.request(payment), key=f"{payment.key}-again")
        self.ask(payment, "charge", "charge", self._occupy(payment, 30), again)


class AcknowledgeBeforeCommit(Till):
    """Says that it is done before it is on disk."""

    def before_commit(self, decision):
        self.show([event for event, _ in decision.events])


class NotFoundAtOnce(Till):
    """Believes the first "not found"."""

    def hear(self, payment, answer, via):
        _hear_sure(self, payment, answer, via, is_sure=True)


class ProvisionalIsFinal(Till):
    """Takes the first approval of a two-step terminal for its last word."""

    def hear(self, payment, answer, via):
        if answer.outcome is AnswerOutcome.PROVISIONAL:
            answer = attrs.evolve(answer, outcome=AnswerOutcome.APPROVED)
        super().hear(payment, answer, via)

    def acknowledge(self, payment, answer):
        provider = self.providers[payment.type]
        self.network.ask(provider, "acknowledge", self.request(payment), lambda _: None)


class NoWatermark(Till):
    """Does not remember which receipt was the last before it asked."""

    def sending(self, payment, terminal, mark):
        return super().sending(payment, terminal, "none")


class BusyIsDeclined(Till):
    """Takes "busy" for a decline, though it may be the answer to its own repeated request."""

    def hear(self, payment, answer, via):
        if answer.words == "busy":
            _hear_declined(self, payment)
        else:
            super().hear(payment, answer, via)


class AnyTerminal(Till):
    """Believes "not found" from whichever terminal is there now."""

    def hear(self, payment, answer, via):
        super().hear(payment, attrs.evolve(answer, terminal=""), via)


class WallClockGrace(Till):
    """Measures grace by the wall's clock, which people and servers set."""

    def hear(self, payment, answer, via):
        if answer.outcome is not AnswerOutcome.NOT_FOUND:
            super().hear(payment, answer, via)
            return
        since_us = self.wall_since.setdefault(payment.id, self.world.wall_us)
        over = self.world.wall_us - since_us > 60_000_000
        _hear_sure(self, payment, answer, via, is_sure=over)

    def _forget(self):
        super()._forget()
        self.wall_since = {}


class TimerDisarmed(Till):
    """Stops asking as soon as anything was answered."""

    def after(self, pursuit, payment, answer, can):
        found = super().after(pursuit, payment, answer, can)
        return attrs.evolve(found, due_s=None)


class ForgetsReturns(Till):
    """Does not remember what came back of a sale already."""

    def find_sale(self, asked):
        sold = super().find_sale(asked)
        return sold and attrs.evolve(sold, returned_milli={}, refunded_minor={})


def _hear_declined(till, payment):
    answer = till.providers[payment.type]._seen(AnswerOutcome.DECLINED)
    told = cmd.HearProvider(id=payment.id, answer=answer, via="hook")
    till.submit(told, till.name(payment))


def _hear_sure(till, payment, answer, via, *, is_sure):
    told = cmd.HearProvider(
        id=payment.id,
        answer=answer,
        via=via,
        not_found_times=2 if is_sure else 0,
        grace_is_over=is_sure,
    )
    till.submit(told, till.name(payment))


@attrs.frozen(kw_only=True)
class Broken:
    """One way to be broken, and the worlds in which it shows."""

    till: type = Till
    patches: dict = attrs.field(factory=dict)
    """Names of the kernel's domain and what stands in for them."""
    world: dict
    """Fields of ``Setting``, for the broken engine and the sound one alike."""
    breaks_world: dict = attrs.field(factory=dict)
    """Fields that only the broken one lives with."""

    @property
    def setting(self):
        return Setting(till=self.till, **{**self.world, **self.breaks_world})

    @property
    def sound(self):
        return Setting(**self.world)


def nobody(*_):
    return None


BY_REFERENCE = ("gateway",)
TIMELY = {"person": {}, "decision": {"declined": 10}}
UNCLAIMED = {"decide_payment._is_claimed": nobody}
BROKEN = {
    "intent after send": Broken(
        till=IntentAfterSend,
        world={"kinds": BY_REFERENCE, "rates": {**TIMELY, "before_commit": {"crash": 15}}},
    ),
    "time-out as declined": Broken(
        till=TimeOutIsDecline,
        world={"kinds": BY_REFERENCE, "rates": {**TIMELY, "answer": {"lost": 40}}},
    ),
    "new key while in doubt": Broken(
        till=NewKeyInDoubt,
        world={"kinds": BY_REFERENCE, "rates": {**TIMELY, "answer": {"lost": 40}}},
    ),
    "acknowledged before the commit": Broken(
        till=AcknowledgeBeforeCommit,
        world={"rates": {**TIMELY, "before_commit": {"crash": 8}, "commit": {"lost": 8}}},
    ),
    "not found believed at once": Broken(
        till=NotFoundAtOnce,
        world={
            "kinds": BY_REFERENCE,
            "rates": {**TIMELY, "request": {"late": 40}, "after_send": {"crash": 30}},
        },
    ),
    "provisional as final": Broken(
        till=ProvisionalIsFinal,
        world={
            "kinds": ("zvt",),
            "rates": {**TIMELY, "request": {"lost": 20}, "unacknowledged": {"reverses": 90}},
        },
    ),
    "no watermark": Broken(
        till=NoWatermark,
        patches=UNCLAIMED,
        world={"kinds": ("zvt",), "gross": 500, "rates": {**TIMELY, "decision": {"declined": 40}}},
    ),
    "terminal not locked": Broken(
        patches={**UNCLAIMED, "decide_payment._holding": nobody},
        world={
            "kinds": ("zvt",),
            "gross": 500,
            "habits": {"parks": True},
            "rates": {**TIMELY, "answer": {"lost": 40}, "decision": {"declined": 30}},
        },
    ),
    "busy as declined": Broken(
        till=BusyIsDeclined,
        world={"kinds": ("nexo",), "rates": {**TIMELY, "request": {"twice": 40}}},
    ),
    "terminal not addressed": Broken(
        world={
            "kinds": ("nexo",),
            "rates": {**TIMELY, "swap": {"swapped": 60}, "answer": {"lost": 40}},
        },
        breaks_world={"addressed": False},
    ),
    "not found believed of any terminal": Broken(
        till=AnyTerminal,
        world={
            "kinds": ("nexo",),
            "rates": {**TIMELY, "swap": {"swapped": 60}, "answer": {"lost": 40}},
        },
    ),
    "grace by the wall's clock": Broken(
        till=WallClockGrace,
        world={
            "kinds": BY_REFERENCE,
            "rates": {
                **TIMELY,
                "request": {"late": 50},
                "after_send": {"crash": 30},
                "clock": {"jump": 25},
            },
        },
    ),
    "returns forgotten": Broken(
        till=ForgetsReturns,
        world={"kinds": BY_REFERENCE, "habits": {"brings_back": True}, "rates": TIMELY},
    ),
    "money on its way back forgotten": Broken(
        patches={"refundable.going_back_minors": lambda _: Counter()},
        world={
            "kinds": ("zvt", "dumb"),
            "sales": 16,
            "habits": {"brings_back": True, "parks": True, "pieces": 3, "impatient": False},
            "rates": {"person": {}, "answer": {"lost": 60}, "decision": {"declined": 20}},
        },
    ),
    "timer disarmed by any answer": Broken(
        till=TimerDisarmed,
        world={
            "kinds": BY_REFERENCE,
            "habits": {"takes_back": True, "keeps": False},
            "rates": {**TIMELY, "answer": {"foreign": 40}},
        },
    ),
}


def break_with(monkeypatch, broken):
    for name, stand_in in broken.patches.items():
        monkeypatch.setattr(f"posframe.kernel.domain.{name}", stand_in)
