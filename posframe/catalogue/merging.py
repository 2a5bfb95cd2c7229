"""Merge items into a catalogue that holds some; filling an empty one is `filling`'s.

Each batch is compared with what is stored, and only what differs is written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue import indexing, rows
from posframe.catalogue.rows import ACTIVE, CODES, ITEM_COLUMNS, SKU, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

REBUILD_FROM: Final = 50_000
"""Changed index entries from which indexing everything anew is quicker: 5 s for a million."""


@attrs.frozen
class Refused:
    """An item that was not written, because it collides with another one."""

    line: int
    """The number it was given in with."""
    column: str
    value: str
    message: str


@attrs.define
class Tally:
    """What became of the items given in."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def count(self, *, updated: bool) -> None:
        """Count an item that was there."""
        if updated:
            self.updated += 1
        else:
            self.unchanged += 1


class Merger:
    """Writes batches within one transaction of the caller's, which ends with `finish`."""

    def __init__(
        self,
        connection: apsw.Connection,
        *,
        at_us: int,
        with_index: bool = True,
    ) -> None:
        self.tally = Tally()
        self._connection = connection
        self._at_us = at_us
        self._with_index = with_index
        self._last_id: int = connection.execute("SELECT coalesce(max(id), 0) FROM item").get
        self._next_id = self._last_id + 1
        self._first_price = self._next_price = next_price(connection)
        self._met = bytearray(self._last_id + 1)  # by id: which stored items came in already
        self._held: dict[str, int] = {}  # by SKU: the item that was refused, and may come again
        self._stale: list[tuple[int, rows.Row]] = []
        self._fresh: list[tuple[int, rows.Row]] = []
        self._rebuilds = False

    def write(self, batch: Sequence[Entry]) -> list[Refused]:
        """Write items; return those that collide with earlier ones."""
        stored = self._stored([row[SKU] for _, row, _ in batch])
        owners = self._owners(_claims(batch, stored))
        refused = []
        for line, row, price_minor in batch:
            found = stored.get(row[SKU])
            refusal = self._refusal(line, row, found, owners)
            if refusal is not None:
                self._held.setdefault(row[SKU], line)
                refused.append(refusal)
            elif found is None:
                stored[row[SKU]] = self._insert(row, price_minor)
                _pass_codes(owners, None, stored[row[SKU]])
            else:
                self._merge(found, row, price_minor)
                _pass_codes(owners, found, _Stored(found.id, row, price_minor))
        return refused

    def finish(self) -> list[Refused]:
        """Bring search index and counters up to date; nothing more is refused."""
        if self._next_price != self._first_price:
            keep_next_price(self._connection, self._next_price)
        if not self._with_index:
            return []
        if self._rebuilds:
            indexing.rebuild(self._connection)
        else:
            indexing.remove(self._connection, self._stale)
            indexing.add(self._connection, self._fresh)
        return []

    def _refusal(
        self, line: int, row: rows.Row, found: _Stored | None, owners: dict[str, tuple[int, str]]
    ) -> Refused | None:
        if self._held.get(row[SKU], line) != line:
            return twice(line, row[SKU])
        if found is not None:
            if found.id > self._last_id or self._met[found.id]:
                return twice(line, row[SKU])
            if found.row[CODES] == row[CODES]:
                return None
        for code in rows.codes_of(row[CODES]):
            owner_id, owner_sku = owners.get(code, (None, ""))
            if owner_id is not None and (found is None or owner_id != found.id):
                return taken(line, code, owner_sku)
        return None

    def _insert(self, row: rows.Row, price_minor: int | None) -> _Stored:
        item_id = self._next_id
        self._next_id += 1
        self._connection.execute(INSERT_ITEM, (item_id, *row))
        self._connection.executemany(_INSERT_CODE, rows.code_rows(item_id, row[CODES]))
        if price_minor is not None:
            self._insert_price(item_id, 0, price_minor)
        self._note_index_change(item_id, None, row)
        self.tally.inserted += 1
        return _Stored(item_id, row, price_minor)

    def _merge(self, found: _Stored, row: rows.Row, price_minor: int | None) -> None:
        self._met[found.id] = 1
        price_differs = price_minor not in {None, found.price_minor}
        if price_differs:
            self._insert_price(found.id, self._at_us, price_minor)
        if row != found.row:
            self._update(found, row)
        self.tally.count(updated=price_differs or row != found.row)

    def _update(self, found: _Stored, row: rows.Row) -> None:
        self._connection.execute(_UPDATE_ITEM, (*row, found.id))
        if row[CODES] != found.row[CODES]:
            old = ((code,) for code in rows.codes_of(found.row[CODES]))
            self._connection.executemany("DELETE FROM code WHERE code = ?", old)
            self._connection.executemany(_INSERT_CODE, rows.code_rows(found.id, row[CODES]))
        if _indexed(row) != _indexed(found.row):
            self._note_index_change(found.id, found.row, row)

    def _note_index_change(self, item_id: int, old: rows.Row | None, new: rows.Row) -> None:
        if self._rebuilds:
            return
        self._stale += [(item_id, old)] if old is not None and old[ACTIVE] else []
        self._fresh += [(item_id, new)] if new[ACTIVE] else []
        self._rebuilds = len(self._stale) + len(self._fresh) >= REBUILD_FROM

    def _insert_price(self, item_id: int, valid_from: int, minor: int | None) -> None:
        self._connection.execute(INSERT_PRICE, (item_id, valid_from, self._next_price, minor))
        self._next_price += 1

    def _stored(self, skus: list[str]) -> dict[str, _Stored]:
        found = self._connection.execute(_SELECT_STORED, (self._at_us, json.dumps(skus)))
        return {row[SKU]: _Stored(item_id, tuple(row), minor) for item_id, minor, *row in found}

    def _owners(self, codes: list[str]) -> dict[str, tuple[int, str]]:
        found = self._connection.execute(_SELECT_OWNERS, (json.dumps(codes),))
        return {code: (item_id, sku) for code, item_id, sku in found}


@attrs.frozen
class _Stored:
    """An item as the tables hold it."""

    id: int
    row: rows.Row
    price_minor: int | None


def _claims(batch: Sequence[Entry], stored: dict[str, _Stored]) -> list[str]:
    """Return the codes of items that are new or come with others than they had."""
    changed = (
        row[CODES]
        for _, row, _ in batch
        if (found := stored.get(row[SKU])) is None or found.row[CODES] != row[CODES]
    )
    return [code for codes in changed for code in rows.codes_of(codes)]


def _pass_codes(owners: dict[str, tuple[int, str]], old: _Stored | None, new: _Stored) -> None:
    """Note who has a code now: what an item gives up is free for the next one."""
    if old is not None and old.row[CODES] == new.row[CODES]:
        return
    for code in rows.codes_of(old.row[CODES]) if old is not None else ():
        owners.pop(code, None)
    owners.update(dict.fromkeys(rows.codes_of(new.row[CODES]), (new.id, new.row[SKU])))


def next_price(connection: apsw.Connection) -> int:
    """Return the number the next price gets; a price keeps its number for ever."""
    number = connection.execute("SELECT value FROM meta WHERE name = 'next_price'").get
    return 1 if number is None else int(number)


def keep_next_price(connection: apsw.Connection, number: int) -> None:
    """Say which number the next price gets."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('next_price', ?)", (number,))


def twice(line: int, sku: str) -> Refused:
    """Refuse an item that came in before."""
    return Refused(line, "sku", sku, f"SKU {sku} occurs twice; the first one counts")


def taken(line: int, code: str, owner_sku: str) -> Refused:
    """Refuse an item one of whose codes is another item's."""
    return Refused(line, "code", code, f"Code {code} already belongs to SKU {owner_sku}")


def _indexed(row: rows.Row) -> tuple[Any, ...]:
    """Return what the search index knows of an item."""
    return row[rows.NAME], row[rows.BRAND], row[ACTIVE], row[rows.RANK]


INSERT_ITEM: Final = f"INSERT INTO item (id, {ITEM_COLUMNS}) VALUES (?{', ?' * 11})"  # noqa: S608 - our names
INSERT_PRICE: Final = "INSERT INTO price (item, valid_from, id, minor) VALUES (?, ?, ?, ?)"
_INSERT_CODE: Final = "INSERT INTO code VALUES (?, ?, ?, ?)"
_UPDATE_ITEM: Final = f"UPDATE item SET ({ITEM_COLUMNS}) = (?{', ?' * 10}) WHERE id = ?"  # noqa: S608 - our names
_SELECT_STORED: Final = f"""
SELECT item.id,
       (SELECT minor FROM price
        WHERE price.item = item.id AND valid_from <= ?1 AND coalesce(valid_until > ?1, true)
        ORDER BY valid_from DESC, price.id DESC LIMIT 1),
       {ITEM_COLUMNS}
FROM json_each(?2) CROSS JOIN item ON item.sku = json_each.value
"""  # noqa: S608 - our names
_SELECT_OWNERS: Final = """
SELECT code, code.item, sku
FROM json_each(?) CROSS JOIN code ON code.code = json_each.value JOIN item ON item.id = code.item
"""
