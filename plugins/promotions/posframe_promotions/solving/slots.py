"""How full the open deals of one offer are: a field of the solver's state, and its steps.

A state is one int in which every offer of a component has a field. Nothing in it says which units
are in the open deals: a deal's worth does not depend on it, but for an amount off that exceeds what
its units cost (``capped``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.offers import AtLeastOffer, CheapestOffer
from posframe_promotions.solving.savings import group_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from posframe_promotions.solving.offers import Offer

OPEN_BITS: Final = 16
OPEN: Final = (1 << OPEN_BITS) - 1
"""The lowest bits of a state: all units in open deals, which the fields of the offers imply."""

SUPPORTS, SAVES, CLOSES = 0, 1, 2
"""Kinds of a step: a unit that saves nothing yet, one that saves, one that completes its deal.

Above ``CLOSES`` it completes a deal that saves so many minor units less than the offer promises.
"""

Step = tuple[int, int] | None
"""What is added to the state, and the kind; None: the unit cannot be taken."""


class Steps(dict[int, Step]):
    """The steps of one group from each value of its field, computed when first asked for."""

    def __init__(self, step: Callable[[int], Step]) -> None:
        self._step = step

    def __missing__(self, field: int) -> Step:
        found = self[field] = self._step(field)
        return found


class Deals:
    """Fields of an offer whose deals are linear: uses so far, and units over them of each group."""

    def __init__(self, offer: Offer, available: Sequence[int], shift: int) -> None:
        """``available``: units that each group could take, before any is taken."""
        self.counts: Final = group_counts(offer)
        deals_max = min(units // count for units, count in zip(available, self.counts, strict=True))
        limit = offer.max_uses
        self.uses_max: Final = limit if limit is not None and limit < deals_max else None
        self._deals_max = deals_max if self.uses_max is None else self.uses_max
        self._saves_from = offer.n - offer.discounted if isinstance(offer, CheapestOffer) else 0
        tops = [self.uses_max or 0]
        tops += [self._surplus_max(count) for count in self.counts]
        self._places = _places(tops, shift)
        self.bits: Final = sum(top.bit_length() for top in tops)
        self.mask: Final = (1 << shift + self.bits) - (1 << shift)
        self.steps: Final = [
            Steps(lambda field, group=group: self._step(field, group))  # type: ignore[misc] # a default binds the group
            for group in range(len(self.counts))
        ]

    def open_units(self, field: int) -> int:
        """Return the units in open deals of this offer alone."""
        return sum(self._read(field)[1])

    def can_close(self, field: int, left: Sequence[int]) -> bool:
        """Tell whether ``left`` units of each group could complete the open deals."""
        _, surplus = self._read(field)
        deals = self._open_deals(surplus)
        return all(
            deals * count - taken <= units
            for count, taken, units in zip(self.counts, surplus, left, strict=True)
        )

    def is_tight(self, left: Sequence[int]) -> bool:
        """Tell whether some field may fail ``can_close`` with ``left`` units of each group."""
        return any(
            units < (count - 1 if len(left) == 1 else count * self._deals_max)
            for count, units in zip(self.counts, left, strict=True)
        )

    def uses(self, state: int) -> int:
        """Return how many deals are complete, where they are limited."""
        return self._read(state)[0]

    def _step(self, field: int, group: int) -> Step:
        uses, surplus = self._read(field)
        surplus[group] += 1
        if uses + self._open_deals(surplus) > self._deals_max:
            return None
        place = self._places[group + 1][0]
        if any(taken < count for taken, count in zip(surplus, self.counts, strict=True)):
            added = (1 << place) + 1
            return added, SUPPORTS if surplus[group] <= self._saves_from else SAVES
        added = (1 << place) + 1 - sum(self.counts)
        for (shift, _), count in zip(self._places[1:], self.counts, strict=True):
            added -= count << shift
        if self.uses_max is not None:
            added += 1 << self._places[0][0]
        return added, CLOSES

    def _read(self, field: int) -> tuple[int, list[int]]:
        uses, *surplus = [(field >> shift) & mask for shift, mask in self._places]
        return uses, surplus

    def _open_deals(self, surplus: Sequence[int]) -> int:
        return max(-(-taken // count) for taken, count in zip(surplus, self.counts, strict=True))

    def _surplus_max(self, count: int) -> int:
        return count - 1 if len(self.counts) == 1 else count * self._deals_max


class Enough:
    """The field of an offer that applies from n units on: how many there are, n at most."""

    uses_max = None

    def __init__(self, offer: AtLeastOffer, shift: int) -> None:
        self.counts: Final = (offer.n,)
        self._n = offer.n
        self._shift = shift
        self.bits: Final = offer.n.bit_length()
        self.mask: Final = (1 << shift + self.bits) - (1 << shift)
        self.steps: Final = [Steps(self._step)]

    def can_close(self, field: int, left: Sequence[int]) -> bool:
        """Tell whether ``left`` units are enough, if any were taken."""
        taken = field >> self._shift
        return taken == 0 or taken + left[0] >= self._n

    def is_tight(self, left: Sequence[int]) -> bool:
        """Tell whether some field may fail ``can_close``."""
        return left[0] < self._n - 1

    def _step(self, field: int) -> Step:
        taken = (field >> self._shift) + 1
        if taken > self._n:
            return 0, SAVES
        return (1 << self._shift) + (1 if taken < self._n else 1 - self._n), SAVES


def _places(tops: Sequence[int], shift: int) -> list[tuple[int, int]]:
    """Lay numbers up to ``tops`` beside each other: (shift, mask) of each."""
    places = []
    for top in tops:
        places.append((shift, (1 << top.bit_length()) - 1))
        shift += top.bit_length()
    return places
