"""Offers that never apply: in no hour, on no goods, for nobody, or without saving a cent."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import attrs

from posframe import Money
from posframe_promotions.check_findings import found
from posframe_promotions.check_goods import key_of, places_of
from posframe_promotions.terms import UNIT_KINDS
from posframe_promotions.windows import is_open, is_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe_promotions.check_findings import Finding, Listed
    from posframe_promotions.check_goods import Shelf
    from posframe_promotions.terms import Offer, Place, Window

_WEEK_DAYS = 7
_SHOWN = 3
_US = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Surroundings:
    """What offers are checked for beside their goods."""

    currency: str
    zone: tzinfo
    at_us: int
    """The moment of the check, in microseconds since 1970 UTC."""
    tenders: tuple[str, ...] | None = None
    """Ids of the tender types of the till; None: not known."""


def impossible(listed: Listed, shelf: Shelf, around: Surroundings) -> Iterator[Finding]:
    """Yield why an offer never applies, or no more."""
    yield from _when(listed, around)
    yield from _for_whom(listed, shelf, around)
    if shelf.is_known:
        goods = list(_goods(listed, shelf))
        yield from goods
        if not any(each.weight == "error" for each in goods):
            yield from _saving(listed, shelf, around)


def _when(listed: Listed, around: Surroundings) -> Iterator[Finding]:
    window = listed.offer.window
    if is_over(window, around.at_us, around.zone):
        yield found(
            listed, "over", "until", f"is over since {_words(window.ends)}",
            "take it out, or give it a later until", weight="warning",
        )  # fmt: skip
    elif not _opens(window, around.zone):
        yield found(
            listed, "impossible", "weekdays" if window.weekdays else "hours",
            "never applies: between from and until there is no such day or hour",
            "widen the dates, or change weekdays and hours",
        )  # fmt: skip


def _for_whom(listed: Listed, shelf: Shelf, around: Surroundings) -> Iterator[Finding]:
    offer, tenders = listed.offer, around.tenders
    if offer.tender and tenders is not None and offer.tender not in tenders:
        near = difflib.get_close_matches(offer.tender, tenders, 1)
        yield found(
            listed, "impossible", "tender", f"never applies: this till takes no {offer.tender!r}",
            f"did you mean {near[0]!r}?" if near else f"it takes: {', '.join(tenders) or 'none'}",
        )  # fmt: skip
    if offer.coupon is None:
        return
    window = offer.coupon.window
    if is_over(window, around.at_us, around.zone):
        yield found(
            listed, "over", "coupon.until", f"its coupon is over since {_words(window.ends)}",
            "take it out, or give the coupon a later until", weight="warning",
        )  # fmt: skip
    elif not _meet(window, offer.window) or not _opens(window, around.zone):
        yield found(
            listed, "impossible", "coupon", "never applies: nobody can present its coupon in time",
            "let the coupon begin before the offer ends, and end after it begins",
        )  # fmt: skip
    taken = sorted(code for code in offer.coupon.codes if code in shelf.codes)
    if taken:
        yield found(
            listed, "hidden-code", "coupon.codes",
            f"{taken[0]} is a code of {shelf.codes[taken[0]]} too: scanned, it sells that",
            "use a code that no goods have", weight="warning",
        )  # fmt: skip


def _goods(listed: Listed, shelf: Shelf) -> Iterator[Finding]:
    """Find goods that the catalogue lacks, and places that nothing can fill."""
    for at, place in enumerate(places_of(listed.offer)):
        prices, key = shelf.prices_of(place.goods), key_of(listed.offer, at)
        if not prices.goods:
            goods = _named(place.goods.skus or (), place.goods.departments) or "goods at all"
            yield found(
                listed, "impossible", key,
                f"never applies: the catalogue has no {goods}", _near(place, shelf),
            )  # fmt: skip
        elif not prices.pieces and not _takes_weighed(listed.offer):
            yield found(
                listed, "impossible", key,
                "never applies: its goods are weighed, and it asks for several pieces",
                "offers on single units take weighed goods: unit_percent",
            )  # fmt: skip
        elif unknown := _named(shelf.unknown(place.goods), shelf.unknown_departments(place.goods)):
            yield found(
                listed, "unknown", key, f"the catalogue has no {unknown}",
                _near(place, shelf), weight="warning",
            )  # fmt: skip


def _saving(listed: Listed, shelf: Shelf, around: Surroundings) -> Iterator[Finding]:
    """Find prices and floors that no goods are above."""
    offer, places = listed.offer, places_of(listed.offer)
    prices = [shelf.prices_of(place.goods) for place in places]
    by_weight = offer.kind in UNIT_KINDS and any(each.pieces < each.goods for each in prices)
    is_priced = all(each.is_priced and each.pieces for each in prices)
    if by_weight or not is_priced or offer.is_basket:
        return
    if offer.floor_minor and all(each.dearest_minor <= offer.floor_minor for each in prices):
        yield found(
            listed, "impossible", "floor",
            "never saves: none of its goods cost more than its floor", "lower the floor",
        )  # fmt: skip
    if not offer.kind.endswith("_price"):
        return
    units = 1 if offer.kind == "at_least_price" else 0
    dearest = sum(
        each.dearest_minor * (units or place.count)
        for each, place in zip(prices, places, strict=True)
    )
    if dearest <= offer.price_minor:
        yield found(
            listed, "impossible", "price",
            f"never saves: its goods cost at most {Money(dearest, around.currency)},"
            f" it asks {Money(offer.price_minor, around.currency)}",
            "lower the price",
        )  # fmt: skip


def _takes_weighed(offer: Offer) -> bool:
    return offer.kind in UNIT_KINDS or (offer.is_basket and offer.kind != "gift")


def _named(skus: Iterable[str], departments: Iterable[str]) -> str:
    """Name a few goods; empty: there are none to name."""
    names = [*sorted(skus), *(f"department {each}" for each in sorted(departments))]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _near(place: Place, shelf: Shelf) -> str:
    for sku in shelf.unknown(place.goods)[:_SHOWN]:
        if near := shelf.near_sku(sku):
            return f"did you mean {near}?"
    for department in shelf.unknown_departments(place.goods):
        if near_ones := difflib.get_close_matches(department, shelf.departments, 1):
            return f"did you mean {near_ones[0]}?"
    return "look for it with: posframe catalogue find"


def _opens(window: Window, zone: tzinfo) -> bool:
    """Tell whether there is a moment at which ``window`` is open.

    In a week every day and hour comes; in less, it opens when it begins or when its hours do.
    """
    if window.begins is None or window.ends is None:
        return True
    begins, ends = _local(window.begins, zone), _local(window.ends, zone)
    if ends - begins >= timedelta(days=_WEEK_DAYS):
        return True
    first = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [begins] + [
        first + timedelta(days=day, minutes=minute)
        for day in range(_WEEK_DAYS + 2)
        for minute in (0, *(span[0] for span in window.hours))
    ]
    return any(begins <= at < ends and is_open(window, _us(at), zone) for at in starts)


def _meet(one: Window, other: Window) -> bool:
    """Tell whether one begins before the other ends, both ways round."""
    return _begins_before(one, other) and _begins_before(other, one)


def _begins_before(one: Window, other: Window) -> bool:
    if one.begins is None or other.ends is None:
        return True
    return one.begins.replace(tzinfo=None) < other.ends.replace(tzinfo=None)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // _US


def _words(moment: datetime | None) -> str:
    assert moment is not None, "what is over has an end"
    return moment.strftime("%Y-%m-%d %H:%M")
