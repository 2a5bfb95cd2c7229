"""Law 3: after a disk has failed, what was told is what a restart finds."""

from __future__ import annotations

import itertools
import shutil

import apsw
import attrs
import pytest

from posframe.errors import JournalError
from posframe.kernel.engine import Engine
from posframe.testing.crash_disk import LostSyncError
from posframe.testing.disk_faults import DiskFault, FaultTrial, check_disk_fault

TRIALS_MIN = 10
"""Operations that fail in a day with one sale, at least."""
SEED = 3
FOR_EVER = 1 << 30


def failures(shop, day, folder, make_fault, ending, *, step=2, engine=Engine):
    """Try operation after operation of a day, and return what was wrong, by number."""
    found = {}
    for number in itertools.count():
        again = folder / str(number)
        again.mkdir()
        trial = FaultTrial(fault=make_fault(number * step), ending=ending, seed=SEED, engine=engine)
        problems = check_disk_fault(shop, day(SEED, sales=1), trial, again)
        shutil.rmtree(again)
        if problems is None:
            break
        if problems:
            found[number * step] = problems
    assert number >= TRIALS_MIN
    return found


@pytest.mark.parametrize("ending", ["killed", "went on"])
def test_what_was_told_after_a_failed_sync_is_true(ending, shop, day, tmp_path):
    """Law 3 and F62."""
    found = failures(shop, day, tmp_path, lambda left: DiskFault("sync", left), ending)
    assert found == {}


@pytest.mark.parametrize("ending", ["killed", "power cut", "power cut later"])
def test_what_was_told_after_a_lost_sync_is_true(ending, shop, day, tmp_path):
    """So Linux does: after it the pages can be read and never reach the disk."""

    def fault(left):
        return DiskFault("sync", left + 1, LostSyncError)

    assert failures(shop, day, tmp_path, fault, ending) == {}


def test_a_disk_that_never_syncs_again_stops_the_till(shop, day, tmp_path):
    def fault(left):
        return DiskFault("sync", left, LostSyncError, lasts=FOR_EVER)

    assert failures(shop, day, tmp_path, fault, "power cut") == {}


@pytest.mark.parametrize("ending", ["killed", "went on"])
def test_what_was_told_on_a_full_disk_is_true(ending, shop, day, tmp_path):
    """F60: each write in turn finds no room."""

    def fault(left):
        return DiskFault("write", left, apsw.FullError)

    assert failures(shop, day, tmp_path, fault, ending, step=9) == {}


@pytest.mark.parametrize("error", [apsw.IOError, apsw.NoMemError])
def test_what_was_told_after_a_failed_read_is_true(error, shop, day, tmp_path):
    """A failed read drops the whole group, and the rows after it would not continue the chain."""

    def fault(left):
        return DiskFault("read", left, error)

    assert failures(shop, day, tmp_path, fault, "went on", step=5) == {}


class TestTheHarnessSeesWhatIsWrong:
    def test_not_done_told_without_looking_is_seen(self, shop, day, tmp_path):
        """The refused line is back after the restart, its chain intact."""
        found = failures(
            shop, day, tmp_path, lambda left: DiskFault("sync", left), "killed", engine=Trusting
        )
        assert found
        assert any("told not done" in each for problems in found.values() for each in problems)

    def test_done_told_of_what_can_only_be_read_is_seen(self, shop, day, tmp_path):
        def fault(left):
            return DiskFault("sync", left, LostSyncError)

        found = failures(shop, day, tmp_path, fault, "power cut", engine=Reading)
        assert found
        assert all("told done" in problems[0] for problems in found.values())


class Trusting(Engine):
    """Takes a failed commit for one that did not happen."""

    def _after_failed_commit(self, pending, heads, error):
        return self._after_lost_group(pending, self.acknowledged, JournalError(error.message))


class Reading(Engine):
    """Reopens and believes what it reads, without writing it anew."""

    def __init__(self, parts):
        super().__init__(attrs.evolve(parts, journal=ReadingJournal(parts.journal)))


class ReadingJournal:
    def __init__(self, journal):
        self.journal = journal

    def __getattr__(self, name):
        return getattr(self.journal, name)

    def settle(self, state):
        pass
