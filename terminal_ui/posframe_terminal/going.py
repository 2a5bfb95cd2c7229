"""Going: where a screen that was asked for leads, and what is read for it before it shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from posframe import RuleViolation
from posframe_terminal.door import Outcome

if TYPE_CHECKING:
    from posframe import Session
    from posframe_terminal.showing import Showing

RETURN_ACTIONS: Final = frozenset(
    {"return", "returnitem", "return_blind", "return_all", "condition"}
)
RETURN_SCREENS: Final = frozenset({"receipt", "sold", "returns"})
"""Where goods come back: ``returning`` does what is typed, pressed and scanned there."""


async def go(screen: str, text: str, showing: Showing, session: Session) -> Outcome:
    """Return where a ``Show`` of the session leads.

    Raises:
        RuleViolation: there is nothing of the kind to look at.
    """
    match screen:
        case "find" | "help" | "menu" | "payments" | "returns":
            return Outcome(screen=screen, text=text)
        case "recall" if not showing.till.state.suspended:
            raise RuleViolation("No sale is held", hint=f"{showing.key_of('hold')} holds one")
        case "recall":
            return Outcome(screen="held")
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


async def _explain(showing: Showing, line: int) -> Outcome:
    """Explain a line, or with 0 the whole sale; beside the loop: a long one takes a second."""
    from posframe import explanation

    showing.explained = await asyncio.to_thread(explanation, showing.till, line)
    return Outcome(screen="explain")
