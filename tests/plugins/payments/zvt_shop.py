"""A real till and a simulated ZVT terminal on a socket or a serial line, as till.toml has them."""

from __future__ import annotations

import time

import anyio.from_thread

from posframe import Session
from posframe.kernel.domain import commands as cmd
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments import zvt_setup
from posframe_payments.simulators.zvt_faults import Scripted
from posframe_payments.simulators.zvt_profile import Profile
from posframe_payments.simulators.zvt_server import serve_pty, serve_tcp
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.simulators.zvt_wire import FramedPort

HASTE = 20
"""A minute takes three seconds: a till has half a second to hear who a terminal is."""
GRACE_S = 1
PATIENCE_S = 20.0
SILENT_S = 0.2
TABLE = """
[plugins.payments.terminals.card]
kind = "zvt"
address = "{address}"
"""


class Shop:
    """One till that may be closed and opened again; its terminal goes on."""

    def __init__(self, folder, monkeypatch, profile=None, *, is_serial=False, effects=False):
        monkeypatch.setattr(zvt_setup, "GRACE_S", GRACE_S)
        self.folder = folder
        self.terminal = Terminal(
            profile or Profile(silent_s=SILENT_S), port=FramedPort() if is_serial else None
        )
        self.events = []
        self.till = None
        self._clock, self._effects = ManualClock(), effects
        self._starts = 0
        self._context = anyio.from_thread.start_blocking_portal("asyncio")
        self._portal = self._context.__enter__()
        self._served, address = self._serve(folder / "terminal" if is_serial else None)
        self.table = TABLE.format(address=address)

    def open(self):
        self._starts += 1
        ids = CountingIds(self._starts * 1_000_000)
        ports = Ports(
            clock=self._clock, ids=ids, effects=self._effects, lock=False, payment_haste=HASTE
        )
        self.till = make_till(self.folder / "till", settings=self.table, ports=ports)
        self.till.listen(self._note)
        self.session = Session(self.till)
        return self

    def close(self):
        if self.till is not None:
            self.till.close()
        self._served.cancel()
        self._context.__exit__(None, None, None)

    def crash(self):
        """Stop and start: what is on disk is all that is left."""
        self.till.close()
        self.open()

    def entry(self, text):
        outcome = self.till.do(self.session.read(text))
        assert outcome.accepted, outcome.words
        return outcome

    def pay(self, sku="PAD", amount_minor=None):
        if self.till.state.transaction is None:
            assert self.till.do(cmd.AddItem(code=sku)).accepted
        return self.pay_due(amount_minor)

    def pay_due(self, amount_minor=None):
        outcome = self.till.do(cmd.Pay(type="card", amount_minor=amount_minor))
        assert outcome.accepted, outcome.words
        return list(outcome.state.payments.values())[-1].id

    def pay_cash(self):
        assert self.till.do(cmd.Pay(type="cash")).accepted

    def until(self, condition, what=""):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (what, self.names()[-12:], self.till.notices())
            time.sleep(0.003)

    def until_settled(self, id_):
        """Wait until nothing is in doubt of a payment; return what it stands at."""
        self.until(lambda: not self.till.state.payments[id_].is_blocking, id_)
        return self.status(id_)

    def until_paid(self):
        self.until(lambda: self.till.state.transaction is None)

    def status(self, id_):
        return self.till.state.payments[id_].status.value

    def names(self):
        return [row.name for row in self.noted()]

    def noted(self):
        """Return the rows written since the beginning, that of the latest commit too."""
        self.till.call(lambda: None)  # behind whoever tells of a commit
        return list(self.events)

    def strike(self, faults):
        """Have the terminal's faults be these, from now on."""
        self.terminal.faults = faults

    def cut(self, message, kind):
        """Break the line at a message from now on, counted both ways; return what strikes."""
        faults = Scripted(messages={self.terminal.messages + message: kind})
        self.strike(faults)
        return faults

    def until_terminal_rests(self):
        self.until(lambda: self.terminal.is_idle and not self.terminal.linked)

    def _note(self, outcomes):
        self.events += [row for outcome in outcomes for row in outcome.recorded]

    def _serve(self, link):
        if link is None:
            served, port = self._portal.start_task(serve_tcp, self.terminal)
            return served, f"tcp://127.0.0.1:{port}"
        served, path = self._portal.start_task(serve_pty, self.terminal, link)
        return served, f"serial:{path}?baud=9600&format=8N1"
