"""Events: what happened. Names are for ever; a changed shape gets a new version and an upcaster.

Fields carry integer keys, so that a name in Python can change and the journal cannot notice.
Plugins declare their own with the same ``event`` decorator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import attrs

from posframe.kernel.domain.basket import LineItem, OfferRow, PriceAdjustment
from posframe.kernel.domain.tax import Tax, TaxPolicy
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.totals import LineShare, Totals
from posframe.kernel.domain.transaction import Closing, Counters, Job
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

C = TypeVar("C", bound=type)


def event(
    name: str,
    version: int = 1,
    upcasts: Mapping[int, Callable[[dict[int, Any]], dict[int, Any]]] | None = None,
) -> Callable[[C], C]:
    """Mark an attrs class as an event with a permanent ``name`` such as ``sale.LineAdded``.

    ``upcasts[n]`` turns the body of version n, a map by integer keys, into that of version n + 1.
    """

    def mark(cls: C) -> C:
        marked: Any = cls
        marked.event_name = name
        marked.event_version = version
        marked.event_upcasts = upcasts or {}
        return cls

    return mark


def event_name(of: Any) -> str:  # noqa: ANN401 - any event class or instance, plugins' included
    """Return the permanent name of an event."""
    return str(of.event_name)


@event("till.Started")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TillStarted(Value):
    """The till was enrolled, or starts with other software, plugins or settings than before."""

    till: Annotated[str, 1]
    currency: Annotated[str, 2]
    software: Annotated[str, 3]
    configuration: Annotated[str, 4]
    plugins: Annotated[tuple[tuple[str, str], ...], 5] = ()
    key: Annotated[str, 6] = ""
    """Public key, in hex, that signs anchors."""
    float_minor: Annotated[int, 7] = 0
    """Cash in the drawer at enrolment."""


@event("day.Opened")
@attrs.frozen(eq=False, repr=False)
class DayOpened(Value):
    """A business day began: the accounting date, which is not the clock."""

    business_date: Annotated[str, 1]


@event("sale.Opened")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TransactionOpened(Value):
    """A transaction began; how it rounds is settled here."""

    transaction: Annotated[str, 1]
    number: Annotated[int, 2]
    kind: Annotated[str, 3] = "sale"
    opened_us: Annotated[int, 4]
    operator: Annotated[str, 5]
    currency: Annotated[str, 6]
    policy: Annotated[TaxPolicy, 7]
    training: Annotated[bool, 8] = False


@event("sale.LineAdded")
@attrs.frozen(eq=False, repr=False)
class LineAdded(Value):
    """Goods were added."""

    line: Annotated[LineItem, 1]


@event("sale.LineChanged")
@attrs.frozen(eq=False, repr=False)
class LineChanged(Value):
    """A line has another quantity, price or adjustment; the whole new line is here."""

    line: Annotated[LineItem, 1]
    reason: Annotated[str, 2] = ""


@event("sale.LineVoided")
@attrs.frozen(eq=False, repr=False)
class LineVoided(Value):
    """A line was taken back; it stays visible and counts no more."""

    number: Annotated[int, 1]
    reason: Annotated[str, 2] = ""


@event("sale.Repriced")
@attrs.frozen(eq=False, repr=False)
class Repriced(Value):
    """What pricing changed: offers, and what discounts on the whole basket come to."""

    changed: Annotated[tuple[OfferRow, ...], 1] = ()
    removed: Annotated[tuple[str, ...], 2] = ()
    adjustments: Annotated[tuple[tuple[str, int], ...], 3] = ()
    """(adjustment id, minor) of discounts on the whole basket that now come to something else."""
    gross_minor: Annotated[int, 4] = 0
    """The total after it, asserted when folded."""


@event("sale.BasketAdjusted")
@attrs.frozen(eq=False, repr=False)
class BasketAdjusted(Value):
    """A discount on the whole basket was given."""

    adjustment: Annotated[PriceAdjustment, 1]


@event("sale.AdjustmentRemoved")
@attrs.frozen(eq=False, repr=False)
class AdjustmentRemoved(Value):
    """A discount on the whole basket was taken back."""

    id: Annotated[str, 1]


@event("sale.CustomerSet")
@attrs.frozen(eq=False, repr=False)
class CustomerSet(Value):
    """The sale belongs to a customer, known by a neutral reference."""

    customer: Annotated[str, 1]
    label: Annotated[str, 2] = ""
    plugin: Annotated[str, 3] = ""


@event("sale.AgeChecked")
@attrs.frozen(eq=False, repr=False)
class AgeChecked(Value):
    """The operator has seen that the customer is old enough."""

    years: Annotated[int, 1]


@event("sale.Suspended")
@attrs.frozen(eq=False, repr=False)
class TransactionSuspended(Value):
    """The sale was parked."""

    at_us: Annotated[int, 1]
    note: Annotated[str, 2] = ""


@event("sale.Resumed")
@attrs.frozen(eq=False, repr=False)
class TransactionResumed(Value):
    """A parked sale is the open one again."""

    transaction: Annotated[str, 1]


@event("sale.Cancelled")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TransactionCancelled(Value):
    """A sale was given up before completion; what it had come to is kept for the fiscal journal."""

    transaction: Annotated[str, 1]
    number: Annotated[int, 2]
    gross_minor: Annotated[int, 3]
    lines: Annotated[int, 4]
    reason: Annotated[str, 5] = ""


@event("sale.TenderApplied")
@attrs.frozen(eq=False, repr=False)
class TenderApplied(Value):
    """A tender settles part or all of the sale."""

    tender: Annotated[Tender, 1]


@event("sale.TenderVoided")
@attrs.frozen(eq=False, repr=False)
class TenderVoided(Value):
    """A tender was taken back before completion."""

    id: Annotated[str, 1]
    reason: Annotated[str, 2] = ""


@attrs.frozen(eq=False, repr=False)
class CompletedLine(Value):
    """A line of a completed transaction with all that it bears."""

    line: Annotated[LineItem, 1]
    share: Annotated[LineShare, 2]


@event("sale.Completed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TransactionCompleted(Value):
    """The sale is closed. Stock, reports, receipt and fiscal export need only this event."""

    transaction: Annotated[str, 1]
    number: Annotated[int, 2]
    kind: Annotated[str, 3]
    receipt_number: Annotated[int, 4]
    opened_us: Annotated[int, 5]
    completed_us: Annotated[int, 6]
    operator: Annotated[str, 7]
    currency: Annotated[str, 8]
    lines: Annotated[tuple[CompletedLine, ...], 9]
    voided_lines: Annotated[int, 10]
    offers: Annotated[tuple[OfferRow, ...], 11]
    adjustments: Annotated[tuple[PriceAdjustment, ...], 12]
    taxes: Annotated[tuple[Tax, ...], 13]
    """Definitions of the codes in ``totals.taxes``, in the same fixed order."""
    totals: Annotated[Totals, 14]
    tenders: Annotated[tuple[Tender, ...], 15]
    closing: Annotated[Closing, 16]
    customer: Annotated[str, 17] = ""
    customer_label: Annotated[str, 18] = ""
    customer_plugin: Annotated[str, 19] = ""
    training: Annotated[bool, 20] = False
    configuration: Annotated[str, 21] = ""
    software: Annotated[str, 22] = ""
    day: Annotated[Counters, 23]
    """Running totals of the business day, this document included."""
    ever: Annotated[Counters, 24]
    """Running totals since enrolment, this document included."""
    refers_to: Annotated[tuple[str, ...], 25] = ()
    """Transactions this one corrects or returns goods of."""


@event("cash.Moved")
@attrs.frozen(eq=False, repr=False)
class CashMoved(Value):
    """Cash entered or left the drawer outside a sale, or it was opened for nothing."""

    kind: Annotated[str, 1]
    """``loan``, ``paid_in``, ``pickup``, ``paid_out`` or ``no_sale``."""
    minor: Annotated[int, 2]
    """Signed: what the drawer gains."""
    reason: Annotated[str, 3] = ""


@event("receipt.CopyAsked")
@attrs.frozen(eq=False, repr=False)
class CopyAsked(Value):
    """A copy of a receipt is to be printed; it says COPY and its number."""

    transaction: Annotated[str, 1]
    receipt_number: Annotated[int, 2]
    copy: Annotated[int, 3]
    reason: Annotated[str, 4] = ""


@event("job.Queued")
@attrs.frozen(eq=False, repr=False)
class JobQueued(Value):
    """An outside effect is wanted."""

    job: Annotated[Job, 1]


@event("job.Sent")
@attrs.frozen(eq=False, repr=False)
class JobsSent(Value):
    """These are about to be done; from here on a crash leaves them in doubt."""

    ids: Annotated[tuple[str, ...], 1]


@event("job.Confirmed")
@attrs.frozen(eq=False, repr=False)
class JobConfirmed(Value):
    """The effect took place."""

    id: Annotated[str, 1]
    detail: Annotated[str, 2] = ""


@event("job.Doubted")
@attrs.frozen(eq=False, repr=False)
class JobDoubted(Value):
    """Nobody knows whether the effect took place; a person is asked."""

    id: Annotated[str, 1]
    detail: Annotated[str, 2] = ""


@event("job.Returned")
@attrs.frozen(eq=False, repr=False)
class JobReturned(Value):
    """The effect surely did not begin; the job waits again."""

    id: Annotated[str, 1]
    detail: Annotated[str, 2] = ""


@event("job.GivenUp")
@attrs.frozen(eq=False, repr=False)
class JobGivenUp(Value):
    """The effect is not wanted any more, or came too late."""

    id: Annotated[str, 1]
    detail: Annotated[str, 2] = ""


@event("catalogue.ItemLearned")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ItemLearned(Value):
    """The operator named and priced an item whose code was unknown."""

    code: Annotated[str, 1]
    name: Annotated[str, 2]
    price_minor: Annotated[int, 3]
    tax_category: Annotated[str, 4]
    department: Annotated[str, 5] = ""


@event("plugin.Faulted")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PluginFaulted(Value):
    """A plugin broke its contract and the sale went on without it."""

    plugin: Annotated[str, 1]
    version: Annotated[str, 2]
    hook: Annotated[str, 3]
    message: Annotated[str, 4]
    quarantined: Annotated[bool, 5] = False


@event("journal.Anchored")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class JournalAnchored(Value):
    """The chain up to a row, signed with the till's key."""

    seq: Annotated[int, 1]
    hash: Annotated[str, 2]
    signature: Annotated[str, 3]
    key: Annotated[str, 4]


KERNEL_EVENTS: tuple[type, ...] = (
    TillStarted,
    DayOpened,
    TransactionOpened,
    LineAdded,
    LineChanged,
    LineVoided,
    Repriced,
    BasketAdjusted,
    AdjustmentRemoved,
    CustomerSet,
    AgeChecked,
    TransactionSuspended,
    TransactionResumed,
    TransactionCancelled,
    TenderApplied,
    TenderVoided,
    TransactionCompleted,
    CashMoved,
    CopyAsked,
    JobQueued,
    JobsSent,
    JobConfirmed,
    JobDoubted,
    JobReturned,
    JobGivenUp,
    ItemLearned,
    PluginFaulted,
    JournalAnchored,
)

KERNEL_NAMESPACES = frozenset(event_name(cls).partition(".")[0] for cls in KERNEL_EVENTS)
"""What the names of the kernel's own events begin with; a plugin's begin otherwise."""
