"""What the columns of somebody else's CSV file mean; reading its rows is `reading`'s.

::

    [columns]                # our field = their header; without this table, known headers are used
    sku = "product_id"
    name = "title"
    gtin = "ean"             # has to be a GTIN; "codes" takes any, several with | between them
    price = "vk_brutto"

    [defaults]               # for every row: fields without a column, or whose cell is empty
    tax_category = "food"

    [options]
    delimiter = ";"
    decimal = ","            # or "."
    encoding = "cp1252"
    price = "gross major"    # 12,34 euros; "gross minor": 1234 cents
"""

from __future__ import annotations

import codecs
import difflib
import tomllib
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

FIELDS: Final = {
    "sku": ("sku",),
    "name": ("name",),
    "gtin": ("gtin", "ean", "upc"),
    "codes": ("codes", "code", "barcode"),
    "plu": ("plu",),
    "price": ("price",),
    "floor": ("floor",),
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

REQUIRED: Final = ("sku", "name")
MINOR: Final = "gross minor"
_PRICES: Final = ("gross major", MINOR)


@attrs.frozen(kw_only=True)
class ColumnMap:
    """What the columns of a file mean."""

    columns: dict[str, str] = attrs.field(factory=dict)
    """Our field to the file's header; empty: the headers in `FIELDS`."""
    defaults: dict[str, Any] = attrs.field(factory=dict)
    """Our field to what it is in rows that say nothing of it."""
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    price: str = "gross major"

    def __attrs_post_init__(self) -> None:
        for field in (*self.columns, *self.defaults):
            _check_known(field, FIELDS, "field")
        _check_known(self.price, _PRICES, "price option")
        _check_known(self.decimal, (".", ","), "decimal mark")
        if len(self.delimiter) != 1:
            raise ConfigurationError(f"The delimiter {self.delimiter!r} is not one character")
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ConfigurationError(
                f"Unknown encoding {self.encoding!r}", hint="Common ones: utf-8, cp1252, latin-1"
            ) from error

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
            _check_known(table, ("columns", "defaults", "options"), "table")
        options = tables.get("options", {})
        for option in options:
            _check_known(option, ("delimiter", "decimal", "encoding", "price"), "option")
        return cls(
            columns=tables.get("columns", {}), defaults=tables.get("defaults", {}), **options
        )

    def places(self, header: list[str]) -> dict[str, int]:
        """Return which column of a file with this header fills which field.

        Raises:
            ConfigurationError: a column is missing.
        """
        places = {name.strip(): place for place, name in enumerate(header)}
        found = _mapped(self.columns, places) if self.columns else _by_known_headers(places)
        if "sku" not in found and "gtin" in found:
            found["sku"] = found["gtin"]  # a list of barcodes: they are the shop's numbers too
        for field in REQUIRED:
            if field not in found and field not in self.defaults:
                raise ConfigurationError(
                    f"No column gives the {field}",
                    hint=f"Name it in [columns]; the file has {', '.join(header)[:200]}",
                )
        return found


def _mapped(columns: dict[str, str], places: dict[str, int]) -> dict[str, int]:
    for name in columns.values():
        _check_known(name, places, "column")
    return {field: places[name] for field, name in columns.items()}


def _by_known_headers(places: dict[str, int]) -> dict[str, int]:
    lowered = {name.lower(): place for name, place in places.items()}
    return {
        field: lowered[name]
        for field, names in FIELDS.items()
        for name in reversed(names)
        if name in lowered
    }


def _check_known(name: object, known: Collection[str], noun: str) -> None:
    if isinstance(name, str) and name in known:
        return
    near = difflib.get_close_matches(str(name), known, n=1)
    question = f"Did you mean {near[0]!r}? " if near else ""
    raise ConfigurationError(
        f"Unknown {noun} {str(name)[:40]!r}", hint=f"{question}Known: {', '.join(known)[:300]}"
    )
