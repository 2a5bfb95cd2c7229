"""A till that dies while it is paid by card, and a gateway whose ledger is on disk beside it."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.hookspecs import hookimpl
from posframe.testing.payments.gateway import Booking, Gateway
from posframe.testing.payments.gateway_provider import BY_REFERENCE, gateway_tender
from posframe.testing.tills import memory_catalogue
from posframe.till import Ports, Till
from posframe_payments.plugin import PaymentsPlugin

LEDGER = "ledger.jsonl"
CALM = attrs.evolve(BY_REFERENCE, answer_within_s=1_000)
PATIENCE_S = 20.0


class KeptGateway(Gateway):
    """Writes each booking and reversal down before it answers."""

    def __init__(self, folder: Path, *, two_step: bool) -> None:
        super().__init__(two_step=two_step)
        self.file = folder / LEDGER
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                booking = Booking(**entry)
                self.bookings = [each for each in self.bookings if each.payment != booking.payment]
                self.bookings.append(booking)

    def book(self, request):
        super().book(request)
        self._keep(request.payment)

    def undo(self, payment):
        answer = super().undo(payment)
        self._keep(payment)
        return answer

    def _keep(self, payment):
        with self.file.open("a", encoding="utf-8") as out:
            for each in self.of(payment):
                out.write(json.dumps(attrs.asdict(each)) + "\n")
            out.flush()
            os.fsync(out.fileno())


def open_till(folder: Path, gateway: Gateway) -> Till:
    """Open the till with cards paid through ``gateway``."""
    cash = PaymentsPlugin.posframe_tender_types

    def offered(self):
        return [*(each for each in cash(self) if each.rule.is_cash), card]

    card = gateway_tender(gateway, attrs.evolve(CALM, two_step=gateway.two_step))
    PaymentsPlugin.posframe_tender_types = hookimpl(offered)
    try:
        ports = Ports(effects=False, catalogue=memory_catalogue(), payment_haste=100)
        return Till.open(folder, ports)
    finally:
        PaymentsPlugin.posframe_tender_types = cash


def wait_until(condition) -> None:
    """Wait; the test fails where it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came to rest"
        time.sleep(0.005)


def is_at_rest(till: Till) -> bool:
    """Tell whether nothing can still become of any payment."""
    return not any(each.is_blocking for each in till.state.payments.values())


def _is_sent(payment) -> bool:
    return payment.status is TenderStatus.SENT


def main(folder: Path, *, cancels: bool) -> None:
    """Sell a pad by card; with ``cancels`` give the sale up while the customer pays."""
    gateway = KeptGateway(folder, two_step=not cancels)
    gateway.fail("deaf to cancel")
    gateway.customer_s = 0.5 if cancels else 0.05
    with open_till(folder, gateway) as till:
        assert till.do(cmd.AddItem(code="PAD")).accepted
        assert till.do(cmd.Pay(type="card")).accepted
        if cancels:
            wait_until(lambda: any(map(_is_sent, till.state.payments.values())))
            assert till.do(cmd.Cancel()).accepted
        wait_until(lambda: is_at_rest(till))
        time.sleep(0.2)


if __name__ == "__main__":
    main(Path(os.environ["FOLDER"]), cancels="cancel" in sys.argv)
