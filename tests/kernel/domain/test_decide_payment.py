"""Payments by something outside: intended, sent, heard, placed, given back, and never forgotten."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.payment_effects import payment_steps
from tests.kernel.card_payments import (
    APPROVED,
    OLD,
    PROVISIONAL,
    REFUSED,
    REVERSED,
    PayingDesk,
    S,
    said,
    slip,
)
from tests.kernel.driving import NOON_US
from tests.kernel.making import VAT19, line


@pytest.fixture
def desk():
    return PayingDesk()


def kinds(desk):
    return [type(event).__name__ for event in desk.events]


def brings_back(desk, minor=500):
    """Open a sale of goods brought back."""
    desk.scan("PEN")
    goods = line(1, -minor, VAT19, kind=LineKind.RETURN)
    desk.state = evolve(desk.state, ev.LineChanged(goods))
    return desk


# The way of a payment


def test_pay_stores_the_intent_and_nothing_is_sent_yet(desk):
    desk.scan("PEN")
    assert desk.do(cmd.Pay(type="card")) == "Card: the customer pays at the terminal"
    payment = desk.newest
    assert (payment.status, payment.asked_minor, payment.kind) == (S.INTENDED, 100, "charge")
    assert payment.key == f"T01-{payment.id}-100"
    assert desk.sale.blocked
    assert kinds(desk) == ["PaymentIntended"]


def test_an_approved_payment_of_all_that_is_due_closes_the_sale_in_the_same_action(desk):
    payment = desk.asks()
    assert desk.status(payment) is S.SENT
    assert desk.approve(payment) == "Receipt 1"
    assert kinds(desk)[:2] == ["PaymentApproved", "TenderApplied"]
    assert desk.sale is None
    (tender,) = desk.state.last.tenders
    assert (tender.tendered_minor, tender.reference) == (100, f"r-{payment.id}")


def test_a_part_is_taken_and_the_sale_stays_open(desk):
    payment = desk.asks("card", 40)
    assert desk.approve(payment) == "Card taken"
    assert desk.sale.due_minor == 60


def test_a_tip_is_no_part_of_what_settles_the_sale(desk):
    payment = desk.asks("tip")
    desk.hear(payment, APPROVED, amount_minor=110)
    assert desk.status(payment) is S.UNKNOWN
    assert desk.hear(payment, APPROVED, via="inquiry", amount_minor=110) == "Receipt 1"
    (tender,) = desk.state.last.tenders
    assert (tender.applied_minor, tender.tip_minor) == (100, 10)


def test_a_false_amount_is_given_back_whole(desk):
    payment = desk.asks()
    desk.hear(payment, APPROVED, amount_minor=90)
    desk.hear(payment, APPROVED, via="inquiry", amount_minor=90)
    assert kinds(desk) == ["PaymentApproved", "PaymentAlarmed", "ReversalIntended"]
    assert desk.payment(payment).reversal == f"{payment.id}-r"


def test_while_one_is_in_doubt_nothing_more_is_taken(desk):
    payment = desk.doubt(desk.asks())
    assert desk.refused(cmd.Pay(type="cash")).startswith("A payment is under way")
    assert desk.refused(cmd.TakeBackTender()).startswith("Nothing is paid yet")
    assert desk.status(payment) is S.UNKNOWN


def test_what_is_not_there_or_not_so_changes_nothing(desk):
    payment = desk.asks()
    for command in (
        cmd.SendPayment(id="nobody"),
        cmd.SendPayment(id=payment.id),
        cmd.LosePayment(id="nobody", cause="x"),
        cmd.QueueReversal(id="nobody", why="x"),
        cmd.QueueReversal(id=payment.id, why="x"),
        cmd.HearProvider(id="nobody", answer=slip(APPROVED), via="hook"),
    ):
        assert desk.do(command) == ""
        assert desk.events == []
    desk.doubt(payment)
    desk.do(cmd.LosePayment(id=payment.id, cause="again"))
    assert desk.events == []


def test_what_a_till_has_no_provider_for_is_not_heard(desk):
    payment = desk.asks("loose")
    desk.hear(payment, APPROVED)
    assert desk.events == []
    desk.settings = attrs.evolve(desk.settings, tenders=())
    desk.hear(payment, APPROVED)
    assert desk.events == []
    desk.doubt(payment)
    desk.do(cmd.ResolvePayment(id=payment.id, paid=False, approver="Ann"))
    assert desk.status(payment) is S.VOIDED


def test_what_could_not_be_sent_was_never_charged(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="card"))
    words = desk.do(cmd.LosePayment(id=desk.newest.id, cause="The terminal does not answer"))
    assert words == "Card: The terminal does not answer. Nothing was charged"
    assert desk.status(desk.newest) is S.VOIDED


# Terminals with a last receipt alone


def test_a_terminal_with_a_doubt_is_locked_for_every_sale(desk):
    desk.doubt(desk.asks("old"))
    desk.do(cmd.Suspend())
    desk.scan("PEN")
    assert desk.refused(cmd.Pay(type="old")).startswith("Old terminal waits for sale 1")
    assert desk.do(cmd.Pay(type="card")), "another way is free"


def test_a_locked_terminal_names_a_sale_that_ended_too(desk):
    payment = desk.asks("old")
    desk.hear(payment, PROVISIONAL, reference="r")
    state = attrs.evolve(desk.payment(payment), transaction="gone")
    desk.state = attrs.evolve(
        desk.state, payments={payment.id: state}, transaction=None, suspended=()
    )
    desk.scan("PEN")
    assert "waits for an earlier sale" in desk.refused(cmd.Pay(type="old"))


def test_nothing_is_sent_to_a_terminal_that_has_another_to_end_first(desk):
    first = desk.asks("old")
    desk.doubt(first)
    desk.do(cmd.ResolvePayment(id=first.id, paid=False, approver="Ann"))
    desk.do(cmd.Pay(type="old"))
    second = desk.newest
    desk.hear(first, PROVISIONAL)  # late, on the line that was still open
    assert desk.status(first) is S.UNKNOWN
    assert desk.send(second).status is S.INTENDED
    desk.hear(first, REVERSED, via="inquiry")
    assert desk.send(second).status is S.SENT


def test_every_receipt_number_seen_is_remembered(desk):
    payment = desk.asks("old")
    assert desk.state.marks == {"T1": "1102"}
    desk.do(cmd.HearProvider(id=payment.id, answer=slip(APPROVED, amount=100), via="charge"))
    assert desk.state.marks == {"T1": "1103"}
    desk.asks("old")
    assert desk.state.marks == {"T1": "1102"}, "what the terminal says now"


def test_the_receipt_of_the_first_approval_is_the_payments_own(desk):
    payment = desk.asks("old")
    first = slip(PROVISIONAL, reference="1103", amount=100)
    desk.do(cmd.HearProvider(id=payment.id, answer=first, via="charge"))
    assert desk.payment(payment).reference == "1103"
    later = slip(APPROVED, mark="1104", reference="1104", amount=100)
    desk.do(cmd.HearProvider(id=payment.id, answer=later, via="inquiry"))
    assert desk.payment(payment).cause == "the terminal's last receipt is another payment's"


def test_a_receipt_that_counts_for_one_payment_counts_for_no_other(desk):
    first = desk.asks("old", 40)
    receipt = slip(APPROVED, reference="1103", amount=40)
    desk.do(cmd.HearProvider(id=first.id, answer=receipt, via="charge"))
    second = desk.doubt(desk.asks("old", 40))
    desk.do(cmd.HearProvider(id=second.id, answer=receipt, via="inquiry"))
    assert desk.status(second) is S.UNKNOWN


def paid_yesterday(desk, hours):
    """Pay by receipt 1103; go on so many hours, to the same number of a counter begun anew."""
    first = desk.asks("old", 40)
    receipt = slip(APPROVED, reference="1103", amount=40)
    desk.do(cmd.HearProvider(id=first.id, answer=receipt, via="charge"))
    desk.wall_us += hours * 3_600_000_000
    return receipt


def test_what_a_terminal_says_on_a_payments_own_call_is_its_own(desk):
    receipt = paid_yesterday(desk, 1)
    second = desk.asks("old", 40)
    desk.do(cmd.HearProvider(id=second.id, answer=receipt, via="charge"))
    assert desk.status(second) is S.APPLIED


@pytest.mark.parametrize(("hours", "status"), [(12, S.UNKNOWN), (13, S.APPLIED), (-1, S.UNKNOWN)])
def test_a_receipt_number_of_yesterday_is_free_again_on_a_terminal_that_counts_anew(
    desk, hours, status
):
    """A clock that was put back frees none."""
    receipt = paid_yesterday(desk, hours)
    second = desk.doubt(desk.asks("old", 40))
    desk.do(cmd.HearProvider(id=second.id, answer=receipt, via="inquiry"))
    assert desk.status(second) is status


@pytest.mark.parametrize(("terminal", "status"), [("T1", S.UNKNOWN), ("T2", S.APPLIED)])
def test_a_receipt_of_a_terminal_that_two_methods_use_counts_once(desk, terminal, status):
    """They are one terminal by the name it gives itself, however till.toml names it."""
    twin = attrs.evolve(OLD, id="twin", label="Twin")
    desk.settings = attrs.evolve(desk.settings, tenders=(*desk.settings.tenders, twin))
    receipt = slip(APPROVED, reference="1103", amount=40)
    desk.scan("PEN")
    desk.do(cmd.Pay(type="twin", amount_minor=40))
    first = desk.newest
    desk.do(cmd.SendPayment(id=first.id, terminal=terminal, mark="1102"))
    own = attrs.evolve(receipt, terminal=terminal)
    desk.do(cmd.HearProvider(id=first.id, answer=own, via="charge"))
    second = desk.doubt(desk.asks("old", 40))
    desk.do(cmd.HearProvider(id=second.id, answer=receipt, via="inquiry"))
    assert (desk.status(first), desk.status(second)) == (S.APPLIED, status)


@pytest.mark.parametrize("via", ["charge", "inquiry"])
def test_a_providers_reference_is_one_payments_for_ever(desk, via):
    first = desk.asks("card", 40)
    desk.approve(first)
    desk.wall_us += 48 * 3_600_000_000
    second = desk.doubt(desk.asks("card", 40))
    answer = said(APPROVED, payment="", reference=f"r-{first.id}", amount_minor=40)
    desk.do(cmd.HearProvider(id=second.id, answer=answer, via=via))
    assert desk.status(second) is S.UNKNOWN


# Cancelling


def test_a_payment_that_was_not_sent_is_cancelled_at_once(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="card"))
    assert desk.do(cmd.CancelPayment()) == "Card cancelled"
    assert desk.status(desk.newest) is S.VOIDED
    assert not desk.sale.blocked


def test_a_payment_under_way_is_asked_to_cancel_once(desk):
    payment = desk.asks()
    assert desk.do(cmd.CancelPayment(id=payment.id)) == "Asking Card to cancel"
    assert kinds(desk) == ["CancelWished"]
    desk.do(cmd.CancelPayment())
    assert kinds(desk) == []
    (step,) = payment_steps(desk.state, NOON_US)
    assert (step.step, step.cancels) == ("charge", True)


def test_an_approval_that_wins_the_race_asks_keep_or_take_back(desk):
    payment = desk.asks()
    desk.do(cmd.CancelPayment())
    assert "keep or take back" in desk.approve(payment)
    assert desk.sale.due_minor == 0, "and yet it does not close"
    assert desk.do(cmd.Pay(type="card")) == "Receipt 1"


def test_there_is_nothing_to_cancel(desk):
    desk.scan("PEN")
    assert desk.refused(cmd.CancelPayment()).startswith("No payment is under way")
    assert desk.refused(cmd.CancelPayment(id="x")).startswith("No payment is under way")
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.TakeBackTender())
    assert desk.refused(cmd.CancelPayment()).startswith("The money is on its way back")


# Giving back


def test_taken_back_is_given_back_and_blocks_until_it_is(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    assert desk.do(cmd.TakeBackTender()) == "Card: giving money back"
    assert (desk.status(payment), desk.sale.due_minor) == (S.REVERSING, 100)
    assert desk.refused(cmd.Pay(type="cash")).startswith("A payment is under way")
    desk.hear(payment, REVERSED, via="reverse")
    assert desk.do(cmd.Pay(type="cash")) == "Receipt 1"


def test_a_refused_reversal_waits_for_a_person_and_the_sale_goes_on(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.TakeBackTender())
    desk.hear(payment, REFUSED, via="reverse", words="settled already")
    assert desk.payment(payment).owner == "supervisor"
    assert desk.do(cmd.Pay(type="cash")) == "Receipt 1"
    assert desk.refused(cmd.GivenBack(id=payment.id, how=" ")).startswith("How was it")
    assert desk.do(cmd.GivenBack(id="", how="cash")) == "Card: given back"
    assert desk.status(payment) is S.REVERSED
    assert desk.refused(cmd.GivenBack(id="", how="x")).startswith("Nothing of that payment")


def test_a_reversal_that_does_not_come_about_is_handed_over(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.do(cmd.TakeBackTender())
    desk.do(cmd.QueueReversal(id=payment.id, why="five tries"))
    assert desk.payment(payment).cause == "five tries"
    assert payment_steps(desk.state, NOON_US)[0].step == "reverse", "and tried on, slowly"


def test_where_no_provider_can_give_back_a_person_does_at_once(desk):
    payment = desk.doubt(desk.asks("hand", 40))
    desk.do(cmd.ResolvePayment(id=payment.id, paid=True, amount_minor=40, number="7"))
    desk.do(cmd.TakeBackTender())
    assert kinds(desk) == ["ReversalIntended", "ReversalQueued"]
    assert not desk.sale.blocked


def test_a_refund_cannot_be_undone_by_a_machine(desk):
    payment = brings_back(desk).asks()
    assert (payment.kind, payment.asked_minor) == ("refund", 500)
    desk.do(cmd.CancelPayment())
    assert desk.approve(payment) == "Receipt 1", "the money is out: the sale stands"


def test_a_refund_that_stands_is_neither_taken_back_nor_cancelled(desk):
    """Half is back when the customer changes their mind."""
    payment = brings_back(desk).asks(amount=200)
    desk.approve(payment)
    assert "was given back already" in desk.refused(cmd.TakeBackTender())
    assert "gave money back for this sale" in desk.refused(cmd.Cancel())


def test_what_comes_back_stays_while_its_money_is_on_its_way(desk):
    payment = brings_back(desk).asks()
    assert payment.kind == "refund"
    assert "on its way back" in desk.refused(cmd.VoidLine())


def test_a_refund_closes_its_sale(desk):
    payment = brings_back(desk).asks()
    assert desk.approve(payment) == "Receipt 1"
    (tender,) = desk.state.last.tenders
    assert (tender.tendered_minor, tender.applied_minor) == (-500, -500)


def test_a_refund_that_gave_another_amount_is_for_a_person(desk):
    payment = brings_back(desk).asks()
    desk.hear(payment, APPROVED, amount_minor=50)
    desk.hear(payment, APPROVED, via="inquiry", amount_minor=50)
    assert kinds(desk)[-2:] == ["ReversalIntended", "ReversalQueued"]


def test_a_payment_given_back_by_its_provider_is_due_again(desk):
    payment = desk.asks("card", 40)
    desk.approve(payment)
    desk.hear(payment, REVERSED, via="hook")
    assert kinds(desk) == ["PaymentReversed", "PaymentAlarmed"]
    assert desk.sale.due_minor == 100
