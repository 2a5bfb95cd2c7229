"""How an item is laid out in the tables, and how its row is read back."""

from __future__ import annotations

import json
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.words import index_text
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.quantity import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import apsw

ITEM_COLUMNS: Final = (
    "sku, name, brand, traits, codes, popularity, active, learned, rank, words, floor_minor"
)
SKU: Final = 0
NAME: Final = 1
BRAND: Final = 2
CODES: Final = 4
ACTIVE: Final = 6
RANK: Final = 8
WORDS: Final = 9

Row = tuple[Any, ...]
"""The columns `ITEM_COLUMNS` of one item."""

TAIL_LENGTH: Final = 8
"""Digits at the end of a code that can be searched for by themselves."""

_RANKED_NAME_LENGTH_MAX: Final = 0xFF

_TRAITS: Final = (
    "unit",
    "tax_category",
    "department",
    "minimum_age_years",
    "weighed",
    "open_price",
    "deposit_sku",
)
_Key = tuple[Any, ...]  # the attributes _TRAITS of an item

Entry = tuple[int, Row, int | None]
"""An item to be written: the number it was given in with, its row, its price in minor units."""


class Traits:
    """What many items have in common, by number; read once and kept."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._by_id: dict[int, _Key] = {}
        self._ids: dict[_Key, int] = {}
        self._new: list[tuple[Any, ...]] = []

    def of(self, number: int) -> _Key:
        """Return the traits with this number."""
        try:
            return self._by_id[number]
        except KeyError:
            self.read()
            return self._by_id[number]

    def number(self, key: _Key) -> int:
        """Return the number of these traits; new ones get theirs now and are written later."""
        try:
            return self._ids[key]
        except KeyError:
            number = max(self._by_id, default=0) + 1
            self._keep(number, key)
            self._new.append((number, key[0].value, *key[1:]))
            return number

    def read(self) -> None:
        """Read all, forgetting new ones: a change begins, or the last one was taken back."""
        self._by_id.clear()
        self._ids.clear()
        self._new.clear()
        for number, code, *rest in self._connection.execute("SELECT * FROM traits"):
            tax_category, department, age, weighed, open_price, deposit_sku = rest
            flags = (weighed == 1, open_price == 1)
            self._keep(number, (unit(code), tax_category, department, age, *flags, deposit_sku))

    def write_new(self) -> None:
        """Write the new ones, as the last of a change."""
        self._connection.executemany(
            "INSERT INTO traits VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._new
        )
        self._new.clear()

    def _keep(self, number: int, key: _Key) -> None:
        self._by_id[number] = key
        self._ids[key] = number


def entries_of(items: Sequence[NewItem], traits: Traits) -> list[Entry]:
    """Return items, numbered from 1, as they are to be written."""
    columns = {
        field.name: [getattr(item, field.name) for item in items] for field in attrs.fields(NewItem)
    }
    columns["codes"] = [_quantities(item.codes) for item in items]
    return entries(range(1, len(items) + 1), columns, traits)


def entries(
    numbers: Iterable[int], columns: Mapping[str, Sequence[Any]], traits: Traits
) -> list[Entry]:
    """Return items as they are to be written, given by column: attribute of `NewItem` to values.

    Only codes are given as they are stored: thousandths of the item by code.

    By column, because a million items then cost a third: most of it runs in C.
    """

    def column(attribute: str) -> Iterable[Any]:
        return columns.get(attribute) or repeat(DEFAULTS[attribute])

    table = zip(
        columns["sku"],
        columns["name"],
        column("brand"),
        map(traits.number, zip(*map(column, _TRAITS), strict=False)),
        map(codes_json, column("codes")),
        column("popularity"),
        column("active"),
        column("learned"),
        map(rank, column("popularity"), columns["name"]),
        map(_words, columns["name"], column("brand")),
        column("floor_minor"),
        strict=False,  # a column that is not given has no end
    )
    return list(zip(numbers, table, column("price_minor"), strict=False))


DEFAULTS: Final[dict[str, Any]] = {
    field.name: field.default
    for field in attrs.fields(NewItem)
    if field.name not in {"sku", "name"}
} | {"codes": {}}
"""What an item is that nothing more is said of, by attribute of `NewItem`; codes as stored."""


def _words(name: str, brand: str) -> str:
    """Return what is to be indexed, unless the index makes the same of name and brand itself."""
    return "" if name.isascii() and brand.isascii() else index_text(name, brand)


def rank(popularity: int, name: str) -> int:
    """Return the place in search results, smallest first: by popularity, then short names first.

    Popularity counts by its order of magnitude in twos, so that an item does not change its place,
    and with it the index, whenever one is sold.
    """
    return (63 - min(popularity.bit_length(), 63)) << 8 | min(len(name), _RANKED_NAME_LENGTH_MAX)


def codes_json(codes: dict[str, int]) -> str:
    """Return an item's codes as stored."""
    if len(codes) == 1:
        ((code, quantity_milli),) = codes.items()
        if code.isalnum():
            return f'{{"{code}":{quantity_milli}}}'
    return json.dumps(codes, ensure_ascii=False, separators=(",", ":"))


def _quantities(codes: tuple[ItemCode, ...]) -> dict[str, int]:
    """Return quantities by code; of a code named twice, the first counts."""
    quantities: dict[str, int] = {}
    for entry in codes:
        quantities.setdefault(entry.code, entry.quantity_milli)
    return quantities


def codes_of(text: str) -> dict[str, int]:
    """Return the quantities, in thousandths, by code."""
    codes: dict[str, int] = json.loads(text)
    return codes


def code_rows(item_id: int, codes: str) -> list[tuple[str, int, int, int | None]]:
    """Return the rows of table ``code`` for an item's codes as stored."""
    return [(code, item_id, quantity, tail(code)) for code, quantity in codes_of(codes).items()]


def tail(code: str) -> int | None:
    """Return the last digits of a code backwards as a number, or None if it is not all digits."""
    if code.isascii() and code.isdigit():
        return int(code[: -TAIL_LENGTH - 1 : -1].ljust(TAIL_LENGTH, "0"))
    return None


def to_item(columns: Sequence[Any], traits: Traits, found_by: str = "") -> Item:
    """Build the item from SKU, name, brand, traits, codes, price and its version, and the rest."""
    sku, name, brand, number, codes, minor, price_version, floor_minor, listed = columns
    unit_, tax_category, department, age, weighed, open_price, deposit_sku = traits.of(number)
    return Item(
        sku=sku,
        name=name,
        unit=unit_,
        unit_price_minor=None if open_price else minor,
        price_version=price_version or 0,
        tax_category=tax_category,
        department=department,
        brand=brand,
        minimum_age_years=age,
        weighed=weighed,
        deposit_sku=deposit_sku,
        listed=listed == 1,
        floor_minor=floor_minor,
        gtin=found_by if len(found_by) == 14 else _gtin(codes),
    )


def to_record(columns: Sequence[Any], traits: Traits) -> NewItem:
    """Build what would be put from SKU, name, brand, traits, codes, price, and the rest."""
    sku, name, brand, number, codes, price_minor, popularity, active, learned, floor_minor = columns
    unit_, tax_category, department, age, weighed, open_price, deposit_sku = traits.of(number)
    return NewItem(
        sku=sku,
        name=name,
        codes=tuple(ItemCode(code, quantity) for code, quantity in codes_of(codes).items()),
        price_minor=price_minor,
        floor_minor=floor_minor,
        unit=unit_,
        brand=brand,
        department=department,
        tax_category=tax_category,
        minimum_age_years=age,
        weighed=weighed,
        open_price=open_price,
        deposit_sku=deposit_sku,
        popularity=popularity,
        active=active == 1,
        learned=learned == 1,
    )


def _gtin(codes: str) -> str:
    return next((code for code in codes_of(codes) if len(code) == 14), "")
