"""What happens to a transaction, from its first line to its completion, as events."""

from __future__ import annotations

from typing import Annotated, Any

import attrs

from posframe.kernel.domain.basket import Coupon, LineItem, OfferRow, PriceAdjustment
from posframe.kernel.domain.event import event
from posframe.kernel.domain.tax import Tax, TaxPolicy
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.totals import LineShare, Totals
from posframe.kernel.domain.transaction import Closing, Counters
from posframe.value import Value


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


def _without_total(fields: dict[int, Any]) -> dict[int, Any]:
    """Version 1 shared odd cents of discounts on the whole basket over other lines."""
    return {key: value for key, value in fields.items() if key != 4}


@event("sale.Repriced", version=2, upcasts={1: _without_total})
@attrs.frozen(eq=False, repr=False)
class Repriced(Value):
    """What pricing changed: offers, and what discounts on the whole basket come to."""

    changed: Annotated[tuple[OfferRow, ...], 1] = ()
    removed: Annotated[tuple[str, ...], 2] = ()
    adjustments: Annotated[tuple[tuple[str, int], ...], 3] = ()
    """(adjustment id, minor) of discounts on the whole basket that now come to something else."""
    gross_minor: Annotated[int | None, 4] = None
    """The total after it, asserted when folded; None: of a version that reckoned it otherwise."""


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
    groups: Annotated[tuple[str, ...], 4] = ()
    """Groups that price lists and offers may be for."""


@event("sale.CouponAdded")
@attrs.frozen(eq=False, repr=False)
class CouponAdded(Value):
    """A coupon was presented; it is used up when the sale completes."""

    coupon: Annotated[Coupon, 1]


@event("sale.CouponRemoved")
@attrs.frozen(eq=False, repr=False)
class CouponRemoved(Value):
    """A coupon was taken back before completion."""

    code: Annotated[str, 1]


@event("sale.FulfilmentSet")
@attrs.frozen(eq=False, repr=False)
class FulfilmentSet(Value):
    """What is added from now on is handed over this way."""

    fulfilment: Annotated[str, 1]


@event("sale.Totalled")
@attrs.frozen(eq=False, repr=False)
class Totalled(Value):
    """The operator asked for the total; from here on offers are solved with more work."""

    tender: Annotated[str, 1] = ""
    """The medium the customer means to pay with, which offers may depend on; empty: not said."""


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


@event("sale.CancelAsked")
@attrs.frozen(eq=False, repr=False)
class CancelAsked(Value):
    """A sale is given up while payments on it are still to be ended; it stands aside till then."""

    transaction: Annotated[str, 1]
    reason: Annotated[str, 2] = ""


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
    coupons: Annotated[tuple[Coupon, ...], 26] = ()
    """Coupons this sale used up."""
    policy: Annotated[TaxPolicy, 27] = TaxPolicy()
    """How its taxes were rounded."""
    customer_groups: Annotated[tuple[str, ...], 28] = ()
    """Groups the customer belonged to: what price lists and offers were for."""
    tender_meant: Annotated[str, 29] = ""
    shift: Annotated[str, 30] = ""
    """Id of the shift that took its cash; empty: none was open."""
    """The medium that offers depended on; empty: none, or the last tender's where nothing was."""
