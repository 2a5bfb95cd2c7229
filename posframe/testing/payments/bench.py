"""The bench of the suite: the kernel's own judgement of what a provider says, without a till.

It asks as the payment runner does, and judges by the same functions; what it keeps is in memory. A
crash lets go of the provider and of all that is volatile, and a new one takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import anyio
import attrs

from posframe.asking import answered, sound, told
from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment import AnswerOutcome, Payment, ProviderAnswer
from posframe.kernel.domain.payment_effects import PaymentStep
from posframe.kernel.domain.payment_folding import PAYMENT_FOLDS, with_payment
from posframe.kernel.domain.payment_judging import Hearing, is_as_asked, judge
from posframe.kernel.domain.payment_pursuit import pursue
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.providers import request_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from posframe.kernel.domain.payment_pursuit import Pursuit
    from posframe.kernel.providers import PaymentRequest
    from posframe.testing.payments.kit import PaymentKit

ASKED_MINOR = 1_234
Via = Literal["charge", "inquiry", "reverse", "look"]


class Bench:
    """One far side, and the provider that talks to it."""

    def __init__(self, kit: PaymentKit) -> None:
        self.kit = kit
        self.can = kit.capabilities
        self.far = kit.simulator()
        self.provider = kit.provider(self.far)
        self.state = TillState(till="T01", currency=kit.currency)
        self.answers: list[ProviderAnswer] = []
        """All that the provider said, in order."""
        self.found: list[Any] = []
        """The events that came to, in order."""
        self.tells_secrets = False
        """True: some answer carried a card number."""
        self._numbers = 0

    def payment(self, id_: str) -> Payment:
        """Return a payment as it stands."""
        return self.state.payments[id_]

    def status(self, id_: str) -> str:
        """Return where a payment stands; ``approved`` where a sale would take the money."""
        payment = self.payment(id_)
        taken = payment.status is TenderStatus.UNKNOWN and payment.cause == "approved"
        return "approved" if taken else payment.status.value

    def booked(self, id_: str) -> tuple[int, ...]:
        """Return what the far side took, by its own ledger."""
        return tuple(self.kit.booked(self.far, id_))

    def returned(self, id_: str) -> tuple[int, ...]:
        """Return what the far side gave back, by its own ledger."""
        return tuple(self.kit.returned(self.far, id_))

    def held(self, id_: str) -> int:
        """Return what the customer is short of, by the far side's ledger."""
        return sum(self.booked(id_)) - sum(self.returned(id_))

    def crash(self) -> None:
        """Stop and start: a new provider, which knows nothing."""
        self.provider = self.kit.provider(self.far)

    async def intended(
        self, amount_minor: int = ASKED_MINOR, *, original: str = "", training: bool = False
    ) -> str:
        """Make a payment that is about to be sent, and return its id; a refund if of another."""
        self._numbers += 1
        id_ = f"{self._numbers:032x}-1"
        who = await self.provider.identify()
        charged = self.payment(original) if original else None
        payment = Payment(
            id=id_,
            transaction=id_[:32],
            type=self.kit.name,
            label=self.kit.name,
            kind="refund" if charged else "charge",
            asked_minor=amount_minor,
            currency=self.kit.currency,
            key=f"T01-{id_}-{amount_minor}",
            status=TenderStatus.SENT,
            terminal=who.terminal,
            mark=who.mark,
            original=charged.reference if charged else "",
            original_payment=original,
            training=training,
        )
        self.state = with_payment(self.state, payment)
        return id_

    async def charged(self, amount_minor: int = ASKED_MINOR, *, original: str = "") -> str:
        """Pay, to the end; return the id."""
        id_ = await self.intended(amount_minor, original=original)
        await self.send(id_)
        await self.find_out(id_)
        return id_

    async def send(self, id_: str, *, crash_after_s: float | None = None) -> None:
        """Ask for the money once; what is not answered in time, or before a crash, is in doubt."""
        payment = self.payment(id_)
        request = request_of(payment)
        within_s = self.can.answer_within_s if crash_after_s is None else crash_after_s
        with anyio.move_on_after(within_s):
            await self._read(id_, request)
        if crash_after_s is not None:
            self.crash()
        if self.payment(id_).status is TenderStatus.SENT:
            self._fold((pe.PaymentDoubted(id=id_, cause="no answer"),))

    async def find_out(self, id_: str) -> None:
        """Ask until it is known what became of a payment, as long as the runner would."""
        pursuit: Pursuit | None = None
        begun_s = anyio.current_time()
        limit_s = self.can.answer_within_s + 4 * self.can.grace_s + 900
        while self.status(id_) == "unknown" and self.can.inquiry != "none":
            now_s = int(anyio.current_time() - begun_s)
            assert now_s < limit_s, f"after {now_s} seconds it is still in doubt"
            payment = self.payment(id_)
            pursuit = pursue(pursuit, PaymentStep(payment=payment, step="inquire"), self.can, now_s)
            if not pursuit.is_due(now_s):
                await anyio.sleep((pursuit.due_s or 0) - (anyio.current_time() - begun_s) + 0.001)
                continue
            pursuit = await self._inquire(payment, pursuit.asked(now_s), now_s)

    async def all_has_come(self) -> None:
        """Wait until nothing more can come of what was sent."""
        await anyio.sleep(self.kit.late_s)

    async def look(self, id_: str) -> None:
        """Ask once more for a payment that is closed, as the second look does."""
        payment = self.payment(id_)
        answer = await self._answered(self.provider.inquire, request_of(payment))
        self.hear(id_, answer, "look")

    async def give_back(self, id_: str, *, times: int = 1) -> list[ProviderAnswer]:
        """Have an approved payment reversed by one key, asked ``times`` times."""
        if self.payment(id_).status is not TenderStatus.REVERSING:
            self._fold((pe.ReversalIntended(id=id_, reversal=f"{id_}-r", why="taken back"),))
        request = request_of(self.payment(id_))
        found = []
        for _ in range(times):
            found.append(await self._answered(self.provider.reverse, request))
            self.hear(id_, found[-1], "reverse")
        return found

    def hear(self, id_: str, answer: ProviderAnswer, via: Via, **more: Any) -> None:  # noqa: ANN401 - of Hearing
        """Judge an answer as the kernel does, and keep what it comes to."""
        hearing = Hearing(answer=answer, via=via, now_us=0, capabilities=self.can, **more)
        if self.status(id_) != "approved":
            self._fold(judge(self.payment(id_), hearing))

    async def _read(self, id_: str, request: PaymentRequest) -> None:
        ask = self.provider.refund if request.kind == "refund" else self.provider.authorise
        answers: AsyncIterator[ProviderAnswer] = ask(request)
        try:
            async for each in answers:
                self._watch(each)
                answer = self._kept(sound(each))
                if answer.outcome is AnswerOutcome.IN_PROGRESS:
                    continue
                self.hear(id_, answer, "charge")
                await self._acknowledge(id_, request, answer)
        except Exception as error:  # noqa: BLE001 - a provider's bug says nothing about the money
            self._kept(ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=type(error).__name__))
        finally:
            close = getattr(answers, "aclose", None)
            if close is not None:
                with anyio.CancelScope(shield=True):
                    await close()

    async def _inquire(self, payment: Payment, pursuit: Pursuit, now_s: int) -> Pursuit:
        answer = await self._answered(self.provider.inquire, request_of(payment))
        pursuit = pursuit.after(payment, answer, self.can, now_s)
        self.hear(
            payment.id,
            answer,
            "inquiry",
            not_found_times=pursuit.not_found_times,
            grace_is_over=pursuit.grace_is_over(payment, self.can, now_s),
        )
        await self._acknowledge(payment.id, request_of(payment), answer)
        return pursuit

    async def _acknowledge(self, id_: str, request: PaymentRequest, answer: ProviderAnswer) -> None:
        if answer.outcome is AnswerOutcome.PROVISIONAL and self.can.two_step:
            keep = is_as_asked(self.payment(id_), answer)
            await told(lambda: self.provider.acknowledge(request, keep=keep), 10.0)

    async def _answered(self, ask: Any, request: PaymentRequest) -> ProviderAnswer:  # noqa: ANN401 - a method of it
        async def watched() -> ProviderAnswer:
            answer: ProviderAnswer = await ask(request)
            self._watch(answer)
            return answer

        return self._kept(await answered(watched, 30.0))

    def _watch(self, answer: ProviderAnswer) -> None:
        """Look for secrets in an answer as the provider gave it, before the kernel masks any."""
        said = repr(attrs.asdict(answer))
        self.tells_secrets |= any(secret in said for secret in self.kit.secrets)

    def _kept(self, answer: ProviderAnswer) -> ProviderAnswer:
        self.answers.append(answer)
        return answer

    def _fold(self, events: tuple[Any, ...]) -> None:
        for event in events:
            self.found.append(event)
            self.state = PAYMENT_FOLDS[type(event)](self.state, event)
