"""A ZVT provider and a simulated terminal on a line in memory, and a ledger that knows our ids."""

from __future__ import annotations

import anyio
import attrs

from posframe.drivers import Transport
from posframe_payments.settings import TerminalSettings
from posframe_payments.simulators.acquirer import Acquirer
from posframe_payments.simulators.zvt_faults import Scripted
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.simulators.zvt_wire import FramedPort
from posframe_payments.zvt_provider import ZvtProvider
from posframe_payments.zvt_setup import ZvtSetup, zvt_capabilities, zvt_setup

HOP_S = 0.01
"""How long bytes are under way."""
BEFORE_MINOR = 5
"""Of the payment that the terminal took before all others."""
CARD = "5500005555555559"


class NamingAcquirer(Acquirer):
    """Notes with each movement which payment of the till was under way when it was booked."""

    def __init__(self):
        super().__init__()
        self.working_for = ""
        self.names = {}

    def _add(self, *values):
        made = super()._add(*values)
        self.names[made.number] = self.working_for
        return made

    def booked(self, id_):
        return [each.amount_minor for each in self.of(id_, "charge")]

    def returned(self, id_):
        """Return what was reversed of a payment, or given by it as a refund."""
        reversed_ = [each for each in self.of(id_, "charge") if not each.stands]
        return [each.amount_minor for each in (*reversed_, *self.of(id_, "refund"))]

    def of(self, id_, kind):
        named = [each for each in self.movements if self.names[each.number] == id_]
        return [each for each in named if each.kind == kind]


class Named(Scripted):
    """Faults by point and command; they also note whose payment the terminal begins."""

    def __init__(self, far, points):
        super().__init__(points)
        self._far = far
        self._command = ""

    def strike(self, point, message):
        if point.startswith("begin "):
            self._command = point.removeprefix("begin ")
            if self._command in {"authorisation", "refund"}:
                self._far.acquirer.working_for = self._far.sent
        if point.endswith("acknowledgement") or not point.startswith(("rx ", "begin ")):
            point = f"{point} of {self._command}"
        return super().strike(point, message)


class Shop(Terminal):
    """A terminal whose customers take a second to find their card."""

    thinks_s = 1.0

    def next_customer(self):
        return self.customers.popleft() if self.customers else Customer(thinks_s=self.thinks_s)


class Far:
    """A terminal that has taken one payment before."""

    def __init__(self, profile=None, *, is_framed=False):
        self.acquirer = NamingAcquirer()
        port = FramedPort() if is_framed else None
        self.terminal = Shop(acquirer=self.acquirer, customers=[Customer()], port=port)
        self.sent = ""
        """The payment that the till asked for last."""
        self.is_there = True
        self.bytes_taken = 0
        self.terminal.pay_unasked(BEFORE_MINOR, 0.0)
        self.terminal.profile = profile or Profile()
        self.fail({})

    def fail(self, points):
        """Have faults strike, by names such as ``tx status of authorisation``."""
        self.terminal.faults = Named(self, points)

    def pass_time(self, now_s):
        """Let the terminal do all that was due by now, each when it was due."""
        while (due_s := self.terminal.due_s()) is not None and due_s <= now_s:
            self.terminal.tick(due_s)


class MemoryLine(Transport):
    """A line to a terminal in this process, in the loop's time."""

    def __init__(self, far):
        self._far = far
        self._open = False
        self._arrived = b""

    async def open(self, deadline_s=5.0):
        await anyio.lowlevel.checkpoint()
        if not self._far.is_there:
            raise self._failed("memory: there is no terminal")
        self._tick()
        if self._far.terminal.linked:  # one till at a time: the line before this one is dead
            self._far.terminal.disconnect(anyio.current_time())
        self._far.line = self
        self._far.terminal.connect(anyio.current_time())
        self._open = True
        self._collect()

    async def close(self):
        if self._open:
            self._open = False
            if self._far.line is self and self._far.terminal.linked:
                self._far.terminal.disconnect(anyio.current_time())

    @property
    def is_open(self):
        return self._open

    async def write(self, data, deadline_s):
        await anyio.sleep(HOP_S)
        self._check()
        self._tick()
        self._far.bytes_taken += len(data)
        self._far.terminal.receive(data, anyio.current_time())
        self._collect()
        return len(data)

    async def read(self, size_max, deadline_s):
        ends_s = anyio.current_time() + deadline_s
        while True:
            await anyio.lowlevel.checkpoint()
            self._tick()
            self._collect()
            now_s = anyio.current_time()
            if self._arrived or now_s >= ends_s:
                break
            self._check()
            due_s = self._far.terminal.due_s()
            await anyio.sleep(min(ends_s, due_s or ends_s) - now_s)
        data, self._arrived = self._arrived[:size_max], self._arrived[size_max:]
        return data

    def _tick(self):
        self._far.pass_time(anyio.current_time())

    def _collect(self):
        if self._open:
            self._arrived += self._far.terminal.take()

    def _check(self):
        if not self._open or self._far.line is not self or self._far.terminal.hung_up:
            self._open = False
            raise self._failed("memory: the line is gone")


class NamingProvider(ZvtProvider):
    """Tells the bench which payment is asked for; what goes over the line is not changed."""

    def __init__(self, setup, far):
        super().__init__(setup)
        self._far = far

    def authorise(self, request):
        self._far.sent = request.payment
        return super().authorise(request)

    def refund(self, request):
        self._far.sent = request.payment
        return super().refund(request)


def setup_of(line, **changes) -> ZvtSetup:
    """Return a setup whose connections ``line`` makes."""
    made = zvt_setup("card", SETTINGS, "EUR")
    return attrs.evolve(made, line=line, **changes)


SETTINGS = TerminalSettings(kind="zvt", address="tcp://127.0.0.1:20007")
CAPABILITIES = zvt_capabilities(SETTINGS)
