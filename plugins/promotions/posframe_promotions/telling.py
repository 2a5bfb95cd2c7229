"""What offers there are on one item, in words for who asks for its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.windows import is_open
from posframe_promotions.words import rule_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from posframe_promotions.terms import Offer


def told(
    offers: Iterable[Offer], *, sku: str, department: str, currency: str, at_us: int, zone: tzinfo
) -> Iterator[str]:
    """Yield the offers that name an item and are in force at a moment, each as words.

    Offers on the whole sale, whatever is in it, are not told: they are not about the item.
    """
    for offer in offers:
        if is_open(offer.window, at_us, zone) and _names(offer, sku, department):
            words = f"{offer.label} ({rule_words(offer, currency)}{_conditions(offer)})"
            yield words


def _names(offer: Offer, sku: str, department: str) -> bool:
    if offer.is_basket and offer.goods.is_any and not offer.places:
        return False
    selectors = [place.goods for place in offer.places] or [offer.goods]
    return any(goods.takes(sku, department) for goods in selectors)


def _conditions(offer: Offer) -> str:
    conditions = {
        "with a coupon": offer.coupon is not None,
        "for members": offer.members_only or bool(offer.customer_groups),
        f"paid by {offer.tender}": bool(offer.tender),
    }
    return "".join(f", {words}" for words, holds in conditions.items() if holds)
