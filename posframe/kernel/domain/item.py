"""Items: what a shop sells, as the catalogue answers for one moment."""

from __future__ import annotations

import attrs

from posframe.kernel.domain.quantity import PIECE, Unit
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Item(Value):
    """One sellable item as the catalogue describes it at the moment of asking."""

    sku: str
    """The shop's own identifier; never reused."""
    name: str
    """As entered; cleaned for output where it is shown or printed."""
    unit: Unit = PIECE
    """Unit of the price: ``unit_price_minor`` is for one of it."""
    unit_price_minor: int | None = 0
    """Price of one unit in minor units of the till's currency; None: the operator keys it."""
    price_version: int = 0
    """Identifies the price row, so that a line can say which price it was sold at."""
    tax_category: str = "standard"
    """Looked up in the tax profile."""
    department: str = ""
    brand: str = ""
    minimum_age_years: int = 0
    """0: sold to anyone."""
    weighed: bool = False
    """The quantity comes from a scale, in thousandths of ``unit``."""
    deposit_sku: str = ""
    """Item added as a line of its own with each unit of this one."""
    listed: bool = False
    """True: price lists have prices for it beside ``unit_price_minor``."""
    floor_minor: int = 0
    """The lowest unit price an override may give it."""
    gtin: str = ""
    """The 14-digit GTIN it was found by or is best known by; empty when it has none."""
