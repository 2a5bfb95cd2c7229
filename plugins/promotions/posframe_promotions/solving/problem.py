"""A component made ready for solving: savings of every unit under every offer, computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from posframe_promotions.solving.capped import CappedDeals
from posframe_promotions.solving.component import fallbacks, is_folded
from posframe_promotions.solving.offers import (
    AtLeastOffer,
    CheapestOffer,
    PatternOffer,
    groups_of,
    skus_among,
)
from posframe_promotions.solving.savings import (
    deal_cost_minor,
    group_counts,
    room_of,
    savings_of,
)
from posframe_promotions.solving.slots import OPEN_BITS, Deals, Enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_promotions.solving.component import Component
    from posframe_promotions.solving.offers import Offer, UnitClass

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

    def __init__(self, component: Component) -> None:
        folded = [offer for offer in component.offers if is_folded(offer)]
        self.classes: Final[tuple[UnitClass, ...]] = component.classes
        self.fallbacks: Final = fallbacks(folded, self.classes)
        self.offers: Final[list[Offer]] = [
            offer for offer in component.offers if not is_folded(offer)
        ]
        self.choices: Final = self._choices()
        self.units: Final = sum(each.count for each in self.classes)
        self.available: Final = self._available()
        self.costs_minor: Final = [deal_cost_minor(offer) for offer in self.offers]

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
        return [
            [
                choice._replace(alternative=alternative) if alternative else choice
                for choice in choices
                for alternative in range(getattr(self.slots[choice.slot], "alternatives", 1))
            ]
            for choices in self.choices
        ]

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
        """The least that a deal of each offer can be reduced by, in minor units."""
        rooms: list[dict[int, int]] = [{} for _ in self.offers]
        for each, choices in zip(self.classes, self.choices, strict=True):
            for choice in choices:
                room_minor = room_of(self.offers[choice.slot], each.price_minor)
                known = rooms[choice.slot].get(choice.group, room_minor)
                rooms[choice.slot][choice.group] = min(known, room_minor)
        return [
            sum(count * own[group] for group, count in enumerate(group_counts(offer)))
            for offer, own in zip(self.offers, rooms, strict=True)
        ]

    @cached_property
    def breadth(self) -> int:
        """Transitions of a pass with one state."""
        return sum(
            each.count * (1 + len(ways)) for each, ways in zip(self.classes, self.ways, strict=True)
        )

    def _choices(self) -> list[list[Choice]]:
        """Find the choices of each class; offers are looked at from the SKUs that they name."""
        here = frozenset(each.sku for each in self.classes)
        slots: dict[str, list[int]] = {sku: [] for sku in here}
        for slot, offer in enumerate(self.offers):
            for sku in skus_among(offer, here):
                slots[sku].append(slot)
        return [
            [
                Choice(slot, group, saving_minor)
                for slot in slots[each.sku]
                for group, saving_minor in savings_of(self.offers[slot], each.sku, each.price_minor)
            ]
            for each in self.classes
        ]

    def _available(self) -> list[list[int]]:
        """Count the units that each group of each offer could take."""
        available = [[0] * len(groups_of(offer)) for offer in self.offers]
        for each, choices in zip(self.classes, self.choices, strict=True):
            for choice in choices:
                available[choice.slot][choice.group] += each.count
        return available


class Closable(dict[int, bool]):
    """Whether the open deals of a field can be closed with what is left; found when first asked."""

    def __init__(self, slot: Slot, left: Sequence[int]) -> None:
        self._slot = slot
        self._left = left

    def __missing__(self, field: int) -> bool:
        found = self[field] = self._slot.can_close(field, self._left)
        return found
