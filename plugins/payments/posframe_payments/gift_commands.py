"""What can be asked about gift cards, and the entries that ask it, ``.gift`` and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

# Neither code nor PIN is shown when a command is printed, as in the message of a failed assertion.


@attrs.frozen
class RegisterCard:
    """Make a delivered card known with its PIN; it is worth nothing until it is sold."""

    code: str = attrs.field(repr=False)
    pin: str = attrs.field(repr=False)


@attrs.frozen
class PresentCard:
    """Have the open sale paid from a card."""

    code: str = attrs.field(repr=False)
    pin: str = attrs.field(repr=False, default="")


@attrs.frozen
class AskCard:
    """Say what a card is worth."""

    code: str = attrs.field(repr=False)
    pin: str = attrs.field(repr=False, default="")


@attrs.frozen
class VoidCard:
    """Undo the issue of a card of which nothing was spent."""

    code: str = attrs.field(repr=False)
    reason: str


@attrs.frozen
class ExpireCards:
    """Take off the books what is left on cards whose last day is over."""


GiftCommand = RegisterCard | PresentCard | AskCard | VoidCard | ExpireCards


def parse(text: str) -> GiftCommand | None:
    """Return what an entry asks of gift cards; None: it is not about them.

    Raises:
        RuleViolation: it is, and lacks something.
    """
    name, *words = text.split() or [""]
    known = _ENTRIES.get(name.lower())
    if known is None:
        return None
    make, usage = known
    try:
        return make(words)
    except (TypeError, ValueError) as error:
        raise RuleViolation(f"That does not fit {name.lower()}", hint=f"type: {usage}") from error


def _void(words: list[str]) -> VoidCard:
    if len(words) < 2:
        raise ValueError("reason")
    return VoidCard(words[0], " ".join(words[1:]))


_ENTRIES: Final[dict[str, tuple[Callable[[list[str]], GiftCommand], str]]] = {
    ".gift": (lambda words: PresentCard(*words), ".gift CODE [PIN]"),
    ".giftbalance": (lambda words: AskCard(*words), ".giftbalance CODE [PIN]"),
    ".giftnew": (lambda words: RegisterCard(*words), ".giftnew CODE PIN"),
    ".giftvoid": (_void, ".giftvoid CODE reason"),
    ".giftexpire": (lambda words: ExpireCards(*words), ".giftexpire"),
}
