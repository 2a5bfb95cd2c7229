"""A till's provider and the simulated terminal, with the wire or without."""

from __future__ import annotations

import attrs
import httpx2

from posframe_payments.nexo.envelope import envelope_key
from posframe_payments.nexo.line import TerminalLine
from posframe_payments.nexo.method import capabilities
from posframe_payments.nexo.provider import NexoProvider, NexoTerminal
from posframe_payments.settings import TerminalSettings
from posframe_payments.simulators.nexo_terminal import Terminal

ADDRESS = "https://terminal.invalid:8443/nexo"
SETTINGS = TerminalSettings(kind="nexo", address=ADDRESS, terminal="SIM-1", till="T01")
CAN = capabilities(SETTINGS, "here")


class Wireless(httpx2.AsyncBaseTransport):
    """Brings bodies to a terminal in this process, in whatever time its loop has."""

    def __init__(self, terminal):
        self._terminal = terminal

    async def handle_async_request(self, request):
        if self._terminal.happens("unreachable"):
            raise httpx2.ConnectError("no route")
        answer = await self._terminal.receive(await request.aread())
        if answer is None:
            raise httpx2.ReadError("the line broke")
        return httpx2.Response(200, content=answer)


def configured(terminal, can=CAN):
    """Return a terminal's configuration, with its own key."""
    key = envelope_key(terminal.passphrase, terminal.identifier, terminal.version)
    return NexoTerminal(terminal="SIM-1", till="T01", key=key, capabilities=can)


def provider_of(terminal, can=CAN):
    """Return a provider that talks to a terminal in this process."""
    line = TerminalLine(ADDRESS, None, Wireless(terminal))
    return NexoProvider(configured(terminal, can), line, now_s=lambda: 1_790_000_000)


def far():
    """Return a terminal whose customer takes a second."""
    terminal = Terminal()
    terminal.customer_s = 1.0
    return terminal


def with_options(**changes):
    """Return the capabilities that settings come to."""
    return capabilities(attrs.evolve(SETTINGS, **changes), "here")
