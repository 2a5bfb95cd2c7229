"""Payments by something outside, for tests of the kernel: rules, answers, and a desk that asks."""

from __future__ import annotations

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.payment import AnswerOutcome, Payment, ProviderAnswer
from posframe.kernel.domain.payment_judging import Hearing, judge
from posframe.kernel.domain.tender import Capabilities, TenderRule, TenderStatus
from tests.kernel.driving import NOON_US, SETTINGS, Desk, moment

BY_REFERENCE = Capabilities(
    inquiry="reference", reverse="reference", refund="free", answer_within_s=60, grace_s=60
)
LAST_ONLY = Capabilities(
    inquiry="last", reverse="last", refund="free", two_step=True, answer_within_s=60, grace_s=60
)
BY_HAND = Capabilities(inquiry="none", answer_within_s=60, grace_s=0)
TIPPED = attrs.evolve(BY_REFERENCE, tip_limit_milli=10_000, partial=True)  # tips up to 10 %

CARD = TenderRule("card", "Card", immediate=False, capabilities=BY_REFERENCE)
OLD = TenderRule("old", "Old terminal", immediate=False, capabilities=LAST_ONLY)
HAND = TenderRule("hand", "By hand", immediate=False, capabilities=BY_HAND)
TIP = TenderRule("tip", "Restaurant", immediate=False, capabilities=TIPPED)
LOOSE = TenderRule("loose", "Loose", immediate=False)
PAYING = attrs.evolve(SETTINGS, tenders=(*SETTINGS.tenders, CARD, OLD, HAND, TIP, LOOSE))

APPROVED, PROVISIONAL, DECLINED, REVERSED, REFUSED, IN_PROGRESS, NOT_FOUND, UNKNOWN = AnswerOutcome
S = TenderStatus

PAYMENT = Payment(
    id="p-1",
    transaction="t-1",
    type="card",
    label="Card",
    asked_minor=1_000,
    currency="EUR",
    key="k-1",
    terminal="T1",
    mark="1102",
)


def said(outcome, **more):
    """Return an answer as a provider by reference gives it."""
    return ProviderAnswer(outcome=outcome, **{"terminal": "T1", "payment": "p-1", **more})


def slip(outcome, mark="1103", amount=1_000, **more):
    """Return an answer as a terminal gives it that knows its last receipt alone."""
    known = {"terminal": "T1", "idle": True, "currency": "EUR", **more}
    return ProviderAnswer(outcome=outcome, mark=mark, amount_minor=amount, **known)


def judged(status, answer, via="inquiry", *, can=BY_REFERENCE, hearing=None, **payment):
    """Return the events that an answer comes to, for a payment that stands so."""
    known = attrs.evolve(PAYMENT, status=status, **payment)
    heard = Hearing(answer=answer, via=via, now_us=NOON_US, capabilities=can, **(hearing or {}))
    return judge(known, heard)


def names(events):
    return [type(event).__name__.removeprefix("Payment") for event in events]


class PayingDesk(Desk):
    """A desk with terminals; what the runner does, tests do by hand."""

    def __init__(self, **answers):
        super().__init__(PAYING, **answers)

    def decided(self, command):
        """Return what a command would come to; objections are thrown in, as the engine does."""
        self.count += 1
        at = moment(self.count, date=self.date, wall_us=self.wall_us)
        deciding = decide(self.state, command, at, self.settings)
        self.asked = []
        try:
            question = next(deciding)
            while True:
                self.asked.append(question)
                try:
                    answer = self.answers[type(question)](question)
                except RuleViolation as refusal:
                    question = deciding.throw(refusal)
                else:
                    question = deciding.send(answer)
        except StopIteration as stop:
            return stop.value

    def asks(self, type_="card", amount=None, *codes):
        """Scan something, press pay, and send what was asked for; return the payment."""
        if self.sale is None:
            self.scan(*(codes or ("PEN",)))
        self.do(cmd.Pay(type=type_, amount_minor=amount))
        return self.send(self.newest)

    def send(self, payment, mark="1102"):
        self.do(cmd.SendPayment(id=payment.id, terminal="T1", mark=mark))
        return self.payment(payment)

    def hear(self, payment, outcome, via="charge", **more):
        """Bring an answer that names the payment, by a provider that knows it."""
        sure = {
            name: more.pop(name) for name in ("not_found_times", "grace_is_over") if name in more
        }
        answer = said(outcome, **{"payment": payment.id, "reference": f"r-{payment.id}", **more})
        return self.do(cmd.HearProvider(id=payment.id, answer=answer, via=via, **sure))

    def approve(self, payment, **more):
        return self.hear(payment, APPROVED, amount_minor=payment.asked_minor, **more)

    def doubt(self, payment):
        self.do(cmd.LosePayment(id=payment.id, cause="no answer came"))
        return self.payment(payment)

    def payment(self, payment):
        return self.state.payments[payment.id]

    def status(self, payment):
        return self.payment(payment).status

    @property
    def newest(self):
        return list(self.state.payments.values())[-1]
