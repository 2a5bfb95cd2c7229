"""Items learnt at the till: in the journal's own action, until the back office takes them over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import ItemLearned
from posframe.kernel.domain.item import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

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


LEARNED = Projection(
    name="learned",
    handles=frozenset({"catalogue.ItemLearned"}),
    migrations=(_SCHEMA,),
    statements={"learn": "INSERT OR REPLACE INTO learned_item VALUES (?, ?, ?, ?, ?, ?)"},
    queries={"find": FIND, "list": LIST},
    apply=_apply,
    required=True,
)
