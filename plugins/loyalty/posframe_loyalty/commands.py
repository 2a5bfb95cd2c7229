"""What can be asked about cards, and the entries that ask it: ``.enrol``, ``.points``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS_MAX: Final = 999_999_999


@attrs.frozen
class NewCard:
    """Make a card a member's."""

    card: str


@attrs.frozen
class EnrolCard:
    """Make a card a member's, with what points it brings along."""

    card: str
    points: int = 0


@attrs.frozen
class AskPoints:
    """Say how many points a card has; empty: the one of the open sale."""

    card: str = ""


LoyaltyCommand = NewCard | EnrolCard | AskPoints


def parse(text: str) -> LoyaltyCommand | None:
    """Return what an entry asks of this plugin; None: it is not for it.

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
    except (IndexError, ValueError) as error:
        raise RuleViolation(f"That does not fit {name.lower()}", hint=f"type: {usage}") from error


def read_points(text: str) -> int:
    """Return a number of points.

    Raises:
        ValueError: it is none between 0 and ``POINTS_MAX``.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(POINTS_MAX))):
        raise ValueError(text)
    return int(text)


def _enrol(words: list[str]) -> NewCard | EnrolCard:
    card, *points = words
    if len(points) > 1:
        raise ValueError(words)
    return EnrolCard(card, read_points(points[0])) if points else NewCard(card)


def _points(words: list[str]) -> AskPoints:
    if len(words) > 1:
        raise ValueError(words)
    return AskPoints(*words)


_ENTRIES: dict[str, tuple[Callable[[list[str]], LoyaltyCommand], str]] = {
    ".enrol": (_enrol, ".enrol CARD [points]"),
    ".points": (_points, ".points [CARD]"),
}
