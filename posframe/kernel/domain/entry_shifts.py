"""Entries about shifts, drawers, counts: ``.shift open 1``, ``.handover 18``, ``.drawer F1 here``.

A count is entered heap by heap, which is a matter of the session; all at once in one line, as
scripts do, it stands behind the name: ``.shift end 20x5 3 rolls 1.00 card=120.50/7``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.shift import FLOAT
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.entry import EntryRules

OPEN: Final = "open"
END: Final = "end"
RECOUNT: Final = "recount"
HANDOVER: Final = "handover"

SHIFT_USAGE: Final = ".shift open|end|recount|confirm|explain …"
USAGES: Final = {
    OPEN: ".shift open [DRAWER] [told=AMOUNT] [HEAPS]",
    END: ".shift end [SHIFT] [HEAPS]",
    RECOUNT: ".shift recount [SHIFT] [HEAPS]",
    "confirm": ".shift confirm [SHIFT]",
    "explain": ".shift explain [SHIFT] TYPE reason",
}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CountAsked(Value):
    """A drawer is to be counted, or was: then every heap stands in ``entries``."""

    what: str
    """``open``, ``end``, ``recount`` or ``handover``."""
    name: str = ""
    """The drawer, the shift, or who takes the drawer over; empty: the usual one."""
    told: str = ""
    """What the float was said to be."""
    entries: tuple[str, ...] = ()
    """Heaps and sums as typed; empty: they follow, one a line."""


def shift(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401 - a command or CountAsked
    """Return what ``.shift …`` asks for.

    Raises:
        RuleViolation: it lacks an argument; the hint says which there are.
        ValueError: it is nothing that a shift can be asked.
    """
    what, rest = words[0].lower(), words[1:]
    if what not in USAGES:
        raise ValueError(what)
    try:
        return _DOES[what](what, rest)
    except (IndexError, ValueError) as error:
        raise RuleViolation(
            f"That is not enough for .shift {what}", hint=f"type: {USAGES[what]}"
        ) from error


def hand_over(words: list[str], _marked: int | None, _rules: EntryRules) -> CountAsked:
    """Return what ``.handover ID …`` asks for."""
    return CountAsked(what=HANDOVER, name=words[0], entries=heaps(words[1:]))


def place_drawer(words: list[str], _marked: int | None, _rules: EntryRules) -> cmd.PlaceDrawer:
    """Return what ``.drawer ID here|away`` asks for."""
    drawer, where = words
    if where not in {"here", "away"}:
        raise ValueError(where)
    return cmd.PlaceDrawer(drawer=drawer, here=where == "here")


def heaps(words: list[str]) -> tuple[str, ...]:
    """Split a line into heaps as they would be typed one by one; ``done`` is one of its own."""
    return tuple(match[0] for match in _HEAP.finditer(" ".join(words)))


_HEAP = re.compile(
    r"\d+[.,]?\d*\s?k?g\s\S+"  # coins on a scale
    r"|(?:\d+\s)?(?:rolls?|bundles?)\s\S+"
    r"|[\d.,]+\s?[x*×]\s?\S+(?:\s[A-Za-z]{3}\b)?"
    r"|\S+"
)


def _is_name(words: list[str]) -> bool:
    """Tell whether the first word names a drawer or shift, and is no heap or sum."""
    first = words[0].lower()
    return first != "done" and "=" not in first and not _BEGINS_HEAP.match(" ".join(words).lower())


_BEGINS_HEAP = re.compile(
    r"-?[\d.,]+\s?[x*×]\s?[\d.,]+"
    r"|[\d.,]+\s?k?g(?:\s|$)"
    r"|(?:\d+\s)?(?:rolls?|bundles?)\s\S"
)


def _count(what: str, words: list[str]) -> CountAsked:
    name = told = ""
    if words and _is_name(words):
        name, words = words[0], words[1:]
    if what == OPEN:
        told, words = _told(words)
    return CountAsked(what=what, name=name, told=told, entries=heaps(words))


def _told(words: list[str]) -> tuple[str, list[str]]:
    """Return what the float was said to be, wherever it stands, and the words without it."""
    said = [each for each in words if each.lower().startswith("told=")]
    if not said:
        return "", words
    told = said[0][len("told=") :]
    if len(said) > 1 or not told:
        what = "told= has no amount" if not told else "told= was said twice"
        raise RuleViolation(what, hint="say it once, like told=100.00")
    return told, [each for each in words if each not in said]


def _confirm(_what: str, words: list[str]) -> cmd.ConfirmShift:
    if len(words) > 1:
        raise ValueError(words[1])
    return cmd.ConfirmShift(shift=words[0] if words else "")


def _explain(_what: str, words: list[str]) -> cmd.ExplainDifference:
    shift_ = ""
    if words[0].isdecimal():
        shift_, words = words[0], words[1:]
    type_, reason = words[0].lower(), words[1:]
    if type_ == "foreign":
        of = 2 if words[1].lower() == FLOAT else 1  # foreign float USD
        float_ = "float " if of == 2 else ""
        type_, reason = f"foreign {float_}{words[of].upper()}", words[of + 1 :]
    if not reason:
        raise ValueError("reason")
    return cmd.ExplainDifference(type=type_, reason=" ".join(reason), shift=shift_)


_DOES: Final[dict[str, Callable[[str, list[str]], Any]]] = {
    OPEN: _count,
    END: _count,
    RECOUNT: _count,
    "confirm": _confirm,
    "explain": _explain,
}
