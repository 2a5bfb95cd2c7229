"""A real till whose cards are paid through a gateway in memory, in a terminal of its own.

What happens at the far side is read from a pipe, a line each: ``fail lost answer``,
``customer 2.5``, ``able none``. Started as ``python -m tests.terminal_ui.paying_process FOLDER``.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import anyio
import attrs

from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.hookspecs import hookimpl
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import (
    BY_REFERENCE,
    GatewayProvider,
    gateway_tender,
)
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments.plugin import PaymentsPlugin
from posframe_terminal.line import sell
from posframe_terminal.start import _screen
from tests.terminal_ui.selling import GOODS

PLUGINS = ("payments", "terminal")
HASTE = 10
"""Ten seconds pass in one: a time-out of 30 is over in three."""
ABLE = attrs.evolve(BY_REFERENCE, answer_within_s=30, partial=True, tip_limit_milli=50_000)
DUMB = attrs.evolve(ABLE, inquiry="none", reverse="none", partial=False)


class Told(GatewayProvider):
    """A provider that says what goes on, shows a code, and takes tips or less, as it is told."""

    says: tuple[str, str] = ("customer is paying", "")
    takes: tuple[int, int] = (0, 0)
    """(more or less than asked, of it tip) in minor units."""
    go: threading.Event | None = None
    """Where it is given, the customer does nothing until it is set."""

    async def authorise(self, request):
        words, shows = self.says
        yield ProviderAnswer(outcome=AnswerOutcome.IN_PROGRESS, words=words, shows=shows)
        while self.go is not None and not self.go.is_set():  # noqa: ASYNC110 - set by a thread
            await anyio.sleep(0.002)
        more, tip = self.takes
        asked = attrs.evolve(request, amount_minor=request.amount_minor + more)
        async for answer in super().authorise(asked):
            yield attrs.evolve(answer, tip_minor=tip) if answer.amount_minor else answer


class FarSide:
    """A gateway, and the pipe that says what goes wrong there."""

    def __init__(self) -> None:
        self.gateway = Gateway()
        self.gateway.customer_s = 0.3

    def obey(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        match word:
            case "fail":
                name, _, times = rest.partition(":")
                self.gateway.fail(name, int(times or 1))
            case "customer":
                self.gateway.customer_s = float(rest)
            case "says":
                words, _, shows = rest.partition("|")
                Told.says = (words, shows)
            case "takes":
                Told.takes = tuple(int(each) for each in rest.split())

    def follow(self, pipe: Path) -> None:
        while True:
            with pipe.open() as lines:  # opened anew for each who writes
                for line in lines:
                    self.obey(line)


def tender(far: FarSide, able):
    return attrs.evolve(
        gateway_tender(far.gateway, able),
        key="f2",
        provider=lambda: Told(far.gateway, able),
    )


def main() -> None:
    import logging

    logging.basicConfig(filename="/tmp/pay.log")
    folder, able = Path(sys.argv[1]), DUMB if "dumb" in sys.argv else ABLE
    far = FarSide()
    own = PaymentsPlugin.posframe_tender_types
    offered = hookimpl(lambda plugin: [*own(plugin), tender(far, able)])
    PaymentsPlugin.posframe_tender_types = offered
    pipe = folder / "far"
    threading.Thread(target=far.follow, args=(pipe,), daemon=True).start()
    ports = Ports(payment_haste=HASTE)
    with make_till(folder, items=GOODS, plugins=PLUGINS, ports=ports) as till:
        sell(till) if "lines" in sys.argv else _screen(till)


if __name__ == "__main__":
    main()
