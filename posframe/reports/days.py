"""Closed days by the number of their Z: a read model every till keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import DayClosed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE days_z (
    number INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    first_date TEXT NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    receipts INTEGER NOT NULL,
    gross_minor INTEGER NOT NULL,
    ever_minor INTEGER NOT NULL,
    carried INTEGER NOT NULL,
    closed_us INTEGER NOT NULL,
    operator TEXT NOT NULL
) STRICT;
CREATE INDEX days_z_date ON days_z (business_date);
"""

_STATEMENTS = {"z": "INSERT INTO days_z VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"}

QUERIES = {
    "row_of_z": "SELECT seq FROM days_z WHERE number = ?",
    "rows_of_date": "SELECT seq FROM days_z"
    " WHERE business_date >= ? AND coalesce(nullif(first_date, ''), business_date) <= ?"
    " ORDER BY number",
    "closed_days": "SELECT number, business_date, first_date, receipts, gross_minor, ever_minor,"
    " carried, closed_us, operator FROM days_z ORDER BY number",
}
"""Of ``rows_of_date`` both parameters are the date."""


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    assert isinstance(event, DayClosed), "this model handles closed days alone"
    report = event.report
    yield (
        "z",
        (
            report.number,
            row.seq,
            report.business_date,
            report.first_date,
            report.from_seq,
            report.to_seq,
            report.totals.counters.sales,
            report.totals.gross_minor,
            report.grand.gross_minor,
            len(event.carried),
            event.closed_us,
            event.operator,
        ),
    )


DAYS = Projection(
    name="days",
    handles=frozenset({"day.Closed"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=QUERIES,
    apply=_apply,
)
