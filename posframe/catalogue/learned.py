"""Items learnt at the till: in the journal's own action, until the back office takes them over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import DataError
from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import ItemLearned
from posframe.kernel.domain.item import Item

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE learned_item (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price_minor INTEGER NOT NULL,
    tax_category TEXT NOT NULL,
    department TEXT NOT NULL,
    learned_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
FIND = "SELECT code, name, price_minor, tax_category, department FROM learned_item WHERE code = ?"
LIST = (
    "SELECT code, name, price_minor, tax_category, department, learned_us"
    " FROM learned_item ORDER BY learned_us"
)


def _apply(row: Recorded) -> Iterator[Statement]:
    if isinstance(row.event, ItemLearned):
        item = row.event
        values = (item.code, item.name, item.price_minor, item.tax_category, item.department)
        yield "learn", (*values, row.wall_us)


def item_from_row(row: tuple[Any, ...]) -> Item:
    """Return the item a row of ``FIND`` stands for."""
    code, name, price, category, department = row
    return Item(
        sku=code,
        name=name,
        unit_price_minor=price,
        tax_category=category,
        department=department,
    )


def learned_items(path: Path) -> list[Item]:
    """Return what was learnt at the till whose journal is ``path``, the oldest first.

    The till may be running. Nothing was learnt where no till has run yet.

    Raises:
        DataError: the file cannot be read.
    """
    import apsw

    if not path.exists():
        return []
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return [item_from_row(row[:5]) for row in connection.execute(LIST)]
        finally:
            connection.close()
    except apsw.Error as error:
        raise DataError(f"{path} cannot be read ({error})", hint="is it a till's?") from error


LEARNED = Projection(
    name="learned",
    handles=frozenset({"catalogue.ItemLearned"}),
    migrations=(_SCHEMA,),
    statements={"learn": "INSERT OR REPLACE INTO learned_item VALUES (?, ?, ?, ?, ?, ?)"},
    queries={"find": FIND, "list": LIST},
    apply=_apply,
    required=True,
)
