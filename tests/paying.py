"""A till whose cards are paid through a gateway in memory, in a hundredth of the time."""

from __future__ import annotations

import time

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.hookspecs import hookimpl
from posframe.script import Script
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import BY_REFERENCE, gateway_tender
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments.plugin import PaymentsPlugin

HASTE = 100
"""A minute takes 0.6 seconds."""
CALM = attrs.evolve(BY_REFERENCE, answer_within_s=1_000)
"""Ten seconds: a busy machine does not make a time-out of an answer that came."""
PATIENCE_S = 20.0
_cash = PaymentsPlugin.posframe_tender_types


class Shop:
    """One till that may be closed and opened again, and the far side, which goes on."""

    def __init__(self, folder, monkeypatch, gateway=None):
        self.folder = folder
        self.gateway = gateway or Gateway()
        self.gateway.late_s = 0.9  # 90 seconds
        self.tenders = [gateway_tender(self.gateway, CALM)]
        self.clock = ManualClock()
        self.events = []
        self.till = None
        self._starts = 0
        offered = hookimpl(lambda plugin: [*_cash(plugin), *self.tenders])
        monkeypatch.setattr(PaymentsPlugin, "posframe_tender_types", offered)

    def open(self, *, effects=False):
        self._starts += 1
        ids = CountingIds(self._starts * 1_000_000)
        ports = Ports(clock=self.clock, ids=ids, effects=effects, lock=False, payment_haste=HASTE)
        self.till = make_till(self.folder, ports=ports)
        self.till.listen(self._note)
        self.script = Script(self.till)
        return self

    def close(self):
        if self.till is not None:
            self.till.close()
            self.till = None

    def _note(self, outcomes):
        self.events += [row for outcome in outcomes for row in outcome.recorded]

    def do(self, command):
        return self.till.do(command)

    def pay(self, type_="card", sku="PAD", amount_minor=None):
        """Sell one thing, and ask for its money."""
        if self.till.state.transaction is None:
            assert self.do(cmd.AddItem(code=sku)).accepted
        outcome = self.do(cmd.Pay(type=type_, amount_minor=amount_minor))
        assert outcome.accepted, outcome.words
        return list(outcome.state.payments.values())[-1].id

    def until(self, condition, what=""):
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (what, self.names(), self.till.notices())
            time.sleep(0.005)

    def status(self, id_):
        return self.till.state.payments[id_].status.value

    def until_status(self, id_, *statuses):
        self.until(lambda: self.status(id_) in statuses, f"{statuses}, is {self.status(id_)}")

    def names(self):
        if self.till is not None:
            self.till.call(lambda: None)  # the listeners have been told of all that is committed
        return [row.name for row in self.events]

    def asked(self, what):
        """Return how often something was asked over the wire."""
        return sum(asked == what for asked, _ in self.gateway.requests)

    def notices(self):
        return " · ".join(self.till.notices())
