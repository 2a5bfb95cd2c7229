"""Proving a journal: every row verified, every read model rebuilt equal, the state folded equal."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

import attrs

from posframe import Till
from posframe.anchors import is_genuine
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import TillState
from posframe.store.database import open_database, open_reader
from posframe.store.verify import verify
from posframe.till import JOURNAL_FILE, Ports

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from posframe.store.verify import Verdict


@attrs.frozen(kw_only=True)
class Proof:
    """What proving found."""

    problems: tuple[str, ...]
    verified_rows_per_s: float


def prove(folder: Path) -> Proof:
    """Prove the journal of a till that is closed."""
    rebuilt = folder.with_name(f"{folder.name}-rebuilt")
    shutil.copytree(folder, rebuilt)
    problems = []
    with Till.open(folder, Ports(effects=False)) as till:
        begin = time.perf_counter()
        verdict = _verified(folder, till)
        seconds = time.perf_counter() - begin
        if verdict.problem:
            problems.append(f"row {verdict.seq}: {verdict.problem}")
        if till.call(lambda: _folded(till)) != till.state:
            problems.append("folding the journal gives another state than the till's")
    names = _outdate(rebuilt)
    _rebuild(rebuilt)
    problems += [
        f"the read model {name} is not the same when it is rebuilt"
        for name in names
        if _content(folder, name) != _content(rebuilt, name)
    ]
    shutil.rmtree(rebuilt)
    return Proof(problems=tuple(problems), verified_rows_per_s=verdict.rows / seconds)


def _verified(folder: Path, till: Till) -> Verdict:
    connection = open_reader(folder / JOURNAL_FILE)
    try:
        return verify(connection, till.parts.codec, is_genuine)
    finally:
        connection.close()


def _folded(till: Till) -> TillState:
    """Return the state that all rows give from nothing; on the engine thread."""
    state = TillState()
    for row in till.parts.journal.read():
        state = evolve(state, row.event)
    return state


def _outdate(folder: Path) -> list[str]:
    """Say that each read model is of another version: the next start drops and fills it anew."""
    connection = open_database(folder / JOURNAL_FILE)
    connection.execute("UPDATE projection SET version = -1")
    names = [str(name) for (name,) in connection.execute("SELECT name FROM projection")]
    connection.close()
    return names


def _rebuild(folder: Path) -> None:
    """Open the till, and let every read model catch up."""
    with Till.open(folder, Ports(effects=False)) as till:
        while till.call(till.parts.journal.catch_up):
            pass
        behind = till.call(lambda: till.parts.journal.projections.behind)
        assert not behind, f"nothing is behind: {behind}"


def _content(folder: Path, name: str) -> dict[str, list[tuple[Any, ...]]]:
    connection = open_reader(folder / JOURNAL_FILE)
    try:
        return {table: _rows(connection, table) for table in _tables(connection, name)}
    finally:
        connection.close()


def _tables(connection: apsw.Connection, name: str) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ? ORDER BY name",
        (f"{name}_*",),
    )
    return [str(table) for (table,) in found]


def _rows(connection: apsw.Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall())
