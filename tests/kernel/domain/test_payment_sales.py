"""Which sale plugins are shown, and what the journal files an event under, as payments go on."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.decide_stray import COUNTED_BY, WRITTEN_A_DAY
from posframe.kernel.domain.payment import ProviderAnswer, Slip
from tests.kernel.card_payments import (
    APPROVED,
    NOT_FOUND,
    REVERSED,
    UNKNOWN,
    PayingDesk,
    said,
    slip,
)

CONTRIBUTED = object()
SLIP = Slip(kind="customer", lines=("paid",))


@pytest.fixture
def desk():
    return PayingDesk()


def shown(desk, command):
    """Return by the transaction that plugins are shown which events they are told of."""
    found = []

    def note(asked):
        found.append((asked.sale and asked.sale.id, [type(each).__name__ for each in asked.events]))
        return [CONTRIBUTED]

    desk.answers[q.Contribute] = note
    decision = desk.decided(command)
    desk.state = decision.state
    owners = [owner for event, owner in decision.events if event is CONTRIBUTED]
    assert all(sale in {None, of} for (sale, _), of in zip(found, owners, strict=True))
    return found


def parked(desk, amount=40):
    """Park a sale with a payment under way, and begin another; return the payment."""
    payment = desk.asks("card", amount)
    desk.do(cmd.Suspend())
    desk.scan("MILK")
    return payment


def test_plugins_see_the_parked_sale_whose_payment_was_approved(desk):
    payment = parked(desk)
    command = cmd.HearProvider(id=payment.id, answer=_approval(payment), via="charge")
    ((sale, events),) = shown(desk, command)
    assert sale == payment.transaction != desk.sale.id
    assert events == ["MarkSeen", "JobQueued", "PaymentApproved", "TenderApplied"]


def test_plugins_see_the_tender_that_was_just_applied_to_a_parked_sale(desk):
    payment, dues = parked(desk), []
    desk.answers[q.Contribute] = lambda asked: dues.append(asked.sale.due_minor)
    desk.do(cmd.HearProvider(id=payment.id, answer=_approval(payment), via="charge"))
    assert dues == [60]


def test_plugins_see_a_cancelled_sale_as_it_stood_when_its_last_payment_ends(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.Cancel())
    desk.scan("MILK")
    answer = said(REVERSED, payment=payment.id)
    command = cmd.HearProvider(id=payment.id, answer=answer, via="reverse")
    assert shown(desk, command) == [
        (payment.transaction, ["PaymentReversed", "TransactionCancelled"])
    ]


def test_plugins_see_no_sale_for_a_payment_that_outlived_its_own(desk):
    """Paid otherwise and closed: the late approval is nobody's sale, least of all the open one."""
    payment = desk.doubt(desk.asks())
    sure = {"via": "inquiry", "not_found_times": 2, "grace_is_over": True}
    desk.hear(payment, NOT_FOUND, **sure)
    desk.do(cmd.Pay(type="cash"))
    desk.scan("MILK")
    command = cmd.HearProvider(id=payment.id, answer=_approval(payment), via="hook")
    ((sale, events),) = shown(desk, command)
    assert sale is None
    assert "ReversalIntended" in events


def test_an_action_about_several_sales_is_told_sale_by_sale(desk):
    first = parked(desk)
    second = desk.asks("card", 30)
    found = shown(desk, cmd.Start(till="T01", currency="EUR", software="1", configuration="c"))
    doubts = {sale: events for sale, events in found if "PaymentDoubted" in events}
    assert set(doubts) == {first.transaction, second.transaction}
    assert all(events.count("PaymentDoubted") == 1 for events in doubts.values())


def test_the_slip_of_a_parked_sales_payment_is_filed_under_that_sale(desk):
    payment = parked(desk)
    decision = desk.decided(
        cmd.HearProvider(id=payment.id, answer=_approval(payment), via="charge")
    )
    owners = {type(event).__name__: owner for event, owner in decision.events}
    assert owners["JobQueued"] == payment.transaction
    assert owners["MarkSeen"] == "", "a terminal's receipt number is no sale's"


def test_a_sale_is_practice_from_its_beginning_to_its_end_and_so_are_its_payments(desk):
    """The till's setting may change between; what began with money is paid with money."""
    desk.scan("PEN")
    desk.settings = attrs.evolve(desk.settings, training=True)
    paid = desk.asks()
    assert not paid.training
    desk.approve(paid)
    (completed,) = (each for each in desk.events if type(each) is ev.TransactionCompleted)
    assert (completed.training, desk.asks().training) == (False, True)


# What the till does not know


def test_a_message_about_an_unknown_payment_is_filed_under_no_sale(desk):
    desk.scan("PEN")
    answer = slip(APPROVED, payment="of-yesterday", slips=(SLIP,), shows="https://pay")
    assert shown(desk, cmd.HearStray(type="card", answer=answer)) == [(None, ["StrayHeard"])]
    desk.do(cmd.HearStray(type="card", answer=answer))
    kept = slip(APPROVED, payment="of-yesterday")
    assert desk.events[0] == ev.StrayHeard(type="card", payment="of-yesterday", answer=kept)


@pytest.mark.parametrize(
    ("times", "is_written"),
    [(1, True), (WRITTEN_A_DAY, True), (WRITTEN_A_DAY + 1, False), (COUNTED_BY, True)],
)
def test_above_a_hundred_a_day_messages_of_strangers_are_counted_only(desk, times, is_written):
    forged = ProviderAnswer(outcome=UNKNOWN, words="the signature is false")
    desk.do(cmd.HearStray(type="card", answer=forged, times=times))
    written = [ev.StrayHeard(type="card", answer=forged, times=times)]
    assert desk.events == (written if is_written else [])


@pytest.mark.parametrize(
    "answer", [said(APPROVED, payment="p-9"), said(UNKNOWN, payment="p-9"),
               said(REVERSED, payment="", reference="G9")],
)  # fmt: skip
def test_what_names_a_payment_is_written_however_much_there_is_of_it(desk, answer):
    desk.do(cmd.HearStray(type="card", answer=answer, times=WRITTEN_A_DAY + 1))
    assert [type(each) for each in desk.events] == [ev.StrayHeard]


def _approval(payment):
    amount = payment.asked_minor
    return slip(APPROVED, amount=amount, payment=payment.id, slips=(SLIP,))
