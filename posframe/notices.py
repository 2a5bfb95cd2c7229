"""What an operator should know beside the sale: doubts, plugins set aside, read models behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.transaction import JobStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.transaction import Job, TillState

_QUESTIONS = {
    "print": "Was the receipt printed?",
    "explain": "Was the price explanation printed?",
    "kick": "Did the drawer open?",
}


def notices(state: TillState, hooks: Hooks, behind: Mapping[str, str]) -> tuple[str, ...]:
    """Return sentences, the most urgent first.

    Args:
        state: the till's state.
        hooks: its plugins.
        behind: read models that are not current, with the error that froze each.
    """
    doubtful = [_question(job) for job in state.jobs.values() if job.status is JobStatus.UNKNOWN]
    aside = [
        f"Plugin {each.name} {each.version} is set aside: {each.last_fault}"
        for each in hooks.plugins
        if each.quarantined
    ]
    frozen = [
        f"The read model {name} is behind: {error}" for name, error in behind.items() if error
    ]
    return (*doubtful, *aside, *frozen)


def _question(job: Job) -> str:
    asked = _QUESTIONS.get(job.kind, f"Was {job.kind} done?")
    return f"{asked} .printed yes or .printed no ({job.detail})"
