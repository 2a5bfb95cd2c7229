"""A component: units and offers that hang together, in the one order they can be written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_promotions.solving.offers import AtLeastOffer, Offer, UnitClass, UnitOffer, skus_among
from posframe_promotions.solving.savings import group_counts, savings_of

if TYPE_CHECKING:
    from collections.abc import Iterable


@attrs.frozen(cache_hash=True)
class Component:
    """What is solved as one, and the key it is remembered by; made by ``component_of``."""

    classes: tuple[UnitClass, ...]
    """Dearest first, then by SKU; no two of the same SKU and price."""
    offers: tuple[Offer, ...]
    """By id: those that take any unit of these classes and can fire."""


def component_of(classes: Iterable[UnitClass], offers: Iterable[Offer]) -> Component:
    """Put classes and offers in canonical order, and leave out offers that cannot fire."""
    ordered = tuple(sorted(classes, key=lambda each: (-each.price_minor, each.sku)))
    firing = (offer for offer in offers if can_fire(offer, ordered))
    return Component(ordered, tuple(sorted(firing, key=lambda offer: offer.id)))


def can_fire(offer: Offer, classes: Iterable[UnitClass]) -> bool:
    """Tell whether ``classes`` hold the units of one application, be it one that saves nothing."""
    missing = list(group_counts(offer))
    for each in classes:
        for group, _ in savings_of(offer, each.sku, each.price_minor):
            missing[group] -= each.count
    return all(units <= 0 for units in missing)


def is_folded(offer: Offer) -> bool:
    """Tell whether the offer asks nothing but one unit, so that no state is kept for it."""
    if isinstance(offer, AtLeastOffer):
        return offer.n == 1
    return isinstance(offer, UnitOffer) and offer.max_uses is None


def fallbacks(
    offers: Iterable[Offer], classes: tuple[UnitClass, ...]
) -> list[tuple[int, Offer | None]]:
    """Return what a unit of each class saves outside all deals, and by which of ``offers``.

    The largest saving, and of equal ones the offer with the lowest id, as ``offers`` are by id.
    """
    here = frozenset(each.sku for each in classes)
    named: dict[str, list[Offer]] = {sku: [] for sku in here}
    for offer in offers:
        for sku in skus_among(offer, here):
            named[sku].append(offer)
    return [_fallback(named[each.sku], each) for each in classes]


def _fallback(offers: Iterable[Offer], each: UnitClass) -> tuple[int, Offer | None]:
    best_minor, best = 0, None
    for offer in offers:
        for _, saving_minor in savings_of(offer, each.sku, each.price_minor):
            if saving_minor > best_minor:
                best_minor, best = saving_minor, offer
    return best_minor, best
