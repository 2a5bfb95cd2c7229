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
    from posframe_promotions.laying import Key
    from posframe_promotions.stacking import Pieces
    from posframe_promotions.terms import Offer, Selector

_PERCENT_FULL_MILLI = 100_000

_Unit = tuple["Key", int, int]
"""Units of a gift: their class, the number of their line, and how many."""


class WholeBasket:
    """What is left of a basket, changed by each offer in turn."""

    def __init__(
        self,
        units: BasketUnits,
        pieces: Pieces | None,
        spent: Mapping[int, int],
        *,
        spent_minor: int,
        left_minor: int,
    ) -> None:
        """Begin with what offers on units left.

        Args:
            units: the goods.
            pieces: their units and what is left of each; None where no offer asks for less than
                the whole basket.
            spent: by line, what it cost when what must be spent was reckoned; of the same offers.
            spent_minor: the sum of that over all lines.
            left_minor: what is left of all lines together.
        """
        self._units = units
        self._pieces = pieces
        self._spent = spent
        self._spent_minor = spent_minor
        self._left = dict(pieces.left) if pieces else {}
        self._total = left_minor

    def give(self, offer: Offer) -> Given | None:
        """Give ``offer``; None: it is not earned, or saves nothing."""
        if offer.kind == "gift":
            return self._gift(offer)
        if offer.goods.is_any:
            return self._on_all(offer)
        lines = self._lines(offer.goods)
        if sum(self._spent[number] for number in lines) < offer.spend_minor:
            return None
        there = min(sum(self._left[number] for number in lines), self._total)
        saving = _saving_minor(offer, there)
        if not saving:
            return None
        shares = self._shared(lines, saving)
        return self._given(offer, saving, shares, lambda: self._deals(lines, saving))

    def _on_all(self, offer: Offer) -> Given | None:
        saving = _saving_minor(offer, self._total)
        if not saving or self._spent_minor < offer.spend_minor:
            return None
        return self._given(offer, saving, {}, lambda: self._deals(self._lines(offer.goods), saving))

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
        assert self._pieces is not None, "gifts ask for units"
        shares: dict[int, int] = {}
        units: dict[int, int] = {}
        for (sku, price_minor), number, count in self._earned(offer, self._cheapest(offer)):
            there = min(self._left[number], self._total) - shares.get(number, 0)
            shares[number] = shares.get(number, 0) + min(price_minor * count, there)
            units[number] = units.get(number, 0) + 1000 * count
            self._pieces.give((sku, price_minor), number, count)
        saving = min(sum(shares.values()), self._total)
        if not saving:
            return None
        shares = dict(zip(shares, allocate(saving, list(shares.values())), strict=True))
        deal = Deal(tuple(sorted(units.items())), saving)
        return self._given(offer, saving, shares, lambda: [deal])

    def _cheapest(self, offer: Offer) -> list[_Unit]:
        """Return up to as many units as are given, cheapest first."""
        assert self._pieces is not None, "gifts ask for units"
        chosen: list[_Unit] = []
        wanted = offer.discounted
        for key in sorted(self._pieces.runs, key=lambda key: (key[1], key[0])):
            for number, count in self._pieces.sorted_runs(key):
                department = self._units.goods[number].department
                taken = min(count, wanted)
                if key[1] and taken and offer.goods.takes(key[0], department):
                    chosen.append((key, number, taken))
                    wanted -= taken
        return chosen

    def _earned(self, offer: Offer, units: list[_Unit]) -> list[_Unit]:
        """Return as many of ``units`` as the rest of the basket earns, giving up the dearest."""
        while units and not self._earns(offer, units):
            key, number, count = units.pop()
            if count > 1:
                units.append((key, number, count - 1))
        return units

    def _earns(self, offer: Offer, units: list[_Unit]) -> bool:
        worth = sum(price_minor * count for (_, price_minor), _, count in units)
        if self._spent_minor - worth < offer.spend_minor:
            return False
        return all(self._pieces_of(place.goods, units) >= place.count for place in offer.places)

    def _pieces_of(self, selector: Selector, besides: list[_Unit]) -> int:
        """Return how many pieces of some goods there are, without those that are given."""
        numbers = set(self._lines(selector))
        there = sum(count for number in numbers for _, count in self._units.goods[number].units)
        return there - sum(count for _, number, count in besides if number in numbers)

    def _lines(self, selector: Selector) -> list[int]:
        there = (
            goods
            for goods in self._units.goods.values()
            if selector.takes(goods.sku, goods.department)
        )
        return [goods.number for goods in sorted(there, key=lambda goods: goods.order)]

    def _deals(self, lines: list[int], saving: int) -> list[Deal]:
        goods = self._units.goods
        units = [
            (number, goods[number].weight_milli or 1000 * sum(c for _, c in goods[number].units))
            for number in sorted(lines)
        ]
        return [Deal(tuple(units), saving)]


def _saving_minor(offer: Offer, there: int) -> int:
    """Return what an offer takes off ``there``, never more than that."""
    if offer.kind == "basket_percent":
        return divide(there * offer.percent_milli, _PERCENT_FULL_MILLI, Rounding.HALF_UP)
    if offer.kind == "basket_amount":
        return min(offer.amount_minor, there)
    return max(0, there - offer.price_minor)
