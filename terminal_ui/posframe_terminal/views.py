"""Views of selling: everything the sale screen shows, as plain values ready to be painted.

Amounts are whole minor units; ``Money`` says how many of their digits are decimals. The till
side fills the views, the terminal adds what it knows itself (entry, keys, glyphs), ``paint``
turns them into rows. Views of the other screens are in ``pages``.

Most classes here are compared by identity and have no repr: a till makes one of each per
keystroke and loads them all before the first scan, and generated methods cost start time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol

import attrs

from posframe_terminal.keys import Hint

if TYPE_CHECKING:
    from collections.abc import Iterator

Severity = Literal["info", "good", "warning", "error"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Money:
    """How amounts are written: the currency's name and its decimal digits."""

    currency: str = "EUR"
    exponent: int = 2
    decimal_mark: str = "."


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Device:
    """One device in the bottom bar."""

    short: str
    """Three letters, for 80 columns."""
    name: str
    state: str = "ok"
    severity: Severity = "good"
    advice: str = ""
    """What a person has to do; shown instead of the other devices while it is not empty."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Head:
    """What the frame round every screen shows: top line, devices, queues."""

    till: str
    operator: str = ""
    owner: str = ""
    """Id of who is signed in; their screens are nobody else's. Empty: nobody signs in here."""
    title: str = ""
    """``SALE 104233``."""
    place: str = ""
    """Name of the store; wide screens only."""
    shift: str = ""
    link: str = ""
    """``ONLINE``, ``OFFLINE 00:04``."""
    link_severity: Severity = "good"
    clock: str = ""
    clock_long: str = ""
    """With date and seconds or whatever a wide screen has room for; empty: ``clock``."""
    training: str = ""
    """Words of the training banner; empty when money is real."""
    coach: tuple[str, ...] = ()
    """What a lesson asks for, and its hint; empty while none is on."""
    devices: tuple[Device, ...] = ()
    queue: int = 0
    """Jobs and rows waiting for the world outside."""
    held: int = 0
    """Suspended sales."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntryLine:
    """The one live line: what is typed, what it means, what went wrong. The terminal fills it."""

    text: str = ""
    meaning: str = ""
    message: str = ""
    severity: Severity = "info"
    refused: bool = False
    """The text was not accepted; the next character starts afresh."""
    waiting: int = 0
    """Keystrokes and scans not yet handled."""
    waiting_text: str = ""
    busy: bool = False
    """A command is being committed and takes long enough to say so."""
    scans_held: int = 0
    """Scans that wait for the pop-up to close."""


NOTHING_TYPED: Final = EntryLine()
MONEY: Final = Money()


@attrs.frozen(kw_only=True, repr=False)
class Note:
    """A row below a line: an adjustment, a hint, with or without its amount."""

    text: str
    amount_minor: int | None = None


@attrs.frozen(kw_only=True, repr=False)
class Line:
    """One line of the basket. Equal lines are painted once and remembered."""

    number: int
    quantity: str
    name: str
    unit_minor: int | None
    """Price of one unit, or of ``per`` units; None leaves the column empty."""
    per: str = ""
    """How many units the price is for: ``6``, shown as ``5.00/6``; empty: one."""
    sum_minor: int
    """Before adjustments where ``notes`` carry them, so that the column adds up."""
    notes: tuple[Note, ...] = ()
    flag: str = ""
    """``[scale]``, ``*offer``: where the quantity or the price came from."""
    voided: bool = False


class Lines(Protocol):
    """The basket's lines by index; only those on the screen are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Line: ...
    def __iter__(self) -> Iterator[Line]: ...


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Tax:
    """One rate of the tax table in the side column."""

    label: str
    net_minor: int
    amount_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Member:
    """The customer's neutral identity; never a name."""

    id: str
    tier: str = ""
    points: str = ""
    earned: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LastScan:
    """What the last scan was, where a person can check it against the thing in hand."""

    name: str
    code: str = ""
    price_minor: int | None = None
    note: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class QuickKey:
    """One cell of the quick keys."""

    number: int
    label: str
    price: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class View:
    """What every view of a screen has. The till fills ``head``, ``money`` and ``seen``."""

    screen: ClassVar[str]

    head: Head
    money: Money = MONEY
    seen: str = ""
    """The till's mark of transaction, tenders and amount due as shown; sent back with requests."""
    entry: EntryLine = NOTHING_TYPED
    hints: tuple[Hint, ...] = ()
    first: tuple[str, ...] = ()
    """Actions whose keys stand first in the key line, whatever else there is room for."""
    plain: bool = False
    """Only glyphs of a Linux console font."""
    marked: int | None = None
    """Index of the marked or chosen row."""
    denied: frozenset[str] = frozenset()
    """Actions that are not for who is signed in: shown, and greyed."""
    secret: bool = False
    """What is typed is a PIN: it is shown as dots, and goes nowhere else."""
    private: bool = False
    """Keys typed here belong here: none typed ahead goes to the screen after it."""
    hears_scans: bool = False
    """A form to which a scan may belong: a badge."""

    @property
    def count(self) -> int:
        """How many rows can be marked or chosen here."""
        return 0

    def choice(self, marked: int | None) -> str:
        """Return the till's name for the marked row, empty when none is."""
        del marked
        return ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SaleView(View):
    """The selling screen."""

    screen: ClassVar[str] = "sale"

    lines: Lines
    total_minor: int = 0
    items: str = "0"
    saved_minor: int = 0
    rounding_minor: int | None = None
    taxes: tuple[Tax, ...] = ()
    member: Member | None = None
    last_scan: LastScan | None = None
    quick: tuple[QuickKey, ...] = ()
    quick_title: str = ""
    coupons: str = ""
    """The coupons presented, in one line: ``2 coupons: SUMMER, 5 OFF``."""
    facts: tuple[tuple[str, str], ...] = ()
    """More pairs of label and value for tall screens: held sales, drawer, shift."""
    notice: str = ""
    """One standing sentence below the lines: offline limits, a plugin set aside."""

    @property
    def count(self) -> int:
        """How many lines can be marked."""
        return len(self.lines)

    def choice(self, marked: int | None) -> str:
        """Return the marked line's number."""
        in_basket = marked is not None and 0 <= marked < len(self.lines)
        return str(self.lines[marked].number) if in_basket and marked is not None else ""
