"""Cash: exact, by amount or by note; rounded by the country's rule; change by denomination."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Final

from posframe import TenderRule, TenderType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe import PluginContext

QUICK_MAX: Final = 6
EXACT_STEPS_MAX: Final = 5_000
"""Change up to so many steps, each the greatest common divisor of the denominations, is given in
the fewest pieces: 50.00 in euros, everything in forints. The table takes 3 ms, once."""


def cash_tender(context: PluginContext, quick_minor: Sequence[int]) -> TenderType:
    """Return cash as this shop takes it."""
    denominations = tuple(context.denominations_minor)
    notes = tuple(quick_minor) or tuple(sorted(denominations)[-QUICK_MAX:])
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
        quick=functools.partial(
            quick_amounts, notes_minor=notes, limit_minor=context.cash_limit_minor
        ),
        pieces=functools.partial(change_by_denomination, denominations_minor=denominations),
    )


def quick_amounts(due_minor: int, notes_minor: Iterable[int], limit_minor: int) -> tuple[int, ...]:
    """Return amounts a customer is likely to hand over for ``due_minor``, smallest first.

    For each note the least multiple of it that suffices, so that 20.95 offers 25.00 with fives and
    30.00 with tens; what several notes agree on stands once, and ``due_minor`` itself is left out:
    Enter pays it.

    Args:
        due_minor: what is due in cash, rounded by the country's rule.
        notes_minor: the notes offered, in minor units.
        limit_minor: what is not taken at once is not offered.
    """
    if due_minor <= 0:
        return ()
    amounts = {-(-due_minor // note) * note for note in notes_minor if note > 0}
    taken = {amount for amount in amounts if due_minor < amount <= limit_minor}
    return tuple(sorted(taken))[:QUICK_MAX]


def change_by_denomination(
    change_minor: int, denominations_minor: Iterable[int]
) -> tuple[tuple[int, int], ...]:
    """Return (denomination, count) pairs that make up ``change_minor``, the largest first.

    The fewest pieces, whatever the coins: always taking the largest gives 4 + 1 + 1 for 6 where
    there are coins of 1, 3 and 4, and nothing for 60 of 50 and 20. Above ``EXACT_STEPS_MAX`` the
    largest are taken until the rest is within it, which is the fewest too for the coin systems in
    use. What cannot be made is left out, as little as possible; the caller sees the difference.
    """
    coins = sorted({each for each in denominations_minor if each > 0}, reverse=True)
    if change_minor <= 0 or not coins:
        return ()
    step = math.gcd(*coins)
    counts, left = _largest_first(change_minor // step, [coin // step for coin in coins])
    last_coin = _fewest(tuple(coin // step for coin in coins))
    left = min(left, EXACT_STEPS_MAX)  # above it still: every coin is larger, none is in the table
    while left and not last_coin[left]:
        left -= 1
    while left:
        coin = last_coin[left]
        counts[coin] = counts.get(coin, 0) + 1
        left -= coin
    return tuple((coin * step, counts[coin]) for coin in sorted(counts, reverse=True))


def _largest_first(left: int, coins: Sequence[int]) -> tuple[dict[int, int], int]:
    """Hand out the largest coins until the rest, in steps, is small enough for the table."""
    counts = {}
    for coin in coins:
        needed = -(-max(0, left - EXACT_STEPS_MAX) // coin)
        count = min(needed, left // coin)
        if count:
            counts[coin] = count
            left -= count * coin
    return counts, left


@functools.lru_cache(maxsize=4)
def _fewest(coins: tuple[int, ...]) -> tuple[int, ...]:
    """Return, for each number of steps, the coin that making it in the fewest pieces ends with.

    0 where it cannot be made. Of equally few pieces those with the larger coins.
    """
    unmade = EXACT_STEPS_MAX + 1
    pieces, last_coin = [0], [0]
    for steps in range(1, EXACT_STEPS_MAX + 1):
        fewest, ending = unmade, 0
        for coin in coins:
            if coin <= steps and pieces[steps - coin] + 1 < fewest:
                fewest, ending = pieces[steps - coin] + 1, coin
        pieces.append(fewest)
        last_coin.append(ending)
    return tuple(last_coin)
