"""The documents of report jobs: X, Z and its copies, by the subject of the job.

A subject is ``x`` or ``x-open``, or ``z-12`` for the Z of that number, or
``exceptions/FROM/TO/all``. Where operators sign in, only ``x-open`` tells what should be in the
drawer. What a report says is the kernel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import shop_settings
from posframe.kernel.domain.events import DayClosed
from posframe.reports.days import DAYS

if TYPE_CHECKING:
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.till import Till


def document_of(till: Till, subject: str, *, copy: int = 0) -> ReceiptDocument | None:
    """Return the report a job or a screen asks for; None: there is no such one.

    Args:
        till: the till; what happened up to its last commit counts.
        subject: as in the job.
        copy: above 0, it says that it is a copy.
    """
    if subject.startswith("exceptions/"):
        from posframe.exception_page import printed_report

        return printed_report(till.config, subject)
    kind, _, which = subject.partition("-")
    if subject in {"x", "x-open"}:
        signs_in = till.parts.engine.parts.settings.control.roles is not None
        return _x(till, shows_cash=subject == "x-open" or not signs_in)
    if kind == "z" and which.isdecimal():
        return _z(till, int(which), copy)
    if kind == "shift":
        from posframe.shift_documents import shift_document

        return shift_document(till, subject)
    return None


def closed_day(till: Till, number: int) -> DayClosed | None:
    """Return the closing of a day by the number of its Z; None: there is no such Z."""
    found = till.find_event(DAYS.queries["row_of_z"], number)
    if isinstance(found, DayClosed):
        return found
    last = till.state.control.last_z  # a journal in memory, or a read model that is behind
    return DayClosed(report=last) if last is not None and last.number == number else None


def _x(till: Till, *, shows_cash: bool) -> ReceiptDocument:
    from posframe.kernel.domain.day_totals_report import x_report

    state = till.state
    shop = shop_settings.shop(till.config)
    time_text = till.clock_text()
    totals, date = state.control.totals, state.business_date
    return x_report(totals, shop, date, time_text, shows_cash=shows_cash)


def _z(till: Till, number: int, copy: int) -> ReceiptDocument | None:
    closed = closed_day(till, number)
    if closed is None:
        return None
    from posframe.kernel.domain.day_totals_report import z_report

    time_text = till.clock_text(closed.closed_us or None)
    shop = shop_settings.shop(till.config)
    return z_report(closed.report, shop, time_text, copy=copy > 0, carried=closed.carried)
