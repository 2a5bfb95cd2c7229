"""Transactions and the state of a till: what the journal's events fold into."""

from __future__ import annotations

import enum
import functools
from collections.abc import Mapping
from typing import Annotated

import attrs

from posframe.kernel.domain.basket import Basket, Coupon
from posframe.kernel.domain.control import Control
from posframe.kernel.domain.counters import Counters as Counters
from posframe.kernel.domain.payment import Payment
from posframe.kernel.domain.tender import BLOCKING, Tender, TenderStatus, applied_minor
from posframe.kernel.domain.totals import Totals, gross_minor, totals
from posframe.value import Value


class TransactionState(enum.Enum):
    """open → tendering → completed; or suspended, cancelled."""

    OPEN = "open"
    TENDERING = "tendering"
    SUSPENDED = "suspended"
    CANCELLING = "cancelling"
    """Given up; cancelled when the last payment on it has come to its end."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Transaction(Value):
    """The numbered business record from its first entry on, while it is open or suspended."""

    id: str
    number: int
    kind: str = "sale"
    state: TransactionState = TransactionState.OPEN
    opened_us: int
    operator: str
    currency: str
    basket: Basket
    tenders: tuple[Tender, ...] = ()
    customer: str = ""
    """A neutral reference; names live elsewhere."""
    customer_label: str = ""
    customer_plugin: str = ""
    age_checked_years: int = 0
    note: str = ""
    suspended_us: int = 0
    training: bool = False
    customer_groups: tuple[str, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    fulfilment: str = ""
    """How what is added now is handed over; empty: the till's usual way."""
    totalled: bool = False
    """True: the total was asked for, so offers are solved with more work from here on."""
    tender_meant: str = ""
    """The medium the customer means to pay with, once that was said."""
    approved: tuple[tuple[str, int], ...] = ()
    """By permission for prices by hand, the amount in minor units that was approved last."""

    def approved_minor(self, permission: str) -> int:
        """Return up to what amount somebody answered for; 0: nobody did."""
        return next((minor for asked, minor in self.approved if asked == permission), 0)

    def with_basket(self, basket: Basket) -> Transaction:
        """Return the transaction with another basket; by constructor, for it is on every scan."""
        return Transaction(
            id=self.id,
            number=self.number,
            kind=self.kind,
            state=self.state,
            opened_us=self.opened_us,
            operator=self.operator,
            currency=self.currency,
            basket=basket,
            tenders=self.tenders,
            customer=self.customer,
            customer_label=self.customer_label,
            customer_plugin=self.customer_plugin,
            age_checked_years=self.age_checked_years,
            note=self.note,
            suspended_us=self.suspended_us,
            training=self.training,
            customer_groups=self.customer_groups,
            coupons=self.coupons,
            fulfilment=self.fulfilment,
            totalled=self.totalled,
            tender_meant=self.tender_meant,
            approved=self.approved,
        )

    @functools.cached_property
    def totals(self) -> Totals:
        """The sums of the basket; reckoned once for limits, screen and answer alike."""
        return totals(self.basket)

    @property
    def due_minor(self) -> int:
        """What is still to be paid, before any rounding of cash."""
        return gross_minor(self.basket) - applied_minor(self.tenders)

    @property
    def blocked(self) -> bool:
        """Tell whether a tender is in doubt or under way."""
        return any(tender.status in BLOCKING for tender in self.tenders)

    @property
    def applied(self) -> tuple[Tender, ...]:
        """The tenders that count."""
        return tuple(tender for tender in self.tenders if tender.status is TenderStatus.APPLIED)

    @property
    def age_needed_years(self) -> int:
        """The highest age limit in the basket that nobody has checked yet; 0: none."""
        lines = [self.basket.lines[number - 1] for number in self.basket.limited]
        needed = max((line.minimum_age_years for line in lines if not line.voided), default=0)
        return needed if needed > self.age_checked_years else 0


class JobStatus(enum.Enum):
    """Where an outside effect stands; in doubt is asked about, never retried blindly."""

    QUEUED = "queued"
    SENT = "sent"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Job(Value):
    """One outside effect with an id that was stored before anything was sent."""

    id: Annotated[str, 1]
    kind: Annotated[str, 2]
    """``print``, ``kick``, or a kind a plugin handles."""
    device: Annotated[str, 3]
    """Jobs of one device are done one at a time, in order."""
    subject: Annotated[str, 4] = ""
    """What it is about: a transaction id, for a print."""
    queued_us: Annotated[int, 5] = 0
    status: Annotated[JobStatus, 6] = JobStatus.QUEUED
    copy: Annotated[int, 7] = 0
    """For a print: the number of the copy; 0: the original."""
    detail: Annotated[str, 8] = ""
    expires_us: Annotated[int, 9] = 0
    """Not begun after this moment; 0: never stale."""
    lines: Annotated[tuple[str, ...], 10] = ()
    """For a slip: what it says."""
    qr: Annotated[str, 11] = ""
    """For a slip: data of a QR code below it."""
    key: Annotated[str, 12] = ""
    """For a batch that is asked for again: the id of the first job for it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Closing(Value):
    """What is remembered of the last completed transaction, for screen and reprint."""

    transaction: Annotated[str, 1]
    receipt_number: Annotated[int, 2]
    gross_minor: Annotated[int, 3]
    rounding_minor: Annotated[int, 4]
    tendered_minor: Annotated[int, 5]
    change_minor: Annotated[int, 6]
    tenders: Annotated[tuple[Tender, ...], 7]
    copies: Annotated[int, 8] = 0
    completed_us: Annotated[int, 9] = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TillState(Value):
    """All that the kernel knows of a till; one persistent value."""

    till: str = ""
    currency: str = ""
    transaction: Transaction | None = None
    suspended: tuple[Transaction, ...] = ()
    last_transaction_number: int = 0
    last_receipt_number: int = 0
    business_date: str = ""
    drawer_minor: int = 0
    """Cash that should be in the drawer: float, sales, and every movement."""
    day: Counters = Counters()
    ever: Counters = Counters()
    jobs: Mapping[str, Job] = attrs.field(factory=dict)
    last: Closing | None = None
    configuration: str = ""
    """Fingerprint of software, plugins and settings that was last journalled."""
    anchored_seq: int = 0
    payments: Mapping[str, Payment] = attrs.field(factory=dict)
    """Payments by something outside that can still change, of open and of closed sales."""
    marks: Mapping[str, str] = attrs.field(factory=dict)
    """By terminal, the number of the last receipt that was seen of it."""
    control: Control = Control()
    """Who is at the till, whose money is in it, and what the day came to."""
    training: bool = False
    """True: a shadow till; all it keeps is practice."""

    def transaction_of(self, id_: str) -> Transaction | None:
        """Return an open or suspended transaction by its id."""
        if self.transaction is not None and self.transaction.id == id_:
            return self.transaction
        return next((each for each in self.suspended if each.id == id_), None)

    def blocking_of(self, id_: str) -> tuple[Payment, ...]:
        """Return the payments that keep a transaction from closing."""
        return tuple(
            each for each in self.payments.values() if each.transaction == id_ and each.is_blocking
        )

    def with_transaction(self, transaction: Transaction | None) -> TillState:
        """Return the state with another open transaction; by constructor, as above."""
        return TillState(
            till=self.till,
            currency=self.currency,
            transaction=transaction,
            suspended=self.suspended,
            last_transaction_number=self.last_transaction_number,
            last_receipt_number=self.last_receipt_number,
            business_date=self.business_date,
            drawer_minor=self.drawer_minor,
            day=self.day,
            ever=self.ever,
            jobs=self.jobs,
            last=self.last,
            configuration=self.configuration,
            anchored_seq=self.anchored_seq,
            payments=self.payments,
            marks=self.marks,
            control=self.control,
            training=self.training,
        )
