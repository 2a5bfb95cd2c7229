"""A disk that fails: what the operator was told must be what a restart finds (law 3).

``check_disk_fault`` lives a day until its n-th sync, write or read fails, goes on as its ending
says, starts again and compares every answer that was given with the journal.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import apsw
import attrs

from posframe.errors import JournalCorrupt, JournalError, JournalUnavailable, PosframeError
from posframe.kernel.engine import Engine, EngineParts
from posframe.testing.lives import Life, LifeOptions
from posframe.testing.power_cuts import check_selling, check_start, look_at_files

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.kernel.engine import Outcome, Submission
    from posframe.testing.crash_disk import Operation
    from posframe.testing.lives import Shop
    from posframe.testing.shop_day import ShopDay

Ending = Literal["killed", "power cut", "went on", "power cut later"]


@attrs.define
class DiskFault:
    """A fault of a ``CrashDisk``: operations of one kind fail from one on, some or for ever."""

    kind: Literal["sync", "write", "read"]
    left: int
    """How many go well before."""
    error: type[apsw.Error] = apsw.IOError
    """``LostSyncError``: what was written before a sync can be read and never reaches the disk."""
    lasts: int = 1
    failed: bool = False

    def __call__(self, operation: Operation) -> None:
        """Fail when it is time."""
        if operation.kind == self.kind:
            self.left -= 1
            if -self.lasts <= self.left < 0:
                self.failed = True
                raise self.error("the simulated disk failed")


@attrs.frozen(kw_only=True)
class FaultTrial:
    """What fails, and what happens then."""

    fault: DiskFault
    ending: Ending
    seed: int = 1
    engine: Callable[[EngineParts], Engine] = Engine


def check_disk_fault(shop: Shop, day: ShopDay, trial: FaultTrial, folder: Path) -> list[str] | None:
    """Return what was wrong after the restart; None: the day has no such operation.

    Args:
        shop: what the till sells.
        day: what is done.
        trial: what fails.
        folder: an empty one.
    """
    first, again = folder / "first", folder / "again"
    first.mkdir()
    again.mkdir()
    try:
        life = Life(shop, first, LifeOptions(fault=trial.fault, engine=trial.engine))
        _live(life, day, trial.fault, trial.ending)
    except PosframeError as error:  # it did not start: nothing was told but that
        life, refusal = None, error
    if not trial.fault.failed:
        return None
    if life is None:
        return [] if isinstance(refusal, JournalError) else [f"it was told {refusal}"]
    _stop(life, trial, again)
    return _check_restart(life, shop, again)


def _live(life: Life, day: ShopDay, fault: DiskFault, ending: Ending) -> None:
    while group := day.next(life.state):
        with contextlib.suppress(JournalError):  # at idle nobody is told: a command meets it next
            life.do(group)
        if fault.failed and ending in {"killed", "power cut"}:
            return


def _stop(life: Life, trial: FaultTrial, again: Path) -> None:
    """End the life as the trial says and leave in ``again`` what is found at the restart."""
    if trial.ending.startswith("power cut"):
        rng = random.Random(trial.seed)  # noqa: S311 - a simulation, not a secret
        life.disk.reboot(len(life.disk.operations), rng, again)
    if trial.ending == "went on":
        life.disk.fault = None
        life.end()
    if not trial.ending.startswith("power cut"):
        for path in life.folder.iterdir():
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, again / path.name)
    life.journal.close()


def _check_restart(life: Life, shop: Shop, again: Path) -> list[str]:
    options = LifeOptions(generation=life.options.generation + 1, wall_us=life.clock.wall_us())
    try:
        second = Life(shop, again, options)
    except PosframeError as error:
        return [f"the till does not start: {error}"]
    problems = [
        problem
        for each in life.acknowledged
        for submission, outcome in zip(each.submissions, each.outcomes, strict=True)
        for problem in _check_told(submission, outcome, second)
    ]
    known = [_is_known(outcome) for outcome in life.acknowledged[-1].outcomes]
    if all(known) and second.begin.state != life.state:
        problems.append("the state is not the one that was shown")
    problems += check_start(second)
    problems += check_selling(second)
    second.end()
    return [*problems, *look_at_files(second)]


def _is_known(outcome: Outcome) -> bool:
    """Tell whether the answer says what is on disk; else it says that nobody knows yet."""
    return not isinstance(outcome.error, (JournalUnavailable, JournalCorrupt))


def _check_told(submission: Submission, outcome: Outcome, second: Life) -> list[str]:
    what = f"{type(submission.command).__name__} {submission.id[-4:]}"
    rows = [
        row for row in second.journal.find_command(submission.id) if row.seq <= second.begin.seq
    ]
    if outcome.accepted:
        told = [(row.seq, row.event) for row in outcome.recorded]
        found = [(row.seq, row.event) for row in rows]
        return [] if told == found else [f"{what}: told done, and is not there as it was told"]
    if _is_known(outcome) and rows:
        return [f"{what}: told not done ({outcome.words}), and is there"]
    return []
