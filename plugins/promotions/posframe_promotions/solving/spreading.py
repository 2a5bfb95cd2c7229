"""A deal's saving shared out over all its units, so that no partial return can profit from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import allocate

if TYPE_CHECKING:
    from posframe_promotions.solving.solution import Application, ClassKey


def spread(application: Application, floor_minor: int = 0) -> tuple[tuple[ClassKey, int], ...]:
    """Share what one deal saves over its classes; in minor units, of all units of a class together.

    In proportion to price, spare minor units to the largest remainders and of equal ones to the
    dearer, then by SKU. No unit falls below ``floor_minor``: what it cannot take, the others do.
    """
    keys = [key for key, count in application.units for _ in range(count)]
    rooms = [max(0, price_minor - floor_minor) for _, price_minor in keys]
    assert application.saving_minor <= sum(rooms), "a deal saves no more than its units can give"
    shares = [0] * len(keys)
    left = application.saving_minor
    while left:
        weights = [
            price_minor if share < room else 0
            for (_, price_minor), share, room in zip(keys, shares, rooms, strict=True)
        ]
        for at, part in enumerate(allocate(left, weights)):
            taken = min(part, rooms[at] - shares[at])
            shares[at] += taken
            left -= taken
    summed: dict[ClassKey, int] = dict.fromkeys(keys, 0)
    for key, share in zip(keys, shares, strict=True):
        summed[key] += share
    return tuple(summed.items())
