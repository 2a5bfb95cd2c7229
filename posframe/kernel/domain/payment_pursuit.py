"""The pursuit of a payment: when its provider is asked again, and when a person is.

What is remembered here is volatile on purpose. It is never stored and starts over with the till, so
that a restart makes every wait longer and none shorter. Times are whole seconds of a clock that is
steady since this start of the till, never of the wall. Pure: the runner and the simulation use it
alike. What an answer means is ``payment_judging``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.domain.payment_judging import is_foreign, is_not_found
from posframe.kernel.domain.tender import TenderStatus
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.payment import Payment, ProviderAnswer
    from posframe.kernel.domain.payment_effects import PaymentStep, Step
    from posframe.kernel.domain.tender import Capabilities

INQUIRY_FIRST_S, INQUIRY_LAST_S = 4, 30
REVERSAL_FIRST_S, REVERSAL_LAST_S = 2, 60
SLOW_S = 300
"""How often a reversal is tried on once a person has it, and a second look where none is clear."""
REVERSAL_TRIES = 5
"""After so many a reversal is a person's; each may have taken the provider's whole time."""
PERSON_AFTER_S = 900
"""After so long in doubt a person is asked, who may know more than the provider."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Pursuit(Value):
    """What is remembered of asking for one payment's next step, since this start of the till."""

    payment: Annotated[str, 1]
    status: Annotated[TenderStatus, 2]
    """What it stood at when this began; another status is another pursuit."""
    step: Annotated[str, 3]
    begun_s: Annotated[int, 4]
    due_s: Annotated[int | None, 5]
    """Not asked before this second; None: not at all, for the provider cannot say."""
    tries: Annotated[int, 6] = 0
    not_found_times: Annotated[int, 7] = 0
    """How often it was not found in a row, by the terminal it was sent to."""
    not_found_since_s: Annotated[int | None, 8] = None
    is_elsewhere: Annotated[bool, 9] = False
    """True: another terminal answered last, or with another receipt: only a person can tell."""
    last: Annotated[AnswerOutcome | None, 10] = None
    """What was last said of it, for the screen."""
    asked_s: Annotated[int, 11] = 0
    """When the answer that is waited for was asked for."""

    def asked(self, now_s: int) -> Pursuit:
        """Return the pursuit once the provider is being asked again.

        The next time is set here and not by the answer: one that is lost, late, or another
        payment's leaves the clock running.
        """
        wait_s = _wait_s(self.tries, INQUIRY_FIRST_S, INQUIRY_LAST_S)
        if self.status is TenderStatus.QUEUED_FOR_PERSON:
            wait_s = SLOW_S
        elif self.step == "reverse":
            wait_s = _wait_s(self.tries, REVERSAL_FIRST_S, REVERSAL_LAST_S)
        elif self.step == "look":
            wait_s = _wait_s(self.tries, INQUIRY_FIRST_S, SLOW_S)
        return attrs.evolve(self, tries=self.tries + 1, asked_s=now_s, due_s=now_s + wait_s)

    def after(
        self, payment: Payment, answer: ProviderAnswer, can: Capabilities, now_s: int
    ) -> Pursuit:
        """Return the pursuit after an answer; judge the answer with what this returns.

        Anything but "not found" from the same terminal ends the row of them, except for an answer
        that says nothing.
        """
        is_other = is_foreign(payment, answer)
        if is_other and can.inquiry != "last":
            return self
        is_elsewhere = is_other or bool(
            answer.terminal and payment.terminal and answer.terminal != payment.terminal
        )
        found = attrs.evolve(self, is_elsewhere=is_elsewhere, last=answer.outcome)
        if is_elsewhere or answer.outcome is AnswerOutcome.UNKNOWN:
            return found
        if not is_not_found(payment, answer, can):
            return attrs.evolve(found, not_found_times=0, not_found_since_s=None)
        since_s = now_s if self.not_found_since_s is None else self.not_found_since_s
        return attrs.evolve(
            found, not_found_times=self.not_found_times + 1, not_found_since_s=since_s
        )

    def is_due(self, now_s: int) -> bool:
        """Tell whether the provider is to be asked now."""
        return self.due_s is not None and now_s >= self.due_s

    def grace_left_s(self, payment: Payment, can: Capabilities, now_s: int) -> int | None:
        """Return how long "not found" may still be wrong; None: it was not said last."""
        if self.not_found_since_s is None:
            return None
        return max(0, self.not_found_since_s + grace_s(payment, can) + 1 - now_s)

    def grace_is_over(self, payment: Payment, can: Capabilities, now_s: int) -> bool:
        """Tell whether the first "not found" is longer ago than the provider's grace.

        Counted to when the last one was asked for: an answer may have been long on its way.
        """
        since_s = self.not_found_since_s
        if since_s is None:
            return False
        return min(now_s, self.asked_s) - since_s > grace_s(payment, can)

    def needs_person(self, can: Capabilities, now_s: int) -> bool:
        """Tell whether only a person can say what became of it, or may sooner than the provider."""
        if self.status is not TenderStatus.UNKNOWN:
            return False
        too_long = now_s - self.begun_s >= PERSON_AFTER_S
        return too_long or self.is_elsewhere or can.inquiry == "none"

    def gives_up(self, payment: Payment, now_s: int) -> str:
        """Say why a reversal is now a person's; empty: it is not."""
        if payment.status is not TenderStatus.REVERSING:
            return ""
        if self.tries < REVERSAL_TRIES or not self.is_due(now_s):
            return ""
        return f"{payment.label} did not say in {self.tries} tries that it was given back"


def begin(step: PaymentStep, can: Capabilities, now_s: int) -> Pursuit:
    """Return a pursuit that begins now: at a start of the till, or as a payment changes status."""
    payment = step.payment
    waits = payment.status is TenderStatus.QUEUED_FOR_PERSON
    due_s = now_s + SLOW_S if waits else now_s
    return Pursuit(
        payment=payment.id,
        status=payment.status,
        step=step.step,
        begun_s=now_s,
        due_s=due_s if _can_be_asked(payment, step.step, can) else None,
    )


def pursue(known: Pursuit | None, step: PaymentStep, can: Capabilities, now_s: int) -> Pursuit:
    """Return the pursuit of a step: the one that is known, or a new one if that was of another.

    Where it ``is_due``, keep what ``asked`` returns, ask, keep what ``after`` returns, and bring
    the answer to the kernel with its ``not_found_times`` and ``grace_is_over``.
    """
    if known is None or (known.status, known.step) != (step.payment.status, step.step):
        return begin(step, can, now_s)
    return known


def grace_s(payment: Payment, can: Capabilities) -> int:
    """Return how long a payment may turn up after "not found"; money handed out counts double."""
    return can.grace_s * 2 if payment.kind == "refund" else can.grace_s


def _can_be_asked(payment: Payment, step: Step, can: Capabilities) -> bool:
    if step in ("inquire", "look"):
        return can.inquiry != "none"
    if step == "reverse":
        return payment.kind == "charge" and can.reverse != "none"
    return True


def _wait_s(tries: int, first_s: int, last_s: int) -> int:
    """Return a wait that doubles with every try, up to the last."""
    return min(last_s, first_s << min(tries, 16))
