"""What a basket asks to be priced, as values; reading it is ``baskets``'s."""

from __future__ import annotations

from typing import Any

import attrs

from posframe.kernel.domain.basket import PriceAdjustment
from posframe.kernel.domain.tax import Tax, TaxPolicy


@attrs.frozen(kw_only=True)
class AskedLine:
    """One line of a basket. What is None is the till's to say."""

    id: str
    path: str
    sku: str
    quantity_milli: int
    """Negative for goods that come back."""
    unit_price_minor: int | None
    discount: PriceAdjustment | None
    taxes: tuple[Tax, ...] | None


@attrs.frozen(kw_only=True)
class Asked:
    """One basket. What is None is the till's to say."""

    currency: str
    at_us: int
    """The moment it is priced for, in microseconds since 1970 UTC."""
    local_date: str
    policy: TaxPolicy
    lines: tuple[AskedLine, ...]
    discounts: tuple[PriceAdjustment, ...]
    """On the whole basket, in order."""
    offers: tuple[dict[str, Any], ...] | None
    """As the promotions plugin reads them from its settings."""
    solve_ms: int | None
    customer_groups: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    tender: str = ""
    fulfilment: str = ""
