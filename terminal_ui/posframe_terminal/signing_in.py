"""Signing in: who is at the lock, step by step. What is right is the till's to say.

A PIN is held only while it is verified, beside the screen's loop; nothing here remembers it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from posframe import RuleViolation, commands, events
from posframe_terminal.door import DONE, Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import Outcome as KernelOutcome
    from posframe import Session, Till
    from posframe_terminal.door import Scanned

NUMBER_MAX: Final = 8


class SigningIn:
    """The counter's part that is about who works here."""

    def __init__(self, till: Till, session: Session, do: Callable[..., Awaitable[Outcome]]) -> None:
        """``do`` has the till do a command."""
        self._till, self._session, self._do = till, session, do
        self.number = ""
        """What was typed; empty: it is asked for."""
        self.tried = 0
        """How often somebody was verified: what is typed meanwhile belongs to nothing."""
        self.tries_before = 0
        """Wrong tries on the number of who signed in last, before they did."""
        self.locked_us = 0
        """When the lock came up on this screen; 0: before it was begun, or nothing is locked."""
        self._was_open = False
        self._badge = ""

    def follow(self) -> bool:
        """Look who works here now; tell whether it is locked."""
        open_ = bool(self._till.state.control.operator)
        if open_ != self._was_open:
            self.locked_us = 0 if open_ else self._till.parts.clock.wall_us()
        self._was_open = open_
        return not open_

    @property
    def asks_pin(self) -> bool:
        """Tell whether the PIN is to be typed next."""
        return bool(self.number or self._badge)

    @property
    def by_badge(self) -> bool:
        """Tell whether a badge was shown in place of a number."""
        return bool(self._badge)

    def typed(self, text: str) -> Outcome:
        """Take a number.

        Raises:
            RuleViolation: it is none.
        """
        number = text.strip()
        if not (number.isascii() and number.isdigit() and len(number) <= NUMBER_MAX):
            raise RuleViolation("Type your number", hint="digits, then Enter; or show your badge")
        self.number = number
        return DONE

    async def secret(self, pin: str) -> Outcome:
        """Take the PIN, and have it verified."""
        number, badge = self.number, self._badge
        if badge:
            return await self._verified(lambda: self._session.sign_in_badge(badge, pin))
        return await self._verified(lambda: self._session.sign_in(number, pin))

    async def scanned(self, request: Scanned) -> Outcome:
        """Take a badge; goods wait until somebody is signed in.

        Raises:
            RuleViolation: it is nobody's badge.
        """
        meant = self._session.badge_entry(request.code)
        if meant is None:
            raise RuleViolation(
                "The till is locked: nothing was added", hint="sign in, then scan again"
            )
        return await self.shown_badge(request.code)

    async def shown_badge(self, code: str) -> Outcome:
        """Take a badge: it asks for the PIN, or opens the till by itself."""
        self.number = ""
        if self._till.config.operators.badge_needs_pin:
            self._badge = code
            if self._till.state.control.operator:
                return await self._do(commands.Lock())
            return DONE
        return await self._verified(lambda: self._session.sign_in_badge(code))

    def back(self) -> Outcome:
        """Ask for the number once more."""
        self.forget()
        return DONE

    def forget(self) -> None:
        """Forget who was about to sign in."""
        self.number = self._badge = ""

    async def _verified(self, verify: Callable[[], KernelOutcome]) -> Outcome:
        """Have somebody verified, off the loop; say what they should know who has come."""
        wrong_before = self._till.state.control.lockouts
        self.forget()
        try:
            outcome = await asyncio.to_thread(verify)
        finally:
            self.tried += 1
        if outcome.error is not None:
            raise outcome.error
        signed = next(
            row.event for row in outcome.recorded if isinstance(row.event, events.SignedOn)
        )
        self.tries_before = wrong_before.failed_count(signed.mark) if signed.mark else 0
        waits = self.tries_before or outcome.state.control.unread(signed.operator)
        return Outcome(message=outcome.words, screen="messages" if waits else "")


def tries_words(count: int) -> tuple[str, ...]:
    """Say how often somebody tried a number with a wrong PIN; nothing where nobody did."""
    if not count:
        return ()
    noun = "try" if count == 1 else "tries"
    return (f"{count} wrong {noun} on your number since you were here",)
