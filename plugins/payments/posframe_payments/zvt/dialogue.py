"""One command at a time with a card terminal, sans-IO: what was said becomes facts.

A dialogue belongs to one connection. It answers what can be answered at once; an approving status
of a payment waits for `Dialogue.answer_status`, so that the till can write it down first. After a
time-out or a lost connection the same dialogue takes no further command: what is still on its way
could be taken for the answer to the next one. Make a new connection and a new dialogue, register,
and ask.

04 0F is not the outcome; 06 0F is. `outcomes` reads it from the facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_payments.zvt.apdu import MORE_TIME, NO_GOODS, POSITIVE, UNSUPPORTED, Apdu
from posframe_payments.zvt.charsets import DEFAULT
from posframe_payments.zvt.commands import ABORT, Command
from posframe_payments.zvt.facts import (
    Aborted,
    Acked,
    CancelSent,
    CancelTaken,
    Completed,
    Fact,
    Intermediate,
    Lost,
    Noise,
    Refused,
    Sent,
    Status,
    StatusAnswered,
    TimedOut,
    Unexpected,
    Unsupported,
    Wait,
    Waiting,
)
from posframe_payments.zvt.messages import read_message
from posframe_payments.zvt.results import result_words

if TYPE_CHECKING:
    from posframe_payments.zvt.framing import Heard, Line
    from posframe_payments.zvt.messages import Message

_ACKNOWLEDGEMENTS = frozenset({b"\x80\x00", b"\x84\x00"})
_NEGATIVE = 0x84
_MORE_TIME_CODE = MORE_TIME.control[1]


@attrs.frozen(kw_only=True)
class Timings:
    """How long a terminal may be silent, in seconds."""

    acknowledge_s: float = 5.0
    """T3: until it takes the command or refuses it; each 84 9C begins it anew."""
    answer_s: float = 180.0
    """T4: between two messages of a command; a customer may look for the card meanwhile."""
    command_max_s: float = 900.0
    """For the whole command, however busy the terminal says it is."""


@attrs.define
class _Open:
    """The command that is under way."""

    command: Command
    until_s: float
    """When the terminal has been silent for too long."""
    last_s: float
    """When the command has gone on for too long."""
    acked: bool = False


class Dialogue:
    """What is said between a till and a terminal on one connection."""

    def __init__(
        self, line: Line, *, timings: Timings | None = None, charset: str = DEFAULT
    ) -> None:
        self._line = line
        self._timings = timings or Timings()
        self._charset = charset
        self._open: _Open | None = None
        self._awaited: list[Apdu] = []
        """What the next acknowledgements are for, in the order it was sent."""
        self._held = 0
        self._spoilt = False

    @property
    def is_open(self) -> bool:
        """Whether a command is under way."""
        return self._open is not None

    @property
    def is_spoilt(self) -> bool:
        """Whether a command ended here without its answer, so that no other may follow."""
        return self._spoilt

    @property
    def awaits_decision(self) -> bool:
        """Whether the terminal waits for `answer_status`."""
        return self._held > 0

    def start(self, command: Command, now_s: float) -> list[Fact]:
        """Put a command on the line. What leads here must be on disk before."""
        assert self._open is None, "one command at a time"
        assert not self._spoilt, "after a lost answer: a new connection"
        timings = self._timings
        self._open = _Open(command, now_s + timings.acknowledge_s, now_s + timings.command_max_s)
        self._awaited.append(command.apdu)
        self._line.send(command.apdu, now_s, once=command.moves_money)
        return [Sent(command.name)]

    def cancel(self, now_s: float) -> list[Fact]:
        """Wish the open command stopped. Its answer still tells how it ended."""
        if self._open is None:
            return []
        self._awaited.append(ABORT)
        self._line.send(ABORT, now_s)
        return [CancelSent()]

    def answer_status(self, *, keep: bool, now_s: float) -> list[Fact]:
        """Answer the statuses that wait: keep the money, or wish it taken back."""
        if not self._held:
            return []
        for _ in range(self._held):
            self._line.send(POSITIVE if keep else NO_GOODS, now_s)
        self._held = 0
        return [StatusAnswered(keep=keep)]

    def ask_more_time(self, now_s: float) -> None:
        """Answer the statuses that wait with 84 9C; the terminal sends its status again."""
        for _ in range(self._held):
            self._line.send(MORE_TIME, now_s)
        self._held = 0

    def feed(self, data: bytes, now_s: float) -> list[Fact]:
        """Take bytes from the terminal, in pieces of any size."""
        return [*self._heard(self._line.feed(data, now_s), now_s), *self._overdue(now_s)]

    def outgoing(self) -> bytes:
        """Return what is to be written now, once."""
        return self._line.outgoing()

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never."""
        known = [self._line.deadline_s()]
        if self._open is not None:
            known += [self._open.until_s, self._open.last_s]
        return min((each for each in known if each is not None), default=None)

    def tick(self, now_s: float) -> list[Fact]:
        """Notice what did not come."""
        return [*self._heard(self._line.tick(now_s), now_s), *self._overdue(now_s)]

    def lose(self) -> list[Fact]:
        """Be told that the connection is gone."""
        self._spoilt = True
        return [Lost()] if self._end() else []

    def _heard(self, heard: list[Heard], now_s: float) -> list[Fact]:
        facts: list[Fact] = []
        for each in heard:
            if isinstance(each, Apdu):
                facts += self._take(each, now_s)
            elif isinstance(each, Noise):
                facts.append(each)
            else:
                facts += self._fail(each)
        return facts

    def _take(self, apdu: Apdu, now_s: float) -> list[Fact]:
        if apdu.control in _ACKNOWLEDGEMENTS:
            return self._acked(now_s)
        if apdu.control[0] == _NEGATIVE:
            return self._refused(apdu.control[1], now_s)
        message = read_message(apdu, self._charset)
        held = self._held
        facts = self._said(message, now_s)
        if self._held <= held:
            answer = UNSUPPORTED if isinstance(message, Unsupported) else POSITIVE
            self._line.send(answer, now_s)
        return facts

    def _acked(self, now_s: float) -> list[Fact]:
        if not self._awaited:
            return [Unexpected()]
        if self._awaited.pop(0) is ABORT:
            return [CancelTaken()]
        assert self._open is not None, "a command that is waited for is open"
        self._took(now_s)
        if self._open.command.ends_with_ack:
            self._end()
        return [Acked()]

    def _refused(self, code: int, now_s: float) -> list[Fact]:
        if not self._awaited:
            return [Unexpected()]
        if self._awaited[0] is ABORT:
            del self._awaited[0]
            return [CancelTaken(refused=code)]
        assert self._open is not None, "a command that is waited for is open"
        if code == _MORE_TIME_CODE:
            self._open.until_s = now_s + self._timings.acknowledge_s
            return [Waiting()]
        self._end()
        return [Refused(code, result_words(code))]

    def _said(self, message: Message, now_s: float) -> list[Fact]:
        """Return a message as a fact, and keep what has to be kept of it."""
        asked = self._open is not None
        if self._open is not None:
            self._took(now_s)
        if isinstance(message, Status):
            asked = self._open is not None and self._open.command.has_status
            moves_money = not asked or self._open is None or self._open.command.moves_money
            self._held += message.approves and moves_money
            return [attrs.evolve(message, asked=asked)]
        if isinstance(message, Completed | Aborted):
            self._end()
        if isinstance(message, Completed | Aborted | Intermediate):
            return [attrs.evolve(message, asked=asked)]
        return [message]

    def _took(self, now_s: float) -> None:
        """The terminal is at work on the command: it may be silent for longer."""
        assert self._open is not None, "only an open command is worked on"
        self._open.acked = True
        self._open.until_s = now_s + self._timings.answer_s

    def _overdue(self, now_s: float) -> list[Fact]:
        if self._open is None or now_s < min(self._open.until_s, self._open.last_s):
            return []
        return self._fail(TimedOut(Wait.ANSWER if self._open.acked else Wait.ACKNOWLEDGEMENT))

    def _fail(self, fact: TimedOut) -> list[Fact]:
        """The line or the terminal is silent; without an open command nothing is in doubt."""
        if not self._end():
            return []
        self._spoilt = True
        return [fact]

    def _end(self) -> bool:
        """Close the open command; return whether there was one."""
        was_open, self._open = self._open is not None, None
        self._awaited = [each for each in self._awaited if each is ABORT]
        self._held = 0
        return was_open
