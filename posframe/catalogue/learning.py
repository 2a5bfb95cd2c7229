"""Learn an unknown barcode at the till: name and price now, the rest by the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.catalogue.barcodes import ReadingKind, interpret
from posframe.catalogue.records import ItemCode, NewItem
from posframe.errors import RuleViolation

if TYPE_CHECKING:
    from posframe.catalogue.embedded import EmbeddedFormats
    from posframe.catalogue.store import Catalogue


def learn(  # noqa: PLR0913 - an item is this much
    catalogue: Catalogue,
    code: str,
    name: str,
    price_minor: int | None,
    tax_category: str,
    department: str,
    *,
    at_us: int,
    formats: EmbeddedFormats | None = None,
) -> NewItem:
    """Make an item for a code that nothing is known by; `Catalogue.learned` lists such items.

    Its SKU is the code itself. Without a price the operator keys it with each sale.

    Raises:
        DataError: the code is malformed, or the name is empty.
        RuleViolation: the code is known, or carries a weight or a price and so stands for no item.
    """
    readings = interpret(code, formats=formats)
    reading, text = readings[0], code.strip()
    if reading.kind is ReadingKind.EMBEDDED:
        raise RuleViolation(
            f"{text} was printed for one piece: it carries its weight or price",
            hint="Learn the item by its item number",
        )
    if any(catalogue.is_known(one.code) for one in readings):
        raise RuleViolation(f"{text} is in the catalogue already", hint="Ask the back office")
    item = NewItem(
        # What more a code says, such as a batch, is not the item's.
        sku=text if text.isdigit() or reading.kind is ReadingKind.SKU else reading.code,
        name=name.strip(),
        codes=(ItemCode(reading.code),),
        price_minor=price_minor,
        tax_category=tax_category,
        department=department,
        learned=True,
    )
    catalogue.put_item(item, at_us=at_us)
    return item
