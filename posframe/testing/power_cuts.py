"""Power cuts at every write, truncate and sync of a till's life, and what must hold after each.

``check_cut`` takes a moment of a recorded ``Life``, lets chance decide what of the unsynced writes
is left, starts a till on that and looks. Its second life is recorded as well, so that the start
after a cut can be cut again.
"""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, Any

import apsw
import attrs

from posframe.anchors import is_genuine
from posframe.errors import PosframeError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.store.database import open_reader
from posframe.store.journal import recorded_of
from posframe.store.projections import POSITIONS, Projections
from posframe.store.verify import verify
from posframe.testing.lives import JOURNAL, STEP_US, Acknowledgement, Life, LifeOptions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from posframe.kernel.contracts import Projection
    from posframe.kernel.ports import Recorded

SHM_BYTES = 32_768
_OF_THE_TILL = (cmd.Start, cmd.ClaimJobs, cmd.SettleJob, cmd.AnswerJob)
"""Commands whose answer depends on what was under way when the power went."""


@attrs.define
class Recovery:
    """What became of a till after a cut."""

    problems: list[str] = attrs.field(factory=list)
    """Empty: everything holds."""
    life: Life | None = None
    """The life after the cut, ended; None: the till did not start."""


def check_cut(life: Life, at: int, seed: int, folder: Path) -> Recovery:
    """Cut the power in ``life`` before operation ``at``, start again in ``folder``, and look.

    Args:
        life: recorded and ended.
        at: number of the first operation that was not asked any more.
        seed: decides, with ``at``, what is left of the unsynced writes.
        folder: an empty one.
    """
    rng = random.Random(f"{seed}-{at}")  # noqa: S311 - a simulation, not a secret
    life.disk.reboot(at, rng, folder)
    if rng.random() < 0.5:
        (folder / f"{JOURNAL}-shm").write_bytes(rng.randbytes(SHM_BYTES))  # an index of no WAL here
    return check_recovery(life, at, folder)


def cut_points(life: Life, count: int, seed: int) -> list[int]:
    """Return at most ``count`` different moments of a life to cut it at, in order."""
    moments = range(len(life.disk.operations) + 1)
    rng = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    return sorted(rng.sample(moments, min(count, len(moments))))


def check_cuts(life: Life, points: Iterable[int], seed: int, folder: Path) -> dict[int, list[str]]:
    """Return what was wrong after a cut at each of the points where anything was.

    Args:
        life: recorded and ended.
        points: in rising order, which costs least.
        seed: as for ``check_cut``.
        folder: an empty one, and empty again in the end.
    """
    failures = {}
    for at in points:
        again = folder / f"cut-{at}"
        again.mkdir()
        problems = check_cut(life, at, seed, again).problems
        if problems:
            failures[at] = problems
        shutil.rmtree(again)
    return failures


def check_recovery(life: Life, at: int, folder: Path) -> Recovery:
    """Start a till on what ``folder`` holds of ``life``, let it sell, and look at all of it."""
    options = LifeOptions(
        generation=life.options.generation + 1, wall_us=life.acknowledged[-1].wall_us
    )
    try:
        second = Life(life.shop, folder, options)
    except PosframeError as error:
        return Recovery([f"the till does not start: {error}"])
    found = Recovery(life=second)
    before, under_way = around(life, at)
    problems = found.problems
    problems += _check_begin(second, before, under_way)
    problems += check_start(second)
    problems += _check_repetition(life, second, under_way)
    problems += check_selling(second)
    while second.journal.catch_up():
        pass
    second.end()
    problems += look_at_files(second)
    problems += _check_bytes(life, second)
    return found


def around(life: Life, at: int) -> tuple[Acknowledgement, Acknowledgement]:
    """Return the last answer given before operation ``at``, and the one that was to come next."""
    answers = life.acknowledged
    last = max(number for number, each in enumerate(answers) if each.ordinal <= at)
    return answers[last], answers[min(last + 1, len(answers) - 1)]


def rows_of(life: Life) -> list[tuple[Any, ...]]:
    """Return every row in the journal of a life that has ended, as it is on disk."""
    reader = open_reader(life.folder / JOURNAL)
    try:
        return reader.execute("SELECT * FROM journal ORDER BY seq").fetchall()
    finally:
        reader.close()


def _check_begin(second: Life, before: Acknowledgement, under_way: Acknowledgement) -> list[str]:
    """What was acknowledged is there, with the action under way whole or without it."""
    begin = second.begin
    if begin.seq not in {before.seq, under_way.seq}:
        kept = f"acknowledged to row {before.seq}, under way to {under_way.seq}"
        return [f"the journal ends at row {begin.seq}: {kept}"]
    expected = before if begin.seq == before.seq else under_way
    if begin.state != expected.state:
        return [f"the state at row {begin.seq} is another"]
    return []


def check_start(second: Life) -> list[str]:
    """A start puts in doubt what was being sent, and makes nothing runnable again."""
    started = second.acknowledged[1]
    jobs = started.state.jobs.values()
    under_way = {job.id for job in second.begin.state.jobs.values() if job.status is JobStatus.SENT}
    in_doubt = {job.id for job in jobs if job.status is JobStatus.UNKNOWN}
    problems = []
    if not under_way <= in_doubt or any(job.status is JobStatus.SENT for job in jobs):
        problems.append("a job under way was not put in doubt")
    expected = attrs.evolve(second.begin.state, configuration=started.state.configuration)
    if second.begin.seq and _apart_from_jobs(started.state) != _apart_from_jobs(expected):
        problems.append("the start changed more than jobs")
    return problems


def _check_repetition(life: Life, second: Life, under_way: Acknowledgement) -> list[str]:
    """Sending again what was under way does it, exactly once (law 8)."""
    commands = [each.command for each in under_way.submissions]
    ids = [each.id for each in under_way.submissions]
    if not commands:
        return []
    problems = []
    second.clock.jump(under_way.wall_us - STEP_US)
    now = [each.accepted for each in second.do(commands, ids)]
    if not any(isinstance(each, _OF_THE_TILL) for each in commands):
        if _apart_from_jobs(second.state) != _apart_from_jobs(under_way.state):
            problems.append("sent again, it led to another state")
        if now != [each.accepted for each in under_way.outcomes]:
            problems.append("sent again, it was answered differently")
    done = second.acknowledged[-1].seq
    second.do(commands, ids)
    if second.acknowledged[-1].seq != done:
        problems.append("sent once more, it was done twice")
    return problems


def check_selling(second: Life) -> list[str]:
    """The next sale works and has the next receipt number."""
    number = second.state.last_receipt_number
    second.do([cmd.AddItem(code="PEN")])
    sale = second.state.transaction
    if sale is not None and sale.age_needed_years:
        second.do([cmd.CheckAge()])
    outcome = second.do([cmd.Pay(type="cash")])[0]
    if not outcome.accepted or second.state.last_receipt_number != number + 1:
        return [f"the next sale failed: {outcome.words}"]
    return []


def _check_bytes(life: Life, second: Life) -> list[str]:
    kept = second.begin.seq
    if rows_of(second)[:kept] != rows_of(life)[:kept]:
        return ["rows that were acknowledged are not the same bytes"]
    return []


def look_at_files(second: Life) -> list[str]:
    """Look at what a life that has ended left on its disk, through other eyes than the till's."""
    reader = open_reader(second.folder / JOURNAL)
    try:
        problems = _check_database(reader, second)
        recorded = _recorded(reader, second)
        problems += _check_jobs(recorded)
        problems += _check_folds(reader, second, recorded)
    finally:
        reader.close()
    return problems


def _check_database(reader: apsw.Connection, second: Life) -> list[str]:
    problems = []
    verdict = verify(reader, second.assembly.codec, is_genuine)
    if verdict.problem:
        problems.append(f"row {verdict.seq}: {verdict.problem}")
    if verdict.receipts != second.state.last_receipt_number:
        problems.append(f"{verdict.receipts} receipts, numbered to {second.state}")
    damage = reader.execute("PRAGMA integrity_check").fetchall()
    if damage != [("ok",)]:
        problems.append(f"the database is damaged: {damage[0][0]}")
    return problems


def _check_jobs(recorded: list[Recorded]) -> list[str]:
    """No job can be run whose sending was recorded, unless it surely had not begun (law 4)."""
    state, sent = TillState(), set[str]()
    for row in recorded:
        state = evolve(state, row.event)
        if isinstance(row.event, ev.JobsSent):
            sent.update(row.event.ids)
        elif isinstance(row.event, ev.JobReturned):
            sent.discard(row.event.id)
    runnable = {job.id for job in state.jobs.values() if job.status is JobStatus.QUEUED}
    return [f"the job {id_} could be run a second time" for id_ in sorted(sent & runnable)]


def _check_folds(reader: apsw.Connection, second: Life, recorded: list[Recorded]) -> list[str]:
    """The journal folded from its first row gives the state and every read model (law 4)."""
    state = TillState()
    for row in recorded:
        state = evolve(state, row.event)
    problems = [] if state == second.state else ["the journal folds to another state"]
    models = _models(second)
    if read_models(reader, models) != rebuilt(models, recorded):
        problems.append("read models rebuilt from the journal are not those of the till")
    behind = set(reader.execute("SELECT name FROM projection WHERE position IS NOT NULL"))
    stayed = [model.name for model in models if (model.name,) in behind]
    return [*problems, *(f"the read model {name} stayed behind" for name in stayed)]


def rebuilt(models: list[Projection], recorded: list[Recorded]) -> dict[str, list[Any]]:
    """Return the tables of read models folded from the first row, in an empty database."""
    connection = apsw.Connection(":memory:")
    connection.execute(POSITIONS)
    projections = Projections(connection, models)
    projections.prepare(0)
    projections.apply(recorded)
    return read_models(connection, models)


def read_models(connection: apsw.Connection, models: list[Projection]) -> dict[str, list[Any]]:
    """Return the rows of every table of read models."""
    found: dict[str, list[Any]] = {}
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        if any(str(name).startswith(f"{model.name}_") for model in models):
            rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - from the schema
            found[str(name)] = sorted(rows, key=repr)
    return found


def _models(life: Life) -> list[Projection]:
    return [
        model
        for _, models in life.assembly.hooks.collect("posframe_projections")
        for model in models
    ]


def _recorded(reader: apsw.Connection, life: Life) -> list[Recorded]:
    columns = (
        "seq, action, command, name, version, wall_us, business_date, actor, transaction_id, body"
    )
    rows = reader.execute(f"SELECT {columns} FROM journal ORDER BY seq").fetchall()  # noqa: S608 - names of ours
    return [recorded_of(row, life.assembly.codec) for row in rows]


def _apart_from_jobs(state: TillState) -> TillState:
    return attrs.evolve(state, jobs={})
