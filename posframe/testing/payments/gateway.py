"""The far side of a payment gateway, in memory: its ledger is the truth, it fails on order.

It goes on by itself, as a far side does: what it has been sent is booked though nobody listens any
more. It knows payments by our reference, and books each once whatever is sent twice.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.providers import PaymentRequest

FAULTS = (
    "unreachable",  # it cannot be reached before anything is sent
    "lost request",  # nothing is booked, and no answer comes
    "lost answer",  # booked, and no answer comes
    "late answer",  # booked at once, answered late
    "late request",  # booked late, never answered
    "decline",  # not booked
    "decline and charge",  # says that it declined, and books late
    "twice",  # answers twice
    "wrong amount",  # books what was asked, and says another amount
    "foreign",  # answers about another payment first
    "garbage",  # answers nothing that can be understood
    "busy",  # cannot say
    "deaf to cancel",  # hears no wish to cancel
    "broken",  # the near side's software fails
    "lost inquiry",  # an inquiry is not answered
    "lost reversal",  # reversed, and no answer comes
    "refuse reversal",  # will not reverse
)
Script = list[tuple[float, "Callable[[], None]"]]
"""(after so many seconds, what happens at the far side)."""


@attrs.define
class Booking:
    """What the ledger says of one payment of ours."""

    payment: str
    kind: str
    amount_minor: int
    reference: str
    original: str = ""
    is_reversed: bool = False


class Box:
    """What comes back on one open call; None ends it."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[ProviderAnswer | None] = asyncio.Queue()

    def say(self, answer: ProviderAnswer | None) -> None:
        """Let something arrive."""
        self.answers.put_nowait(answer)


class Gateway:
    """A ledger, a network, and what is told to go wrong next."""

    def __init__(self, *, two_step: bool = False, offline_limit_minor: int = 0) -> None:
        self.two_step = two_step
        self.offline_limit_minor = offline_limit_minor
        self.bookings: list[Booking] = []
        self.requests: list[tuple[str, str]] = []
        """(what was asked, payment) of everything that came over the wire."""
        self.told: list[ProviderAnswer] = []
        """What it tells unasked, until that is let go of."""
        self.refused: set[str] = set()
        self.held: set[str] = set()
        """Approved so far: waiting for the acknowledgement."""
        self.terminal = "T1"
        self.customer_s, self.hop_s, self.late_s = 0.0, 0.0, 90.0
        """How long the customer takes, one way over the network, and what is late."""
        self._cut_off: list[PaymentRequest] | None = None
        self._faults: dict[str, int] = {}
        self._boxes: dict[str, Box] = {}
        self._coming: dict[str, list[asyncio.TimerHandle]] = {}
        self._at_it: set[str] = set()
        """Payments whose customer stands at the terminal."""

    def fail(self, name: str, times: int = 1) -> None:
        """Have something go wrong ``times`` times; names are those of `FAULTS`."""
        assert name in FAULTS, f"{name!r} is none of {', '.join(FAULTS)}"
        self._faults[name] = times

    def happens(self, name: str) -> bool:
        """Tell whether a fault happens now, and count it down."""
        left = self._faults.get(name, 0)
        self._faults[name] = max(0, left - 1)
        return left > 0

    def cut_off(self) -> None:
        """Cut it off from what is behind it, or connect it again; then it books what it kept."""
        if self._cut_off is None:
            self._cut_off = []
            return
        kept, self._cut_off = self._cut_off, None
        for request in kept:
            self.book(request)

    def of(self, payment: str) -> list[Booking]:
        """Return what is booked under a payment of ours."""
        return [each for each in self.bookings if each.payment == payment]

    def held_minor(self, payment: str) -> int:
        """Return what the customer is short of by a payment; a refund gives, so it is negative."""
        signs = {"charge": 1, "refund": -1}
        open_ = (each for each in self.of(payment) if not each.is_reversed)
        return sum(signs[each.kind] * each.amount_minor for each in open_)

    def taken(self, payment: str) -> list[int]:
        """Return the amounts taken under a payment of ours."""
        return [each.amount_minor for each in self.of(payment) if each.kind == "charge"]

    def returned(self, payment: str) -> list[int]:
        """Return the amounts given back under a payment of ours."""
        every = self.of(payment)
        return [each.amount_minor for each in every if each.is_reversed or each.kind == "refund"]

    def book(self, request: PaymentRequest) -> None:
        """Book a payment once, whatever comes twice; no refund beyond what is left of its payment.

        A refund that names none is free.
        """
        for waiting in (self.held, self._at_it):
            waiting.discard(request.payment)
        if self.of(request.payment):
            return
        is_bound = request.kind == "refund" and request.original
        if is_bound and request.amount_minor > self._left(request.original):
            self.refused.add(request.payment)
            return
        booking = Booking(
            payment=request.payment,
            kind=request.kind,
            amount_minor=request.amount_minor,
            reference=f"G{len(self.bookings) + 1:06d}",
            original=request.original,
        )
        self.bookings.append(booking)

    def seen(self, payment: str) -> ProviderAnswer:
        """Return what the ledger says of a payment of ours."""
        known = ProviderAnswer(
            outcome=AnswerOutcome.NOT_FOUND, payment=payment, terminal=self.terminal, idle=True
        )
        for booking in self.of(payment):
            undone = booking.is_reversed
            return attrs.evolve(
                known,
                outcome=AnswerOutcome.REVERSED if undone else AnswerOutcome.APPROVED,
                reference=booking.reference,
                amount_minor=booking.amount_minor,
                currency="EUR",
                raw=f"{booking.reference} {booking.amount_minor}".encode(),
            )
        if payment in self.held:
            return attrs.evolve(known, outcome=AnswerOutcome.PROVISIONAL)
        if payment in self._at_it:
            return attrs.evolve(known, outcome=AnswerOutcome.IN_PROGRESS, idle=False)
        if payment in self.refused:
            return attrs.evolve(known, outcome=AnswerOutcome.DECLINED)
        return known

    def undo(self, payment: str) -> ProviderAnswer:
        """Undo a booking; one that is undone stays so."""
        for booking in self.of(payment):
            booking.is_reversed = True
        return self.seen(payment)

    def post(self, request: PaymentRequest) -> Box:
        """Take a request; what comes of it comes by itself."""
        box = self._boxes[request.payment] = Box()
        if self._cut_off is not None:
            self._offline(request, box)
        elif not self.happens("lost request"):
            self._play(request.payment, self._script(request, box))
        return box

    def acknowledge(self, request: PaymentRequest, *, keep: bool) -> None:
        """Book what was approved so far and say so, or let it go."""
        if request.payment not in self.held:
            return
        box = self._boxes.get(request.payment, Box())
        if keep:
            self.book(request)
            self._play(request.payment, self._saying(request.payment, box))
        else:
            self.held.discard(request.payment)
            box.say(None)

    def cancel(self, payment: str) -> None:
        """Send the customer away, where nothing is booked yet and it hears."""
        if payment in self._at_it and not self.happens("deaf to cancel"):
            for each in self._coming.pop(payment):
                each.cancel()
            self._refuse(payment)
            self._boxes[payment].say(self.seen(payment))
            self._boxes[payment].say(None)

    def _left(self, reference: str) -> int:
        found = [each for each in self.bookings if each.reference == reference]
        back = [each for each in self.bookings if each.original == reference]
        taken = sum(each.amount_minor for each in found if not each.is_reversed)
        return taken - sum(each.amount_minor for each in back)

    def _offline(self, request: PaymentRequest, box: Box) -> None:
        assert self._cut_off is not None, "it is cut off"
        if request.amount_minor > self.offline_limit_minor:
            self.refused.add(request.payment)
            box.say(self.seen(request.payment))
        else:
            self._cut_off.append(request)
            approved = attrs.evolve(
                self.seen(request.payment), outcome=AnswerOutcome.APPROVED, offline=True
            )
            box.say(attrs.evolve(approved, amount_minor=request.amount_minor, currency="EUR"))
        box.say(None)

    def _play(self, payment: str, script: Script) -> None:
        """Let things happen at their times, with nobody waiting for them."""
        loop = asyncio.get_running_loop()
        self._coming[payment] = [loop.call_later(after_s, act) for after_s, act in script]

    def _script(self, request: PaymentRequest, box: Box) -> Script:
        """Return what comes of a request."""
        id_, at_s = request.payment, self.hop_s + self.customer_s
        if self.happens("late request"):
            return [(at_s + self.late_s, lambda: self.book(request))]
        steps: Script = [(self.hop_s, lambda: self._at_it.add(id_))]
        if self.happens("foreign"):
            other = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment="other", amount_minor=1)
            steps.append((self.hop_s, lambda: box.say(other)))
        for words in ("garbage", "busy"):
            if self.happens(words):
                unclear = ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=words)
                return [*steps, *self._without_booking(id_, at_s, box, unclear)]
        declined = ProviderAnswer(outcome=AnswerOutcome.DECLINED, payment=id_)
        if self.happens("decline"):
            return [*steps, *self._without_booking(id_, at_s, box, declined)]
        if self.happens("decline and charge"):
            steps += [(at_s, lambda: self._refuse(id_)), (at_s, lambda: box.say(declined))]
            at_s += self.late_s
        elif self.two_step:
            so_far = attrs.evolve(
                declined, outcome=AnswerOutcome.PROVISIONAL, amount_minor=request.amount_minor
            )
            back_s = at_s + self.hop_s
            return [*steps, (at_s, lambda: self._hold(id_)), (back_s, lambda: box.say(so_far))]
        saying = [(at_s + wait_s, act) for wait_s, act in self._saying(id_, box)]
        return [*steps, (at_s, lambda: self.book(request)), *saying]

    def _without_booking(self, id_: str, at_s: float, box: Box, answer: ProviderAnswer) -> Script:
        """Return how a request ends that takes no money."""

        def end() -> None:
            box.say(answer)
            box.say(None)

        at_once = self._refuse if answer.outcome is AnswerOutcome.DECLINED else self._at_it.discard
        return [(at_s, lambda: at_once(id_)), (at_s + self.hop_s, end)]

    def _saying(self, payment: str, box: Box) -> Script:
        """Return how a booking is told, as well as the network lets it."""
        if self.happens("lost answer"):
            return []
        after_s = self.late_s if self.happens("late answer") else self.hop_s
        more = 1000 if self.happens("wrong amount") else 0
        times = 2 if self.happens("twice") else 1

        def say() -> None:
            answer = self.seen(payment)
            if more and answer.amount_minor is not None:
                answer = attrs.evolve(answer, amount_minor=answer.amount_minor + more)
            for _ in range(times):
                box.say(answer)
            box.say(None)

        return [(after_s, say)]

    def _refuse(self, payment: str) -> None:
        self._at_it.discard(payment)
        self.refused.add(payment)

    def _hold(self, payment: str) -> None:
        self._at_it.discard(payment)
        self.held.add(payment)
