"""Shifts for ever, with what was counted and what differed: a read model of every till.

What is known while a shift is open or not confirmed stands in the till's state; here stands where
its rows are, and once it is confirmed all of its figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE shifts_shift (
    id TEXT PRIMARY KEY,
    business_date TEXT NOT NULL,
    drawer TEXT NOT NULL,
    operator TEXT NOT NULL,
    opened_us INTEGER NOT NULL,
    opened_seq INTEGER NOT NULL,
    ended_seq INTEGER,
    confirmed_seq INTEGER,
    confirmed_by TEXT NOT NULL DEFAULT '',
    expected_minor INTEGER,
    counted_minor INTEGER,
    counts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE shifts_difference (
    shift TEXT NOT NULL,
    type TEXT NOT NULL,
    expected_minor INTEGER NOT NULL,
    declared_minor INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (shift, type)
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS = {
    "open": "INSERT INTO shifts_shift (id, business_date, drawer, operator, opened_us, opened_seq)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    "end": "UPDATE shifts_shift SET ended_seq = ?, counted_minor = ?, counts = counts + 1"
    " WHERE id = ?",
    "confirm": "UPDATE shifts_shift SET confirmed_seq = ?, confirmed_by = ?, expected_minor = ?"
    " WHERE id = ?",
    "difference": "INSERT INTO shifts_difference VALUES (?, ?, ?, ?, ?)",
}

QUERIES = {
    "row_of_shift": "SELECT confirmed_seq FROM shifts_shift"
    " WHERE id = ? AND confirmed_seq IS NOT NULL",
    "shifts": "SELECT id, business_date, drawer, operator, opened_us, ended_seq, confirmed_by,"
    " expected_minor, counted_minor, counts FROM shifts_shift ORDER BY opened_seq",
    "differences_of_shift": "SELECT type, expected_minor, declared_minor, reason"
    " FROM shifts_difference WHERE shift = ? ORDER BY type",
}


def _opened(row: Recorded, event: ev.ShiftOpened) -> Iterator[Statement]:
    shift = event.shift
    figures = (shift.business_date, shift.drawer, shift.operator, shift.opened_us)
    yield "open", (shift.id, *figures, row.seq)


def _counted(row: Recorded, event: ev.ShiftEnded | ev.ShiftRecounted) -> Iterator[Statement]:
    yield "end", (row.seq, event.declared.cash.total_minor, event.id)


def _confirmed(row: Recorded, event: ev.ShiftConfirmed) -> Iterator[Statement]:
    shift, reasons = event.shift, dict(event.shift.reasons)
    yield "confirm", (row.seq, shift.confirmed_by, shift.cash.expected_minor, shift.id)
    for each in event.differences:
        figures = (each.expected_minor, each.declared_minor, reasons.get(each.type, ""))
        yield "difference", (shift.id, each.type, *figures)


_FOLDS: dict[type, Callable[[Recorded, Any], Iterator[Statement]]] = {
    ev.ShiftOpened: _opened,
    ev.ShiftEnded: _counted,
    ev.ShiftRecounted: _counted,
    ev.ShiftConfirmed: _confirmed,
}


def _apply(row: Recorded) -> Iterator[Statement]:
    return _FOLDS[type(row.event)](row, row.event)


SHIFTS = Projection(
    name="shifts",
    handles=frozenset({"shift.Opened", "shift.Ended", "shift.Recounted", "shift.Confirmed"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=QUERIES,
    apply=_apply,
)
