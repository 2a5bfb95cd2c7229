"""Payments end to end: a real till, the real runner, a gateway whose ledger is the truth."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from posframe.testing.payments.gateway_provider import (
    GatewayProvider,
    gateway_tender,
)
from tests.paying import Shop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = Shop(tmp_path, monkeypatch).open()
    yield made
    made.close()


@pytest.fixture
def hasty(tmp_path, monkeypatch):
    """A shop whose gateway has a minute for an answer, which is 0.6 seconds here."""
    made = Shop(tmp_path, monkeypatch)
    made.tenders[:] = [gateway_tender(made.gateway)]
    yield made.open()
    made.close()


def test_an_approved_payment_closes_the_sale_and_is_booked_once(shop):
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.till.state.last.tenders[0].reference == "G000001"
    assert shop.gateway.held_minor(id_) == 399
    order = [name for name in shop.names() if name.startswith(("tender", "sale.T", "sale.C"))]
    assert order == [
        "tender.Intended", "tender.Sent", "tender.Approved", "sale.TenderApplied", "sale.Completed",
    ]  # fmt: skip
    assert shop.gateway.requests == [("charge", id_)]
    assert shop.till.notices() == ()


def test_intent_and_sent_are_on_disk_before_the_gateway_hears_of_it(shop, monkeypatch):
    """The state that others may see is the committed one; the wire is asked after it says sent."""
    seen = []
    asked = GatewayProvider.authorise

    def watched(provider, request):
        seen.append(shop.status(request.payment))
        return asked(provider, request)

    monkeypatch.setattr(GatewayProvider, "authorise", watched)
    shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert seen == ["sent"]


def test_a_decline_is_asked_about_once_more_and_then_the_sale_is_paid_another_way(shop):
    shop.gateway.fail("decline")
    id_ = shop.pay()
    shop.until_status(id_, "declined")
    assert (shop.asked("charge"), shop.asked("inquire")) == (1, 1)
    assert "Card 3.99 was not charged: declined" in shop.notices()
    assert shop.do(cmd.Pay(type="cash")).words.startswith("Receipt 1")
    assert shop.gateway.held_minor(id_) == 0


def test_a_declined_customer_may_try_the_card_again(shop):
    shop.gateway.fail("decline")
    first = shop.pay()
    shop.until_status(first, "declined")
    second = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert first != second
    assert shop.gateway.held_minor(second) == 399


@pytest.mark.parametrize("fault", ["lost answer", "late answer", "wrong amount", "twice"])
def test_whatever_happens_to_the_answer_the_sale_is_paid_by_one_charge(hasty, fault):
    hasty.gateway.fail(fault)
    id_ = hasty.pay()
    hasty.until(lambda: hasty.till.state.last is not None)
    assert len(hasty.gateway.of(id_)) == 1
    assert hasty.asked("charge") == 1
    assert [each.applied_minor for each in hasty.till.state.last.tenders] == [399]


@pytest.mark.parametrize("fault", ["lost request", "garbage", "busy", "broken"])
def test_a_payment_that_never_arrived_is_given_up_only_after_the_grace(hasty, fault):
    hasty.gateway.fail(fault)
    id_ = hasty.pay()
    hasty.until_status(id_, "unknown")
    assert "Do not charge again" in hasty.notices()
    assert hasty.do(cmd.Pay(type="cash")).words == "A payment is under way"
    hasty.until_status(id_, "voided")
    assert hasty.asked("inquire") >= 2
    assert hasty.gateway.held_minor(id_) == 0
    assert hasty.do(cmd.Pay(type="cash")).accepted


def test_the_answer_of_another_payment_does_not_end_the_wait(shop):
    """The customer is still at the terminal: nothing is asked until it has said its own."""
    shop.gateway.fail("foreign")
    shop.gateway.fail("late answer")
    shop.gateway.late_s = 0.3
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert "tender.Alarmed" in shop.names()
    assert "tender.Doubted" not in shop.names()
    assert shop.gateway.requests == [("charge", id_)]


def test_a_terminal_that_cannot_be_reached_is_said_at_once_and_nothing_is_sent(shop):
    shop.gateway.fail("unreachable")
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert shop.gateway.requests == []
    assert "Card 3.99 was not charged: a fault (OSError)" in shop.notices()


def test_an_approval_after_a_decline_finds_its_open_sale_and_closes_nothing(shop):
    shop.gateway.fail("decline and charge")
    id_ = shop.pay()
    shop.until_status(id_, "declined")
    shop.until_status(id_, "applied")
    assert shop.till.state.last is None
    assert "an earlier decline was charged after all" in shop.notices()
    assert shop.do(cmd.Pay(type="cash")).accepted  # Enter keeps it: nothing is due
    assert [each.type for each in shop.till.state.last.tenders] == ["card"]


def test_an_approval_after_the_sale_was_paid_otherwise_goes_back(shop):
    shop.gateway.fail("decline and charge")
    shop.gateway.late_s = 1.5
    id_ = shop.pay()
    shop.until_status(id_, "declined")
    assert shop.do(cmd.Pay(type="cash")).accepted
    shop.until_status(id_, "reversed")
    assert shop.gateway.held_minor(id_) == 0
    assert [each.type for each in shop.till.state.last.tenders] == ["cash"]


def test_a_payment_under_way_when_the_till_stops_is_asked_about_at_the_next_start(shop):
    """No second charge: the same payment is found, and closes the sale."""
    shop.gateway.fail("lost answer")
    id_ = shop.pay()
    shop.until(lambda: shop.gateway.of(id_))
    shop.close()
    shop.open()
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.gateway.requests == [("charge", id_), ("inquire", id_)]
    assert shop.gateway.held_minor(id_) == 399


def test_a_payment_that_was_only_intended_when_the_till_stops_never_was(shop, monkeypatch):
    async def identify(provider):
        import anyio

        await anyio.sleep_forever()

    with monkeypatch.context() as patch:
        patch.setattr(GatewayProvider, "identify", identify)
        id_ = shop.pay()
        shop.until(lambda: "reaching the terminal" in shop.notices())
        shop.close()
    shop.open()
    assert shop.status(id_) == "voided"
    assert shop.gateway.requests == []
    shop.pay()
    shop.until(lambda: shop.till.state.last is not None)


def test_a_parked_sale_gets_its_money_and_stays_parked(hasty):
    hasty.gateway.fail("lost answer")
    id_ = hasty.pay()
    hasty.until_status(id_, "sent")
    assert hasty.do(cmd.Suspend(note="card in doubt")).accepted
    assert "Card 3.99 of sale 1" in hasty.notices()
    hasty.pay("cash", sku="PEN")
    assert hasty.till.state.last.gross_minor == 150
    hasty.until_status(id_, "applied")
    assert hasty.till.state.suspended[0].due_minor == 0
    assert hasty.do(cmd.Resume(place=1)).accepted
    assert hasty.do(cmd.Pay(type="cash")).words.startswith("Receipt 2")
    assert hasty.gateway.held_minor(id_) == 399


def test_a_cancel_that_loses_the_race_leaves_the_choice_and_taking_back_reverses(shop):
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.3
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    assert "customer is paying" in shop.notices()
    assert shop.do(cmd.CancelPayment()).words == "Asking Card to cancel"
    shop.until_status(id_, "applied")
    assert shop.asked("cancel") == 1
    assert shop.till.state.last is None
    assert "approved before cancel" in shop.notices()
    assert shop.do(cmd.TakeBackTender()).accepted
    shop.until_status(id_, "reversed")
    assert shop.gateway.held_minor(id_) == 0
    assert shop.till.state.transaction.due_minor == 399


def test_a_sale_cancelled_while_its_card_is_paid_ends_when_the_money_is_back(shop):
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.2
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    assert "is cancelled when its payments are settled" in shop.do(cmd.Cancel()).words
    shop.until(lambda: "sale.Cancelled" in shop.names())
    assert shop.gateway.held_minor(id_) == 0
    assert shop.till.state.suspended == ()


def test_a_reversal_whose_answer_is_lost_is_asked_for_again_by_the_same_key(shop):
    shop.gateway.fail("lost reversal")
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.2
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    shop.do(cmd.Cancel())
    shop.until_status(id_, "reversed")
    assert shop.asked("reverse") == 2
    assert len(shop.gateway.of(id_)) == 1


def test_a_refused_reversal_is_a_task_of_the_supervisor_until_the_money_is_back(shop):
    shop.gateway.fail("refuse reversal", 99)
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.2
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    shop.do(cmd.Cancel())
    shop.until_status(id_, "queued_for_person")
    assert "could not give back, it is settled already. For the supervisor" in shop.notices()
    assert shop.script.line(".givenback")["message"].startswith("That is not enough for .givenback")
    assert shop.script.line(".givenback cash, slip 12")["accepted"]
    assert shop.status(id_) == "reversed"
    assert shop.till.notices() == ()


def sell_and_bring_back(shop):
    """Sell a pad by card, and open the return of it."""
    sold = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.do(cmd.Return(receipt_number=1)).accepted
    return sold


def test_money_goes_back_to_the_card_as_a_refund_of_its_own(shop):
    sold = sell_and_bring_back(shop)
    refund = shop.pay()
    shop.until(lambda: shop.till.state.last_receipt_number == 2)
    assert shop.gateway.requests == [("charge", sold), ("refund", refund)]
    assert shop.gateway.of(refund)[0].original == shop.gateway.of(sold)[0].reference
    assert shop.gateway.held_minor(sold) + shop.gateway.held_minor(refund) == 0
    assert shop.till.state.last.gross_minor == -399


@pytest.mark.parametrize(("fault", "status"), [("", "applied"), ("lost answer", "sent")])
def test_what_a_held_return_gives_back_is_not_given_back_by_another(shop, fault, status):
    """3.00 of 5.49 were paid by card: two returns of one receipt share them, in doubt or not."""
    shop.do(cmd.AddItem(code="PAD"))
    shop.do(cmd.AddItem(code="PEN"))
    sold = shop.pay(amount_minor=300)
    shop.until_status(sold, "applied")
    assert shop.do(cmd.Pay(type="cash")).accepted
    assert shop.do(cmd.Return(receipt_number=1, number=1)).accepted
    if fault:
        shop.gateway.fail(fault)
    refund = shop.pay()
    shop.until_status(refund, status)
    assert shop.do(cmd.Suspend()).accepted
    assert shop.do(cmd.Return(receipt_number=1, number=2)).accepted
    assert shop.do(cmd.Pay(type="card")).words == "Nothing of this was paid by Card"
    assert shop.do(cmd.Pay(type="cash")).accepted
    assert sum(shop.gateway.returned(refund)) == 300
    assert shop.asked("refund") == 1


def test_a_sale_whose_money_is_on_its_way_back_is_not_given_up(shop):
    """No provider takes money back that it gave: the goods are here, and the sale closes."""
    sell_and_bring_back(shop)
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.2
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    assert not shop.do(cmd.Cancel()).accepted
    shop.do(cmd.CancelPayment())
    shop.until(lambda: shop.till.state.last_receipt_number == 2, "the return is complete")
    assert shop.asked("reverse") == 0


def test_a_refund_whose_answer_is_lost_is_found_and_not_given_again(hasty):
    sell_and_bring_back(hasty)
    hasty.gateway.fail("lost answer")
    id_ = hasty.pay()
    hasty.until(lambda: hasty.till.state.last_receipt_number == 2)
    assert hasty.asked("refund") == 1
    assert hasty.gateway.returned(id_) == [399]


def test_a_late_second_look_finds_what_was_charged_after_all(shop):
    """Ten minutes of the wall clock after it was given up; the sale is closed, so it goes back."""
    shop.gateway.fail("garbage")
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert shop.do(cmd.Pay(type="cash")).accepted
    payment = shop.till.state.payments[id_]
    assert payment.look_us
    from posframe.kernel.providers import request_of

    shop.gateway.book(request_of(payment))
    shop.clock.advance(601_000_000)
    shop.until_status(id_, "reversed")
    assert shop.gateway.held_minor(id_) == 0
