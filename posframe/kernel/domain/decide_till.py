"""What commands do to the till itself: start, copies, jobs, journal notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.completion import queue_print
from posframe.kernel.domain.decide_batch import close_batch_again
from posframe.kernel.domain.decide_payment import doubt_payments
from posframe.kernel.domain.opening import leave_closed_day
from posframe.kernel.domain.questions import FindReceipt
from posframe.kernel.domain.transaction import Job, JobStatus

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import Closing
    from posframe.kernel.domain.views import FoundReceipt


def start(draft: Draft, command: cmd.Start) -> Generator[Any, Any, str]:
    """Enrol the till or note a changed configuration; what was being sent is now in doubt."""
    state = draft.state
    if state.till and (state.till, state.currency) != (command.till, command.currency):
        raise ConfigurationError(
            f"This folder belongs to till {state.till} in {state.currency}, "
            f"and till.toml says {command.till} in {command.currency}",
            hint="put the old values back, or make a new till with: posframe new till",
        )
    if state.till and state.training != command.training:
        raise ConfigurationError(
            "This folder keeps practice"
            if state.training
            else "This folder keeps live sales, and practice does not go there",
            hint="open the till's own folder; .training leads to practice and back",
        )
    if state.configuration != command.configuration:
        draft.add(
            ev.TillStarted(
                till=command.till,
                currency=command.currency,
                software=command.software,
                configuration=command.configuration,
                plugins=command.plugins,
                key=command.key,
                float_minor=0 if state.till else command.float_minor,
                training=command.training,
            )
        )
    for job in state.jobs.values():
        if job.status is JobStatus.SENT:
            draft.add(ev.JobDoubted(job.id, "the till stopped while it was under way"))
    doubt_payments(draft)
    if state.control.operator:
        # Whoever starts a till has shown nobody who they are.
        draft.add(ev.TillLocked(operator=state.control.operator, why="started"))
    return "Ready"
    yield


def reprint(draft: Draft, command: cmd.Reprint) -> Generator[Any, Any, str]:
    """Queue a copy of a receipt; it says COPY and its number."""
    _check_printer(draft)
    found = yield from _issued(draft, command.receipt_number)
    copy = found.copies + 1
    leave_closed_day(draft)
    draft.add(ev.CopyAsked(found.transaction, found.receipt_number, copy, command.reason))
    queue_print(draft, found.transaction, copy)
    return f"Receipt {found.receipt_number}: copy {copy} is printed"


def print_explanation(draft: Draft, command: cmd.PrintExplanation) -> Generator[Any, Any, str]:
    """Queue a slip that explains the open sale or a receipt; it is no receipt, and says so."""
    _check_printer(draft)
    sale = draft.state.transaction
    if sale is not None and not command.receipt_number:
        if not sale.basket.active:
            raise RuleViolation("The sale is empty", hint="scan or key an item first")
        subject, name = sale.id, f"sale {sale.number}"
    else:
        found = yield from _issued(draft, command.receipt_number)
        subject, name = found.transaction, f"receipt {found.receipt_number}"
    moment, settings = draft.moment, draft.settings
    draft.add(
        ev.JobQueued(
            Job(
                id=f"{moment.id}-explain",
                kind="explain",
                device=settings.receipt_device,
                subject=subject,
                queued_us=moment.wall_us,
                expires_us=moment.wall_us + settings.print_stale_us,
            )
        )
    )
    return f"The prices of {name} are printed"


def claim_jobs(draft: Draft, command: cmd.ClaimJobs) -> Generator[Any, Any, str]:
    """Mark jobs as being done; stale ones are given up instead."""
    now, fresh = draft.moment.wall_us, []
    for id_ in command.ids:
        job = draft.state.jobs.get(id_)
        if job is None or job.status is not JobStatus.QUEUED:
            continue
        if job.expires_us and now > job.expires_us:
            draft.add(ev.JobGivenUp(id_, "too late"))
        else:
            fresh.append(id_)
    if fresh:
        draft.add(ev.JobsSent(tuple(fresh)))
    return ""
    yield


def settle_job(draft: Draft, command: cmd.SettleJob) -> Generator[Any, Any, str]:
    """Record how a job ended; a job that has ended already stays as it is."""
    job = draft.state.jobs.get(command.id)
    ending = _ENDINGS.get(command.outcome)
    assert ending is not None, f"{command.outcome!r} is how a job can end"
    if job is not None and job.status is JobStatus.SENT:
        draft.add(ending(command.id, command.detail))
    return ""
    yield


_ENDINGS: dict[str, type] = {
    "confirmed": ev.JobConfirmed,
    "doubted": ev.JobDoubted,
    "returned": ev.JobReturned,
    "given_up": ev.JobGivenUp,
}


def answer_job(draft: Draft, command: cmd.AnswerJob) -> Generator[Any, Any, str]:
    """Take a person's word for a job in doubt. A receipt is printed again, a drawer is not.

    A batch is closed again only as it may be closed at all: with no payment there in doubt.
    """
    job = _doubtful(draft, command.id)
    if command.happened:
        draft.add(ev.JobConfirmed(job.id, "a person saw it"))
        return f"{_noun(job)}: done"
    draft.add(ev.JobGivenUp(job.id, "a person saw that it did not happen"))
    if job.kind == "kick":
        return "The drawer stays shut; no-sale opens it"
    if job.kind == "batch":
        close_batch_again(draft, job)
    else:
        _queue_again(draft, job)
    return f"{_noun(job)}: once more"
    yield


def _queue_again(draft: Draft, job: Job) -> None:
    again = attrs.evolve(
        job,
        id=f"{draft.moment.id}-again",
        status=JobStatus.QUEUED,
        queued_us=draft.moment.wall_us,
        expires_us=draft.moment.wall_us + draft.settings.print_stale_us,
        detail="",
    )
    draft.add(ev.JobQueued(again))


def anchor(draft: Draft, command: cmd.Anchor) -> Generator[Any, Any, str]:
    """Record a signature over the chain."""
    draft.add(
        ev.JournalAnchored(
            seq=command.seq, hash=command.hash, signature=command.signature, key=command.key
        )
    )
    return ""
    yield


def note_fault(draft: Draft, command: cmd.NoteFault) -> Generator[Any, Any, str]:
    """Record that a plugin failed."""
    draft.add(
        ev.PluginFaulted(
            plugin=command.plugin,
            version=command.version,
            hook=command.hook,
            message=command.message,
            quarantined=command.quarantined,
        )
    )
    return ""
    yield


def _check_printer(draft: Draft) -> None:
    if not draft.settings.receipt_device:
        raise RuleViolation("This till has no printer", hint="name one under [devices]")


def _issued(draft: Draft, number: int) -> Generator[Any, Any, Closing | FoundReceipt]:
    """Return a receipt that was issued; 0: the last one."""
    last = draft.state.last
    if not number or (last and last.receipt_number == number):
        if last is None:
            raise RuleViolation("No receipt was issued yet", hint="finish a sale first")
        return last
    found: FoundReceipt | None = None
    if 0 < number <= draft.state.last_receipt_number:
        found = yield FindReceipt(number)
    if found is None:
        raise RuleViolation(
            f"There is no receipt {number}",
            hint=f"the last one is {draft.state.last_receipt_number}",
        )
    return found


def _doubtful(draft: Draft, id_: str) -> Job:
    for job in draft.state.jobs.values():
        if job.status is JobStatus.UNKNOWN and id_ in {"", job.id}:
            return job
    raise RuleViolation("Nothing is in doubt", hint="go on selling")


def _noun(job: Job) -> str:
    nouns = {
        "print": "Receipt",
        "kick": "Drawer",
        "explain": "Price explanation",
        "slip": "Slip",
        "batch": "Batch",
        "report": "Report",
    }
    return nouns.get(job.kind, job.kind)
