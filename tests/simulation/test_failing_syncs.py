"""Law 3: after a sync that failed, what was told is what a restart finds."""

from __future__ import annotations

import itertools
import shutil

import attrs
import pytest

from posframe.errors import JournalError
from posframe.kernel.engine import Engine
from posframe.testing.failing_syncs import SyncTrial, check_failing_sync

ENDINGS = ("killed", "power cut", "went on", "power cut later")
SYNCS_MIN = 10
"""Of a day with one sale, and its start."""


def failures(shop, day, trial, folder):
    """Try each sync of a day in turn, every other one for each half of the trials."""
    found, number = {}, -1
    for number in itertools.count():
        each = attrs.evolve(trial, ordinal=2 * number + trial.ordinal)
        again = folder / str(number)
        again.mkdir()
        problems = check_failing_sync(shop, day(trial.seed, sales=1), each, again)
        shutil.rmtree(again)
        if problems is None:
            break
        if problems:
            found[each.ordinal] = problems
    assert number >= SYNCS_MIN
    return found


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("lost", [False, True], ids=["kept", "lost"])
def test_what_was_told_after_a_failed_sync_is_true(lost, ending, shop, day, tmp_path):
    """Law 3 and F62; a lost sync is one whose pages never reach the disk, though they can be read."""
    trial = SyncTrial(ordinal=int(lost), ending=ending, lost=lost, seed=3)
    assert failures(shop, day, trial, tmp_path) == {}


@pytest.mark.parametrize("ending", ["killed", "power cut"])
def test_a_disk_that_never_syncs_again_stops_the_till(ending, shop, day, tmp_path):
    trial = SyncTrial(ordinal=0, ending=ending, lost=True, forever=True, seed=2)
    assert failures(shop, day, trial, tmp_path) == {}


class TestTheHarnessSeesWhatIsWrong:
    def test_not_done_told_without_looking_is_seen(self, shop, day, tmp_path):
        """The refused line is back after the restart, its chain intact."""
        trial = SyncTrial(ordinal=0, ending="killed", seed=3, engine=TrustingEngine)
        found = failures(shop, day, trial, tmp_path)
        assert found
        assert any("told not done" in each for problems in found.values() for each in problems)

    def test_done_told_of_what_can_only_be_read_is_seen(self, shop, day, tmp_path):
        trial = SyncTrial(ordinal=0, ending="power cut", lost=True, seed=3, engine=ReadingEngine)
        found = failures(shop, day, trial, tmp_path)
        assert found
        assert all("told done" in problems[0] for problems in found.values())


class TrustingEngine(Engine):
    """Takes a failed commit for one that did not happen."""

    def _after_failed_commit(self, pending, heads, error):
        return self._after_lost_group(pending, self.acknowledged, JournalError(error.message))


class ReadingEngine(Engine):
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
