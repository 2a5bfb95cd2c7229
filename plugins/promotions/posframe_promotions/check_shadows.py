"""Offers that stand in each other's way: one that another always beats, one that meets itself.

An offer is called shadowed only where that is proved: whatever units it takes in whatever sale,
the other may take the same units, on the same conditions, and saves at least as much on them. So
the list may be short of one, and never has one too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.check_findings import found
from posframe_promotions.check_goods import key_of, places_of
from posframe_promotions.terms import UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from posframe_promotions.check_findings import Finding, Listed
    from posframe_promotions.check_goods import Shelf
    from posframe_promotions.terms import Offer, Selector, Window

_PERCENT_KINDS = frozenset(
    {
        "unit_percent",
        "n_percent",
        "cheapest_percent",
        "at_least_percent",
        "bundle_percent",
        "buy_get",
    }
)
_ALWAYS_SAVING = frozenset({"unit_percent", "unit_amount"})
"""Kinds that save on every unit, but for one so cheap that its percentage rounds to nothing."""


def shadowed(offers: Sequence[Listed], shelf: Shelf) -> Iterator[Finding]:
    """Yield the offers that another one of the list never lets come, or always equals."""
    by_sku, of_any = _index(offers, shelf)
    for listed in offers:
        if listed.offer.is_basket or listed.offer.conflict == "stack":
            continue
        skus = shelf.skus_of(places_of(listed.offer)[0].goods)
        rivals = of_any if skus is None else [*of_any, *by_sku.get(min(skus, default=""), ())]
        for rival in rivals:
            if rival is not listed and (words := _beaten(listed.offer, rival.offer, shelf)):
                if _is_mutual(listed, rival, shelf):
                    continue
                yield found(
                    listed, "shadowed", "", f"never comes to anything: {rival.offer.id} {words}",
                    f"take it out, or narrow {rival.offer.id}", weight="warning",
                    others=(rival.offer.id,),
                )  # fmt: skip
                break


def self_overlapping(listed: Listed, shelf: Shelf) -> Iterator[Finding]:
    """Yield places of one bundle that share some of their goods, but not all of them.

    The same list twice is two units of one kind, and meant; a unit that could fill either of two
    places is put where it saves most, which may not be what was meant.
    """
    offer = listed.offer
    if offer.kind not in {"bundle_price", "bundle_percent"}:
        return
    places = [shelf.skus_of(place.goods) for place in offer.places]
    for at, skus in enumerate(places):
        for other in range(at):
            shared = _shared(skus, places[other])
            if shared and skus != places[other]:
                yield found(
                    listed, "self-overlapping", key_of(offer, at),
                    f"shares {shared} with {key_of(offer, other)}: such a unit may fill either",
                    "fine if that is meant; else name each of the goods in one group",
                    weight="warning",
                )  # fmt: skip
                return


def _shared(one: frozenset[str] | None, other: frozenset[str] | None) -> str:
    if one is None or other is None:
        return "goods"
    return min(one & other, default="")


def _index(offers: Sequence[Listed], shelf: Shelf) -> tuple[dict[str, list[Listed]], list[Listed]]:
    """Return the offers by each SKU of their first place, and those that take any goods there.

    By id, so that which of several is named is no matter of the order in the file.
    """
    by_sku: dict[str, list[Listed]] = {}
    of_any: list[Listed] = []
    for listed in sorted(offers, key=lambda each: each.offer.id):
        if listed.offer.is_basket:
            continue
        skus = shelf.skus_of(places_of(listed.offer)[0].goods)
        if skus is None:
            of_any.append(listed)
        for sku in skus or ():
            by_sku.setdefault(sku, []).append(listed)
    return by_sku, of_any


def _is_mutual(listed: Listed, rival: Listed, shelf: Shelf) -> bool:
    """Tell whether the two equal each other, and the one with the lower id is to stay."""
    return listed.offer.id < rival.offer.id and bool(_beaten(rival.offer, listed.offer, shelf))


def _beaten(offer: Offer, rival: Offer, shelf: Shelf) -> str:
    """Say how ``rival`` stands before ``offer``, always; empty: it does not."""
    if offer.kind in UNIT_KINDS and rival.kind not in UNIT_KINDS:  # weighed goods are left to it
        return ""
    if not _is_at_least_as_open(rival, offer):
        return ""
    if rival.conflict == "exclusive" and _comes_first(rival, offer):
        saves = rival.kind in _ALWAYS_SAVING and not rival.floor_minor
        takes_all = saves and _takes_all(rival, offer, shelf)
        return "is exclusive and takes all its goods first" if takes_all else ""
    if (rival.conflict, _level(rival)) != (offer.conflict, _level(offer)):
        return ""
    if rival.floor_minor <= offer.floor_minor and _saves_as_much(rival, offer, shelf):
        return "takes the same goods and never saves less"
    return ""


def _comes_first(rival: Offer, offer: Offer) -> bool:
    return offer.conflict == "best" or rival.priority > offer.priority


def _level(offer: Offer) -> int:
    """Return what decides which pass of the solver an offer is in, beside its conflict rule."""
    return offer.priority if offer.conflict == "exclusive" else 0


def _is_at_least_as_open(rival: Offer, offer: Offer) -> bool:
    """Tell whether ``rival`` is in force, without limit, whenever ``offer`` is."""
    if rival.max_uses is not None or rival.coupon is not None or rival.conflict == "stack":
        return False
    return (
        rival.group in {"", offer.group}
        and rival.tender in {"", offer.tender}
        and (not rival.members_only or offer.members_only)
        and _is_superset(rival.stores, offer.stores)
        and _is_superset(rival.customer_groups, offer.customer_groups)
        and _spans(rival.window, offer.window)
    )


def _is_superset(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether ``one`` names all of ``other``, where naming nothing means everything."""
    return not one or (bool(other) and one >= other)


def _spans(one: Window, other: Window) -> bool:
    begins = one.begins is None or (
        other.begins is not None
        and one.begins.tzinfo == other.begins.tzinfo
        and one.begins <= other.begins
    )
    ends = one.ends is None or (
        other.ends is not None and one.ends.tzinfo == other.ends.tzinfo and one.ends >= other.ends
    )
    days = not one.weekdays or (bool(other.weekdays) and one.weekdays >= other.weekdays)
    return begins and ends and days and (not one.hours or one.hours == other.hours)


def _takes_all(rival: Offer, offer: Offer, shelf: Shelf) -> bool:
    """Tell whether the only place of ``rival`` takes the goods of every place of ``offer``."""
    wide = shelf.skus_of(places_of(rival)[0].goods)
    return all(_covers(wide, place.goods, shelf) for place in places_of(offer))


def _covers(wide: frozenset[str] | None, goods: Selector, shelf: Shelf) -> bool:
    narrow = shelf.skus_of(goods)
    return wide is None or (narrow is not None and wide >= narrow)


def _saves_as_much(rival: Offer, offer: Offer, shelf: Shelf) -> bool:
    """Tell whether ``rival`` saves at least as much on any units that ``offer`` takes."""
    if len(places_of(rival)) > 1:
        return _is_better_bundle(rival, offer, shelf)
    better = _BETTER.get(rival.kind)
    return better is not None and better(rival, offer) and _takes_all(rival, offer, shelf)


def _units(offer: Offer) -> int:
    """Return the fewest units that an application takes."""
    return sum(place.count for place in places_of(offer))


def _better_percent(rival: Offer, offer: Offer) -> bool:
    """A percentage off every unit: beats any offer of no higher percentage on some of them."""
    return offer.kind in _PERCENT_KINDS and rival.percent_milli >= offer.percent_milli


def _better_n_percent(rival: Offer, offer: Offer) -> bool:
    """Its deals cut up the other's: n units each, with nothing left over."""
    return (
        _better_percent(rival, offer)
        and offer.kind != "at_least_percent"
        and _units(offer) % rival.n == 0
    )


def _better_at_least_percent(rival: Offer, offer: Offer) -> bool:
    return _better_percent(rival, offer) and _units(offer) >= rival.n


def _better_cheapest(rival: Offer, offer: Offer) -> bool:
    return (
        offer.kind == "cheapest_percent"
        and rival.n == offer.n
        and rival.percent_milli >= offer.percent_milli
        and rival.discounted >= offer.discounted
    )


def _better_amount(rival: Offer, offer: Offer) -> bool:
    return offer.kind == "unit_amount" and rival.amount_minor >= offer.amount_minor


def _better_price(rival: Offer, offer: Offer) -> bool:
    """A price for each unit: beats a joint price that is no lower than that of its units."""
    if offer.kind in {"unit_price", "at_least_price"}:
        return rival.price_minor <= offer.price_minor
    if offer.kind in {"n_for_price", "bundle_price"}:
        return rival.price_minor * _units(offer) <= offer.price_minor
    return False


def _better_at_least_price(rival: Offer, offer: Offer) -> bool:
    return _better_price(rival, offer) and _units(offer) >= rival.n


def _better_n_for_price(rival: Offer, offer: Offer) -> bool:
    """Its deals cut up the other's, and together ask no more."""
    deals, rest = divmod(_units(offer), rival.n)
    joint = offer.kind in {"n_for_price", "bundle_price"}
    return joint and not rest and rival.price_minor * deals <= offer.price_minor


def _better_n_amount(rival: Offer, offer: Offer) -> bool:
    same = offer.kind == "n_amount" and offer.n == rival.n
    return same and rival.amount_minor >= offer.amount_minor


def _is_better_bundle(rival: Offer, offer: Offer, shelf: Shelf) -> bool:
    """Place by place: the same counts, wider goods, a price no higher or a percentage no lower."""
    if rival.kind != offer.kind or len(rival.places) != len(offer.places):
        return False
    for one, other in zip(rival.places, offer.places, strict=True):
        wide = shelf.skus_of(one.goods)
        if one.count != other.count or not _covers(wide, other.goods, shelf):
            return False
    if rival.kind == "bundle_price":
        return rival.price_minor <= offer.price_minor
    return rival.percent_milli >= offer.percent_milli


_BETTER: dict[str, Callable[[Offer, Offer], bool]] = {
    "unit_percent": _better_percent,
    "n_percent": _better_n_percent,
    "at_least_percent": _better_at_least_percent,
    "cheapest_percent": _better_cheapest,
    "unit_amount": _better_amount,
    "unit_price": _better_price,
    "at_least_price": _better_at_least_price,
    "n_for_price": _better_n_for_price,
    "n_amount": _better_n_amount,
}
