"""People: what a screen does about who works here, who answers for whom, and their messages.

``taken`` takes the requests that are about people, before anything else is made of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from posframe import RuleViolation, commands
from posframe_terminal.door import DONE, Invoked, News, Outcome, Scanned, Secret, Typed
from posframe_terminal.signing_in import SigningIn
from posframe_terminal.supervising import Supervising

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import ApprovalNeeded, Session, Till
    from posframe_terminal.door import Request
    from posframe_terminal.showing import Showing


class People:
    """The counter's part that is about people; where operators sign in."""

    def __init__(
        self,
        till: Till,
        session: Session,
        showing: Showing,
        do: Callable[..., Awaitable[Outcome]],
    ) -> None:
        """``do`` has the till do a command or show a screen."""
        self._till, self._session, self._showing, self._do = till, session, showing, do
        self.signing_in = showing.signing_in = SigningIn(till, session, do)
        self._supervising = Supervising(session, showing, do)

    async def taken(self, request: Request) -> Outcome | None:
        """Do what is asked; None: it is not about people."""
        if self._showing.is_locked:
            return await self._at_the_lock(request)
        if isinstance(request, Invoked) and request.action == "lock":
            return await self._do(commands.Lock())
        if isinstance(request, News):
            return await self._supervising.heard(self._showing.answer)
        if self._showing.answer is not None:
            return await self._answered(request)
        return await self._asked(request)

    async def identify(self, entry: Any) -> Outcome:  # noqa: ANN401 - an Identify
        """Do what an entry means by which somebody shows who they are.

        A PIN in it could be read by everybody at the screen: it is not taken, and taken away.
        """
        if entry.badge and entry.purpose == "approve":
            return self._supervising.shown_badge(entry.badge)
        if entry.badge:
            return await self.signing_in.shown_badge(entry.badge)
        if entry.pin:
            words = "A PIN is not typed here: the form and the lock ask for it"
            return Outcome(message=words, severity="error")
        match entry.purpose:
            case "sign in":
                return await self._do(commands.Lock())
            case "approve" | "deny" | "repeat":
                return self._supervising.open_again()
            case _:
                meant = await asyncio.to_thread(self._session.identify, entry)
                return await self._do(meant)

    def approve(self, command: Any, error: ApprovalNeeded, screen: str, back: str) -> Outcome:  # noqa: ANN401 - any command
        """Ask for somebody's word about a command that was refused."""
        return self._supervising.open(command, error, screen, back)

    async def _asked(self, request: Request) -> Outcome | None:
        match request:
            case Invoked(action="signout"):
                return await self._do(commands.SignOut())
            case Typed(screen="messages"):
                return await self._read_messages(request.text)
            case _:
                return None

    async def _at_the_lock(self, request: Request) -> Outcome:
        match request:
            case Typed():
                return self.signing_in.typed(request.text)
            case Secret():
                return await self.signing_in.secret(request.text)
            case Scanned():
                return await self.signing_in.scanned(request)
            case Invoked(action="back"):
                return self.signing_in.back()
            case Invoked():
                raise RuleViolation("The till is locked", hint="sign in first")
            case _:
                return DONE

    async def _answered(self, request: Request) -> Outcome | None:
        """Take what is typed in the form of an approval."""
        form, part = self._showing.answer, self._supervising
        assert form is not None, "it is open"
        match request:
            case Typed():
                return await part.typed(form, request.text)
            case Secret():
                return part.secret(form, request.text)
            case Scanned():
                return part.scanned(form, request)
            case Invoked(action="back"):
                return part.leave(form)
            case Invoked(action="deny"):
                return part.deny(form)
            case _:
                return None

    async def _read_messages(self, text: str) -> Outcome:
        if text.strip():
            raise RuleViolation("Nothing is typed here", hint="Enter: you have read it")
        control = self._till.state.control
        self.signing_in.tries_before = 0
        if not control.unread(control.operator):
            return Outcome(screen="sale")
        return await self._do(commands.ReadMessage(), screen="sale")
