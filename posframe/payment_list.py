"""Open payments: those that have not come to their ends, and what can be answered about each.

The list an operator sees on screen, in line mode and in a script; its words are those of
``notices``. What an answer does is the kernel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from posframe.kernel.domain.tender import TenderStatus
from posframe.notices import payment_words, sale_words, standing_words
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.payment import Payment
    from posframe.till import Till

Standing = Literal["under way", "in doubt", "giving back", "with a person"]
Answer = Literal["cancel", "paid", "not paid", "given back"]

_STANDINGS: dict[TenderStatus, Standing] = {
    TenderStatus.INTENDED: "under way",
    TenderStatus.SENT: "under way",
    TenderStatus.UNKNOWN: "in doubt",
    TenderStatus.REVERSING: "giving back",
    TenderStatus.QUEUED_FOR_PERSON: "with a person",
}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpenPayment(Value):
    """One payment that can still change by itself or by a person's word."""

    id: str
    transaction: str
    sale: str
    """``sale 17``, or ``an earlier sale`` where that is closed."""
    is_here: bool
    """True: it is of the sale that is open now."""
    is_held: bool
    """True: its sale is held, and can be recalled."""
    label: str
    kind: str
    """``charge`` or ``refund``."""
    amount_minor: int
    """What was taken, the tip included; what is asked where nothing is known to be."""
    tip_minor: int
    standing: Standing
    words: str
    """How it stands, or what a person is asked."""
    is_asked: bool
    """True: only a person can tell, or may sooner than its provider."""
    shows: str
    """What the customer scans to pay, as the data of a QR code; empty: nothing."""
    since_us: int
    answers: tuple[Answer, ...]


def open_payments(till: Till) -> tuple[OpenPayment, ...]:
    """Return the payments of a till that are not at their ends: the open sale's, then the oldest.

    Not among them is what is closed and looked at once more later: nobody need know.
    """
    found = [
        _listed(till, each) for each in till.state.payments.values() if each.status in _STANDINGS
    ]
    return tuple(sorted(found, key=lambda each: (not each.is_here, each.since_us, each.id)))


def payment_outcome(till: Till) -> str:
    """Say what became of the open sale's last payment; empty where that is plain to see."""
    state = till.state
    tenders = state.transaction.tenders if state.transaction else ()
    payment = state.payments.get(tenders[-1].id) if tenders else None
    return payment_words(payment, state, till.asked(payment)) if payment else ""


def _listed(till: Till, payment: Payment) -> OpenPayment:
    state, asked = till.state, till.asked(payment)
    sale = state.transaction
    is_here = sale is not None and sale.id == payment.transaction
    standing = _STANDINGS[payment.status]
    return OpenPayment(
        id=payment.id,
        transaction=payment.transaction,
        sale=sale_words(payment, state),
        is_here=is_here,
        is_held=any(each.id == payment.transaction for each in state.suspended),
        label=payment.label,
        kind=payment.kind,
        amount_minor=payment.captured_minor or payment.asked_minor,
        tip_minor=payment.tip_minor,
        standing=standing,
        words=standing_words(payment, asked),
        is_asked=bool(asked.question) or standing == "with a person",
        shows=asked.shows if standing in {"under way", "in doubt"} else "",
        since_us=payment.intended_us,
        answers=_answers(payment),
    )


def _answers(payment: Payment) -> tuple[Answer, ...]:
    cancel: tuple[Answer, ...] = () if payment.cancel_wished else ("cancel",)
    match payment.status:
        case TenderStatus.INTENDED | TenderStatus.SENT:
            return cancel
        case TenderStatus.UNKNOWN:
            return (*cancel, "paid", "not paid")
        case TenderStatus.QUEUED_FOR_PERSON:
            return ("given back",)
        case _:
            return ()
