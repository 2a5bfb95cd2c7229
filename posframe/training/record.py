"""The record: who is trained for what, when and how well, read from a till that may be running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import JournalUnavailable
from posframe.reports.lessons import QUERIES
from posframe.store.database import open_reader, translated
from posframe.till import JOURNAL_FILE
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TABLE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'lessons_result'"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Played(Value):
    """One lesson that somebody came to the end of."""

    operator: str
    lesson: str
    version: int
    business_date: str
    ended_us: int
    duration_us: int
    score_milli: int
    passed: bool


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Trained(Value):
    """One operator and one lesson, over all the times it was played."""

    operator: str
    lesson: str
    times: int
    best_milli: int
    passed_us: int = 0
    """When it was first passed, in microseconds since 1970 UTC; 0: never."""
    last_us: int = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Stumbled(Value):
    """Where an operator made mistakes in lessons."""

    operator: str
    lesson: str
    step: str
    times: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TrainingRecord(Value):
    """All lessons played at one till."""

    played: tuple[Played, ...] = ()
    mistakes: tuple[Stumbled, ...] = ()

    def trained(self) -> tuple[Trained, ...]:
        """Return each operator's lessons, in the order of their ids."""
        found: dict[tuple[str, str], Trained] = {}
        for each in self.played:
            known = found.get((each.operator, each.lesson))
            found[each.operator, each.lesson] = _with(known, each)
        return tuple(found[key] for key in sorted(found))


def read_record(folder: Path) -> TrainingRecord:
    """Return the record of the till in a folder; nothing is written.

    Raises:
        JournalError: it has no journal, or cannot be read.
    """
    path = folder / JOURNAL_FILE
    if not path.is_file():
        raise JournalUnavailable(f"{folder} holds no journal", hint="name a till's folder")
    connection = open_reader(path)
    try:
        with translated():
            if not connection.execute(_TABLE).fetchall():
                return TrainingRecord()  # no posframe that knows lessons has run there
            played = connection.execute(QUERIES["lessons_played"]).fetchall()
            mistakes = connection.execute(QUERIES["lesson_mistakes"]).fetchall()
    finally:
        connection.close()
    return TrainingRecord(
        played=tuple(_played(row) for row in played),
        mistakes=tuple(_stumbled(row) for row in mistakes),
    )


def _played(row: Iterable[object]) -> Played:
    *values, passed = row
    names = [field.name for field in attrs.fields(Played)][:-1]
    return Played(**dict(zip(names, values, strict=True)), passed=bool(passed))  # type: ignore[arg-type] # columns of STRICT tables


def _stumbled(row: Iterable[object]) -> Stumbled:
    operator, mistake, times = row
    lesson, _, step = str(mistake).partition("/")
    return Stumbled(operator=str(operator), lesson=lesson, step=step, times=int(str(times)))


def _with(known: Trained | None, played: Played) -> Trained:
    passed_us = played.ended_us if played.passed else 0
    return Trained(
        operator=played.operator,
        lesson=played.lesson,
        times=known.times + 1 if known else 1,
        best_milli=max(known.best_milli if known else 0, played.score_milli),
        passed_us=(known.passed_us if known else 0) or passed_us,
        last_us=played.ended_us,
    )
