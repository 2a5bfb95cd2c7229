"""Checkpoints: the state of a till as one keyed value, so that a start folds only what came since.

A cache: any that does not fit the journal or this software is left aside and the journal folded.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

import attrs

from posframe.kernel.domain.basket import Basket, Coupon, LineItem, OfferRow, PriceAdjustment
from posframe.kernel.domain.payment import Payment
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.transaction import (
    Closing,
    Counters,
    Job,
    TillState,
    Transaction,
    TransactionState,
)
from posframe.store.control_image import ControlImage, control_image, control_of
from posframe.value import Value
from posframe.version import __version__

if TYPE_CHECKING:
    from posframe.store.codec import Codec

CHECKPOINT = "SELECT seq, hash, fingerprint, body FROM checkpoint"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TransactionImage(Value):
    """An open or suspended transaction without its indexes and sums, which the lines give."""

    id: Annotated[str, 1]
    number: Annotated[int, 2]
    kind: Annotated[str, 3]
    state: Annotated[TransactionState, 4]
    opened_us: Annotated[int, 5]
    operator: Annotated[str, 6]
    currency: Annotated[str, 7]
    policy: Annotated[TaxPolicy, 8]
    lines: Annotated[tuple[LineItem, ...], 9]
    offers: Annotated[tuple[OfferRow, ...], 10]
    adjustments: Annotated[tuple[PriceAdjustment, ...], 11]
    tenders: Annotated[tuple[Tender, ...], 12]
    customer: Annotated[str, 13]
    customer_label: Annotated[str, 14]
    customer_plugin: Annotated[str, 15]
    age_checked_years: Annotated[int, 16]
    note: Annotated[str, 17]
    suspended_us: Annotated[int, 18]
    training: Annotated[bool, 19]
    customer_groups: Annotated[tuple[str, ...], 20]
    coupons: Annotated[tuple[Coupon, ...], 21]
    fulfilment: Annotated[str, 22]
    totalled: Annotated[bool, 23]
    tender_meant: Annotated[str, 24]
    approved: Annotated[tuple[tuple[str, int], ...], 25]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StateImage(Value):
    """The state of a till as plain keyed values."""

    till: Annotated[str, 1]
    currency: Annotated[str, 2]
    open: Annotated[tuple[TransactionImage, ...], 3]
    suspended: Annotated[tuple[TransactionImage, ...], 4]
    last_transaction_number: Annotated[int, 5]
    last_receipt_number: Annotated[int, 6]
    business_date: Annotated[str, 7]
    drawer_minor: Annotated[int, 8]
    day: Annotated[Counters, 9]
    ever: Annotated[Counters, 10]
    jobs: Annotated[tuple[Job, ...], 11]
    last: Annotated[tuple[Closing, ...], 12]
    configuration: Annotated[str, 13]
    anchored_seq: Annotated[int, 14]
    payments: Annotated[tuple[Payment, ...], 15]
    marks: Annotated[tuple[tuple[str, str], ...], 16]
    control: Annotated[ControlImage, 17]
    training: Annotated[bool, 18]


def kept_state(row: tuple[Any, ...] | None, codec: Codec) -> tuple[TillState, int]:
    """Return the state of a checkpoint's row with its last row; the empty state if none fits."""
    if row is None or row[2] != seal(row[0], row[1], row[3]):
        return TillState(), 0
    try:
        return state_of(codec.decode_value(StateImage, row[3])), row[0]
    except Exception:  # noqa: BLE001 - a cache of other software: the journal is folded instead
        return TillState(), 0


def seal(seq: int, hash_: bytes, body: bytes) -> str:
    """Return what shows that a checkpoint is whole, of this row, and of this software."""
    shape = repr([(each.name, each.metadata) for each in attrs.fields(StateImage)])
    return hashlib.sha256(f"{__version__}{shape}{seq}".encode() + hash_ + body).hexdigest()


def image_of(state: TillState) -> StateImage:
    """Return ``state`` as plain keyed values."""
    return StateImage(
        till=state.till,
        currency=state.currency,
        open=(_transaction_image(state.transaction),) if state.transaction else (),
        suspended=tuple(_transaction_image(each) for each in state.suspended),
        last_transaction_number=state.last_transaction_number,
        last_receipt_number=state.last_receipt_number,
        business_date=state.business_date,
        drawer_minor=state.drawer_minor,
        day=state.day,
        ever=state.ever,
        jobs=tuple(state.jobs.values()),
        last=(state.last,) if state.last else (),
        configuration=state.configuration,
        anchored_seq=state.anchored_seq,
        payments=tuple(state.payments.values()),
        marks=tuple(sorted(state.marks.items())),
        control=control_image(state.control),
        training=state.training,
    )


def state_of(image: StateImage) -> TillState:
    """Return the state an image was made of."""
    return TillState(
        till=image.till,
        currency=image.currency,
        transaction=_transaction(image.open[0]) if image.open else None,
        suspended=tuple(_transaction(each) for each in image.suspended),
        last_transaction_number=image.last_transaction_number,
        last_receipt_number=image.last_receipt_number,
        business_date=image.business_date,
        drawer_minor=image.drawer_minor,
        day=image.day,
        ever=image.ever,
        jobs={job.id: job for job in image.jobs},
        last=image.last[0] if image.last else None,
        configuration=image.configuration,
        anchored_seq=image.anchored_seq,
        payments={payment.id: payment for payment in image.payments},
        marks=dict(image.marks),
        control=control_of(image.control),
        training=image.training,
    )


_SAME = tuple(
    field.name
    for field in attrs.fields(TransactionImage)
    if field.name not in {"policy", "lines", "offers", "adjustments"}
)


def _transaction_image(transaction: Transaction) -> TransactionImage:
    basket = transaction.basket
    return TransactionImage(
        policy=basket.policy,
        lines=tuple(basket.lines),
        offers=tuple(basket.offers.values()),
        adjustments=basket.adjustments,
        **{name: getattr(transaction, name) for name in _SAME},
    )


def _transaction(image: TransactionImage) -> Transaction:
    basket = Basket(image.policy)
    for line in image.lines:
        basket = basket.with_line(line)
    basket = attrs.evolve(
        basket,
        offers={row.offer: row for row in image.offers},
        adjustments=image.adjustments,
    )
    return Transaction(basket=basket, **{name: getattr(image, name) for name in _SAME})
