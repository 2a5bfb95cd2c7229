"""What an answer about a payment means: every row of the protocol's table, and what it guards."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment_judging import DECLINED_ONCE
from tests.kernel.card_payments import (
    APPROVED,
    BY_HAND,
    DECLINED,
    IN_PROGRESS,
    NOT_FOUND,
    PROVISIONAL,
    REFUSED,
    REVERSED,
    TIPPED,
    UNKNOWN,
    S,
    judged,
    names,
    said,
)
from tests.kernel.driving import NOON_US

IN_DOUBT = [S.SENT, S.UNKNOWN]
CLOSED = [S.DECLINED, S.VOIDED, S.REVERSED]
LOOK_US = NOON_US + 600_000_000
"""Ten minutes on."""
SURE = {"not_found_times": 2, "grace_is_over": True}


# SENT


def test_an_approval_that_matches_is_believed():
    (event,) = judged(S.SENT, said(APPROVED, amount_minor=1_000, currency="EUR"), "charge")
    assert event == pe.PaymentApproved(
        id="p-1",
        answer=said(APPROVED, amount_minor=1_000, currency="EUR"),
        captured_minor=1_000,
    )


def test_an_approval_without_an_amount_is_of_what_was_asked():
    (event,) = judged(S.SENT, said(APPROVED), "charge")
    assert (event.captured_minor, event.tip_minor, event.late) == (1_000, 0, False)


def test_a_decline_of_the_charge_call_is_asked_about_once_more():
    (event,) = judged(S.SENT, said(DECLINED), "charge")
    assert (type(event), event.cause) == (pe.PaymentDoubted, DECLINED_ONCE)


def test_a_decline_is_believed_at_once_where_nobody_can_be_asked():
    (event,) = judged(S.SENT, said(DECLINED), "charge", can=BY_HAND)
    assert (type(event), event.look_us) == (pe.PaymentDeclined, 0)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (said(UNKNOWN, words="busy"), "busy"),
        (said(UNKNOWN), "no clear answer"),
        (said(IN_PROGRESS), "no clear answer"),
        (said(NOT_FOUND), "the provider does not know of it"),
        (said(PROVISIONAL), "approved so far; the last word is still to come"),
        (said(REVERSED), "given back at once; asked once more"),
        (said(APPROVED, amount_minor=999), "another amount than asked"),
        (said(APPROVED, currency="USD"), "the answer is in USD"),
        (said(APPROVED, terminal="T2"), "another terminal answered"),
        (said(DECLINED, terminal="T2"), "another terminal answered"),
    ],
)
def test_anything_unclear_leaves_a_payment_in_doubt_and_keeps_the_answer(answer, cause):
    (event,) = judged(S.SENT, answer, "charge")
    assert (type(event), event.cause, event.answer) == (pe.PaymentDoubted, cause, (answer,))


@pytest.mark.parametrize("status", [*IN_DOUBT, *CLOSED, S.APPLIED, S.REVERSING])
@pytest.mark.parametrize(
    "answer",
    [said(APPROVED, payment="p-2"), said(APPROVED, payment="", reference="r-2")],
    ids=["our name", "their reference"],
)
def test_an_answer_about_another_payment_is_left_aside_with_an_alarm(status, answer):
    (event,) = judged(status, answer, reference="r-1")
    assert (type(event), event.kind, event.answer) == (pe.PaymentAlarmed, "foreign", (answer,))


def test_our_own_name_decides_over_a_reference_that_a_person_may_have_typed():
    answer = said(REVERSED, reference="r-1")
    assert names(judged(S.REVERSING, answer, "reverse", reference="4711")) == ["Reversed"]


# UNKNOWN


@pytest.mark.parametrize("via", ["inquiry", "hook"])
def test_an_approval_by_inquiry_or_hook_is_believed(via):
    assert names(judged(S.UNKNOWN, said(APPROVED, amount_minor=1_000), via)) == ["Approved"]


def test_a_decline_by_inquiry_is_believed_and_looked_at_again_later():
    (event,) = judged(S.UNKNOWN, said(DECLINED))
    assert (type(event), event.look_us) == (pe.PaymentDeclined, LOOK_US)


def test_a_refund_that_is_refused_did_not_come_about():
    assert names(judged(S.UNKNOWN, said(REFUSED), kind="refund")) == ["Declined"]


def test_what_was_given_back_by_itself_is_reversed():
    assert names(judged(S.UNKNOWN, said(REVERSED))) == ["Reversed"]


@pytest.mark.parametrize("outcome", [IN_PROGRESS, UNKNOWN, NOT_FOUND])
def test_what_says_nothing_new_is_not_journalled(outcome):
    assert judged(S.UNKNOWN, said(outcome)) == ()


def test_a_doubt_that_is_known_is_not_journalled_again():
    elsewhere = said(APPROVED, terminal="T2")
    assert judged(S.UNKNOWN, elsewhere, cause="another terminal answered") == ()
    assert names(judged(S.UNKNOWN, elsewhere, cause="no answer came")) == ["Doubted"]


def test_not_found_voids_when_said_twice_after_grace_by_the_same_idle_terminal():
    answer = said(NOT_FOUND, idle=True)
    (event,) = judged(S.UNKNOWN, answer, hearing=SURE)
    assert (type(event), event.look_us) == (pe.PaymentVoided, LOOK_US)
    assert event.answer == (answer,)


@pytest.mark.parametrize(
    ("answer", "via", "hearing"),
    [
        (said(NOT_FOUND), "inquiry", {"not_found_times": 1, "grace_is_over": True}),
        (said(NOT_FOUND), "inquiry", {"not_found_times": 9, "grace_is_over": False}),
        (said(NOT_FOUND, idle=False), "inquiry", SURE),
        (said(NOT_FOUND), "hook", SURE),
    ],
    ids=["once", "within grace", "busy", "by hook"],
)
def test_not_found_is_not_believed_before(answer, via, hearing):
    assert judged(S.UNKNOWN, answer, via, hearing=hearing) == ()


def test_not_found_by_another_terminal_is_for_a_person():
    (event,) = judged(S.UNKNOWN, said(NOT_FOUND, terminal="T2"), hearing=SURE)
    assert (type(event), event.cause) == (pe.PaymentDoubted, "another terminal answered")


# Amounts


def test_another_amount_is_believed_when_two_answers_agree():
    answer = said(APPROVED, amount_minor=1_100)
    (first,) = judged(S.SENT, answer, "charge", can=TIPPED)
    assert first.deviating_minor == 1_100
    (second,) = judged(S.UNKNOWN, answer, can=TIPPED, deviating_minor=1_100)
    assert (second.captured_minor, second.tip_minor) == (1_100, 100)


def test_the_charge_call_saying_the_same_twice_is_one_answer():
    answer = said(APPROVED, amount_minor=1_100)
    assert judged(S.UNKNOWN, answer, "charge", can=TIPPED, deviating_minor=1_100,
                  cause="another amount than asked") == ()  # fmt: skip


def test_a_second_deviating_amount_takes_the_place_of_the_first():
    answer = said(APPROVED, amount_minor=900)
    (event,) = judged(
        S.UNKNOWN, answer, can=TIPPED, deviating_minor=1_100, cause="another amount than asked"
    )
    assert (type(event), event.deviating_minor) == (pe.PaymentDoubted, 900)


@pytest.mark.parametrize(
    ("can", "amount", "kind", "expected"),
    [
        (TIPPED, 1_100, "charge", ["Approved"]),
        (TIPPED, 400, "charge", ["Approved"]),
        (TIPPED, 1_101, "charge", ["Approved", "Alarmed", "ReversalIntended"]),
        (TIPPED, 0, "charge", ["Approved", "Alarmed", "ReversalIntended"]),
        (None, 1_001, "charge", ["Approved", "Alarmed", "ReversalIntended"]),
        (None, 999, "charge", ["Approved", "Alarmed", "ReversalIntended"]),
        (TIPPED, 400, "refund", ["Approved", "Alarmed", "ReversalIntended"]),
    ],
)
def test_an_amount_that_may_not_be_is_given_back_whole(can, amount, kind, expected):
    more = {"can": can} if can else {}
    answer = said(APPROVED, amount_minor=amount)
    found = judged(S.UNKNOWN, answer, deviating_minor=amount, kind=kind, **more)
    assert names(found) == expected


# Closed, and yet


@pytest.mark.parametrize("status", [S.DECLINED, S.VOIDED])
@pytest.mark.parametrize("via", ["look", "hook", "charge"])
def test_a_late_approval_is_taken_and_told(status, via):
    approved, alarm = judged(status, said(APPROVED, amount_minor=1_000), via)
    assert approved.late
    assert (type(alarm), alarm.kind) == (pe.PaymentAlarmed, "late")


def test_a_late_approval_against_a_persons_word_names_who_said_it():
    _, alarm = judged(S.VOIDED, said(APPROVED), "look", said_by="Ann")
    assert (alarm.kind, "Ann" in alarm.words) == ("contradicted", True)


def test_an_approval_after_the_money_went_back_may_be_an_old_one_and_is_asked_about():
    assert names(judged(S.REVERSED, said(APPROVED), "hook")) == ["Doubted"]


def test_a_late_approval_of_another_amount_is_in_doubt_once_more():
    (event,) = judged(S.VOIDED, said(APPROVED, amount_minor=400), "look", can=TIPPED)
    assert (type(event), event.deviating_minor) == (pe.PaymentDoubted, 400)


def test_late_stays_late_when_it_was_in_doubt_once_more():
    answer = said(APPROVED, amount_minor=400)
    found = judged(S.UNKNOWN, answer, can=TIPPED, deviating_minor=400, late=True)
    assert names(found) == ["Approved", "Alarmed"]
    assert found[0].late


def test_a_first_approval_of_two_that_comes_late_is_news_unless_the_money_went_back():
    assert names(judged(S.VOIDED, said(PROVISIONAL), "charge")) == ["Doubted"]
    assert judged(S.REVERSED, said(PROVISIONAL), "charge") == ()


@pytest.mark.parametrize("outcome", [DECLINED, NOT_FOUND, REVERSED])
def test_a_second_look_ends_with_a_clear_answer(outcome):
    assert judged(S.VOIDED, said(outcome), "look") == (pe.LookEnded("p-1"),)
    assert judged(S.VOIDED, said(outcome), "hook") == ()


@pytest.mark.parametrize(
    "answer", [said(IN_PROGRESS), said(UNKNOWN), said(NOT_FOUND, terminal="T2")]
)
def test_a_second_look_goes_on_without_one(answer):
    assert judged(S.VOIDED, answer, "look") == ()


# Applied, and going back


def test_a_payment_that_counted_and_was_given_back_is_told():
    found = judged(S.APPLIED, said(REVERSED), "hook")
    assert names(found) == ["Reversed", "Alarmed"]
    assert found[1].kind == "auto_reversed"


@pytest.mark.parametrize("answer", [said(APPROVED), said(DECLINED), said(REVERSED, payment="")])
def test_nothing_else_moves_a_payment_that_counts(answer):
    assert judged(S.APPLIED, answer, "charge") == ()


@pytest.mark.parametrize("status", [S.REVERSING, S.QUEUED_FOR_PERSON])
@pytest.mark.parametrize("via", ["reverse", "hook"])
def test_given_back_is_given_back_whoever_says_it(status, via):
    assert names(judged(status, said(REVERSED), via)) == ["Reversed"]


def test_a_refused_reversal_goes_to_a_person():
    (event,) = judged(S.REVERSING, said(REFUSED, words="settled"), "reverse")
    assert (type(event), event.why, event.owner) == (pe.ReversalQueued, "settled", "supervisor")
    (event,) = judged(S.REVERSING, said(REFUSED), "reverse")
    assert event.why == "the provider refused"


@pytest.mark.parametrize("outcome", [REVERSED, NOT_FOUND])
def test_a_reversal_at_another_terminal_goes_to_a_person(outcome):
    event = judged(S.REVERSING, said(outcome, terminal="T2", payment=""), "reverse")[0]
    assert (type(event), event.why) == (pe.ReversalQueued, "another terminal answered")


NOT_ALL = [
    (said(REVERSED, amount_minor=100), "another amount than was taken was given back: 100"),
    (said(REVERSED, amount_minor=0), "another amount than was taken was given back: 0"),
    (said(REVERSED, currency="USD"), "given back, it is said, in USD"),
    (said(REVERSED, terminal="T2"), "another terminal answered"),
]


@pytest.mark.parametrize(("answer", "why"), NOT_ALL)
def test_a_payment_that_counts_goes_on_counting_where_not_all_of_it_went_back(answer, why):
    (alarm,) = judged(S.APPLIED, answer, "hook", captured_minor=1_000)
    assert (type(alarm), alarm.kind, alarm.words) == (pe.PaymentAlarmed, "amount", why)


@pytest.mark.parametrize(("answer", "why"), NOT_ALL)
@pytest.mark.parametrize("via", ["reverse", "hook"])
def test_money_of_which_a_part_came_back_is_for_a_person_and_said_once(answer, why, via):
    queued, alarm = judged(S.REVERSING, answer, via, captured_minor=1_000)
    assert (type(queued), queued.why, alarm.kind) == (pe.ReversalQueued, why, "amount")
    again = {"captured_minor": 1_000, "cause": why}
    assert judged(S.QUEUED_FOR_PERSON, answer, via, **again) == ()


@pytest.mark.parametrize(("answer", "why"), NOT_ALL)
def test_a_payment_in_doubt_of_which_a_part_went_back_stays_in_doubt(answer, why):
    assert names(judged(S.UNKNOWN, answer)) in (["Doubted", "Alarmed"], ["Doubted"])
    assert judged(S.UNKNOWN, answer)[0].cause == why
    assert judged(S.UNKNOWN, answer, cause=why) == (), "it is not journalled again"


def test_all_that_was_taken_went_back_a_tip_included_and_nothing_less():
    """Asked 10.00, taken 11.00: 10.00 back is a part of it."""
    tipped = {"captured_minor": 1_100, "can": TIPPED}
    assert names(judged(S.APPLIED, said(REVERSED, amount_minor=1_100), "hook", **tipped)) == [
        "Reversed",
        "Alarmed",
    ]
    assert names(judged(S.APPLIED, said(REVERSED, amount_minor=1_000), "hook", **tipped)) == [
        "Alarmed"
    ]


def test_what_was_said_to_be_taken_and_then_to_be_given_back_is_reversed():
    answer = said(REVERSED, amount_minor=400)
    assert names(judged(S.UNKNOWN, answer, can=TIPPED, deviating_minor=400)) == ["Reversed"]


@pytest.mark.parametrize(
    ("status", "answer", "via"),
    [
        (S.REVERSING, said(UNKNOWN), "reverse"),
        (S.REVERSING, said(NOT_FOUND), "reverse"),
        (S.REVERSING, said(REFUSED), "charge"),
        (S.QUEUED_FOR_PERSON, said(REFUSED), "reverse"),
        (S.REVERSING, said(APPROVED), "charge"),
        (S.INTENDED, said(APPROVED), "charge"),
    ],
)
def test_anything_else_about_a_reversal_is_tried_again(status, answer, via):
    assert judged(status, answer, via) == ()
