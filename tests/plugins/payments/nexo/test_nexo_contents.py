"""What else is in answers: refunds, what is kept of cards, receipts; and what requests say."""

from __future__ import annotations

import json

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import AnswerOutcome
from posframe_payments.nexo.line import TerminalLine
from posframe_payments.nexo.provider import NexoProvider
from posframe_payments.simulators.nexo_answers import CARD, failure, success
from posframe_payments.simulators.nexo_terminal import Terminal
from tests.plugins.payments.nexo.far import ADDRESS, configured, provider_of, with_options
from tests.plugins.payments.nexo.saying import (
    PAID,
    REFUND,
    REQUEST,
    Says,
    is_sure,
    outcome_of,
    plain,
    provider_saying,
    told,
)


def test_a_refund_for_another_payment_says_nothing():
    original = {"OriginalPOITransaction": {"POITransactionID": {
        "TransactionID": "X2", "TimeStamp": "2026-01-02"}}}  # fmt: skip
    assert not is_sure(plain({**success(), **original}), REFUND)


def test_a_refund_names_what_was_given_back():
    body = {**success(), "ReversedAmount": "amount:2.34"}
    found = outcome_of(plain(body), attrs.evolve(REFUND, amount_minor=234))
    assert (found.outcome, found.amount_minor) == (AnswerOutcome.APPROVED, 234)
    assert found.payment == "a-1"


def test_a_part_of_a_refund_without_its_amount_says_nothing():
    body = success()
    body["Response"]["Result"] = "Partial"
    assert not is_sure(plain(body), REFUND)


def test_no_card_number_is_in_what_an_answer_comes_to():
    """In words, slips and what is kept as it came; the terminal put it into all of them."""
    for body in (PAID, failure("Refusal", f"card {CARD} refused")):
        found = outcome_of(plain(body))
        assert CARD not in repr(attrs.asdict(found))
        assert b"1228" not in found.raw
    assert CARD in json.dumps(PAID), "the negative control: it was there"


def test_what_is_kept_as_it_came_is_this_and_nothing_else():
    assert json.loads(outcome_of(plain(PAID)).raw) == {
        "Response": {"Result": "Success"},
        "POIData": {
            "POITransactionID": {"TransactionID": "X1", "TimeStamp": "2026-01-02T03:04:05.000Z"}
        },
        "SaleData": {
            "SaleTransactionID": {"TransactionID": "a-1", "TimeStamp": "2026-01-02T03:04:05.000Z"}
        },
        "PaymentResult": {
            "OnlineFlag": True,
            "AmountsResp": {"AuthorizedAmount": 12.34, "Currency": "EUR"},
            "PaymentAcquirerData": {"ApprovalCode": "123456"},
        },
    }


@pytest.mark.parametrize("condition", ["InProgress", "Busy", "Refusal", "Whatever"])
def test_no_reversal_is_sent_while_an_earlier_one_may_be_under_way(condition):
    """Only "not found" says that there was none."""
    says = Says(plain(failure(condition)))
    provider = NexoProvider(configured(Terminal()), TerminalLine(ADDRESS, None, says))
    answer = anyio.run(provider.reverse, attrs.evolve(REQUEST, reversal="a-1-r"))
    assert answer.outcome is AnswerOutcome.UNKNOWN
    assert [each["MessageHeader"]["MessageCategory"] for each in says.asked] == [
        "TransactionStatus"
    ]


@pytest.mark.parametrize(
    ("body", "amount_minor"), [({"ReversedAmount": "amount:1.00"}, 100), ({}, None)]
)
def test_a_reversal_says_how_much_went_back_where_the_terminal_does(body, amount_minor):
    """All of it is 12.34: of less, the till makes a person's task."""

    def answer(header, message):
        is_status = header["MessageCategory"] == "TransactionStatus"
        said = failure("NotFound") if is_status else {**success(), **body}
        return plain(said)(header, message)

    back = attrs.evolve(REQUEST, reversal="a-1-r")
    found = anyio.run(provider_saying(answer).reverse, back)
    assert (found.outcome, found.amount_minor) == (AnswerOutcome.REVERSED, amount_minor)


def test_a_receipt_that_cannot_be_read_does_not_touch_the_money():
    for receipts in (None, 7, [7], [{"DocumentQualifier": "CustomerReceipt"}], [{}]):
        found = outcome_of(plain({**PAID, "PaymentReceipt": receipts}))
        assert (found.outcome, found.slips) == (AnswerOutcome.APPROVED, ())


def test_a_receipt_in_plain_lines_is_printed_as_it_stands():
    """Other makers than Adyen write the line itself; a line may come in two texts."""
    texts = [
        {"Text": "TOTAL "},
        {"Text": "EUR ", "EndOfLineFlag": False},
        {"Text": "12.34", "EndOfLineFlag": True},
    ]
    receipt = {
        "DocumentQualifier": "CashierReceipt",
        "RequiredSignatureFlag": True,
        "OutputContent": {"OutputFormat": "Text", "OutputText": texts},
    }
    (slip,) = outcome_of(plain({**PAID, "PaymentReceipt": [receipt]})).slips
    assert slip.kind == "merchant"
    assert slip.lines[:2] == ("TOTAL ", "EUR 12.34")
    assert "Signature" in slip.lines


@given(st.integers(min_value=1, max_value=10**9))
def test_an_amount_goes_out_and_comes_back_as_the_same_cents(minor):
    """No float on either way."""
    terminal = Terminal()
    terminal.customer_s = 0

    async def pay():
        return await told(provider_of(terminal), attrs.evolve(REQUEST, amount_minor=minor))

    assert anyio.run(pay).amount_minor == minor
    assert terminal.charged("a-1") == [minor]


def test_what_the_customer_may_do_is_asked_for_by_its_options():
    def options_of(can):
        says = Says(plain(PAID))
        provider = NexoProvider(configured(Terminal(), can), TerminalLine(ADDRESS, None, says))
        anyio.run(told, provider, REQUEST)
        return says.asked[0]["PaymentRequest"]["SaleData"].get("SaleToAcquirerData")

    assert options_of(with_options()) is None
    assert options_of(with_options(partial=True)) == "tenderOption=AllowPartialAuthorisation"
    both = options_of(with_options(partial=True, tip_percent=5))
    assert both == "tenderOption=AllowPartialAuthorisation,AskGratuity"
