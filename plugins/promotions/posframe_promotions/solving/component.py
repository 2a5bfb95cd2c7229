"""A component: units and offers that hang together, in the one order they can be written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_promotions.solving.offers import AtLeastOffer, Offer, UnitClass, UnitOffer, groups_of
from posframe_promotions.solving.savings import group_counts, least_price_minor, unit_savings_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


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


def can_fire(offer: Offer, classes: Sequence[UnitClass]) -> bool:
    """Tell whether ``classes`` hold the units of one application, be it one that saves nothing."""
    taken = taken_by(offer, classes, places_of(classes))
    return all(
        sum([classes[at].count for at in ats]) >= count
        for ats, count in zip(taken, group_counts(offer), strict=True)
    )


def places_of(classes: Sequence[UnitClass]) -> dict[str, list[int]]:
    """Return, by SKU, where its classes are."""
    places: dict[str, list[int]] = {}
    for at, each in enumerate(classes):
        places.setdefault(each.sku, []).append(at)
    return places


def taken_by(
    offer: Offer, classes: Sequence[UnitClass], places: Mapping[str, list[int]]
) -> list[list[int]]:
    """Return, for each group of ``offer``, the classes whose units it takes, in no order."""
    least_minor, taken = least_price_minor(offer), []
    for skus in groups_of(offer):
        if skus is None:
            ats = list(range(len(classes)))
        else:
            ats = [at for sku in places.keys() & skus for at in places[sku]]
        if least_minor:
            ats = [at for at in ats if classes[at].price_minor >= least_minor]
        taken.append(ats)
    return taken


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
    places = places_of(classes)
    found: list[tuple[int, Offer | None]] = [(0, None)] * len(classes)
    for offer in offers:
        (ats,) = taken_by(offer, classes, places)
        prices_minor = [classes[at].price_minor for at in ats]
        savings_minor = unit_savings_minor(offer, 0, prices_minor)
        for at, saving_minor in zip(ats, savings_minor, strict=True):
            if saving_minor > found[at][0]:
                found[at] = saving_minor, offer
    return found
