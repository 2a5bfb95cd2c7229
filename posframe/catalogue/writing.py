"""Write items in batches, new ones and changed ones; reading files and transactions are others'.

A batch is compared with what is stored, so that an import writes only what differs. Into an empty
catalogue it is written without looking, and what the keys reject is sorted out afterwards.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue import indexing
from posframe.catalogue.records import ItemCode, NewItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

REBUILD_FROM: Final = 50_000
"""Changed index entries from which indexing everything anew is quicker (5 s for a million)."""

TAIL_LENGTH: Final = 8
"""Digits at the end of a code that can be searched for by themselves."""


@attrs.frozen
class Refused:
    """An item that was not written, because it collides with another one."""

    position: int
    """Place in its batch."""
    column: str
    value: str
    message: str


class Writer:
    """Writes batches within one transaction of the caller's; `finish` belongs in it too."""

    def __init__(self, connection: apsw.Connection, *, at_us: int) -> None:
        self.inserted = 0
        self.updated = 0
        self.unchanged = 0
        self._connection = connection
        self._at_us = at_us
        last_id = connection.execute("SELECT coalesce(max(id), 0) FROM item").get
        self._is_empty = last_id == 0
        self._next_id = last_id + 1
        self._next_price = next_price(connection)
        self._written = bytearray(last_id + 1)  # by id: which stored items this run has met
        self._last_id = last_id
        self._stale: list[int] = []
        self._fresh: list[tuple[int, str, str]] = []
        self._rebuilds = self._is_empty

    def write(self, batch: Sequence[NewItem]) -> list[Refused]:
        """Write the items of a batch; return those that collide with others, in their order."""
        return self._insert_all(batch) if self._is_empty else self._compare_and_write(batch)

    def finish(self, *, with_index: bool = True) -> None:
        """Bring search index and counters up to date."""
        self._connection.execute(
            "INSERT OR REPLACE INTO meta VALUES ('next_price', ?)", (self._next_price,)
        )
        if not with_index:
            return
        if self._rebuilds:
            indexing.rebuild(self._connection)
        else:
            indexing.remove(self._connection, self._stale)
            indexing.add(self._connection, self._fresh)

    # Into an empty catalogue

    def _insert_all(self, batch: Sequence[NewItem]) -> list[Refused]:
        first_id = self._next_id
        self._next_id += len(batch)
        numbered = dict(enumerate(batch, first_id))
        refused = self._insert_items(numbered, first_id) + self._insert_codes(numbered, first_id)
        self._insert_prices(
            (item_id, 0, item.price_minor)
            for item_id, item in numbered.items()
            if item.price_minor is not None
        )
        self.inserted += len(numbered)
        return sorted(refused, key=lambda one: one.position)

    def _insert_items(self, numbered: dict[int, NewItem], first_id: int) -> list[Refused]:
        """Insert items; take out of ``numbered`` and return those whose SKU is taken."""
        written = self._counting_changes(
            _INSERT_ITEM, ((item_id, *item_row(item)) for item_id, item in numbered.items())
        )
        if written == len(numbered):
            return []
        present = self._connection.execute("SELECT id FROM item WHERE id >= ?", (first_id,))
        missing = numbered.keys() - {item_id for (item_id,) in present}
        return [_twice(item_id - first_id, numbered.pop(item_id)) for item_id in missing]

    def _insert_codes(self, numbered: dict[int, NewItem], first_id: int) -> list[Refused]:
        """Insert codes; take out again, whole, the items one of whose codes is taken."""
        rows = [row for item_id, item in numbered.items() for row in code_rows(item_id, item)]
        if self._counting_changes(_INSERT_CODE, rows) == len(rows):
            return []
        owners = self._owners([row[0] for row in rows])
        taken = {
            item_id: code for code, item_id, *_ in reversed(rows) if owners[code][0] != item_id
        }
        for item_id in taken:
            self._connection.execute("DELETE FROM code WHERE item = ?", (item_id,))
            self._connection.execute("DELETE FROM item WHERE id = ?", (item_id,))
        return [
            _taken(item_id - first_id, code, owners[code][1])
            for item_id, code in taken.items()
            if numbered.pop(item_id)
        ]

    def _counting_changes(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        before = self._connection.total_changes()
        self._connection.executemany(statement, rows)
        return self._connection.total_changes() - before

    # Into a catalogue that holds items

    def _compare_and_write(self, batch: Sequence[NewItem]) -> list[Refused]:
        stored = self._stored([item.sku for item in batch])
        owners = self._owners([entry.code for item in batch for entry in item.codes])
        refused = []
        for position, item in enumerate(batch):
            found = stored.get(item.sku)
            refusal = self._refusal(position, item, found, owners)
            if refusal is not None:
                refused.append(refusal)
                continue
            owner = self._write_one(item, found)
            for code, *_ in found.codes if found is not None else ():
                owners.pop(code, None)  # what an item gives up is free for the next one
            owners.update((entry.code, (owner, item.sku)) for entry in item.codes)
            if found is None:
                stored[item.sku] = _Stored(owner, (), (), None)
        return refused

    def _refusal(
        self,
        position: int,
        item: NewItem,
        found: _Stored | None,
        owners: dict[str, tuple[int, str]],
    ) -> Refused | None:
        if found is not None and (found.id > self._last_id or self._written[found.id]):
            return _twice(position, item)
        for entry in item.codes:
            owner_id, owner_sku = owners.get(entry.code, (None, ""))
            if owner_id is not None and (found is None or owner_id != found.id):
                return _taken(position, entry.code, owner_sku)
        return None

    def _write_one(self, item: NewItem, found: _Stored | None) -> int:
        if found is None:
            item_id = self._next_id
            self._next_id += 1
            self._insert_one(item_id, item)
            return item_id
        self._written[found.id] = 1
        row, codes = item_row(item), tuple(sorted(code_rows(found.id, item)))
        price_differs = item.price_minor not in {None, found.price_minor}
        if row == found.row and codes == found.codes and not price_differs:
            self.unchanged += 1
            return found.id
        self._update(found, row, codes)
        if price_differs:
            self._insert_prices([(found.id, self._at_us, item.price_minor)])
        self.updated += 1
        return found.id

    def _insert_one(self, item_id: int, item: NewItem) -> None:
        row = item_row(item)
        self._connection.execute(_INSERT_ITEM, (item_id, *row))
        self._connection.executemany(_INSERT_CODE, code_rows(item_id, item))
        if item.price_minor is not None:
            self._insert_prices([(item_id, 0, item.price_minor)])
        self._note_index_change(item_id, None, row)
        self.inserted += 1

    def _update(self, found: _Stored, row: tuple[Any, ...], codes: tuple[Any, ...]) -> None:
        if row != found.row:
            self._connection.execute(_UPDATE_ITEM, (*row, found.id))
        if codes != found.codes:
            self._connection.execute("DELETE FROM code WHERE item = ?", (found.id,))
            self._connection.executemany(_INSERT_CODE, codes)
        if _indexed(row) != _indexed(found.row):
            self._note_index_change(found.id, found.row, row)

    def _note_index_change(
        self, item_id: int, old: tuple[Any, ...] | None, new: tuple[Any, ...]
    ) -> None:
        if self._rebuilds:
            return
        if old is not None and old[_ACTIVE]:
            self._stale.append(indexing.entry_id(old[_RANK], item_id))
        if new[_ACTIVE]:
            number = indexing.entry_id(new[_RANK], item_id)
            self._fresh.append((number, new[_NAME], new[_BRAND]))
        self._rebuilds = len(self._fresh) + len(self._stale) >= REBUILD_FROM

    def _insert_prices(self, prices: Iterable[tuple[int, int, int | None]]) -> None:
        rows = [
            (item_id, valid_from, number, minor)
            for number, (item_id, valid_from, minor) in enumerate(prices, self._next_price)
        ]
        self._next_price += len(rows)
        self._connection.executemany(_INSERT_PRICE, rows)

    def _stored(self, skus: list[str]) -> dict[str, _Stored]:
        items = self._connection.execute(_SELECT_STORED, (self._at_us, json.dumps(skus))).fetchall()
        codes: dict[int, list[tuple[Any, ...]]] = {item_id: [] for item_id, *_ in items}
        for row in self._connection.execute(_SELECT_CODES, (json.dumps(list(codes)),)):
            codes[row[1]].append(row)
        return {
            row[0]: _Stored(item_id, row, tuple(sorted(codes[item_id])), price_minor)
            for item_id, price_minor, *rest in items
            if (row := tuple(rest))
        }

    def _owners(self, codes: list[str]) -> dict[str, tuple[int, str]]:
        rows = self._connection.execute(_SELECT_OWNERS, (json.dumps(codes),))
        return {code: (item_id, sku) for code, item_id, sku in rows}


@attrs.frozen
class _Stored:
    """An item as the tables hold it."""

    id: int
    row: tuple[Any, ...]
    codes: tuple[tuple[Any, ...], ...]
    price_minor: int | None


def item_row(item: NewItem) -> tuple[Any, ...]:
    """Return the columns of table ``item`` from ``sku`` on."""
    return (
        item.sku,
        item.name,
        item.brand,
        item.department,
        item.unit.value,
        item.tax_category,
        item.minimum_age_years,
        int(item.weighed),
        int(item.open_price),
        item.deposit_sku,
        item.gtin,
        item.popularity,
        int(item.active),
        int(item.learned),
        indexing.rank(item.popularity, item.name),
    )


_NAME: Final = 1
_BRAND: Final = 2
_ACTIVE: Final = 12
_RANK: Final = 14


def code_rows(item_id: int, item: NewItem) -> list[tuple[str, int, int, int | None]]:
    """Return the rows of table ``code``."""
    quantities: dict[str, int] = {}
    for entry in item.codes:
        quantities.setdefault(entry.code, entry.quantity_milli)  # named twice: the first one counts
    return [(code, item_id, quantity, tail(code)) for code, quantity in quantities.items()]


def tail(code: str) -> int | None:
    """Return the last digits of a code backwards as a number, or None if it is not all digits."""
    if code.isascii() and code.isdigit():
        return int(code[: -TAIL_LENGTH - 1 : -1].ljust(TAIL_LENGTH, "0"))
    return None


def next_price(connection: apsw.Connection) -> int:
    """Return the number the next price gets; a price keeps its number for ever."""
    number = connection.execute("SELECT value FROM meta WHERE name = 'next_price'").get
    return 1 if number is None else int(number)


def codes_from_rows(rows: Iterable[tuple[str, int]]) -> tuple[ItemCode, ...]:
    """Return codes as they were put."""
    return tuple(ItemCode(code, quantity_milli) for code, quantity_milli in rows)


def _indexed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what the search index knows of an item."""
    return row[_NAME], row[_BRAND], row[_ACTIVE], row[_RANK]


def _twice(position: int, item: NewItem) -> Refused:
    return Refused(position, "sku", item.sku, f"SKU {item.sku} occurs twice; the first one counts")


def _taken(position: int, code: str, owner_sku: str) -> Refused:
    return Refused(position, "code", code, f"Code {code} already belongs to SKU {owner_sku}")


_ITEM_COLUMNS: Final = (
    "sku, name, brand, department, unit, tax_category, minimum_age_years, weighed, open_price,"
    " deposit_sku, gtin, popularity, active, learned, rank"
)

_INSERT_ITEM: Final = (
    f"INSERT OR IGNORE INTO item (id, {_ITEM_COLUMNS}) VALUES ({', '.join('?' * 16)})"
)
_UPDATE_ITEM: Final = f"UPDATE item SET ({_ITEM_COLUMNS}) = ({', '.join('?' * 15)}) WHERE id = ?"
_INSERT_CODE: Final = "INSERT OR IGNORE INTO code VALUES (?, ?, ?, ?)"
_INSERT_PRICE: Final = "INSERT INTO price (item, valid_from, id, minor) VALUES (?, ?, ?, ?)"

_SELECT_STORED: Final = f"""
SELECT id,
       (SELECT minor FROM price
        WHERE price.item = item.id AND valid_from <= ?1 AND coalesce(valid_until > ?1, true)
        ORDER BY valid_from DESC, price.id DESC LIMIT 1),
       {_ITEM_COLUMNS}
FROM json_each(?2) JOIN item ON item.sku = json_each.value
"""
_SELECT_CODES: Final = """
SELECT code, item, quantity_milli, tail
FROM json_each(?) JOIN code INDEXED BY code_by_item ON code.item = json_each.value
"""
_SELECT_OWNERS: Final = """
SELECT code, code.item, sku
FROM json_each(?) JOIN code ON code.code = json_each.value JOIN item ON item.id = code.item
"""
