"""Entries about shifts, drawers, counts: ``.shift open 1``, ``.handover 18``, ``.drawer F1 here``.

A count is entered heap by heap, which is a matter of the session; all at once in one line, as
scripts do, it stands behind the name: ``.shift end 20x5 3 rolls 1.00 card=120.50/7``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.entry import EntryRules

OPEN: Final = "open"
END: Final = "end"
RECOUNT: Final = "recount"
HANDOVER: Final = "handover"

SHIFT_USAGE: Final = ".shift open|end|recount|confirm|explain …"
USAGES: Final = {
    OPEN: ".shift open [DRAWER] [told=AMOUNT] [HEAPS]",
    END: ".shift end [HEAPS]",
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
    """Return what ``.shift …`` asks for."""
    what, rest = words[0].lower(), words[1:]
    if what == "confirm":
        return cmd.ConfirmShift(shift=_only(rest))
    if what == "explain":
        return _explain(rest)
    if what not in {OPEN, END, RECOUNT}:
        raise ValueError(what)
    name = ""
    if what != END and rest and _is_name(rest):
        name, rest = rest[0], rest[1:]
    told = ""
    if what == OPEN and rest and rest[0].startswith("told="):
        told, rest = rest[0].removeprefix("told="), rest[1:]
    return CountAsked(what=what, name=name, told=told, entries=heaps(rest))


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
    r"|\S+[x*×]\S+(?:\s[A-Za-z]{3}\b(?<!\d))?"
    r"|\S+"
)


def _is_name(words: list[str]) -> bool:
    """Tell whether the first word names a drawer or shift, and is no heap or sum."""
    first = words[0].lower()
    if first == "done" or "=" in first or _PIECES.fullmatch(first) or _WEIGHT.fullmatch(first):
        return False
    second = words[1].lower() if len(words) > 1 else ""
    is_pack = first.startswith(("roll", "bundle")) and bool(second)
    return not (is_pack or (first.isdecimal() and second.startswith(("roll", "bundle"))))


_PIECES = re.compile(r"-?[\d.,]+[x*×][\d.,]+")
_WEIGHT = re.compile(r"[\d.,]+k?g")


def _explain(words: list[str]) -> cmd.ExplainDifference:
    shift_ = ""
    if words[0].isdecimal():
        shift_, words = words[0], words[1:]
    type_, reason = words[0].lower(), words[1:]
    if type_ == "foreign":
        type_, reason = f"foreign {words[1].upper()}", words[2:]
    if not reason:
        raise ValueError("reason")
    return cmd.ExplainDifference(type=type_, reason=" ".join(reason), shift=shift_)


def _only(words: list[str]) -> str:
    if len(words) > 1:
        raise ValueError(words[1])
    return words[0] if words else ""
