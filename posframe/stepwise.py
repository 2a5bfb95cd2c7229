"""Showing who one is, step by step: what an entry answers, and what is asked for next. Pure.

A PIN, and the reason of an approval, may each be an entry of its own. What asks for them here is
never asked of goods: an entry that is none goes where it belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.errors import RuleViolation
from posframe.pins import DIGITS_MAX, DIGITS_MIN

if TYPE_CHECKING:
    from posframe.kernel.domain.entry_people import Identify

ASK_BADGE: Final = "Scan the badge"
ASK_PIN: Final = "Type the PIN"
ASK_WHY: Final = "Why?"
_BADGE_SEEN: Final = "That is a badge: type its PIN, or scan goods to go on"


def asked_next(entry: Identify, *, pin_asked: bool) -> str:
    """Return what is asked for next; empty: nothing is missing that is asked for."""
    if pin_asked and not entry.pin:
        return ASK_PIN if entry.number or entry.badge else ASK_BADGE
    lacks_reason = entry.purpose == "approve" and entry.stepwise and not entry.words
    return ASK_WHY if lacks_reason else ""


def asking_words(asked: str, entry: Identify, *, sells: bool) -> str:
    """Return how it is asked for: a badge scanned by accident does not stop a sale."""
    return _BADGE_SEEN if sells and _is_passing(entry) and asked == ASK_PIN else asked


def answered(showing: Identify, typed: str, *, pin_asked: bool, sells: bool) -> Identify | None:
    """Return somebody with what was typed about them; None: it is another entry.

    Args:
        showing: who is asked for something.
        typed: the entry, without space around it.
        pin_asked: a PIN is needed, also with their badge.
        sells: True: somebody works at the till, and a sale is open.
    """
    asked = asked_next(showing, pin_asked=pin_asked)
    if asked == ASK_WHY:
        return attrs.evolve(showing, words=typed) if typed else None
    if asked != ASK_PIN or (sells and _is_passing(showing) and not _may_be_pin(typed)):
        return None
    if showing.purpose == "sign in":
        return attrs.evolve(showing, pin=typed, stepwise=True)
    pin, _, said = typed.partition(" ")
    return attrs.evolve(showing, pin=pin, words=showing.words or said.strip(), stepwise=True)


def on_trust(command: Any, entry: Identify) -> Any:  # noqa: ANN401 - any command
    """Return a command with who answers for it, where PINs are typed for practice alone.

    Raises:
        RuleViolation: nothing was refused that waits, or there is no reason.
    """
    if command is None:
        raise RuleViolation("Nothing waits for an approval", hint="go on")
    if not entry.words.strip():
        raise RuleViolation("An approval needs a reason", hint="type why, then approve again")
    return attrs.evolve(command, approver=entry.number, approval_reason=entry.words)


def _is_passing(entry: Identify) -> bool:
    """Tell whether it may be a badge that only came before the scanner."""
    return entry.purpose == "sign in" and bool(entry.badge)


def _may_be_pin(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and DIGITS_MIN <= len(typed) <= DIGITS_MAX
