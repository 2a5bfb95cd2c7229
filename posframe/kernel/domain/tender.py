"""Tenders: the media that settle a transaction. Talking to gateways belongs to plugins."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from posframe.kernel.domain.cash_rounding import CashRounding
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable


class TenderStatus(enum.Enum):
    """Where a tender stands. In doubt is a state, not an error."""

    INTENDED = "intended"
    SENT = "sent"
    UNKNOWN = "unknown"
    APPLIED = "applied"
    DECLINED = "declined"
    VOIDED = "voided"
    REVERSING = "reversing"
    REVERSED = "reversed"
    QUEUED_FOR_PERSON = "queued_for_person"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Capabilities(Value):
    """What a payment provider can do; a conformance suite holds its behaviour against it."""

    inquiry: Literal["reference", "last", "none"]
    """``last``: it knows only its last payment, and is locked while that is in doubt."""
    reverse: Literal["reference", "last", "none"] = "none"
    refund: Literal["reference", "free", "none"] = "none"
    fence: bool = False
    """True: a cancel by reference also refuses a payment that arrives later."""
    two_step: bool = False
    """True: an approval stands only after it was acknowledged, which is after the commit."""
    webhook: bool = False
    partial: bool = False
    """True: it may take less than was asked."""
    tip_limit_milli: int = 0
    """The most that may be added to what was asked, in thousandths of a percent of it."""
    answer_within_s: int
    """The provider's own limit for one payment: the till waits that long, then asks."""
    grace_s: int
    """How long after the first "not found" a payment may still turn up."""
    offline_limit_minor: int = 0
    """The most it takes while it is cut off from whoever answers for the money; 0: nothing."""
    batches: bool = False
    """True: what it took is handed in to the bank when it is told to (``close_batch``)."""
    look_again_s: int = 600
    """When a payment that did not come about is asked for once more; 0: never."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Foreign(Value):
    """Cash of another currency: what was handed over is read off what it counts for."""

    currency: str
    denominations_minor: tuple[int, ...]
    """Its notes that are taken, in its own minor units: those a drawer is counted by."""
    notes: Callable[[int], int | None]
    """From minor units of the till's currency to minor units of ``currency``; None: no notes."""


BLOCKING = frozenset(
    {TenderStatus.INTENDED, TenderStatus.SENT, TenderStatus.UNKNOWN, TenderStatus.REVERSING}
)
"""While a tender is in one of these, its sale neither completes nor takes another intent."""


@attrs.frozen(eq=False, repr=False)
class TenderRule(Value):
    """What the kernel needs to know of a medium to judge an amount; part of a tender type."""

    id: str
    label: str
    gives_change: bool = False
    immediate: bool = True
    """True: settled by the operator's word; nothing outside is asked."""
    opens_drawer: bool = False
    cash_rounding: CashRounding | None = None
    """How what is paid in this medium is rounded; None: to the minor unit, as it stands."""
    limit_minor: int = 10**9
    """The most that is taken at once."""
    is_cash: bool = False
    refunds: Literal["original", "any"] = "original"
    """``original``: money goes back by it where it was paid by it, else only with an approval."""
    capabilities: Capabilities | None = None
    """What its provider can do; None: nobody outside is asked."""
    foreign: Foreign | None = None
    """For cash of another currency; None: of the till's own."""

    def round(self, minor: int) -> int:
        """Round an amount to what can be paid in this medium."""
        return minor if self.cash_rounding is None else self.cash_rounding.round(minor)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Tender(Value):
    """One medium offered against the balance. Amounts are minor units."""

    id: Annotated[str, 1]
    type: Annotated[str, 2]
    label: Annotated[str, 3]
    tendered_minor: Annotated[int, 4]
    """What was handed over; negative when money goes back to the customer."""
    applied_minor: Annotated[int, 5]
    """What it settles of the sale, after change and rounding."""
    change_minor: Annotated[int, 6] = 0
    rounding_minor: Annotated[int, 7] = 0
    """``tendered - change = applied + rounding``: what cash rounding added or took off."""
    status: Annotated[TenderStatus, 8] = TenderStatus.APPLIED
    is_cash: Annotated[bool, 9] = False
    reference: Annotated[str, 10] = ""
    """The gateway's word for it; never card data."""
    tip_minor: Annotated[int, 11] = 0
    """Taken beside it for the staff; no part of what it settles."""
    said_by: Annotated[str, 12] = ""
    """The person whose word it rests on; empty: nobody's."""
    refunds: Annotated[str, 13] = ""
    """For money given back: the tender it was taken by."""
    drawer: Annotated[str, 14] = ""
    """Cash: id of the drawer it went into or came from; empty: nobody had one open."""
    foreign_currency: Annotated[str, 15] = ""
    """Cash of another currency: which; ``tendered_minor`` is what it counts for."""
    foreign_minor: Annotated[int, 16] = 0
    """What was handed over, in minor units of that currency."""

    @property
    def own_cash_minor(self) -> int:
        """What the drawer gains in coins and notes of the till's own currency."""
        if not self.is_cash:
            return 0
        return (0 if self.foreign_currency else self.tendered_minor) - self.change_minor


def applied_minor(tenders: Iterable[Tender]) -> int:
    """Return what the applied tenders settle."""
    return sum(tender.applied_minor for tender in tenders if tender.status is TenderStatus.APPLIED)
