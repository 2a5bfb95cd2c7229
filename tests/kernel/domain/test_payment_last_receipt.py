"""What the last receipt of a terminal means that knows no other."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment_judging import DECLINED_ONCE, is_not_found, mark_is_after
from posframe.kernel.domain.tender import TenderStatus
from tests.kernel.card_payments import (
    APPROVED,
    BY_HAND,
    DECLINED,
    IN_PROGRESS,
    LAST_ONLY,
    NOT_FOUND,
    PAYMENT,
    PROVISIONAL,
    REFUSED,
    REVERSED,
    TIPPED,
    UNKNOWN,
    S,
    judged,
    names,
    slip,
)
from tests.kernel.driving import NOON_US

IN_DOUBT = [S.SENT, S.UNKNOWN]
CLOSED = [S.DECLINED, S.VOIDED, S.REVERSED]
LOOK_US = NOON_US + 600_000_000
"""Ten minutes on."""
SURE = {"not_found_times": 2, "grace_is_over": True}


# Terminals that know their last receipt alone


def old(status, answer, via="inquiry", **more):
    return judged(status, answer, via, can=LAST_ONLY, **more)


def test_the_last_receipt_is_the_payments_when_its_number_moved():
    (event,) = old(S.UNKNOWN, slip(APPROVED))
    assert (type(event), event.captured_minor) == (pe.PaymentApproved, 1_000)


def test_an_unmoved_receipt_number_is_not_found_and_waits_for_grace():
    unmoved = slip(APPROVED, mark="1102")
    assert old(S.UNKNOWN, unmoved) == ()
    (event,) = old(S.UNKNOWN, unmoved, hearing=SURE)
    assert (type(event), event.look_us) == (pe.PaymentVoided, 0), "nothing to look at later"


def test_after_a_decline_an_unmoved_number_is_enough_for_the_request_did_arrive():
    unmoved = slip(APPROVED, mark="1102")
    assert names(old(S.UNKNOWN, unmoved, cause=DECLINED_ONCE)) == ["Voided"]
    busy = slip(APPROVED, mark="1102", idle=None)
    assert old(S.UNKNOWN, busy, cause=DECLINED_ONCE) == (), "it did not say that it is idle"


@pytest.mark.parametrize(
    ("answer", "payment", "cause"),
    [
        (slip(APPROVED, mark=""), {}, "the terminal's last receipt has no number to tell it by"),
        (slip(APPROVED), {"mark": ""}, "the terminal's last receipt has no number to tell it by"),
        (slip(APPROVED, amount=999), {}, "the terminal's last receipt is of another amount"),
        (slip(APPROVED, amount=None), {}, "the terminal's last receipt is of another amount"),
        (slip(APPROVED, reference="9"), {"reference": "8"},
         "the terminal's last receipt is another payment's"),
    ],
)  # fmt: skip
def test_a_receipt_that_may_be_anybodys_is_for_a_person(answer, payment, cause):
    (event,) = old(S.UNKNOWN, answer, **payment)
    assert (type(event), event.cause) == (pe.PaymentDoubted, cause)
    assert old(S.UNKNOWN, answer, **payment, hearing=SURE) == (event,), "grace makes it no surer"


def test_a_receipt_that_is_another_payments_already_is_never_claimed():
    (event,) = old(S.UNKNOWN, slip(APPROVED), hearing={"is_claimed": True})
    assert event.cause == "the terminal's last receipt is another payment's"
    assert old(S.REVERSING, slip(APPROVED), "reverse", hearing={"is_claimed": True}) == ()


def test_a_reversed_last_receipt_is_reversed():
    assert names(old(S.UNKNOWN, slip(REVERSED))) == ["Reversed"]


@pytest.mark.parametrize("outcome", [IN_PROGRESS, UNKNOWN, REFUSED, PROVISIONAL])
def test_what_is_no_receipt_says_nothing(outcome):
    assert old(S.UNKNOWN, slip(outcome)) == ()


def test_the_charge_call_may_not_bring_an_earlier_receipt():
    (event,) = old(S.SENT, slip(APPROVED, mark="1102"), "charge")
    assert (type(event), event.cause) == (pe.PaymentDoubted, "the receipt is an earlier one")
    assert names(old(S.SENT, slip(APPROVED), "charge")) == ["Approved"]


def test_once_closed_the_last_receipt_is_another_payments():
    assert old(S.VOIDED, slip(APPROVED), "inquiry") == ()
    assert names(old(S.VOIDED, slip(APPROVED), "charge")) == ["Approved", "Alarmed"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (slip(NOT_FOUND), True),
        (slip(DECLINED, mark=""), True),
        (slip(DECLINED, mark="1103"), False),
        (slip(APPROVED, mark="1102"), True),
        (slip(REVERSED, mark="1102"), True),
        (slip(APPROVED, mark=""), False),
        (slip(IN_PROGRESS, mark="1102"), False),
        (slip(APPROVED, mark="1102", payment="p-1"), False),
    ],
)
def test_not_found_has_many_words(answer, expected):
    assert is_not_found(PAYMENT, answer, LAST_ONLY) is expected


def test_a_receipt_number_that_started_over_is_a_later_one():
    assert mark_is_after("0001", "9999")
    assert not mark_is_after("9999", "9999")
    assert not mark_is_after("", "9999")


@pytest.mark.parametrize("status", list(TenderStatus))
def test_every_status_has_an_answer_to_everything(status):
    for outcome in (APPROVED, PROVISIONAL, DECLINED, REVERSED, REFUSED, IN_PROGRESS, NOT_FOUND,
                    UNKNOWN):  # fmt: skip
        for via in ("charge", "inquiry", "hook", "reverse", "look"):
            for can in (LAST_ONLY, BY_HAND, TIPPED):
                assert isinstance(judged(status, slip(outcome), via, can=can), tuple)
