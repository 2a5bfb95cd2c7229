"""The goods that offers are checked against: what a selector means in this shop, and its prices.

Without a catalogue goods are only what offers call them: none is unknown, and none has a price.
"""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING

import attrs

from posframe_promotions.terms import ANY, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe import Ware
    from posframe_promotions.terms import Offer, Selector

NAMED_ALIKE = 0.6
"""From this likeness on (1: the same) a name is suggested for one that is unknown."""
_LIKELY_LENGTHS = 2
_LIKELY_MAX = 2_000
_SUGGESTIONS_MAX = 50
"""In one check: looking for what is like a name takes milliseconds."""


@attrs.frozen(kw_only=True)
class Prices:
    """What the goods of a place cost; weighed ones and those without a price left out."""

    goods: int
    """All that are known."""
    pieces: int
    """Those sold by the piece: what asks for several units takes no others."""
    is_priced: bool
    """False: one has a price that is not known here, so ``dearest_minor`` is none of all."""
    cheapest_minor: int = 0
    dearest_minor: int = 0


class Shelf:
    """The goods of a shop, found by what offers call them."""

    def __init__(self, wares: Iterable[Ware] | None) -> None:
        """``wares``: None where there is no catalogue."""
        self.is_known = wares is not None
        self.wares = {ware.sku: ware for ware in wares or ()}
        self.codes = {code.upper(): ware.sku for ware in self.wares.values() for code in ware.codes}
        self.codes.update((sku.upper(), sku) for sku in self.wares)
        self.floored = frozenset(sku for sku, ware in self.wares.items() if ware.floor_minor)
        self.departments: dict[str, list[str]] = {}
        for ware in self.wares.values():
            self.departments.setdefault(ware.department, []).append(ware.sku)
        self._skus: dict[Selector, frozenset[str] | None] = {}
        self._prices: dict[Selector, Prices] = {}
        self._suggestions_left = _SUGGESTIONS_MAX
        self._by_length: dict[int, list[str]] = {}
        for sku in self.wares:
            self._by_length.setdefault(len(sku), []).append(sku)

    def skus_of(self, goods: Selector) -> frozenset[str] | None:
        """Return the SKUs that are meant; None: any. Unknown ones are among them."""
        if goods not in self._skus:
            self._skus[goods] = None if goods.is_any else self._named(goods)
        return self._skus[goods]

    def _named(self, goods: Selector) -> frozenset[str]:
        named = set(goods.skus or ())
        for department in goods.departments:
            if self.is_known:
                named.update(self.departments.get(department, ()))
            else:
                named.add(f"department {department}")
        return frozenset(named)

    def prices_of(self, goods: Selector) -> Prices:
        """Return what the goods cost."""
        if goods not in self._prices:
            skus = self.skus_of(goods)
            there = self.wares if skus is None else [sku for sku in skus if sku in self.wares]
            self._prices[goods] = _prices([self.wares[sku] for sku in there])
        return self._prices[goods]

    def unknown(self, goods: Selector) -> list[str]:
        """Return the SKUs that the catalogue lacks, in their order."""
        return sorted(sku for sku in goods.skus or () if sku not in self.wares)

    def unknown_departments(self, goods: Selector) -> list[str]:
        """Return the departments that the catalogue lacks, in their order."""
        return sorted(goods.departments - self.departments.keys())

    def near_sku(self, sku: str) -> str:
        """Return the SKU most like an unknown one; empty: none is, or many were asked for."""
        if not self._suggestions_left:
            return ""
        self._suggestions_left -= 1
        lengths = range(len(sku) - _LIKELY_LENGTHS, len(sku) + _LIKELY_LENGTHS + 1)
        likely = [known for length in lengths for known in self._by_length.get(length, ())]
        begun = [known for known in likely if known[:1] == sku[:1]] or likely
        return next(iter(difflib.get_close_matches(sku, begun[:_LIKELY_MAX], 1, NAMED_ALIKE)), "")


def _prices(wares: list[Ware]) -> Prices:
    pieces = [ware for ware in wares if not ware.weighed]
    known = [ware.price_minor for ware in pieces if ware.price_minor is not None]
    return Prices(
        goods=len(wares),
        pieces=len(pieces),
        is_priced=len(known) == len(pieces),
        cheapest_minor=min(known, default=0),
        dearest_minor=max(known, default=0),
    )


@functools.lru_cache(maxsize=4096)  # asked of each pair of offers that share goods
def places_of(offer: Offer) -> tuple[Place, ...]:
    """Return the goods and units that one application of ``offer`` takes, of whatever kind."""
    if offer.places and offer.kind != "gift":
        return offer.places
    if offer.is_basket:
        given = (Place(goods=offer.goods, count=offer.discounted),) if offer.kind == "gift" else ()
        return (*offer.places, *given) or (Place(goods=offer.goods),)
    return (Place(goods=offer.goods, count=offer.n),)


def key_of(offer: Offer, place: int) -> str:
    """Return the key that names the goods of a place."""
    if offer.kind in {"bundle_price", "bundle_percent"}:
        return f"groups[{place}]"
    if offer.kind == "buy_get":
        return ("buy", "get")[place]
    if offer.kind == "gift" and offer.places and place == 0:
        return "buy"
    goods = places_of(offer)[place].goods
    return "departments" if goods.skus is None and goods != ANY else "skus"
