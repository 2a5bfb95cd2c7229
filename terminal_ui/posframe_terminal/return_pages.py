"""Views of goods that come back: which receipt, its lines, who sold an item, who answers for it.

Loaded when the first of them is shown.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from posframe_terminal.pages import FormView
from posframe_terminal.views import View


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReceiptRow:
    """A line of a receipt."""

    number: int
    text: str
    sold: str
    left: str
    """How much can still come back; empty: nothing."""
    amount_minor: int
    """What the whole line cost."""
    state: str = ""
    """Why it cannot come back now: ``came back``, ``in this sale``."""
    follows: bool = False
    """It comes back with the line above it, as a deposit does."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReceiptView(View):
    """A receipt, to take goods of it back."""

    screen: ClassVar[str] = "receipt"

    title: str
    total_minor: int
    paid: tuple[str, ...] = ()
    """How it was paid, and what can still go back by each."""
    rows: tuple[ReceiptRow, ...] = ()
    conditions: tuple[str, ...] = ()
    """What the goods may be in, the usual one first."""
    condition: str = ""
    """The one that is chosen."""
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many lines can be marked."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return the number of the marked line; the first one when none is marked."""
        at = min(marked or 0, len(self.rows) - 1)
        return str(self.rows[at].number) if self.rows else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SoldRow:
    """A receipt with a line that sold what is looked for."""

    receipt_number: int
    number: int
    sold_at: str
    text: str
    sold: str
    left: str
    amount_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SoldView(View):
    """The receipts that have an item on a date."""

    screen: ClassVar[str] = "sold"

    title: str = ""
    rows: tuple[SoldRow, ...] = ()

    @property
    def count(self) -> int:
        """How many rows can be marked."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return ``RECEIPT LINE`` of the marked row; of the first one when none is marked."""
        if not self.rows:
            return ""
        row = self.rows[min(marked or 0, len(self.rows) - 1)]
        return f"{row.receipt_number} {row.number}"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnsView(View):
    """Which receipt do the goods come from?"""

    screen: ClassVar[str] = "returns"

    last: str = ""
    """The receipt that is meant when nothing is typed."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ApprovalView(FormView):
    """Who answers for what was refused, and why."""

    screen: ClassVar[str] = "approval"
