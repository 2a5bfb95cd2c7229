"""A program: the offers in force for a sale, in the order in which they are given.

Exclusive ones first, level by level of priority; then those that compete for the largest saving;
then those that stack, each on what is left; then those for a tender; then those on the basket.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from posframe_promotions.terms import Offer

if TYPE_CHECKING:
    from collections.abc import Iterable


BRANCHES_MAX: Final = 8


@attrs.frozen
class Program:
    """Offers by the step they are given in."""

    passes: tuple[tuple[Offer, ...], ...]
    """Solved one after the other, each for the largest saving on units no pass before it took."""
    exclusive_passes: int
    """How many of them are exclusive: their units take part in no other offer on units."""
    stack: tuple[Offer, ...]
    late: tuple[Offer, ...]
    """As ``stack``, for the tender that the customer means to pay with."""
    basket: tuple[Offer, ...]
    terms: Mapping[str, Offer]


def program_of(offers: Iterable[Offer]) -> Program:
    """Put offers in force in their steps; their order does not matter."""
    ordered = sorted(offers, key=lambda offer: (-offer.priority, offer.id))
    units = [offer for offer in ordered if not offer.is_basket]
    exclusive = [
        tuple(level)
        for _, level in itertools.groupby(
            (offer for offer in units if offer.conflict == "exclusive"),
            key=lambda offer: offer.priority,
        )
    ]
    best = tuple(offer for offer in units if offer.conflict == "best")
    stack = [offer for offer in units if offer.conflict == "stack"]
    basket = (offer for offer in ordered if offer.is_basket)
    return Program(
        passes=(*exclusive, best) if best else tuple(exclusive),
        exclusive_passes=len(exclusive),
        stack=tuple(offer for offer in stack if not offer.tender),
        late=tuple(offer for offer in stack if offer.tender),
        basket=tuple(sorted(basket, key=lambda offer: bool(offer.tender))),
        terms={offer.id: offer for offer in ordered},
    )


def branches_of(offers: tuple[Offer, ...]) -> tuple[tuple[Offer, ...], ...]:
    """Return sets of offers to try against each other: of a group one member each.

    At most 8 sets, the groups first in the alphabet having their choice; the members of groups
    beyond that stay together, and ``excess_of`` settles them by priority.
    """
    members: dict[str, list[Offer]] = {}
    for offer in offers:
        members.setdefault(offer.group, []).append(offer)
    alone = members.pop("", [])
    choices: list[list[list[Offer]]] = []
    for group in sorted(members):
        found = members[group]
        wanted = math.prod(map(len, choices)) * len(found)
        choices.append([[each] for each in found] if wanted <= BRANCHES_MAX else [found])
    return tuple((*alone, *itertools.chain(*chosen)) for chosen in itertools.product(*choices))


def excess_of(used: Iterable[Offer]) -> set[str]:
    """Return the ids of offers to leave out, so that each group keeps its first by priority."""
    kept: set[str] = set()
    excess = set()
    for offer in sorted(used, key=lambda offer: (-offer.priority, offer.id)):
        if offer.group and offer.group in kept:
            excess.add(offer.id)
        kept.add(offer.group)
    return excess
