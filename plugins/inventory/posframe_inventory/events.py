"""What happens to stock outside a sale, as the journal keeps it. Sales tell their own."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@event("inventory.GoodsReceived")
@attrs.frozen
class GoodsReceived:
    """Goods came in."""

    sku: Annotated[str, 1]
    quantity_milli: Annotated[int, 2]
    reference: Annotated[str, 3] = ""
    """Of the delivery note, or whatever tells where they came from."""


@event("inventory.GoodsReleased")
@attrs.frozen
class GoodsReleased:
    """Goods that were set aside went where they belong."""

    sku: Annotated[str, 1]
    quantity_milli: Annotated[int, 2]
    goes_to: Annotated[str, 3] = "stock"
    """``stock`` or ``scrap``."""


@event("inventory.StockCounted")
@attrs.frozen
class StockCounted:
    """Somebody counted what is there; from here on that many are on hand."""

    sku: Annotated[str, 1]
    quantity_milli: Annotated[int, 2]
