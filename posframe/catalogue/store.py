"""The catalogue file: find an item by SKU or code, search, put items and prices.

What a scan may mean is `barcodes`'; files of items are `importer`'s. A `Catalogue` belongs to one
thread; another thread opens its own, read-only, which never waits for a writer.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Final, Self

import apsw

from posframe.catalogue import rows, schema
from posframe.catalogue.records import (
    Match,
    NewItem,
    PricePeriod,
    SearchHit,
    canonical_code,
    check_item,
)
from posframe.errors import DataError, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from posframe.catalogue.filling import Filler
    from posframe.catalogue.merging import Merger
    from posframe.catalogue.price_tables import PriceTables
    from posframe.kernel.domain.item import Item

    ItemWriter = Filler | Merger

# A till that starts only looks codes up: searching and writing are loaded with their first use.


class Catalogue:
    """What a shop sells, at any moment's price. Times are UTC microseconds."""

    def __init__(self, connection: apsw.Connection, name: str, currency: str) -> None:
        self.currency = currency
        self._connection = connection
        self._name = name
        self._traits = rows.Traits(connection)
        self._execute = connection.cursor().execute  # one cursor: a new one costs a microsecond

    @classmethod
    def open(cls, path: Path, *, currency: str = "EUR", read_only: bool = False) -> Self:
        """Open the catalogue at ``path``; make it if there is none.

        Raises:
            ConfigurationError: the file is none of ours, too new, missing though it is to be read,
                or in another currency.
            DataError: the file is damaged.
        """
        connection = schema.connect(path, currency=currency, read_only=read_only)
        return cls(connection, str(path), currency)

    @classmethod
    def in_memory(cls, *, currency: str = "EUR") -> Self:
        """Return an empty catalogue that ends with the process."""
        connection = schema.connect(None, currency=currency, read_only=False)
        return cls(connection, "in memory", currency)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Finding

    def find_code(self, code: str, at_us: int) -> Match | None:
        """Return the item with this exact code; a GTIN is asked for by its 14 digits."""
        try:
            row = self._execute(_FIND_CODE, (code, at_us)).get
        except UnicodeEncodeError:  # bytes that are no text, from a misread code
            return None
        except apsw.Error as error:
            raise schema.in_words(error, self._name) from error
        if row is None:
            return None
        *columns, quantity_milli = row
        return Match(rows.to_item(columns, self._traits, code), code, quantity_milli)

    def find_sku(self, sku: str, at_us: int) -> Item | None:
        """Return the item with this SKU, at the price valid at ``at_us``."""
        try:
            row = self._execute(_FIND_SKU, (sku, at_us)).get
        except UnicodeEncodeError:
            return None
        except apsw.Error as error:
            raise schema.in_words(error, self._name) from error
        return None if row is None else rows.to_item(row, self._traits)

    def is_known(self, text: str) -> bool:
        """Tell whether this is a code or SKU of any item, set aside ones too."""
        with schema.translated(self._name):
            return bool(schema.fetch(self._connection, _IS_KNOWN, (canonical_code(text), text)))

    def search(self, text: str, limit: int = 20, *, at_us: int) -> tuple[SearchHit, ...]:
        """Return the items that what was typed so far may mean, the likeliest first.

        Words begin words of name or brand, in any order; three digits and more also begin or end a
        code. A part inside a word is found too when beginnings do not fill the result.
        """
        from posframe.catalogue import searching

        with schema.translated(self._name):
            found = searching.search(self._connection, text, limit)
            items = [self._by_id(item_id, at_us) for item_id in found]
        return tuple(
            SearchHit(item, code or item.gtin)
            for item, code in zip(items, found.values(), strict=True)
        )

    def items(self, *, at_us: int) -> Iterator[NewItem]:
        """Yield every item, set aside ones too, in the order they came in, as they would be put."""
        return self._records("true", at_us)

    def learned(self, *, at_us: int) -> tuple[NewItem, ...]:
        """Return the items that were made at the till and that nobody has looked at yet."""
        return tuple(self._records("learned", at_us))

    def count(self, *, up_to: int = -1) -> int:
        """Return how many items there are, with those set aside; counting may stop at ``up_to``."""
        with schema.translated(self._name):
            return int(self._connection.execute(_COUNT, (up_to,)).get)

    @property
    def version(self) -> int:
        """Number of changes so far; two equal ones of one catalogue mean the same content."""
        with schema.translated(self._name):
            return _version(self._connection)

    def prices(self, sku: str) -> tuple[PricePeriod, ...]:
        """Return all prices an item has, had and will have, the one that wins last."""
        with schema.translated(self._name):
            found = schema.fetch(self._connection, _PRICES, (sku,))
        return tuple(
            PricePeriod(number, minor, start or None, end) for number, minor, start, end in found
        )

    @functools.cached_property
    def price_lists(self) -> PriceTables:
        """The prices that lists have beside the items' own."""
        from posframe.catalogue.price_tables import PriceTables

        return PriceTables(self._connection, self._name)

    # Changing

    def put(self, items: Iterable[NewItem], *, at_us: int) -> int:
        """Add or replace items, all or none; a new price holds from ``at_us`` on.

        Returns:
            How many of them were new or differed from what was stored.

        Raises:
            DataError: an item is not valid.
            RuleViolation: two items claim one SKU or one code.
        """
        batch = list(items)
        for item in batch:
            check_item(item)
        from posframe.catalogue.merging import Merger

        with self.change():
            merger = Merger(self._connection, at_us=at_us)
            for refusal in merger.write(rows.entries_of(batch, self._traits)):
                raise RuleViolation(refusal.message, hint="Take the code or SKU off one of them")
            merger.finish()
        return merger.tally.inserted + merger.tally.updated

    def put_item(self, item: NewItem, *, at_us: int) -> int:
        """Add or replace one item, see `put`."""
        return self.put((item,), at_us=at_us)

    def put_price(
        self,
        sku: str,
        minor: int,
        *,
        valid_from_us: int | None = None,
        valid_until_us: int | None = None,
    ) -> int:
        """Add a price that holds from one moment until before another; None is an open end.

        Where several hold, the one with the latest beginning wins, then the one put last.

        Returns:
            The version of the price, which a sale records.

        Raises:
            RuleViolation: there is no such SKU.
            DataError: the price is negative or never holds.
        """
        if minor < 0 or (valid_from_us or 0) < 0:
            raise DataError(f"The price of {sku} or its beginning is below zero")
        if valid_until_us is not None and valid_until_us <= (valid_from_us or 0):
            raise DataError(f"The price of {sku} ends before it begins")
        from posframe.catalogue.merging import keep_next_price, next_price

        with self.change():
            item_id = self._connection.execute("SELECT id FROM item WHERE sku = ?", (sku,)).get
            if item_id is None:
                raise RuleViolation(f"There is no item with SKU {sku}", hint="Put the item first")
            number = next_price(self._connection)
            self._connection.execute(
                "INSERT INTO price (item, valid_from, id, valid_until, minor)"
                " VALUES (?, ?, ?, ?, ?)",
                (item_id, valid_from_us or 0, number, valid_until_us, minor),
            )
            keep_next_price(self._connection, number + 1)
        return number

    @property
    def connection(self) -> apsw.Connection:
        """The open file, for what other modules here read and write of it."""
        return self._connection

    @property
    def traits(self) -> rows.Traits:
        """What many items have in common, by number."""
        return self._traits

    @contextlib.contextmanager
    def bulk_change(self, *, at_us: int, with_index: bool = True) -> Iterator[ItemWriter]:
        """Let the block write any number of items, as one `change`; it calls ``finish`` itself."""
        from posframe.catalogue.merging import Merger

        if self.count(up_to=1):
            with self.change() as connection:
                yield Merger(connection, at_us=at_us, with_index=with_index)
            return
        with schema.translated(self._name), schema.written_once(self._connection):  # noqa: SIM117 - in turn
            with (
                self.change() as connection,
                contextlib.closing(self._filler(connection, with_index=with_index)) as filler,
            ):
                yield filler

    @contextlib.contextmanager
    def change(self) -> Iterator[apsw.Connection]:
        """Write all of what the block writes, as one version, or nothing of it."""
        with schema.translated(self._name):
            try:
                with schema.transaction(self._connection):
                    before = self._connection.total_changes()
                    self._traits.read()
                    yield self._connection
                    self._traits.write_new()
                    if self._connection.total_changes() != before:
                        self._count_change()
            except BaseException:
                with contextlib.suppress(apsw.Error):  # what went wrong first is what is told
                    self._traits.read()
                raise

    def _filler(self, connection: apsw.Connection, *, with_index: bool) -> Filler:
        if self.count(up_to=1):  # asked again under the lock
            raise RuleViolation("Another program has filled the catalogue", hint="Import again")
        from posframe.catalogue.filling import Filler

        return Filler(connection, with_index=with_index)

    def _count_change(self) -> None:
        number = _version(self._connection) + 1
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (number,))

    def _by_id(self, item_id: int, at_us: int) -> Item:
        row = self._execute(_FIND_ID, (item_id, at_us)).get
        return rows.to_item(row, self._traits)

    def _records(self, condition: str, at_us: int) -> Iterator[NewItem]:
        with schema.translated(self._name):
            for row in self._connection.execute(_RECORDS.format(condition), {"at": at_us}):
                yield rows.to_record(row, self._traits)


def _version(connection: apsw.Connection) -> int:
    number = connection.execute("SELECT value FROM meta WHERE name = 'version'").get
    return 0 if number is None else int(number)


# The price that is valid at ?2: of those that have begun and not ended, the one that began last.
_PRICE: Final = """
FROM price WHERE price.item = item.id AND valid_from <= ?2
AND (valid_until IS NULL OR valid_until > ?2) ORDER BY valid_from DESC, price.id DESC LIMIT 1
"""
# Subqueries, not joins: this build of SQLite plans a join anew for each value bound, 15 µs a time.
_COLUMNS: Final = f"""
sku, name, brand, traits, codes, (SELECT minor {_PRICE}), (SELECT id {_PRICE}), floor_minor,
EXISTS (SELECT 1 FROM list_price WHERE list_price.item = item.id)
"""  # noqa: S608 - our names
_FIND_CODE: Final = f"""
SELECT {_COLUMNS}, (SELECT quantity_milli FROM code WHERE code = ?1)
FROM item WHERE id = (SELECT item FROM code WHERE code = ?1) AND active
"""  # noqa: S608 - our names
_FIND_SKU: Final = f"SELECT {_COLUMNS} FROM item WHERE sku = ?1 AND active"  # noqa: S608 - our names
_FIND_ID: Final = f"SELECT {_COLUMNS} FROM item WHERE id = ?1"  # noqa: S608 - our names
_IS_KNOWN: Final = """
SELECT 1 FROM code WHERE code = ?1 UNION ALL SELECT 1 FROM item WHERE sku = ?2
"""
_COUNT: Final = "SELECT count(*) FROM (SELECT 1 FROM item LIMIT ?)"
_PRICES: Final = """
SELECT price.id, minor, valid_from, valid_until
FROM item JOIN price ON price.item = item.id WHERE sku = ? ORDER BY valid_from, price.id
"""
_RECORDS: Final = """
SELECT sku, name, brand, traits, codes,
       (SELECT minor FROM price
        WHERE price.item = item.id AND valid_from <= :at AND coalesce(valid_until > :at, true)
        ORDER BY valid_from DESC, price.id DESC LIMIT 1),
       popularity, active, learned, floor_minor
FROM item WHERE {} ORDER BY id
"""
