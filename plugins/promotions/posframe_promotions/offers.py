"""Reading offers: the tables of a TOML file, or the same keys of the explain format, as values.

Everything that is wrong in itself is refused here. What is only unwise (an offer that another one
always beats, a price above what the goods cost) is told by ``posframe promotions check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import holds_card_number, is_valid_gtin
from posframe_promotions.fields import (
    PERCENT_FULL_MILLI,
    OfferError,
    amount_of,
    check_keys,
    checked_choice,
    checked_texts,
    choice_of,
    flag_of,
    given,
    percent_of,
    text_of,
    texts_of,
    whole_of,
)
from posframe_promotions.terms import (
    ANY,
    BASKET_KINDS,
    CouponTerms,
    Place,
    Selector,
)
from posframe_promotions.terms import Offer as Offer
from posframe_promotions.windows import WINDOW_KEYS, read_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMMON: Final = (
    "id",
    "label",
    "kind",
    "priority",
    "group",
    *WINDOW_KEYS,
    "coupon",
    "customer_groups",
    "members_only",
    "tender",
    "stores",
)
_GOODS: Final = ("skus", "departments")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit_percent": ("percent", *_GOODS),
    "unit_amount": ("amount", *_GOODS),
    "unit_price": ("price", *_GOODS),
    "n_for_price": ("n", "price", *_GOODS),
    "n_percent": ("n", "percent", *_GOODS),
    "n_amount": ("n", "amount", *_GOODS),
    "cheapest_percent": ("n", "percent", "discounted", *_GOODS),
    "bundle_price": ("groups", "price"),
    "bundle_percent": ("groups", "percent"),
    "buy_get": ("buy", "get", "percent"),
    "at_least_percent": ("n", "percent", *_GOODS),
    "at_least_price": ("n", "price", *_GOODS),
    "basket_percent": ("percent", "spend", *_GOODS),
    "basket_amount": ("amount", "spend", *_GOODS),
    "basket_price": ("price", "spend", *_GOODS),
    "gift": ("count", "spend", "buy", *_GOODS),
}
"""The keys of each kind, beside those that every offer has."""
_AT_LEAST: Final = frozenset({"at_least_percent", "at_least_price"})
_CONFLICTS: Final = ("exclusive", "best", "stack")
_PLACES_MAX: Final = 20
_PRIORITY_MAX: Final = 1_000_000
OFFERS_MAX: Final = 10_000


def read_offers(
    tables: Sequence[Mapping[str, Any]], *, currency: str, where: str = "offers"
) -> tuple[Offer, ...]:
    """Read offers, in their order.

    Args:
        tables: one table an offer; a key whose value is None counts as not given.
        currency: ISO 4217 code that the amounts are in.
        where: what a message calls the list: ``offers`` gives paths like ``offers[0].percent``.

    Raises:
        OfferError: one cannot be read; nothing of any is taken.
    """
    if not isinstance(tables, list | tuple):
        raise OfferError(where, "is not a list of tables", hint="write one table an offer")
    if len(tables) > OFFERS_MAX:
        raise OfferError(where, f"has {len(tables)} offers", hint=f"at most {OFFERS_MAX}")
    offers = tuple(
        _Reader(given(table, f"{where}[{at}]"), f"{where}[{at}]", currency).offer()
        for at, table in enumerate(tables)
    )
    check_unique(offers, [f"{where}[{at}]" for at in range(len(offers))])
    return offers


def check_unique(offers: Iterable[Offer], paths: Iterable[str]) -> None:
    """Refuse two offers of one id, and a coupon code that two offers have."""
    known: dict[str, str] = {}
    codes: dict[str, str] = {}
    for offer, path in zip(offers, paths, strict=True):
        if offer.id in known:
            raise OfferError(
                f"{path}.id", f"{offer.id!r} is that of {known[offer.id]} too", hint="use another"
            )
        known[offer.id] = path
        for code in sorted(offer.coupon.codes) if offer.coupon else ():
            if code in codes:
                raise OfferError(
                    f"{path}.coupon", f"{code!r} opens {codes[code]} already", hint="use another"
                )
            codes[code] = path


def _check_no_card(name: str, path: str) -> None:
    """Refuse what the till would refuse at every scan, and would not keep."""
    if holds_card_number(name, is_valid_gtin):
        raise OfferError(
            path, f"…{name[-4:]} looks like a card's number", hint="put a letter into its middle"
        )


@attrs.frozen
class _Reader:
    """Reads one offer; each method one part of it."""

    table: Mapping[str, Any]
    path: str
    currency: str

    def offer(self) -> Offer:
        table, path = self.table, self.path
        kind: Any = checked_choice(text_of(table, "kind", path), KINDS, f"{path}.kind")
        check_keys(table, (*_COMMON, *_limiting_keys(kind), *KINDS[kind]), path, kind)
        id_ = text_of(table, "id", path)
        _check_no_card(id_, f"{path}.id")
        offer = Offer(
            id=id_,
            label=text_of(table, "label", path, id_),
            kind=kind,
            goods=self._goods(),
            places=self._places(kind),
            conflict=self._conflict(kind),
            priority=whole_of(
                table, "priority", path, default=0, least=-_PRIORITY_MAX, most=_PRIORITY_MAX
            ),
            group=text_of(table, "group", path, ""),
            max_uses=whole_of(table, "max_uses", path, default=0) or None,
            floor_minor=self._amount("floor", 0),
            window=read_window(table, path),
            coupon=self._coupon(id_),
            customer_groups=frozenset(texts_of(table, "customer_groups", path) or ()),
            members_only=flag_of(table, "members_only", path),
            tender=text_of(table, "tender", path, ""),
            stores=frozenset(texts_of(table, "stores", path) or ()),
            **self._numbers(kind),
        )
        self._check(offer)
        return offer

    def _numbers(self, kind: str) -> dict[str, int]:
        table, path, keys = self.table, self.path, KINDS[kind]
        numbers: dict[str, int] = {}
        if "n" in keys:
            numbers["n"] = whole_of(table, "n", path)
        if kind == "cheapest_percent":
            numbers["discounted"] = whole_of(
                table, "discounted", path, default=1, most=numbers["n"]
            )
        if kind == "gift":
            numbers["discounted"] = whole_of(table, "count", path, default=1)
        if kind == "buy_get" and "percent" not in table:
            numbers["percent_milli"] = PERCENT_FULL_MILLI
        elif "percent" in keys:
            numbers["percent_milli"] = percent_of(table, "percent", path)
        if "amount" in keys:
            numbers["amount_minor"] = amount_of(table, "amount", path, self.currency, least_minor=1)
        if "price" in keys:
            numbers["price_minor"] = amount_of(table, "price", path, self.currency)
        numbers["spend_minor"] = self._amount("spend", 1)
        return numbers

    def _amount(self, key: str, least_minor: int) -> int:
        if key not in self.table:
            return 0
        return amount_of(self.table, key, self.path, self.currency, least_minor=least_minor)

    def _conflict(self, kind: str) -> Any:  # noqa: ANN401 - a literal
        if kind in BASKET_KINDS:
            return "stack"
        if "tender" not in self.table:
            return choice_of(self.table, "conflict", self.path, _CONFLICTS, "best")
        if self.table.get("conflict", "stack") != "stack":
            raise OfferError(
                f"{self.path}.conflict",
                "cannot be other than stack beside tender, which is known last",
                hint="leave conflict out",
            )
        return "stack"

    def _goods(self) -> Selector:
        return _selector(self.table, self.path)

    def _places(self, kind: str) -> tuple[Place, ...]:
        table, path = self.table, self.path
        if kind in {"bundle_price", "bundle_percent"}:
            return self._bundle()
        if kind == "buy_get":
            for key in ("buy", "get"):
                if key not in table:
                    raise OfferError(
                        f"{path}.{key}", "is missing", hint=f'add {key} = {{ n = 1, skus = ["A"] }}'
                    )
            return (_place(table["buy"], f"{path}.buy"), _place(table["get"], f"{path}.get"))
        return (_place(table["buy"], f"{path}.buy"),) if "buy" in table else ()

    def _bundle(self) -> tuple[Place, ...]:
        path = f"{self.path}.groups"
        groups = self.table.get("groups")
        if not isinstance(groups, list | tuple):
            raise OfferError(path, "is not a list of groups", hint='write [["A", "B"], ["C"]]')
        if not 1 <= len(groups) <= _PLACES_MAX:
            raise OfferError(
                path, f"has {len(groups)} groups", hint=f"a bundle has 1 to {_PLACES_MAX}"
            )
        return tuple(_bundled(group, f"{path}[{at}]") for at, group in enumerate(groups))

    def _coupon(self, id_: str) -> CouponTerms | None:
        value, path = self.table.get("coupon", False), f"{self.path}.coupon"
        if value is False:
            return None
        if value is True:
            return CouponTerms(codes=frozenset({id_.upper()}))
        table = given(value, path)
        own = ("codes", "single_use", "limit", "per_member", "customers", "from", "until")
        check_keys(table, own, path, "coupon")
        codes = checked_texts(table.get("codes", [id_]), f"{path}.codes")
        spelt = [code.strip().upper() for code in codes]
        if len(set(spelt)) < len(spelt):
            raise OfferError(
                f"{path}.codes", "differ in capitals only", hint="capitals do not tell codes apart"
            )
        for code in spelt:
            _check_no_card(code, f"{path}.codes")
        return CouponTerms(
            codes=frozenset(spelt),
            single_use=flag_of(table, "single_use", path),
            limit=whole_of(table, "limit", path, default=0, most=10**9) or None,
            per_member=whole_of(table, "per_member", path, default=0) or None,
            customers=frozenset(texts_of(table, "customers", path) or ()),
            window=read_window(table, path),
        )

    def _check(self, offer: Offer) -> None:
        """Refuse what contradicts itself."""
        if offer.kind == "gift":
            if offer.goods.is_any:
                raise OfferError(
                    f"{self.path}.skus", "is missing: what is given?", hint='add skus = ["A"]'
                )
            if not offer.places and not offer.spend_minor:
                raise OfferError(
                    f"{self.path}.spend",
                    "is missing, and buy is: given for what?",
                    hint='add spend = "50.00", or buy = { n = 2, skus = ["A"] }',
                )
        if "price" in KINDS[offer.kind] and offer.price_minor < lowest_minor(offer):
            raise OfferError(
                f"{self.path}.price",
                f"sells below the floor of {self.table['floor']} a unit",
                hint="raise the price, or lower the floor",
            )


def _limiting_keys(kind: str) -> tuple[str, ...]:
    """Return the keys of conflict and limits that a kind has; one of "at least" applies once."""
    if kind in BASKET_KINDS:
        return ()
    return ("conflict", "floor") if kind in _AT_LEAST else ("conflict", "floor", "max_uses")


def lowest_minor(offer: Offer) -> int:
    """Return what one application of a fixed price costs at the floor."""
    if offer.kind == "bundle_price":
        return offer.floor_minor * sum(place.count for place in offer.places)
    return offer.floor_minor * (offer.n if offer.kind == "n_for_price" else 1)


def _selector(table: Mapping[str, Any], path: str) -> Selector:
    skus = texts_of(table, "skus", path)
    return Selector(
        skus=None if skus is None else frozenset(skus),
        departments=frozenset(texts_of(table, "departments", path) or ()),
    )


def _bundled(group: Any, path: str) -> Place:  # noqa: ANN401 - parsed data
    """Read a group of a bundle: a list of SKUs, a table, or null for any."""
    if group is None:
        return Place(goods=ANY)
    if isinstance(group, list | tuple):
        return Place(goods=Selector(skus=frozenset(checked_texts(group, path))))
    table = given(group, path)
    check_keys(table, ("count", *_GOODS), path, "group")
    return Place(goods=_selector(table, path), count=whole_of(table, "count", path, default=1))


def _place(value: Any, path: str) -> Place:  # noqa: ANN401 - parsed data
    table = given(value, path)
    check_keys(table, ("n", *_GOODS), path, "it")
    return Place(goods=_selector(table, path), count=whole_of(table, "n", path))
