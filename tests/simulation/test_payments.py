"""Whole paid sales among lost answers, crashes and wrong people, held against acquirers' ledgers.

Every violation names its seed: ``python -m benchmarks.payments_sim --story SEED`` tells it with
as few faults as it takes. More payments: ``python -m benchmarks.payments_sim --payments 20000``.
"""

from __future__ import annotations

import functools
from collections import Counter

import pytest

from tests.simulation.payments.broken import BROKEN, break_with
from tests.simulation.payments.running import (
    Setting,
    payments_until_caught,
    run,
    run_many,
    shortest,
)
from tests.simulation.payments.world import RATES

SHARDS = (1, 10_001, 20_001, 30_001)
PAYMENTS_EACH = 700
CAUGHT_WITHIN = 2_000


@functools.cache
def lived(first):
    return run_many(PAYMENTS_EACH, first=first)


@pytest.mark.parametrize("first", SHARDS)
def test_no_payment_is_taken_twice_or_lost_whatever_fails(first):
    counts, _, wrong = lived(first)
    assert wrong == []
    assert counts["payments"] >= PAYMENTS_EACH
    assert counts["ended applied"] > counts["payments"] // 3, "most customers could pay"


def test_every_fault_point_was_reached():
    hits = sum((lived(first)[1] for first in SHARDS), Counter())
    points = {f"{point}.{kind}" for point, kinds in RATES.items() for kind in kinds}
    assert points - set(hits) == set()


def test_what_is_excused_is_counted_and_rare():
    counts = sum((lived(first)[0] for first in SHARDS), Counter())
    excused = {name: count for name, count in counts.items() if name.startswith("excused")}
    assert sum(excused.values()) * 20 < counts["payments"], excused


@pytest.mark.parametrize("seed", [3, 4])
def test_one_seed_is_one_story(seed):
    assert run(seed, tells=True) == run(seed, tells=True)


def test_leaving_a_fault_out_does_not_shift_the_others():
    drawn = run(5).drawn
    assert run(5, only=set(drawn)).drawn == drawn
    fewer = set(drawn[:3])
    assert set(run(5, only=fewer).drawn) <= fewer


def test_without_faults_every_sale_is_paid_and_nobody_is_asked_twice():
    result = run(6, Setting(kinds=("gateway", "nexo", "zvt"), rates={point: {} for point in RATES}))
    assert result.violations == []
    assert result.drawn == []
    ended = {name for name in result.counts if name.startswith("ended")}
    assert ended <= {"ended applied", "ended reversed", "ended declined", "ended voided"}


@pytest.mark.parametrize("name", BROKEN)
def test_an_engine_broken_in_one_way_is_caught(name, monkeypatch):
    broken = BROKEN[name]
    break_with(monkeypatch, broken)
    payments, violation = payments_until_caught(broken.setting, CAUGHT_WITHIN)
    assert violation, f"not within {payments} payments"


@pytest.mark.parametrize("name", BROKEN)
def test_the_sound_engine_lives_through_the_worlds_of_a_broken_one(name):
    assert payments_until_caught(BROKEN[name].sound, 60)[1] == ""


def test_a_violation_is_told_with_few_faults():
    broken = BROKEN["time-out as declined"]
    seed = next(seed for seed in range(1, 99) if run(seed, broken.setting).violations)
    story = shortest(seed, broken.setting)
    assert story.violations
    assert len(story.drawn) <= 3, "one lost answer is enough"
    assert any("VIOLATED" in line for line in story.story)
