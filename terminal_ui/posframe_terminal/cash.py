"""Cash: what a screen does about drawers that are counted, shifts, reports and the day's end.

It turns keys into the session's entries and the kernel's commands; reports are looked at before
they are printed, and a day is closed only after what it carries forward was shown.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import (
    RuleViolation,
    commands,
    events,
    exceptions_asked_for,
    open_shifts,
    opened_lines,
    report_lines,
)
from posframe_terminal.asking import Asking
from posframe_terminal.cash_page import rows_of
from posframe_terminal.door import Invoked, Outcome, Scanned, Typed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import Outcome as KernelOutcome
    from posframe import Session, Till
    from posframe_terminal.door import Request
    from posframe_terminal.showing import Showing

COLUMNS: Final = 74
"""Of a report that is made for the screen."""
_LOOKED_AT: Final[dict[type, str]] = {
    commands.PrintX: "x_report",
    commands.PrintZ: "day_close",
    commands.CloseDay: "day_close",
}
"""Commands whose report is shown first, to whom may see it: those with this permission."""


@attrs.frozen(kw_only=True, eq=False)
class Report:
    """A report that is looked at, and what its key does."""

    title: str
    lines: tuple[str, ...]
    command: Any
    """What prints it, or closes the day."""

    @property
    def closes(self) -> bool:
        """Tell whether it is what the day would close with."""
        return isinstance(self.command, commands.CloseDay)


class Cash:
    """The counter's part that is about cash, shifts and the day."""

    def __init__(
        self,
        till: Till,
        session: Session,
        showing: Showing,
        do: Callable[..., Awaitable[Outcome]],
    ) -> None:
        """``do`` has the till do a command or show a screen."""
        self._till, self._session, self._showing, self._do = till, session, showing, do
        self._meant: Any = None
        """The command whose report was looked at: it is done now."""

    async def taken(self, request: Request) -> Outcome | None:
        """Do what is asked; None: it is not about cash."""
        if self._session.counting is not None:
            return await self._counted(request)
        match request:
            case Invoked(action="cash_day"):
                return Outcome(screen="cash_day")
            case Typed(screen="cash_day"):
                return await self._chosen(request)
            case Invoked(screen="report") | Typed(screen="report"):
                return await self._read(request)
            case Invoked(screen="shifts") | Typed(screen="shifts"):
                return await self._settled(request)
            case _:
                return None

    async def looked_at(self, command: Any) -> Outcome | None:  # noqa: ANN401 - any command
        """Show the report that a command is about; None: it is to be done at once."""
        permission = _LOOKED_AT.get(type(command))
        if permission is None or command is self._meant:
            return None
        if not self._showing.rights.freely(permission):
            return None  # the kernel refuses it, or asks for an approval
        subject = self._subject(command)
        lines = await asyncio.to_thread(report_lines, self._till, subject)
        if lines is None:
            return None
        self._showing.report = Report(title=_title(command, subject), lines=lines, command=command)
        return Outcome(screen="report")

    def exceptions(self, text: str) -> commands.OpenReport:
        """Return the command that opens the exception report of the days that were typed."""
        by_operator = self._till.config.operators.staff_figures == "by_operator"
        return exceptions_asked_for(text, by_operator=by_operator)

    async def opened(self, command: commands.OpenReport, outcome: KernelOutcome) -> Outcome:
        """Show the report that was opened; it is read beside the loop."""
        opened = next(
            row.event for row in outcome.recorded if isinstance(row.event, events.ReportOpened)
        )
        title, lines = await asyncio.to_thread(opened_lines, self._till, opened, COLUMNS)
        self._showing.report = Report(
            title=title.upper(),
            lines=lines,
            command=attrs.evolve(command, on_paper=True),
        )
        return Outcome(message=outcome.words, screen="report")

    def leads(self) -> str:
        """Return the screen that asks for reasons, where a count does not agree; else none."""
        return "shifts" if any(each.reasons_missing for each in open_shifts(self._till)) else ""

    async def _counted(self, request: Request) -> Outcome | None:
        """Take a line of the count; whatever is a sale's waits until it is done."""
        match request:
            case Typed(screen="counting"):
                return await self._do(self._session.read(request.text))
            case Invoked(action="count_done"):
                return await self._do(self._session.read("done"))
            case Invoked(action="back", screen="counting"):
                key = self._showing.key_of("count_done")
                raise RuleViolation("A drawer is being counted", hint=f"{key} ends, .leave stops")
            case Scanned():
                badge = self._session.badge_entry(request.code)
                if badge is not None:
                    return await self._do(badge)
                raise RuleViolation(
                    "A drawer is being counted: nothing was added",
                    hint="scan it again when that is done",
                )
            case _:
                return None

    async def _chosen(self, request: Typed) -> Outcome:
        """Do the marked thing, with what was typed behind it."""
        row = next(each for each in rows_of(self._showing) if each.entry == request.choice)
        text = request.text.strip()
        if not row.complete and not text:
            return Outcome(
                screen="sale", text=f"{row.entry} ", message=f"Go on typing: {row.usage}"
            )
        return await self._do(self._session.read(f"{row.entry} {text}".strip()), screen="sale")

    async def _read(self, request: Typed | Invoked) -> Outcome | None:
        """Print the report that is looked at, or close the day."""
        report = self._showing.report
        action = request.action if isinstance(request, Invoked) else ""
        if report is None or action not in {"report_print", "close_day", ""}:
            return None
        if action == "report_print" and not report.closes:
            self._meant = report.command
            return await self._do(report.command)
        if action == "close_day" and report.closes:
            self._meant = report.command
            self._showing.asking = self._closing(report)
            return Outcome()
        print_key, close_key = map(self._showing.key_of, ("report_print", "close_day"))
        hint = f"{close_key} closes the day" if report.closes else f"{print_key} prints it"
        raise RuleViolation("Nothing is typed here", hint=f"{hint}; Esc leads back")

    async def _settled(self, request: Typed | Invoked) -> Outcome | None:
        """Take the reason for what differs in the marked shift, or confirm it."""
        shift = next((e for e in open_shifts(self._till) if e.id == request.choice), None)
        text = request.text.strip()
        if isinstance(request, Invoked):
            if request.action != "shift_confirm" or shift is None:
                return None
            return await self._do(commands.ConfirmShift(shift=shift.id), screen="shifts")
        if text.startswith("."):
            return await self._do(self._session.read(text), screen="sale")
        if shift is None or not shift.reasons_missing:
            key = self._showing.key_of("shift_confirm")
            raise RuleViolation("No reason is missing", hint=f"{key} confirms the takings")
        if not text:
            raise RuleViolation(
                f"Why does {shift.reasons_missing[0]} differ?", hint="type it, then Enter"
            )
        command = commands.ExplainDifference(
            type=shift.reasons_missing[0], reason=text, shift=shift.id
        )
        return await self._do(command, screen="shifts")

    def _subject(self, command: Any) -> str:  # noqa: ANN401 - one of three commands
        if not isinstance(command, commands.PrintZ):
            return "x-open" if self._showing.rights.freely("count_expected") else "x"
        last = self._till.state.control.last_z
        return f"z-{command.number or (last.number if last else 0)}"

    def _closing(self, report: Report) -> Asking:
        matters = len(self._showing.matters())
        carried = f"{matters} unfinished things are carried forward" if matters else (
            "Nothing is unfinished")  # fmt: skip
        last = self._till.state.control.last_z
        number = last.number + 1 if last else 1
        return Asking(
            command=report.command,
            title="CLOSE THE DAY?",
            text=f"Business day {self._till.state.business_date} ends with Z {number}, which is"
            f" numbered once and sealed. {carried}.",
            yes="yes, close it",
            no="no, the day goes on",
            screen="sale",
            back="report",
        )


def _title(command: Any, subject: str) -> str:  # noqa: ANN401 - one of three commands
    if isinstance(command, commands.CloseDay):
        return "CLOSE THE DAY"
    if isinstance(command, commands.PrintX):
        return "X REPORT"
    return f"Z REPORT {subject[2:]}"
