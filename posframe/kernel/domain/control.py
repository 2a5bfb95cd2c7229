"""Who is at the till, whose money is in it, and what the day came to: one part of a till's state.

Events change it (``control_folding``); what may happen to each part is decided elsewhere.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.approvals import VALID_US, Approvals, Request
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.instant import Instant, elapsed_us
from posframe.kernel.domain.lockout import Lockouts
from posframe.kernel.domain.shift import Shift, ShiftState
from posframe.kernel.domain.z_report import ZReport
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignedIn(Value):
    """Who works at the till now."""

    operator: Annotated[str, 1]
    """Id; the name stands in ``operators.toml`` alone."""
    role: Annotated[str, 2]
    since_us: Annotated[int, 3]
    locked: Annotated[bool, 4] = False
    """True: nothing is done until they, or somebody else, sign in."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Message(Value):
    """Words left for whoever comes next; each operator is shown them until they were read."""

    id: Annotated[str, 1]
    author: Annotated[str, 2]
    text: Annotated[str, 3]
    left_us: Annotated[int, 4]
    to: Annotated[str, 5] = ""
    """Id of the operator it is for; empty: everybody."""
    read_by: Annotated[tuple[str, ...], 6] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Control(Value):
    """The part of a till's state that is about people, cash and the day."""

    signed_in: SignedIn | None = None
    lockouts: Lockouts = Lockouts()
    approvals: Approvals = Approvals()
    asking: Request | None = None
    """What waits for somebody's approval; ``waiting`` tells whether it still does."""
    asked_at: Instant | None = None
    """When that was asked."""
    messages: tuple[Message, ...] = ()
    drawers: tuple[Drawer, ...] = ()
    """Those that were ever placed here or used; others stand as they are configured."""
    shifts: tuple[Shift, ...] = ()
    """All that are not confirmed yet, in the order they were opened."""
    totals: DayTotals = DayTotals()
    """Since the last Z."""
    last_z: ZReport | None = None
    day_open: bool = False
    """True: a business day was opened and no Z has closed it."""
    open_since: str = ""
    """Date of the first business day that no Z has closed; empty: none was opened."""
    usual_pieces: tuple[tuple[int, int], ...] = ()
    """By denomination in minor units, the most pieces that any count found."""
    last_shift: int = 0
    """Number of the shift that was opened last; numbers are the ids of shifts."""

    @property
    def operator(self) -> str:
        """Id of who works at the till; empty: nobody, or it is locked."""
        signed = self.signed_in
        return signed.operator if signed is not None and not signed.locked else ""

    def waiting(self, now: Instant) -> Request | None:
        """Return what waits for somebody's approval and was asked within the last minute."""
        asked = self.asked_at
        is_late = asked is None or asked.boot != now.boot or elapsed_us(asked, now) >= VALID_US
        return None if is_late else self.asking

    def open_shift(self, operator: str, *, shared: bool = False) -> Shift | None:
        """Return the shift that takes an operator's cash: their own, or the only one if shared."""
        away = {each.id for each in self.drawers if not each.till}
        open_ = [
            each
            for each in self.shifts
            if each.state is ShiftState.OPEN and each.drawer not in away
        ]
        own = next((each for each in open_ if each.operator == operator), None)
        return own or (open_[0] if shared and len(open_) == 1 else None)

    def shift(self, id_: str) -> Shift | None:
        """Return a shift that is not confirmed, by its id."""
        return next((each for each in self.shifts if each.id == id_), None)

    def unread(self, operator: str) -> tuple[Message, ...]:
        """Return the messages an operator has not read; nobody reads their own."""
        return tuple(
            each
            for each in self.messages
            if each.to in {"", operator}
            and operator not in each.read_by
            and each.author != operator
        )
