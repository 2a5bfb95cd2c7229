"""Whether an assignment is allowed and saves what it says, by the words of the offers alone."""

from __future__ import annotations

from collections import Counter

from tests.plugins.promotions.brute_force import deal_saving_minor


def assert_legal(solution, units, offers):
    """Every unit is used at most once, every deal is one, and sums are sums."""
    offered = {offer.id: offer for offer in offers}
    left = Counter(units)
    ids = [used.offer for used in solution.used]
    assert ids == sorted(set(ids))
    for used in solution.used:
        for one in used.applications:
            assert one.times > 0
            for key, count in one.units:
                left[key] -= count * one.times
            assert list(one.units) == sorted(one.units, key=lambda unit: (-unit[0][1], unit[0][0]))
    assert min(left.values(), default=0) >= 0
    for used in solution.used:
        _assert_used(used, offered[used.offer], left)
    assert solution.saving_minor == sum(used.saving_minor for used in solution.used)


def _assert_used(used, offer, left):
    assert used.saving_minor == sum(one.saving_minor * one.times for one in used.applications)
    assert used.saving_minor > 0
    if type(offer).__name__ == "AtLeastOffer":
        _assert_enough(used, offer, left)
        return
    assert offer.max_uses is None or sum(one.times for one in used.applications) <= offer.max_uses
    for one in used.applications:
        chosen = [key for key, count in one.units for _ in range(count)]
        best = deal_saving_minor(chosen, offer)
        assert best is not None, "these units are no deal"
        assert 0 < one.saving_minor <= best
        # Of one group, or for one price, a deal's units say what it saves.
        if not hasattr(offer, "groups") or len(offer.groups) == 1 or offer.price_minor is not None:
            assert one.saving_minor == best


def _assert_enough(used, offer, left):
    """Units that save nothing but are there to be enough are not listed: they are left over."""
    taken = sum(one.times for one in used.applications)
    others = sum(
        count for (sku, _), count in left.items() if offer.skus is None or sku in offer.skus
    )
    assert taken + others >= offer.n
    for one in used.applications:
        (((_, price), count),) = one.units
        assert count == 1
        off = (
            price - offer.price_minor
            if offer.percent_milli is None
            else (price * offer.percent_milli + 50_000) // 100_000
        )
        assert one.saving_minor == max(0, min(off, price - offer.floor_minor))
