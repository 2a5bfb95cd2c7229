"""A PIN cannot be found by trying: not across restarts, and not by turning the clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import lockout
from posframe.kernel.domain.instant import Instant, elapsed_us
from posframe.kernel.domain.lockout import LockoutPolicy, Lockouts, check_wait

SECOND = 1_000_000
DAY = 86_400 * SECOND


def at(seconds, boot="a"):
    return Instant(boot=boot, since_us=seconds * SECOND)


def failed(times, mark="m", when=None):
    lockouts = Lockouts()
    for _ in range(times):
        lockouts = lockouts.failed(mark, when or at(0))
    return lockouts


# How long


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [
        *((0, 0), (1, 0), (4, 0)),
        *((5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960)),
        *((11, 1800), (12, 1800), (1_000_000, 1800)),
    ],
)
def test_the_fifth_wrong_try_waits_half_a_minute_and_each_further_one_twice_as_long(tries, seconds):
    """30 s doubled six times would be 1,920 s: half an hour is the most."""
    assert LockoutPolicy().wait_us(tries) == seconds * SECOND


def test_other_figures_can_be_set():
    policy = LockoutPolicy(free_tries=0, first_wait_us=SECOND, wait_max_us=10 * SECOND)
    assert [policy.wait_us(tries) // SECOND for tries in range(7)] == [0, 1, 2, 4, 8, 10, 10]
    assert failed(1).wait_us("m", at(0), policy) == SECOND


def test_the_wait_runs_down_and_ends_on_time():
    lockouts = failed(5, when=at(100))
    waits = [lockouts.wait_us("m", at(each)) for each in (100, 101, 129, 130, 131)]
    assert waits == [30 * SECOND, 29 * SECOND, SECOND, 0, 0]


def test_one_number_waits_and_others_do_not():
    lockouts = failed(5)
    assert lockouts.wait_us("m", at(0)) > 0
    assert lockouts.wait_us("n", at(0)) == 0


def test_a_right_pin_or_a_supervisor_ends_it():
    lockouts = failed(9).failed("n", at(0)).cleared("m")
    assert lockouts.wait_us("m", at(0)) == 0
    assert (lockouts.failed_count("m"), lockouts.failed_count("n")) == (0, 1)
    assert lockouts.cleared("nobody") == lockouts


def test_trying_again_after_the_wait_costs_more_than_before():
    lockouts = failed(5).failed("m", at(30))
    assert lockouts.failed_count("m") == 6
    assert lockouts.wait_us("m", at(30)) == 60 * SECOND


# Words


@pytest.mark.parametrize(
    ("now", "words"),
    [(0, "wait 30 s"), (29, "wait 1 s")],
)
def test_the_refusal_says_how_long_and_what_else_helps(now, words):
    with pytest.raises(RuleViolation, match=words) as refusal:
        check_wait(failed(5), "m", at(now))
    assert "supervisor" in refusal.value.hint


def test_part_of_a_second_is_said_as_a_whole_one():
    with pytest.raises(RuleViolation, match="wait 1 s"):
        check_wait(failed(5), "m", Instant(boot="a", since_us=30 * SECOND - 1))


def test_minutes_are_said_as_minutes():
    with pytest.raises(RuleViolation, match="wait 1:00 min"):
        check_wait(failed(6), "m", at(0))
    with pytest.raises(RuleViolation, match="wait 29:05 min"):
        check_wait(failed(11), "m", at(55))


def test_after_the_wait_nothing_is_refused():
    check_wait(failed(5), "m", at(30))
    check_wait(Lockouts(), "m", at(0))


# Restarts and clocks


def test_a_restart_starts_the_wait_anew_and_forgets_no_try():
    lockouts = failed(5, when=at(1000))
    assert lockouts.wait_us("m", at(0, "b")) == 30 * SECOND
    assert lockouts.wait_us("m", at(10, "b")) == 20 * SECOND
    assert lockouts.wait_us("m", at(30, "b")) == 0


def test_a_start_that_has_run_longer_than_the_last_one_counts_only_its_own_time():
    """The older start ended at 1000 s; 1010 s of this one are 1010 s, not 10."""
    assert failed(5, when=at(1000)).wait_us("m", at(1010, "b")) == 0
    assert failed(11, when=at(1000)).wait_us("m", at(1010, "b")) == 790 * SECOND


@given(
    st.lists(
        st.tuples(st.integers(0, DAY), st.booleans(), st.integers(-DAY, DAY)),
        max_size=12,
    ),
    st.integers(0, 14),
)
def test_what_is_taken_for_elapsed_never_exceeds_what_really_has(steps, fails):
    """Time passes, the till restarts, the wall clock is turned: no wait is ever cut short."""
    real, wall, began, boot = 0, 0, 0, 0
    lockouts = failed(fails, when=Instant(boot="0", since_us=0))
    ends = LockoutPolicy().wait_us(fails)
    for passed, restarts, turned in steps:
        real += passed
        wall += passed + turned
        if restarts:
            began, boot = real, boot + 1
        now = Instant(boot=str(boot), since_us=real - began)
        assert elapsed_us(Instant(boot="0", since_us=0), now) <= real
        assert lockouts.wait_us("m", now) >= ends - real
        if not restarts and real == passed:
            assert lockouts.wait_us("m", now) == max(ends - real, 0)


def test_monotonic_time_that_would_go_back_shortens_nothing():
    assert elapsed_us(at(10), at(5)) == 0
    assert elapsed_us(at(10), Instant(boot="b", since_us=-1)) == 0


def test_a_month_of_trying_finds_no_pin_of_four_digits():
    """Simulated with a restart before every try; the bound is reckoned by hand.

    Five tries at once, five more after 30+60+120+240+480 s, the next after 960 s, then two an hour.
    1,890 s are gone by the eleventh: 30 days leave (2,592,000 - 1,890) / 1,800 = 1,438 more.
    """
    lockouts, real, tries, boot = Lockouts(), 0, 0, 0
    while True:
        boot += 1
        wait = lockouts.wait_us("m", Instant(boot=str(boot), since_us=0))
        if real + wait > 30 * DAY:
            break
        real, tries = real + wait, tries + 1
        lockouts = lockouts.failed("m", Instant(boot=str(boot), since_us=wait))
    assert tries == 11 + 1438
    assert tries < 10_000 / 6


# Memory


def test_no_noise_pushes_a_long_wait_out(monkeypatch):
    monkeypatch.setattr(lockout, "MARKS_MAX", 10)
    lockouts = failed(6)
    for number in range(100):
        lockouts = lockouts.failed(f"noise{number}", at(number))
        assert len(lockouts.tries) <= 10 + 1
    assert lockouts.failed_count("m") == 6
    assert lockouts.failed_count("noise0") == 1
    assert lockouts.failed_count("noise99") == 91, "nine had room beside m; the others are a crowd"
    assert lockouts.wait_us("somebody else", at(99)) > 0


def test_a_mark_makes_room_for_others_a_day_after_its_last_try_and_no_sooner(monkeypatch):
    monkeypatch.setattr(lockout, "MARKS_MAX", 2)
    full = failed(6).failed("n", at(86_399))
    assert full.failed("o", at(86_399)).failed_count("m") == 6
    later = full.failed("o", at(86_400))
    assert [later.failed_count(each) for each in "mno"] == [0, 1, 1]


def test_a_full_memory_still_counts_what_it_knows(monkeypatch):
    monkeypatch.setattr(lockout, "MARKS_MAX", 2)
    lockouts = failed(2).failed("n", at(0)).failed("m", at(1))
    assert (lockouts.failed_count("m"), lockouts.failed_count("n")) == (3, 1)


@given(st.lists(st.tuples(st.sampled_from("mno"), st.booleans()), max_size=40))
def test_the_count_is_of_wrong_tries_since_the_last_right_one(tries):
    lockouts = Lockouts()
    for mark, right in tries:
        lockouts = lockouts.cleared(mark) if right else lockouts.failed(mark, at(0))
    for mark in "mno":
        mine = [right for each, right in tries if each == mark]
        since = mine[::-1].index(True) if True in mine else len(mine)
        assert lockouts.failed_count(mark) == since
