"""Sales made line by line, and rules made of offers, without a till around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from posframe import (
    LineItem,
    LineKind,
    PriceAdjustment,
    Rounding,
    SaleView,
    Transaction,
    divide,
    parse_milli,
    parse_minor,
)
from posframe.kernel.domain.basket import Basket
from posframe_promotions.offers import read_offers
from posframe_promotions.rule import Limits, OfferRule
from posframe_promotions.solving import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe import OfferRow

PLENTY = Limits(scan=Limit(1_000_000), total=Limit(1_000_000))
CET = timezone(timedelta(hours=1))
NOON_US = int(datetime(2026, 11, 20, 12, 0, tzinfo=CET).timestamp()) * 1_000_000
"""A Friday."""


def rule_of(*offers: dict[str, Any], limits: Limits = PLENTY) -> OfferRule:
    """Return a rule of offers given as tables, in a shop an hour before Greenwich."""
    return OfferRule(read_offers(offers, currency="EUR"), zone=CET, limits=limits)


def line(
    number: int, sku: str, price: str, quantity: str = "1", *, off: str = "", **fields: Any
) -> LineItem:
    """Return a line; ``off`` is a discount of its own, ``5 %`` or ``1.00``."""
    quantity_milli = parse_milli(quantity)
    list_minor = divide(parse_minor(price, 2) * quantity_milli, 1000, Rounding.HALF_UP)
    kind = LineKind.SALE if quantity_milli > 0 else LineKind.RETURN
    own: tuple[PriceAdjustment, ...] = ()
    if off.endswith("%"):
        milli = parse_milli(off.removesuffix("%").strip())
        minor = divide(list_minor * milli, 100_000, Rounding.HALF_UP)
        own = (PriceAdjustment("own", "percent", milli, -minor, "own"),)
    elif off:
        own = (PriceAdjustment("own", "amount", parse_minor(off, 2), -parse_minor(off, 2), "own"),)
    made = {
        "text": sku,
        "unit_price_minor": parse_minor(price, 2),
        "list_minor": list_minor,
        "quantity_milli": quantity_milli,
        "kind": kind,
        "adjustments": own,
        **fields,
    }
    return LineItem(number=number, sku=sku, **made)


def sale_of(*lines: LineItem, opened: datetime | None = None, **fields: Any) -> SaleView:
    """Return a sale of lines, opened on a Friday at noon unless said otherwise."""
    basket = Basket()
    for each in lines:
        basket = basket.with_line(each)
    opened_us = NOON_US if opened is None else int(opened.timestamp()) * 1_000_000
    made = {
        "id": "S1",
        "number": 1,
        "opened_us": opened_us,
        "operator": "1",
        "currency": "EUR",
        "basket": basket,
        **fields,
    }
    return SaleView(Transaction(**made))


def goods(*units: tuple[str, str] | tuple[str, str, str]) -> SaleView:
    """Return a sale of (SKU, price) or (SKU, price, quantity), one line each."""
    return sale_of(*(line(at, *each) for at, each in enumerate(units, start=1)))


def saved(offers: Iterable[dict[str, Any]], sale: SaleView) -> dict[str, int]:
    """Return by offer what it saves in a sale, in minor units."""
    return {row.offer: -row.minor for row in rows(offers, sale)}


def rows(offers: Iterable[dict[str, Any]], sale: SaleView) -> list[OfferRow]:
    """Return the rows of offers for a sale that had none yet."""
    return rule_of(*offers).price(sale, ())


def by_line(row: OfferRow) -> dict[int, int]:
    """Return what each line gives up for a row."""
    return {number: -minor for number, minor in row.shares}


UTC_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
