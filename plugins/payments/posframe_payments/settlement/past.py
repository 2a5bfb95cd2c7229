"""What earlier reconciliations left: files that were compared, payments settled, open tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import JournalReader
from posframe_payments.settlement.journal_side import REVERSAL
from posframe_payments.settlement.records import (
    RECORDS,
    DifferenceFound,
    PaymentsSettled,
    Reconciled,
    TaskDone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from posframe import Recorded
    from posframe_payments.settlement.courses import Course

ENDED: Final = frozenset({"paid", "given_back", "given_by_hand"})
UNSETTLED: Final = frozenset({"missing_in_settlement", "missing_at_provider", "contradicted"})
"""Kinds that a later file may end by having the payment after all."""
CHARGED: Final = frozenset({"late_approval", "charged_in_doubt", "missing_in_journal"})
"""Kinds that are over when a file has the money of the payment on its way back, too."""


@attrs.frozen(kw_only=True)
class PastFile:
    """A file that was reconciled."""

    reconciled: Reconciled
    wall_us: int


@attrs.frozen
class Entry:
    """Where a payment was settled."""

    key: str
    """Of the reconciliation."""
    payout: str


@attrs.frozen(kw_only=True)
class Task:
    """A difference that somebody has to deal with."""

    found: DifferenceFound
    file: str
    wall_us: int
    done: TaskDone | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has said that it is done."""
        return self.found.is_open and self.done is None


@attrs.frozen(kw_only=True)
class Past:
    """All that was reconciled so far."""

    files: Mapping[str, PastFile]
    """By key."""
    settled: Mapping[str, Entry]
    """By payment, or reversal."""
    tasks: Mapping[int, Task]

    def numbers(self) -> dict[str, int]:
        """Return the numbers of what was found before, by mark."""
        return {task.found.mark: number for number, task in self.tasks.items()}

    def since_day(self, methods: Sequence[str]) -> str:
        """Return the day from which payments of these methods were looked for; empty: never."""
        days = [
            each.reconciled.since_day
            for each in self.files.values()
            if set(each.reconciled.methods) & set(methods)
        ]
        return min(days, default="")

    def open_tasks(self, courses: Mapping[str, Course]) -> list[Task]:
        """Return what is still to be done, the oldest first.

        What the till gave back by itself, and what a later file has after all, is done without
        anybody's word.
        """
        return [
            task
            for _, task in sorted(self.tasks.items())
            if task.is_open and not self._is_over(task, courses)
        ]

    def _is_over(self, task: Task, courses: Mapping[str, Course]) -> bool:
        found = task.found
        known = [courses[each] for each in found.payments if each in courses]
        if found.kind in CHARGED and found.payments and all(map(self._is_nothing, found.payments)):
            return True
        if found.kind == "charged_in_doubt":
            return bool(known) and all(each.standing != "in_doubt" for each in known)
        if found.kind == "late_approval":
            return bool(known) and all(each.standing in ENDED for each in known)
        if found.kind in UNSETTLED and found.delta:
            return bool(found.payments) and all(map(self._is_elsewhere(found), found.payments))
        return False

    def _is_nothing(self, id_: str) -> bool:
        """Tell whether settlements have a payment both ways: charged and given back."""
        return id_ in self.settled and f"{id_}{REVERSAL}" in self.settled

    def _is_elsewhere(self, found: DifferenceFound) -> Callable[[str], bool]:
        """Return what tells whether another file than that of a difference has a payment."""
        return lambda id_: id_ in self.settled and self.settled[id_].key != found.key


def read_past(journal: Path) -> Past:
    """Read what was reconciled by a journal: its file, or the folder of a till.

    Raises:
        JournalError: there is none, or it cannot be read.
    """
    with JournalReader(journal) as reader:
        return past(reader.read(*RECORDS))


def past(rows: Iterable[Recorded]) -> Past:
    """Return what was reconciled, by the rows about it."""
    files: dict[str, PastFile] = {}
    settled: dict[str, Entry] = {}
    tasks: dict[int, Task] = {}
    for row in rows:
        event: Any = row.event
        if isinstance(event, Reconciled):
            files[event.key] = PastFile(reconciled=event, wall_us=row.wall_us)
        elif isinstance(event, PaymentsSettled):
            settled |= {id_: Entry(event.key, payout) for id_, payout in event.payments}
        elif isinstance(event, DifferenceFound):
            file = files[event.key].reconciled.file
            tasks[event.number] = Task(found=event, file=file, wall_us=row.wall_us)
        elif isinstance(event, TaskDone):
            tasks[event.number] = attrs.evolve(tasks[event.number], done=event)
    return Past(files=files, settled=settled, tasks=tasks)
