"""What is to be done outside: a pure function of state, the same at a start and while running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.transaction import JobStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from posframe.kernel.domain.transaction import Job, TillState


def effects(
    state: TillState, busy: Iterable[str] = (), settled: Collection[str] = ()
) -> tuple[Job, ...]:
    """Return the jobs to begin now: the first queued one of each device that is not busy.

    Args:
        state: the till's state.
        busy: devices that are to be left alone.
        settled: ids of jobs whose end is known and not yet on disk; they hold their device no more.
    """
    begun = {
        job.device
        for job in state.jobs.values()
        if job.status is JobStatus.SENT and job.id not in settled
    }
    taken = set(busy) | begun
    found = []
    for job in state.jobs.values():
        if job.status is JobStatus.QUEUED and job.device not in taken:
            taken.add(job.device)
            found.append(job)
    return tuple(found)
