"""Training in line mode: the same in sentences."""

from __future__ import annotations

import io

import pytest

from posframe.store.running import lock_holder
from posframe.till import Till
from posframe_terminal.line import LineMode, sell


@pytest.fixture
def line(folder):
    with Till.open(folder) as till:
        mode = LineMode(till)
        yield mode
        mode.close()


def test_every_answer_of_practice_says_that_it_is(line):
    assert line.answer("9521307000162")[0] == "Fresh whole milk 3.5 % 1 l."
    assert line.answer(".training")[0].startswith("Training: Nothing is real here.")
    for entry in ("1011", ".nonsense", "+", "20.00", ".payments", "@state"):
        assert line.answer(entry)[0].startswith("Training: "), entry
    assert line.answer(".training off") == ["Training is over. From here on everything is real."]
    assert line.answer("@state")[0] == "Line 1: 1 Fresh whole milk 3.5 % 1 l, 1.19."


def test_a_lesson_is_told_step_by_step_with_its_hint_after_a_mistake(line):
    said = line.answer(".training first-sale")
    assert said[-1] == "Step 1 of 6: A customer brings a litre of fresh whole milk. Scan it."
    said = line.answer("9521307000169")
    assert said[0].startswith("Training: Refused: ")
    assert said[-1].startswith("Hint: Type 9521307000162, the number below the bars")
    assert line.answer("9521307000162")[-1].startswith("Step 2 of 6: ")


def test_the_end_of_a_lesson_is_told(line):
    entries = (".training first-sale", "9521307000162", "3 * 1001", "0.250 * 1101", "2 -", "+")
    for entry in entries:
        line.answer(entry)
    said = line.answer("20.00")
    assert said[0] == "Training: Receipt 1."
    assert "Paid 5.92, change 14.08." in said
    assert said[-1].startswith("Passed with 100.0 of 100 in 0:0")


def test_lessons_are_listed_in_sentences(line):
    said = line.answer(".lessons")
    assert said[0] == "Lessons: 6."
    assert "first-sale: A first sale, 6 steps, 5 minutes." in said


def test_a_scan_in_practice_is_practice(line):
    line.answer(".training")
    assert line.scanned("9521307000162", "")[0] == "Training: Fresh whole milk 3.5 % 1 l."
    line.answer(".training off")
    assert line.answer("@state") == []


def test_line_mode_that_ends_amid_practice_closes_the_shadow_till(folder):
    with Till.open(folder) as till:
        assert sell(till, io.BytesIO(b".training\n1011\n")) == 0
        assert till.state.transaction is None
    assert lock_holder(folder / "training" / "till.lock") == ""
