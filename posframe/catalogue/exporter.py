"""Write the catalogue as a CSV file that `importer` reads back unchanged."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Final

from posframe.catalogue.records import CODE_SEPARATOR, PACK_SEPARATOR
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import format_milli

if TYPE_CHECKING:
    from posframe.catalogue.records import ItemCode, NewItem
    from posframe.catalogue.store import Catalogue

HEADER: Final = (
    "sku,name,brand,department,unit,price,floor,tax_category,codes,minimum_age_years,weighed,open_price,"
    "deposit_sku,popularity,active,learned"
)


def export_csv(catalogue: Catalogue, file: IO[str], *, at_us: int) -> int:
    """Write every item at the price of a moment; return how many.

    ``file`` is a text file opened with ``newline=""``.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    decimals = exponent(catalogue.currency)
    count = 0
    for item in catalogue.items(at_us=at_us):
        writer.writerow(_row(item, decimals))
        count += 1
    return count


def _row(item: NewItem, decimals: int) -> tuple[object, ...]:
    price = "" if item.price_minor is None else format_minor(item.price_minor, decimals)
    return (
        item.sku,
        item.name,
        item.brand,
        item.department,
        item.unit.code,
        price,
        format_minor(item.floor_minor, decimals) if item.floor_minor else "",
        item.tax_category,
        CODE_SEPARATOR.join(map(_code, item.codes)),
        item.minimum_age_years,
        int(item.weighed),
        int(item.open_price),
        item.deposit_sku,
        item.popularity,
        int(item.active),
        int(item.learned),
    )


def _code(entry: ItemCode) -> str:
    if entry.quantity_milli == 1000:
        return entry.code
    return f"{entry.code}{PACK_SEPARATOR}{format_milli(entry.quantity_milli)}"
