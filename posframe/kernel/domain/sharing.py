"""Sharing: what each line bears of discounts on the whole basket.

How much such a discount comes to is decided in ``pricing``; here it is spread over the goods,
before tax, by largest remainder on what they cost then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.basket import group_key, taxed_milli
from posframe.kernel.domain.rounding import allocate

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import Basket, LineItem

BasketShares = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def basket_shares(basket: Basket) -> BasketShares:
    """Return what each discount on the whole basket takes off each line.

    Offers come first, by their ids, then discounts given by hand, as they were given; each is
    shared in proportion to what those before it left that may be discounted, and takes no more than
    that. Of lines with equal remainders the dearest bears a spare unit, then the first in the order
    of taxes: lines that change places change no total. Of lines equal in all of that, the first.

    Returns:
        (id of the offer or adjustment, ((line number, minor), …)) for each, in their order; lines
        that bear nothing are left out, savings are negative.
    """
    sources = _sources(basket)
    if not sources:
        return ()
    goods = [line for line in basket.lines if line.discountable and not line.voided]
    costs = [line.amount_minor for line in goods]
    left = [line.discountable_of(line.amount_minor) for line in goods]
    ranks = _ranks(basket, goods)
    found = []
    for source, minor in sources:
        order = sorted(range(len(goods)), key=lambda at: (-left[at], -costs[at], ranks[at]))
        given = allocate(max(minor, -sum(left)), [left[at] for at in order])
        shares = [(at, share) for at, share in zip(order, given, strict=True) if share]
        for at, share in shares:
            left[at] += share
            costs[at] += share
        found.append((source, tuple((goods[at].number, share) for at, share in sorted(shares))))
    return tuple(found)


def line_discounts(basket: Basket) -> dict[int, int]:
    """Return by line number what discounts on the whole basket take off it; negative."""
    discounts: dict[int, int] = {}
    for _, shares in basket_shares(basket):
        for number, minor in shares:
            discounts[number] = discounts.get(number, 0) + minor
    return discounts


def _sources(basket: Basket) -> list[tuple[str, int]]:
    whole = [row for row in basket.offers.values() if row.minor and not row.shares]
    sources = [(row.offer, row.minor) for row in sorted(whole, key=lambda row: row.offer)]
    return sources + [(each.id, each.minor) for each in basket.adjustments if each.minor]


def _ranks(basket: Basket, goods: list[LineItem]) -> list[tuple[int, int]]:
    """Return what decides between goods of one price: their taxes, then their quantity."""
    rank = {key: at for at, key in enumerate(sorted(basket.groups))}
    by_taxes: dict[int, int] = {}  # lines of an item share one tuple: no key for each
    ranks = []
    for line in goods:
        at = by_taxes.get(id(line.taxes))
        if at is None:
            at = by_taxes[id(line.taxes)] = rank[group_key(line)]
        ranks.append((at, taxed_milli(line)))
    return ranks
