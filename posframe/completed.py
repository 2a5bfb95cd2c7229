"""Completed sales at hand: for their receipts, and to say which receipt never came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain.events import JobGivenUp, JobQueued, TransactionCompleted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from posframe.kernel.domain.transaction import Job

KEPT_MAX = 64
MISSED_MAX = 20


class CompletedSales:
    """Remembers the latest completed sales, and those whose print was given up."""

    def __init__(self, find_older: Callable[[str], TransactionCompleted | None]) -> None:
        """``find_older`` looks up a transaction that is not remembered any more."""
        self._find_older = find_older
        self._latest: dict[str, TransactionCompleted] = {}
        self._missed: list[str] = []
        self._jobs: Mapping[str, Job] = {}

    def follow(self, events: Iterable[Any], jobs: Mapping[str, Job]) -> None:
        """Take the events of a commit, and the jobs that are open after it."""
        for event in events:
            if isinstance(event, TransactionCompleted):
                self._remember(event)
            elif isinstance(event, JobGivenUp):
                self._given_up(self._jobs.get(event.id))
            elif isinstance(event, JobQueued) and event.job.kind == "print":
                self._found(event.job.subject)
        self._jobs = jobs

    def find(self, transaction: str) -> TransactionCompleted | None:
        """Return a completed transaction; None where there is none."""
        return self._latest.get(transaction) or self._find_older(transaction)

    def missed_words(self) -> tuple[str, ...]:
        """Return a sentence for each receipt that was not printed in time, the oldest first."""
        found = (self.find(transaction) for transaction in self._missed)
        numbers = [completed.receipt_number for completed in found if completed]
        return tuple(
            f"Receipt {number} was not printed in time: .reprint {number} prints it"
            for number in numbers
        )

    def _remember(self, completed: TransactionCompleted) -> None:
        self._latest[completed.transaction] = completed
        if len(self._latest) > KEPT_MAX:
            del self._latest[next(iter(self._latest))]

    def _given_up(self, job: Job | None) -> None:
        if job is not None and job.kind == "print":
            self._found(job.subject)
            self._missed.append(job.subject)
            del self._missed[:-MISSED_MAX]

    def _found(self, transaction: str) -> None:
        if transaction in self._missed:
            self._missed.remove(transaction)
