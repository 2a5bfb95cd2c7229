"""A ZVT card terminal in software, sans-IO: messages in, messages out, told the time.

It keeps its own receipts and writes the acquirer's ledger; what it does for each command stands in
`zvt_commands`. The till may be gone or silent at any step, and it goes on as its profile says.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import attrs

from posframe_payments.simulators import zvt_faults as faults
from posframe_payments.simulators.acquirer import Acquirer
from posframe_payments.simulators.zvt_commands import COMMANDS, Pause, Say, abort, unasked_payment
from posframe_payments.simulators.zvt_messages import intermediate, status
from posframe_payments.simulators.zvt_profile import Customer, Profile, Record
from posframe_payments.simulators.zvt_wire import PlainPort, message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_payments.simulators.zvt_commands import Steps
    from posframe_payments.simulators.zvt_faults import Faults
    from posframe_payments.simulators.zvt_wire import Heard, Port

POSITIVE = message("8000")
_ACKNOWLEDGEMENTS = {b"\x80\x00": "kept", b"\x84\x00": "kept", b"\x84\x9c": "wait"}
_ABORT = b"\x06\xb0"
_GARBAGE = bytes.fromhex("FFFE00417F10157E")
_FREE = frozenset({b"\x06\x00", b"\x06\x02", b"\x05\x01"})
"""What it does for a till that is not registered."""


@attrs.define
class Settings:
    """What a registration set."""

    registered: bool = False
    tells: bool = False
    prints_payments: bool = False
    prints_administration: bool = False
    takes_blocks: bool = False


class Terminal:
    """One terminal, one till at a time."""

    def __init__(
        self,
        profile: Profile | None = None,
        *,
        acquirer: Acquirer | None = None,
        customers: Iterable[Customer] = (),
        struck_by: Faults | None = None,
        port: Port | None = None,
    ) -> None:
        self.profile = profile or Profile()
        self.acquirer = acquirer or Acquirer()
        self.customers = deque(customers)
        """Who comes next; when there is nobody, somebody who pays."""
        self.faults: Faults = struck_by or faults.Scripted()
        self.port: Port = port or PlainPort()
        self.settings = Settings()
        self.records: list[Record] = []
        """Since the last end of day."""
        self.last: Record | None = None
        self.next_receipt = self.next_trace = 1
        self.abort_wished = False
        self.messages = 0
        """Messages that passed, both ways."""
        self.linked = False
        self.hung_up = False
        """It broke the connection; whoever serves it is to do so."""
        self._steps: Steps | None = None
        self._waits: Say | None = None
        self._until_s: float | None = None
        self._pausing = False

    @property
    def is_idle(self) -> bool:
        """Whether it does nothing."""
        return self._steps is None

    def connect(self, now_s: float) -> None:
        """The till is there."""
        del now_s
        self.port.reset()
        self.linked, self.hung_up = True, False
        if self.profile.greeting:
            self.port.greet(self.profile.greeting)

    def disconnect(self, now_s: float) -> None:
        """The till has gone."""
        self.linked = False
        if self._waits is not None:
            self._go_on("unheard", now_s)

    def receive(self, data: bytes, now_s: float) -> None:
        """Take bytes from the till."""
        self.tick(now_s)
        for heard in self.port.receive(data, now_s):
            if self.linked:
                self._hear(heard, now_s)

    def take(self) -> bytes:
        """Return what goes to the till now, once."""
        return self.port.take()

    def due_s(self) -> float | None:
        """Return when `tick` has something to do."""
        known = [each for each in (self._until_s, self.port.due_s()) if each is not None]
        return min(known, default=None)

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        self.port.tick(now_s)
        if self._until_s is not None and now_s >= self._until_s:
            self._go_on("on" if self._pausing else "unheard", now_s)

    def pay_unasked(self, amount_minor: int, now_s: float) -> None:
        """Begin a payment at the terminal itself."""
        assert self.is_idle, "one thing at a time"
        self._begin(unasked_payment(self, amount_minor), now_s)

    def next_customer(self) -> Customer:
        """Return who stands before it now."""
        return self.customers.popleft() if self.customers else Customer()

    def number(self) -> tuple[int, int]:
        """Return the next receipt number and trace number."""
        receipt, trace = self.next_receipt, self.next_trace
        self.next_receipt, self.next_trace = receipt % 9999 + 1, trace % 999_999 + 1
        return receipt, trace

    def keep(self, record: Record) -> None:
        """Remember a record; it is the last one from now on."""
        self.records.append(record)
        self.last = record

    def replace(self, old: Record, new: Record) -> None:
        """Remember a record otherwise."""
        self.records = [new if each is old else each for each in self.records]
        self.last = new if self.last is old else self.last

    def forget(self, record: Record) -> None:
        """Drop a record, as one that was reversed by itself; the one before it is the last."""
        self.records = [each for each in self.records if each is not record]
        if self.last is record:
            self.last = self.records[-1] if self.records else None

    def _hear(self, heard: Heard, now_s: float) -> None:
        is_answer = heard.control[0] in {0x80, 0x84}
        known = COMMANDS.get(heard.control)
        name = "acknowledgement" if is_answer else known.name if known else "command"
        struck = self._pass(f"rx {name}", now_s)
        if struck in {faults.DROP_BEFORE, faults.HALF, faults.LOSE}:
            return
        if struck == faults.DROP_AFTER:
            self._break(now_s, waits=not is_answer)
        if is_answer:
            self._answered(_ACKNOWLEDGEMENTS.get(heard.control, "refused"), now_s)
        else:
            self._told(heard, now_s)

    def _answered(self, answer: str, now_s: float) -> None:
        if self._waits is not None:
            self._go_on(answer, now_s)

    def _told(self, heard: Heard, now_s: float) -> None:
        known = COMMANDS.get(heard.control)
        if heard.control == _ABORT:
            self._send("ack", POSITIVE, now_s)
            self.abort_wished = not self.is_idle
            if self._pausing:
                self._go_on("abort", now_s)
        elif known is None:
            self._send("refusal", message("8483"), now_s)
        elif not self.is_idle:
            self._send("refusal", message("849C"), now_s)
        elif not self.settings.registered and heard.control not in _FREE:
            self._send("refusal", message("846B"), now_s)
        elif known.wants_password and heard.data[:3].hex() != self.profile.password:
            self._send("refusal", message("849A"), now_s)
        else:
            self._take_command(heard, now_s)

    def _take_command(self, heard: Heard, now_s: float) -> None:
        known = COMMANDS[heard.control]
        struck = self.faults.strike(f"begin {known.name}", self.messages)
        if struck in {faults.BUSY, faults.NOT_READY}:
            answer = message("849C" if struck == faults.BUSY else "84A0")
            self._send("refusal", answer, now_s)
            return
        if struck == faults.GARBAGE:
            self.port.greet(_GARBAGE)
            return
        if struck == faults.WAIT:
            self._send("refusal", message("849C"), now_s)
        self._send("ack", POSITIVE, now_s)
        if struck == faults.ABORT:
            self._begin(abort(self, 0x6C), now_s)
        else:
            self._begin(known.steps(self, heard.data), now_s)

    def _begin(self, steps: Steps, now_s: float) -> None:
        self._steps, self.abort_wished = steps, False
        self._go_on(None, now_s)

    def _go_on(self, answer: str | None, now_s: float) -> None:
        """Do the next steps, until one waits for the till or for time to pass."""
        while self._steps is not None:
            self._waits, self._until_s, self._pausing = None, None, False
            try:
                step = self._steps.send((answer, now_s) if answer is not None else None)
            except StopIteration:
                self._steps = None
                return
            if isinstance(step, Pause):
                if step.seconds <= 0:
                    answer = "on"
                    continue
                self._until_s, self._pausing = now_s + step.seconds, True
                return
            answer = self._say(step, now_s)
            if answer == "waits":
                self._waits, self._until_s = step, now_s + self.profile.silent_s
                return

    def _say(self, step: Say, now_s: float) -> str:
        if not self.linked:
            return "unsent"
        struck = self._send(step.point, step.data, now_s)
        if struck == faults.DROP_BEFORE:
            return "unsent"
        if struck in {faults.DROP_AFTER, faults.HALF}:
            return "unheard"
        if struck == faults.TWICE:
            self._send("repeated", step.data, now_s)
        if struck == faults.LATE:
            self._send("repeated", intermediate(0x0E), now_s)
        return "waits"

    def _send(self, point: str, data: bytes, now_s: float) -> str | None:
        if not self.linked:
            return faults.DROP_BEFORE
        struck = self._pass(f"tx {point}", now_s)
        if struck in {faults.DROP_BEFORE, faults.LOSE}:
            return struck
        if struck == faults.STALE and len(self.records) > 1:
            self.port.put(status(self, self.records[-2]), now_s)
        if struck == faults.HALF:
            self.port.put_half(data)
        else:
            self.port.put(data, now_s)
        if struck in {faults.DROP_AFTER, faults.HALF}:
            self._break(now_s, waits=False)
        return struck

    def _pass(self, point: str, now_s: float) -> str | None:
        self.messages += 1
        struck = self.faults.strike(point, self.messages)
        is_cut_short = struck == faults.HALF and point.startswith("rx")
        if struck == faults.DROP_BEFORE or is_cut_short:
            self._break(now_s, waits=point.startswith("rx"))
        return struck

    def _break(self, now_s: float, *, waits: bool) -> None:
        """Break the connection; ``waits``: a step that waits for the till learns of it."""
        self.linked, self.hung_up = False, True
        if waits and self._waits is not None:
            self._go_on("unheard", now_s)
