"""The coach: points, hints and time, by hand arithmetic."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import CashMoved, CopyAsked
from posframe.kernel.domain.refusals import ApprovalNeeded, PriceNeeded
from posframe.kernel.domain.transaction import TillState
from posframe.training import coach
from posframe.training.lesson import Done, Lesson, StateNow, Step

STATE = TillState()
COPY = CopyAsked("t", 1, 1)
LOAN, PICKUP = CashMoved("loan", 500), CashMoved("pickup", -700)
WRONG = RuleViolation("no")
S, MINUTE = 1_000_000, 60_000_000


def step(id_, points=10, *, event="receipt.CopyAsked", **options):
    done = options.pop("done", (Done(event=event),))
    return Step(id=id_, say="say", hint="hint", points=points, done=done, **options)


def lesson(*steps, minutes=2, pass_percent=60):
    return Lesson(
        id="x", version=3, title="X", about=("sell",), role="cashier", minutes=minutes,
        pass_percent=pass_percent, steps=steps or (step("a", 10), step("b", 30)),
    )  # fmt: skip


def played(lesson_, *seconds_and_what):
    """Fold what happens at so many seconds, and return the progress."""
    progress = coach.begin(lesson_, 0)
    for at_s, what in seconds_and_what:
        if isinstance(what, Exception):
            progress = coach.refused(progress, what, STATE, at_s * S)
        elif isinstance(what, (cmd.Total, cmd.PrintX)):
            progress = coach.did(progress, what, STATE, at_s * S)
        else:
            progress = coach.happened(progress, (what,), STATE, at_s * S)
    return progress


def result_of(*happened, **options):
    return coach.result(played(lesson(**options), *happened))


def test_steps_done_at_once_earn_everything():
    found = result_of((5, COPY), (9, COPY))
    assert (found.score_milli, found.passed, found.duration_us) == (1000, True, 9 * S)
    assert (found.lesson, found.version, found.mistakes) == ("x", 3, ())


def test_one_mistake_halves_its_step_and_two_take_all_of_it():
    """5 + 30 of 40 is 875; 0 + 30 of 40 is 750."""
    assert result_of((1, WRONG), (2, COPY), (3, COPY)).score_milli == 875
    twice = result_of((1, WRONG), (1, WRONG), (2, COPY), (3, COPY))
    assert (twice.score_milli, twice.mistakes) == (750, ("x/a", "x/a"))


def test_a_hint_by_time_halves_its_step():
    """The second step's hint comes 30 s after the first is done: 10 + 15 of 40 is 625."""
    assert result_of((29, COPY), (59, COPY)).score_milli == 625
    assert result_of((29, COPY), (58, COPY)).score_milli == 1000
    assert result_of((30, COPY), (31, COPY)).score_milli == 875


def test_a_hint_after_a_mistake_costs_no_more_than_the_mistake():
    """The mistake shows the hint at 1 s; that 30 s pass afterwards takes nothing more."""
    assert result_of((1, WRONG), (50, COPY), (51, COPY)).score_milli == 875


def test_a_mistake_after_the_hint_takes_all_of_the_step():
    assert result_of((31, WRONG), (32, COPY), (33, COPY)).score_milli == 750


def test_each_begun_minute_too_many_takes_a_tenth_up_to_half():
    """The second hint comes by time: 25 of 40 is 625, less 62.5 for each begun minute over two."""
    for seconds, score in ((120, 625), (121, 562), (180, 562), (181, 500), (420, 312), (9999, 312)):
        found = result_of((1, COPY), (seconds, COPY))
        assert found.score_milli == score, seconds


def test_passed_is_what_the_lesson_asks_and_a_thousandth_less_is_not():
    assert result_of((1, WRONG), (2, COPY), (3, COPY), pass_percent=87).passed
    assert not result_of((1, WRONG), (2, COPY), (3, COPY), pass_percent=88).passed


def test_a_score_is_rounded_down():
    """5 of 15 points halved: 12500 of 15000 thousandths is 833.33."""
    steps = (step("a", 5), step("b", 10))
    progress = played(lesson(*steps), (1, WRONG), (2, COPY), (3, COPY))
    assert coach.result(progress).score_milli == 833


def test_all_conditions_of_a_step_are_needed_in_any_order_and_so_often():
    both = (Done(event="cash.Moved", facts=(("kind", "loan"),), count=2), Done(event="cash.Moved",
            facts=(("kind", "pickup"), ("amount", 700))))  # fmt: skip
    progress = played(lesson(step("a", done=both)), (1, LOAN), (2, PICKUP))
    assert progress.at == 0
    assert coach.happened(progress, (LOAN,), STATE, 3 * S).ended_us == 3 * S


def test_the_state_counts_with_the_events():
    wants = step("a", state=StateNow(sale="open"))
    assert played(lesson(wants), (1, COPY)).at == 0
    assert played(lesson(step("a", state=StateNow(sale="none", held=0))), (1, COPY)).at == 1


def test_what_a_step_calls_wrong_is_a_mistake_though_it_was_accepted():
    careful = step("a", wrong=(Done(event="cash.Moved", facts=(("kind", "loan"),)),))
    progress = played(lesson(careful), (1, PICKUP), (2, LOAN))
    assert (progress.mistakes, progress.hint) == (("x/a",), "hint")


def test_a_refusal_can_be_what_a_step_waits_for():
    wants = step("a", done=(Done(refused="approval"),))
    progress = played(lesson(wants), (1, ApprovalNeeded("no_sale", "ask")))
    assert (progress.ended_us, progress.mistakes) == (1 * S, ())


def test_a_question_is_no_mistake_and_no_step_forward():
    progress = played(lesson(), (1, PriceNeeded("10006", "Flowers")))
    assert (progress.at, progress.mistakes, progress.hint) == (0, (), "")


def test_a_deed_without_an_event_counts():
    wants = step("a", done=(Done(did="total"),))
    assert played(lesson(wants), (1, cmd.PrintX())).at == 0
    assert played(lesson(wants), (1, cmd.Total())).at == 1


def test_nothing_happens_to_a_lesson_that_is_over():
    progress = played(lesson(), (1, COPY), (2, COPY))
    after = coach.happened(progress, (COPY,), STATE, 900 * S)
    after = coach.refused(after, WRONG, STATE, 900 * S)
    assert coach.result(coach.aged(after, 901 * S)) == coach.result(progress)


WHATS = st.sampled_from([COPY, LOAN, WRONG])


@given(st.lists(st.tuples(st.integers(0, 400), WHATS), max_size=30))
def test_a_score_is_within_bounds_and_no_mistake_ever_raises_it(happened):
    ordered = sorted(happened, key=lambda each: each[0])
    progress = played(lesson(), *ordered, (401, COPY), (402, COPY))
    found = coach.result(progress)
    assert 0 <= found.score_milli <= 1000
    better = played(lesson(), *(each for each in ordered if each[1] is not WRONG), (401, COPY),
                    (402, COPY))  # fmt: skip
    assert found.score_milli <= coach.result(better).score_milli


@pytest.mark.parametrize("mistakes", [1, 200, 500])
def test_a_record_of_mistakes_has_an_end(mistakes):
    progress = played(lesson(), *((1, WRONG) for _ in range(mistakes)))
    assert len(progress.mistakes) == min(mistakes, 200)
    assert attrs.evolve(progress).step_mistakes == mistakes
