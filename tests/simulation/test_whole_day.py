"""A shop's whole day: the till, its X and Z, the books, and a fold of our own come to the same."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from posframe.exception_reading import read_findings
from posframe.exceptions.rules import ExceptionSettings
from posframe.exceptions.scoring import scores
from posframe.testing.whole_day import FLOAT_MINOR, WholeDay
from tests.simulation.day_reckoning import (
    check_books,
    check_day,
    check_x,
    exported,
    folded,
    same_figures,
    z_of,
)
from tests.simulation.day_shop import PROGRESS, Gateway, live, make_shop, means

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gateway():
    made = Gateway()
    yield made
    made.close()


@pytest.mark.parametrize(("seed", "sales"), [(2, 20), pytest.param(1, 300, marks=pytest.mark.slow)])
def test_a_whole_day_comes_to_what_was_planned_everywhere(tmp_path, gateway, seed, sales):
    folder = make_shop(tmp_path / "till", gateway.far.url)
    day = WholeDay(seed, means(), sales=sales)
    x_lines, z_lines = live(folder, day, 1, synchronous="OFF")
    fold, _ = check_day(folder, day)
    check_x(x_lines, z_lines)
    check_books(exported(folder, tmp_path), fold, day.outcome)


def test_a_plan_is_the_same_for_the_same_seed_and_uses_every_medium():
    one, other = (WholeDay(1, means(), sales=300) for _ in range(2))
    assert one.steps == other.steps
    assert one.outcome == other.outcome
    assert set(one.outcome.tenders) == {"cash", "card", "usd", "account", "giro", "gift"}
    assert WholeDay(2, means(), sales=300).steps != one.steps


def test_a_plan_that_is_wrong_by_one_cent_is_seen(tmp_path, gateway):
    """The control of all of the above."""
    folder = make_shop(tmp_path / "till", gateway.far.url)
    day = WholeDay(3, means(), sales=10)
    live(folder, day, 1, synchronous="OFF")
    check_day(folder, day)
    day.outcome.gross_minor += 1
    with pytest.raises(AssertionError):
        check_day(folder, day)
    day.outcome.gross_minor -= 1
    day.outcome.pay("cash", -1)
    with pytest.raises(AssertionError):
        check_day(folder, day)


def test_an_honest_day_is_quiet_in_the_exception_report(tmp_path, gateway):
    """A no-sale right after a void, and approvals of one supervisor, are all it may name."""
    folder = make_shop(tmp_path / "till", gateway.far.url)
    day = WholeDay(2, means(), sales=20)
    live(folder, day, 1, synchronous="OFF")
    found = scores(read_findings(folder / "till.db"), ExceptionSettings())
    named = {part.rule for each in found.operators for part in each.parts}
    assert {"cash_short", "short_again"} & named == {"cash_short"}
    assert not named & {
        "own_approvals", "self_confirmed", "unconfirmed", "agreed_again", "wrong_pins",
        "guessed_pins", "clock_jumps", "drawer_without_sale", "copy_then_refund",
        "refund_to_card", "blind_returns", "post_voids",
    }  # fmt: skip


def life(folder, seed, sales, number):
    words = [str(folder), str(seed), str(sales), str(number)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.simulation.day_shop", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_day(folder, day, seed, sales, kills, rng):
    """Live the day with so many kills at random moments; return how many there were."""
    progress, deaths = folder / PROGRESS, 0
    while True:
        before = progress.read_text() if progress.exists() else ""
        process = life(folder, seed, sales, deaths + 1)
        if deaths < kills:
            steps = rng.randint(0, len(day.steps) // kills)
            _wait_for(process, progress, int(before or -1) + steps)
            time.sleep(rng.random() * 0.02)
            process.kill()
        _, errors = process.communicate(timeout=120)
        if process.returncode == 0:
            return deaths
        assert process.returncode == -signal.SIGKILL, errors
        deaths += 1


def _wait_for(process, progress, step):
    while process.poll() is None:
        if progress.exists() and int(progress.read_text() or 0) >= step:
            return
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_same_day_killed_at_fifty_moments_comes_to_the_same(tmp_path, gateway):
    seed, sales, kills = 4, 100, 50
    day = WholeDay(seed, means(), sales=sales)
    plain = make_shop(tmp_path / "plain", gateway.far.url)
    live(plain, day, 1)
    folder = make_shop(tmp_path / "killed", gateway.far.url)
    deaths = killed_day(folder, day, seed, sales, kills, random.Random(seed))
    assert deaths == kills
    _, z = check_day(folder, day)
    assert same_figures(z) == same_figures(z_of(plain))
    assert (
        sum(
            shift.cash.opening_float_minor
            for shift in folded(folder).shifts.values()
            if not shift.carried_from
        )
        == FLOAT_MINOR * 2
    )
