"""A shift as a value: its float, what moved, what was taken, counted, explained and confirmed.

What may happen to it, and what should be in its drawer, is ``shift_reckoning``'s.
"""

from __future__ import annotations

import enum
from typing import Annotated

import attrs

from posframe.kernel.domain.counting import Count
from posframe.value import Value

CASH = "cash"
"""The difference of the till's own cash, whatever its tender types are called."""
FOREIGN = "foreign "
"""What the difference of foreign notes begins with; the currency follows."""
FLOAT = "float"
"""The difference of the opening float against what was said to be in the drawer."""
FLOAT_FOREIGN = f"{FOREIGN}float "
"""What the difference of foreign notes in the opening float begins with; the currency follows."""


def foreign_of(type_: str) -> str:
    """Return the currency that a sum or difference is in; empty: the till's own."""
    if not type_.startswith(FOREIGN):
        return ""
    return type_.removeprefix(FOREIGN).removeprefix("float ")


def is_float(type_: str) -> bool:
    """Tell whether a difference is about an opening float."""
    return type_ == FLOAT or type_.startswith(FLOAT_FOREIGN)


class ShiftState(enum.Enum):
    """How far a shift is."""

    OPEN = "open"
    ENDED = "ended"
    """Counted; nothing of it changes any more but the second count and reasons."""
    CONFIRMED = "confirmed"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftCash(Value):
    """What went into a drawer and out of it since the shift began; ``unfinished`` has a sign."""

    opening_float_minor: Annotated[int, 1] = 0
    loans_minor: Annotated[int, 2] = 0
    pickups_minor: Annotated[int, 3] = 0
    paid_in_minor: Annotated[int, 4] = 0
    paid_out_minor: Annotated[int, 5] = 0
    cash_sales_minor: Annotated[int, 6] = 0
    """What customers handed over less their change: as rounded."""
    cash_refunds_minor: Annotated[int, 7] = 0
    skims_minor: Annotated[int, 8] = 0
    """Large notes taken to the safe while the shift goes on."""
    unfinished_minor: Annotated[int, 9] = 0
    """Handed over for sales not finished: those there at the end, less those there at the start."""
    at_sale_minor: Annotated[int, 10] = 0
    """Of float and sales, what was there at the last one in cash; 0: some was taken out since."""

    @property
    def expected_minor(self) -> int:
        """What should be in the drawer; a manager may see it, who counts may not."""
        return (
            self.opening_float_minor
            + self.loans_minor
            + self.paid_in_minor
            + self.cash_sales_minor
            + self.unfinished_minor
            - self.pickups_minor
            - self.paid_out_minor
            - self.cash_refunds_minor
            - self.skims_minor
        )


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TenderSum(Value):
    """What was taken by one tender type, less what was given back, or what somebody says it was."""

    type: Annotated[str, 1]
    """Id of the tender type; foreign notes in the drawer are ``foreign USD``."""
    minor: Annotated[int, 2]
    """In minor units; of foreign notes, of their own currency."""
    pieces: Annotated[int, 3] = 0
    """Slips or vouchers it was added up from; 0: not said."""

    @property
    def key(self) -> tuple[str]:
        """What makes two of them the same."""
        return (self.type,)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Declared(Value):
    """What one person found at the end of a shift: cash counted, slips and vouchers added up."""

    operator: Annotated[str, 1]
    at_us: Annotated[int, 2]
    cash: Annotated[Count, 3]
    sums: Annotated[tuple[TenderSum, ...], 4] = ()
    """Of everything but cash: slip totals of cards, vouchers."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftRules(Value):
    """What a shop wants of a close."""

    declared_types: tuple[str, ...] = ()
    """Tender types whose slips or vouchers are added up by hand; the others are not asked for."""
    reason_limit_minor: int = 0
    """A larger difference, over or short, needs a reason; in foreign notes any does."""
    skim_limit_minor: int = 0
    """A drawer that holds more should be skimmed; 0: no reminder."""
    self_confirm: bool = False
    """True: a shop of one person, who also confirms."""
    unconfirmed_max: int = 0
    """So many ended shifts may wait for confirmation when another opens; 0: any number."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Shift(Value):
    """One operator's accountable period with one drawer: float, movements, counts, confirmation."""

    id: Annotated[str, 1]
    business_date: Annotated[str, 2]
    drawer: Annotated[str, 3]
    operator: Annotated[str, 4]
    opened_us: Annotated[int, 5]
    cash: Annotated[ShiftCash, 6] = ShiftCash()
    taken: Annotated[tuple[TenderSum, ...], 7] = ()
    """By type, everything that is not the till's own cash."""
    state: Annotated[ShiftState, 8] = ShiftState.OPEN
    counts: Annotated[tuple[Declared, ...], 9] = ()
    """The first count and, if there was one, the second, which then is the one that holds."""
    reasons: Annotated[tuple[tuple[str, str], ...], 10] = ()
    """By what they are about, as in ``Difference.type``."""
    confirmed_by: Annotated[str, 11] = ""
    confirmed_us: Annotated[int, 12] = 0
    carried_from: Annotated[str, 13] = ""
    """The shift that handed the drawer over."""
    float_told_minor: Annotated[int | None, 14] = None
    """What the float is held against: what the till had in the drawer, or where it knew nothing of
    it, what was said to be handed out; None: neither."""
    float_said_minor: Annotated[int | None, 15] = None
    """What was said to be in it, as it was said; None: nobody said."""
    float_foreign: Annotated[tuple[Difference, ...], 16] = ()
    """Of foreign notes in the float, what was left in the drawer and what was found, by currency;
    empty: none, or nothing was known of the drawer."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Difference(Value):
    """What was declared of one tender against what should be there."""

    type: Annotated[str, 1]
    """``cash``, ``float``, ``foreign USD``, ``foreign float USD``, or the id of a tender type."""
    expected_minor: Annotated[int, 2]
    declared_minor: Annotated[int, 3]

    @property
    def minor(self) -> int:
        """Over if positive, short if negative."""
        return self.declared_minor - self.expected_minor

    @property
    def word(self) -> str:
        """``over``, ``short`` or ``agrees``."""
        return "over" if self.minor > 0 else "short" if self.minor else "agrees"
