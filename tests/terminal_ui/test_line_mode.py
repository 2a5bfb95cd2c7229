"""Line mode: the same till in sentences, from any input at all."""

import io
import subprocess
import sys

import pytest

from posframe_terminal.line import LineMode, sell, sentences
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
