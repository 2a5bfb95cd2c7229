"""The near side of the gateway in memory, as an author would write a provider; and its kit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.kernel.contracts import TenderType
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.domain.tender import Capabilities, TenderRule
from posframe.kernel.providers import Done, Identity, PaymentProvider, PaymentRequest, Told
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.kit import PaymentKit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BY_REFERENCE = Capabilities(
    inquiry="reference",
    reverse="reference",
    refund="reference",
    answer_within_s=60,
    grace_s=20,
    offline_limit_minor=2_000,
)
TOLD_EVERY_S = 0.01


class GatewayProvider(PaymentProvider):
    """Facts in, facts out."""

    def __init__(self, gateway: Gateway, capabilities: Capabilities = BY_REFERENCE) -> None:
        self.capabilities = capabilities
        self.gateway = gateway

    async def identify(self) -> Identity:
        """Return the terminal's name."""
        if self.gateway.happens("unreachable"):
            raise OSError("no route")
        return Identity(terminal=self.gateway.terminal)

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Send the request, and say what comes back."""
        self.ask(request.kind, request)
        if self.gateway.happens("broken"):
            raise ValueError("4111 1111 1111 1111 is not what was expected")
        box = self.gateway.post(request)
        while True:
            answer = await box.answers.get()
            if answer is None:
                return
            yield answer

    def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Send the refund, and say what comes back."""
        return self.authorise(request)

    async def acknowledge(self, request: PaymentRequest, *, keep: bool) -> None:
        """Keep what was approved so far, or let it go."""
        self.ask("acknowledge", request)
        self.gateway.acknowledge(request, keep=keep)

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Ask for the payment by our reference."""
        self.ask("inquire", request)
        if self.gateway.happens("lost inquiry"):
            await anyio.sleep_forever()
        return self.gateway.seen(request.payment)

    async def cancel(self, request: PaymentRequest) -> None:
        """Wish that the customer be sent away."""
        self.ask("cancel", request)
        self.gateway.cancel(request.payment)

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Undo the payment."""
        self.ask("reverse", request)
        if self.gateway.happens("refuse reversal"):
            return ProviderAnswer(outcome=AnswerOutcome.REFUSED, words="it is settled already")
        answer = self.gateway.undo(request.payment)
        if self.gateway.happens("lost reversal"):
            await anyio.sleep_forever()
        return answer

    async def listen(self) -> AsyncIterator[Told]:
        """Yield what the gateway tells unasked, until it may let go of it."""
        while True:
            for answer in tuple(self.gateway.told):
                yield answer, self._let_go(answer)
            await anyio.sleep(TOLD_EVERY_S)

    def ask(self, what: str, request: PaymentRequest) -> None:
        """Put a message on the wire; practice never gets so far."""
        assert not request.training, "practice reaches nobody"
        self.gateway.requests.append((what, request.payment))

    def _let_go(self, answer: ProviderAnswer) -> Done:
        async def done() -> None:
            self.gateway.told.remove(answer)

        return done


def gateway_tender(
    gateway: Gateway,
    capabilities: Capabilities = BY_REFERENCE,
    *,
    id: str = "card",  # noqa: A002 - the name it has everywhere
) -> TenderType:
    """Return a tender type that is paid through a gateway."""
    return TenderType(
        rule=TenderRule(id=id, label=id.capitalize(), immediate=False, capabilities=capabilities),
        provider=lambda: GatewayProvider(gateway, capabilities),
    )


def _far() -> Gateway:
    gateway = Gateway(offline_limit_minor=BY_REFERENCE.offline_limit_minor)
    gateway.customer_s, gateway.hop_s = 1.0, 0.1
    return gateway


def _far_in_two_steps() -> Gateway:
    gateway = _far()
    gateway.two_step = True
    return gateway


def _late(gateway: Gateway) -> None:
    gateway.late_s = 70.0
    gateway.fail("late request")


GATEWAY = PaymentKit(
    name="gateway",
    capabilities=BY_REFERENCE,
    simulator=_far,
    provider=GatewayProvider,
    booked=Gateway.taken,
    returned=Gateway.returned,
    wire=lambda gateway: len(gateway.requests),
    troubles={
        "decline": lambda gateway: gateway.fail("decline"),
        "lost request": lambda gateway: gateway.fail("lost request"),
        "lost answer": lambda gateway: gateway.fail("lost answer"),
        "late approval": _late,
        "approval after decline": lambda gateway: gateway.fail("decline and charge"),
        "duplicate answer": lambda gateway: gateway.fail("twice"),
        "wrong amount": lambda gateway: gateway.fail("wrong amount"),
        "foreign answer": lambda gateway: gateway.fail("foreign"),
        "garbage": lambda gateway: gateway.fail("garbage"),
        "lost reversal": lambda gateway: gateway.fail("lost reversal"),
        "unreachable": lambda gateway: gateway.fail("unreachable"),
        "offline": Gateway.cut_off,
    },
)
"""The reference kit: it passes every point."""
TWO_STEP = attrs.evolve(
    GATEWAY,
    name="gateway in two steps",
    capabilities=attrs.evolve(BY_REFERENCE, two_step=True),
    simulator=_far_in_two_steps,
    provider=lambda gateway: GatewayProvider(gateway, attrs.evolve(BY_REFERENCE, two_step=True)),
)
"""The same, where an approval stands only once it was acknowledged."""
