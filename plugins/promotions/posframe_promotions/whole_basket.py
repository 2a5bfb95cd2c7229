"""Offers on the whole basket and gifts: one after the other by priority, on what is left.

What must be spent is what the goods cost after offers on units and before these; tenders change
nothing in it. A gift's own units do not count toward it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Rounding, allocate, divide
from posframe_promotions.stacking import Deal, Given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe_promotions.basket_units import BasketUnits
    from posframe_promotions.stacking import Pieces
    from posframe_promotions.terms import Offer, Selector

_PERCENT_FULL_MILLI = 100_000


class WholeBasket:
    """What is left of a basket, changed by each offer in turn."""

    def __init__(self, units: BasketUnits, pieces: Pieces, spent: Mapping[int, int]) -> None:
        self._units = units
        self._pieces = pieces
        self._spent = spent
        """By line: what it cost when all that must be spent was reckoned."""
        self._left = dict(pieces.left)
        self._total = sum(self._left.values())
        """What is left of the whole basket."""

    def give(self, offer: Offer) -> Given | None:
        """Give ``offer``; None: it is not earned, or saves nothing."""
        if offer.kind == "gift":
            return self._gift(offer)
        if sum(self._spent[number] for number in self._lines(offer.goods)) < offer.spend_minor:
            return None
        lines = self._lines(offer.goods)
        there = sum(self._left[number] for number in lines)
        if offer.goods.is_any:
            there = self._total
        saving = max(0, min(_asked_minor(offer, there), there, self._total))
        if not saving:
            return None
        shares = {} if offer.goods.is_any else self._shared(lines, saving)
        return self._given(offer, saving, shares, lambda: self._deals(lines, saving))

    def _shared(self, lines: list[int], saving: int) -> dict[int, int]:
        shares = allocate(saving, [self._left[number] for number in lines])
        return {number: share for number, share in zip(lines, shares, strict=True) if share}

    def _given(
        self, offer: Offer, saving: int, shares: dict[int, int], deals: Callable[[], list[Deal]]
    ) -> Given:
        self._total -= saving
        for number, share in shares.items():
            self._left[number] -= share
        return Given(offer=offer, saving_minor=saving, shares=shares, deals=deals)

    def _gift(self, offer: Offer) -> Given | None:
        """Give the cheapest units of the gift that are left, if the rest earns them."""
        chosen = self._earned(offer, self._cheapest(offer))
        shares: dict[int, int] = {}
        for number, price_minor, count in chosen:
            saving = min(price_minor * count, self._left[number] - shares.get(number, 0))
            saving = min(saving, self._total - sum(shares.values()))
            if saving > 0:
                shares[number] = shares.get(number, 0) + saving
        if not shares:
            return None
        units: dict[int, int] = {}
        for number, _, count in chosen:
            units[number] = units.get(number, 0) + 1000 * count
        saving = sum(shares.values())
        deal = Deal(tuple(sorted(units.items())), saving)
        return self._given(offer, saving, shares, lambda: [deal])

    def _cheapest(self, offer: Offer) -> list[tuple[int, int, int]]:
        """Return up to as many units as are given: (line, price left, count), cheapest first."""
        found = []
        for sku, price_minor in sorted(self._pieces.runs, key=lambda key: (key[1], key[0])):
            for number, count in self._pieces.sorted_runs((sku, price_minor)):
                goods = self._units.goods[number]
                if price_minor and offer.goods.takes(sku, goods.department):
                    found.append((number, price_minor, count))
        chosen, wanted = [], offer.discounted
        for number, price_minor, count in found:
            taken = min(count, wanted)
            if taken:
                chosen.append((number, price_minor, taken))
                wanted -= taken
        return chosen

    def _earned(
        self, offer: Offer, units: list[tuple[int, int, int]]
    ) -> list[tuple[int, int, int]]:
        """Return as many of ``units`` as the rest of the basket earns; one at a time is given up."""
        while units and not self._earns(offer, units):
            number, price_minor, count = units.pop()
            if count > 1:
                units.append((number, price_minor, count - 1))
        return units

    def _earns(self, offer: Offer, units: list[tuple[int, int, int]]) -> bool:
        worth = sum(price_minor * count for _, price_minor, count in units)
        if sum(self._spent.values()) - worth < offer.spend_minor:
            return False
        return all(self._pieces_of(place.goods, units) >= place.count for place in offer.places)

    def _pieces_of(self, selector: Selector, besides: list[tuple[int, int, int]]) -> int:
        """Return how many pieces of some goods there are, without those that are given."""
        numbers = set(self._lines(selector))
        there = sum(count for number in numbers for _, count in self._units.goods[number].units)
        return there - sum(count for number, _, count in besides if number in numbers)

    def _lines(self, selector: Selector) -> list[int]:
        return [
            number
            for number, goods in sorted(self._units.goods.items())
            if selector.takes(goods.sku, goods.department)
        ]

    def _deals(self, lines: list[int], saving: int) -> list[Deal]:
        goods = self._units.goods
        units = [
            (number, goods[number].weight_milli or 1000 * sum(c for _, c in goods[number].units))
            for number in lines
        ]
        return [Deal(tuple(units), saving)]


def _asked_minor(offer: Offer, there: int) -> int:
    if offer.kind == "basket_percent":
        return divide(there * offer.percent_milli, _PERCENT_FULL_MILLI, Rounding.HALF_UP)
    if offer.kind == "basket_amount":
        return offer.amount_minor
    return there - offer.price_minor
