"""Notes: the little of a journal row that signs are read from, in words and whole numbers."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

import attrs

from posframe.value import Value

Fields = dict[str, Any] | None
"""What a row's note has beside place, time and actor; None: the row tells nothing."""


class NoteKind(enum.Enum):
    """What a row told."""

    OPENED = "opened"
    LINE = "line"
    VOID = "void"
    PRICED = "priced"
    BASKET_DISCOUNT = "basket_discount"
    TOTALLED = "totalled"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    CASH = "cash"
    KICK = "kick"
    COPY = "copy"
    RESOLVED = "resolved"
    GIVEN_BACK = "given_back"
    APPROVAL = "approval"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DENIED = "approval_denied"
    APPROVAL_TRIED = "approval_tried"
    PRICE_LOOK = "price_look"
    APPROVAL_GRANTED = "approval_granted"
    COUPON = "coupon"
    SIGNED_ON = "signed_on"
    LEFT = "left"
    TRY_FAILED = "try_failed"
    NUMBER_FREED = "number_freed"
    SHIFT_OPENED = "shift_opened"
    SHIFT_ENDED = "shift_ended"
    RECOUNTED = "recounted"
    SHIFT_CONFIRMED = "shift_confirmed"
    DAY_CLOSED = "day_closed"
    CLOCK = "clock"


class Tick(NamedTuple):
    """The monotonic time of a row, which no hand can put forward."""

    boot: str
    """Times are compared only within one start of the machine."""
    mono_us: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LineNote(Value):
    """A line as one row left it."""

    number: int
    minor: int
    unit_minor: int
    below_minor: int | None = None
    """What a price by hand takes off the catalogue's; None: the price is the catalogue's."""
    manual: tuple[tuple[str, int], ...] = ()
    """(id, minor) of each discount by hand."""
    blind_return: bool = False
    taken_off_milli: int = 0
    """How much of it lower quantities took off so far."""
    price_per_milli: int = 1000


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Note(Value):
    """What one row told; which fields are set depends on its kind."""

    seq: int
    action: int
    kind: NoteKind
    wall_us: int
    business_date: str
    actor: str
    transaction: str = ""
    minor: int = 0
    about: str = ""
    """The kind of a movement or transaction, the permission of an approval, the id of a shift, the
    mark of a number."""
    person: str = ""
    """Who answered for it."""
    line: LineNote | None = None
    number: int = 0
    """The line of a void, the count of lines of what was cancelled; 1 for a shift that agreed only
    when it was counted again."""
    minors: tuple[tuple[str, int], ...] = ()
    """What discounts came to by their ids, what went back by tender types, what a shift was over
    by type (short: negative)."""
    refers: tuple[str, ...] = ()
    customer: str = ""
    training: bool = False
    jump_us: int = 0
