"""What is to be asked of providers next: a pure function of state, at boot and while running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from posframe.kernel.domain.payment import CLOSED, Payment
from posframe.kernel.domain.tender import TenderStatus
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.transaction import TillState

Step = Literal["send", "charge", "inquire", "reverse", "look"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentStep(Value):
    """One thing to ask a provider."""

    payment: Payment
    step: Step
    cancels: bool = False
    """True: the cashier wishes it given up; say so before asking."""


_STEP_OF: dict[TenderStatus, Step] = {
    TenderStatus.INTENDED: "send",
    TenderStatus.SENT: "charge",
    TenderStatus.UNKNOWN: "inquire",
    TenderStatus.REVERSING: "reverse",
    TenderStatus.QUEUED_FOR_PERSON: "reverse",
}
_ORDER: tuple[Step, ...] = ("charge", "inquire", "reverse", "send", "look")
"""What is in doubt is asked about before anything new is charged; second looks come last."""


def payment_steps(state: TillState, now_us: int) -> tuple[PaymentStep, ...]:
    """Return the next step of every payment that can still change.

    In each provider's queue the newest payment in doubt comes first: a terminal that knows only its
    last receipt can answer for that one alone.
    """
    found = [step for payment in state.payments.values() if (step := _step_of(payment, now_us))]
    found.reverse()
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.step)))


def next_look_us(state: TillState) -> int:
    """Return when the next second look is due; 0: none is."""
    return min((each.look_us for each in state.payments.values() if each.look_us), default=0)


def _step_of(payment: Payment, now_us: int) -> PaymentStep | None:
    step = _STEP_OF.get(payment.status)
    if step is None and payment.status in CLOSED and 0 < payment.look_us <= now_us:
        step = "look"
    if step is None:
        return None
    return PaymentStep(payment=payment, step=step, cancels=payment.cancel_wished)
