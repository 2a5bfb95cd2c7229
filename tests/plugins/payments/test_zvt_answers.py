"""What a terminal's facts come to as a provider's answer, and the slips that were in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import AnswerOutcome, PaymentRequest
from posframe_payments.zvt.facts import (
    Aborted,
    Acked,
    Completed,
    Lost,
    PrintBlock,
    PrintLine,
    ReceiptKind,
    Refused,
    Sent,
    Status,
    StatusAnswered,
    TimedOut,
    Wait,
    Waiting,
)
from posframe_payments.zvt_answers import (
    before_reversal,
    has_no_receipt,
    last_receipt_answer,
    payment_answer,
    reversal_answer,
)
from posframe_payments.zvt_receipts import ReceiptName, read_reference
from posframe_payments.zvt_slips import slips_of

TID = "28004869"
BEGUN = (Sent("authorisation"), Acked())
ENDED = Completed()


def paid(**changes):
    said = {"result": 0, "amount_minor": 1749, "currency": 978, "receipt": 42, "trace": 123}
    return Status(**{**said, "terminal": TID, **changes})


def request(**changes):
    said = {"payment": "p1", "key": "k", "amount_minor": 1749, "currency": "EUR"}
    return PaymentRequest(**{**said, "terminal": TID, "mark": "0041-000122", **changes})


def test_an_approval_carries_receipt_amount_currency_and_terminal():
    answer = payment_answer([*BEGUN, paid(), StatusAnswered(keep=True), ENDED], TID)
    assert answer.outcome is AnswerOutcome.APPROVED
    assert answer.reference == answer.mark == "0042-000123"
    assert answer.amount_minor == 1749
    assert (answer.currency, answer.terminal, answer.idle) == ("EUR", TID, True)


@pytest.mark.parametrize(
    ("facts", "outcome", "idle"),
    [
        ([*BEGUN, paid()], AnswerOutcome.PROVISIONAL, None),
        ([*BEGUN, paid(), Lost()], AnswerOutcome.UNKNOWN, None),
        ([*BEGUN, TimedOut(Wait.ANSWER)], AnswerOutcome.UNKNOWN, None),
        ([*BEGUN, paid(), StatusAnswered(keep=False), ENDED], AnswerOutcome.UNKNOWN, True),
        ([*BEGUN, paid(whole=False), ENDED], AnswerOutcome.UNKNOWN, True),
        ([*BEGUN, paid(), paid(receipt=43), ENDED], AnswerOutcome.UNKNOWN, True),
        ([Sent("authorisation"), Refused(0x9C, "wait")], AnswerOutcome.UNKNOWN, False),
        ([Sent("authorisation"), Refused(0xA0, "not ready")], AnswerOutcome.UNKNOWN, False),
        ([Sent("authorisation"), Waiting(), TimedOut(Wait.LINE)], AnswerOutcome.UNKNOWN, False),
        ([*BEGUN, Aborted(code=0x6C, words="stopped")], AnswerOutcome.DECLINED, True),
        ([Sent("authorisation"), Refused(0x6B, "not registered")], AnswerOutcome.DECLINED, None),
    ],
)
def test_what_is_not_proved_is_unknown_and_busy_is_no_decline(facts, outcome, idle):
    answer = payment_answer(facts, TID)
    assert (answer.outcome, answer.idle) == (outcome, idle)


def test_a_currency_without_letters_is_named_by_its_number_so_that_it_is_refused():
    assert payment_answer([*BEGUN, paid(currency=1), ENDED], TID).currency == "001"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([paid(), ENDED], AnswerOutcome.APPROVED),
        ([paid(receipt=41, trace=122), ENDED], AnswerOutcome.NOT_FOUND),
        ([paid(receipt=41, trace=123), ENDED], AnswerOutcome.APPROVED),
        ([paid(receipt=41, trace=None), ENDED], AnswerOutcome.UNKNOWN),
        ([paid(receipt=None), ENDED], AnswerOutcome.UNKNOWN),
        ([paid(original_trace=122), ENDED], AnswerOutcome.UNKNOWN),
        ([paid(), Lost()], AnswerOutcome.UNKNOWN),
        ([ENDED], AnswerOutcome.UNKNOWN),
        ([Aborted(code=0xA0, words="not ready")], AnswerOutcome.UNKNOWN),
    ],
)
def test_a_repeated_receipt_is_the_payments_only_if_its_number_has_moved(facts, outcome):
    answer = last_receipt_answer([*BEGUN, *facts], TID, request())
    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("mark", "reference", "trace", "outcome"),
    [
        ("0042-000100", "0042-000123", 123, AnswerOutcome.APPROVED),
        ("0042", "0042-000123", 123, AnswerOutcome.APPROVED),
        ("0042", "", 123, AnswerOutcome.UNKNOWN),
        ("0042", "0042", None, AnswerOutcome.UNKNOWN),
        ("0042-000123", "0042-000123", 123, AnswerOutcome.UNKNOWN),
        ("0042", "", None, AnswerOutcome.NOT_FOUND),
        ("0042", "0041", None, AnswerOutcome.NOT_FOUND),
    ],
)
def test_a_receipt_that_may_be_the_payments_is_never_taken_for_one_before_it(
    mark, reference, trace, outcome
):
    """The counter started over, and came to the number that it had before the payment."""
    asked = request(mark=mark, reference=reference)
    answer = last_receipt_answer([*BEGUN, paid(trace=trace), ENDED], TID, asked)
    assert answer.outcome is outcome


def test_a_reversal_is_read_back_only_of_the_payment_whose_trace_it_names():
    facts = [*BEGUN, paid(receipt=43, trace=124, original_trace=123), ENDED]
    ours = last_receipt_answer(facts, TID, request(reference="0042-000123"))
    other = last_receipt_answer(facts, TID, request(reference="0042-000100"))
    assert (ours.outcome, ours.reference) == (AnswerOutcome.REVERSED, "0042-000123")
    assert other.outcome is AnswerOutcome.UNKNOWN


def test_a_repeat_that_leaves_out_the_trace_is_of_the_same_receipt():
    facts = [*BEGUN, paid(trace=None), ENDED]
    answer = last_receipt_answer(facts, TID, request(reference="0042-000123"))
    assert answer.reference == "0042-000123"


REVERSAL = {"receipt": 43, "trace": 124, "original_trace": 123}


@pytest.mark.parametrize(
    ("last", "any_receipt", "outcome"),
    [
        ({}, False, None),
        ({"receipt": 44, "trace": 125}, False, AnswerOutcome.REFUSED),
        ({"receipt": 44, "trace": 125}, True, None),
        ({"trace": 999}, False, AnswerOutcome.REFUSED),
        (REVERSAL, False, AnswerOutcome.REVERSED),
        (REVERSAL, True, AnswerOutcome.REVERSED),
        ({**REVERSAL, "amount_minor": 1}, False, AnswerOutcome.REFUSED),
        ({**REVERSAL, "original_trace": 99}, False, AnswerOutcome.REFUSED),
        ({"receipt": None}, False, AnswerOutcome.UNKNOWN),
    ],
)
def test_a_reversal_is_asked_for_only_where_its_payment_is_the_last_receipt(
    last, any_receipt, outcome
):
    found = before_reversal(
        [*BEGUN, paid(**last), ENDED],
        request(reference="0042-000123"),
        any_receipt=any_receipt,
    )
    assert (found.outcome if found else None) is outcome


def test_without_a_trace_the_receipt_right_after_a_payment_undid_it_if_it_is_a_reversal():
    facts = [*BEGUN, paid(**REVERSAL), ENDED]
    by_hand = request(reference="0042")
    assert before_reversal(facts, by_hand, any_receipt=False).outcome is AnswerOutcome.REVERSED
    assert before_reversal(facts, by_hand, any_receipt=True) is None


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([paid(receipt=43, original_trace=123), ENDED], AnswerOutcome.REVERSED),
        ([paid(amount_minor=1, receipt=43), ENDED], AnswerOutcome.REFUSED),
        ([Aborted(code=0xB4, words="given back before")], AnswerOutcome.REVERSED),
        ([Aborted(code=0xB5, words="cannot be")], AnswerOutcome.REFUSED),
        ([Aborted(code=0x9C, words="wait")], AnswerOutcome.UNKNOWN),
        ([Lost()], AnswerOutcome.UNKNOWN),
    ],
)
def test_a_reversal_that_is_not_confirmed_is_asked_for_again(facts, outcome):
    found = reversal_answer([*BEGUN, *facts], TID, request(reference="0042-000123"))
    assert found.outcome is outcome


def test_a_terminal_without_a_receipt_is_told_from_one_whose_line_broke():
    assert has_no_receipt([*BEGUN, ENDED])
    assert not has_no_receipt([*BEGUN, paid(), ENDED])
    assert not has_no_receipt([*BEGUN, Lost()])
    assert not has_no_receipt([*BEGUN, Aborted(code=0xA0, words="not ready")])
    assert not has_no_receipt([])


@given(receipt=st.integers(0, 9_999), trace=st.none() | st.integers(0, 999_999))
def test_a_reference_goes_to_text_and_back(receipt, trace):
    name = ReceiptName(receipt, trace)
    assert read_reference(str(name)) == name
    assert name.may_be(ReceiptName(receipt))
    assert not name.may_be(ReceiptName((receipt + 1) % 10_000, trace))


@pytest.mark.parametrize("text", ["", "G000001", "12345", "42-", "-42", "0042-1234567", "٤٢"])
def test_what_is_no_receipt_number_names_none(text):
    assert read_reference(text) is None


def test_the_receipt_after_9999_is_1():
    assert ReceiptName(1).is_next_after(ReceiptName(9_999))
    assert ReceiptName(43).is_next_after(ReceiptName(42))
    assert not ReceiptName(44).is_next_after(ReceiptName(42))


def test_blocks_of_one_kind_are_one_slip_until_its_end():
    facts = [
        PrintBlock(kind=ReceiptKind.MERCHANT, lines=("A", "B")),
        PrintBlock(kind=ReceiptKind.MERCHANT, lines=("C",), ended=True),
        PrintBlock(kind=ReceiptKind.CUSTOMER, lines=("D",), ended=True),
        PrintBlock(kind=ReceiptKind.CUSTOMER, lines=("E",), ended=True),
    ]
    found = [(each.kind, each.lines) for each in slips_of(facts, "batch")]
    assert found == [
        ("merchant", ("A", "B", "C")), ("customer", ("D",)), ("customer", ("E",)),
    ]  # fmt: skip


def test_lines_are_a_slip_of_the_kind_that_was_asked_for():
    facts = [
        PrintLine(text="A"),
        PrintLine(text="", feeds=2),
        PrintLine(text="B", last=True),
        PrintLine(text="C"),
    ]
    found = [(each.kind, each.lines) for each in slips_of(facts, "customer")]
    assert found == [("customer", ("A", "", "", "B")), ("customer", ("C",))]


def test_empty_paper_is_no_slip():
    assert slips_of([PrintLine(text="", feeds=255, last=True)], "customer") == ()
