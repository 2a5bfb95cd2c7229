"""A ZVT card terminal as a payment provider: one connection for each thing it is asked.

The terminal knows no reference of ours. What tells a payment of ours from an earlier one is the
number of its last receipt, read before anything is sent. 04 0F is provisional: the money is taken
when 06 0F has come, or when the receipt is repeated afterwards.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import attrs

from posframe import (
    AnswerOutcome,
    Batch,
    DeviceNeedsAttention,
    DeviceOffline,
    Identity,
    Money,
    PaymentProvider,
    ProviderAnswer,
    Question,
)
from posframe_payments.qr.currency_numbers import NUMBER_OF
from posframe_payments.zvt.commands import (
    authorisation,
    end_of_day,
    refund,
    repeat_receipt,
    reversal,
)
from posframe_payments.zvt.facts import Status
from posframe_payments.zvt.outcomes import Outcome, has_completed, outcome_of
from posframe_payments.zvt_answers import (
    batch_of,
    before_reversal,
    doing,
    has_no_receipt,
    last_receipt,
    last_receipt_answer,
    payment_answer,
    reversal_answer,
    unclear,
    why_not,
)
from posframe_payments.zvt_link import TerminalBusy, ZvtLink
from posframe_payments.zvt_receipts import mark_of, read_reference

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from posframe import PaymentRequest
    from posframe_payments.zvt.commands import Command
    from posframe_payments.zvt.facts import Fact
    from posframe_payments.zvt_setup import ZvtSetup

ASKED_MAX: Final = 64
"""So many payments are remembered, none of which is put on the line again."""
_TRAINING: Final = "practice reaches no terminal"


@attrs.define
class _Paying:
    """The payment that is under way, and where."""

    payment: str
    link: ZvtLink


class ZvtProvider(PaymentProvider):
    """One terminal, one till."""

    def __init__(self, setup: ZvtSetup) -> None:
        self.capabilities = setup.capabilities
        self._setup = setup
        self._repeats = setup.capabilities.inquiry == "last"
        self._named: ZvtLink | None = None
        """Where the terminal has just said who it is: the payment follows on the same line."""
        self._paying: _Paying | None = None
        self._asked: deque[str] = deque(maxlen=ASKED_MAX)
        self._heard: dict[str, ProviderAnswer] = {}
        """The last word of the newest payment; lost with the till."""

    async def identify(self) -> Identity:
        """Return who the terminal is, and its last receipt number; the line stays open for more.

        Raises:
            DeviceError: it cannot be reached, is busy, or does not say its last receipt.
        """
        await self._forget_named()
        link = await self._connected()
        try:
            status = await self._last_receipt(link) if self._repeats else None
        except BaseException:
            await link.close()
            raise
        self._named = link
        terminal = link.terminal or (status.terminal if status else "")
        return Identity(terminal=terminal, mark=mark_of(status))

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Have the customer pay."""
        number = int(NUMBER_OF[self._setup.currency])
        async for answer in self._pay(
            request, authorisation(request.amount_minor, currency=number)
        ):
            yield answer

    async def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Give money to the customer's card; the terminal is told of no payment it is for."""
        command = refund(self._setup.password, request.amount_minor)
        async for answer in self._pay(request, command):
            yield answer

    async def acknowledge(self, request: PaymentRequest, *, keep: bool) -> None:
        """Tell the terminal that what it approved so far is kept, or wish it taken back."""
        paying = self._paying
        if paying is not None and paying.payment == request.payment:
            await paying.link.answer(keep=keep)

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Have the terminal repeat its last receipt, and hold it against the payment."""
        if request.training or not self._repeats:
            return unclear(_TRAINING if request.training else "it repeats no receipt")
        if self._paying is not None:
            mine = self._paying.payment == request.payment
            outcome = AnswerOutcome.IN_PROGRESS if mine else AnswerOutcome.UNKNOWN
            return ProviderAnswer(outcome=outcome, idle=False, words="the terminal is at work")
        await self._forget_named()
        try:
            link = await self._connected()
        except TerminalBusy as error:
            # Nothing but this payment was asked of it: that may well be what it is busy with.
            words = error.message
            return ProviderAnswer(outcome=AnswerOutcome.IN_PROGRESS, idle=False, words=words)
        try:
            facts = await link.ask(repeat_receipt(self._setup.password))
        finally:
            await link.close()
        return self._with_memory(last_receipt_answer(facts, link.terminal, request), facts, request)

    async def cancel(self, request: PaymentRequest) -> None:
        """Wish that the payment under way be given up."""
        paying = self._paying
        if paying is not None and paying.payment == request.payment:
            await paying.link.cancel()

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Take a payment back, unless its reversal is the terminal's last receipt already."""
        name = read_reference(request.reference)
        if request.training or name is None:
            words = _TRAINING if request.training else "its receipt number is not known"
            return ProviderAnswer(outcome=AnswerOutcome.REFUSED, words=words)
        await self._forget_named()
        link = await self._connected()
        try:
            if _is_another(link, request):
                return unclear("this is another terminal", terminal=link.terminal)
            if self._repeats:
                facts = await link.ask(repeat_receipt(self._setup.password))
                any_receipt = self._setup.reverses_any
                known = before_reversal(facts, request, any_receipt=any_receipt)
                if known is not None:
                    return known
            facts = await link.ask(reversal(self._setup.password, name.receipt))
            return reversal_answer(facts, link.terminal, request)
        finally:
            await link.close()

    async def close_batch(self, key: str) -> Batch:
        """Do the terminal's end of day.

        Raises:
            DeviceError: it was not done, or nobody knows; the message says which.
        """
        del key
        await self._forget_named()
        link = await self._connected()
        try:
            facts = await link.ask(end_of_day(self._setup.password))
        finally:
            await link.close()
        if has_completed(facts) and not _says_no(facts):
            return batch_of(facts, link.terminal)
        if outcome_of(facts) in {Outcome.DECLINED, Outcome.REFUSED}:
            raise DeviceNeedsAttention(
                f"{self._setup.label} did not close its day: {why_not(facts)}",
                hint="mend that, then close the batch again",
            )
        raise DeviceOffline(
            f"Whether {self._setup.label} closed its day is not known: {why_not(facts)}",
            hint="look for its slip; closing again hands in nothing twice",
        )

    def question(self, request: PaymentRequest) -> Question:
        """Return what a person reads off the terminal's last slip."""
        amount = Money(request.amount_minor, request.currency)
        after = f" and a number other than {request.mark}" if request.mark else ""
        where = f" of terminal {request.terminal}" if request.terminal else ""
        return Question(words=f"Has the last slip{where} {amount}{after}? Amount and number?")

    async def close(self) -> None:
        """Hang up."""
        await self._forget_named()
        if self._paying is not None:
            await self._paying.link.close()

    async def _pay(
        self, request: PaymentRequest, command: Command
    ) -> AsyncIterator[ProviderAnswer]:
        """Put a payment on the line, once, and tell what is heard of it."""
        if request.training or request.payment in self._asked:
            yield unclear(_TRAINING if request.training else "it was asked for before")
            return
        link = await self._named_or_new()
        try:
            if _is_another(link, request):
                yield unclear("this is another terminal", terminal=link.terminal)
                return
            self._asked.append(request.payment)
            self._paying = _Paying(request.payment, link)
            link.start(command)
            while link.is_open:
                news = await link.hear()
                for each in doing(news):
                    yield each
                answer = payment_answer(link.facts, link.terminal)
                is_asking = any(isinstance(each, Status) for each in news) and link.awaits_decision
                if not is_asking or answer.outcome is not AnswerOutcome.PROVISIONAL:
                    continue
                if self.capabilities.two_step:
                    yield answer
                else:
                    await link.answer(keep=True)
            answer = payment_answer(link.facts, link.terminal)
            self._heard = {request.payment: answer}
            yield answer
        finally:
            self._paying = None
            await link.close()

    def _with_memory(
        self, answer: ProviderAnswer, facts: list[Fact], request: PaymentRequest
    ) -> ProviderAnswer:
        """Return an answer about the last receipt in the light of what was heard before."""
        heard = self._heard.get(request.payment)
        if heard is None:
            return answer
        is_found = answer.outcome is AnswerOutcome.NOT_FOUND
        if is_found and heard.outcome is AnswerOutcome.APPROVED:
            return unclear("its receipt number is that of an earlier payment: look at its slips")
        if heard.outcome is AnswerOutcome.DECLINED and has_no_receipt(facts):
            # It declined, and has no receipt at all, as one that is new.
            return attrs.evolve(answer, outcome=AnswerOutcome.NOT_FOUND, idle=True)
        # What was printed with the answer is not printed with its confirmation.
        return attrs.evolve(answer, slips=()) if heard.slips else answer

    async def _last_receipt(self, link: ZvtLink) -> Status | None:
        facts = await link.ask(repeat_receipt(self._setup.password))
        status = last_receipt(facts)
        if status is None and not has_no_receipt(facts):
            raise DeviceOffline(
                f"{self._setup.label} does not say its last receipt: {why_not(facts)}",
                hint="try again, or pay another way",
            )
        return status

    async def _connected(self) -> ZvtLink:
        """Return a new connection.

        Raises:
            TerminalBusy: a payment is under way there, of this till or another.
            DeviceError: it cannot be reached.
        """
        if self._paying is not None:
            raise TerminalBusy(f"{self._setup.label} is busy", hint="wait until it is free")
        return await ZvtLink.opened(self._setup)

    async def _named_or_new(self) -> ZvtLink:
        named, self._named = self._named, None
        return named or await self._connected()

    async def _forget_named(self) -> None:
        named, self._named = self._named, None
        if named is not None:
            await named.close()


def _is_another(link: ZvtLink, request: PaymentRequest) -> bool:
    return bool(link.terminal and request.terminal and link.terminal != request.terminal)


def _says_no(facts: list[Fact]) -> bool:
    return any(isinstance(each, Status) and each.result not in {None, 0} for each in facts)
