"""Going: where a screen that was asked for leads, and what is read for it before it shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from posframe import RuleViolation, commands
from posframe_terminal.door import Outcome

if TYPE_CHECKING:
    from posframe import Session
    from posframe_terminal.door import Request
    from posframe_terminal.showing import Showing

RETURN_ACTIONS: Final = frozenset(
    {"return", "returnitem", "return_blind", "return_all", "condition"}
)
RETURN_SCREENS: Final = frozenset({"receipt", "sold", "returns"})
"""Where goods come back: ``returning`` does what is typed, pressed and scanned there."""

CASH_SCREENS: Final = frozenset({"counting", "cash_day", "report", "shifts"})
"""``cash`` does what is typed and pressed there."""
LOOKED_AT: Final = (commands.PrintX, commands.PrintZ, commands.CloseDay)
"""Commands whose report is shown before they are done."""
COUNTS: Final = (commands.EndShift, commands.RecountShift)
"""Commands after which a reason may be missing."""


async def go(screen: str, text: str, showing: Showing, session: Session) -> Outcome:
    """Return where a ``Show`` of the session leads.

    Raises:
        RuleViolation: there is nothing of the kind to look at.
    """
    match screen:
        case "find" | "help" | "menu" | "payments" | "returns" | "shifts" | "messages":
            return Outcome(screen=screen, text=text)
        case "counting":
            return Outcome(message=text, screen="sale" if session.counting is None else "counting")
        case "recall":
            return _recall(showing)
        case "explain":
            return await _explain(showing, int(text or 0))
        case "receipt" | "sold":
            from posframe_terminal.showing_returns import look_at

            return await look_at(showing, screen, text)
        case "sale":
            session.screen = "sale"
            return Outcome(screen="sale")
        case _:
            raise RuleViolation(f"There is no screen {screen!r}", hint="Esc leads back")


def is_about_cash(request: Request, session: Session) -> bool:
    """Tell whether a request is ``cash``'s: made on one of its screens, or while money is counted.

    The key that leads there is its own.
    """
    counted = session.counting is not None
    return counted or request.screen in CASH_SCREENS or _action(request) == "cash_day"


def _action(request: Request) -> str:
    return str(getattr(request, "action", ""))


def _recall(showing: Showing) -> Outcome:
    if not showing.till.state.suspended:
        raise RuleViolation("No sale is held", hint=f"{showing.key_of('hold')} holds one")
    return Outcome(screen="held")


async def _explain(showing: Showing, line: int) -> Outcome:
    """Explain a line, or with 0 the whole sale; beside the loop: a long one takes a second."""
    from posframe import explanation

    showing.explained = await asyncio.to_thread(explanation, showing.till, line)
    return Outcome(screen="explain")
