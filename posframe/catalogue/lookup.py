"""Looking a code up: each reading in turn, until the catalogue knows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.catalogue.barcodes import interpret
from posframe.errors import DataError
from posframe.kernel.domain.views import FoundItem

if TYPE_CHECKING:
    from posframe.catalogue.barcodes import BarcodeRules, Reading
    from posframe.catalogue.store import Catalogue


def find(
    catalogue: Catalogue, raw: str, at_us: int, rules: BarcodeRules, aim: str = ""
) -> FoundItem | None:
    """Return the item a code means at a moment, and what the code says of this piece of it.

    Raises:
        DataError: it is malformed and nothing in the catalogue is named so; the message says what
            is wrong and what to do.
    """
    interpretation = interpret(raw, rules, aim)
    for reading in interpretation.readings:
        found = _found(catalogue, reading, raw, at_us)
        if found is not None:
            return found
    if interpretation.problem:
        raise DataError(interpretation.problem, hint=interpretation.hint)
    return None


def _found(catalogue: Catalogue, reading: Reading, raw: str, at_us: int) -> FoundItem | None:
    for code in reading.codes:
        match = catalogue.find_code(code, at_us)
        if match is not None:
            packed = match.quantity_milli if match.quantity_milli != 1000 else None
            item, quantity = match.item, reading.quantity_milli or packed
        else:
            sold = catalogue.find_sku(code, at_us)
            if sold is None:
                continue
            item, quantity = sold, reading.quantity_milli
        return FoundItem(
            item=item,
            code=raw,
            quantity_milli=quantity,
            price_minor=reading.price_minor,
            attributes=reading.attributes,
        )
    return None
