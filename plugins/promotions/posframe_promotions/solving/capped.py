"""The field of an amount off that can exceed what the units of its deal cost.

Here it matters who is in which deal: two units of little worth in one deal cut its saving, one in
each of two may not. So several deals stand open at a time, each known by its units in each group
and by what they cost, as far as that counts; and a unit can join any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.savings import group_counts
from posframe_promotions.solving.slots import CLOSES, SAVES, Step, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.offers import PatternOffer
    from posframe_promotions.solving.problem import Choice

OPEN_MAX: Final = 8
"""Deals that may stand open at a time; where there could be more, nothing is proven."""
_ID_BITS: Final = 24

Deal = tuple[int, ...]
"""An open deal: what its units can be reduced by together, then units of each group."""

OpenDeals = list[tuple[Deal, tuple[tuple[int, int], ...]]]
"""Open deals, each with the group and class of its units."""


class CappedDeals:
    """Uses so far and open deals, numbered as they turn up."""

    def __init__(self, offer: PatternOffer, available: Sequence[int], shift: int) -> None:
        """``available``: units that each group could take, before any is taken."""
        assert offer.amount_minor is not None, "only an amount can exceed what a deal costs"
        self.counts: Final = group_counts(offer)
        self._amount = offer.amount_minor
        deals_max = min(units // count for units, count in zip(available, self.counts, strict=True))
        limit = offer.max_uses
        self.uses_max: Final = limit if limit is not None and limit < deals_max else None
        self._deals_max = deals_max if self.uses_max is None else self.uses_max
        self.alternatives: Final = min(self._deals_max, OPEN_MAX)
        self.is_complete: Final = self._deals_max <= OPEN_MAX
        self._new: Deal = (0,) * (len(self.counts) + 1)
        self._shift = shift
        self.bits: Final = _ID_BITS
        self.mask: Final = (1 << shift + self.bits) - (1 << shift)
        self._known: list[tuple[int, tuple[Deal, ...]]] = [(0, ())]
        self._ids = {self._known[0]: 0}
        self._steps: dict[tuple[int, int, int], Steps] = {}

    def steps_of(self, group: int, alternative: int, room_minor: int) -> Steps:
        """Return the steps of units that join the open deal at ``alternative`` of those they can.

        The last alternative opens a deal.
        """
        key = group, alternative, room_minor
        if key not in self._steps:
            self._steps[key] = Steps(
                lambda field: self._step(field, group, alternative, room_minor)
            )
        return self._steps[key]

    def can_close(self, field: int, left: Sequence[int]) -> bool:
        """Tell whether ``left`` units of each group could complete the open deals."""
        _, deals = self._known[field >> self._shift]
        return all(
            sum(count - deal[group + 1] for deal in deals) <= units
            for group, (count, units) in enumerate(zip(self.counts, left, strict=True))
        )

    def is_tight(self, left: Sequence[int]) -> bool:
        """Tell whether some field may fail ``can_close`` with ``left`` units of each group."""
        return any(
            units < count * self.alternatives
            for count, units in zip(self.counts, left, strict=True)
        )

    def uses(self, state: int) -> int:
        """Return how many deals are complete, where they are limited."""
        return self._known[(state & self.mask) >> self._shift][0]

    def joined(
        self, deals: OpenDeals, choice: Choice, at: int, room_minor: int
    ) -> tuple[tuple[int, int, int], ...] | None:
        """Let a unit of the class at ``at`` join a deal of ``deals``; return the deal if complete.

        ``deals`` keep the members of each: the path that a state stands for.
        """
        deals.sort()
        joined = joined_deal(
            [deal for deal, _ in deals], choice.group, choice.alternative, self.counts
        )
        assert joined is None or joined >= 0, "a path joins what there is"
        deal, members = deals.pop(joined) if joined is not None else (self._new, ())
        deal = self._with(deal, choice.group, room_minor)
        members = (*members, (choice.group, at))
        if deal[1:] != self.counts:
            deals.append((deal, members))
            return None
        return tuple(
            (group, index, members.count((group, index))) for group, index in sorted(set(members))
        )

    def _step(self, field: int, group: int, alternative: int, room_minor: int) -> Step:
        at = field >> self._shift
        uses, deals = self._known[at]
        joined = joined_deal(deals, group, alternative, self.counts)
        if joined is None:
            if uses + len(deals) == self._deals_max or len(deals) == OPEN_MAX:
                return None
            deal, rest = self._new, list(deals)
        elif joined < 0:
            return None
        else:
            deal, rest = deals[joined], [*deals[:joined], *deals[joined + 1 :]]
        deal = self._with(deal, group, room_minor)
        if deal[1:] == self.counts:
            uses += self.uses_max is not None
            added, kind = 1 - sum(self.counts), CLOSES + self._amount - deal[0]
        else:
            rest.append(deal)
            added, kind = 1, SAVES
        reached = self._number(uses, tuple(sorted(rest)))
        return added + ((reached - at) << self._shift), kind

    def _with(self, deal: Deal, group: int, room_minor: int) -> Deal:
        joined = list(deal)
        joined[0] = min(self._amount, deal[0] + room_minor)
        joined[group + 1] += 1
        return tuple(joined)

    def _number(self, uses: int, deals: tuple[Deal, ...]) -> int:
        key = uses, deals
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self._known)
            self._known.append(key)
            assert found < 1 << _ID_BITS, "the limit of work ends a pass long before"
        return found


def joined_deal(
    deals: Sequence[Deal], group: int, alternative: int, counts: Sequence[int]
) -> int | None:
    """Return where in sorted ``deals`` that is which a unit joins; None: it opens one; -1: none.

    Equal deals are one alternative, and full groups none.
    """
    found = -1
    for at, deal in enumerate(deals):
        if deal[group + 1] < counts[group] and (at == 0 or deals[at - 1] != deal):
            found += 1
            if found == alternative:
                return at
    return None if found + 1 == alternative else -1
