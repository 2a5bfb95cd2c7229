"""Sales by receipt, by department and by tax: the read models every till keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import CopyAsked, TransactionCompleted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE sales_receipt (
    number INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    gross_minor INTEGER NOT NULL,
    copies INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX sales_receipt_transaction ON sales_receipt (transaction_id);
CREATE TABLE sales_department (
    business_date TEXT NOT NULL,
    department TEXT NOT NULL,
    lines INTEGER NOT NULL,
    gross_minor INTEGER NOT NULL,
    net_minor INTEGER NOT NULL,
    PRIMARY KEY (business_date, department)
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS = {
    "receipt": "INSERT INTO sales_receipt (number, transaction_id, seq, business_date, gross_minor)"
    " VALUES (?, ?, ?, ?, ?)",
    "copy": "UPDATE sales_receipt SET copies = ? WHERE transaction_id = ?",
    "department": "INSERT INTO sales_department VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET lines = lines + excluded.lines,"
    " gross_minor = gross_minor + excluded.gross_minor,"
    " net_minor = net_minor + excluded.net_minor",
}

QUERIES = {
    "receipt": "SELECT transaction_id, number, copies FROM sales_receipt WHERE number = ?",
    "row_of_number": "SELECT seq FROM sales_receipt WHERE number = ?",
    "row_of": "SELECT seq FROM sales_receipt WHERE transaction_id = ?",
    "numbers_of_day": "SELECT number FROM sales_receipt WHERE business_date = ?"
    " ORDER BY number DESC",
    "departments": "SELECT business_date, department, lines, gross_minor, net_minor"
    " FROM sales_department ORDER BY business_date, department",
}


def _apply(row: Recorded) -> Iterator[Statement]:
    if isinstance(row.event, TransactionCompleted):
        yield from _completed(row, row.event)
    elif isinstance(row.event, CopyAsked):
        yield "copy", (row.event.copy, row.event.transaction)


def _completed(row: Recorded, event: TransactionCompleted) -> Iterator[Statement]:
    closing = event.closing
    yield (
        "receipt",
        (
            event.receipt_number,
            event.transaction,
            row.seq,
            row.business_date,
            closing.gross_minor + closing.rounding_minor,
        ),
    )
    sums: dict[str, tuple[int, int, int]] = {}
    for each in event.lines:
        lines, gross, net = sums.get(each.line.department, (0, 0, 0))
        sums[each.line.department] = (
            lines + 1,
            gross + each.share.gross_minor,
            net + each.share.net_minor,
        )
    for department in sorted(sums):
        yield "department", (row.business_date, department, *sums[department])


SALES = Projection(
    name="sales",
    handles=frozenset({"sale.Completed", "receipt.CopyAsked"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=QUERIES,
    apply=_apply,
    required=True,
)
