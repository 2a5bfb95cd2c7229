"""Doing: one command from a key to the disk, and what its outcome leads to on the screen.

The parts that know more of payments, returns, people and cash are made when first needed, so that
a till is ready for its first scan sooner.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from posframe import (
    ApprovalNeeded,
    PosframeError,
    RuleViolation,
    commands,
    events,
    open_payments,
)
from posframe_terminal.door import DONE, Outcome
from posframe_terminal.going import COUNTS, LOOKED_AT, RETURN_SCREENS, go

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Outcome as KernelOutcome
    from posframe import Session, Till
    from posframe_terminal.cash import Cash
    from posframe_terminal.people import People
    from posframe_terminal.returning import Returning
    from posframe_terminal.settling import Settling
    from posframe_terminal.showing import Showing


class Doing:
    """The hands of one counter."""

    def __init__(self, till: Till, session: Session, showing: Showing) -> None:
        self._till, self._session, self._showing = till, session, showing
        self.at = ""
        """The screen of the request that is being done."""
        self.waiting = 0
        """How many commands of ours are on their way to the disk."""
        self.ask_scale: Callable[[], None] = lambda: None
        """Has the scale answer what is asked now; the counter puts its own here."""
        self.people = self._people()

    @cached_property
    def payments(self) -> Settling:
        """What is done about payments by something outside."""
        from posframe_terminal.settling import Settling

        return Settling(self._till, self._session, self._showing, self.do)

    @cached_property
    def returns(self) -> Returning:
        """What is done about goods that come back."""
        from posframe_terminal.returning import Returning

        return Returning(self._till, self._session, self._showing, self.do)

    @cached_property
    def cash(self) -> Cash:
        """What is done about drawers, shifts and the day."""
        from posframe_terminal.cash import Cash

        return Cash(self._till, self._session, self._showing, self.do)

    async def do(self, command: Any, *, screen: str = "") -> Outcome:  # noqa: ANN401 - a command or Show
        """Do a command or show a screen; return once it is on disk, and where it leads.

        Raises:
            PosframeError: it was refused.
        """
        instead = await self._instead(command)
        if instead is not None:
            return instead
        outcome = await self._committed(self._session.before(command))
        if screen == "payments" and not open_payments(self._till):
            screen = "sale"  # nothing is left to answer
        self._session.after(command, outcome)
        self._showing.after(command, outcome)
        self.ask_scale()
        if self._session.question is not None:
            return Outcome(screen=screen)  # the pop-up says what is asked
        if isinstance(outcome.error, ApprovalNeeded):
            return self._needs_approval(command, outcome.error, screen)
        if outcome.error is not None:
            raise self._worded(outcome.error)
        if isinstance(command, commands.OpenReport):
            return await self.cash.opened(command, outcome)
        return self._done_with(command, outcome, screen)

    def _people(self) -> People | None:
        """Return what is done about who works here; None: nobody signs in."""
        if not self._till.signing.is_on:
            return None
        from posframe_terminal.people import People

        return People(self._till, self._session, self._showing, self.do)

    async def _instead(self, command: Any) -> Outcome | None:  # noqa: ANN401 - a command or Show
        """Do what needs no commit, or comes before it; None: the till is to do the command."""
        if getattr(command, "screen", "") == "exceptions":
            return await self.do(self.cash.exceptions(command.text))
        if hasattr(command, "screen"):  # a Show: nothing changes in the sale
            return await go(command.screen, command.text, self._showing, self._session)
        if isinstance(command, LOOKED_AT):
            return await self.cash.looked_at(command)
        if self.people is None:
            return await self._practised(command) if hasattr(command, "purpose") else None
        if hasattr(command, "purpose"):  # an Identify: somebody shows who they are
            return await self.people.identify(command)
        return DONE if self.returns.asks_undoing(command) else None

    async def _practised(self, entry: Any) -> Outcome:  # noqa: ANN401 - an Identify
        """Do what an entry says about people where nobody signs in: in training, an approval.

        Raises:
            RuleViolation: it holds a PIN, or there is nothing to approve.
        """
        if entry.pin:
            raise RuleViolation("A PIN is not typed here", hint="type the reason behind the number")
        if entry.purpose == "approve" and not entry.words:
            raise RuleViolation("An approval needs a reason", hint="type it behind the number")
        meant = self._session.identify(attrs.evolve(entry, pin="0"))
        return await self.do(meant)

    def _done_with(self, command: Any, outcome: KernelOutcome, screen: str) -> Outcome:  # noqa: ANN401 - any command
        """Say what was done, or what to look at first."""
        if isinstance(command, (commands.Total, commands.Pay)) and not _moved(outcome):
            return self._to_look_at(outcome)
        if isinstance(command, (commands.Pay, commands.CancelPayment)) and _waits(outcome):
            return Outcome(screen=screen)  # the screen says what is waited for, and goes on saying
        if isinstance(command, COUNTS):
            screen = self.cash.leads() or screen
        return Outcome(message=outcome.words, screen=screen)

    def _needs_approval(self, command: Any, error: ApprovalNeeded, screen: str) -> Outcome:  # noqa: ANN401 - any command
        """Ask who answers for it: by name on trust, or with badge or PIN where people sign in."""
        if self.returns.asks_first(command):
            return DONE
        back = self.at if self.at in RETURN_SCREENS else ""
        if error.request is not None and self.people is not None:
            return self.people.approve(command, error, screen, back)
        return self.returns.approve(command, error, screen, back)

    def _to_look_at(self, outcome: KernelOutcome) -> Outcome:
        """Say what to look at before money is taken: another price, an age to be checked."""
        age = self._showing.age_words(outcome.state.transaction)
        words = ". ".join(filter(None, (outcome.words, age)))
        return Outcome(message=words, severity="warning")

    async def _committed(self, command: Any) -> KernelOutcome:  # noqa: ANN401 - any command
        """Have the till do it, and wait until it is on disk."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[KernelOutcome] = loop.create_future()

        def tell(outcome: KernelOutcome) -> None:
            if not done.done():  # the terminal was left meanwhile
                done.set_result(outcome)

        def settle(outcome: KernelOutcome) -> None:
            loop.call_soon_threadsafe(tell, outcome)

        self.waiting += 1
        try:
            approvals = self._session.approvals_for(command)
            self._till.submit(command, settle, approvals=approvals)
            return await done
        finally:
            self.waiting -= 1

    def _worded(self, error: PosframeError) -> PosframeError:
        """Return a refusal whose hint names the keys of this screen."""
        key = self._showing.key_of
        if getattr(error, "years", 0):
            return RuleViolation(error.message, hint=f"then press {key('age_ok')}")
        if getattr(error, "code", ""):
            hint = f"{key('find')} finds it by name, {key('learn')} adds it to the shop"
            return RuleViolation(error.message, hint=hint)
        return error


def _moved(outcome: KernelOutcome) -> bool:
    """Tell whether money was taken or is asked for, or the sale closed."""
    taken = (events.TenderApplied, events.PaymentIntended, events.TransactionCompleted)
    return any(isinstance(row.event, taken) for row in outcome.recorded)


def _waits(outcome: KernelOutcome) -> bool:
    """Tell whether the open sale has a payment under way."""
    sale = outcome.state.transaction
    return sale is not None and sale.blocked
