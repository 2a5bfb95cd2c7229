"""Goods that come back in line mode: what can be said, and what is typed to say it."""

import pytest

from posframe_terminal.line import LineMode
from posframe_terminal.line_payments import LinePayments
from tests.terminal_ui.paying_stand import CardShop
from tests.terminal_ui.selling import BREAD, MILK


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


@pytest.fixture
def line(shop):
    return LineMode(shop.till)


def said(line, *entries):
    return [line.answer(entry) for entry in entries][-1]


def test_a_receipt_is_read_out_with_what_returns_each_line(line):
    said(line, f"3 * {MILK}", BREAD, "+", "")
    assert said(line, "T01-000001") == [
        "Receipt 1.",
        "By Cash 6.07 can go back.",
        "Receipt 1, line 1: 3 Milk 1 l, 3.57. Type .return 1 1.",
        "Receipt 1, line 2: 1 Rye bread, 2.50. Type .return 1 2.",
    ]


def test_what_came_back_and_what_is_left_is_said(line):
    said(line, f"3 * {MILK}", BREAD, "+", "", ".return 1 1 x2", ".return 1 2", "+", "")
    assert said(line, ".receipt 1")[2:] == [
        "Receipt 1, line 1: 3 Milk 1 l, 3.57. 1 of it can come back. Type .return 1 1.",
        "Receipt 1, line 2: 1 Rye bread, 2.50, came back.",
    ]


def test_the_receipts_with_an_item_are_read_out(line):
    said(line, MILK, "+", "", BREAD, MILK, "+", "")
    assert said(line, f".sold {MILK}")[1:] == [
        "Receipt 2, line 2: 1 Milk 1 l, 1.19. Type .return 2 2.",
        "Receipt 1, line 1: 1 Milk 1 l, 1.19. Type .return 1 1.",
    ]


def test_money_that_goes_back_is_given_back_in_words(line):
    said(line, MILK, "+", "")
    assert said(line, ".return 1 1") == [
        "1 × Milk 1 l comes back, receipt 1.",
        "Line 1: -1 Milk 1 l, -1.19.",
        "To give back 1.19.",
    ]
    assert said(line, "+", "") == ["Receipt 2.", "Given back 1.19."]


def test_a_refund_by_card_is_told_when_it_has_come_about(shop, line):
    heard = []
    telling = LinePayments(shop.till, line.exponent, heard.extend)
    said(line, MILK, "+", "card")
    shop.until(lambda: "Receipt 1." in heard)
    said(line, ".return 1", "+", "card")
    shop.until(lambda: heard[-2:] == ["Receipt 2.", "Given back 1.19."])
    telling.close()


def test_an_empty_line_gives_no_cash_for_what_a_card_paid(shop, line):
    said(line, MILK, "+", "card")
    shop.until(lambda: shop.till.state.last is not None)
    drawer = shop.till.state.drawer_minor
    refusal = said(line, ".return 1", "+", "")
    assert refusal[0].startswith("Refused: It was paid by Card 1.19.")
    assert ".approve NAME REASON" in refusal[0]
    assert shop.till.state.drawer_minor == drawer
    assert said(line, ".approve Anna card was closed") == ["Receipt 2.", "Given back 1.19."]


def test_an_action_by_name_takes_a_number_or_a_code(line):
    said(line, MILK, "+", "", BREAD, "+", "")
    assert said(line, "@return 1")[0] == "Receipt 1."
    assert said(line, "@return")[0] == "Receipt 2."
    assert said(line, f"@return {BREAD}")[0] == f"Sold: {BREAD}."
    assert "needs an approval" in said(line, f"@returnitem {BREAD} x2")[0]
    assert "Which code?" in said(line, "@returnitem")[0]
