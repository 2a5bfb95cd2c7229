"""Entries by which people show who they are, answer for others, or leave word. Pure.

They may hold a PIN: what is made of them shows none, and none of them is refused with its words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

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


_PURPOSES: Final[dict[str, Purpose]] = {"signin": "sign in", "approve": "approve", "deny": "deny"}


def identifying(text: str, *, signs_in: bool) -> Identify | None:
    """Return what an entry says that may hold a PIN; None: it is another one.

    Args:
        text: what was typed.
        signs_in: True: operators sign in at this till.

    Raises:
        RuleViolation: it lacks the number; no words of it are repeated.
    """
    name, *words = text.strip().split() or [""]
    purpose = _PURPOSES.get(name[1:].lower()) if name.startswith(".") else None
    if purpose is None or not signs_in:
        return None
    if purpose == "approve" and not words:
        return Identify(purpose="repeat")
    if purpose == "sign in":
        return Identify(purpose=purpose, number="".join(words[:1]), pin=" ".join(words[1:]))
    if not words:
        raise RuleViolation("Who says no?", hint=f"type: {DENY_USAGE}")
    return Identify(
        purpose=purpose, number=words[0], pin="".join(words[1:2]), words=" ".join(words[2:])
    )


def sign_in_off(_words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    """Refuse to sign in, or to deny, where nobody does; where they do, it does not come here."""
    raise RuleViolation(
        "Nobody signs in at this till", hint="set operators.sign_in = true in till.toml"
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
