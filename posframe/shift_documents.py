"""The slips of shifts by the subject of their job: ``shift-7-open``, ``-end`` or ``-confirm``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import shop_settings
from posframe.kernel.domain.events import ShiftConfirmed
from posframe.reports.shifts import QUERIES

if TYPE_CHECKING:
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.shift import Shift
    from posframe.till import Till


def shift_document(till: Till, subject: str) -> ReceiptDocument | None:
    """Return the slip that a subject names; None: there is no such shift, or it is not so far.

    Args:
        till: the till; what happened up to its last commit counts.
        subject: as in the job.
    """
    _, id_, what = subject.split("-", 2) if subject.count("-") == 2 else ("", "", "")
    confirmed = confirmed_shift(till, id_)
    shift = till.state.control.shift(id_) or (confirmed.shift if confirmed is not None else None)
    if shift is None:
        return None
    if what == "confirm":
        return _confirmed(till, confirmed) if confirmed is not None else None
    return _slip(till, shift, what)


def confirmed_shift(till: Till, id_: str) -> ShiftConfirmed | None:
    """Return the confirmation of a shift; None: there is none."""
    if not id_ or till.state.control.shift(id_) is not None:
        return None
    found = till.find_event(QUERIES["row_of_shift"], id_)
    return found if isinstance(found, ShiftConfirmed) else None


def _slip(till: Till, shift: Shift, what: str) -> ReceiptDocument | None:
    from posframe.kernel.domain.shift_report import end_slip, open_slip

    shop, currency = shop_settings.shop(till.config), till.config.till.currency
    if what == "open":
        return open_slip(shift, shop, currency, till.clock_text(shift.opened_us))
    if what == "end" and shift.counts:
        return end_slip(shift, shop, currency, till.clock_text(shift.counts[-1].at_us))
    return None


def _confirmed(till: Till, event: ShiftConfirmed) -> ReceiptDocument:
    from posframe.kernel.domain.shift_report import confirm_slip

    return confirm_slip(
        event.shift,
        event.differences,
        shop_settings.shop(till.config),
        till.config.till.currency,
        till.clock_text(event.shift.confirmed_us),
    )
