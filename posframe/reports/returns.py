"""Returns: what came back of each sale, and how its money went back. A read model of every till."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import TransactionCompleted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE returns_line (
    transaction_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    milli INTEGER NOT NULL,
    PRIMARY KEY (transaction_id, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE returns_tender (
    tender TEXT PRIMARY KEY,
    minor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS = {
    "line": "INSERT INTO returns_line VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET milli = milli + excluded.milli",
    "tender": "INSERT INTO returns_tender VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET minor = minor + excluded.minor",
}

_QUERIES = {
    "returned": "SELECT line, milli FROM returns_line WHERE transaction_id = ?",
    "refunded": "SELECT minor FROM returns_tender WHERE tender = ?",
}


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if not isinstance(event, TransactionCompleted) or not event.refers_to:
        return
    for each in event.lines:
        line = each.line
        if line.original:
            yield "line", (line.original, line.original_line, -line.quantity_milli)
    for tender in event.tenders:
        if tender.refunds:
            yield "tender", (tender.refunds, -tender.applied_minor)


RETURNS = Projection(
    name="returns",
    handles=frozenset({"sale.Completed"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
    required=True,
)
