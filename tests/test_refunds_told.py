"""A refund in words: in doubt, for a person, done. Money that went back is never called charged."""

from __future__ import annotations

import attrs
import pytest

from posframe import open_payments, payment_outcome
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.paying import CALM, Shop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    opened = Shop(tmp_path, monkeypatch).open()
    yield opened
    opened.close()


def bring_back(shop, **more):
    """Sell a pad for 3.99 by card, and ask for its money back; nothing answers any more."""
    shop.pay()
    shop.until(lambda: shop.till.state.last is not None, "sold")
    for fault in ("lost request", "lost inquiry"):
        shop.gateway.fail(fault, 1_000)
    assert shop.do(cmd.Return(receipt_number=1)).accepted
    return shop.pay(**more)


def heard(shop, id_, **facts):
    answer = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment=id_, **facts)
    outcome = shop.do(cmd.HearProvider(id=id_, answer=answer, via="hook"))
    assert outcome.accepted
    return outcome.words


def misled(shop):
    """Have a refund of 3.99 give back 0.50, which is said twice."""
    id_ = bring_back(shop)
    shop.until_status(id_, "sent")
    for _ in range(2):
        heard(shop, id_, amount_minor=50)
    assert shop.status(id_) == "queued_for_person"
    return id_


def test_a_refund_that_its_sale_does_not_count_is_to_be_paid_again(shop):
    id_ = misled(shop)
    words = (
        "went back to the customer, 50 was given back where 399 was asked."
        " For the supervisor: have it paid again, then say how"
    )
    assert f"Card 0.50: {words}. A supervisor answers: .payments shows how" in shop.till.notices()
    (listed,) = shop.script.line(".payments")["payments"]
    assert (listed["words"], listed["answers"]) == (words, ["given back"])
    assert shop.script.line(".givenback paid 0.50 in cash")["accepted"]
    assert shop.status(id_) == "reversed"
    assert payment_outcome(shop.till) == "Card 0.50 came back to the shop"
    assert open_payments(shop.till) == ()


def test_a_refund_in_doubt_is_not_to_be_given_back_again(shop):
    shop.close()
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, answer_within_s=30))]
    shop.open()
    shop.until_status(bring_back(shop), "unknown")
    notice = shop.notices()
    assert "Do not give it back again" in notice
    assert "charge" not in notice


def test_a_part_that_went_back_is_given_back_and_not_taken(shop):
    id_ = bring_back(shop, amount_minor=100)
    shop.until_status(id_, "sent")
    assert heard(shop, id_, amount_minor=100) == "Card: given back"
    assert shop.till.state.transaction.due_minor == -299
