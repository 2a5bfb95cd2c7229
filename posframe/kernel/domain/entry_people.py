"""Entries by which people show who they are, answer for others, or leave word. Pure.

They may hold a PIN: what is made of them shows none, and none of them is refused with its words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.entry import EntryRules

Purpose = Literal["sign in", "approve", "deny", "free", "repeat"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Identify(Value):
    """Somebody shows who they are, and what for; whoever read the entry has it verified."""

    purpose: Purpose
    number: str = ""
    badge: str = ""
    """A code as scanned, in place of a number."""
    pin: str = ""
    """As typed; empty: it is asked for."""
    words: str = ""
    """The reason of an approval, or what is said with a denial."""

    def __repr__(self) -> str:
        return f"Identify({self.purpose})"  # a PIN is in no trace



def identifying(text: str, *, signs_in: bool) -> Identify | None:
    """Return what an entry says that may hold a PIN; None: it is another one.

    Args:
        text: what was typed.
        signs_in: True: operators sign in at this till.

    Raises:
        RuleViolation: it lacks the number; no words of it are repeated.
    """
    name, *words = text.strip().split() or [""]
    if not name.startswith("."):
        return None
    name = name[1:].lower()
    if name == "signin":
        return sign_in(words)
    if name == "deny":
        return deny(words)
    if name == "approve" and signs_in:
        return _answer("approve", words) if words else Identify(purpose="repeat")
    return None


def sign_in(words: list[str], *_: object) -> Identify:
    """Return who signs in; what is missing is asked for."""
    return Identify(purpose="sign in", number="".join(words[:1]), pin=" ".join(words[1:]))


def deny(words: list[str], *_: object) -> Identify:
    """Return who says no.

    Raises:
        RuleViolation: there is no number.
    """
    if not words:
        raise RuleViolation("Who says no?", hint=f"type: {DENY_USAGE}")
    return _answer("deny", words)


def _answer(purpose: Purpose, words: list[str]) -> Identify:
    return Identify(
        purpose=purpose, number=words[0], pin="".join(words[1:2]), words=" ".join(words[2:])
    )


def message(words: list[str], _marked: int | None, _rules: EntryRules) -> cmd.LeaveMessage:
    """Return words that are left for one operator or for all."""
    to, words = (words[0][3:], words[1:]) if words[:1] and words[0][:3] == "to=" else ("", words)
    if not words:
        raise ValueError("text")
    return cmd.LeaveMessage(text=" ".join(words), to=to)


def free(words: list[str], _marked: int | None, _rules: EntryRules) -> Identify:
    """Return whose number is to be tried again at once."""
    return Identify(purpose="free", number=words[0])


DENY_USAGE: Final = ".deny NUMBER PIN [words]"
