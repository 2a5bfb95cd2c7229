"""Verifying closed days: every figure of a Z against a fold of the rows it sealed, from the first.

It reads and folds the whole journal, which ``verify`` has found whole before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import JournalCorrupt
from posframe.kernel.domain.carried_forward import what_is_open
from posframe.kernel.domain.day_totals import DayTotals, counted, opened
from posframe.kernel.domain.events import DayClosed
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.z_report import totals_problem
from posframe.store.database import translated
from posframe.store.journal import ROWS, recorded_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import apsw

    from posframe.kernel.ports import Recorded
    from posframe.store.codec import Codec


@attrs.frozen(kw_only=True)
class DaysVerdict:
    """What verifying the closed days found."""

    closed: int
    """How many Zs agree with the journal."""
    problem: str = ""
    """Empty: all do. Otherwise what is wrong with the first that does not."""
    seq: int = 0
    """Its row."""


def verify_days(connection: apsw.Connection, codec: Codec) -> DaysVerdict:
    """Check every Z of a journal against the rows it sealed.

    Args:
        connection: read only is enough.
        codec: decodes the events.

    Raises:
        JournalError: a row cannot be read.
    """
    return checked_days(_rows(connection, codec))


def checked_days(rows: Iterable[Recorded]) -> DaysVerdict:
    """Check every Z among the rows of a journal, from its first row on."""
    state, totals, closed = TillState(), DayTotals(), 0
    folded: dict[int, tuple[TillState, DayTotals]] = {}
    for row in rows:
        if row.seq == row.action:  # the first row of an action: a Z seals what stood before it
            folded = {row.seq - 1: (state, totals)}
        if isinstance(row.event, DayClosed):
            problem = _problem(row.event, folded.get(row.event.report.to_seq))
            if problem:
                return DaysVerdict(closed=closed, problem=problem, seq=row.seq)
            closed += 1
        before, state = state, _folded(state, row)
        if isinstance(row.event, DayClosed):
            totals = opened(state.drawer_minor, totals.foreign_notes)
        else:
            totals = counted(totals, row.event, before)
    return DaysVerdict(closed=closed)


def _problem(event: DayClosed, folded: tuple[TillState, DayTotals] | None) -> str:
    report = event.report
    if folded is None:
        return f"Z {report.number}: it does not seal the row before its own action"
    state, totals = folded
    problem = totals_problem(report, totals)
    if not problem and report.grand != state.ever:
        problem = f"Z {report.number}: its grand totals are not those of the receipts"
    open_ = {each.id for each in what_is_open(state, event.operator or "-")}
    if not problem and {each.id for each in event.carried} != open_:
        problem = f"Z {report.number}: what it carries forward is not what was unfinished"
    return problem


def _folded(state: TillState, row: Recorded) -> TillState:
    """Fold a row; events of plugins change nothing.

    Raises:
        JournalCorrupt: it does not follow from the rows before it.
    """
    try:
        return evolve(state, row.event)
    except Exception as error:
        raise JournalCorrupt(
            f"Row {row.seq}, {row.name}, does not follow from those before it",
            hint="restore the latest backup, then: posframe journal verify",
        ) from error


def _rows(connection: apsw.Connection, codec: Codec) -> Iterator[Recorded]:
    with translated():
        for row in connection.execute(ROWS):
            yield recorded_of(row, codec)
