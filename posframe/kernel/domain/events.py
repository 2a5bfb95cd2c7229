"""Events: what happened. Names are for ever; a changed shape gets a new version and an upcaster.

Fields carry integer keys, so that a name in Python can change and the journal cannot notice.
Plugins declare their own with the same ``event`` decorator.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.control_events import CONTROL_EVENTS
from posframe.kernel.domain.control_events import ApprovalAsked as ApprovalAsked
from posframe.kernel.domain.control_events import ApprovalDenied as ApprovalDenied
from posframe.kernel.domain.control_events import ApprovalGranted as ApprovalGranted
from posframe.kernel.domain.control_events import DayClosed as DayClosed
from posframe.kernel.domain.control_events import DrawerPlaced as DrawerPlaced
from posframe.kernel.domain.control_events import LessonEnded as LessonEnded
from posframe.kernel.domain.control_events import MessageLeft as MessageLeft
from posframe.kernel.domain.control_events import MessageRead as MessageRead
from posframe.kernel.domain.control_events import NumberFreed as NumberFreed
from posframe.kernel.domain.control_events import PriceLooked as PriceLooked
from posframe.kernel.domain.control_events import ReportOpened as ReportOpened
from posframe.kernel.domain.control_events import ShiftConfirmed as ShiftConfirmed
from posframe.kernel.domain.control_events import ShiftEnded as ShiftEnded
from posframe.kernel.domain.control_events import ShiftExplained as ShiftExplained
from posframe.kernel.domain.control_events import ShiftOpened as ShiftOpened
from posframe.kernel.domain.control_events import ShiftRecounted as ShiftRecounted
from posframe.kernel.domain.control_events import SignedOff as SignedOff
from posframe.kernel.domain.control_events import SignedOn as SignedOn
from posframe.kernel.domain.control_events import TillLocked as TillLocked
from posframe.kernel.domain.control_events import TryFailed as TryFailed
from posframe.kernel.domain.event import event as event
from posframe.kernel.domain.event import event_name as event_name
from posframe.kernel.domain.payment_events import ApprovalGiven as ApprovalGiven
from posframe.kernel.domain.payment_events import BatchClosed as BatchClosed
from posframe.kernel.domain.payment_events import CancelWished as CancelWished
from posframe.kernel.domain.payment_events import LookEnded as LookEnded
from posframe.kernel.domain.payment_events import MarkSeen as MarkSeen
from posframe.kernel.domain.payment_events import PaymentAlarmed as PaymentAlarmed
from posframe.kernel.domain.payment_events import PaymentApproved as PaymentApproved
from posframe.kernel.domain.payment_events import PaymentDeclined as PaymentDeclined
from posframe.kernel.domain.payment_events import PaymentDoubted as PaymentDoubted
from posframe.kernel.domain.payment_events import PaymentIntended as PaymentIntended
from posframe.kernel.domain.payment_events import PaymentResolved as PaymentResolved
from posframe.kernel.domain.payment_events import PaymentReversed as PaymentReversed
from posframe.kernel.domain.payment_events import PaymentSent as PaymentSent
from posframe.kernel.domain.payment_events import PaymentVoided as PaymentVoided
from posframe.kernel.domain.payment_events import ReversalIntended as ReversalIntended
from posframe.kernel.domain.payment_events import ReversalQueued as ReversalQueued
from posframe.kernel.domain.payment_events import StrayHeard as StrayHeard
from posframe.kernel.domain.sale_events import AdjustmentRemoved as AdjustmentRemoved
from posframe.kernel.domain.sale_events import AgeChecked as AgeChecked
from posframe.kernel.domain.sale_events import BasketAdjusted as BasketAdjusted
from posframe.kernel.domain.sale_events import CancelAsked as CancelAsked
from posframe.kernel.domain.sale_events import CompletedLine as CompletedLine
from posframe.kernel.domain.sale_events import CouponAdded as CouponAdded
from posframe.kernel.domain.sale_events import CouponRemoved as CouponRemoved
from posframe.kernel.domain.sale_events import CustomerSet as CustomerSet
from posframe.kernel.domain.sale_events import FulfilmentSet as FulfilmentSet
from posframe.kernel.domain.sale_events import LineAdded as LineAdded
from posframe.kernel.domain.sale_events import LineChanged as LineChanged
from posframe.kernel.domain.sale_events import LineVoided as LineVoided
from posframe.kernel.domain.sale_events import Repriced as Repriced
from posframe.kernel.domain.sale_events import TenderApplied as TenderApplied
from posframe.kernel.domain.sale_events import TenderVoided as TenderVoided
from posframe.kernel.domain.sale_events import Totalled as Totalled
from posframe.kernel.domain.sale_events import TransactionCancelled as TransactionCancelled
from posframe.kernel.domain.sale_events import TransactionCompleted as TransactionCompleted
from posframe.kernel.domain.sale_events import TransactionOpened as TransactionOpened
from posframe.kernel.domain.sale_events import TransactionResumed as TransactionResumed
from posframe.kernel.domain.sale_events import TransactionSuspended as TransactionSuspended
from posframe.kernel.domain.transaction import Job
from posframe.value import Value


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
    training: Annotated[bool, 8] = False
    """True: a shadow journal, of practice alone."""


@event("day.Opened")
@attrs.frozen(eq=False, repr=False)
class DayOpened(Value):
    """A business day began: the accounting date, which is not the clock."""

    business_date: Annotated[str, 1]


@event("cash.Moved")
@attrs.frozen(eq=False, repr=False)
class CashMoved(Value):
    """Cash entered or left the drawer outside a sale, or it was opened for nothing."""

    kind: Annotated[str, 1]
    """``loan``, ``paid_in``, ``pickup``, ``paid_out`` or ``no_sale``."""
    minor: Annotated[int, 2]
    """Signed: what the drawer gains."""
    reason: Annotated[str, 3] = ""
    shift: Annotated[str, 4] = ""
    """Id of the shift whose drawer it was; empty: none was open."""
    currency: Annotated[str, 5] = ""
    """Of foreign notes, in whose minor units ``minor`` is; empty: the till's own cash."""


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
    CouponAdded,
    CouponRemoved,
    FulfilmentSet,
    Totalled,
    AgeChecked,
    TransactionSuspended,
    TransactionResumed,
    CancelAsked,
    TransactionCancelled,
    TenderApplied,
    PaymentIntended,
    PaymentSent,
    PaymentDoubted,
    PaymentApproved,
    PaymentDeclined,
    PaymentVoided,
    ReversalIntended,
    PaymentReversed,
    ReversalQueued,
    CancelWished,
    PaymentAlarmed,
    StrayHeard,
    LookEnded,
    MarkSeen,
    PaymentResolved,
    BatchClosed,
    ApprovalGiven,
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
    *CONTROL_EVENTS,
)

KERNEL_NAMESPACES = frozenset(event_name(cls).partition(".")[0] for cls in KERNEL_EVENTS)
"""What the names of the kernel's own events begin with; a plugin's begin otherwise."""
