"""How payments end: with their sale or after it, late, by a person's word, over a restart."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.payment_effects import next_look_us, payment_steps
from posframe.kernel.domain.payment_folding import REMEMBERED
from posframe.kernel.domain.transaction import TransactionState
from tests.kernel.card_payments import (
    APPROVED,
    DECLINED,
    NOT_FOUND,
    REVERSED,
    PayingDesk,
    S,
    slip,
)
from tests.kernel.driving import NOON_US

SURE = {"via": "inquiry", "not_found_times": 2, "grace_is_over": True}


@pytest.fixture
def desk():
    return PayingDesk()


def kinds(desk):
    return [type(event).__name__ for event in desk.events]


# Sales that are cancelled


def test_a_cancelled_sale_waits_for_its_last_payment(desk):
    paid = desk.asks("card", 40)
    desk.approve(paid)
    under_way = desk.asks("card", 30)
    desk.do(cmd.Cancel())
    assert desk.sale is None
    (sale,) = desk.state.suspended
    assert sale.state is TransactionState.CANCELLING
    assert "is being cancelled" in desk.refused(cmd.Resume(place=1))
    desk.scan("MILK")
    assert "its sale is being cancelled" in desk.approve(under_way)
    assert desk.status(under_way) is S.REVERSING
    desk.hear(under_way, REVERSED, via="reverse")
    desk.hear(paid, REVERSED, via="reverse")
    assert kinds(desk) == ["PaymentReversed", "TransactionCancelled"]
    assert desk.state.suspended == ()
    assert desk.sale is not None, "the next customer's stays"


def test_a_sale_whose_payment_was_never_sent_is_cancelled_at_once(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="card"))
    desk.do(cmd.Cancel())
    assert (desk.sale, desk.state.suspended) == (None, ())


def test_a_sale_that_is_cancelled_beside_another_leaves_that_ones_payments(desk):
    other = desk.doubt(desk.asks())
    desk.do(cmd.Suspend())
    desk.asks()
    desk.do(cmd.Cancel())
    assert not desk.payment(other).cancel_wished


def test_a_cancelled_sale_ends_when_a_person_has_the_rest(desk):
    payment = desk.doubt(desk.asks("hand"))
    desk.do(cmd.Cancel())
    desk.do(cmd.ResolvePayment(id=payment.id, paid=True, amount_minor=100, number="7"))
    assert kinds(desk)[-2:] == ["ReversalQueued", "TransactionCancelled"]
    assert desk.state.suspended == ()


def test_a_cancelled_sale_ends_when_its_reversal_is_handed_over(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.Cancel())
    desk.do(cmd.QueueReversal(id=payment.id, why="x"))
    assert desk.state.suspended == ()


def test_events_of_a_parked_sale_are_journalled_as_its_own(desk):
    payment = desk.asks("card", 40)
    desk.do(cmd.Suspend())
    desk.scan("MILK")
    answer = attrs.evolve(slip(APPROVED, amount=40), payment=payment.id)
    decision = desk.decided(cmd.HearProvider(id=payment.id, answer=answer, via="charge"))
    owners = {type(event).__name__: owner for event, owner in decision.events}
    assert owners["PaymentApproved"] == owners["TenderApplied"] == payment.transaction


def test_the_end_of_a_cancelled_sale_is_journalled_as_its_own(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.Cancel())
    desk.scan("MILK")
    decision = desk.decided(cmd.QueueReversal(id=payment.id, why="x"))
    assert [owner for _, owner in decision.events] == [payment.transaction] * 2


def test_cancelling_leaves_what_came_to_its_end(desk):
    declined = desk.doubt(desk.asks())
    desk.hear(declined, DECLINED, via="inquiry")
    desk.asks()
    desk.do(cmd.Cancel())
    assert desk.status(declined) is S.DECLINED
    assert kinds(desk) == ["CancelAsked", "CancelWished"]


# Late, parked, and objections


def test_a_parked_sale_is_paid_and_closed_when_it_is_recalled(desk):
    payment = desk.asks()
    desk.do(cmd.Suspend())
    desk.scan("MILK")
    assert desk.approve(payment) == "Card taken"
    desk.do(cmd.Suspend())
    desk.do(cmd.Resume(transaction=payment.transaction))
    assert desk.sale.due_minor == 0
    assert desk.do(cmd.Pay(type="card")) == "Receipt 1"


def test_a_late_approval_is_applied_where_there_is_room_and_does_not_close(desk):
    payment = desk.doubt(desk.asks())
    desk.hear(payment, NOT_FOUND, **SURE)
    assert desk.status(payment) is S.VOIDED
    assert desk.hear(payment, APPROVED, via="look", amount_minor=100) == "Card taken"
    assert kinds(desk) == ["PaymentApproved", "PaymentAlarmed", "TenderApplied"]
    assert desk.sale.due_minor == 0


def test_a_late_approval_is_given_back_while_another_payment_is_under_way(desk):
    first = desk.doubt(desk.asks("card", 40))
    desk.hear(first, DECLINED, via="inquiry")
    desk.asks("card", 40)
    assert "another payment is under way" in desk.hear(first, APPROVED, via="look", amount_minor=40)
    assert desk.status(first) is S.REVERSING


def test_a_late_approval_of_a_sale_that_was_paid_another_way_is_given_back(desk):
    first = desk.doubt(desk.asks())
    desk.hear(first, DECLINED, via="inquiry")
    desk.do(cmd.Pay(type="cash", amount_minor=50))
    assert "the sale needs less" in desk.hear(first, APPROVED, via="look", amount_minor=100)
    desk.hear(first, REVERSED, via="reverse")
    desk.do(cmd.Pay(type="cash"))
    desk.hear(first, APPROVED, via="hook", amount_minor=100)
    assert desk.status(first) is S.UNKNOWN, "it is asked about"
    assert "its sale is closed" in desk.hear(first, APPROVED, via="inquiry", amount_minor=100)


def test_an_objection_to_the_receipt_never_loses_an_approval():
    def object_to(asked):
        raise RuleViolation("Not yet", hint="wait")

    desk = PayingDesk(VetoCompletion=object_to)
    payment = desk.asks()
    assert desk.approve(payment) == "Card taken; Not yet"
    assert desk.status(payment) is S.APPLIED
    assert desk.sale.due_minor == 0


# People


def test_a_persons_word_is_marked_as_such(desk):
    payment = desk.doubt(desk.asks("hand"))
    told = cmd.ResolvePayment(
        id="", paid=True, amount_minor=100, number="4711", approver="Ann", reason="slip"
    )
    assert desk.do(told) == "Receipt 1"
    (tender,) = desk.state.last.tenders
    assert (tender.said_by, tender.reference) == ("Ann", "4711")
    assert desk.state.marks["T1"] == "4711"
    assert desk.events[0].approver == "Ann"
    assert desk.payment(payment).said_by == "Ann"


def test_a_persons_no_is_looked_at_again_where_that_can_be(desk):
    payment = desk.doubt(desk.asks())
    desk.do(cmd.ResolvePayment(id=payment.id, paid=False))
    assert (desk.payment(payment).said_by, desk.status(payment)) == ("1", S.VOIDED)
    assert next_look_us(desk.state) == NOON_US + 600_000_000
    desk.hear(payment, APPROVED, via="look", amount_minor=100)
    assert desk.events[1].kind == "contradicted"


@pytest.mark.parametrize(("amount", "number"), [(0, "7"), (-1, "7"), (100, ""), (100, "  ")])
def test_paid_needs_amount_and_number(desk, amount, number):
    payment = desk.doubt(desk.asks("hand"))
    told = cmd.ResolvePayment(id=payment.id, paid=True, amount_minor=amount, number=number)
    assert "needs the amount and the number" in desk.refused(told)


def test_only_what_is_in_doubt_is_resolved(desk):
    told = cmd.ResolvePayment(id="", paid=False)
    assert "is not in doubt" in desk.refused(told)
    payment = desk.asks()
    assert "is not in doubt" in desk.refused(attrs.evolve(told, id=payment.id))
    desk.do(cmd.Suspend())
    desk.doubt(payment)
    desk.do(told)
    assert desk.status(payment) is S.VOIDED, "the oldest, where no sale is open"


# A start, and what is remembered


def start(desk):
    return desk.do(cmd.Start(till="T01", currency="EUR", software="1", configuration="c"))


def test_a_start_voids_what_was_not_sent_and_doubts_what_was(desk):
    sent = desk.asks()
    desk.do(cmd.Suspend())
    desk.scan("PEN")
    desk.do(cmd.Pay(type="card"))
    intended = desk.newest
    start(desk)
    assert (desk.status(sent), desk.status(intended)) == (S.UNKNOWN, S.VOIDED)
    start(desk)
    assert desk.events == []


def test_a_payment_that_ended_is_remembered_for_a_while(desk):
    first = desk.asks()
    desk.approve(first)
    for _ in range(REMEMBERED):
        desk.approve(desk.asks())
    assert first.id not in desk.state.payments
    assert len(desk.state.payments) == REMEMBERED


def test_what_may_still_change_is_not_forgotten(desk):
    waits = desk.doubt(desk.asks())
    desk.do(cmd.Suspend())
    for _ in range(REMEMBERED + 2):
        desk.approve(desk.asks())
    assert desk.status(waits) is S.UNKNOWN
    assert len(desk.state.payments) == REMEMBERED + 1


def test_cancelled_sales_are_forgotten_too(desk):
    for _ in range(REMEMBERED + 2):
        payment = desk.asks()
        desk.hear(desk.doubt(payment), DECLINED, via="inquiry")
        desk.hear(payment, DECLINED, via="look")
        desk.do(cmd.Cancel())
    assert len(desk.state.payments) == REMEMBERED


# What is to be asked next


def steps(desk, now_us=NOON_US):
    return [(each.step, each.payment.id) for each in payment_steps(desk.state, now_us)]


def test_doubts_are_asked_before_anything_new_the_newest_first(desk):
    first = desk.doubt(desk.asks())
    desk.do(cmd.Suspend())
    second = desk.doubt(desk.asks())
    desk.do(cmd.Suspend())
    back = desk.asks("card", 40)
    desk.approve(back)
    desk.do(cmd.TakeBackTender())
    desk.do(cmd.Suspend())
    desk.scan("PEN")
    desk.do(cmd.Pay(type="card"))
    assert steps(desk) == [
        ("inquire", second.id),
        ("inquire", first.id),
        ("reverse", back.id),
        ("send", desk.newest.id),
    ]


def test_a_second_look_comes_when_it_is_due_and_once(desk):
    assert next_look_us(desk.state) == 0
    payment = desk.doubt(desk.asks())
    desk.hear(payment, DECLINED, via="inquiry")
    look_us = next_look_us(desk.state)
    assert steps(desk, look_us - 1) == []
    assert steps(desk, look_us) == [("look", payment.id)]
    desk.hear(payment, DECLINED, via="look")
    assert kinds(desk) == ["LookEnded"]
    assert steps(desk, look_us) == []
