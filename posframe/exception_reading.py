"""Reading a journal for the exception report: read only, beside a till that may be running.

Rows are read one by one and only signs are kept, so that a long journal needs little room.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from posframe.exceptions.finding import Finder
from posframe.exceptions.notes import Note, Tick
from posframe.exceptions.noting import NOTED, Noter
from posframe.kernel.ports import Recorded
from posframe.store.codec import Codec
from posframe.store.database import open_reader, translated
from posframe.store.journal import recorded_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.exceptions.finding import Findings

LEAD_DAYS = 31
"""How long before the report rows are read too: a sale held for days, a copy and its refund."""
_ROWS = (
    "SELECT seq, action, command, name, version, wall_us, business_date, actor, transaction_id, "
    "CASE WHEN name IN ({}) THEN body END, boot, mono_us FROM journal "
    "WHERE business_date >= ? AND business_date <= ? ORDER BY seq"
)
_NEVER = "9999-12-31"


def read_findings(journal: Path, from_date: str = "", to_date: str = "") -> Findings:
    """Return what the rows of some business days show.

    Args:
        journal: the till's database.
        from_date: first business day, as YYYY-MM-DD; empty: the first there is.
        to_date: last one; empty: the last there is.

    Raises:
        JournalError: it cannot be read.
    """
    finder = Finder(from_date=from_date)
    finder.read(_notes(journal, _lead(from_date), to_date or _NEVER))
    return finder.findings()


def _lead(from_date: str) -> str:
    if not from_date:
        return ""
    day = datetime.date.fromisoformat(from_date) - datetime.timedelta(days=LEAD_DAYS)
    return day.isoformat()


def _notes(journal: Path, from_date: str, to_date: str) -> Iterator[Note]:
    codec, noter = Codec(NOTED), Noter()
    names = [str(getattr(kind, "event_name", "")) for kind in NOTED]
    sql = _ROWS.format(", ".join("?" * len(names)))
    connection = open_reader(journal)
    try:
        with translated():
            for row in connection.execute(sql, (*names, from_date, to_date)):
                yield from noter.read(_recorded(row[:-2], codec), Tick(*row[-2:]))
    finally:
        connection.close()


def _recorded(row: Any, codec: Codec) -> Recorded:  # noqa: ANN401 - as the database gives it
    """Return a row; of what tells nothing, only where and when it is."""
    if row[-1] is not None:
        return recorded_of(row, codec)
    seq, action, command, name, version, wall_us, date, actor, transaction, _ = row
    return Recorded(seq, action, command, name, version, wall_us, date, actor, transaction, None)
