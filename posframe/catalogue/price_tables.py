"""Price lists in the catalogue file: replace one, read them, find what is asked for an item.

Which of several prices counts is `price_lists`' to say; files of prices are `price_file`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import apsw
import attrs

from posframe.catalogue import schema
from posframe.catalogue.merging import keep_next_price, next_price
from posframe.catalogue.price_lists import (
    ListPrice,
    PriceList,
    PriceQuery,
    best_price,
    list_of,
    terms_json,
)
from posframe.errors import RuleViolation
from posframe.kernel.domain.views import FoundPrice
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Key = tuple[Any, ...]  # all of a stored price but its number and its list


@attrs.frozen(eq=False, repr=False)
class ListChange(Value):
    """What became of the prices of a list."""

    added: int
    unchanged: int
    removed: int


@attrs.frozen(eq=False, repr=False)
class PriceOrigin(Value):
    """What a price's number stands for."""

    sku: str
    price_list: str
    """Empty: the item's own price."""
    price_minor: int
    per_milli: int
    replaced_us: int | None
    """When it was taken out of its list; None: it was not."""


class PriceTables:
    """The price lists of one open catalogue."""

    def __init__(self, connection: apsw.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._execute = connection.cursor().execute

    def find(self, sku: str, query: PriceQuery) -> FoundPrice | None:
        """Return what is asked for an item: by a list, or else the item's own price.

        None: it has no price at that moment, or there is no such item.
        """
        best = best_price(self.prices(sku), query)
        if best is not None:
            return FoundPrice(
                price_minor=best.price_minor,
                price_per_milli=best.per_milli,
                price_list=best.price_list.id,
                version=best.version,
            )
        own = self._rows(_OWN_PRICE, (sku, query.at_us))
        return FoundPrice(price_minor=own[0][1], price_list="", version=own[0][0]) if own else None

    def prices(self, sku: str) -> list[ListPrice]:
        """Return all prices that lists have for an item, at any moment and for anybody."""
        return [_to_price(row) for row in self._rows(_PRICES_OF_ITEM, (sku,))]

    def lists(self) -> list[tuple[PriceList, int]]:
        """Return all lists with their number of prices, those that count first."""
        found = [(list_of(terms), count) for terms, count in self._rows(_LISTS, ())]
        return sorted(found, key=lambda each: (-each[0].priority, each[0].id))

    def price_list(self, id_: str) -> PriceList | None:
        """Return a list by its id."""
        found = self._rows("SELECT terms FROM price_list WHERE id = ?", (id_,))
        return list_of(found[0][0]) if found else None

    def prices_of_list(self, id_: str) -> Iterator[tuple[str, str, ListPrice]]:
        """Yield SKU, name and price of each row of a list, in the order of items."""
        for sku, name, *row in self._rows(_PRICES_OF_LIST, (id_,)):
            yield sku, name, _to_price(row)

    def origin(self, version: int) -> PriceOrigin | None:
        """Return what a price's number, which sales record, stands for; it may be long past."""
        found = self._rows(_ORIGIN, (version,))
        return PriceOrigin(*found[0]) if found else None

    # Within Catalogue.change, which makes all of it one change.

    def replace(
        self, price_list: PriceList, prices: Sequence[tuple[int, ListPrice]], *, at_us: int
    ) -> ListChange:
        """Let a list have just these prices, each with the number of its item.

        What is as it was keeps its number; what is no longer in the list stays on record.
        """
        number = self._put_list(price_list)
        stored: dict[_Key, int] = {
            tuple(key): version for version, *key in self._rows(_STORED, (number,))
        }
        wanted = [_key(item, price) for item, price in prices]
        gone = stored.keys() - set(wanted)
        for key in gone:
            self._archive(price_list.id, key[0], stored[key], at_us=at_us)
        version = first = next_price(self._connection)
        for key in wanted:
            if key not in stored:
                self._connection.execute(_INSERT, (version, number, *key))
                version += 1
        if version != first:
            keep_next_price(self._connection, version)
        return ListChange(version - first, len(stored) - len(gone), len(gone))

    def remove(self, id_: str, *, at_us: int) -> int:
        """Take a list away; its prices stay on record. Return how many there were.

        Raises:
            RuleViolation: there is no such list.
        """
        known = self.price_list(id_)
        if known is None:
            raise RuleViolation(
                f"There is no price list {id_}", hint="posframe prices list names them all"
            )
        change = self.replace(known, (), at_us=at_us)
        self._connection.execute("DELETE FROM price_list WHERE id = ?", (id_,))
        return change.removed

    def _put_list(self, price_list: PriceList) -> int:
        statement = (
            "INSERT INTO price_list (id, terms) VALUES (?1, ?2)"
            " ON CONFLICT (id) DO UPDATE SET terms = ?2 WHERE terms != ?2"
        )
        self._connection.execute(statement, (price_list.id, terms_json(price_list)))
        ((number,),) = self._rows("SELECT number FROM price_list WHERE id = ?", (price_list.id,))
        return int(number)

    def _archive(self, id_: str, item: int, version: int, *, at_us: int) -> None:
        self._connection.execute(_ARCHIVE, (id_, at_us, item, version))
        self._connection.execute(_DELETE, (item, version))

    def _rows(self, statement: str, bindings: tuple[Any, ...]) -> list[Any]:
        try:
            return self._execute(statement, bindings).fetchall()
        except UnicodeEncodeError:  # bytes that are no text name nothing
            return []
        except apsw.Error as error:
            raise schema.in_words(error, self._name) from error


def _to_price(row: Sequence[Any]) -> ListPrice:
    version, pack, minimum, per, minor, begin, end, terms = row
    return ListPrice(
        version=version,
        price_list=list_of(terms),
        pack_milli=pack,
        minimum_milli=minimum,
        per_milli=per,
        price_minor=minor,
        valid_from_us=begin or None,
        valid_until_us=end,
    )


def _key(item: int, price: ListPrice) -> _Key:
    return (
        item,
        price.pack_milli,
        price.minimum_milli,
        price.per_milli,
        price.price_minor,
        price.valid_from_us or 0,
        price.valid_until_us,
    )


_KEY: Final = "item, pack_milli, minimum_milli, per_milli, minor, valid_from, valid_until"
# Subqueries, not joins: see store.
_ROW: Final = """
list_price.id, pack_milli, minimum_milli, per_milli, minor, valid_from, valid_until,
(SELECT terms FROM price_list WHERE number = list)
"""
_PRICES_OF_ITEM: Final = f"""
SELECT {_ROW} FROM list_price WHERE item = (SELECT id FROM item WHERE sku = ?) ORDER BY id
"""  # noqa: S608 - our names
_PRICES_OF_LIST: Final = f"""
SELECT (SELECT sku FROM item WHERE id = list_price.item),
       (SELECT name FROM item WHERE id = list_price.item), {_ROW}
FROM list_price WHERE list = (SELECT number FROM price_list WHERE id = ?)
ORDER BY item, pack_milli, minimum_milli, valid_from, id
"""  # noqa: S608 - our names
_OWN_PRICE: Final = """
SELECT price.id, minor
FROM price WHERE item = (SELECT id FROM item WHERE sku = ?1) AND valid_from <= ?2
AND (valid_until IS NULL OR valid_until > ?2) ORDER BY valid_from DESC, price.id DESC LIMIT 1
"""
_LISTS: Final = """
SELECT terms, (SELECT count(*) FROM list_price WHERE list = number) FROM price_list
"""
_STORED: Final = f"SELECT id, {_KEY} FROM list_price WHERE list = ?"  # noqa: S608 - our names
_INSERT: Final = f"INSERT INTO list_price (id, list, {_KEY}) VALUES (?{', ?' * 8})"  # noqa: S608 - our names
_DELETE: Final = "DELETE FROM list_price WHERE item = ? AND id = ?"
_ARCHIVE: Final = f"""
INSERT INTO past_list_price (id, list, replaced_us, {_KEY})
SELECT id, ?1, ?2, {_KEY} FROM list_price WHERE item = ?3 AND id = ?4
"""  # noqa: S608 - our names
_ORIGIN: Final = """
SELECT sku, list, minor, per_milli, replaced_us FROM (
    SELECT item, id, '' AS list, minor, 1000 AS per_milli, NULL AS replaced_us FROM price
    UNION ALL
    SELECT item, id, (SELECT id FROM price_list WHERE number = list), minor, per_milli, NULL
    FROM list_price
    UNION ALL
    SELECT item, id, list, minor, per_milli, replaced_us FROM past_list_price
) AS found JOIN item ON item.id = found.item WHERE found.id = ?
"""
