"""A component made ready for solving: savings of every unit under every offer, computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from posframe_promotions.solving.capped import CappedDeals
from posframe_promotions.solving.component import fallbacks, is_folded, places_of, taken_by
from posframe_promotions.solving.offers import (
    AtLeastOffer,
    CheapestOffer,
    PatternOffer,
    UnitClass,
    groups_of,
)
from posframe_promotions.solving.savings import (
    deal_cost_minor,
    group_counts,
    room_of,
    unit_savings_minor,
)
from posframe_promotions.solving.slots import OPEN_BITS, Deals, Enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.component import Component
    from posframe_promotions.solving.offers import Offer

SCALE: Final = 1 << 20
"""Of a minor unit, in a worth: room for parts of one, and for one less per unit in a deal."""

Slot = Deals | Enough | CappedDeals


class Choice(NamedTuple):  # the quickest to make: there are hundreds for a component
    """One way for a unit of a class to take part in a deal."""

    slot: int
    group: int
    saving_minor: int
    """Of the unit, if it saves; see ``unit_saving_minor``."""
    alternative: int = 0
    """Which of several open deals it joins; see ``capped``."""


class Problem:
    """Classes, the offers that need deals, and every choice of every class."""

    def __init__(
        self,
        classes: tuple[UnitClass, ...],
        offers: list[Offer],
        fallbacks: list[tuple[int, Offer | None]],
        choices: list[list[Choice]],
    ) -> None:
        self.classes: Final = classes
        self.offers: Final = offers
        self.fallbacks: Final = fallbacks
        self.choices: Final = choices
        self.units: Final = sum(each.count for each in self.classes)
        self.available: Final = self._available()
        self.costs_minor: Final = [deal_cost_minor(offer) for offer in self.offers]

    def part(self, slots: Sequence[int], units: Sequence[tuple[int, int]]) -> Problem:
        """Return the problem of some offers and some units: (index of the class, count)."""
        places = {slot: place for place, slot in enumerate(slots)}
        classes = [(self.classes[at], count) for at, count in units]
        return Problem(
            tuple([UnitClass(each.sku, each.price_minor, count) for each, count in classes]),
            [self.offers[slot] for slot in slots],
            [self.fallbacks[at] for at, _ in units],
            [
                [
                    Choice(places[choice.slot], choice.group, choice.saving_minor)
                    for choice in self.choices[at]
                    if choice.slot in places
                ]
                for at, _ in units
            ],
        )

    @cached_property
    def index(self) -> dict[tuple[str, int], int]:
        """Where each class is, by SKU and price."""
        return {(each.sku, each.price_minor): at for at, each in enumerate(self.classes)}

    @cached_property
    def slots(self) -> list[Slot]:
        """The fields of the state, by offer."""
        slots: list[Slot] = []
        shift = OPEN_BITS
        for at, (offer, available) in enumerate(zip(self.offers, self.available, strict=True)):
            if isinstance(offer, AtLeastOffer):
                slots.append(Enough(offer, shift))
            elif isinstance(offer, PatternOffer) and self.is_capped(at):
                slots.append(CappedDeals(offer, available, shift))
            else:
                slots.append(Deals(offer, available, shift))
            shift += slots[-1].bits
        return slots

    @cached_property
    def ways(self) -> list[list[Choice]]:
        """The choices of each class, each as often as there are open deals that it can join."""
        if not any(isinstance(slot, CappedDeals) for slot in self.slots):
            return self.choices
        often = self._alternatives
        return [
            [
                Choice(choice.slot, choice.group, choice.saving_minor, alternative)
                for choice in choices
                for alternative in range(often[choice.slot])
            ]
            for choices in self.choices
        ]

    @cached_property
    def breadth(self) -> int:
        """Transitions of a pass with one state."""
        often = self._alternatives
        return sum(
            [
                each.count * (1 + sum([often[slot] for slot, _, _, _ in choices]))
                for each, choices in zip(self.classes, self.choices, strict=True)
            ]
        )

    @cached_property
    def _alternatives(self) -> list[int]:
        return [getattr(slot, "alternatives", 1) for slot in self.slots]

    @cached_property
    def tops(self) -> list[list[tuple[int, int, int]]]:
        """For each class: slot, group and the most that a unit brings there, before costs, scaled.

        Of the cheapest of n, which save no more than the average; less one for being in a deal.
        """
        ratios = [
            (offer.discounted, offer.n) if isinstance(offer, CheapestOffer) else (1, 1)
            for offer in self.offers
        ]
        return [
            [
                (slot, group, -(-saving_minor * SCALE * ratios[slot][0] // ratios[slot][1]) - 1)
                for slot, group, saving_minor, _ in choices
            ]
            for choices in self.choices
        ]

    @cached_property
    def checks(self) -> list[list[tuple[int, Closable]]]:
        """After each unit, the offers whose open deals may have become too many: mask and test."""
        left = [list(units) for units in self.available]
        checks = []
        for each, choices in zip(self.classes, self.choices, strict=True):
            touched = sorted({choice.slot for choice in choices})
            for _ in range(each.count):
                for choice in choices:
                    left[choice.slot][choice.group] -= 1
                found = []
                for at in touched:
                    slot, remaining = self.slots[at], tuple(left[at])
                    if slot.is_tight(remaining):
                        found.append((slot.mask, Closable(slot, remaining)))
                checks.append(found)
        return checks

    @property
    def is_complete(self) -> bool:
        """Tell whether the states can express every assignment."""
        return all(getattr(slot, "is_complete", True) for slot in self.slots)

    def is_capped(self, slot: int) -> bool:
        """Tell whether some deal's units cost less than the amount off that the offer promises."""
        amount_minor = -self.costs_minor[slot]
        return amount_minor > 0 and self._least_rooms[slot] < amount_minor

    @cached_property
    def _least_rooms(self) -> list[int]:
        """The least that a deal of each offer can be reduced by, in minor units.

        0 where a part has no units for it.
        """
        rooms: list[dict[int, int]] = [{} for _ in self.offers]
        for each, choices in zip(self.classes, self.choices, strict=True):
            for slot, group, _, _ in choices:
                if self.costs_minor[slot] < 0:  # an amount off
                    room_minor = room_of(self.offers[slot], each.price_minor)
                    rooms[slot][group] = min(room_minor, rooms[slot].get(group, room_minor))
        return [
            sum(count * own.get(group, 0) for group, count in enumerate(group_counts(offer)))
            for offer, own in zip(self.offers, rooms, strict=True)
        ]

    def _available(self) -> list[list[int]]:
        """Count the units that each group of each offer could take."""
        available = [[0] * len(groups_of(offer)) for offer in self.offers]
        for each, choices in zip(self.classes, self.choices, strict=True):
            for slot, group, _, _ in choices:
                available[slot][group] += each.count
        return available


def problem_of(component: Component) -> Problem:
    """Find what units save alone, and every choice they have."""
    classes, folded = component.classes, [offer for offer in component.offers if is_folded(offer)]
    offers = [offer for offer in component.offers if not is_folded(offer)]
    return Problem(classes, offers, fallbacks(folded, classes), _choices(classes, offers))


def _choices(classes: Sequence[UnitClass], offers: Sequence[Offer]) -> list[list[Choice]]:
    """Find the choices of each class; offers are looked at from the SKUs that they name."""
    places = places_of(classes)
    found: list[list[Choice]] = [[] for _ in classes]
    for slot, offer in enumerate(offers):
        for group, ats in enumerate(taken_by(offer, classes, places)):
            prices_minor = [classes[at].price_minor for at in ats]
            savings_minor = unit_savings_minor(offer, group, prices_minor)
            for at, saving_minor in zip(ats, savings_minor, strict=True):
                found[at].append(Choice(slot, group, saving_minor))
    return found


class Closable(dict[int, bool]):
    """Whether the open deals of a field can be closed with what is left; found when first asked."""

    def __init__(self, slot: Slot, left: Sequence[int]) -> None:
        self._slot = slot
        self._left = left

    def __missing__(self, field: int) -> bool:
        found = self[field] = self._slot.can_close(field, self._left)
        return found
