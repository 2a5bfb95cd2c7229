"""Lessons: who played which, when, and what it came to. A read model of every till."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.contracts import Projection, Statement
from posframe.kernel.domain.events import LessonEnded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.ports import Recorded

_SCHEMA = """
CREATE TABLE lessons_result (
    seq INTEGER PRIMARY KEY,
    operator TEXT NOT NULL,
    lesson TEXT NOT NULL,
    version INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    ended_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    score_milli INTEGER NOT NULL,
    passed INTEGER NOT NULL
) STRICT;
CREATE TABLE lessons_mistake (
    seq INTEGER NOT NULL,
    operator TEXT NOT NULL,
    step TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (seq, step)
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS = {
    "result": "INSERT INTO lessons_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "mistake": "INSERT INTO lessons_mistake VALUES (?, ?, ?, ?)",
}

QUERIES = {
    "lessons_played": "SELECT operator, lesson, version, business_date, ended_us, duration_us,"
    " score_milli, passed FROM lessons_result ORDER BY seq",
    "lesson_mistakes": "SELECT operator, step, sum(times) FROM lessons_mistake"
    " GROUP BY operator, step ORDER BY operator, sum(times) DESC, step",
}


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if not isinstance(event, LessonEnded):
        return
    yield (
        "result",
        (
            row.seq,
            event.operator,
            event.lesson,
            event.version,
            row.business_date,
            row.wall_us,
            event.duration_us,
            event.score_milli,
            int(event.passed),
        ),
    )
    for step in sorted(set(event.mistakes)):
        yield "mistake", (row.seq, event.operator, step, event.mistakes.count(step))


LESSONS = Projection(
    name="lessons",
    handles=frozenset({"training.LessonEnded"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=QUERIES,
    apply=_apply,
)
