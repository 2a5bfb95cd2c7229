"""Reports as lines of text, for screens: as on paper, and what a close carries forward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe.kernel.domain.carried_forward import OpenMatter, what_is_open
from posframe.report_documents import document_of

if TYPE_CHECKING:
    from posframe.kernel.domain.events import ReportOpened
    from posframe.till import Till

COLUMNS: Final = 42
"""As on paper of 80 mm."""


def report_lines(till: Till, subject: str, columns: int = COLUMNS) -> tuple[str, ...] | None:
    """Return a report line by line; None: there is no such one.

    It may read beside the engine: call it where a screen does not wait.

    Args:
        till: the till; what happened up to its last commit counts.
        subject: ``x``, ``x-open`` which tells cash where operators sign in, ``z-12``, or of a
            shift, as its print job names it.
        columns: of the paper.
    """
    from posframe.kernel.domain.receipt_layout import plain_text

    document = document_of(till, subject)
    return None if document is None else tuple(plain_text(document, columns).splitlines())


def open_matters(till: Till) -> tuple[OpenMatter, ...]:
    """Return what closing the day now would carry forward, each with its owner."""
    control = till.state.control
    return what_is_open(till.state, control.operator or till.config.till.operator)


def opened_lines(till: Till, opened: ReportOpened, columns: int) -> tuple[str, tuple[str, ...]]:
    """Return the title and the lines of a report that was opened, as the journal has it now.

    Raises:
        JournalError: the journal cannot be read.
        ConfigurationError: the settings of the report cannot be.
    """
    from posframe.exception_page import exception_page

    page = exception_page(till.config, opened)
    return f"{page.title}, {page.period}", page.lines(columns)
