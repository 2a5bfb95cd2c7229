"""A close carries everything unfinished forward, each with an owner."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import Basket
from posframe.kernel.domain.carried_forward import OpenKind, what_is_open
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import (
    Job,
    JobStatus,
    TillState,
    Transaction,
    TransactionState,
)
from tests.kernel.card_payments import PAYMENT


def sale(id_, state, **more):
    values = {"operator": "ann", "note": "", **more}
    return Transaction(
        id=id_, number=7, opened_us=0, currency="EUR", basket=Basket(), state=state, **values
    )


def job(id_, kind, subject, **more):
    return Job(id=id_, kind=kind, device="printer", subject=subject, **more)


def payment(id_, status, **more):
    return attrs.evolve(PAYMENT, id=id_, status=status, asked_minor=1_000, **more)


def test_everything_unfinished_is_named_with_an_owner():
    payments = (
        payment("p1", TenderStatus.UNKNOWN, transaction="x1", cause="no answer", label="Card"),
        payment("p2", TenderStatus.QUEUED_FOR_PERSON, transaction="x0", owner="mia", label="QR"),
        payment("p3", TenderStatus.SENT, transaction="x0", kind="refund", label="Card"),
        payment("p4", TenderStatus.DECLINED, look_us=5),
        payment("p5", TenderStatus.APPLIED),
    )
    jobs = (
        job("j1", "print", "x0", status=JobStatus.UNKNOWN),
        job("j2", "print", "x1", copy=2),
        job("j3", "slip", "x0"),
        job("j4", "batch", "card", status=JobStatus.SENT),
        job("j5", "kick", "x0"),
    )
    state = TillState(
        transaction=sale("x1", TransactionState.TENDERING),
        suspended=(
            sale("x2", TransactionState.SUSPENDED, operator="bob", note="red coat"),
            sale("x3", TransactionState.CANCELLING, operator=""),
        ),
        payments={each.id: each for each in payments[::-1]},
        jobs={each.id: each for each in jobs[::-1]},
    )
    found = [
        (m.kind, m.id, m.owner, m.words, m.minor, m.transaction) for m in what_is_open(state, "zoe")
    ]
    kind = OpenKind
    assert found == [
        (kind.OPEN_SALE, "x1", "ann", "open sale 7", 0, "x1"),
        (kind.SUSPENDED_SALE, "x2", "bob", "suspended sale 7: red coat", 0, "x2"),
        (kind.CANCELLING_SALE, "x3", "zoe", "sale being cancelled 7", 0, "x3"),
        (kind.TENDER_IN_DOUBT, "p1", "ann", "tender in doubt, Card: no answer", 1_000, "x1"),
        (kind.MONEY_TO_GIVE_BACK, "p2", "mia", "money to give back, QR", -1_000, "x0"),
        (kind.TENDER_IN_DOUBT, "p3", "zoe", "tender in doubt, Card", -1_000, "x0"),
        (kind.UNPRINTED_RECEIPT, "j1", "zoe", "receipt not printed: unknown", 0, "x0"),
        (kind.UNPRINTED_RECEIPT, "j2", "ann", "receipt not printed, copy 2: queued", 0, "x1"),
        (kind.UNPRINTED_RECEIPT, "j3", "zoe", "slip not printed: queued", 0, "x0"),
        (kind.BATCH_NOT_HANDED_IN, "j4", "zoe", "batch not handed in: sent", 0, ""),
    ]


def test_a_till_at_rest_carries_nothing_forward():
    assert what_is_open(TillState(), "zoe") == ()
    with pytest.raises(AssertionError):
        what_is_open(TillState(), "")


@given(st.lists(st.sampled_from(TenderStatus), max_size=5))
def test_a_payment_that_can_still_move_money_is_always_carried(statuses):
    moving = {"intended", "sent", "unknown", "reversing", "queued_for_person"}
    payments = {f"p{n}": payment(f"p{n}", each) for n, each in enumerate(statuses)}
    carried = what_is_open(TillState(payments=payments), "zoe")
    assert [each.id for each in carried] == [
        f"p{n}" for n, each in enumerate(statuses) if each.value in moving
    ]
    assert all(each.owner for each in carried)
