"""Import a price list from a CSV file, and write one that is read back unchanged."""

from __future__ import annotations

import contextlib
import csv
from typing import IO, TYPE_CHECKING, Final

import attrs

from posframe.catalogue.price_dates import date_text
from posframe.catalogue.price_file import read_price_file
from posframe.catalogue.price_lists import UNIT_MILLI, PriceList
from posframe.catalogue.price_tables import ListChange
from posframe.catalogue.reading import RowError
from posframe.catalogue.records import check_code, check_name
from posframe.errors import DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import format_milli
from posframe.value import Value

if TYPE_CHECKING:
    import zoneinfo
    from pathlib import Path

    from posframe.catalogue.price_lists import ListPrice
    from posframe.catalogue.store import Catalogue

HEADER: Final = "sku,name,price,currency,min_quantity,pack,per,from,until"
PRIORITY_MAX: Final = 1_000_000


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PriceImport(Value):
    """What became of a file."""

    change: ListChange | None
    """What the list's prices are compared with before; None: rows were refused, nothing changed."""
    errors: tuple[RowError, ...]
    written: bool


def import_prices(
    catalogue: Catalogue,
    path: Path,
    price_list: PriceList,
    *,
    zone: zoneinfo.ZoneInfo,
    at_us: int,
    dry_run: bool = False,
) -> PriceImport:
    """Let a list have just the prices of a file, in one change; with a bad row nothing changes.

    A reader sees the old list or the new. Dates are days in ``zone``.

    Raises:
        DataError: the list cannot be, or the file cannot be read.
        RuleViolation: another program is changing the catalogue, or the disk is full.
    """
    _check_list(price_list)
    file = read_price_file(catalogue, path, price_list, zone)
    if file.errors:
        return PriceImport(change=None, errors=file.errors, written=False)
    change = None
    with contextlib.suppress(_DryRun), catalogue.change():
        change = catalogue.price_lists.replace(price_list, file.prices, at_us=at_us)
        if dry_run:
            raise _DryRun
    return PriceImport(change=change, errors=(), written=not dry_run)


def export_prices(catalogue: Catalogue, id_: str, file: IO[str], *, zone: zoneinfo.ZoneInfo) -> int:
    """Write the prices of a list as CSV; return how many.

    ``file`` is a text file opened with ``newline=""``.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    count = 0
    for sku, name, price in catalogue.price_lists.prices_of_list(id_):
        writer.writerow((sku, name, *_cells(price, catalogue.currency, zone)))
        count += 1
    return count


class _DryRun(Exception):
    """The change is taken back."""


def _check_list(price_list: PriceList) -> None:
    check_code(price_list.id, "id of the list")
    for text in (price_list.name, *price_list.groups, *price_list.stores):
        if text:
            check_name(text, "text")
    if not all((*price_list.groups, *price_list.stores)):
        raise DataError("A group or store of the list is empty", hint="Take it out")
    if abs(price_list.priority) > PRIORITY_MAX:
        raise DataError(
            f"The priority {price_list.priority} is too large", hint=f"At most {PRIORITY_MAX}"
        )
    begin, end = price_list.valid_from_us, price_list.valid_until_us
    if end is not None and end <= (begin or 0):
        raise DataError("The list ends before it begins", hint="Change --from or --until")


def _cells(price: ListPrice, currency: str, zone: zoneinfo.ZoneInfo) -> tuple[str, ...]:
    begin, end = price.valid_from_us, price.valid_until_us
    pack, per = price.pack_milli, price.per_milli
    return (
        format_minor(price.price_minor, exponent(currency)),
        currency,
        format_milli(price.minimum_milli) if price.minimum_milli else "",
        format_milli(pack) if pack != UNIT_MILLI else "",
        format_milli(per) if per != pack else "",
        "" if begin is None else date_text(begin, zone),
        "" if end is None else date_text(end, zone),
    )
