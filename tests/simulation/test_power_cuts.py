"""Power cuts at the writes, truncates and syncs of simulated shop-days."""

from __future__ import annotations

import random

import attrs
import pytest

from posframe.kernel.engine import Engine
from posframe.testing import shop_day
from posframe.testing.lives import Life, LifeOptions
from posframe.testing.power_cuts import check_cut, check_cuts, cut_points, rows_of

SEEDS = range(1, 11)
CUTS_A_SEED = 100
CRASHES_IN_A_ROW = 10


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_acknowledged_survives_a_power_cut(seed, lived, tmp_path):
    """Laws 1, 2, 4 and 8, F3: every answer given is on disk, whole, once, and folds the same."""
    life = lived(seed)
    assert check_cuts(life, cut_points(life, CUTS_A_SEED, seed), seed, tmp_path) == {}


def test_there_are_a_thousand_cuts():
    assert len(SEEDS) * CUTS_A_SEED >= 1_000


def test_the_days_hold_everything_that_can_be_cut(lived):
    """A cut of something that never happens proves nothing."""
    names = {row[4] for seed in SEEDS for row in rows_of(lived(seed))}
    assert names >= {
        *("till.Started", "day.Opened", "sale.Opened", "sale.LineAdded", "sale.LineChanged"),
        *("sale.LineVoided", "sale.BasketAdjusted", "sale.AdjustmentRemoved", "sale.Repriced"),
        *("sale.CustomerSet", "sale.AgeChecked", "sale.Suspended", "sale.Resumed"),
        *("sale.Cancelled", "sale.TenderApplied", "sale.TenderVoided", "sale.Completed"),
        *("cash.Moved", "receipt.CopyAsked", "job.Queued", "job.Sent", "job.Confirmed"),
        *("job.Returned", "job.Doubted", "job.GivenUp"),
        *("loyalty.CardEnrolled", "loyalty.PointsEarned"),
        *("inventory.GoodsReceived", "inventory.StockCounted"),
    }
    operations = {(each.kind, each.file) for seed in SEEDS for each in lived(seed).disk.operations}
    moved_to_the_database = {("write", "till.db"), ("sync", "till.db"), ("truncate", "till.db")}
    assert operations >= {("write", "till.db-wal"), ("sync", "till.db-wal"), *moved_to_the_database}


def test_some_commits_hold_several_actions_and_some_commands_are_refused(lived):
    answers = [each for seed in SEEDS for each in lived(seed).acknowledged]
    assert any(len([o for o in each.outcomes if o.recorded]) > 1 for each in answers)
    assert any(not outcome.accepted for each in answers for outcome in each.outcomes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_start_after_a_cut_can_be_cut_again(seed, lived, tmp_path):
    """F19 and F20: recovering twice is recovering once; the index of the WAL is lost each time."""
    life, rng = lived(seed), random.Random(seed)
    for number, at in enumerate(cut_points(life, 8, seed)):
        first, second = tmp_path / f"{number}-first", tmp_path / f"{number}-second"
        first.mkdir()
        second.mkdir()
        recovery = check_cut(life, at, seed, first)
        assert recovery.problems == []
        points = sorted(rng.sample(range(len(recovery.life.disk.operations) + 1), 4))
        assert check_cuts(recovery.life, points, seed, second) == {}


@pytest.mark.parametrize("seed", [4, 5])
def test_ten_cuts_in_a_row_lose_nothing(seed, shop, lived, tmp_path):
    """F19: a crash loop ends where one crash ends."""
    life, rng = lived(seed), random.Random(seed)
    at, before = rng.randrange(len(life.disk.operations)), life
    for number in range(CRASHES_IN_A_ROW):
        folder = tmp_path / str(number)
        folder.mkdir()
        before.disk.reboot(at, rng, folder)
        options = LifeOptions(generation=number + 2, wall_us=before.clock.wall_us())
        again = Life(shop, folder, options)
        if number:
            assert again.begin.seq >= before.begin.seq
            assert attrs.evolve(again.begin.state, jobs={}) == attrs.evolve(
                before.begin.state, jobs={}
            )
        again.end()
        at, before = rng.randrange(len(again.disk.operations) + 1), again
    folder = tmp_path / "last"
    folder.mkdir()
    assert check_cut(before, len(before.disk.operations), seed, folder).problems == []


def test_the_same_seed_gives_the_same_operations(shop, day, lived, tmp_path):
    """Law 6: what fails once can be made to fail again. (SQLite salts its WAL at random.)"""
    life = Life(shop, tmp_path)
    life.live(day(3))
    life.end()
    assert rows_of(life) == rows_of(lived(3))
    assert [shape(each) for each in life.disk.operations] == [
        shape(each) for each in lived(3).disk.operations
    ]


def shape(operation):
    return operation.kind, operation.file, operation.offset, len(operation.data)


class TestTheHarnessSeesWhatIsWrong:
    """Each law broken on purpose, and seen."""

    def test_synchronous_normal_loses_what_was_acknowledged(self, shop, day, tmp_path):
        failures = self.failures(shop, day, tmp_path, LifeOptions(synchronous="NORMAL"))
        assert len(failures) > 20
        assert all("acknowledged to row" in problems[0] for problems in failures.values())

    def test_an_answer_before_the_commit_is_lost(self, shop, day, tmp_path, monkeypatch):
        monkeypatch.setattr(shop_day, "HOUSEKEEPING", ("checkpoint",))
        failures = self.failures(shop, day, tmp_path, LifeOptions(engine=HastyEngine))
        assert len(failures) > 20
        assert all("acknowledged to row" in problems[0] for problems in failures.values())

    def test_a_changed_row_is_noticed(self, lived, tmp_path):
        life = lived(1)
        acknowledged = [attrs.evolve(each, state=life.begin.state) for each in life.acknowledged]
        forged = object.__new__(Life)
        forged.__dict__.update(life.__dict__, acknowledged=acknowledged)
        assert check_cut(forged, len(life.disk.operations), 1, tmp_path).problems

    def failures(self, shop, day, tmp_path, options):
        first, again = tmp_path / "first", tmp_path / "again"
        first.mkdir()
        again.mkdir()
        life = Life(shop, first, options)
        life.live(day(1, sales=2))
        life.end()
        return check_cuts(life, cut_points(life, 80, 1), 1, again)


class HastyEngine(Engine):
    """Answers first and commits with the next group."""

    def __init__(self, parts):
        super().__init__(attrs.evolve(parts, journal=HastyJournal(parts.journal)))


class HastyJournal:
    def __init__(self, journal):
        self.journal = journal
        self.owes = False

    def __getattr__(self, name):
        return getattr(self.journal, name)

    def begin(self):
        if self.owes:
            self.journal.commit()
        self.journal.begin()

    def commit(self):
        self.owes = True
