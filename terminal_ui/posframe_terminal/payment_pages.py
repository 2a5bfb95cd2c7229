"""Views of payments by something outside: one under way, all that are open, a person's answer.

Loaded when the first of them is shown.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from posframe_terminal.pages import FormView, TenderRow
from posframe_terminal.views import Severity, View


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PayingView(View):
    """The customer is paying, or nobody knows yet: what is said of it, and what can be done."""

    screen: ClassVar[str] = "paying"

    label: str
    amount_minor: int
    words: str
    """What the terminal says, or what is known."""
    elapsed: str = ""
    """Since it was asked for: ``0:17``."""
    severity: Severity = "info"
    tenders: tuple[TenderRow, ...] = ()
    """Paid so far beside it."""
    open_minor: int = 0
    """Still to pay on the sale, this payment not counted."""
    shows: str = ""
    """What the customer scans to pay, as the data of a QR code; empty: nothing."""
    notes: tuple[str, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    """(action, what it does here): its key is looked up in the key table."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentRow:
    """One payment that is not at its end."""

    id: str
    label: str
    amount_minor: int
    sale: str
    since: str
    age: str
    standing: str
    severity: Severity = "info"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentsView(View):
    """Every payment that is not at its end, of this sale and of others."""

    screen: ClassVar[str] = "payments"

    payments: tuple[PaymentRow, ...] = ()
    detail: tuple[str, ...] = ()
    """Of the marked one: how it stands, and what can be answered."""

    @property
    def count(self) -> int:
        """How many payments can be marked."""
        return len(self.payments)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked payment; the first one when none is marked."""
        at = min(marked or 0, len(self.payments) - 1)
        return self.payments[at].id if self.payments else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AnswerView(FormView):
    """What a person says of a payment, field after field."""

    screen: ClassVar[str] = "answer"
