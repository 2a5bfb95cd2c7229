"""Read a price list from a CSV file, whole or not at all; what a row says is `price_rows`' to read.

::

    sku,price,min_quantity,pack,per,from,until
    BEER,0.99,,,,,
    BEER,0.89,12,,,,                          from twelve in one sale on
    BEER,5.40,,6,,,                           the code that sells six at once
    HAM,1.79,,,0.1,,                          for 100 g of what is sold by kg
    TEA,1.99,,,,2026-12-01,2026-12-24
"""

from __future__ import annotations

import csv
import difflib
from typing import TYPE_CHECKING, Final

import attrs

from posframe.catalogue.price_lists import ListPrice
from posframe.catalogue.price_rows import CellRefused, PriceRowReader
from posframe.catalogue.reading import RowError
from posframe.errors import DataError
from posframe.value import Value

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.catalogue.price_lists import PriceList
    from posframe.catalogue.store import Catalogue

COLUMNS: Final = (
    "sku", "code", "name", "price", "currency", "min_quantity", "pack", "per", "from", "until",
)  # fmt: skip
"""What a file may have, in any order; ``name`` is for people and is not read."""


@attrs.frozen(eq=False, repr=False)
class PriceFile(Value):
    """What a file says: prices, each with the number of its item, or what is wrong with it."""

    prices: tuple[tuple[int, ListPrice], ...]
    errors: tuple[RowError, ...]
    """In the order of lines; one is enough for nothing of the file to be taken."""


def read_price_file(
    catalogue: Catalogue, path: Path, price_list: PriceList, zone: zoneinfo.ZoneInfo
) -> PriceFile:
    """Read the prices of a list; dates are days in ``zone``.

    Raises:
        DataError: it is no CSV file in UTF-8, or its columns are not those of a price list.
    """
    reader = PriceRowReader(catalogue, price_list, zone)
    prices: list[tuple[int, ListPrice]] = []
    errors: list[RowError] = []
    for line, columns, row in _rows(path):
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
        try:
            _check_width(columns, row)
            prices.append(reader.read(line, cells))
        except CellRefused as refusal:
            value = cells.get(refusal.column, "")[:200]
            errors.append(RowError(line, refusal.column, value, str(refusal.error)))
    return PriceFile(tuple(prices), tuple(errors))


def _rows(path: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield the line it ends on, the names of its columns and its cells, of each row with any."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            delimiter = ";" if ";" in header and "," not in header else ","
            columns = _columns(path, header, delimiter)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for row in reader:
                if any(map(str.strip, row)):
                    yield 1 + reader.line_num, columns, row
    except csv.Error as error:
        raise DataError(
            f"{path}:{1 + reader.line_num}: the row cannot be split: {error}",
            hint="Look for a quotation mark that is not closed",
        ) from error
    except UnicodeError as error:
        raise DataError(f"{path} is no UTF-8 text", hint="Save it as CSV in UTF-8") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def _columns(path: Path, header: str, delimiter: str) -> list[str]:
    if not header.strip():
        raise DataError(f"{path} is empty", hint=f"Its first line is: {','.join(COLUMNS)}")
    cells = header.rstrip("\r\n").replace('"', "").split(delimiter)
    names = [name.strip().lower() for name in cells]
    for name in names:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, 1)
            question = f"Did you mean {near[0]!r}? " if near else ""
            raise DataError(
                f"{path}:1: {name[:40]!r} is no column of a price list",
                hint=f"{question}Known: {', '.join(COLUMNS)}",
            )
        if names.count(name) > 1:
            raise DataError(f"{path}:1: the column {name!r} occurs twice", hint="Take one out")
    if "price" not in names or not {"sku", "code"} & set(names):
        raise DataError(
            f"{path}:1: a price list needs the columns sku (or code) and price",
            hint=f"The first line is {header.strip()[:80]!r}",
        )
    return names


def _check_width(columns: list[str], row: list[str]) -> None:
    if len(row) != len(columns):
        error = DataError(
            f"The row has {len(row)} cells, the header {len(columns)}",
            hint="Put amounts with a comma in quotes, or a ; between all cells",
        )
        raise CellRefused("", error)
