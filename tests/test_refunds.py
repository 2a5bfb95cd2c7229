"""Money that goes back by something outside: the original first, stored before it is asked for."""

from __future__ import annotations

import attrs
import pytest

from posframe import ConfigurationError, events
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.refusals import ApprovalNeeded
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.paying import CALM, Shop

PAD = 399
"""What the pad costs, in cents."""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    opened = Shop(tmp_path, monkeypatch).open()
    yield opened
    opened.close()


def done(shop, command):
    outcome = shop.do(command)
    assert outcome.accepted, f"{command}: {outcome.words}"
    return outcome


def refused(shop, command):
    outcome = shop.do(command)
    assert not outcome.accepted
    return f"{outcome.words} | {outcome.hint}"


def sold(shop, *amounts):
    """Sell a pad by card, or parts of it as given; return the receipt's number."""
    for amount in amounts or (None,):
        shop.until_status(shop.pay(amount_minor=amount), "applied")
    if shop.till.state.transaction is not None:
        done(shop, cmd.Pay(type="cash"))
    shop.until(lambda: shop.till.state.transaction is None, "completed")
    number = shop.till.state.last.receipt_number
    # Who listens is told right after the state counts, and what follows asks for what was heard.
    shop.until(lambda: number in {each.closing.receipt_number for each in completed(shop)}, "told")
    return number


def refund(shop, **more):
    outcome = done(shop, cmd.Pay(type="card", **more))
    return list(outcome.state.payments.values())[-1]


def completed(shop):
    return [row.event for row in shop.events if isinstance(row.event, events.TransactionCompleted)]


def booked(shop):
    """Return what the far side has, signed: taken less given back."""
    signs = {"charge": 1, "refund": -1}
    return sum(
        signs[each.kind] * each.amount_minor
        for each in shop.gateway.bookings
        if not each.is_reversed
    )


def test_a_card_payment_goes_back_to_that_card_by_its_reference(shop):
    number = sold(shop)
    paid = completed(shop)[0].tenders[0]
    done(shop, cmd.Return(receipt_number=number))
    payment = refund(shop)
    assert (payment.kind, payment.asked_minor) == ("refund", PAD)
    assert (payment.original, payment.original_payment) == (paid.reference, paid.id)
    shop.until(lambda: len(completed(shop)) == 2, "the return is complete")
    back = completed(shop)[1].tenders[0]
    assert (back.tendered_minor, back.refunds) == (-PAD, paid.id)
    assert booked(shop) == 0
    names = shop.names()
    assert (
        names.index("tender.Intended") < names.index("tender.Sent") < names.index("tender.Approved")
    )


def test_what_was_paid_by_card_is_not_given_out_in_cash_without_an_approval(shop):
    number = sold(shop)
    done(shop, cmd.Return(receipt_number=number))
    outcome = shop.do(cmd.Pay(type="cash"))
    assert isinstance(outcome.error, ApprovalNeeded)
    assert "It was paid by Card 3.99" in outcome.words
    done(shop, cmd.Pay(type="cash", approver="anna", reason="card was closed"))
    (given,) = [row.event for row in shop.events if isinstance(row.event, events.ApprovalGiven)]
    assert (given.action, given.amount_minor) == ("refund_other_tender", PAD)
    assert booked(shop) == PAD


def test_a_split_sale_goes_back_by_each_what_it_took(shop):
    number = sold(shop, 149)  # 1.49 by card, 2.50 in cash
    done(shop, cmd.Return(receipt_number=number))
    assert "Only 1.49" in refused(shop, cmd.Pay(type="card", amount_minor=200))
    done(shop, cmd.Pay(type="cash"))
    assert shop.till.state.transaction.due_minor == -149
    refund(shop)
    shop.until(lambda: len(completed(shop)) == 2, "the return is complete")
    assert [each.applied_minor for each in completed(shop)[1].tenders] == [-250, -149]
    assert booked(shop) == 0


def test_two_cards_get_back_what_each_paid(shop):
    number = sold(shop, 149, 250)
    done(shop, cmd.Return(receipt_number=number))
    for left in (-250, 0):
        payment = refund(shop)
        shop.until_status(payment.id, "applied")
        sale = shop.till.state.transaction
        assert (sale.due_minor if sale else 0) == left
    shop.until(lambda: len(completed(shop)) == 2, "the return is complete")
    paid, back = completed(shop)
    assert {each.refunds: -each.applied_minor for each in back.tenders} == {
        each.id: each.applied_minor for each in paid.tenders}  # fmt: skip


def test_a_refund_whose_answer_is_lost_is_asked_about_and_never_given_twice(shop):
    number = sold(shop)
    shop.gateway.fail("lost answer")
    done(shop, cmd.Return(receipt_number=number))
    refund(shop)
    shop.until(lambda: "tender.Doubted" in shop.names(), "in doubt")
    shop.until(lambda: len(completed(shop)) == 2, "the return is complete")
    assert booked(shop) == 0
    assert sum(each.kind == "refund" for each in shop.gateway.bookings) == 1


def test_a_refund_is_asked_about_after_a_crash(shop):
    number = sold(shop)
    shop.gateway.fail("lost answer")
    done(shop, cmd.Return(receipt_number=number))
    payment = refund(shop)
    shop.until_status(payment.id, "sent", "unknown")
    shop.close()
    shop.open()
    shop.until(lambda: len(completed(shop)) == 2, "the return is complete")
    assert booked(shop) == 0
    assert sum(each.kind == "refund" for each in shop.gateway.bookings) == 1


def test_a_card_that_cannot_give_back_says_what_can(shop, tmp_path):
    shop.close()
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, refund="none"))]
    shop.open()
    number = sold(shop)
    done(shop, cmd.Return(receipt_number=number))
    assert "cannot give money back | a supervisor can approve cash" in refused(
        shop, cmd.Pay(type="card"))  # fmt: skip


def test_undoing_a_sale_begins_the_refund_of_its_card(shop):
    number = sold(shop, 149)
    done(shop, cmd.PostVoid(approver="anna"))
    shop.until(lambda: len(completed(shop)) == 2, "undone")
    assert completed(shop)[1].kind == "void"
    assert booked(shop) == 0
    assert "came back already" in refused(shop, cmd.Return(receipt_number=number))


def test_a_part_that_goes_back_leaves_the_rest_to_be_given_back_later(shop):
    done(shop, cmd.AddItem(code="PAD"))
    done(shop, cmd.AddItem(code="PEN"))
    number = sold(shop)
    for line in (1, 2):
        done(shop, cmd.Return(receipt_number=number, number=line))
        refund(shop)
        shop.until(lambda line=line: len(completed(shop)) == 1 + line, "complete")
    assert booked(shop) == 0
    paid = completed(shop)[0].tenders[0].id
    assert [each.tenders[0].refunds for each in completed(shop)[1:]] == [paid, paid]


def batches(shop):
    return [row.event for row in shop.events if row.name == "tender.BatchClosed"]


def test_a_till_without_devices_closes_its_batches_all_the_same(shop):
    shop.close()
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, batches=True))]
    shop.open(effects=True)
    done(shop, cmd.CloseBatch())
    shop.until(lambda: batches(shop), "closed")


def test_a_provider_that_is_not_there_hands_in_nothing(shop):
    """A person is asked, who may have it done again."""
    shop.close()
    can = attrs.evolve(CALM, batches=True)

    def broken():
        raise ConfigurationError("The terminal has no address", hint="give it one")

    shop.tenders[:] = [attrs.evolve(gateway_tender(shop.gateway, can), provider=broken)]
    shop.open(effects=True)
    done(shop, cmd.CloseBatch(type="card"))
    shop.until(lambda: "Did the terminal close its batch?" in shop.notices(), "asked")
    assert "The terminal has no address" in shop.notices()
    assert not batches(shop)
