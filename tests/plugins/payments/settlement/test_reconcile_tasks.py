"""What `posframe reconcile` leaves to be done: money charged after all, and a person's word."""

from __future__ import annotations

import pytest

from posframe import (
    AnswerOutcome,
    ProviderAnswer,
)
from posframe.kernel.domain import commands as cmd
from posframe_payments.settlement.courses import read_history
from tests.plugins.payments.settlement.card_shop import later, row


def standing(shop, id_):
    return read_history(shop.folder).courses[id_].standing


def test_a_late_approval_is_given_back_by_the_till_itself(shop, capsys):
    """It was declined, the customer paid cash, and the bank charged all the same."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "3.99"))) == 0
    assert standing(shop, id_) == "given_back"
    assert shop.gateway.returned(id_) == [399]
    assert shop.found() == [("late_approval", True)]
    told = capsys.readouterr().out
    assert "Closed as not paid, and charged: 3.99 EUR" in told
    assert "done: the till has seen to it" in told


def test_a_late_charge_that_its_provider_gave_back_in_the_same_file_is_left_alone(shop):
    """Its refund may be named by our word for the payment, or only by the provider's."""
    first, second = shop.declined(), shop.declined()
    rows = []
    for id_, named in ((first, first), (second, "")):
        reference = shop.gateway.charge(id_, 399)
        rows.append(row(id_, "3.99", reference=reference))
        rows.append(row(named, "-3.99", kind="Refund", reference=reference))
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", *rows)) == 0
    for id_ in (first, second):
        assert standing(shop, id_) == "not_paid"
        assert shop.gateway.returned(id_) == []
    assert shop.found() == []


def test_a_payment_in_doubt_that_was_charged_and_given_back_stays_its_providers_to_tell(shop):
    id_ = shop.in_doubt()
    shop.close()
    file = shop.file(
        "jan.csv",
        row(id_, "3.99", reference="L1"),
        row(id_, "-3.99", kind="Refund", reference="L1"),
    )
    assert shop.reconcile(file) == 0
    assert standing(shop, id_) == "in_doubt"
    assert shop.found() == []


@pytest.mark.parametrize("first", ["charge", "refund"])
def test_a_late_charge_and_its_refund_in_two_files_come_to_nothing_in_the_end(first, shop):
    """The refund alone is told; neither file has the till give anything back."""
    id_ = shop.declined()
    for _ in range(34):
        shop.sell("PEN")  # the till forgets the payment, so that its task stays open
    sold = [row(each.payment, "1.50") for each in shop.gateway.bookings]
    shop.gateway.charge(id_, 399)
    shop.close()
    both = {
        "charge": row(id_, "3.99", reference="L1"),
        "refund": row(id_, "-3.99", kind="Refund", reference="L1"),
    }
    assert shop.reconcile(shop.file("1.csv", *sold, both.pop(first))) == 1
    assert shop.reconcile(shop.file("2.csv", *both.values())) == 0
    assert shop.gateway.returned(id_) == []
    assert standing(shop, id_) == "not_paid"


def test_a_charge_after_its_refund_is_not_given_back_a_second_time(shop):
    """The till remembers the payment, and could."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    shop.close()
    refund = row(id_, "-3.99", kind="Refund", reference="L1")
    assert shop.reconcile(shop.file("1.csv", refund)) == 1
    assert shop.found() == [("missing_in_journal", True)]
    assert "why it gave this back" in shop.kept()["DifferenceFound"][0].next_step
    assert shop.reconcile(shop.file("2.csv", row(id_, "3.99", reference="L1"))) == 0
    assert shop.gateway.returned(id_) == []


@pytest.mark.parametrize("together", [True, False])
def test_of_a_late_charge_that_went_back_in_part_the_till_gives_nothing_back(together, shop):
    """How much is left is a person's to find out."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    shop.close()
    rows = [
        row(id_, "-1.00", kind="Refund", reference="L1"),
        row(id_, "3.99", reference="L1"),
    ]
    for name, some in (("1.csv", rows[:1]), ("2.csv", rows[1:])) if not together else ():
        shop.reconcile(shop.file(name, *some))
    if together:
        shop.reconcile(shop.file("1.csv", *rows))
    assert shop.gateway.returned(id_) == []
    assert sorted(shop.found()) == [("late_approval", True), ("missing_in_journal", True)]
    late = next(each for each in shop.kept()["DifferenceFound"] if each.kind == "late_approval")
    assert "give back the rest" in late.next_step


def test_without_the_file_nobody_hears_of_a_late_approval(shop):
    """The negative control of the test above: it is the settlement that tells the till."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", later())) == 1
    assert standing(shop, id_) == "not_paid"
    assert shop.gateway.returned(id_) == []


def test_a_late_approval_the_till_forgot_is_a_persons_until_it_is_done(shop, capsys):
    """A till remembers its 32 newest payments that ended; the customer's money is owed longer."""
    id_ = shop.declined()
    for _ in range(34):
        shop.sell("PEN")
    assert id_ not in shop.till.state.payments
    sold = [each.payment for each in shop.gateway.bookings]
    shop.gateway.charge(id_, 399)
    shop.close()
    file = shop.file("jan.csv", row(id_, "3.99"), *(row(each, "1.50") for each in sold))
    assert shop.reconcile(file) == 1
    assert shop.gateway.returned(id_) == []
    assert shop.reconcile("--open") == 1
    assert "1  late_approval: Closed as not paid, and charged: 3.99 EUR" in capsys.readouterr().out
    assert shop.reconcile("--done", "1", "Ada gave it back in cash, slip 12") == 0
    assert shop.reconcile("--open") == 0
    (done,) = shop.kept()["TaskDone"]
    assert (done.number, done.how) == (1, "Ada gave it back in cash, slip 12")


def test_a_charge_of_another_amount_than_asked_is_never_acted_on(shop):
    """It may be another payment's: a person looks."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 400)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "4.00"))) == 1
    assert standing(shop, id_) == "not_paid"
    assert shop.gateway.returned(id_) == []


def test_a_charge_that_only_looks_like_a_declined_payment_is_never_acted_on(shop):
    """Amount and day agree, and nothing names it."""
    id_ = shop.declined()
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row("", "3.99", reference="Z1"))) == 1
    assert standing(shop, id_) == "not_paid"
    assert shop.found() == [("late_approval", True)]


def test_a_payment_in_doubt_that_was_settled_is_taken_by_its_sale(shop):
    id_ = shop.in_doubt()
    reference = shop.gateway.charge(id_, 399)
    shop.close()
    file = shop.file("jan.csv", row(id_, "3.99", reference=reference))
    assert shop.reconcile(file) == 0
    assert standing(shop, id_) == "paid"
    assert shop.found() == [("charged_in_doubt", True)]


def test_a_persons_word_is_confirmed(shop):
    """Ada read 3.99 off the slip, and so it was settled."""
    id_ = shop.in_doubt()
    shop.resolve(id_, paid=True, amount_minor=399)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "3.99"))) == 0
    assert shop.found() == [("confirmed", False)]


def test_a_persons_word_that_it_was_paid_is_contradicted(shop, capsys):
    """It should be settled after four days, and twenty later it is not."""
    id_ = shop.in_doubt()
    shop.resolve(id_, paid=True, amount_minor=399)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", later()), "--since", "2026-01-01") == 1
    assert ("contradicted", True) in shop.found()
    assert "Ada said paid, but it was never settled: 3.99 EUR" in capsys.readouterr().out


def test_a_persons_word_that_it_was_not_paid_is_contradicted_and_the_money_goes_back(shop):
    """The customer paid again in cash; the difference stays for who has to ask Ada."""
    id_ = shop.in_doubt()
    shop.resolve(id_, paid=False)
    shop.pay("cash")
    shop.gateway.charge(id_, 399)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "3.99"))) == 1
    assert shop.found() == [("contradicted", True)]
    assert standing(shop, id_) == "given_back"
    assert shop.gateway.returned(id_) == [399]


def test_money_that_went_back_is_in_the_file_both_ways_or_not_at_all(shop):
    """Charged and reversed: the file names both, or neither, and nobody has to do anything."""
    both, none, half = (shop.declined() for _ in range(3))
    for each in (both, none, half):
        shop.gateway.charge(each, 399)
    shop.close()
    file = shop.file("jan.csv", *(row(each, "3.99") for each in (both, none, half)))
    assert shop.reconcile(file) == 0
    back = shop.file("feb.csv", row(f"{both}-r", "-3.99", day=2, kind="Refund"), later(3))
    assert shop.reconcile(back) == 1
    assert shop.found()[3:] == [("missing_in_journal", True)], "only the row that ends the file"
    assert shop.reconcile(shop.file("mar.csv", later(19))) == 1
    missing = [
        each for each in shop.kept()["DifferenceFound"] if "Not settled: -3.99" in each.words
    ]
    assert {each.payments for each in missing} == {(none,), (half,)}


@pytest.mark.parametrize(
    ("number", "how", "words"),
    [
        ("9", "given back", "There is no task 9"),
        ("1", " ", "How was it done?"),
        ("1", "card 4111 1111 1111 1111", "card number"),
    ],
)
def test_a_task_is_ended_only_with_words_that_can_be_kept(shop, capsys, number, how, words):
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", later())) == 1
    assert shop.reconcile("--done", number, how) == 1
    assert words in capsys.readouterr().out
    assert shop.kept()["TaskDone"] == []


def test_a_task_is_ended_once(shop, capsys):
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", later())) == 1
    assert shop.reconcile("--done", "1", "booked") == 0
    assert shop.reconcile("--done", "1", "again") == 1
    assert "Task 1 is done already" in capsys.readouterr().out


def test_what_a_webhook_told_too_late_is_found(shop):
    """The till had forgotten the payment; the provider's word for it is in the journal."""
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    told = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment=id_, amount_minor=399)
    assert shop.do(cmd.HearStray(type="card", answer=told)).accepted
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99")), "--look") == 1
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"))) == 0
    assert shop.found() == [("late_approval", True)]
    assert standing(shop, id_) == "given_back"


def test_a_payment_given_back_by_hand_and_by_its_provider_too_is_in_the_file_both_ways(shop):
    """3.99 in cash and 3.99 to the card: the file is right, and the drawer is short of it."""
    id_ = handed_back(shop)
    shop.close()
    rows = row(id_, "3.99"), row(id_, "-3.99", kind="Refund")
    assert shop.reconcile(shop.file("jan.csv", *rows)) == 0
    (sums,) = shop.kept()["Reconciled"][0].sums
    assert (sums.gross_minor, sums.journal_minor) == (0, 0)


def test_what_both_a_webhook_and_the_file_tell_is_one_task(shop):
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    told = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment=id_, amount_minor=399)
    assert shop.do(cmd.HearStray(type="card", answer=told)).accepted
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "3.99"))) == 0
    assert shop.found() == [("late_approval", True)]


def test_what_a_person_gave_back_in_cash_is_settled_as_it_was_charged(shop):
    """The bank has 3.99 and the drawer is short of it: the file is right."""
    id_ = handed_back(shop)
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(id_, "3.99"))) == 0
    assert standing(shop, id_) == "given_by_hand"


def handed_back(shop):
    """Have a payment that was charged after all given back in cash; return it."""
    shop.gateway.fail("refuse reversal", 1_000)
    id_ = shop.declined()
    shop.gateway.charge(id_, 399)
    told = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment=id_, amount_minor=399)
    shop.do(cmd.HearProvider(id=id_, answer=told, via="look"))
    shop.until_status(id_, "queued_for_person")
    assert shop.do(cmd.GivenBack(id=id_, how="cash", approver="Ada")).accepted
    return id_
