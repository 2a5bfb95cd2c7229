"""Lesson files: what is wrong with one is told by file and step, with what would be right."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.cli.main import run
from posframe.errors import DataError
from posframe.training.lesson_files import find_lesson, lesson_files, read_lesson, shipped
from tests.training.stand import play

GOOD = """format = 1
id = "own"
version = 2
title = "Our own"
role = "cashier"
about = ["sell"]
minutes = 3
pass_percent = 50

[start]
entries = ["9521307000162"]
card = "decline"

[[steps]]
id = "loan"
say = "Put change in."
hint = "Type .loan 20"
hint_after_s = 20
points = 5
card = "approve"
done = [{ event = "cash.Moved", kind = "loan", amount = "0.20", count = 2 }, { did = "total" }]
state = { sale = "open", due = "1.19", lines = 1, held = 0, payments = 0 }
wrong = [{ refused = "any" }, { event = "sale.LineAdded", quantity = "0.250" }]
"""


def written(folder, text, name="own.toml"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_lesson_is_read_as_it_is_written(tmp_path):
    lesson = read_lesson(written(tmp_path, GOOD))
    assert (lesson.id, lesson.version, lesson.title) == ("own", 2, "Our own")
    assert (lesson.role, lesson.minutes, lesson.pass_percent) == ("cashier", 3, 50)
    assert (lesson.points, lesson.card) == (5, "decline")
    assert lesson.start == ("9521307000162",)
    (step,) = lesson.steps
    assert (step.id, step.hint_after_s, step.points, step.card) == ("loan", 20, 5, "approve")
    moved, total = step.done
    assert (moved.event, moved.count) == ("cash.Moved", 2)
    assert dict(moved.facts) == {"kind": "loan", "amount": 20}
    assert total.did == "total"
    assert (step.state.sale, step.state.due_minor, step.state.lines) == ("open", 119, 1)
    assert [each.refused or dict(each.facts) for each in step.wrong] == ["any", {"quantity": 250}]


MISTAKES = [
    ("format = 1", "format = 9", "own.toml: format is 9", "write format = 1"),
    ('id = "own"', 'id = "our own"', "id 'our own' cannot be typed", "small words"),
    ('title = "Our own"', "", "title is missing", "add title"),
    ('role = "cashier"', 'role = "cashir"', "role 'cashir' is unknown", "did you mean cashier?"),
    ('about = ["sell"]', 'about = ["sel"]', "about names 'sel'", "did you mean sell?"),
    ("minutes = 3", "minutes = 0", "minutes cannot be 0", "write 1 to 120"),
    ("minutes = 3", 'minutes = "3"', "minutes must be a whole number", "'3' now"),
    ("pass_percent = 50", "pass_percent = 101", "pass_percent cannot be 101", "write 1 to 100"),
    ('card = "decline"', 'card = "maybe"', "start.card cannot be 'maybe'", "one of"),
    ("say =", "sya =", "own.toml: step 1 (loan): sya is not a setting", "did you mean say?"),
    ('say = "Put change in."', 'say = " "', "step 1 (loan): say is empty", "every step has words"),
    ('say = "Put change in."', f'say = "{"word " * 60}"', "longer than 3 rows", "two steps"),
    ("hint_after_s = 20", "hint_after_s = 0", "hint_after_s cannot be 0", "write 1 to 3600"),
    ("points = 5", "points = -5", "step 1 (loan): points cannot be -5", "write 1 to 1000"),
    ('event = "cash.Moved", kind', 'event = "cash.Move", kind', "wait for the event 'cash.Move'",
     "did you mean cash.Moved?"),
    ('kind = "loan"', 'tender = "cash"', "tender is nothing that can be asked of cash.Moved",
     "what can: kind, amount"),
    ('amount = "0.20"', 'amount = "much"', "step 1 (loan): amount:", '"4.50"'),
    ('quantity = "0.250"', 'quantity = "some"', "step 1 (loan): quantity:", '"0.642"'),
    ("count = 2", "count = 0", "count cannot be 0", "write 1 to 1000"),
    ('{ did = "total" }', '{ did = "totla" }', "no deed is named 'totla'", "did you mean total?"),
    ('{ refused = "any" }', '{ refused = "aprova" }', "no refusal is named 'aprova'", "approval"),
    ('{ refused = "any" }', '{ refused = "any", code = "1" }', "code can be asked of an event only",
     "take it out"),
    ('{ did = "total" }', '{ did = "total", event = "cash.Moved" }', "one of them", "write event"),
    ('{ did = "total" }', "{}", "an event, a deed or a refusal", "write event"),
    ('due = "1.19"', 'due = "1,1,9"', "state.due:", '"4.50"'),
    ('sale = "open"', 'sale = "closed"', "state.sale cannot be 'closed'", "one of"),
    ("held = 0", "held = -1", "state.held cannot be -1", "write 0 to"),
    ("[[steps]]", "[[steps]", "own.toml: it is no TOML", "mend that line"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message", "hint"), MISTAKES)
def test_a_mistake_in_a_lesson_file_is_told_with_what_would_be_right(
    tmp_path, right, wrong, message, hint
):
    assert right in GOOD
    with pytest.raises(DataError) as told:
        read_lesson(written(tmp_path, GOOD.replace(right, wrong, 1)))
    assert message in told.value.message
    assert hint in told.value.hint
    assert "\n" not in told.value.message


def test_a_step_that_nothing_ends_is_refused(tmp_path):
    lines = [line for line in GOOD.splitlines() if not line.startswith(("done", "state"))]
    with pytest.raises(DataError, match=r"step 1 .loan.: nothing says when it is done"):
        read_lesson(written(tmp_path, "\n".join(lines)))


def test_two_steps_of_one_id_are_refused(tmp_path):
    step = GOOD[GOOD.index("[[steps]]") :]
    with pytest.raises(DataError, match=r"step 2 .loan.: another step has this id"):
        read_lesson(written(tmp_path, GOOD + step))


def test_a_lesson_without_steps_is_refused(tmp_path):
    with pytest.raises(DataError, match="no steps"):
        read_lesson(written(tmp_path, GOOD[: GOOD.index("[[steps]]")]))


@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.text(max_size=5))
def test_a_damaged_lesson_file_is_a_lesson_or_a_plain_sentence(
    tmp_path_factory, start, end, put_in
):
    text = GOOD[: min(start, end)] + put_in + GOOD[max(start, end) :]
    path = tmp_path_factory.mktemp("lessons") / "own.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(DataError):
        assert read_lesson(path).steps
        return
    with pytest.raises(DataError, match=r"^own\.toml: "):
        read_lesson(path)


def test_a_file_that_cannot_be_read_or_is_too_large_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_lesson(tmp_path / "none.toml")
    large = written(tmp_path, "# " + "x" * (1 << 18))
    with pytest.raises(DataError, match="larger than 256 KiB"):
        read_lesson(large)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'title = "\xe4"')
    with pytest.raises(DataError, match="cannot be read"):
        read_lesson(latin)


def test_the_shipped_lessons_have_their_file_s_name_for_an_id_and_are_all_sound():
    for id_, path in shipped().items():
        assert read_lesson(path).id == id_


def test_a_shop_s_own_lesson_is_played_like_a_shipped_one(script):
    written(script.till.config.folder / "lessons", GOOD.replace("0.20", "20.00").replace(
        '"open", due = "1.19", lines = 1', '"open"'))  # fmt: skip
    assert any(each.startswith("own: Our own") for each in script.line(".lessons")["lessons"])
    answer = play(script, [".training own", ".loan 20.00 a", ".loan 20.00 b", "+"])
    assert answer["coach"]["result"]["passed"]


def test_a_shop_s_own_lesson_replaces_the_shipped_one_of_its_name(tmp_path):
    written(tmp_path / "lessons", GOOD, "first-sale.toml")
    assert find_lesson(tmp_path, "first-sale").title == "Our own"
    assert set(lesson_files(tmp_path)) == set(shipped())


def test_a_lesson_with_a_mistake_is_told_when_it_is_asked_for_and_listed_as_such(script):
    written(script.till.config.folder / "lessons", GOOD.replace("say =", "sya ="))
    answer = script.line(".training own")
    assert (answer["accepted"], "step 1 (loan)" in answer["message"]) == (False, True)
    assert any("cannot be played" in each for each in script.line(".lessons")["lessons"])


def test_a_lesson_that_does_not_fit_the_shop_is_told_and_nothing_is_left_open(script):
    text = GOOD.replace('["9521307000162"]', '["9521307000162", "no such thing 1 2"]')
    written(script.till.config.folder / "lessons", text.replace("no such thing 1 2", "99999999"))
    answer = script.line(".training own")
    assert not answer["accepted"]
    assert "does not fit this shop: '99999999' is refused" in answer["message"]
    assert "training" not in answer


def test_the_command_line_checks_lessons(tmp_path, capsys):
    assert run(["training", "check"]) == 0
    assert "first-sale.toml: A first sale, 6 steps, 80 points" in capsys.readouterr().out
    bad = written(tmp_path, GOOD.replace("points = 5", "points = 0"))
    assert run(["training", "check", str(bad)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert said == "own.toml: step 1 (loan): points cannot be 0 (write 1 to 1000)"
