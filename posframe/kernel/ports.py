"""What the kernel needs from outside, as Protocols: journal, clock, ids, catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe.kernel.domain.transaction import TillState
    from posframe.kernel.domain.views import FoundItem, FoundPrice, FoundReceipt


class Clock(Protocol):
    """Where time comes from."""

    def wall_us(self) -> int:
        """Return microseconds since 1970 UTC; may jump."""

    def mono_us(self) -> int:
        """Return microseconds that never go back within one start of the machine."""

    def local_date(self, wall_us: int) -> str:
        """Return the till's local date of a moment, as YYYY-MM-DD."""

    def local_text(self, wall_us: int) -> str:
        """Return a moment as local date and time, as on a receipt."""


class IdSource(Protocol):
    """Where identifiers come from."""

    def next(self, wall_us: int) -> str:
        """Return an id that is greater than all before it, even if the clock falls."""


class Catalogue(Protocol):
    """What items there are; local data only, answers within a few microseconds."""

    def find(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        """Return the item a scanned or keyed code means at a moment.

        Raises:
            DataError: the code is malformed; the message says what to do.
        """

    def line_price(
        self,
        sku: str,
        quantity_milli: int,
        *,
        pack_milli: int,
        groups: tuple[str, ...],
        store: str,
        at_us: int,
    ) -> FoundPrice | None:
        """Return what price lists ask for an item, or else its own price; None: it has none.

        ``quantity_milli`` is of the item in the whole sale, entered by codes that sell
        ``pack_milli`` at once; ``groups`` are the customer's. Asked for items marked ``listed``.
        """


class Receipts(Protocol):
    """Where completed transactions are looked up."""

    def find_receipt(self, receipt_number: int) -> FoundReceipt | None:
        """Return the transaction a receipt number was given to."""


@attrs.frozen(eq=False)
class Recorded:
    """One journal row, decoded."""

    seq: int
    action: int
    """Sequence number of the first row of the same action."""
    command: str
    name: str
    version: int
    wall_us: int
    business_date: str
    actor: str
    transaction: str
    event: Any
    """The event, or ``RawEvent`` where nothing installed knows it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ActionHead(Value):
    """What every row of one action carries beside its event."""

    command: str
    wall_us: int
    mono_us: int
    business_date: str
    actor: str


@attrs.frozen(eq=False, repr=False)
class Head(Value):
    """The last row of the journal."""

    seq: int
    hash: bytes


class Journal(Protocol):
    """The only truth of a till. One writer, on the engine thread."""

    def begin(self) -> None:
        """Begin a group: actions that share one commit.

        Raises:
            JournalError: see the subclasses.
        """

    def append(self, head: ActionHead, events: Sequence[tuple[Any, str]]) -> list[Recorded]:
        """Write one action, its events and every current projection, inside a savepoint.

        Either all of it stands when this returns, or nothing of it does. ``events`` are pairs of
        event and transaction id.

        Raises:
            JournalError: nothing of the action stands; the group goes on.
            PluginError: a required projection failed; nothing of the action stands.
        """

    def commit(self) -> None:
        """Make the group durable.

        Raises:
            JournalError: whether it is durable is unknown; ``recover`` tells.
        """

    def rollback(self) -> None:
        """Drop the whole group."""

    @property
    def in_group(self) -> bool:
        """Tell whether a group is open; a full disk ends one by itself."""

    def recover(self) -> Head:
        """Close, reopen and return the head that is on disk.

        Raises:
            JournalUnavailable: it cannot be reopened; the till takes nothing more.
        """

    def settle(self, state: TillState) -> None:
        """Write anew, synced, what a failed commit left in a journal that was recovered.

        What a failed sync was for may be read and yet be gone after a power cut, so nothing of it
        is told as done before this has returned.

        Raises:
            JournalUnavailable: it cannot be written; the till takes nothing more.
        """

    @property
    def head(self) -> Head:
        """The last row, of this group if one is open."""

    def find_command(self, command: str) -> list[Recorded]:
        """Return the rows of a command that was done before; empty: it was not."""

    def newest_command(self) -> str:
        """Return the greatest command id here; an id above it was surely not done before."""

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """Yield rows in order, beginning behind sequence number ``after``."""

    def load(self) -> tuple[TillState, int]:
        """Return the state at the last checkpoint and its sequence number."""

    def save(self, state: TillState) -> None:
        """Keep ``state`` as the checkpoint at the head; a cache that may be lost."""
