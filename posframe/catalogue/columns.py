"""The columns of somebody else's CSV file: what each means and how one of its rows is read.

::

    [columns]                # our field = their header; without this table, known headers are used
    sku = "product_id"
    name = "title"
    gtin = "ean"             # has to be a GTIN; "codes" takes any, several with | between them
    price = "vk_brutto"

    [defaults]               # for every row: fields that have no column, or whose cell is empty
    tax_category = "food"

    [options]
    delimiter = ";"
    decimal = ","            # or "."
    encoding = "cp1252"
    price = "gross major"    # 12,34 euros; "gross minor": 1234 cents
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue.records import ItemCode, NewItem, check_item
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.identifiers import to_gtin14
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import parse_milli, unit

if TYPE_CHECKING:
    from pathlib import Path

FIELDS: Final = {
    "sku": ("sku",),
    "name": ("name", "product_name", "description"),
    "gtin": ("gtin", "ean", "upc"),
    "codes": ("codes", "code", "barcode"),
    "plu": ("plu",),
    "price": ("price",),
    "unit": ("unit",),
    "brand": ("brand",),
    "department": ("department",),
    "tax_category": ("tax_category",),
    "minimum_age_years": ("minimum_age_years",),
    "weighed": ("weighed",),
    "open_price": ("open_price",),
    "deposit_sku": ("deposit_sku",),
    "popularity": ("popularity",),
    "active": ("active",),
    "learned": ("learned",),
}
"""The fields a column can fill, each with the headers it is known by without a map."""

CODE_SEPARATOR: Final = "|"
PACK_SEPARATOR: Final = "*"
"""``4006381333931*6``: this code sells six of the item."""

_PRICES: Final = {"gross major": False, "major": False, "gross minor": True, "minor": True}
_TRUE: Final = {"1", "true", "yes", "y", "x", "ja", "oui", "si"}
_FALSE: Final = {"0", "false", "no", "n", "nein", "non", ""}


@attrs.frozen
class RowError:
    """Why a row was refused."""

    line: int
    """Where the row ends in the file, from 1."""
    column: str
    """The file's header, or our field where there is no column."""
    value: str
    message: str


@attrs.frozen(kw_only=True)
class ColumnMap:
    """What the columns of a file mean."""

    columns: dict[str, str] = attrs.field(factory=dict)
    """Our field to the file's header; empty: the headers in `FIELDS`."""
    defaults: dict[str, Any] = attrs.field(factory=dict)
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    price: str = "gross major"

    def __attrs_post_init__(self) -> None:
        for field in (*self.columns, *self.defaults):
            _known(field, FIELDS, "field")
        _known(self.price, _PRICES, "price")
        _known(self.decimal, (".", ","), "decimal")
        if len(self.delimiter) != 1:
            raise ConfigurationError(f"The delimiter {self.delimiter!r} is not one character")
        _check_encoding(self.encoding)

    @classmethod
    def load(cls, path: Path) -> ColumnMap:
        """Read the map from a TOML file.

        Raises:
            ConfigurationError: the file is no TOML, or has a key or value that is not known.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"The map {path} cannot be read: {error}") from error
        for table in tables:
            _known(table, ("columns", "defaults", "options"), "table")
        options = tables.get("options", {})
        for option in options:
            _known(option, ("delimiter", "decimal", "encoding", "price"), "option")
        return cls(
            columns=tables.get("columns", {}), defaults=tables.get("defaults", {}), **options
        )

    def reader(self, header: list[str], *, currency: str) -> RowReader:
        """Return what reads the rows of a file with this header.

        Raises:
            ConfigurationError: a column is missing.
        """
        places = {name.strip(): place for place, name in enumerate(header)}
        if self.columns:
            found = {field: _place(name, places) for field, name in self.columns.items()}
        else:
            found = _by_known_headers(places)
        if "sku" not in found:  # a file that has only barcodes: these are the shop's numbers too
            found |= {"sku": found[field] for field in ("codes", "gtin") if field in found}
        for field in ("sku", "name"):
            if field not in found and field not in self.defaults:
                raise ConfigurationError(
                    f"There is no column for {field}",
                    hint=f"Name it in [columns]; the file has {', '.join(header)[:200]}",
                )
        parsers = _parsers(currency, self.decimal, in_minor=_PRICES[self.price])
        return RowReader(header, found, self.defaults, parsers)


Parser = Callable[[str], Any]


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self,
        header: list[str],
        places: dict[str, int],
        defaults: dict[str, Any],
        parsers: dict[str, Parser],
    ) -> None:
        self._header = header
        self._defaults = {
            parsed: value
            for field, given in defaults.items()
            for parsed, value in (_default(field, given, parsers[field]),)
        }
        self._codes = [(places[f], parsers[f]) for f in _CODE_FIELDS if f in places]
        self._places = {f: (place, parsers[f]) for f, place in places.items() if f not in _CODE_FIELDS}
        self._plan = [(_FIELD_NAMES.get(f, f), *self._places[f]) for f in self._places]
        self._width = 1 + max(places.values(), default=0)

    def read(self, row: list[str]) -> NewItem:
        """Return the item of a row.

        Raises:
            DataError: a cell is not valid; `explain` names it.
        """
        values = self._defaults.copy()
        for field, place, parse in self._plan:
            if text := row[place].strip():
                values[field] = parse(text)
        codes: tuple[ItemCode, ...] = ()
        for place, parse in self._codes:
            if text := row[place].strip():
                codes += parse(text)
        if codes:
            values["codes"] = codes
        values.setdefault("sku", "")
        values.setdefault("name", "")
        item = NewItem(**values)
        check_item(item)
        return item
