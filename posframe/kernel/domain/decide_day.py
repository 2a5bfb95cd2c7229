"""What ends a business day, and its reports: Z, which closes and seals it, X, and copies of a Z.

A close never waits: what is unfinished is named with an owner and carried forward. Signing the
seal is the till's work, printing a job's.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.carried_forward import what_is_open
from posframe.kernel.domain.day_figures import has_figures, has_trade
from posframe.kernel.domain.permissions import Answer
from posframe.kernel.domain.questions import JournalHead
from posframe.kernel.domain.transaction import Job
from posframe.kernel.domain.z_report import next_z

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.carried_forward import OpenMatter
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import TillState
    from posframe.kernel.domain.z_report import ZReport

NAMED_MAX = 3
"""Matters carried forward that the words name; the report names all."""


def close_day(draft: Draft, command: cmd.CloseDay) -> Generator[Any, Any, str]:
    """Close the business day by the next Z, which seals every row before this action."""
    before, today = draft.before, draft.moment.local_date
    _check_open(before, today)
    begins = _begins_now(before, today)
    _check_meant(command.business_date, today if begins else before.business_date)
    head = yield JournalHead()
    approvals = _taken_out(draft)
    if begins:
        draft.add(ev.DayOpened(today))
    control, date = before.control, draft.state.business_date
    report = next_z(
        control.last_z, control.totals, date, before.till, head, since=control.open_since or date
    )
    carried = what_is_open(before, draft.moment.operator)
    draft.add(
        ev.DayClosed(
            report=report,
            carried=carried,
            closed_us=draft.moment.wall_us,
            operator=draft.moment.operator,
        )
    )
    for each in approvals:
        draft.add(each)
    if draft.settings.receipt_device:
        queue_report(draft, f"z-{report.number}")
    return _closed_words(report, carried, today)


def print_x(draft: Draft, _command: cmd.PrintX) -> Generator[Any, Any, str]:
    """Print what the day came to so far, cash only for who may see it; nothing else changes."""
    _check_printer(draft)
    queue_report(draft, "x-open" if _sees_cash(draft) else "x")
    return "X report: the day goes on"
    yield


def print_z(draft: Draft, command: cmd.PrintZ) -> Generator[Any, Any, str]:
    """Print a Z once more, as a copy."""
    _check_printer(draft)
    last = draft.state.control.last_z
    if last is None:
        raise RuleViolation("No day was closed yet", hint="type .closeday to close this one")
    number = command.number or last.number
    if not 1 <= number <= last.number:
        raise RuleViolation(f"There is no Z {number}", hint=f"the last one is {last.number}")
    queue_report(draft, f"z-{number}", copy=1)
    return f"Z {number}: a copy is printed"
    yield


def queue_report(draft: Draft, subject: str, *, copy: int = 0) -> None:
    """Queue the print of a report; ``copy`` 0 is the original.

    Its subject is ``x``, which tells no cash where operators sign in, ``x-open``, ``z-12``, or one
    of a shift.
    """
    moment, settings = draft.moment, draft.settings
    is_z = subject.startswith("z-")
    draft.add(
        ev.JobQueued(
            Job(
                id=f"{moment.id}-report",
                kind="report",
                device=settings.receipt_device,
                subject=subject,
                queued_us=moment.wall_us,
                copy=copy,
                # A Z is printed whenever the printer is there again; all others go stale.
                expires_us=0 if is_z else moment.wall_us + settings.print_stale_us,
            )
        )
    )


def _check_open(state: TillState, today: str) -> None:
    """Refuse a second Z where nothing happened since the last one, and no new date began."""
    control = state.control
    last = control.last_z
    if last is None or control.day_open or has_figures(control.totals):
        return
    if today <= last.business_date:
        raise RuleViolation(
            f"Z {last.number} has just closed the day", hint=f".z {last.number} prints it again"
        )


def _begins_now(state: TillState, today: str) -> bool:
    """Tell whether this closes a day that nothing has opened: all else is of an earlier one."""
    control = state.control
    idle = not control.day_open and not has_trade(control.totals)
    return (idle or not state.business_date) and today > state.business_date


def _check_meant(meant: str, open_: str) -> None:
    """Refuse a date that is none, or not that of the open day."""
    if not meant:
        return
    try:
        date = datetime.date.fromisoformat(meant).isoformat()
    except ValueError as error:
        raise RuleViolation(
            f"{meant!r} is no date", hint=f"type it as {open_}, or .closeday alone"
        ) from error
    if date != open_:
        raise RuleViolation(
            f"The business day that is open is {open_}, not {date}",
            hint=f"type .closeday {open_} to close it",
        )


def _taken_out(draft: Draft) -> tuple[Any, ...]:
    """Take back what the action did so far: it is counted in the next Z, so it comes after this."""
    events = tuple(event for event, _ in draft.events)
    draft.events.clear()
    draft.state = draft.before
    return events


def _sees_cash(draft: Draft) -> bool:
    """Tell whether who asks may know what should be in the drawer, by themselves."""
    roles, signed = draft.settings.control.roles, draft.state.control.signed_in
    if roles is None or signed is None:
        return False
    return roles.decide(signed.role, "count_expected").answer is Answer.ALLOW


def _check_printer(draft: Draft) -> None:
    if not draft.settings.receipt_device:
        raise RuleViolation(
            "This till has no printer", hint="name one under [devices], or: posframe day status"
        )


def _closed_words(report: ZReport, carried: tuple[OpenMatter, ...], today: str) -> str:
    date = report.business_date
    days = f"{report.first_date} to {date}" if report.first_date else date
    words = f"Z {report.number} closes {days}"
    if today < date:
        words = f"{words}. The clock says {today}: set it right"
    if not carried:
        return words
    named = "; ".join(f"{each.words} ({each.owner})" for each in carried[:NAMED_MAX])
    more = len(carried) - NAMED_MAX
    return f"{words}. Carried forward: {named}{f'; and {more} more' if more > 0 else ''}"
