"""A gateway at a port of this machine and the provider that talks to it, in hasty time."""

from __future__ import annotations

import asyncio
import selectors
import socket
import time

import attrs

from posframe import Capabilities, PaymentRequest
from posframe.testing.payments.kit import PaymentKit
from posframe_payments.gateway.dialect import Dialect
from posframe_payments.gateway.line import Line
from posframe_payments.gateway.provider import GatewayProvider
from posframe_payments.simulators.gateway_api import GatewayApi
from posframe_payments.simulators.gateway_ledger import GatewayLedger
from posframe_payments.simulators.gateway_server import GatewayServer

HASTE = 20
"""Seconds that pass in one, on both sides of the wire."""
API_KEY = "sk_test_of_this_shop"
CAN = Capabilities(
    inquiry="reference",
    reverse="reference",
    refund="reference",
    fence=True,
    answer_within_s=60,
    grace_s=20,
    batches=True,
)
REQUEST = PaymentRequest(
    payment=f"{'1' * 31}a-1", key="T01-1", amount_minor=1234, currency="EUR", terminal="R-1"
)


class _HastySelector(selectors.DefaultSelector):
    def select(self, timeout=None):
        return super().select(timeout / HASTE if timeout else timeout)


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop whose seconds are short; sockets are real, so it cannot jump."""

    def __init__(self):
        super().__init__(_HastySelector())

    def time(self):
        return time.monotonic() * HASTE


class Far:
    """The far side, served from the first moment on."""

    def __init__(self, ledger=None, *, sock=None):
        self.ledger = ledger or GatewayLedger()
        self.api = GatewayApi(self.ledger, API_KEY)
        sock = sock or socket.create_server(("127.0.0.1", 0))
        self.port = sock.getsockname()[1]
        serving = GatewayServer(self.api).serve(sock)
        self._lines = []
        self._serving = asyncio.get_running_loop().create_task(serving)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def fail(self, name, times=1):
        self.ledger.fail(name, times)

    def provider(self, kind="card", can=CAN, **more):
        """Make a provider; the lines of those before it end, as with a process that died."""
        for each in self._lines:
            asyncio.get_running_loop().create_task(each.close())
        line = Line(self.url, API_KEY)
        self._lines.append(line)
        return GatewayProvider(Dialect("R-1", kind), line, can, **more)

    async def close(self):
        """End every line; what was closed stays so."""
        for each in self._lines:
            await each.close()

    async def stop(self):
        """Serve no more."""
        self._serving.cancel()
        await asyncio.wait({self._serving})


def fault(name, times=1):
    return lambda far: far.fail(name, times)


CARD = PaymentKit(
    name="card",
    capabilities=CAN,
    simulator=Far,
    provider=Far.provider,
    booked=lambda far, id_: far.ledger.taken(id_),
    returned=lambda far, id_: far.ledger.returned(id_),
    wire=lambda far: len(far.api.requests),
    troubles={
        "decline": fault("decline"),
        "lost request": fault("lost request"),
        "lost answer": fault("lost answer"),
        "late approval": fault("late request"),
        "approval after decline": fault("decline and charge"),
        "duplicate answer": fault("twice", 100),
        "wrong amount": fault("other amount"),
        "foreign answer": fault("foreign"),
        "garbage": fault("garbage"),
        "lost reversal": fault("lost reversal"),
        "unreachable": fault("unreachable"),
    },
    moments_s=(0.0, 0.1, 0.3, 0.7, 1.0, 1.3, 4.0),
    late_s=40.0,
    is_virtual=False,
)
WALLET = attrs.evolve(CARD, name="wallet", provider=lambda far: far.provider("wallet"))
