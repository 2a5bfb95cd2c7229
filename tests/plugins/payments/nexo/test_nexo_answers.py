"""Answers of a terminal as bytes, and the facts that come of them: never a guess about money."""

from __future__ import annotations

import copy

import anyio
import pytest

from posframe import AnswerOutcome, PosframeError
from posframe_payments.simulators.nexo_answers import failure, paid, success
from tests.plugins.payments.nexo.saying import (
    PAID,
    REQUEST,
    SURE,
    is_sure,
    outcome_of,
    plain,
    provider_saying,
)


def test_an_approval_carries_amount_currency_reference_and_our_own_id():
    found = outcome_of(plain(PAID))
    assert found.outcome is AnswerOutcome.APPROVED
    assert (found.amount_minor, found.currency, found.tip_minor) == (1_234, "EUR", 0)
    assert (found.reference, found.payment) == ("X1@2026-01-02T03:04:05.000Z", "a-1")
    assert found.terminal == "SIM-1"


def test_an_approval_for_another_sale_says_so_and_leaves_the_judgement_to_the_kernel():
    found = outcome_of(plain(paid("b-2", "X2", 1_234, 1_234)))
    assert (found.outcome, found.payment) == (AnswerOutcome.APPROVED, "b-2")


def test_less_or_more_than_asked_is_told_as_it_is():
    less, more = (outcome_of(plain(paid("a-1", "X1", each, 1_234))) for each in (600, 1_300))
    assert (less.outcome, less.amount_minor) == (AnswerOutcome.APPROVED, 600)
    assert (more.amount_minor, more.tip_minor) == (1_300, 66)


@pytest.mark.parametrize(
    "changes",
    [
        {"SaleID": "T02"},
        {"ServiceID": "P000000000"},
        {"MessageCategory": "Reversal"},
        {"MessageType": "Request"},
        {"MessageClass": "Device"},
        {"ProtocolVersion": "2.0"},
        {"ProtocolVersion": ""},
    ],
)
def test_the_answer_to_another_message_says_nothing(changes):
    assert not is_sure(plain(PAID, **changes))
    assert not is_sure(plain(failure("Refusal"), **changes))


def test_another_terminal_is_named_and_its_word_is_none():
    """The kernel then puts a person to the question, instead of believing "not found"."""
    for body in (PAID, failure("Refusal")):
        found = outcome_of(plain(body, POIID="SIM-2"))
        assert (found.outcome, found.terminal) == (AnswerOutcome.UNKNOWN, "SIM-2")
    asked = anyio.run(provider_saying(plain(failure("NotFound"), POIID="SIM-2")).inquire, REQUEST)
    assert (asked.outcome, asked.terminal) == (AnswerOutcome.UNKNOWN, "SIM-2")


NO_MONEY = (
    "Aborted", "Cancel", "DeviceOut", "InsertedCard", "InvalidCard", "PaymentRestriction",
    "Refusal", "UnavailableDevice", "UnreachableHost", "WrongPIN",
)  # fmt: skip
PERHAPS_A_COPY = ("LoggedOut", "MessageFormat", "NotAllowed", "NotFound", "UnavailableService")


@pytest.mark.parametrize("condition", NO_MONEY)
def test_a_failure_at_the_card_is_a_decline(condition):
    assert outcome_of(plain(failure(condition))).outcome is AnswerOutcome.DECLINED


@pytest.mark.parametrize("condition", [*PERHAPS_A_COPY, "Busy", "Whatever", "refusal"])
def test_a_failure_that_may_answer_a_copy_of_the_request_is_nobodys_word(condition):
    """Busy above all: it may be the terminal's word on a copy, while the first is being paid."""
    assert outcome_of(plain(failure(condition))).outcome is AnswerOutcome.UNKNOWN


def test_a_failure_without_a_condition_is_nobodys_word():
    assert not is_sure(plain({"Response": {"Result": "Failure"}}))


def test_in_progress_is_told_as_such():
    found = outcome_of(plain(failure("InProgress")))
    assert (found.outcome, found.idle) == (AnswerOutcome.IN_PROGRESS, False)


def repeated(body, **about_changes):
    """Return what answers a question with the answer of earlier it is about."""

    def answer(header, message):
        about = message["TransactionStatusRequest"]["MessageReference"]
        inner = {
            "ProtocolVersion": "3.0",
            "MessageClass": "Service",
            "MessageType": "Response",
            **about,
            **about_changes,
        }
        named = {
            "MessageHeader": inner,
            "RepeatedResponseMessageBody": {f"{about['MessageCategory']}Response": body},
        }
        return plain({**success(), "RepeatedMessageResponse": named})(header, message)

    return answer


def asked_about(answer, request=REQUEST):
    try:
        return anyio.run(provider_saying(answer).inquire, request)
    except PosframeError as error:
        return type(error)


def test_an_answer_that_is_repeated_counts_as_the_answer():
    found = asked_about(repeated(PAID))
    assert (found.outcome, found.amount_minor) == (AnswerOutcome.APPROVED, 1_234)


@pytest.mark.parametrize("condition", [*NO_MONEY, *PERHAPS_A_COPY])
def test_a_failure_that_is_repeated_is_the_payments_own(condition):
    assert asked_about(repeated(failure(condition))).outcome is AnswerOutcome.DECLINED


@pytest.mark.parametrize("condition", ["Busy", "Whatever"])
def test_a_repeated_failure_that_means_nothing_stays_nobodys_word(condition):
    assert asked_about(repeated(failure(condition))).outcome is AnswerOutcome.UNKNOWN


@pytest.mark.parametrize(
    "changes",
    [
        {"ServiceID": "P000000000"},
        {"SaleID": "T02"},
        {"POIID": "SIM-2"},
        {"MessageCategory": "Reversal"},
        {"MessageType": "Request"},
    ],
)
def test_an_answer_to_another_message_that_is_repeated_says_nothing(changes):
    found = asked_about(repeated(PAID, **changes))
    assert isinstance(found, type) or found.outcome not in SURE


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("NotFound", AnswerOutcome.NOT_FOUND),
        ("InProgress", AnswerOutcome.IN_PROGRESS),
        ("Busy", AnswerOutcome.UNKNOWN),
        ("Refusal", AnswerOutcome.UNKNOWN),
        ("UnreachableHost", AnswerOutcome.UNKNOWN),
        ("Whatever", AnswerOutcome.UNKNOWN),
    ],
)
def test_a_question_that_failed_says_only_what_it_says(condition, outcome):
    """That the question was refused says nothing about the payment."""
    assert asked_about(plain(failure(condition))).outcome is outcome


def test_a_question_that_succeeds_and_repeats_nothing_says_nothing():
    found = asked_about(plain(success()))
    assert isinstance(found, type)


def places(value, path=()):
    """Yield every place in a message."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from places(each, (*path, key))


def without(body, path, value=...):
    """Return a body that lacks a field, or has another in its place."""
    changed = copy.deepcopy(body)
    at = changed
    for each in path[:-1]:
        at = at[each]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return changed


NEEDED = {
    ("Response",), ("Response", "Result"), ("POIData",), ("POIData", "POITransactionID"),
    ("POIData", "POITransactionID", "TransactionID"), ("POIData", "POITransactionID", "TimeStamp"),
    ("SaleData",), ("SaleData", "SaleTransactionID"),
    ("SaleData", "SaleTransactionID", "TransactionID"), ("PaymentResult",),
    ("PaymentResult", "AmountsResp"), ("PaymentResult", "AmountsResp", "AuthorizedAmount"),
    ("PaymentResult", "AmountsResp", "Currency"),
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(places(PAID)), ids=".".join)
def test_an_approval_that_lacks_what_belongs_to_it_says_nothing(path):
    """Each field in turn is left out: either it is needed, or the facts stay the same."""
    found = outcome_of(plain(without(PAID, path)))
    if path in NEEDED:
        assert isinstance(found, type), "something was read into an answer that is not whole"
    else:
        assert (found.outcome, found.amount_minor) == (AnswerOutcome.APPROVED, 1_234)


@pytest.mark.parametrize("path", sorted(NEEDED), ids=".".join)
@pytest.mark.parametrize("value", [None, 7, True, "", [], {}, "x" * 5_000])
def test_an_approval_whose_parts_are_of_another_kind_says_nothing(path, value):
    if path[-1] == "AuthorizedAmount" and value == 7 and value is not True:
        return  # seven euros are an amount: the kernel judges it
    assert not is_sure(plain(without(PAID, path, value)))


@pytest.mark.parametrize(
    "amount", ["-12.34", "12.345", '"12.34"', "1234e-2", "12.34.5", "NaN", "1e9999", "[12.34]", ""]
)
def test_an_amount_that_is_no_plain_amount_says_nothing(amount):
    def answer(header, message):
        header, clear = plain(PAID)(header, message)
        return header, clear.replace(b'"AuthorizedAmount": 12.34', b'"AuthorizedAmount": '
                                     + amount.encode())  # fmt: skip

    assert not is_sure(answer)


@pytest.mark.parametrize(("amount", "minor"), [("12.34", 1_234), ("12.340", 1_234), ("12", 1_200),
                                               ("12.0", 1_200), ("0.1", 10), ("0", 0)])  # fmt: skip
def test_an_amount_is_read_to_the_cent(amount, minor):
    def answer(header, message):
        header, clear = plain(PAID)(header, message)
        return header, clear.replace(b": 12.34", b": " + amount.encode())

    assert outcome_of(answer).amount_minor == minor


def test_an_answer_cut_off_inside_its_envelope_says_nothing():
    """The envelope is whole and right: what it holds is not."""
    whole = []

    def length(header, message):
        whole.append(plain(PAID)(header, message)[1])
        return plain(PAID)(header, message)

    outcome_of(length)
    for end in range(0, len(whole[0]), 31):

        def cut(header, message, end=end):
            header, clear = plain(PAID)(header, message)
            return header, clear[:end]

        assert not is_sure(cut)


def test_a_currency_nobody_knows_says_nothing():
    body = without(PAID, ("PaymentResult", "AmountsResp", "Currency"), "XQX")
    assert not is_sure(plain(body))
