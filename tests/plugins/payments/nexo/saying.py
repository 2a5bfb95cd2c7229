"""A terminal that says what a test wants it to, in a right envelope; and what comes of it."""

from __future__ import annotations

import json

import anyio
import attrs
import httpx2

from posframe import AnswerOutcome, PaymentRequest, PosframeError
from posframe_payments.nexo.line import TerminalLine
from posframe_payments.nexo.provider import NexoProvider
from posframe_payments.simulators.nexo_answers import encoded, paid
from posframe_payments.simulators.nexo_envelope import Envelope
from posframe_payments.simulators.nexo_terminal import Terminal
from tests.plugins.payments.nexo.far import ADDRESS, configured

REQUEST = PaymentRequest(
    payment="a-1", key="T01-a-1", amount_minor=1_234, currency="EUR", reference="X1@2026-01-02"
)
REFUND = attrs.evolve(REQUEST, kind="refund", original="X1@2026-01-02", reference="")
SURE = {AnswerOutcome.APPROVED, AnswerOutcome.DECLINED, AnswerOutcome.REVERSED}
PAID = paid("a-1", "X1", 1_234, 1_234)


class Says(httpx2.AsyncBaseTransport):
    """A terminal that says what a test wants it to, in a right envelope."""

    def __init__(self, answer):
        self._answer = answer
        self.asked = []

    async def handle_async_request(self, request):
        key = Envelope("correct horse", "till-key", 1)
        message = key.open(await request.aread())
        self.asked.append(message)
        header = {**message["MessageHeader"], "MessageType": "Response"}
        header, clear = self._answer(header, message)
        return httpx2.Response(200, content=json.dumps(key.seal(header, clear)).encode())


def plain(body, **header_changes):
    """Return what answers any message with a body, and a header that may be another's."""

    def answer(header, _message):
        header = {**header, **header_changes}
        named = {"MessageHeader": header, f"{header['MessageCategory']}Response": body}
        return header, encoded({"SaleToPOIResponse": named})

    return answer


def provider_saying(answer):
    return NexoProvider(configured(Terminal()), TerminalLine(ADDRESS, None, Says(answer)))


async def told(provider, request):
    """Return the last word of a payment."""
    ask = provider.refund if request.kind == "refund" else provider.authorise
    answers = [each async for each in ask(request)]
    return answers[-1]


def outcome_of(answer, request=REQUEST):
    """Return what a provider says; an error of ours, in our words, is nobody's word."""
    try:
        return anyio.run(told, provider_saying(answer), request)
    except PosframeError as error:
        return type(error)


def is_sure(answer, request=REQUEST):
    found = outcome_of(answer, request)
    return not isinstance(found, type) and found.outcome in SURE
