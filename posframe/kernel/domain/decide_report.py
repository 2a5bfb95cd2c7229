"""Who may look at what people did, and the row that says they looked.

The report itself is read from the journal by who asks; what is decided here is whether, and of
which days. Where staff figures must stay aggregated a report is of one calendar month that is over:
two reports whose days overlap would give, one taken from the other, the figures of a day on which
one person worked.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.decide_day import queue_report
from posframe.kernel.domain.lockout import check_wait
from posframe.kernel.domain.permissions import Answer
from posframe.kernel.domain.refusals import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft

REPORTS = {"exceptions": "exceptions"}
"""Reports that are kept when they are looked at, with the permission each asks for."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def open_report(draft: Draft, command: cmd.OpenReport) -> Generator[Any, Any, str]:
    """Let who is signed in look at a report."""
    return _opened(draft, command, draft.moment.operator)
    yield


def open_report_for(draft: Draft, command: cmd.OpenReportFor) -> Generator[Any, Any, str]:
    """Let somebody look who showed who they are, whoever is signed in."""
    control = draft.settings.control
    if control.roles is None:
        raise RuleViolation("Nobody signs in at this till", hint="ask without a number")
    lockouts = draft.state.control.lockouts
    check_wait(lockouts, command.mark, draft.moment.instant, control.lockout)
    _check_report(command.asked)
    verdict = control.roles.decide(command.role, REPORTS[command.asked.report])
    if verdict.answer is not Answer.ALLOW:
        raise NotAllowed(verdict.message, hint="call somebody whose work it is")
    return _opened(draft, command.asked, command.operator)
    yield


def _check_report(asked: cmd.OpenReport) -> None:
    if asked.report not in REPORTS:
        raise RuleViolation(
            f"There is no report {asked.report!r}", hint=f"one of: {', '.join(REPORTS)}"
        )


def _opened(draft: Draft, asked: cmd.OpenReport, operator: str) -> str:
    _check_report(asked)
    for date in (asked.from_date, asked.to_date):
        _check_date(date)
    if asked.from_date and asked.to_date and asked.to_date < asked.from_date:
        raise RuleViolation("The last day is before the first", hint="type the first one first")
    if draft.settings.control.figures_aggregated:
        _check_aggregated(draft, asked)
    draft.add(
        ev.ReportOpened(
            report=asked.report,
            operator=operator,
            from_date=asked.from_date,
            to_date=asked.to_date,
            by_operator=asked.by_operator,
        )
    )
    if not asked.on_paper:
        return f"Report: {asked.report}"
    if not draft.settings.receipt_device:
        raise RuleViolation("This till has no printer", hint="name one under [devices]")
    queue_report(draft, subject_of(asked))
    return f"Report: {asked.report}; it is printed"


def subject_of(asked: cmd.OpenReport) -> str:
    """Return the subject of its print job: ``exceptions/2026-01-01/2026-01-31/named``."""
    whose = "named" if asked.by_operator else "all"
    return "/".join((asked.report, asked.from_date, asked.to_date, whose))


def _check_date(text: str) -> None:
    if text and not _is_date(text):
        raise RuleViolation(f"{text!r} is no date", hint="type it as 2026-11-21")


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _check_aggregated(draft: Draft, asked: cmd.OpenReport) -> None:
    if asked.by_operator:
        raise RuleViolation(
            "Staff figures stay aggregated here: nobody's own are shown",
            hint="ask for the whole shop's; operators.staff_figures in till.toml says so",
        )
    if not _is_past_month(asked.from_date, asked.to_date, draft.moment.local_date):
        raise RuleViolation(
            "Staff figures stay aggregated here: a report is of one calendar month that is over",
            hint="type its first and last day, as 2026-10-01 2026-10-31",
        )


def _is_past_month(first: str, last: str, today: str) -> bool:
    if not first or first[:7] != last[:7] or not first.endswith("-01") or last >= today:
        return False
    day_after = datetime.date.fromisoformat(last) + datetime.timedelta(days=1)
    return day_after.day == 1
