"""Cash: exact, by amount or by note; rounded by the country's rule; change by denomination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import TenderRule, TenderType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe import PluginContext

QUICK_MAX = 6


def cash_tender(context: PluginContext, quick_minor: Sequence[int]) -> TenderType:
    """Return cash as this shop takes it."""
    denominations = tuple(context.denominations_minor)
    return TenderType(
        rule=TenderRule(
            id="cash",
            label="Cash",
            gives_change=True,
            opens_drawer=True,
            cash_rounding=context.cash_rounding,
            limit_minor=context.cash_limit_minor,
            is_cash=True,
        ),
        key="enter",
        quick_minor=tuple(quick_minor) or denominations[:QUICK_MAX],
        denominations_minor=denominations,
    )


def quick_amounts(due_minor: int, notes_minor: Sequence[int]) -> tuple[int, ...]:
    """Return amounts a customer is likely to hand over for ``due_minor``, smallest first.

    For each note the least multiple of it that suffices, so that 20.95 offers 25.00 with fives and
    30.00 with tens; what several notes agree on stands once.
    """
    if due_minor <= 0:
        return ()
    amounts = {-(-due_minor // note) * note for note in notes_minor if note > 0}
    return tuple(sorted(amounts - {due_minor}))[:QUICK_MAX]


def change_by_denomination(
    change_minor: int, denominations_minor: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Return (denomination, count) pairs that make up ``change_minor``, fewest pieces first tried.

    Greedy from the largest, which is fewest for the coin systems in use; what cannot be made with
    these denominations is left out, and the caller sees the difference.
    """
    found = []
    left = change_minor
    for denomination in sorted(denominations_minor, reverse=True):
        count, left = divmod(left, denomination)
        if count:
            found.append((denomination, count))
    return tuple(found)
