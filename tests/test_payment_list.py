"""The list of open payments in a script: numbered, answered by number, the sale's own first."""

from __future__ import annotations

import pytest

from posframe import open_payments, payment_outcome
from posframe.kernel.domain.tender import Capabilities
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.paying import Shop

DUMB = Capabilities(inquiry="none", answer_within_s=60, grace_s=0)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = Shop(tmp_path, monkeypatch)
    made.tenders[:] = [gateway_tender(made.gateway, DUMB)]
    yield made.open()
    made.close()


def in_doubt(shop, sku="PAD"):
    shop.gateway.fail("lost answer")
    id_ = shop.pay(sku=sku)
    shop.until_status(id_, "unknown")
    shop.until(lambda: "Did it go through?" in shop.notices())
    shop.clock.advance(60_000_000)
    return id_


def test_the_list_has_what_is_known_and_what_can_be_answered(shop):
    id_ = in_doubt(shop)
    answer = shop.script.line(".payments")
    assert answer["message"] == "Open payments: 1"
    (listed,) = answer["payments"]
    assert listed == {
        "id": id_,
        "label": "Card",
        "amount": 399,
        "tip": 0,
        "sale": "sale 1",
        "standing": "in doubt",
        "words": "Did it go through? Amount and number are on the slip",
        "since": "2026-01-01 12:00:00",
        "answers": ["cancel", "paid", "not paid"],
    }


def test_without_open_payments_the_list_says_so(shop):
    answer = shop.script.line("@payments")
    assert (answer["message"], answer["payments"]) == ("No payment is under way", [])


def test_the_open_sales_payment_comes_first_then_the_oldest(shop):
    one, two, three = in_doubt(shop), None, None
    shop.script.line(".hold")
    two = in_doubt(shop, "PEN")
    shop.script.line(".hold")
    three = in_doubt(shop, "INK")
    assert [each.id for each in open_payments(shop.till)] == [three, one, two]
    assert [each.is_held for each in open_payments(shop.till)] == [False, True, True]


def test_an_answer_by_number_is_about_the_payment_that_had_it_when_it_was_shown(shop):
    """The first one ends meanwhile; the second keeps the number it was shown with."""
    one = in_doubt(shop)
    shop.script.line(".hold")
    two = in_doubt(shop, "PEN")
    assert [each["id"] for each in shop.script.line(".payments")["payments"]] == [two, one]
    assert shop.script.line(".resolve 1 not by=17 no slip")["accepted"]
    assert [each.id for each in open_payments(shop.till)] == [one]
    assert shop.script.line(".resolve 2 paid 3.99 1103 by=17")["accepted"]
    assert (shop.status(one), shop.status(two)) == ("applied", "voided")


def test_a_number_means_nothing_before_the_list_was_shown_or_beyond_its_end(shop):
    id_ = in_doubt(shop)
    assert shop.script.line(".resolve 1 not")["message"] == "There is no payment 1 on the list"
    shop.script.line(".payments")
    for place in ("0", "2", "9" * 30):
        refused = shop.script.line(f".cancelpay {place}")
        assert (refused["accepted"], refused["hint"]) == (False, "type .payments and look")
    assert shop.status(id_) == "unknown"


def test_ten_times_what_was_asked_is_asked_back_with_and_without_a_number(shop):
    in_doubt(shop)
    assert shop.script.line(".resolve paid 39.90 7")["message"] == "39.90 for 3.99?"
    shop.script.line(".payments")
    assert shop.script.line(".resolve 1 paid 39.90 7")["accepted"], "said twice, it is meant"


def test_once_it_is_answered_it_is_on_no_list(shop):
    in_doubt(shop)
    shop.script.line(".resolve not")
    assert open_payments(shop.till) == ()
    assert payment_outcome(shop.till).startswith("Card 3.99 was not charged: a person said so")


def test_a_tip_stands_on_a_line_of_its_own_in_the_receipt(shop):
    """3.99 is asked and the slip says 4.49: fifty cents are the tip."""
    in_doubt(shop)
    shop.script.line(".resolve paid 4.49 1103 by=17")
    receipt = shop.till.receipt(shop.till.state.last.transaction)
    rows = [
        [cell.text for cell in block.cells if cell.text]
        for section in receipt.sections
        for block in section.blocks
        if hasattr(block, "cells")
    ]
    assert ["Card", "3.99"] in rows
    assert ["Tip, Card", "0.50"] in rows


def test_after_a_sale_that_ended_by_itself_the_next_entry_is_read_on_the_sale_screen(shop):
    """Else a code keyed after a card was approved would be an amount of cash."""
    assert shop.script.line("96385074")["accepted"]
    assert shop.script.line("+")["screen"] == "payment"
    assert shop.script.line("card")["accepted"]
    shop.until(lambda: shop.till.state.last is not None)
    answer = shop.script.line("96385074")
    assert answer["screen"] == "sale"
    assert [line["sku"] for line in answer["lines"]] == ["PAD"]


def test_a_held_sale_that_is_paid_comes_back_to_be_paid(shop):
    shop.gateway.customer_s = 1.0
    id_ = shop.pay()
    shop.script.line(".hold")
    shop.until_status(id_, "applied")
    assert shop.script.line(".recall")["screen"] == "payment"
    assert shop.script.line("")["receipt"]["number"] == 1
    assert shop.till.state.last.tendered_minor == 399
