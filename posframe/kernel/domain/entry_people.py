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
    from collections.abc import Container

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
    stepwise: bool = False
    """True: each part was asked for by itself; so is the reason, where there is none."""

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


def is_for_plugins(text: str, owned: Container[str]) -> bool:
    """Tell whether plugins are asked about an entry: by name, only about one they could own.

    The kernel's names are its own. What comes near to a name behind which a PIN is typed is likely
    to be that one mistyped, with the PIN behind it.

    Args:
        text: what was typed.
        owned: entries by name that plugins have declared, with their dots.
    """
    word = text.strip().partition(" ")[0].lower()
    if not (word.startswith(".") and word[1:2].isalpha()):
        return True
    import difflib  # with the first entry by name

    from posframe.kernel.domain.entry_names import NAMES

    is_kernels = word[1:] in NAMES
    if word in owned and not is_kernels:
        return True
    return not is_kernels and not difflib.get_close_matches(word[1:], _WITH_PIN, 1, _NEAR)


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
    """Return who answers. Their PIN may follow later: words without a digit are no PIN's."""
    number, *rest = words
    is_pin = bool(rest) and any(each.isdigit() for each in rest[0])
    pin, said = (rest[0], rest[1:]) if is_pin else ("", rest)
    return Identify(purpose=purpose, number=number, pin=pin, words=" ".join(said))


def message(words: list[str], _marked: int | None, _rules: EntryRules) -> cmd.LeaveMessage:
    """Return words that are left for one operator or for all."""
    to, words = (words[0][3:], words[1:]) if words[:1] and words[0][:3] == "to=" else ("", words)
    if not words:
        raise ValueError("text")
    return cmd.LeaveMessage(text=" ".join(words), to=to)


def free(words: list[str], _marked: int | None, _rules: EntryRules) -> Identify:
    """Return whose number is to be tried again at once."""
    return Identify(purpose="free", number=words[0])


_WITH_PIN: Final = ("signin", "approve", "deny", "free")
_NEAR: Final = 0.6
DENY_USAGE: Final = ".deny NUMBER PIN [words]"
