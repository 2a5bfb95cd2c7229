"""A till's dialogue and a simulated terminal on one line in memory, and time that jumps."""

from __future__ import annotations

from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.simulators.zvt_wire import FramedPort
from posframe_payments.zvt.commands import PRINT_TEXT_BLOCK, authorisation, registration
from posframe_payments.zvt.dialogue import Dialogue
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.outcomes import has_completed
from posframe_payments.zvt.serial_line import SerialLine

PASSWORD = 0
STEPS_MAX = 2000
REGISTRATION = registration(PASSWORD, permits=(PRINT_TEXT_BLOCK,))


class Pair:
    """A terminal, and the till's end of the connection to it."""

    def __init__(self, terminal=None, *, serial=False):
        self.serial = serial
        self.terminal = terminal or Terminal()
        if serial:
            self.terminal.port = FramedPort()
        self.now_s = 1000.0
        self.said = []
        """What was on the line: (who, bytes)."""
        self.connect()

    def connect(self):
        """A new connection; the one before ends."""
        if self.terminal.linked:
            self.terminal.disconnect(self.now_s)
        self.dialogue = Dialogue(SerialLine() if self.serial else TcpLine())
        self.terminal.connect(self.now_s)
        return self

    def register(self):
        """Connect anew until the terminal is free, and register."""
        for _ in range(100):
            if has_completed(self.ask(REGISTRATION)):
                return self
            self.now_s += 10
            self.connect()
            self.terminal.tick(self.now_s)
        raise AssertionError("it never registered")

    def pay(self, amount_minor, **how):
        return self.ask(authorisation(amount_minor), **how)

    def ask(self, command, *, keep=True, on_fact=None):
        """Carry bytes and time until the command has ended; return what became known."""
        facts = self.dialogue.start(command, self.now_s)
        for _ in range(STEPS_MAX):
            heard = self.carry()
            facts += heard
            for each in heard if on_fact else ():
                facts += on_fact(each) or []
            if not self.dialogue.is_open:
                break
            if self.dialogue.awaits_decision:
                facts += self.dialogue.answer_status(keep=keep, now_s=self.now_s)
            elif not heard:
                if self.terminal.hung_up:
                    facts += self.dialogue.lose()
                    break
                facts += self._pass_time()
        facts += self.carry()
        facts += self.carry()
        return facts

    def settle(self):
        """Let the terminal come to rest without a till."""
        self.terminal.disconnect(self.now_s)
        while not self.terminal.is_idle and self.terminal.due_s() is not None:
            self.now_s = max(self.now_s, self.terminal.due_s())
            self.terminal.tick(self.now_s)

    def carry(self):
        """Carry what both have to say, once."""
        out = self.dialogue.outgoing()
        if out and not self.terminal.hung_up:
            self.said.append(("till", out))
            self.terminal.receive(self._through(out), self.now_s)
        back = self.terminal.take()
        if back:
            self.said.append(("terminal", back))
        return self.dialogue.feed(self._through(back), self.now_s) if back else []

    def _through(self, data):
        """Return what comes out at the other end of the cable."""
        return data

    def _pass_time(self):
        due = [self.dialogue.deadline_s(), self.terminal.due_s()]
        self.now_s = max(self.now_s, min(each for each in due if each is not None))
        self.terminal.tick(self.now_s)
        return self.dialogue.tick(self.now_s)
