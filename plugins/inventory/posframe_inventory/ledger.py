"""The read model of stock: on hand for each SKU, and the movements that it is the sum of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import LineKind, Projection, events
from posframe_inventory.events import GoodsReceived, GoodsReleased, StockCounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import LineItem, Recorded, Statement

# A second movement for one line of one row is refused by the key: it can only be a mistake.
_SCHEMA: Final = """
CREATE TABLE inventory_stock (
    sku TEXT PRIMARY KEY,
    on_hand_milli INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE inventory_movement (
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity_milli INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
"""

_QUARANTINE: Final = """
CREATE TABLE inventory_quarantine (
    sku TEXT PRIMARY KEY,
    milli INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS: Final = {
    "aside": "INSERT INTO inventory_quarantine VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET milli = milli + excluded.milli",
    "move": "INSERT INTO inventory_movement VALUES (?, ?, ?, ?, ?)",
    "add": "INSERT INTO inventory_stock VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET on_hand_milli = on_hand_milli + excluded.on_hand_milli",
    # A count moves by what it differs from the record, so that stock stays the sum of movements.
    "differ": "INSERT INTO inventory_movement SELECT ?, 0, ?, ? - coalesce("
    "(SELECT on_hand_milli FROM inventory_stock WHERE sku = ?), 0), 'count'",
    "set": "INSERT INTO inventory_stock VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET on_hand_milli = excluded.on_hand_milli",
}

_QUERIES: Final = {
    "on_hand": "SELECT on_hand_milli FROM inventory_stock WHERE sku = ?",
    "quarantine": "SELECT milli FROM inventory_quarantine WHERE sku = ?",
    "aside": "SELECT sku, milli FROM inventory_quarantine WHERE milli <> 0 ORDER BY sku",
    "stock": "SELECT sku, on_hand_milli FROM inventory_stock ORDER BY sku",
    "negative": "SELECT sku, on_hand_milli FROM inventory_stock WHERE on_hand_milli < 0"
    " ORDER BY sku",
}


def is_stocked(line: LineItem) -> bool:
    """Tell whether a line moves stock: neither a deposit nor an amount sold to a department."""
    return line.kind is not LineKind.DEPOSIT and not line.sku.startswith("dept.")


def moved_milli(line: LineItem) -> int:
    """Return what a line does to stock: a sale takes away, a return brings back."""
    if line.kind is LineKind.RETURN:
        return abs(line.quantity_milli)
    return -line.quantity_milli


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if isinstance(event, events.TransactionCompleted):
        yield from _sold(row.seq, event)
    elif isinstance(event, GoodsReceived):
        yield "move", (row.seq, 0, event.sku, event.quantity_milli, "receipt")
        yield "add", (event.sku, event.quantity_milli)
    elif isinstance(event, GoodsReleased):
        yield "aside", (event.sku, -event.quantity_milli)
        if event.goes_to == "stock":
            yield "move", (row.seq, 0, event.sku, event.quantity_milli, "release")
            yield "add", (event.sku, event.quantity_milli)
    elif isinstance(event, StockCounted):
        yield "differ", (row.seq, event.sku, event.quantity_milli, event.sku)
        yield "set", (event.sku, event.quantity_milli)
    else:  # passed over, it would leave stock wrong without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


def _sold(seq: int, event: events.TransactionCompleted) -> Iterator[Statement]:
    """Move stock line by line; a sale for training moves none."""
    for each in () if event.training else event.lines:
        line = each.line
        if is_stocked(line):
            moved = moved_milli(line)
            if line.back is not None and line.back.goes_to != "stock":
                if line.back.goes_to == "quarantine":
                    yield "aside", (line.sku, moved)
                continue
            kind = "sale" if moved < 0 else "return"
            yield "move", (seq, line.number, line.sku, moved, kind)
            yield "add", (line.sku, moved)


LEDGER: Final = Projection(
    name="inventory",
    handles=frozenset(
        {
            "sale.Completed",
            "inventory.GoodsReceived",
            "inventory.GoodsReleased",
            "inventory.StockCounted",
        }
    ),
    migrations=(_SCHEMA, _QUARANTINE),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
)
