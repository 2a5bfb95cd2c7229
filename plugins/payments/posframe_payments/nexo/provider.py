"""The provider for a nexo terminal: what the kernel asks becomes messages, answers become facts.

It remembers nothing of a payment. Each has a message number made from our id of it, by which the
terminal says later what became of it (TransactionStatus).
"""

from __future__ import annotations

import contextlib
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from posframe import (
    AnswerOutcome,
    Capabilities,
    DataError,
    DeviceError,
    DeviceNeedsAttention,
    Identity,
    Money,
    PaymentProvider,
    ProviderAnswer,
    RuleViolation,
    __version__,
)
from posframe_payments.nexo import message
from posframe_payments.nexo.envelope import NONCE_BYTES, EnvelopeKey, opened, sealed
from posframe_payments.nexo.outcomes import (
    payment_answer,
    refund_answer,
    reversal_answer,
    status_answer,
)
from posframe_payments.nexo.reading import (
    FAILURE,
    LOGGED_OUT,
    SUCCESS,
    Reply,
    read_repeated,
    read_reply,
)
from posframe_payments.nexo.reference import Reference, kept_reference
from posframe_payments.nexo.service_ids import (
    service_of_payment,
    service_of_question,
    service_of_reversal,
)
from posframe_payments.nexo.totals import read_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from posframe import Batch, PaymentRequest
    from posframe_payments.nexo.line import TerminalLine

ATTEMPTS_MAX = 8
"""So many reversals that surely failed are followed by another; then it is a person's."""


@attrs.frozen(kw_only=True)
class NexoTerminal:
    """One terminal as it is configured."""

    terminal: str
    """Its POIID."""
    till: str
    """What it calls this till (SaleID)."""
    key: EnvelopeKey
    capabilities: Capabilities


class NexoProvider(PaymentProvider):
    """Talks to one terminal."""

    def __init__(
        self,
        terminal: NexoTerminal,
        line: TerminalLine,
        now_s: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        self.capabilities = terminal.capabilities
        self._terminal, self._line, self._now_s = terminal, line, now_s

    async def identify(self) -> Identity:
        """Ask the terminal how it is, and begin its day where it wants that."""
        reply = await self._ask(message.DIAGNOSIS, message.diagnosis())
        if reply.condition == LOGGED_OUT:
            reply = await self._log_in()
        if reply.terminal != self._terminal.terminal:
            raise DeviceNeedsAttention(
                f"Terminal {reply.terminal} answers in place of {self._terminal.terminal}",
                hint="compare address and terminal in till.toml",
            )
        if reply.result == FAILURE:
            raise DeviceNeedsAttention(
                f"The terminal takes no payment now: {reply.words or reply.condition}",
                hint="look at its screen, then try again",
            )
        return Identity(terminal=reply.terminal)

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Ask for the money; the terminal answers once, at the end."""
        _refuse_training(request)
        body = message.payment(self._sale_data(request, self._options()), _money(request))
        reply = await self._ask(message.PAYMENT, body, service_of_payment(request.payment))
        yield self._from_here(reply) or payment_answer(reply)

    async def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Give back a part of a payment; without one, to the card that is shown."""
        _refuse_training(request)
        original, service = kept_reference(request.original), service_of_payment(request.payment)
        if original is None:
            body = message.payment(self._sale_data(request), _money(request), gives_back=True)
            reply = await self._ask(message.PAYMENT, body, service)
            yield self._from_here(reply) or payment_answer(reply)
            return
        body = message.reversal(original, self._sale_data(request), _money(request))
        reply = await self._ask(message.REVERSAL, body, service)
        yield self._from_here(reply) or _refunded(reply, request, original)

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Ask what became of the message that asked for the money, or gave it back."""
        _refuse_training(request)
        original = kept_reference(request.original) if request.kind == "refund" else None
        category = message.REVERSAL if original else message.PAYMENT
        about = self._header(category, service_of_payment(request.payment))
        reply = await self._status(about)
        if isinstance(reply, ProviderAnswer):
            return attrs.evolve(reply, payment=request.payment)
        if original is not None:
            return _refunded(reply, request, original, is_repeated=True)
        return payment_answer(reply, is_repeated=True)

    async def cancel(self, request: PaymentRequest) -> None:
        """Wish that the customer be sent away; what the terminal says to that is no fact."""
        _refuse_training(request)
        about = self._header(message.PAYMENT, service_of_payment(request.payment))
        asked = self._header(message.ABORT, service_of_question())
        await self._send(asked, message.abort(about))

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Undo a payment: each attempt is asked about before it is made.

        A further attempt has a number of its own, and is made only after the terminal said of the
        one before that it failed.
        """
        _refuse_training(request)
        original = kept_reference(request.reference)
        if original is None:  # a person said that it was paid, and typed a number of a slip
            found = await self.inquire(request)
            if found.outcome is not AnswerOutcome.APPROVED or found.payment != request.payment:
                return _still_unknown(found)
            original = kept_reference(found.reference)
            assert original is not None, "an approval names its payment"
        for attempt in range(ATTEMPTS_MAX):
            answer = await self._attempt(request, original, attempt)
            if answer is not None:
                return answer
        return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words="it failed again and again")

    async def close_batch(self, key: str) -> Batch:
        """End the terminal's period and return its totals; it wants a till that is logged in."""
        del key
        self._done(await self._log_in())
        reply = self._done(await self._ask(message.RECONCILIATION, message.reconciliation()))
        batch = read_batch(reply)
        with contextlib.suppress(DeviceError, DataError):  # the batch is what counts
            await self._ask(message.LOGOUT, message.logout())
        return batch

    async def _attempt(
        self, request: PaymentRequest, original: Reference, attempt: int
    ) -> ProviderAnswer | None:
        """Return what is to be said of an attempt to reverse; None: it failed, for now."""
        about = self._header(message.REVERSAL, service_of_reversal(request.reversal, attempt))
        reply = await self._status(about)
        if isinstance(reply, Reply):
            answer = reversal_answer(reply, original, request.currency)
            failed = reply.result == FAILURE and answer.outcome is AnswerOutcome.UNKNOWN
            return None if failed else attrs.evolve(answer, payment=request.payment)
        if reply.outcome is not AnswerOutcome.NOT_FOUND:
            return _still_unknown(reply)
        body = message.reversal(original, self._sale_data(request))
        sent = await self._ask(message.REVERSAL, body, about.service)
        answer = self._from_here(sent) or reversal_answer(sent, original, request.currency)
        return attrs.evolve(answer, payment=request.payment)

    async def _status(self, about: message.Header) -> Reply | ProviderAnswer:
        """Return the answer that a message had; or what the terminal says where it repeats none."""
        reply = await self._ask(message.STATUS, message.status(about))
        elsewhere = self._from_here(reply)
        if elsewhere is not None:
            return elsewhere
        return read_repeated(reply, about) if reply.result == SUCCESS else status_answer(reply)

    async def _log_in(self) -> Reply:
        return await self._ask(message.LOGIN, message.login(self._time(), __version__))

    async def _ask(self, category: str, body: message.Body, service: str = "") -> Reply:
        """Send a message and read its answer; one that moves no money gets a number of chance.

        Raises:
            DeviceError: no answer came.
            DataError: what came is not the answer, or was changed on its way.
        """
        header = self._header(category, service or service_of_question())
        answer = await self._send(header, body)
        return read_reply(opened(answer, self._terminal.key), header)

    async def _send(self, header: message.Header, body: message.Body) -> bytes:
        clear = message.request(header, body)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return await self._line.exchange(sealed(clear, self._terminal.key, nonce))

    def _header(self, category: str, service: str) -> message.Header:
        return message.Header(
            category=category,
            sale=self._terminal.till,
            terminal=self._terminal.terminal,
            service=service,
        )

    def _from_here(self, reply: Reply) -> ProviderAnswer | None:
        """Return that another terminal answered, where one did: it knows nothing of the money."""
        if reply.terminal == self._terminal.terminal:
            return None
        return ProviderAnswer(
            outcome=AnswerOutcome.UNKNOWN, terminal=reply.terminal, words="another terminal answers"
        )

    def _done(self, reply: Reply) -> Reply:
        if reply.result != SUCCESS:
            raise DeviceNeedsAttention(
                f"The terminal did not close its batch: {reply.words or reply.condition}",
                hint="look at its screen, then try again",
            )
        return reply

    def _sale_data(self, request: PaymentRequest, options: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - JSON
        return message.sale_data(request.payment, self._time(), options)

    def _options(self) -> tuple[str, ...]:
        can = self.capabilities
        options = (("AllowPartialAuthorisation", can.partial), ("AskGratuity", can.tip_limit_milli))
        return tuple(name for name, is_wanted in options if is_wanted)

    def _time(self) -> str:
        return datetime.fromtimestamp(self._now_s(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refunded(
    reply: Reply, request: PaymentRequest, original: Reference, *, is_repeated: bool = False
) -> ProviderAnswer:
    answer = refund_answer(reply, original, request.currency, is_repeated=is_repeated)
    return attrs.evolve(answer, payment=request.payment)


def _still_unknown(found: ProviderAnswer) -> ProviderAnswer:
    """Return an answer about the payment as one about its reversal: nobody knows yet."""
    return ProviderAnswer(
        outcome=AnswerOutcome.UNKNOWN, terminal=found.terminal, words=found.words, raw=found.raw
    )


def _money(request: PaymentRequest) -> Money:
    return Money(request.amount_minor, request.currency)


def _refuse_training(request: PaymentRequest) -> None:
    if request.training:
        raise RuleViolation("Practice reaches no terminal", hint="end the training first")
