"""From units to deals: who shares a deal with whom, canonically.

How many units of which class an offer takes says what it saves; which of them meet in a deal is
then a matter of order: dearest first, the first of each group together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.solving.offers import AtLeastOffer
from posframe_promotions.solving.savings import deal_saving_minor, group_counts
from posframe_promotions.solving.solution import Application

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.offers import Offer, UnitClass

Runs = list[tuple["UnitClass", int]]
"""Classes, dearest first, and how many units of each."""


def applications_of(offer: Offer, taken: Sequence[Runs]) -> list[Application]:
    """Make the deals of ``offer`` from the units that each of its groups takes."""
    if isinstance(offer, AtLeastOffer):  # what a unit saves is its own
        return [application(offer, [(0, each, 1)], count) for each, count in taken[0]]
    counts = group_counts(offer)
    queues = [list(reversed(runs)) for runs in taken]
    made = []
    while queues[0]:
        times = min(queue[-1][1] // count for queue, count in zip(queues, counts, strict=True))
        times = max(1, times)
        units = [
            (group, each, count)
            for group, queue in enumerate(queues)
            for each, count in pulled(queue, counts[group], times)
        ]
        made.append(application(offer, units, times))
    assert not any(queues), "units make whole deals"
    return made


def pulled(queue: Runs, count: int, times: int) -> Runs:
    """Take the units of one deal from the end of ``queue``, and as many for each repetition.

    ``times`` above 1 only where the last run alone has the units for all of them.
    """
    found: Runs = []
    while count:
        each, units = queue.pop()
        used = min(units, count)
        if units > used * times:
            queue.append((each, units - used * times))
        found.append((each, used))
        count -= used
    return found


def application(
    offer: Offer, taken: Sequence[tuple[int, UnitClass, int]], times: int
) -> Application:
    """Write down a deal of units: group, class and count."""
    saving_minor = deal_saving_minor(
        offer, [(group, each.price_minor, count) for group, each, count in taken]
    )
    if len(taken) == 1:
        _, each, count = taken[0]
        return Application((((each.sku, each.price_minor), count),), saving_minor, times)
    units: dict[tuple[str, int], int] = {}
    for _, each, count in taken:
        key = each.sku, each.price_minor
        units[key] = units.get(key, 0) + count
    ordered = sorted(units.items(), key=lambda unit: (-unit[0][1], unit[0][0]))
    return Application(tuple(ordered), saving_minor, times)
