"""The provider of a gateway: what the kernel asks becomes questions over the line, and facts back.

It never sends a payment twice and never takes silence for an answer. A payment is asked for once;
while the customer is at it the gateway is asked how it stands, which changes nothing there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import anyio

from posframe import (
    AnswerOutcome,
    ConfigurationError,
    DataError,
    DeviceNeedsAttention,
    DeviceOffline,
    Identity,
    PaymentProvider,
    PaymentRequest,
    ProviderAnswer,
    Question,
)
from posframe_payments.gateway.following import Following
from posframe_payments.gateway.webhooks import WebhookListener

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from posframe import Batch, Capabilities
    from posframe_payments.gateway.dialect import Dialect
    from posframe_payments.gateway.exchange import Ask, Reply
    from posframe_payments.gateway.line import Line
    from posframe_payments.gateway.webhooks import Told

PAGES_MAX: Final = 200


class GatewayProvider(PaymentProvider):
    """Facts in, facts out."""

    def __init__(
        self,
        dialect: Dialect,
        line: Line,
        capabilities: Capabilities,
        webhooks: tuple[tuple[str, int], tuple[bytes, ...]] | None = None,
        wall_s: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            dialect: how the gateway is spoken to.
            line: where it is.
            capabilities: the same as in the rule of the tender type.
            webhooks: address to listen at and the secrets; None: none are heard.
            wall_s: Unix time, for the age of webhooks alone.
        """
        self.capabilities = capabilities
        self._dialect, self._line = dialect, line
        self._listener = (
            WebhookListener(*webhooks, dialect.told, wall_s) if webhooks is not None else None
        )

    async def identify(self) -> Identity:
        """Return who the terminal is, where it is there and this till may use it.

        Raises:
            PosframeError: nothing can be paid there now; nothing was sent.
        """
        reply = await self._line.ask(self._dialect.ask_terminal())
        if reply.status in (401, 403):
            raise ConfigurationError(
                "The gateway refuses this till's key", hint="pay another way, and tell support"
            )
        if reply.status == 404:
            raise ConfigurationError(
                f"The gateway knows no terminal {self._dialect.terminal}",
                hint="pay another way, and tell support",
            )
        who, is_online = self._dialect.identity(reply)
        if who.terminal != self._dialect.terminal:
            raise ConfigurationError(
                f"The gateway calls the terminal {who.terminal}, and till.toml"
                f" {self._dialect.terminal}",
                hint="pay another way, and tell support",
            )
        if not is_online:
            raise DeviceNeedsAttention(
                f"The gateway does not reach the terminal {who.terminal}",
                hint="is it switched on and connected?",
            )
        return who

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Ask for the money once, then how that stands, until the last word."""
        if request.training:
            yield _practice()
            return
        following = Following(request.payment)
        answer = await self._answer(self._dialect.ask_payment(request), request)
        while True:
            news = following.hear(answer)
            if news is not None:
                yield news
            if following.is_over:
                return
            await anyio.sleep(following.next_pause_s())
            answer = await self._answer(self._dialect.ask_status(request), request)

    def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Give money back; asked for and followed as a payment is."""
        return self.authorise(request)

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Say what became of a payment, by our own id of it."""
        if request.training:
            return _practice()
        return await self._answer(self._dialect.ask_status(request), request)

    async def cancel(self, request: PaymentRequest) -> None:
        """Wish that a payment be given up, also one that arrives later."""
        if not request.training:
            await self._line.ask(self._dialect.ask_cancel(request))

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Undo a payment, by the reversal's own key."""
        if request.training:
            return _practice()
        return await self._answer(
            self._dialect.ask_reversal(request), request, self._dialect.reversed
        )

    def listen(self) -> AsyncIterator[Told]:
        """Yield what webhooks tell, and that some were refused."""
        return super().listen() if self._listener is None else self._listener.tellings()

    async def totals(self, since: str) -> Sequence[ProviderAnswer]:
        """Return what was booked after a mark, oldest first.

        Raises:
            PosframeError: part of the list did not come or is not understood: none of it counts.
        """
        found: list[ProviderAnswer] = []
        for _ in range(PAGES_MAX):
            page = self._dialect.page(await self._line.ask(self._dialect.ask_since(since)))
            found += page.payments
            if page.is_last:
                return found
            since = page.next_mark
        raise DataError(
            "The gateway's list of payments does not end", hint="tell the gateway's support"
        )

    async def close_batch(self, key: str) -> Batch:
        """Hand in what was taken; by the same key it hands in nothing more, and tells it again.

        Raises:
            PosframeError: nobody knows whether it was; ask again by the same key.
        """
        return self._dialect.batch(await self._line.ask(self._dialect.ask_batch(key)))

    def question(self, request: PaymentRequest) -> Question:
        """Return what a person is asked when the gateway says nothing."""
        return Question(
            words=f"Does the gateway's own page show {request.payment} as paid?"
            " Amount and reference"
        )

    async def close(self) -> None:
        """Let go of the line."""
        await self._line.close()

    async def _answer(
        self,
        ask: Ask,
        request: PaymentRequest,
        read: Callable[[PaymentRequest, Reply], ProviderAnswer] | None = None,
    ) -> ProviderAnswer:
        """Return what a question about a payment brings; what is not understood says nothing."""
        try:
            return (read or self._dialect.answer)(request, await self._line.ask(ask))
        except (DataError, DeviceOffline) as error:
            return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=error.message)


def _practice() -> ProviderAnswer:
    """Return the answer to practice, which reaches nobody."""
    return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words="practice reaches no gateway")
