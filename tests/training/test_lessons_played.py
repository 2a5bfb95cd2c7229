"""Every shipped lesson, played to its end by what a cashier types."""

from __future__ import annotations

import pytest

from posframe.kernel.domain.events import LessonEnded
from posframe.training.lesson_files import read_lesson, shipped
from tests.training.stand import PLAYS, SETTLED, play


def test_every_shipped_lesson_is_played_here():
    assert set(PLAYS) == set(shipped())


@pytest.mark.parametrize("lesson", sorted(PLAYS))
def test_a_lesson_done_as_it_says_ends_with_all_its_points_on_the_record(script, lesson):
    play(script, [f".training {lesson}"])
    answer = play(script, PLAYS[lesson])
    assert answer["coach"]["result"] | {"duration_s": 0} == {
        "score_milli": 1000, "passed": True, "duration_s": 0, "mistakes": [],
    }  # fmt: skip
    script.till.call(lambda: None)
    last = list(script.till.parts.journal.read(0))[-1].event
    assert isinstance(last, LessonEnded)
    assert (last.operator, last.lesson, last.score_milli, last.passed) == ("1", lesson, 1000, True)


@pytest.mark.parametrize("lesson", sorted(PLAYS))
def test_the_hints_of_a_lesson_say_what_has_to_be_typed(lesson):
    """Who only types what the hints quote comes to the end: no entry is left to be guessed."""
    hints = " ".join(step.hint for step in read_lesson(shipped()[lesson]).steps)
    typed = [entry for entry in PLAYS[lesson] if entry is not SETTLED and entry not in {"", "+"}]
    assert all(entry in hints for entry in typed), typed


def test_lessons_can_be_played_one_after_another_and_again(script):
    for lesson in ("card-in-doubt", "first-sale", "return", "first-sale"):
        script.line(f".training {lesson}")
        answer = play(script, PLAYS[lesson])
        assert answer["coach"]["result"]["passed"], lesson


def test_a_lesson_begun_amid_a_sale_of_practice_begins_at_its_beginning(script):
    play(script, [".training first-sale", "9521307000162", "+", "0.50"])
    answer = play(script, [".training price-override", *PLAYS["price-override"]])
    assert answer["coach"]["result"]["score_milli"] == 1000


def test_a_lesson_begun_with_a_card_in_doubt_begins_at_its_beginning(script):
    play(script, [".training card-in-doubt", "9521307000728", "+", "card", SETTLED])
    answer = play(script, [".training first-sale", *PLAYS["first-sale"]])
    assert answer["coach"]["result"]["score_milli"] == 1000


def test_a_mistake_shows_the_hint_and_costs_half_of_the_step(script):
    """80 points, 10 for the scan: half of it lost is 75 of 80, which is 937.5 thousandths."""
    script.line(".training first-sale")
    answer = script.line("9521307000169")
    assert not answer["accepted"]
    assert answer["coach"]["hint"].startswith("Type 9521307000162")
    answer = play(script, PLAYS["first-sale"])
    assert answer["coach"]["result"]["score_milli"] == 937
    assert answer["coach"]["result"]["mistakes"] == ["first-sale/scan"]


def test_an_entry_that_means_nothing_is_one_mistake(script):
    script.line(".training first-sale")
    assert not script.line(".nonsense")["accepted"]
    assert script.line("@state")["coach"]["mistakes"] == 1


def test_a_question_of_the_till_is_no_mistake(script):
    play(script, [".training first-sale", "9521307000162", "3 * 1001"])
    assert not script.line("1101")["accepted"]  # it asks for the weight
    assert script.line("0.250")["coach"] | {"say": ""} == {
        "lesson": "first-sale", "step": 4, "steps": 6, "say": "", "hint": "", "mistakes": 0,
    }  # fmt: skip


def test_a_lesson_left_before_its_end_is_on_no_record(script):
    play(script, [".training first-sale", "9521307000162", ".training off"])
    events = [type(row.event) for row in script.till.parts.journal.read(0)]
    assert LessonEnded not in events


def test_a_price_without_a_reason_and_a_price_in_place_of_a_discount_do_not_count(script):
    """The lesson asks for both; what only looks the same at the end is not what it teaches."""
    play(script, [".training price-override", "1011", "1001", ".price 3.50 1"])
    assert script.practice.panel().step == 2
    play(script, [".price 3.50 1 damaged"])
    assert script.practice.panel().step == 3
    play(script, [".price 0.28 2 old"])
    assert script.practice.panel().step == 3


def test_training_is_left_also_while_a_drawer_is_counted(script):
    play(script, [".training end-of-shift", ".shift end", "1x50"])
    answer = script.line(".training off")
    assert answer["accepted"], answer
    assert "training" not in answer
