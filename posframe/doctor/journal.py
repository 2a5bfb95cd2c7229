"""The journal, read beside a till that may run: its chain, its clock, what is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.anchors import is_genuine
from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.errors import JournalError
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.store.codec import Codec
from posframe.store.database import open_reader
from posframe.store.health import events_of, journal_mode, newest_wall_us
from posframe.store.running import lock_holder
from posframe.store.verify import verify
from posframe.till import JOURNAL_FILE, LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from posframe.config import TillConfig
    from posframe.doctor.surroundings import Surroundings

CLOCK_S_MAX = 2.0


def checks(config: TillConfig, around: Surroundings) -> Iterator[Check]:
    """Look at the journal; one that cannot be read is one broken check."""
    path = config.folder / JOURNAL_FILE
    if not path.exists():
        yield Check("journal", OK, "there is none yet: the first start makes it")
        return
    connection = None
    try:
        connection = open_reader(path)
        codec = Codec(KERNEL_EVENTS)
        yield _mode(connection, config)
        yield _chain(connection, codec, config)
        yield _clock(connection, around)
        yield from _jobs(connection, codec, config)
    except JournalError as error:
        yield Check("journal", BROKEN, error.message, error.hint)
    finally:
        if connection is not None:
            connection.close()


def _mode(connection: apsw.Connection, config: TillConfig) -> Check:
    mode = journal_mode(connection)
    if mode != "wal":
        words = f"it is written in mode {mode}, not WAL: a power cut can damage it"
        return Check("journal mode", WARN, words, f"posframe run --till {config.folder}")
    return Check("journal mode", OK, "WAL")


def _chain(connection: apsw.Connection, codec: Codec, config: TillConfig) -> Check:
    verdict = verify(connection, codec, is_genuine)
    if verdict.problem:
        where = f"row {verdict.seq}: " if verdict.seq else ""
        fix = (
            "stop selling on this till and restore its latest backup, then: "
            f"posframe journal verify --till {config.folder}"
        )
        return Check("journal", BROKEN, f"{where}{verdict.problem}", fix)
    return Check("journal", OK, f"{verdict.rows} rows, {verdict.receipts} receipts, chain whole")


def _clock(connection: apsw.Connection, around: Surroundings) -> Check:
    ahead_s = newest_wall_us(connection) / 1e6 - around.now_s()
    if ahead_s > CLOCK_S_MAX:
        words = f"the clock is {ahead_s:,.0f} s behind the journal's last row"
        return Check("clock and journal", BROKEN, words, "sudo timedatectl set-ntp true")
    return Check("clock and journal", OK, "the last row is not in the future")


def _jobs(connection: apsw.Connection, codec: Codec, config: TillConfig) -> Iterator[Check]:
    state = TillState()
    for event in events_of(connection, codec, "job."):
        state = evolve(state, event)
    open_jobs = list(state.jobs.values())
    runs = bool(lock_holder(config.folder / LOCK_FILE))
    doubtful = [
        job
        for job in open_jobs
        if job.status is JobStatus.UNKNOWN or (job.status is JobStatus.SENT and not runs)
    ]
    if doubtful:
        kinds = ", ".join(sorted({job.kind for job in doubtful}))
        words = f"{len(doubtful)} in doubt: {kinds}. Somebody has to look whether it was done"
        fix = f'posframe do --till {config.folder} ".printed yes"   # or ".printed no"'
        yield Check("jobs", WARN, words, fix)
    waiting = [job for job in open_jobs if job.kind == "print" and job not in doubtful]
    if waiting:
        words = f"{len(waiting)} receipts are not printed yet"
        fix = f"posframe hal test printer --till {config.folder}"
        if runs:
            fix = f"posframe hal list --till {config.folder}"
        yield Check("receipts", WARN, words, fix)
    if not doubtful and not waiting:
        yield Check("jobs", OK, "nothing is in doubt, every receipt is printed")
