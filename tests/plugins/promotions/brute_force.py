"""An independent optimum for few units: every way to divide them into deals, by subsets of units.

It shares nothing with the solver but what an offer's fields are called.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations, product


def best_saving_minor(units, offers):
    """Return the largest saving on ``units``, (sku, price in minor units) each; up to about nine.

    An offer's deals are found one after another for every set of units they might use; then offers
    share the units out: both are plain recursions over bit masks.
    """
    whole = (1 << len(units)) - 1
    best = [0] * (whole + 1)
    for offer in offers:
        own = _by_mask(units, offer)
        best = [
            max(best[mask ^ part] + own[part] for part in _parts(mask)) for mask in range(whole + 1)
        ]
    return best[whole]


def _by_mask(units, offer):
    """What ``offer`` alone saves at most on exactly each set of units, or on some of them."""
    kind = type(offer).__name__
    masks = range(1 << len(units))
    if kind == "AtLeastOffer":
        return [_at_least(units, offer, mask) for mask in masks]
    deals = _deals(units, offer)
    uses = len(units) if offer.max_uses is None else offer.max_uses

    @lru_cache(None)
    def saved(mask, left):
        if left == 0 or mask == 0:
            return 0
        lowest = mask & -mask
        found = saved(mask ^ lowest, left)
        for deal, saving in deals:
            if deal & lowest and deal & mask == deal:
                found = max(found, saving + saved(mask ^ deal, left - 1))
        return found

    return [saved(mask, uses) for mask in masks]


def deal_saving_minor(chosen, offer):
    """Return the most that one deal of exactly these units saves; None: they are no deal."""
    if len(chosen) != _size(offer):
        return None
    return _pattern(chosen, offer) if hasattr(offer, "groups") else _single(chosen, offer)


def _size(offer):
    if hasattr(offer, "groups"):
        return sum(group.count for group in offer.groups)
    return getattr(offer, "n", 1)


def _deals(units, offer):
    """Every set of units that makes one deal, and the most it saves."""
    found = []
    for chosen in combinations(range(len(units)), _size(offer)):
        saving = deal_saving_minor([units[at] for at in chosen], offer)
        if saving is not None and saving > 0:
            found.append((sum(1 << at for at in chosen), saving))
    return found


def _pattern(chosen, offer):
    """The best way to seat the chosen units in the places of one deal, or None."""
    joint = offer.price_minor is not None or offer.amount_minor is not None
    if joint and any(price < offer.floor_minor for _, price in chosen):
        return None
    counts = {at: group.count for at, group in enumerate(offer.groups)}
    best = None
    for seating in product(counts, repeat=len(chosen)):
        if Counter(seating) != counts:
            continue
        seated = [(*unit, offer.groups[at]) for unit, at in zip(chosen, seating, strict=True)]
        if any(group.skus is not None and sku not in group.skus for sku, _, group in seated):
            continue
        if joint:
            return _joint(chosen, offer)
        saving = sum(
            _capped(_percent(price, group.percent_milli), price, offer)
            for _, price, group in seated
        )
        best = saving if best is None else max(best, saving)
    return best


def _joint(chosen, offer):
    total = sum(price for _, price in chosen)
    lowest = len(chosen) * offer.floor_minor
    if offer.amount_minor is not None:
        return min(offer.amount_minor, total - lowest)
    return total - max(offer.price_minor, lowest)


def _single(chosen, offer):
    """A deal of the cheapest of n, or of one unit."""
    if any(offer.skus is not None and sku not in offer.skus for sku, _ in chosen):
        return None
    if type(offer).__name__ == "CheapestOffer":
        prices = sorted(price for _, price in chosen)[: offer.discounted]
        return sum(_capped(_percent(price, offer.percent_milli), price, offer) for price in prices)
    return _unit(chosen[0][1], offer)


def _at_least(units, offer, mask):
    chosen = [units[at] for at in range(len(units)) if mask >> at & 1]
    chosen = [unit for unit in chosen if offer.skus is None or unit[0] in offer.skus]
    if len(chosen) < offer.n:
        return 0
    return sum(_unit(price, offer) for _, price in chosen)


def _unit(price, offer):
    if offer.percent_milli is not None:
        return _capped(_percent(price, offer.percent_milli), price, offer)
    if getattr(offer, "amount_minor", None) is not None:
        return _capped(offer.amount_minor, price, offer)
    return _capped(price - offer.price_minor, price, offer)


def _percent(price, percent_milli):
    whole, rest = divmod(price * percent_milli, 100_000)
    return whole + (1 if rest >= 50_000 else 0)


def _capped(saving, price, offer):
    return max(0, min(saving, price - offer.floor_minor))


def _parts(mask):
    part = mask
    while True:
        yield part
        if part == 0:
            return
        part = (part - 1) & mask
