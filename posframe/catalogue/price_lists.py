"""Price lists as values, and which of their prices counts; keeping them is `price_tables`'.

Of all prices that apply, those of the list with the highest priority count, then the lowest price
of one unit, then the list whose id comes first.
"""

from __future__ import annotations

import enum
import functools
import json
from typing import TYPE_CHECKING, Final

import attrs

from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

UNIT_MILLI: Final = 1000


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PriceList(Value):
    """A list of prices: who it is for, where and when. Moments are UTC microseconds."""

    id: str
    name: str = ""
    groups: tuple[str, ...] = ()
    """Customer groups it is for; empty: everyone."""
    stores: tuple[str, ...] = ()
    """Stores it is for, as in ``till.store``; empty: all."""
    valid_from_us: int | None = None
    valid_until_us: int | None = None
    """The first moment at which it no longer holds; None is an open end."""
    priority: int = 0
    """Where several lists have a price, the highest counts."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ListPrice(Value):
    """One price of a list, and what it takes to get it."""

    version: int = 0
    """Identifies it among all prices of the catalogue; 0: not stored yet."""
    price_list: PriceList
    pack_milli: int = UNIT_MILLI
    """For codes that sell so much of the item at once; 1000: for any."""
    minimum_milli: int = 0
    """From so much of the item in one sale on."""
    per_milli: int = UNIT_MILLI
    """How much of the item ``price_minor`` buys."""
    price_minor: int
    valid_from_us: int | None = None
    valid_until_us: int | None = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PriceQuery(Value):
    """What is bought, by whom, where and when."""

    quantity_milli: int = UNIT_MILLI
    """Of the item in the whole sale."""
    pack_milli: int = UNIT_MILLI
    groups: tuple[str, ...] = ()
    store: str = ""
    at_us: int


class Obstacle(enum.Enum):
    """Why a price does not apply, in words."""

    PACK = "for another pack"
    STORE = "not for this store"
    GROUP = "not for this customer"
    QUANTITY = "from a larger quantity on"
    EARLY = "begins later"
    LATE = "has ended"


def obstacle(price: ListPrice, query: PriceQuery) -> Obstacle | None:
    """Return what keeps a price from applying; None: it applies."""
    terms = price.price_list
    if price.pack_milli not in {UNIT_MILLI, query.pack_milli}:
        return Obstacle.PACK
    if terms.stores and query.store not in terms.stores:
        return Obstacle.STORE
    if terms.groups and set(terms.groups).isdisjoint(query.groups):
        return Obstacle.GROUP
    if query.quantity_milli < _needed_milli(price):
        return Obstacle.QUANTITY
    return _out_of_time(price, query.at_us) or _out_of_time(terms, query.at_us)


def best_price(prices: Iterable[ListPrice], query: PriceQuery) -> ListPrice | None:
    """Return the price that counts; None: no list has one, so the item's own price does.

    A price for just this pack goes before one of the goods in it.
    """
    applying = [price for price in prices if obstacle(price, query) is None]
    packed = [price for price in applying if price.pack_milli == query.pack_milli]
    best = None
    for price in packed or applying:
        if best is None or _beats(price, best):
            best = price
    return best


def standing(price: ListPrice, best: ListPrice | None, query: PriceQuery) -> str:
    """Say in words what becomes of a price where ``best`` is the one that counts."""
    hindered = obstacle(price, query)
    if hindered is not None:
        return hindered.value
    assert best is not None, "one that applies leaves one that counts"
    if price == best:
        return "counts"
    if price.pack_milli != best.pack_milli:
        return "a price for the pack counts"
    if price.price_list.priority != best.price_list.priority:
        return "a list of higher priority counts"
    same = price.price_minor * best.per_milli == best.price_minor * price.per_milli
    return "the same price of another list counts" if same else "a lower price counts"


def _needed_milli(price: ListPrice) -> int:
    """Return from how much on a price applies: a part of a pack is not sold at the pack's."""
    if price.pack_milli == UNIT_MILLI:
        return price.minimum_milli
    return max(price.minimum_milli, price.pack_milli)


def _out_of_time(dated: ListPrice | PriceList, at_us: int) -> Obstacle | None:
    if dated.valid_from_us is not None and at_us < dated.valid_from_us:
        return Obstacle.EARLY
    if dated.valid_until_us is not None and at_us >= dated.valid_until_us:
        return Obstacle.LATE
    return None


def _beats(price: ListPrice, other: ListPrice) -> bool:
    mine, theirs = price.price_list, other.price_list
    if mine.priority != theirs.priority:
        return mine.priority > theirs.priority
    # Prices of one unit, both times the same number.
    minor, other_minor = price.price_minor * other.per_milli, other.price_minor * price.per_milli
    return (minor, mine.id, price.version) < (other_minor, theirs.id, other.version)


def terms_json(price_list: PriceList) -> str:
    """Return as text what a list says beside its prices."""
    terms = {field.name: getattr(price_list, field.name) for field in attrs.fields(PriceList)}
    return json.dumps(terms, ensure_ascii=False, sort_keys=True)


@functools.lru_cache(maxsize=1024)
def list_of(terms: str) -> PriceList:
    """Return the list with these terms; remembered, for every price found names them."""
    values = json.loads(terms)
    values["groups"], values["stores"] = tuple(values["groups"]), tuple(values["stores"])
    return PriceList(**values)
