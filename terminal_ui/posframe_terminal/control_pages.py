"""Views of people, cash and the day: the lock, counting, takings, reports, the cash page.

Loaded when the first of them is shown.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from posframe_terminal.views import Severity, View


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Fact:
    """One thing that is so, with the sign of how much it matters."""

    label: str
    value: str
    severity: Severity = "info"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LockView(View):
    """Who is there? And what is unfinished here; nothing of any customer, and no goods."""

    screen: ClassVar[str] = "lock"

    title: str
    """``SIGN IN``, or since when it is locked, and by whom."""
    time: str = ""
    """``14:07``, in big figures."""
    number: str = ""
    """What was typed as the number; empty: it is what is typed now."""
    asks_pin: bool = False
    facts: tuple[Fact, ...] = ()
    """What is unfinished, then which devices need somebody."""
    how: str = ""
    """What to do, in a sentence."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HeapRow:
    """One coin or note, and how many of it were counted."""

    label: str
    """``20.00``."""
    pieces: str = ""
    sum_minor: int | None = None
    currency: str = ""
    """Of foreign notes; empty: the till's own."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CountingView(View):
    """A drawer that is counted: what was found so far, and nothing of what should be there."""

    screen: ClassVar[str] = "counting"

    title: str
    heaps: tuple[HeapRow, ...] = ()
    total_minor: int = 0
    """Of what was counted, in the till's own currency."""
    last: tuple[str, ...] = ()
    """The rows typed last, the newest first, each as a person reads it."""
    asks: str = ""
    """What is asked after the cash: ``slips of Card``; empty: heaps are counted."""
    sums: tuple[tuple[str, str], ...] = ()
    """Of slips and vouchers: label and the sum that was given."""
    expected: tuple[tuple[str, str], ...] = ()
    """What should be there, only for who may see it."""
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CashRow:
    """One thing that can be done about cash and the day."""

    label: str
    entry: str
    """What it sends, or what stands on the entry line to be completed."""
    usage: str
    note: str = ""
    complete: bool = True
    """False: something has to be typed behind the entry."""
    denied: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CashDayView(View):
    """All that is about cash, shifts and the day, to choose from."""

    screen: ClassVar[str] = "cash_day"

    standing: tuple[Fact, ...] = ()
    """Which shift and which day are open."""
    rows: tuple[CashRow, ...] = ()

    @property
    def count(self) -> int:
        """How many can be chosen."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return the entry of the marked row; the first one when none is marked."""
        return self.rows[min(marked or 0, len(self.rows) - 1)].entry if self.rows else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReportView(View):
    """A report as it would be printed, to be read and scrolled through."""

    screen: ClassVar[str] = "report"

    title: str
    rows: tuple[str, ...] = ()
    """Lines of the paper."""
    notes: tuple[str, ...] = ()
    """What to do with it."""
    subject: str = ""
    """Names it: ``x``, ``z-12``."""

    @property
    def count(self) -> int:
        """How many rows can be scrolled through."""
        return len(self.rows)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TakingsRow:
    """One tender of a counted drawer: what should be there, and what was."""

    label: str
    expected_minor: int | None
    """None: not for this operator to see."""
    counted_minor: int
    reason: str = ""
    currency: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftRow:
    """One shift that is not confirmed."""

    id: str
    operator: str
    drawer: str
    since: str
    state: str
    severity: Severity = "info"
    takings: tuple[TakingsRow, ...] = ()
    """Once it is counted."""
    missing: tuple[str, ...] = ()
    """Differences that still want a reason."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftsView(View):
    """Shifts that are open or wait to be confirmed; the marked one in full."""

    screen: ClassVar[str] = "shifts"

    rows: tuple[ShiftRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many shifts can be marked."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked shift; of the first one when none is marked."""
        return self.rows[min(marked or 0, len(self.rows) - 1)].id if self.rows else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MessageRow:
    """Words that somebody left."""

    author: str
    left: str
    text: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MessagesView(View):
    """What was left for who has just signed in; Enter says that it was read."""

    screen: ClassVar[str] = "messages"

    warnings: tuple[str, ...] = ()
    """Above the messages: wrong tries on the operator's number."""
    messages: tuple[MessageRow, ...] = ()

    @property
    def count(self) -> int:
        """How many messages can be scrolled through."""
        return len(self.messages)
