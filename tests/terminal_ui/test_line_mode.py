"""Line mode: the same till in sentences, from any input at all."""

import io
import subprocess
import sys
import time

import pytest

from posframe_terminal.line import LineMode, sell, sentences
from posframe_terminal.line_payments import LinePayments
from tests.terminal_ui.paying_stand import DUMB, CardShop
from tests.terminal_ui.selling import MILK, open_till


@pytest.fixture
def line(tmp_path):
    with open_till(tmp_path) as till:
        yield LineMode(till)


def said(line: LineMode, *entries: str) -> str:
    answers = [line.answer(entry) for entry in entries]
    return "\n".join(answers[-1])


def test_an_item_is_said_with_its_line_and_what_is_to_pay(line):
    assert line.answer(f"3 * {MILK}") == [
        "3 × Milk 1 l.",
        "Line 1: 3 Milk 1 l, 3.57.",
        "To pay 3.57.",
    ]


def test_a_sale_is_paid_with_an_empty_line(line):
    assert said(line, MILK, "+").endswith("To pay 1.19.")
    assert said(line, "") == "Receipt 1.\nPaid 1.19, change 0.00."


def test_change_is_said(line):
    assert said(line, MILK, "+", "500").endswith("Paid 1.19, change 3.81.")


def test_an_empty_line_elsewhere_says_nothing(line):
    assert line.answer("") == []


def test_a_refusal_says_what_to_do(line):
    assert said(line, "4000000000006").startswith("Refused: 4000000000006 not found. ")
    assert said(line, ".viod") == "Refused: .viod is no command. Did you mean .void?"


def test_a_weight_is_asked_for_and_a_slip_is_refused(line):
    assert "sold by kg" in said(line, "10005")
    assert "more than a scale weighs" in said(line, "10005")
    assert "0.642 Bananas" in said(line, "0.642")


def test_a_voided_line_is_said_to_be(line):
    assert "Line 1: 1 Milk 1 l, voided." in said(line, MILK, "-")


def test_goods_found_are_listed_with_number_and_price(line):
    assert said(line, "rye").splitlines() == ["1 found.", "Rye bread, 2.50, code 10002."]


def test_held_sales_are_listed_and_recalled_by_place(line):
    listed = said(line, MILK, ".hold gone for milk", "@recall")
    assert "Held 1: sale 1, 1.19, gone for milk." in listed
    assert "Line 1: 1 Milk 1 l, 1.19." in said(line, ".recall 1")


def test_help_lists_grammar_commands_and_actions(line):
    text = said(line, ".help")
    assert ".void [LINE] [reason]" in text
    assert "@no_sale" in text
    assert "Line 1" in said(line, MILK), "and the next entry is read as before"


def test_a_sale_left_open_is_read_out_at_the_start(tmp_path):
    with open_till(tmp_path) as till:
        LineMode(till).answer(MILK)
        greeting = LineMode(till).greeting()
    assert greeting[1:] == ["Sale 1 is still open.", "Line 1: 1 Milk 1 l, 1.19.", "To pay 1.19."]


def test_nothing_that_a_terminal_would_obey_is_said():
    answer = {"accepted": False, "message": "\x1b[31mred\x07", "hint": "a\nb"}
    assert sentences(answer, 2) == ["Refused: �[31mred�. A�b."]


def test_bytes_that_are_no_text_do_not_end_it(tmp_path, capsys):
    with open_till(tmp_path) as till:
        sell(till, io.BytesIO(b"\xff\xfe\n" + MILK.encode() + b"\r\n.quit\nnot read\n"))
    out = capsys.readouterr().out
    assert "Refused: " in out
    assert out.splitlines()[-1] == "To pay 1.19."


def test_open_payments_are_listed_with_what_can_be_typed_of_each():
    row = {
        "label": "Card", "amount": 119, "sale": "sale 7", "since": "2026-01-01 14:07:00",
        "standing": "in doubt", "words": "did it go through?", "answers": ["paid", "not paid"],
    }  # fmt: skip
    waiting = {**row, "words": "giving money back", "standing": "giving back", "answers": []}
    answer = {
        "accepted": True, "message": "Open payments: 2", "payments": [row, waiting], "lines": [],
        "tenders": [], "screen": "sale",
    }  # fmt: skip
    assert sentences(answer, 2) == [
        "Open payments: 2.",
        "Payment 1: Card 1.19 of sale 7, in doubt since 14:07: did it go through? Type .resolve 1 "
        "paid AMOUNT NUMBER by=WHO, or .resolve 1 not by=WHO.",
        "Payment 2: Card 1.19 of sale 7, giving back since 14:07: giving money back.",
    ]


def test_an_amount_keyed_ten_times_too_large_is_asked_back(line):
    assert said(line, MILK, "+", "50000") == "Refused: 500.00 for 1.19? Type it again to take it."
    assert said(line, "50000").endswith("Paid 1.19, change 498.81.")


class Heard:
    """What is said beside the answers."""

    def __init__(self):
        self.sentences = []

    def __call__(self, sentences_):
        self.sentences += sentences_

    def until(self, holds):
        deadline = time.monotonic() + 10.0
        while not holds(self.sentences):
            assert time.monotonic() < deadline, self.sentences
            time.sleep(0.005)


@pytest.fixture
def card(tmp_path, monkeypatch):
    shop = CardShop(tmp_path, monkeypatch).open()
    yield shop
    shop.close()


def test_a_sale_paid_by_card_is_told_when_it_is_paid(card):
    line, heard = LineMode(card.till), Heard()
    telling = LinePayments(card.till, line.exponent, heard)
    assert said(line, MILK, "+", "card").startswith("Card: the customer pays at the terminal.")
    heard.until(lambda told: told[-2:] == ["Receipt 1.", "Paid 1.19, change 0.00."])
    assert "Card 1.19: reaching the terminal." in heard.sentences
    telling.close()
    assert said(line, MILK).startswith("Milk 1 l.")


def test_a_payment_that_comes_into_doubt_is_told_and_answered_by_number(card):
    card.offer(DUMB)
    card.close()
    card.open()
    card.gateway.fail("lost answer")
    line, heard = LineMode(card.till), Heard()
    telling = LinePayments(card.till, line.exponent, heard)
    said(line, MILK, "+", "card")
    doubts = ("Do not charge again", "Did it go through?")
    heard.until(lambda told: any(words in each for each in told for words in doubts))
    card.until(lambda: "Did it go through?" in card.notices())
    listed = said(line, ".payments")
    assert "Payment 1: Card 1.19 of sale 1, in doubt since 12:00: Did it go through?" in listed
    answer = said(line, ".resolve 1 paid 1.19 4711 by=Anna")
    assert answer == "Receipt 1.\nPaid 1.19, change 0.00."
    said(line, MILK)  # whoever listens has been told by then
    assert "Receipt 1." not in heard.sentences, "what was typed is answered once"
    telling.close()


@pytest.mark.slow
def test_it_runs_without_a_terminal_and_ends_with_its_input(tmp_path):
    open_till(tmp_path).close()
    run = subprocess.run(
        [sys.executable, "-m", "posframe", "run", "--line-mode", "--till", str(tmp_path)],
        input="199 / 10\n+\n\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[-1] == "Paid 1.99, change 0.00."
