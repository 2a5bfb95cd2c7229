"""What became of every payment by something outside, folded from the journal from end to end.

The till itself remembers only its newest payments; settlement asks about all of them. Payments of
a till in training are left out: no provider ever heard of them. Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from posframe import Batch, JournalReader, Payment, ProviderAnswer, events
from posframe_payments.zvt_receipts import number_on_slip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from posframe import Recorded

Standing = Literal["in_doubt", "paid", "not_paid", "going_back", "given_back", "given_by_hand"]
"""``given_by_hand``: a person gave the money back another way; the provider still has it."""
What = Literal["charge", "refund", "reversal"]
CLOSED: Final[frozenset[Standing]] = frozenset({"not_paid", "in_doubt"})
"""Standings of payments that count for nothing."""

PAYMENT_EVENTS: Final = (
    events.PaymentIntended,
    events.PaymentSent,
    events.PaymentDoubted,
    events.PaymentApproved,
    events.PaymentDeclined,
    events.PaymentVoided,
    events.ReversalIntended,
    events.ReversalQueued,
    events.PaymentReversed,
    events.BatchClosed,
    events.StrayHeard,
)


@attrs.frozen(kw_only=True)
class Course:
    """One payment, as far as it came."""

    payment: Payment
    """As it was intended."""
    standing: Standing = "in_doubt"
    terminal: str = ""
    mark: str = ""
    """Number of the terminal's last receipt just before it was asked."""
    sent_us: int = 0
    approved_us: int = 0
    """0: never."""
    captured_minor: int = 0
    """What the provider took or gave back, the tip included; positive."""
    tip_minor: int = 0
    reference: str = ""
    receipt: str = ""
    said_by: str = ""
    """The person whose word it rests on; empty: the provider's."""
    waits_for_person: bool = False
    """True: a person has to give the money back."""

    @property
    def is_unsettled(self) -> bool:
        """Whether its provider is still being asked, so that nothing may be handed in over it."""
        return self.standing == "in_doubt" or (
            self.standing == "going_back" and not self.waits_for_person
        )


@attrs.frozen(kw_only=True)
class Movement:
    """Money that a provider moved, as far as the journal knows."""

    seq: int
    """Place in the journal."""
    type: str
    """Id of the tender type."""
    what: What
    minor: int
    """Positive for the shop, negative for the customer; a tip included."""
    tip_minor: int = 0
    terminal: str = ""
    said_by: str = ""


@attrs.frozen(kw_only=True)
class HandedIn:
    """A batch that a terminal or gateway handed in to the bank."""

    seq: int
    wall_us: int
    type: str
    label: str
    batch: Batch


@attrs.frozen(kw_only=True)
class PaymentHistory:
    """All payments of a till, in the order they were wanted."""

    courses: Mapping[str, Course]
    """By payment."""
    movements: tuple[Movement, ...]
    batches: tuple[HandedIn, ...]
    strays: tuple[ProviderAnswer, ...] = ()
    """What providers told of payments that the till no longer remembered."""


def read_history(journal: Path) -> PaymentHistory:
    """Read what became of the payments in a journal: its file, or the folder of a till.

    Raises:
        JournalError: there is none, or it cannot be read.
    """
    with JournalReader(journal) as reader:
        return history(reader.read(*PAYMENT_EVENTS))


def history(rows: Iterable[Recorded]) -> PaymentHistory:
    """Return what became of payments, by the rows about them."""
    folding = _Folding()
    for row in rows:
        folding.add(row)
    return PaymentHistory(
        courses=folding.courses,
        movements=tuple(folding.movements),
        batches=tuple(folding.batches),
        strays=tuple(folding.strays),
    )


class _Folding:
    def __init__(self) -> None:
        self.courses: dict[str, Course] = {}
        self.movements: list[Movement] = []
        self.batches: list[HandedIn] = []
        self.strays: list[ProviderAnswer] = []

    def add(self, row: Recorded) -> None:
        event: Any = row.event
        if isinstance(event, events.BatchClosed):
            self.batches.append(_handed_in(row, event))
        elif isinstance(event, events.StrayHeard):
            self.strays.append(event.answer)
        elif isinstance(event, events.PaymentIntended):
            if not event.payment.training:
                self.courses[event.payment.id] = Course(payment=event.payment)
        elif (course := self.courses.get(event.id)) is not None:
            self._note_movement(row, course)
            self.courses[event.id] = _CHANGES[type(event)](course, row, event)

    def _note_movement(self, row: Recorded, course: Course) -> None:
        """Note money that a provider moved; what a person gave back by hand it did not move."""
        event: Any = row.event
        payment = course.payment
        sign = 1 if payment.kind == "charge" else -1
        if isinstance(event, events.PaymentApproved):
            self.movements.append(
                Movement(
                    seq=row.seq,
                    type=payment.type,
                    what="charge" if sign > 0 else "refund",
                    minor=sign * event.captured_minor,
                    tip_minor=event.tip_minor if sign > 0 else 0,
                    terminal=event.answer.terminal or course.terminal,
                    said_by=event.said_by,
                )
            )
        elif isinstance(event, events.PaymentReversed) and not event.said_by and course.approved_us:
            self.movements.append(
                Movement(
                    seq=row.seq,
                    type=payment.type,
                    what="reversal",
                    minor=-sign * course.captured_minor,
                    terminal=course.terminal,
                )
            )


def _handed_in(row: Recorded, event: events.BatchClosed) -> HandedIn:
    return HandedIn(
        seq=row.seq, wall_us=row.wall_us, type=event.type, label=event.label, batch=event.batch
    )


def _sent(course: Course, row: Recorded, event: events.PaymentSent) -> Course:
    terminal, mark = event.terminal, event.mark
    return attrs.evolve(course, terminal=terminal, mark=mark, sent_us=row.wall_us)


def _approved(course: Course, row: Recorded, event: events.PaymentApproved) -> Course:
    answer = event.answer
    return attrs.evolve(
        course,
        standing="paid",
        terminal=answer.terminal or course.terminal,
        approved_us=row.wall_us,
        captured_minor=event.captured_minor,
        tip_minor=event.tip_minor,
        reference=answer.reference or course.reference,
        receipt=number_on_slip(answer.mark),
        said_by=event.said_by,
    )


def _declined(course: Course, _row: Recorded, event: events.PaymentDeclined) -> Course:
    reference = event.answer.reference or course.reference
    return attrs.evolve(course, standing="not_paid", reference=reference)


def _voided(course: Course, _row: Recorded, event: events.PaymentVoided) -> Course:
    return attrs.evolve(course, standing="not_paid", said_by=event.said_by)


def _reversed(course: Course, _row: Recorded, event: events.PaymentReversed) -> Course:
    standing: Standing = "given_by_hand" if event.said_by else "given_back"
    return attrs.evolve(course, standing=standing, waits_for_person=False)


_CHANGES: Final[dict[type, Callable[[Course, Recorded, Any], Course]]] = {
    events.PaymentSent: _sent,
    events.PaymentDoubted: lambda course, _row, _event: attrs.evolve(course, standing="in_doubt"),
    events.PaymentApproved: _approved,
    events.PaymentDeclined: _declined,
    events.PaymentVoided: _voided,
    events.ReversalIntended: lambda course, _row, _event: attrs.evolve(
        course, standing="going_back"
    ),
    events.ReversalQueued: lambda course, _row, _event: attrs.evolve(course, waits_for_person=True),
    events.PaymentReversed: _reversed,
}
