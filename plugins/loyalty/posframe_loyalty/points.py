"""How many points a completed transaction comes to. Nothing but the event is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import Rounding, Treatment, divide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import LineItem, events

PLUGIN: Final = "loyalty"
"""This plugin's name in till.toml, which the kernel puts beside the customers it identified."""


def has_member(completed: events.TransactionCompleted) -> bool:
    """Tell whether a transaction is a member's."""
    return bool(completed.customer) and completed.customer_plugin == PLUGIN


def own_minor(completed: events.TransactionCompleted) -> int:
    """Return what a transaction's own goods came to; what came back is of the sale it came from."""
    return sum(each.share.gross_minor for each in _earning(completed) if not each.line.original)


def points_of(completed: events.TransactionCompleted, per_minor: int) -> int:
    """Return the points that a member's transaction earns; training earns nothing.

    One for each full ``per_minor`` of its own goods before cash rounding, rounded toward zero.
    """
    if completed.training:
        return 0
    return divide(own_minor(completed), per_minor, Rounding.DOWN)


def back_minor(completed: events.TransactionCompleted) -> dict[str, int]:
    """Return by the transaction that sold them what goods that came back were given back for."""
    found: dict[str, int] = {}
    for each in () if completed.training else _earning(completed):
        if each.line.original:
            before = found.get(each.line.original, 0)
            found[each.line.original] = before - each.share.gross_minor
    return found


def points_back(earned: Earned, taken: Taken, back_minor: int, per_minor: int) -> int:
    """Return the points to take back with goods for ``back_minor``; negative.

    What is left of the sale keeps the points it would have earned by itself, so that the returns of
    all of it, in whatever portions, take back just what it had earned.
    """
    left = max(0, earned.minor - taken.minor - back_minor)
    return -(earned.points - taken.points - divide(left, per_minor, Rounding.DOWN))


def _earning(completed: events.TransactionCompleted) -> Iterator[events.CompletedLine]:
    """Yield the lines that points are reckoned on, sold or brought back.

    What is outside the scope of tax is money in another form: a gift card, a debt that is paid.
    """
    return (each for each in completed.lines if not _is_outside(each.line))


def _is_outside(line: LineItem) -> bool:
    return bool(line.taxes) and all(tax.treatment is Treatment.OUT_OF_SCOPE for tax in line.taxes)


@attrs.frozen
class Earned:
    """What a sale earned."""

    customer: str
    points: int
    minor: int
    """What the points were reckoned on."""


@attrs.frozen
class Taken:
    """What returns have taken back of it so far; positive."""

    points: int
    minor: int
