"""Offers as values: what an offer gives, on which goods, when and for whom. Reading is elsewhere.

Amounts are minor units of the till's currency, percentages thousandths of a percent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import attrs

Kind = Literal[
    "unit_percent",
    "unit_amount",
    "unit_price",
    "n_for_price",
    "n_percent",
    "n_amount",
    "cheapest_percent",
    "bundle_price",
    "bundle_percent",
    "buy_get",
    "at_least_percent",
    "at_least_price",
    "basket_percent",
    "basket_amount",
    "basket_price",
    "gift",
]

UNIT_KINDS: Final = frozenset({"unit_percent", "unit_amount", "unit_price"})
"""Kinds that ask for nothing but one unit; they alone take weighed goods."""
BASKET_KINDS: Final = frozenset({"basket_percent", "basket_amount", "basket_price", "gift"})
"""Kinds that look at the whole basket, after all offers on units."""

Conflict = Literal["exclusive", "best", "stack"]


@attrs.frozen(kw_only=True)
class Selector:
    """Goods by SKU or by department; with neither, any."""

    skus: frozenset[str] | None = None
    departments: frozenset[str] = frozenset()

    @property
    def is_any(self) -> bool:
        """Tell whether all goods are meant."""
        return self.skus is None and not self.departments

    def takes(self, sku: str, department: str) -> bool:
        """Tell whether an item is meant."""
        if self.skus is None:
            return not self.departments or department in self.departments
        return sku in self.skus or department in self.departments


ANY: Final = Selector()


@attrs.frozen(kw_only=True)
class Place:
    """One place of a deal: so many units of these goods."""

    goods: Selector
    count: int = 1


@attrs.frozen(kw_only=True)
class Window:
    """When an offer is in force; a moment without an offset is the shop's local time."""

    begins: datetime | None = None
    ends: datetime | None = None
    """The first moment at which it is over."""
    weekdays: frozenset[int] = frozenset()
    """0: Monday. Empty: all. Hours over midnight belong to the day they begin on."""
    hours: tuple[tuple[int, int], ...] = ()
    """(first minute of the day, minute it is over), over midnight where the second is not later;
    empty: all day."""


ALWAYS: Final = Window()


@attrs.frozen(kw_only=True)
class CouponTerms:
    """Codes that open an offer, and how often."""

    codes: frozenset[str]
    """In capitals; an entry is compared so."""
    single_use: bool = False
    """Each code once, ever."""
    limit: int | None = None
    """Uses of all codes together."""
    per_member: int | None = None
    """Uses by one customer; a sale without a customer is refused then."""
    customers: frozenset[str] = frozenset()
    """References of the customers it is for; empty: whoever brings it."""
    window: Window = ALWAYS
    """When the code is taken; judged when it is presented."""


@attrs.frozen(kw_only=True)
class Offer:
    """One offer. Which fields a kind uses is listed in docs/formats/offers.md."""

    id: str
    label: str
    kind: Kind
    goods: Selector = ANY
    places: tuple[Place, ...] = ()
    """Of a bundle: each of its groups. Of buy_get: what is bought, then what is got. Of a gift:
    what must be bought, if anything."""
    n: int = 1
    discounted: int = 1
    """Of cheapest_percent: how many of the n. Of a gift: how many units are free."""
    percent_milli: int = 0
    amount_minor: int = 0
    price_minor: int = 0
    spend_minor: int = 0
    conflict: Conflict = "best"
    priority: int = 0
    """Higher comes first."""
    group: str = ""
    """At most one offer of a group is given in a sale; empty: it is alone."""
    max_uses: int | None = None
    floor_minor: int = 0
    window: Window = ALWAYS
    coupon: CouponTerms | None = None
    customer_groups: frozenset[str] = frozenset()
    members_only: bool = False
    tender: str = ""
    stores: frozenset[str] = frozenset()

    @property
    def is_basket(self) -> bool:
        """Tell whether it looks at the whole basket."""
        return self.kind in BASKET_KINDS
