"""What commands do about slips of terminals, and about batches handed in to the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.transaction import Job

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.payment import Slip
    from posframe.kernel.domain.tender import TenderRule

BATCH_STALE_US = 600_000_000
"""A batch that nobody could close is not closed by itself ten minutes later."""


def print_slips(draft: Draft, command: cmd.PrintSlips) -> Generator[Any, Any, str]:
    """Print what a customer pays by."""
    payment = draft.state.payments.get(command.id)
    if payment is not None and payment.is_blocking:
        queue_slips(draft, payment.id, command.slips)
    return ""
    yield


def queue_slips(draft: Draft, subject: str, slips: tuple[Slip, ...]) -> None:
    """Queue the print of slips; a till without a printer prints none."""
    moment, settings = draft.moment, draft.settings
    if not settings.receipt_device:
        return
    for place, slip in enumerate(slips):
        job = Job(
            id=f"{moment.id}-slip-{place}",
            kind="slip",
            device=settings.receipt_device,
            subject=subject,
            queued_us=moment.wall_us,
            expires_us=moment.wall_us + settings.print_stale_us,
            lines=slip.lines,
            qr=slip.qr,
        )
        draft.add(ev.JobQueued(job))


def close_batch(draft: Draft, command: cmd.CloseBatch) -> Generator[Any, Any, str]:
    """Queue the hand-in of what terminals and gateways took."""
    rules = [_batching(draft, command.type)] if command.type else _all_batching(draft)
    for rule in rules:
        _queue_batch(draft, rule)
    return f"Closing the batch of {', '.join(rule.label for rule in rules)}"
    yield


def close_batch_again(draft: Draft, doubted: Job) -> None:
    """Queue a batch once more of which a person said that it was not closed; by the same key.

    Raises:
        RuleViolation: a payment is in doubt there, or the method has no batches any more.
    """
    _queue_batch(draft, _batching(draft, doubted.subject), doubted.key or doubted.id)


def hear_batch(draft: Draft, command: cmd.HearBatch) -> Generator[Any, Any, str]:
    """Record what was handed in, and print its slips."""
    rule = draft.settings.rule_of(command.type)
    label = rule.label if rule else command.type
    batch = command.batch
    if batch.terminal and batch.mark and draft.state.marks.get(batch.terminal) != batch.mark:
        draft.add(ev.MarkSeen(batch.terminal, batch.mark))
    kept = attrs.evolve(batch, slips=())
    draft.add(ev.BatchClosed(type=command.type, label=label, batch=kept))
    queue_slips(draft, command.type, batch.slips)
    return f"{label}: batch closed"
    yield


def _queue_batch(draft: Draft, rule: TenderRule, key: str = "") -> None:
    if draft.settings.training:
        raise RuleViolation("This till is in training", hint="close batches with training off")
    _check_settled(draft, rule)
    job = Job(
        id=f"{draft.moment.id}-batch-{rule.id}",
        kind="batch",
        device=f"payments {rule.id}",
        subject=rule.id,
        queued_us=draft.moment.wall_us,
        expires_us=draft.moment.wall_us + BATCH_STALE_US,
        key=key,
    )
    draft.add(ev.JobQueued(job))


def _batching(draft: Draft, type_: str) -> TenderRule:
    rule = draft.settings.rule_of(type_)
    if rule is None or rule.capabilities is None or not rule.capabilities.batches:
        can = ", ".join(each.id for each in _batches(draft)) or "none"
        raise RuleViolation(f"{type_!r} has no batch to close", hint=f"these have: {can}")
    return rule


def _all_batching(draft: Draft) -> list[TenderRule]:
    rules = _batches(draft)
    if not rules:
        raise RuleViolation("Nothing here has a batch to close", hint="terminals and gateways have")
    return rules


def _batches(draft: Draft) -> list[TenderRule]:
    rules = draft.settings.tenders
    return [each for each in rules if each.capabilities is not None and each.capabilities.batches]


def _check_settled(draft: Draft, rule: TenderRule) -> None:
    """Refuse where a payment is in doubt: a batch that is handed in cannot be reversed in."""
    if any(each.type == rule.id and each.is_blocking for each in draft.state.payments.values()):
        raise RuleViolation(
            f"A payment by {rule.label} is under way or in doubt",
            hint="settle that first, then close the batch",
        )
    if any(each.kind == "batch" and each.subject == rule.id for each in draft.state.jobs.values()):
        raise RuleViolation(f"The batch of {rule.label} is being closed", hint="wait for it")
