"""The counter: a till behind the terminal's door. Requests become commands, state becomes views.

It holds what only a screen needs: that the change is still shown, what was asked, a form half
filled. What a request means is the session's to say, and whether it is done the kernel's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from posframe import RuleViolation, Session, commands
from posframe_terminal.door import DONE, Invoked, Outcome, Place, Request, Scanned, Typed
from posframe_terminal.forms import Learning
from posframe_terminal.showing import Showing, read_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Outcome as KernelOutcome
    from posframe import Till
    from posframe_terminal.views import View


class Counter:
    """Implements ``TillDoor`` over a running till."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.session = Session(till)
        self._showing = Showing(till, self.session)
        self._loop: asyncio.AbstractEventLoop | None = None

    def view(self, place: Place) -> View:
        """Return what to show at ``place``."""
        return self._showing.view(place)

    def meaning(self, text: str, screen: str) -> str:
        """Say in a few words what Enter would do with ``text``."""
        return self._showing.meaning(text, screen)

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` on the loop after each commit that this terminal did not ask for."""
        loop = self._loop = asyncio.get_running_loop()

        def tell(_outcomes: list[KernelOutcome]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed)

        self.till.listen(tell)
        return lambda: self.till.unlisten(tell)

    async def submit(self, request: Request) -> Outcome:
        """Do what is asked; return once it is on disk."""
        self.session.saw(read_seen(request.seen))
        self.session.marked = _marked(request)
        match request:
            case Scanned():
                return await self._scanned(request)
            case Typed():
                return await self._typed(request)
            case Invoked():
                return await self._invoked(request)

    async def _scanned(self, request: Scanned) -> Outcome:
        if request.screen == "payment":
            self.session.screen = "sale"
        text = request.text.strip()
        if text.endswith("*"):
            return await self._do(self.session.read(f"{text} {request.code}"))
        if text:
            raise RuleViolation(
                f"{text} stands before the scan of {request.code}",
                hint="type * after a quantity, or clear it with Esc, then scan again",
            )
        return await self._do(self.session.scanned(request.code))

    async def _typed(self, request: Typed) -> Outcome:
        showing = self._showing
        if request.screen == "find":
            return await self._chosen(request)
        if request.screen == "held":
            if not request.choice:
                raise RuleViolation("No sale is held", hint="Esc leads back")
            return await self._do(commands.Resume(transaction=request.choice))
        if showing.learning is not None:
            return await self._learning(showing.learning, request.text)
        if showing.asking is not None:
            raise RuleViolation("Answer with F5 or Esc", hint="F5 does it, Esc does not")
        if request.screen == "change" and not request.text:
            showing.change_shown = False
            return DONE
        return await self._do(self.session.read(request.text))

    async def _chosen(self, request: Typed) -> Outcome:
        if not request.choice:
            raise RuleViolation(f"Nothing is named {request.text!r}", hint="type fewer letters")
        return await self._do(commands.AddItem(code=request.choice), screen="sale")

    async def _learning(self, form: Learning, text: str) -> Outcome:
        form.fill(text, self.session.rules)
        command = form.command()
        if command is None:
            return DONE
        self._showing.learning = None
        return await self._do(command)

    async def _invoked(self, request: Invoked) -> Outcome:
        showing = self._showing
        match request.action:
            case "back":
                return self._back()
            case "learn":
                showing.learning = Learning(code=showing.unknown_code(request.text))
                return DONE
            case "cancel" if showing.asking is None:
                showing.ask_cancel(self.session.act("cancel", request.text))
                return DONE
            case "yes" if showing.asking is not None:
                command, showing.asking = showing.asking, None
                return await self._do(command)
            case "customer" if not request.text:
                raise RuleViolation("Which card?", hint="scan it, or type its number, then F3")
            case _:
                return await self._do(self.session.act(request.action, request.text))

    def _back(self) -> Outcome:
        showing = self._showing
        if showing.asking is not None or showing.learning is not None:
            showing.asking = showing.learning = None
        elif self.session.question is not None:
            self.session.question = None
        else:
            showing.change_shown = False
            self.session.screen = "sale"
        return DONE

    async def _do(self, command: Any, *, screen: str = "") -> Outcome:  # noqa: ANN401 - a command or Show
        if hasattr(command, "screen"):  # a Show: nothing changes in the sale
            return self._show(command.screen, command.text)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[KernelOutcome] = loop.create_future()

        def settle(outcome: KernelOutcome) -> None:
            loop.call_soon_threadsafe(done.set_result, outcome)

        self.till.submit(command, settle)
        outcome = await done
        self.session.after(command, outcome)
        self._showing.after(command, outcome)
        if outcome.error is not None and self.session.question is None:
            raise outcome.error
        return Outcome(message=outcome.words, screen=screen)

    def _show(self, screen: str, text: str) -> Outcome:
        if screen in {"find", "help", "menu"}:
            return Outcome(screen="help" if screen == "menu" else screen, text=text)
        if screen == "recall":
            return Outcome(screen="held")
        self.session.screen = "sale"
        if screen == "payment":
            self.session.show_payment()
            self._showing.change_shown = False
        return DONE


def _marked(request: Request) -> int | None:
    choice = "" if isinstance(request, Scanned) else request.choice
    return int(choice) if request.screen == "sale" and choice.isdecimal() else None
