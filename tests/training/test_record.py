"""The record: who is trained for what, and which lesson a mistake points to."""

from __future__ import annotations

import contextlib

import apsw
import pytest

from posframe.cli.main import run
from posframe.errors import JournalUnavailable
from posframe.exceptions.rules import RULES
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.testing.tills import make_till
from posframe.training.lesson_files import read_lesson, shipped
from posframe.training.pointing import (
    NO_LESSON,
    PERMISSION_LESSONS,
    RULE_LESSONS,
    lesson_of_permission,
    lesson_of_rule,
)
from posframe.training.record import read_record
from tests.training.stand import PLAYS, play, practising


def note(till, lesson="first-sale", *, operator="7", score=900, passed=True, mistakes=()):
    outcome = till.do(
        cmd.NoteLesson(
            operator=operator, lesson=lesson, version=1, score_milli=score, duration_us=60_000_000,
            mistakes=mistakes, passed=passed,
        )
    )  # fmt: skip
    assert outcome.accepted


def test_an_operator_is_trained_from_the_first_time_they_passed(tmp_path):
    with make_till(tmp_path) as till:
        clock = till.parts.clock
        note(till, score=400, passed=False, mistakes=("first-sale/weigh", "first-sale/weigh"))
        clock.advance(86_400)
        first_us = clock.wall_us()
        note(till, score=950)
        clock.advance(86_400)
        note(till, score=700, mistakes=("first-sale/scan",))
        note(till, "return", operator="8", score=100, passed=False)
        last_us = clock.wall_us()
    found = read_record(tmp_path)
    first, other = found.trained()
    assert (first.operator, first.lesson, first.times) == ("7", "first-sale", 3)
    assert (first.best_milli, first.passed_us, first.last_us) == (950, first_us, last_us)
    assert (other.operator, other.passed_us, other.best_milli) == ("8", 0, 100)
    assert [(each.step, each.times) for each in found.mistakes] == [("weigh", 2), ("scan", 1)]


def test_the_record_is_read_while_the_till_runs(script):
    play(script, [".training first-sale", *PLAYS["first-sale"]])
    script.till.call(lambda: None)
    (found,) = read_record(script.till.config.folder).trained()
    assert (found.operator, found.lesson, found.best_milli) == ("1", "first-sale", 1000)


def test_the_record_is_rebuilt_from_the_journal_alone(tmp_path):
    with make_till(tmp_path) as till:
        note(till, mistakes=("first-sale/scan",))
    before = read_record(tmp_path)
    with contextlib.closing(apsw.Connection(str(tmp_path / "till.db"))) as connection:
        for name in ("lessons_result", "lessons_mistake"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("DELETE FROM projection WHERE name = 'lessons'")
        connection.execute("DELETE FROM migration WHERE namespace = 'lessons'")
    with make_till(tmp_path) as till:
        while till.call(till.parts.journal.catch_up):
            pass
    assert read_record(tmp_path) == before
    assert len(before.played) == 1


def test_a_folder_without_a_till_has_no_record(tmp_path):
    with pytest.raises(JournalUnavailable, match="holds no journal"):
        read_record(tmp_path)


def test_the_command_line_shows_who_is_trained_for_what(folder, capsys):
    with practising(folder) as script:
        script.line(".training first-sale")
        script.line("9521307000169")
        play(script, PLAYS["first-sale"])
    capsys.readouterr()
    assert run(["training", "record", "--till", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].split() == ["OPERATOR", "LESSON", "PASSED", "ON", "BEST", "PLAYED", "LAST", "ON"]
    operator, lesson, _date, best, percent, times, _last = said[1].split()
    assert (operator, lesson, best, percent, times) == ("1", "first-sale", "93.7", "%", "1")
    assert said[4].split() == ["1", "1", "first-sale", "scan"]
    assert run(["training", "record", "--till", str(folder), "--operator", "9"]) == 0
    assert "No lesson was played" in capsys.readouterr().out


def test_the_command_line_lists_points_and_empties(folder, capsys):
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", ""])
    capsys.readouterr()
    assert run(["training", "list", "--till", str(folder)]) == 0
    assert "Goods that come back" in capsys.readouterr().out
    assert run(["training", "point", "price_overrides", "clock_jumps"]) == 1
    said = capsys.readouterr().out
    assert "price-override" in said
    assert "none" in said
    assert run(["training", "empty", "--till", str(folder)]) == 0
    assert "is empty" in capsys.readouterr().out
    assert not (folder / "training" / "till.db").exists()


def test_every_exception_rule_points_to_a_lesson_or_is_known_to_point_to_none():
    known = {rule.id for rule in RULES}
    assert set(RULE_LESSONS) | NO_LESSON >= known
    assert not set(RULE_LESSONS) & NO_LESSON


def test_every_lesson_pointed_to_is_shipped():
    pointed = {*RULE_LESSONS.values(), *PERMISSION_LESSONS.values()}
    assert pointed <= set(shipped())


def test_permissions_that_lessons_are_about_point_to_them():
    known = {each.id for each in KERNEL_PERMISSIONS}
    assert set(PERMISSION_LESSONS) <= known
    for id_, path in shipped().items():
        for permission in read_lesson(path).about:
            assert lesson_of_permission(permission) in shipped(), (id_, permission)


def test_what_points_nowhere_is_said_so():
    assert (lesson_of_rule("clock_jumps"), lesson_of_permission("devices")) == ("", "")
    assert lesson_of_rule("refunds") == "return"


@pytest.fixture
def signing(folder):
    """The shop, where operators sign in."""
    path = folder / "till.toml"
    text = path.read_text(encoding="utf-8")
    assert "sign_in = false" in text
    path.write_text(text.replace("sign_in = false", "sign_in = true"), encoding="utf-8")
    with practising(folder) as script:
        yield script


def test_where_operators_sign_in_training_waits_for_one_of_them(signing):
    answer = signing.line(".training first-sale")
    assert (answer["accepted"], answer["message"]) == (False, "Nobody is signed in")
    assert signing.practice.shadow is None


def test_the_result_is_on_the_record_of_who_signed_in_though_another_came_since(signing):
    """A trainee may nothing at the live till; on the shadow till they practise a cashier's work."""
    signing.till.do(cmd.SignIn(operator="7", role="trainee", how="pin"))
    assert not signing.line("9521307000162")["accepted"]
    play(signing, [".training first-sale", *PLAYS["first-sale"][:-1]])
    signing.till.do(cmd.SignOut())
    signing.till.do(cmd.SignIn(operator="8", role="cashier", how="pin"))
    play(signing, PLAYS["first-sale"][-1:])
    signing.till.call(lambda: None)
    (found,) = read_record(signing.till.config.folder).trained()
    assert (found.operator, found.best_milli) == ("7", 1000)


def test_where_staff_figures_stay_aggregated_nobody_is_measured(tmp_path, capsys):
    """Who is trained for what is said; scores, times and mistakes are not."""
    settings = '\n[operators]\nstaff_figures = "aggregated"\n'
    with make_till(tmp_path, settings=settings) as till:
        note(till, score=937, mistakes=("scan",))
        note(till, "return", score=100, passed=False)
    capsys.readouterr()
    assert run(["training", "record", "--till", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert [line.split() for line in told.splitlines()] == [
        ["OPERATOR", "LESSON", "TRAINED"], ["7", "first-sale", "yes"], ["7", "return", "no"],
    ]  # fmt: skip
