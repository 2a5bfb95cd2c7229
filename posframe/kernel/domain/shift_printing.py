"""What is printed of shifts and of cash that goes in or out: jobs, where the till has a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.transaction import Job

if TYPE_CHECKING:
    from posframe.kernel.domain.draft import Draft

TITLES = {
    "loan": "LOAN TO THE DRAWER",
    "paid_in": "PAID IN",
    "paid_out": "PAID OUT",
    "pickup": "PICKUP",
    "skim": "NOTES TO THE SAFE",
}
"""What a slip of cash says above all, by kind of movement."""

_LINE = "_" * 24


def print_report(draft: Draft, subject: str) -> None:
    """Queue the slip of a shift: ``shift-7-open``, ``shift-7-end`` or ``shift-7-confirm``."""
    _queue(draft, f"{draft.moment.id}-{subject}", "report", subject)


def print_movement(draft: Draft, event: ev.CashMoved) -> None:
    """Queue the slip of cash that went in or out, with room for both signatures."""
    if not draft.settings.control.cash_slips or not event.minor:
        return
    moment, state = draft.moment, draft.state
    currency = event.currency or state.currency
    amount = format_minor(abs(event.minor), exponent(currency))
    lines = (
        TITLES[event.kind],
        f"Till {state.till}, {state.business_date}",
        f"Amount: {amount} {currency}",
        f"Reason: {event.reason or '-'}",
        f"Operator: {moment.operator}",
        f"Shift: {event.shift or '-'}",
        "",
        f"Given:    {_LINE}",
        "",
        f"Received: {_LINE}",
    )
    _queue(draft, f"{moment.id}-cash-slip", "slip", moment.id, lines)


def _queue(draft: Draft, id_: str, kind: str, subject: str, lines: tuple[str, ...] = ()) -> None:
    moment, settings = draft.moment, draft.settings
    if not settings.receipt_device:
        return
    job = Job(
        id=id_,
        kind=kind,
        device=settings.receipt_device,
        subject=subject,
        queued_us=moment.wall_us,
        expires_us=moment.wall_us + settings.print_stale_us,
        lines=lines,
    )
    draft.add(ev.JobQueued(job))
