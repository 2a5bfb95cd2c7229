"""Fill an empty catalogue, fast; comparing with items that are there is `merging`'s.

Rows are appended as they come; what has to be in order is sorted once at the end, and only then do
items show that collide. The search index is filled meanwhile on a thread: SQLite works without
holding up Python, so the next rows are read at the same time.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import apsw

from posframe.catalogue import indexing, rows, schema
from posframe.catalogue.merging import (
    INSERT_ITEM,
    INSERT_PRICE,
    Refused,
    Tally,
    keep_next_price,
    next_price,
    taken,
    twice,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.catalogue.rows import Entry

_STEP_ITEMS: Final = 50_000
"""Items written and indexed at once: few enough to hold in memory, enough to be worth a thread."""

_CACHE_KIB: Final = 64 * 1024
_DEFAULT_CACHE_KIB: Final = 2000


class Filler:
    """Writes items within one transaction of the caller's, which ends with `finish`.

    From `write` on, the connection belongs to the filler until `finish` or `close`.
    """

    def __init__(self, connection: apsw.Connection, *, with_index: bool = True) -> None:
        self.tally = Tally()
        self._connection = connection
        self._with_index = with_index
        self._next_price = next_price(connection)
        self._waiting: list[Entry] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalogue-index")
        self._indexing: Future[None] | None = None
        for name in schema.INDEXES:
            connection.execute(f"DROP INDEX {name}")
        connection.pragma("cache_size", -_CACHE_KIB)
        indexing.begin_filling(connection)

    def write(self, batch: Sequence[Entry]) -> list[Refused]:
        """Take items, their numbers rising from 1; collisions show in `finish`."""
        self._waiting += batch
        if len(self._waiting) >= _STEP_ITEMS:
            self._append()
        return []

    def finish(self) -> list[Refused]:
        """Put everything in order; return the items that collided with earlier ones."""
        if self._waiting:
            self._append()
        self._await_index()
        refused = self._order()
        keep_next_price(self._connection, self._next_price)
        if self._with_index:
            indexing.end_filling(self._connection)
        self.tally.inserted -= len(refused)
        return refused

    def close(self) -> None:
        """Let the thread end, whatever it was doing."""
        self._thread.shutdown()
        self._connection.pragma("cache_size", -_DEFAULT_CACHE_KIB)

    def _append(self) -> None:
        entries, self._waiting = self._waiting, []
        self._await_index()
        self._connection.executemany(INSERT_ITEM, ((line, *row) for line, row, _ in entries))
        priced = [(line, minor) for line, _, minor in entries if minor is not None]
        self._connection.executemany(
            INSERT_PRICE,
            ((line, 0, id_, minor) for id_, (line, minor) in enumerate(priced, self._next_price)),
        )
        self._next_price += len(priced)
        self.tally.inserted += len(entries)
        if self._with_index:
            self._indexing = self._thread.submit(
                indexing.fill, self._connection, entries[0][0], entries[-1][0]
            )

    def _await_index(self) -> None:
        if self._indexing is not None:
            self._indexing.result()
            self._indexing = None

    def _order(self) -> list[Refused]:
        """Fill table ``code`` and build the indexes; return what stood in the way."""
        try:
            self._order_all()
        except apsw.ConstraintError:
            self._connection.execute("DROP INDEX IF EXISTS item_by_sku")
            refused = self._collisions()
            self._take_out([one.line for one in refused])
            self._order_all()
            return refused
        return []

    def _order_all(self) -> None:
        self._connection.execute(schema.INDEXES["item_by_sku"])
        self._connection.execute(_FILL_CODES)
        self._connection.execute(schema.INDEXES["code_by_tail"])

    def _collisions(self) -> list[Refused]:
        """Return the items whose SKU came before, or whose code an item has that is not refused."""
        refused: list[Refused] = []
        skus: set[str] = set()
        owners: dict[str, str] = {}
        for line, sku, stored_codes in schema.fetch(self._connection, _COLLIDING):
            codes = rows.codes_of(stored_codes)
            code = next((code for code in codes if code in owners), None)
            if sku in skus:
                refused.append(twice(line, sku))
            elif code is not None:
                refused.append(taken(line, code, owners[code]))
            else:
                owners.update(dict.fromkeys(codes, sku))
            skus.add(sku)
        return refused

    def _take_out(self, lines: list[int]) -> None:
        for line in lines:
            row = self._connection.execute(_ROW, (line,)).get
            if self._with_index and row[rows.ACTIVE]:
                indexing.remove(self._connection, [(line, row)])
            self._connection.execute("DELETE FROM price WHERE item = ?", (line,))
            self._connection.execute("DELETE FROM item WHERE id = ?", (line,))


_ROW: Final = f"SELECT {rows.ITEM_COLUMNS} FROM item WHERE id = ?"  # noqa: S608 - our names
_COLLIDING: Final = """
SELECT id, sku, codes FROM item
WHERE sku IN (SELECT sku FROM item GROUP BY sku HAVING count(*) > 1)
OR EXISTS (
    SELECT 1 FROM json_each(item.codes) WHERE key IN (
        SELECT key FROM item, json_each(item.codes) GROUP BY key HAVING count(*) > 1
    )
) ORDER BY id
"""
_BACKWARDS: Final = (f"substr(key, -{place}, 1)" for place in range(1, rows.TAIL_LENGTH + 1))
_PADDING: Final = f"'{'0' * rows.TAIL_LENGTH}'"
_TAIL: Final = (
    "CASE WHEN key GLOB '*[^0-9]*' THEN NULL ELSE CAST("
    f"substr({' || '.join([*_BACKWARDS, _PADDING])}, 1, {rows.TAIL_LENGTH}) AS INTEGER) END"
)
_FILL_CODES: Final = f"""
INSERT INTO code
SELECT key, item.id, json_each.value, {_TAIL}
FROM item, json_each(item.codes) ORDER BY key, item.id
"""  # noqa: S608 - our names
