"""The exception report of a till, for a screen, a script, a file or a slip.

Who may look, and of which days, the kernel says when it is asked to open the report; this only
reads what was opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.exception_reading import read_findings
from posframe.exceptions.report import (
    HEADINGS,
    ExceptionReport,
    ReportRow,
    exception_report,
    slip,
)
from posframe.exceptions.rules import ExceptionSettings
from posframe.kernel.domain.commands import OpenReport
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.events import ReportOpened
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.config import TillConfig
    from posframe.kernel.domain.receipt import ReceiptDocument

_JOURNAL = "till.db"
"""As the till names it, which stands above this."""
REPORT = "exceptions"
_PRINT = "print"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExceptionPage(Value):
    """The report with all that a screen shows of it."""

    title: str
    period: str
    """The business days, in words."""
    report: ExceptionReport
    decimals: int
    """Of the till's currency."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the columns of ``rows``."""
        return HEADINGS

    @property
    def rows(self) -> tuple[ReportRow, ...]:
        """One a line."""
        return self.report.rows

    @property
    def document(self) -> ReceiptDocument:
        """The report as a slip for the receipt printer."""
        return slip(self.report, self.period, self.decimals)

    def lines(
        self, columns: int, lesson_of: Callable[[str], str] = lambda _rule: ""
    ) -> tuple[str, ...]:
        """Return it as plain lines of at most so many columns, as the slip has them.

        ``lesson_of`` returns the lesson to name below a rule; empty: none.
        """
        document = slip(self.report, self.period, self.decimals, lesson_of)
        return tuple(plain_text(document, columns).splitlines())


def exceptions_asked_for(text: str, *, by_operator: bool = True) -> OpenReport:
    """Return the command that ``FROM TO print`` as typed asks for.

    Args:
        text: up to two dates, one alone is both; ``print`` behind them has it on paper.
        by_operator: with the figures of each operator.
    """
    words = text.split()
    on_paper = words[-1:] == [_PRINT]
    words = words[:-1] if on_paper else words
    first = words[0] if words else ""
    return OpenReport(
        report=REPORT,
        from_date=first,
        to_date=words[1] if len(words) > 1 else first,
        by_operator=by_operator,
        on_paper=on_paper,
    )


def printed_report(config: TillConfig, subject: str) -> ReceiptDocument:
    """Return the report of a print job, by the job's subject as the kernel wrote it."""
    report, first, last, whose = subject.split("/")
    opened = ReportOpened(
        report=report, operator="", from_date=first, to_date=last, by_operator=whose == "named"
    )
    return exception_page(config, opened).document


def exception_page(config: TillConfig, opened: ReportOpened) -> ExceptionPage:
    """Return the report that was opened.

    Args:
        config: of the till whose journal is read.
        opened: the event that says of which days, and whether by operator.

    Raises:
        JournalError: the journal cannot be read.
        ConfigurationError: ``[exceptions]`` cannot be.
    """
    found = read_findings(config.folder / _JOURNAL, opened.from_date, opened.to_date)
    return ExceptionPage(
        title="Exception report",
        period=_period(opened),
        report=exception_report(found, settings_of(config), by_operator=opened.by_operator),
        decimals=exponent(config.till.currency),
    )


def settings_of(config: TillConfig) -> ExceptionSettings:
    """Return how this shop looks at exceptions."""
    section = config.exceptions
    return ExceptionSettings(
        rules=dict(section.rules),
        aggregated=config.operators.staff_figures == "aggregated",
        operators_min=section.operators_min,
    )


def _period(opened: ReportOpened) -> str:
    first, last = opened.from_date, opened.to_date
    if first and first == last:
        return first
    return f"{first or 'the first day'} to {last or 'the last day'}"
