"""What runs beside the commands of a till: the real ``payment_steps`` and ``pursue``.

What happens here in virtual time is what the real effect runner does in threads.
"""

from __future__ import annotations

import contextlib

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.domain.payment_effects import next_look_us, payment_steps
from posframe.kernel.domain.payment_judging import is_as_asked
from posframe.kernel.domain.payment_pursuit import pursue
from posframe.kernel.domain.tender import TenderStatus
from tests.simulation.payments.journalled import DownError, JournalledTill
from tests.simulation.payments.providers import RULES, Request
from tests.simulation.payments.world import SECOND


class Till(JournalledTill):
    """One till, and whatever asks its providers."""

    def _forget(self):
        self.pursuits, self.charging, self.asking = {}, set(), {}
        self.told, self.woken = set(), set()
        self.attempts = 0

    @property
    def now_s(self):
        """The steady clock."""
        return self.world.now // SECOND

    def _wake_soon(self, delay=1):
        at = self.world.now + delay
        if at not in self.woken:
            self.woken.add(at)
            self.world.at(delay, self._guarded, self.boot, self._wake, at)

    def _guarded(self, boot, act, *args):
        """Do something of one boot, later where the machine stands still."""
        if boot != self.boot or not self.is_up:
            return
        if self.world.now < self.paused_until:
            self.world.at(self.paused_until - self.world.now, self._guarded, boot, act, *args)
            return
        with contextlib.suppress(DownError):
            act(*args)

    def _wake(self, at):
        self.woken.discard(at)
        if self.world.fault("till", "machine"):
            self.paused_until = self.world.now + self.world.chance("till", "pause", 5, 300) * SECOND
        if self.world.fault("till", "clock"):
            jump_s = self.world.chance("till", "jump", -7200, 7200)
            self.world.wall_offset_us += jump_s * 1_000_000
        for step in payment_steps(self.state, self.world.wall_us):
            self._take(step)
        look_us = next_look_us(self.state)
        if look_us > self.world.wall_us:
            self._wake_soon(min((look_us - self.world.wall_us) // 1000 + 1, 600 * SECOND))

    def _take(self, step):
        payment = self.state.payments.get(step.payment.id)
        if payment != step.payment:  # changed by a step before it
            return
        if step.cancels and step.step in {"charge", "inquire"}:
            self._tell_cancel(payment)
        if step.step != "charge":
            self._pursue(payment, step)
        elif payment.id not in self.charging:
            self.submit(cmd.LosePayment(id=payment.id, cause="no call is open"), self.name(payment))

    def _pursue(self, payment, step):
        can = RULES[payment.type].capabilities
        pursuit = pursue(self.pursuits.get(payment.id), step, can, self.now_s)
        self.pursuits[payment.id] = pursuit
        why = pursuit.gives_up(payment, self.now_s)
        if why:
            self.submit(cmd.QueueReversal(id=payment.id, why=why), self.name(payment))
        elif pursuit.is_due(self.now_s):
            if not self._is_busy(payment):
                self.pursuits[payment.id] = pursuit.asked(self.now_s)
                self._wake_soon(self.pursuits[payment.id].due_s * SECOND - self.world.now)
                getattr(self, f"_{step.step}")(payment)
        elif pursuit.due_s is not None:
            self._wake_soon(pursuit.due_s * SECOND - self.world.now)

    def _is_busy(self, payment):
        """One call at a time for each provider."""
        if payment.type not in self.asking:
            return False
        _, until = self.asking[payment.type]
        if self.world.now >= until:
            return False
        self._wake_soon(until - self.world.now)
        return True

    def _occupy(self, payment, for_s):
        self.attempts += 1
        self.asking[payment.type] = (self.attempts, self.world.now + for_s * SECOND)
        return self.attempts

    def _release(self, payment, attempt):
        if self.asking.get(payment.type, (0, 0))[0] == attempt:
            del self.asking[payment.type]
            self._wake_soon()

    def _send(self, payment):
        attempt = self._occupy(payment, 3)
        if self.world.fault(self.name(payment), "request") not in {"lost", "late"}:
            self.world.at(100, self._guarded, self.boot, self._identified, payment, attempt)

    def _identified(self, payment, attempt):
        self._release(payment, attempt)
        provider = self.providers[payment.type]
        terminal, mark = provider.identify()
        if provider.is_terminal and not terminal:
            return
        name = self.name(payment)
        decision = self.submit(self.sending(payment, terminal, mark), name)
        now = self.state.payments[payment.id]
        if not decision.events or now.status is not TenderStatus.SENT:
            return  # another call sent it meanwhile, or it has to wait
        self._may_crash(name, "before_send")
        self.charging.add(payment.id)
        self.start_charge(now)
        self._may_crash(name, "after_send")

    def sending(self, payment, terminal, mark):
        return cmd.SendPayment(id=payment.id, terminal=terminal, mark=mark)

    def start_charge(self, payment):
        """Ask for the money, and wait for as long as the provider may take."""
        can = RULES[payment.type].capabilities
        attempt = self._occupy(payment, can.answer_within_s)
        self.ask(payment, "charge", "charge", attempt, self.request(payment))
        wait = (0 if payment.type == "dumb" else can.answer_within_s) * SECOND
        self.world.at(wait, self._guarded, self.boot, self._deadline, payment.id, attempt)

    def _deadline(self, id_, attempt):
        payment = self.state.payments[id_]
        self.charging.discard(id_)  # first: should the commit fail, it is lost at the next look
        self._release(payment, attempt)
        if payment.status is TenderStatus.SENT:
            self.lost(payment)

    def lost(self, payment):
        self.submit(cmd.LosePayment(id=payment.id, cause="no answer came"), self.name(payment))

    def _inquire(self, payment):
        self.ask(payment, "inquire", "inquiry", self._occupy(payment, 10), self.request(payment))

    def _look(self, payment):
        self.ask(payment, "inquire", "look", self._occupy(payment, 10), self.request(payment))

    def _reverse(self, payment):
        self.ask(payment, "reverse", "reverse", self._occupy(payment, 10), self.request(payment))

    def _tell_cancel(self, payment):
        if payment.id not in self.told and payment.type != "dumb":
            self.told.add(payment.id)
            self.network.ask(
                self.providers[payment.type], "cancel", self.request(payment), lambda _: None
            )

    def request(self, payment):
        return Request(
            payment=payment.id,
            name=self.name(payment),
            kind=payment.kind,
            amount=payment.asked_minor,
            key=payment.key,
            terminal=payment.terminal,
            mark=payment.mark,
            reference=payment.reference,
        )

    def ask(self, payment, work, via, attempt, request):
        """Send a request off; its answers belong to this boot."""
        heard = set()

        boot = self.boot

        def hear(answer):
            self._guarded(boot, self._hear, payment.id, answer, via, attempt, heard)

        self.network.ask(self.providers[payment.type], work, request, hear)

    def _hear(self, id_, answer, via, attempt, heard):
        payment = self.state.payments.get(id_)
        waited_for, _ = self.asking.get(payment.type, (0, 0)) if payment else (0, 0)
        if payment is None or (heard and via != "charge"):  # the line repeats itself
            return
        if via in {"inquiry", "look"} and waited_for != attempt:  # it was read too long ago
            return
        heard.add(attempt)
        name = self.name(payment)
        self._may_crash(name, "before_hearing")
        if answer.outcome is not AnswerOutcome.PROVISIONAL:
            self._release(payment, attempt)
        self.hear(payment, answer, via)
        self._may_crash(name, "after_hearing")
        now = self.state.payments.get(id_)
        if answer.outcome is AnswerOutcome.PROVISIONAL and now is not None:
            self.acknowledge(now, answer)

    def overhear(self, answer):
        """Hear what a provider tells unasked; it tells again until that is on disk."""
        try:
            if answer.payment in self.state.payments:
                payment = self.state.payments[answer.payment]
                self.world.tell("hook", self.name(payment), answer.outcome.name)
                told = cmd.HearProvider(id=payment.id, answer=answer, via="hook")
                self.submit(told, self.name(payment))
            else:
                self.submit(cmd.HearStray(type="gateway", answer=answer), "stray")
        except DownError:
            self.world.at(30 * SECOND, self.overhear, answer)

    def hear(self, payment, answer, via):
        """Bring an answer to the kernel, with what is known of how it was got."""
        can = RULES[payment.type].capabilities
        times, is_over = 0, False
        pursuit = self.pursuits.get(payment.id)
        if pursuit is not None and via in {"inquiry", "look", "reverse"}:
            pursuit = self.after(pursuit, payment, answer, can)
            self.pursuits[payment.id] = pursuit
            times = pursuit.not_found_times
            is_over = pursuit.grace_is_over(payment, can, self.grace_now_s)
        heard = cmd.HearProvider(
            id=payment.id, answer=answer, via=via, not_found_times=times, grace_is_over=is_over
        )
        self.world.tell("heard", self.name(payment), via, answer.outcome.name, answer.words)
        self.submit(heard, self.name(payment))

    def after(self, pursuit, payment, answer, can):
        return pursuit.after(payment, answer, can, self.grace_now_s)

    @property
    def grace_now_s(self):
        return self.now_s

    def acknowledge(self, payment, answer):
        """Say that the approval is on disk; of another amount nothing is said."""
        if payment.status is TenderStatus.UNKNOWN and is_as_asked(payment, answer):
            self.network.ask(
                self.providers[payment.type], "acknowledge", self.request(payment), lambda _: None
            )

    def name(self, payment):
        """Return a payment's name for faults: its planned sale, and which of it."""
        return f"{self.names[payment.transaction]}-{payment.id.rsplit('-', 1)[1]}"

    def needs_person(self, payment):
        pursuit = self.pursuits.get(payment.id)
        can = RULES[payment.type].capabilities
        return pursuit is not None and pursuit.needs_person(can, self.now_s)
