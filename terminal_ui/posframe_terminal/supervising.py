"""Supervising: somebody answers for what an operator asked, at the operator's till.

The form is the supervisor's alone: badge, or number and PIN, then the reason. Whether they may, the
till says; the operator's command is done again where it was, with the approval beside it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs

from posframe import ApprovalNeeded, RuleViolation
from posframe_terminal.door import DONE, Outcome
from posframe_terminal.signing_in import NUMBER_MAX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import Outcome as KernelOutcome
    from posframe import Session
    from posframe_terminal.door import Scanned
    from posframe_terminal.showing import Showing


@attrs.define
class Answer:
    """What waits for somebody's word, and how far they have typed it."""

    command: Any
    request: Any
    """An ``approvals.Request``."""
    words: str
    """What somebody has to answer for."""
    reason: str
    """What stands on the reason's line to begin with."""
    screen: str = ""
    """Where it leads once it is done; empty: to what the sale calls for."""
    back: str = ""
    """Where Esc leads."""
    number: str = ""
    badge: str = attrs.field(default="", repr=False)
    pin: str = attrs.field(default="", repr=False)
    denies: bool = False
    tried: int = 0
    """How often it was verified."""

    @property
    def field(self) -> str:
        """What is asked next: ``number``, ``PIN`` or ``reason``."""
        if not (self.number or self.badge):
            return "number"
        return "reason" if self.pin or self.badge_alone else "PIN"

    badge_alone: bool = False
    """The badge was shown, and no PIN is asked with it here."""

    def begin_again(self) -> None:
        """Forget who was about to answer."""
        self.number = self.badge = self.pin = ""
        self.badge_alone = False
        self.tried += 1


class Supervising:
    """The counter's part that is about approvals by those who sign in."""

    def __init__(
        self, session: Session, showing: Showing, do: Callable[..., Awaitable[Outcome]]
    ) -> None:
        """``do`` has the till do a command."""
        self._session, self._showing, self._do = session, showing, do
        self._left: Answer | None = None
        """The form that Esc has left; what it was about still waits."""

    def open(self, command: Any, error: ApprovalNeeded, screen: str, back: str) -> Outcome:  # noqa: ANN401 - any command
        """Ask for somebody's word over the present screen."""
        reason = getattr(command, "reason", "") or error.message
        self._showing.answer = Answer(
            command=command,
            request=error.request,
            words=error.message,
            reason=reason,
            screen=screen,
            back=back,
        )
        return DONE

    def open_again(self) -> Outcome:
        """Show the form that was left, while what it is about still waits.

        Raises:
            RuleViolation: nothing does.
        """
        left = self._left
        if left is None or self._session.wants_approval != left.request:
            raise RuleViolation("Nothing waits for an approval", hint="go on")
        self._showing.answer = left
        return DONE

    def leave(self, form: Answer) -> Outcome:
        """Close the form; the operator goes on where they were."""
        form.begin_again()
        self._left, self._showing.answer = form, None
        return Outcome(screen=form.back)

    def deny(self, form: Answer) -> Outcome:
        """Have the next word be a no, or a yes again."""
        form.denies = not form.denies
        form.begin_again()
        return DONE

    async def typed(self, form: Answer, text: str) -> Outcome:
        """Take the number, or the reason; with the reason it is verified and done."""
        text = text.strip()
        if form.field == "number":
            if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_MAX):
                raise RuleViolation("Type the number of who answers", hint="or show their badge")
            form.number = text
            return DONE
        return await self._answered(form, text)

    def secret(self, form: Answer, pin: str) -> Outcome:
        """Take the PIN; it is verified with the reason."""
        if not pin:
            raise RuleViolation("The PIN is missing", hint="type it, then Enter")
        form.pin = pin
        return Outcome(text="" if form.denies else form.reason)

    def scanned(self, form: Answer, request: Scanned) -> Outcome:
        """Take a badge; anything else waits until the form is closed."""
        if self._session.till.signing.knows_badge(request.code):
            return self._with_badge(form, request.code)
        return Outcome(holds_scan=True)

    def shown_badge(self, code: str) -> Outcome:
        """Take a badge that was shown after the form was left, while it still waits."""
        self.open_again()
        assert self._left is not None, "it was opened again"
        return self._with_badge(self._left, code)

    def _with_badge(self, form: Answer, code: str) -> Outcome:
        form.begin_again()
        form.badge = code
        form.badge_alone = not self._session.till.config.operators.badge_needs_pin
        return Outcome(text=form.reason if form.badge_alone else "")

    async def heard(self, form: Answer | None) -> Outcome:
        """Look whether somebody answered elsewhere: then it is done, or given up."""
        if form is None or self._session.wants_approval == form.request:
            return DONE
        command = self._session.approved_elsewhere()
        self._showing.answer = None
        if command is None:
            return Outcome(message=_gone(form), severity="error", screen=form.back)
        return await self._do(command, screen=form.screen)

    async def _answered(self, form: Answer, reason: str) -> Outcome:
        """Verify who answers, off the loop, and do what follows from it."""
        if not (reason or form.denies):
            raise RuleViolation("An approval needs a reason", hint="type why, then Enter")
        number, badge, pin = form.number, form.badge, form.pin
        form.begin_again()
        if form.denies:
            return await self._denied(form, number, badge, pin, reason)
        session = self._session

        def approve() -> Any:  # noqa: ANN401 - any command
            if badge:
                return session.approve_badge(badge, reason, pin)
            return session.approve(number, pin, reason)

        command = await asyncio.to_thread(approve)
        self._showing.answer = None
        return await self._do(command, screen=form.screen)

    async def _denied(self, form: Answer, number: str, badge: str, pin: str, said: str) -> Outcome:
        if badge:
            raise RuleViolation("A no is said by number and PIN", hint="type the number")

        def deny() -> KernelOutcome:
            return self._session.deny(number, pin, said)

        outcome = await asyncio.to_thread(deny)
        if outcome.error is not None:
            raise outcome.error
        self._showing.answer = None
        return Outcome(message=outcome.words, severity="error", screen=form.back)


def _gone(form: Answer) -> str:
    return f"Not approved: {form.words}"
