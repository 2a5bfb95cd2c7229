"""How many points a completed transaction comes to. Nothing but the event is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import Rounding, divide

if TYPE_CHECKING:
    from posframe import events

PLUGIN: Final = "loyalty"
"""This plugin's name in till.toml, which the kernel puts beside the customers it identified."""


def has_member(completed: events.TransactionCompleted) -> bool:
    """Tell whether a transaction is a member's."""
    return bool(completed.customer) and completed.customer_plugin == PLUGIN


def points_of(completed: events.TransactionCompleted, per_minor: int) -> int:
    """Return the points of a member's transaction; a return takes back, training earns nothing.

    One for each full ``per_minor`` of the total before cash rounding. Rounded toward zero, so that
    giving everything back takes what buying it gave.
    """
    if completed.training:
        return 0
    return divide(completed.closing.gross_minor, per_minor, Rounding.DOWN)
