"""Offers in force, found by what they take; built once for a set of offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_promotions.solving.component import is_folded
from posframe_promotions.solving.offers import groups_of
from posframe_promotions.solving.savings import group_counts, least_price_minor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_promotions.solving.offers import Offer


class OfferIndex:
    """Offers by SKU; an offer is known by its place in ``offers``."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers: Final = tuple(sorted(offers, key=lambda offer: offer.id))
        assert len({offer.id for offer in self.offers}) == len(self.offers), "ids tell offers apart"
        self.joins: Final = [not is_folded(offer) for offer in self.offers]
        """Whether an offer hangs the SKUs that it takes together."""
        self.needs: Final = [group_counts(offer) for offer in self.offers]
        self._groups: Final = [groups_of(offer) for offer in self.offers]
        self._least_minor: Final = [least_price_minor(offer) for offer in self.offers]
        self._anywhere: list[int] = []
        self._by_sku: dict[str, list[int]] = {}
        for at, groups in enumerate(self._groups):
            self._enter(at, groups)

    def of(self, sku: str) -> tuple[int, ...]:
        """Return the offers that take units of ``sku``, in order."""
        if not self._anywhere:
            return tuple(self._by_sku.get(sku, ()))
        return tuple(sorted((*self._anywhere, *self._by_sku.get(sku, ()))))

    def counted(self, at: int, sku: str, price_minor: int, units: int) -> tuple[int, ...]:
        """Return ``units`` for each group of an offer that would take them, 0 for the others."""
        if price_minor < self._least_minor[at]:
            return (0,) * len(self._groups[at])
        return tuple(units if skus is None or sku in skus else 0 for skus in self._groups[at])

    def _enter(self, at: int, groups: tuple[frozenset[str] | None, ...]) -> None:
        if None in groups:
            self._anywhere.append(at)
            return
        by_sku = self._by_sku
        named = groups[0] if len(groups) == 1 else frozenset().union(*filter(None, groups))
        for sku in named or ():
            if sku in by_sku:
                by_sku[sku].append(at)
            else:
                by_sku[sku] = [at]
