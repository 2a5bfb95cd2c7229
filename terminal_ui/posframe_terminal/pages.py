"""Views of the screens beside the sale: payment, change, lists, questions, help, trouble.

Loaded when the first of them is shown, so that a till is ready for its first scan sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import attrs

from posframe_terminal.keys import Hint
from posframe_terminal.views import Member, Severity, View


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TenderRow:
    """One tender so far; ``state`` says what a person must know: ``approved``, ``UNKNOWN``."""

    label: str
    amount_minor: int
    state: str = ""
    severity: Severity = "info"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Way:
    """One way to pay; its key is looked up by ``action`` in the key table."""

    action: str
    label: str
    note: str = ""
    key: str = ""
    """Shown where the action has no key of its own."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class QuickCash:
    """An amount likely to be handed over and what to type for it."""

    entry: str
    amount_minor: int
    note: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentView(View):
    """Tenders so far, ways to pay, what is still open."""

    screen: ClassVar[str] = "payment"

    to_pay_minor: int = 0
    open_minor: int = 0
    items: str = ""
    member: Member | None = None
    tenders: tuple[TenderRow, ...] = ()
    ways: tuple[Way, ...] = ()
    quick_cash: tuple[QuickCash, ...] = ()
    rounding_minor: int | None = None
    """What cash rounding would add, for the line that explains the difference."""
    notes: tuple[str, ...] = ()
    notice: str = ""
    """What became of the last payment, where that is not plain to see."""
    paid: tuple[tuple[str, int], ...] = ()
    """Where money is to be given back: (label, what can still go back by it) of what was paid."""

    @property
    def count(self) -> int:
        """How many tenders can be marked."""
        return len(self.tenders)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ChangeView(View):
    """What to give back, until the next scan starts the next sale."""

    screen: ClassVar[str] = "change"

    change_minor: int = 0
    label: str = "CHANGE"
    """What the amount is: ``GIVE BACK`` where goods came back for cash."""
    rows: tuple[tuple[str, int], ...] = ()
    """Label and amount: the tenders, what was to pay, the change."""
    give: tuple[str, ...] = ()
    """Notes and coins: ``1 x 20``."""
    drawer_open: bool = False
    receipt: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Found:
    """One item that a search found."""

    id: str
    code: str
    name: str
    price_minor: int | None
    flag: str = ""
    stock: str = ""
    elsewhere: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FindView(View):
    """Search for an item by parts of its name, code or PLU."""

    screen: ClassVar[str] = "find"

    results: tuple[Found, ...] = ()
    more: int = 0
    """Results beyond those listed."""
    detail: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many results can be chosen."""
        return len(self.results)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked result; the first one when none is marked."""
        return self.results[marked or 0].id if self.results else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HeldSale:
    """One suspended sale."""

    id: str
    number: int
    since: str
    age: str
    items: str
    total_minor: int
    operator: str = ""
    note: str = ""
    severity: Severity = "info"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HeldView(View):
    """Suspended sales, to recall one."""

    screen: ClassVar[str] = "held"

    sales: tuple[HeldSale, ...] = ()
    detail: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many sales can be recalled."""
        return len(self.sales)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked sale; the first one when none is marked."""
        return self.sales[marked or 0].id if self.sales else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HelpView(View):
    """The keys of a screen; made by the terminal from its key table."""

    screen: ClassVar[str] = "help"

    about: str = ""
    """The screen that the help is about."""
    keys: tuple[Hint, ...] = ()
    grammar: tuple[tuple[str, str], ...] = ()
    """What can be typed and what it means."""

    @property
    def count(self) -> int:
        """How many rows can be scrolled through."""
        return len(self.keys) + len(self.grammar)


class ExplainedRow(Protocol):
    """One row of an explanation, as the kernel words it."""

    @property
    def kind(self) -> str:
        """``line``, ``step`` of a price, ``sum`` or ``note``."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def minor(self) -> int | None:
        """What it comes to; a note to nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExplainView(View):
    """Why a sale or a line of it costs what it does, step by step."""

    screen: ClassVar[str] = "explain"

    title: str = ""
    """What is explained: ``Sale 12, line 3``."""
    rows: Sequence[ExplainedRow] = ()

    @property
    def count(self) -> int:
        """How many rows can be scrolled through."""
        return len(self.rows)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MenuView(View):
    """All that can be done on a screen, by name; made by the terminal from its key table."""

    screen: ClassVar[str] = "menu"

    about: str = ""
    """The screen that the menu is for."""
    rows: tuple[Hint, ...] = ()

    @property
    def count(self) -> int:
        """How many actions can be chosen."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked action; the first one when none is marked."""
        return self.rows[min(marked or 0, len(self.rows) - 1)].action if self.rows else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Notice:
    """One thing that is wrong or worth knowing, with what to do about it."""

    text: str
    advice: str = ""
    severity: Severity = "warning"
    code: str = ""
    """Stable code for support."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TroubleView(View):
    """Devices and notices in full: what is wrong, and what to do, in that order."""

    screen: ClassVar[str] = "trouble"

    notices: tuple[Notice, ...] = ()

    @property
    def count(self) -> int:
        """How many notices can be scrolled through."""
        return len(self.notices)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Choice:
    """One answer to a question: what to press or type, and what it does."""

    key: str
    label: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AskView(View):
    """A question over the screen below: cancel the sale? old enough? supervisor?

    Answers are F keys, Esc, or text and Enter; never a bare digit or letter, which a scan
    would press.
    """

    screen: ClassVar[str] = "ask"

    title: str = ""
    text: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    prompt: str = ""
    """Words before the typed answer; empty when nothing is to be typed."""
    secret: bool = False
    """Show a PIN as stars."""
    severity: Severity = "warning"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Field:
    """One thing to fill in; ``value`` is what is known, the current one is being typed."""

    label: str
    value: str = ""
    note: str = ""
    current: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FormView(View):
    """A few fields filled in order on the entry line, over the screen below."""

    screen: ClassVar[str] = "form"

    title: str = ""
    text: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    choices: tuple[Choice, ...] = ()
    severity: Severity = "info"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LearnView(FormView):
    """A barcode that nobody knows: what is it, and what does it cost?"""

    screen: ClassVar[str] = "learn"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PriceView(FormView):
    """An item whose price the operator keys."""

    screen: ClassVar[str] = "price"
