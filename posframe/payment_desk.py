"""A desk: where one payment terminal or provider is asked, one thing at a time.

Each step here is the same dance: what is about to be done is on disk, then it is done, then what
was heard is on disk, and only then is it acknowledged. When a step is due is the runner's business.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import anyio
import attrs

from posframe.asking import answered, sound, sound_batch, sound_identity, told, trouble
from posframe.crashpoint import crashpoint
from posframe.kernel.domain.card_guard import shown
from posframe.kernel.domain.commands import (
    HearBatch,
    HearProvider,
    HearStray,
    LosePayment,
    PrintSlips,
    QueueReversal,
    SendPayment,
)
from posframe.kernel.domain.decide_stray import NAMED_A_DAY, names_payment
from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.domain.payment_events import PaymentSent
from posframe.kernel.domain.payment_judging import is_as_asked, is_foreign
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.engine import Outcome
from posframe.kernel.providers import request_of

if TYPE_CHECKING:
    from posframe.kernel.domain.payment import Payment, ProviderAnswer
    from posframe.kernel.domain.payment_effects import PaymentStep
    from posframe.kernel.domain.payment_pursuit import Pursuit
    from posframe.kernel.domain.tender import Capabilities
    from posframe.kernel.providers import PaymentProvider, PaymentRequest

IDENTIFY_WITHIN_S = 10
INQUIRY_WITHIN_S = 30
REVERSAL_WITHIN_S = 60
TOLD_WITHIN_S = 10
BATCH_WITHIN_S = 240
LATE_S = 900
"""So long after its deadline an open call is still listened to."""
OPEN_CALLS_MAX = 8
ANY_QUESTION = "Did it go through? Amount and number are on the slip"
CLOSE_S = 1.0
"""For a provider to let go of a call; really so long."""
DAY_S = 86_400
LISTEN_PAUSE_S = 30
"""Before a provider that stopped telling is listened to again."""

_UNDER_WAY = frozenset({AnswerOutcome.PROVISIONAL, AnswerOutcome.IN_PROGRESS})
Via = Literal["charge", "inquiry", "hook", "reverse", "look"]
T = TypeVar("T")


@attrs.frozen(kw_only=True)
class TillSide:
    """What a desk needs of the till."""

    do: Callable[[Any], Awaitable[Outcome]]
    """Does a command, however long it has to wait, and returns what became of it."""
    state: Callable[[], TillState]
    now_s: Callable[[], int]
    real_s: Callable[[int], float]
    """How long a wait of so many seconds really is; shorter in tests."""
    start: Callable[..., Any]
    """Starts a task that outlives the step."""


@attrs.define(eq=False)
class Call:
    """An ``authorise`` or ``refund`` that may still bring something."""

    payment: str
    said: anyio.Event = attrs.field(factory=anyio.Event)
    """Set with its last word, or its end."""
    scope: anyio.CancelScope = attrs.field(factory=anyio.CancelScope)
    words: str = ""
    shows: str = ""


@attrs.define(eq=False)
class Turn:
    """Whose turn it is at one terminal; shared by the desks of tender types that use it."""

    busy: bool = False


class Desk:
    """Asks one provider; ``turn`` says whether a step is under way."""

    def __init__(
        self, type_: str, provider: PaymentProvider, can: Capabilities, turn: Turn, till: TillSide
    ) -> None:
        self.provider, self.can, self.turn = provider, can, turn
        self.calls: dict[str, Call] = {}
        """By payment; the newest is under way, others may still bring a late answer."""
        self.pursuits: dict[str, Pursuit] = {}
        self._type, self._till = type_, till
        self._wished: set[str] = set()
        self._strays = {True: (0, 0), False: (0, 0)}
        """The day since the start, and how many strays it had that name a payment, or none."""

    async def do(self, step: PaymentStep) -> None:
        """Do one step."""
        payment = step.payment
        if step.step == "send":
            await self._send(payment)
        elif step.step == "charge":
            await self._lose(payment.id, "the call for it is gone")
        elif step.step == "reverse":
            await self._reverse(payment)
        else:
            await self._inquire(step)

    def progress(self, payment: Payment) -> str:
        """Return what the terminal last said is going on; from any thread."""
        call = self.calls.get(payment.id)
        return call.words if call else ""

    def shows(self, payment: Payment) -> str:
        """Return what the customer scans to pay, as the data of a QR code; from any thread."""
        call = self.calls.get(payment.id)
        return call.shows if call else ""

    def question(self, payment: Payment) -> str:
        """Return what a person is asked about a payment; from any thread."""
        with contextlib.suppress(Exception):  # a provider's fault leaves the till's own words
            return shown(str(self.provider.question(request_of(payment)).words))
        return ANY_QUESTION

    def wish_cancelled(self, payment: Payment) -> None:
        """Tell the provider once, beside its open call, that the cashier wants it given up."""
        if payment.id in self.calls and payment.id not in self._wished:
            self._wished.add(payment.id)
            self._till.start(self._tell, self.provider.cancel, request_of(payment))

    async def close_batch(self, key: str) -> None:
        """Have the provider hand in what it took, and store what it reports.

        Raises:
            PosframeError: it was not done, or what was reported could not be stored.
            TimeoutError: nobody knows.
        """
        with anyio.fail_after(self._till.real_s(BATCH_WITHIN_S)):
            batch = sound_batch(await self.provider.close_batch(key))
        outcome = await self._till.do(HearBatch(type=self._type, batch=batch))
        if outcome.error is not None:
            raise outcome.error

    def forget_calls(self) -> None:
        """Note that nothing is under way any more: what was is asked about, as after a start."""
        self.calls.clear()
        self._wished.clear()
        self.turn.busy = False

    async def listen(self) -> None:
        """Hear what the provider tells unasked, for as long as the till runs."""
        while True:
            with contextlib.suppress(Exception):  # a provider's fault: it is listened to again
                async with _closing(self.provider.listen()) as tellings:
                    async for answer, done in tellings:
                        if await self._overheard(sound(answer)):
                            await told(done, self._till.real_s(TOLD_WITHIN_S))
            await anyio.sleep(self._till.real_s(LISTEN_PAUSE_S))

    async def _send(self, payment: Payment) -> None:
        """Name the terminal, store that it is about to be asked, and ask it."""
        self._end_old_calls()
        try:
            with anyio.fail_after(self._till.real_s(IDENTIFY_WITHIN_S)):
                who = sound_identity(await self.provider.identify())
        except Exception as error:  # noqa: BLE001 - nothing was sent, so this is certain
            late = isinstance(error, TimeoutError)
            words = "the terminal does not answer" if late else trouble(error)
            await self._lose(payment.id, words)
            return
        send = SendPayment(id=payment.id, terminal=who.terminal, mark=who.mark)
        outcome = await self._till.do(send)
        sent = outcome.state.payments.get(payment.id)
        stored = any(type(row.event) is PaymentSent for row in outcome.recorded)
        if outcome.repeated or not stored or sent is None or sent.status is not TenderStatus.SENT:
            return  # only a Sent that this asking wrote may charge: another's was asked for already
        crashpoint("payment.sent")
        await self._charge(sent)

    async def _charge(self, payment: Payment) -> None:
        """Ask for the money, and wait for the last word as long as the provider may take."""
        call = self.calls[payment.id] = Call(payment.id)
        self._till.start(self._read, payment, call)
        within_s = self.can.answer_within_s
        with anyio.move_on_after(self._till.real_s(within_s)):
            await call.said.wait()
        if not call.said.is_set():
            call.scope.deadline = anyio.current_time() + self._till.real_s(LATE_S)
            await self._lose(payment.id, f"no answer within {within_s} seconds")

    async def _read(self, payment: Payment, call: Call) -> None:
        """Store all that an open call brings, also after its deadline; acknowledge after that."""
        request = request_of(payment)
        cause = "it ended without a last word"
        with call.scope:
            try:
                ask = self.provider.refund if request.kind == "refund" else self.provider.authorise
                async with _closing(ask(request)) as answers:
                    async for each in answers:
                        await self._read_one(payment.id, request, call, sound(each))
            except Exception as error:  # noqa: BLE001 - a provider's bug says nothing about the money
                cause = trouble(error)
            await self._lose(payment.id, cause)  # changes nothing where a last word was heard
        call.said.set()
        if self.calls.get(payment.id) is call:
            del self.calls[payment.id]
            self._wished.discard(payment.id)

    async def _read_one(
        self, id_: str, request: PaymentRequest, call: Call, answer: ProviderAnswer
    ) -> None:
        call.words, call.shows = answer.words, answer.shows
        if answer.outcome is AnswerOutcome.IN_PROGRESS:
            if answer.slips:
                await self._till.do(PrintSlips(id=id_, slips=answer.slips))
            return  # the customer is at it: shown, and no news about the money
        crashpoint("payment.answered")
        outcome = await self._hear(id_, answer, "charge")
        if not outcome.accepted:  # nothing of it counts, and nothing is acknowledged: it is asked
            await self._lose(id_, "what was said could not be stored")
            call.said.set()
            return
        crashpoint("payment.heard")
        await self._acknowledge(id_, request, answer, outcome.state)
        heard = outcome.state.payments.get(id_)
        waits = heard is not None and heard.status is TenderStatus.SENT
        if answer.outcome not in _UNDER_WAY and not waits:  # another's answer ends no wait
            call.said.set()

    async def _acknowledge(
        self, id_: str, request: PaymentRequest, answer: ProviderAnswer, state: TillState
    ) -> None:
        """Two-step: keep what was approved so far, now that it is on disk, or let it go."""
        payment = state.payments.get(id_)
        if not self.can.two_step or (payment is not None and is_foreign(payment, answer)):
            return
        if answer.outcome is AnswerOutcome.PROVISIONAL:
            keep = payment is not None and _is_wanted(payment, answer)
        elif answer.outcome is AnswerOutcome.APPROVED:
            keep = True  # its last word; whether it goes back is not this call's business
        else:
            return
        await self._tell(self.provider.acknowledge, request, keep=keep)
        crashpoint("payment.acknowledged")

    async def _inquire(self, step: PaymentStep) -> None:
        """Ask what became of a payment, and store what that comes to."""
        payment, request = step.payment, request_of(step.payment)
        pursuit = self.pursuits[payment.id]
        missing = self.can.fence and pursuit.last is AnswerOutcome.NOT_FOUND
        if step.step == "inquire" and (step.cancels or missing):
            await self._tell(self.provider.cancel, request)
        pursuit = self._asked(payment)
        within_s = self._till.real_s(INQUIRY_WITHIN_S)
        answer = await answered(lambda: self.provider.inquire(request), within_s)
        if not self._is_still(payment, pursuit):
            return  # it speaks of what was: a reversal or a person may have come between
        now_s = self._till.now_s()
        pursuit = pursuit.after(payment, answer, self.can, now_s)
        self.pursuits[payment.id] = pursuit
        outcome = await self._till.do(
            HearProvider(
                id=payment.id,
                answer=answer,
                via="look" if step.step == "look" else "inquiry",
                not_found_times=pursuit.not_found_times,
                grace_is_over=pursuit.grace_is_over(payment, self.can, now_s),
            )
        )
        if outcome.accepted and answer.outcome is AnswerOutcome.PROVISIONAL:
            await self._acknowledge(payment.id, request, answer, outcome.state)

    async def _reverse(self, payment: Payment) -> None:
        """Ask for the money to go back, by the same key each time; or hand it to a person."""
        why = self.pursuits[payment.id].gives_up(payment, self._till.now_s())
        if why:
            await self._till.do(QueueReversal(id=payment.id, why=why))
            return
        self._asked(payment)
        within_s = self._till.real_s(REVERSAL_WITHIN_S)
        crashpoint("payment.reversing")
        request = request_of(payment)
        answer = await answered(lambda: self.provider.reverse(request), within_s)
        await self._hear(payment.id, answer, "reverse")

    async def _overheard(self, answer: ProviderAnswer) -> bool:
        """Store what was told unasked; whether the provider may let go of it.

        It speaks of its own payments only, whatever others it names.
        """
        own = [each for each in self._till.state().payments.values() if each.type == self._type]
        id_ = answer.payment
        if not id_ and names_payment(answer):
            id_ = next((each.id for each in own if each.reference == answer.reference), "")
        if not any(each.id == id_ for each in own):
            return await self._note_stray(answer)
        return (await self._hear(id_, answer, "hook")).accepted

    async def _note_stray(self, answer: ProviderAnswer) -> bool:
        """Write down what was told of a payment long forgotten, or that is another till's.

        Nobody vouches for what names no payment: a flood of such takes no room from the others. Of
        those, what is too much for a day is the sender's to keep.
        """
        day, is_named = self._till.now_s() // DAY_S, names_payment(answer)
        last, times = self._strays[is_named]
        times = times + 1 if last == day else 1
        if is_named and times > NAMED_A_DAY:
            return False
        stray = HearStray(type=self._type, answer=answer, times=times)
        is_noted = (await self._till.do(stray)).accepted
        if is_noted:
            self._strays[is_named] = (day, times)
        return is_noted

    async def _hear(self, id_: str, answer: ProviderAnswer, via: Via) -> Outcome:
        return await self._till.do(HearProvider(id=id_, answer=answer, via=via))

    async def _lose(self, id_: str, cause: str) -> None:
        await self._till.do(LosePayment(id=id_, cause=cause))

    async def _tell(
        self, act: Callable[..., Awaitable[None]], request: PaymentRequest, **more: bool
    ) -> None:
        """Tell the provider something that only a later answer confirms."""
        await told(lambda: act(request, **more), self._till.real_s(TOLD_WITHIN_S))

    def _asked(self, payment: Payment) -> Pursuit:
        """Set when it is asked next, before it is asked: an answer that is lost stops nothing."""
        pursuit = self.pursuits[payment.id].asked(self._till.now_s())
        self.pursuits[payment.id] = pursuit
        return pursuit

    def _is_still(self, payment: Payment, pursuit: Pursuit) -> bool:
        """Tell whether a payment stands as it did when it was asked about, and was not since."""
        now = self._till.state().payments.get(payment.id)
        is_same = now is not None and now.status is payment.status
        return is_same and self.pursuits.get(payment.id) is pursuit

    def _end_old_calls(self) -> None:
        """Make room for a new call.

        A terminal that knows only its last receipt would take the old one's place; elsewhere a late
        answer may still come, from the last few.
        """
        keep = 0 if self.can.inquiry == "last" else OPEN_CALLS_MAX - 1
        for call in list(self.calls.values())[: max(0, len(self.calls) - keep)]:
            call.scope.cancel()


def _is_wanted(payment: Payment, answer: ProviderAnswer) -> bool:
    """Tell whether what was approved so far is kept: it is what was asked for, and still is."""
    in_doubt = payment.status is TenderStatus.UNKNOWN
    return in_doubt and not payment.cancel_wished and is_as_asked(payment, answer)


@contextlib.asynccontextmanager
async def _closing(answers: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Close a provider's answers whatever ends the reading; some iterators need no closing."""
    try:
        yield answers
    finally:
        close = getattr(answers, "aclose", None)
        if close is not None:
            with anyio.move_on_after(CLOSE_S, shield=True), contextlib.suppress(Exception):
                await close()
