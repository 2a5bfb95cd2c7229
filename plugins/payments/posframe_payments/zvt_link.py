"""One connection to a ZVT terminal: carries bytes and time, registers, and judges nothing.

A connection serves few commands and is closed then: what a terminal says unasked in the meantime
cannot lie in wait for the next command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import anyio

from posframe import DeviceError, DeviceOffline
from posframe_payments.qr.currency_numbers import NUMBER_OF
from posframe_payments.zvt.commands import (
    PRINT_TEXT_BLOCK,
    USUAL_CONFIG,
    Command,
    Config,
    registration,
)
from posframe_payments.zvt.dialogue import Dialogue
from posframe_payments.zvt.facts import Aborted, Completed, Fact, Refused, Waiting
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.outcomes import has_completed
from posframe_payments.zvt.results import BUSY
from posframe_payments.zvt.serial_line import SerialLine

if TYPE_CHECKING:
    from posframe.drivers import Transport
    from posframe_payments.zvt_setup import ZvtSetup

WRITE_WITHIN_S: Final = 5.0
LOOK_S: Final = 1.0
"""So often is looked what is due: a wish to cancel may have moved it."""
READ_BYTES_MAX: Final = 4096
CLOSE_WITHIN_S: Final = 2.0
_NO_SERVICE_MENU: Final = 1
_TILL_PRINTS: Final = (
    Config.TILL_PRINTS_PAYMENTS | Config.TILL_PRINTS_ADMINISTRATION | Config.SEND_PRINT_LINES
)


class TerminalBusy(DeviceOffline):
    """The terminal is there, and is doing something else: nothing was begun."""


class ZvtLink:
    """A registered terminal. One task asks and hears; ``cancel`` may come from another."""

    def __init__(self, transport: Transport, dialogue: Dialogue) -> None:
        self._transport, self._dialogue = transport, dialogue
        self._writing = anyio.Lock()
        self.terminal = ""
        """Who it said it is, when it was registered; empty: it did not say."""
        self.facts: list[Fact] = []
        """All that was heard of the latest command."""

    @classmethod
    async def opened(cls, setup: ZvtSetup) -> Self:
        """Connect and register.

        Raises:
            TerminalBusy: it does something else.
            DeviceError: it cannot be reached, or does not take the till.
        """
        transport = setup.line()
        dialogue = Dialogue(SerialLine() if setup.is_framed else TcpLine(), timings=setup.timings)
        link = cls(transport, dialogue)
        try:
            await transport.open()
            await link._register(setup)
        except BaseException:
            await link.close()
            raise
        return link

    @property
    def is_open(self) -> bool:
        """Whether a command is under way."""
        return self._dialogue.is_open

    @property
    def awaits_decision(self) -> bool:
        """Whether the terminal waits to be told that an approval is kept."""
        return self._dialogue.awaits_decision

    def start(self, command: Command) -> None:
        """Begin a command; it goes out with the next ``hear``."""
        self.facts = self._dialogue.start(command, anyio.current_time())

    async def ask(self, command: Command) -> list[Fact]:
        """Return the facts of a command, to its end; what it approves is kept at once."""
        self.start(command)
        while self.is_open:
            await self.hear()
            if command.moves_money and self.awaits_decision:
                await self.answer(keep=True)
        return self.facts

    async def hear(self) -> list[Fact]:
        """Wait a little for what comes next, and return what it says; also kept in ``facts``."""
        found = await self._heard()
        self.facts += found
        return found

    async def answer(self, *, keep: bool) -> None:
        """Tell the terminal whether an approval is kept."""
        self.facts += self._dialogue.answer_status(keep=keep, now_s=anyio.current_time())
        await self._flush()

    async def cancel(self) -> None:
        """Wish that the command under way be given up."""
        self.facts += self._dialogue.cancel(anyio.current_time())
        await self._flush()

    async def close(self) -> None:
        """Hang up."""
        with anyio.move_on_after(CLOSE_WITHIN_S, shield=True):
            await self._transport.close()

    async def _register(self, setup: ZvtSetup) -> None:
        config = USUAL_CONFIG if setup.till_prints else USUAL_CONFIG & ~_TILL_PRINTS
        self.start(
            registration(
                setup.password,
                config,
                currency=int(NUMBER_OF[setup.currency]),
                service=_NO_SERVICE_MENU,
                permits=(PRINT_TEXT_BLOCK,) if setup.till_prints else (),
            )
        )
        while self.is_open and not says_busy(self.facts):
            await self.hear()
        if says_busy(self.facts):
            raise TerminalBusy(f"{setup.label} is busy", hint="wait until it is free")
        if not has_completed(self.facts):
            raise DeviceOffline(f"{setup.label} {_why_not(self.facts)}", hint=_HINT)
        completed = next(each for each in self.facts if isinstance(each, Completed))
        self.terminal = completed.terminal

    async def _heard(self) -> list[Fact]:
        dialogue = self._dialogue
        if not await self._flush():
            return dialogue.lose()
        due_s = dialogue.deadline_s()
        wait_s = LOOK_S if due_s is None else max(0.0, min(LOOK_S, due_s - anyio.current_time()))
        try:
            data = await self._transport.read(READ_BYTES_MAX, wait_s)
        except DeviceError:
            return dialogue.lose()
        now_s = anyio.current_time()
        found = dialogue.feed(data, now_s) if data else dialogue.tick(now_s)
        await self._flush()  # where that fails, the next reading does
        return found

    async def _flush(self) -> bool:
        """Write what is to go out; whether the line took it."""
        async with self._writing:
            data = self._dialogue.outgoing()
            try:
                if data:
                    await self._transport.write(data, WRITE_WITHIN_S)
            except DeviceError:
                return False
        return True


def says_busy(facts: list[Fact]) -> bool:
    """Tell whether a terminal answered a command with "wait", or that it is not ready."""
    return any(
        isinstance(each, Waiting) or (isinstance(each, Refused | Aborted) and each.code in BUSY)
        for each in facts
    )


_HINT: Final = "is it switched on, is its address right, and its password?"


def _why_not(facts: list[Fact]) -> str:
    ends = [each.words for each in facts if isinstance(each, Refused | Aborted)]
    return f"does not take this till: {ends[-1]}" if ends else "does not answer"
