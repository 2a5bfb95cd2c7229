"""Migrations: forward-only numbered SQL, a series per namespace, checksummed, in one transaction.

A database that holds anything is backed up before the first change of a start.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from posframe.crashpoint import crashpoint
from posframe.errors import JournalCorrupt, JournalError, JournalUnavailable
from posframe.store.authorizer import authorizer
from posframe.store.database import transaction, translated

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import apsw

_TABLE = """CREATE TABLE IF NOT EXISTS migration (
    namespace TEXT NOT NULL,
    number INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (namespace, number)
) STRICT, WITHOUT ROWID"""
BACKUPS_KEPT = 3


@attrs.frozen
class Series:
    """The migrations of one namespace, in order; number 1 is the first."""

    namespace: str
    scripts: tuple[str, ...]
    own_tables_only: bool = False
    """True for a plugin's: names of all it makes begin with ``namespace_``, the rest is denied."""


def migrate(
    connection: apsw.Connection,
    series: Sequence[Series],
    backup_folder: Path | None = None,
    *,
    anew: Collection[str] = (),
) -> int:
    """Bring every namespace up to date and return how many scripts ran.

    Args:
        connection: outside of any transaction.
        series: the namespaces of this start.
        backup_folder: gets a copy of the database before its first change; None: no copy.
        anew: namespaces whose tables are dropped and made again, in the same transaction.

    Raises:
        JournalCorrupt: a script that ran before has changed, or the database is newer than this
            software; nothing was changed.
        JournalUnavailable: the backup cannot be written; nothing was changed.
        JournalError: a script failed; nothing was changed.
    """
    with translated():
        connection.execute(_TABLE)
        applied = _applied(connection)
    kept = {name: scripts for name, scripts in applied.items() if name not in anew}
    missing = [
        (each, number)
        for each in series
        for number in range(_verified(each, kept.get(each.namespace, {})), len(each.scripts) + 1)
    ]
    if not missing and not anew:
        return 0
    if backup_folder is not None and applied:
        try:
            back_up(connection, backup_folder)
        except OSError as error:
            raise JournalUnavailable(
                f"The backup before a change cannot be written ({error.strerror})",
                hint=f"make {backup_folder} writable and free space; nothing was changed",
            ) from error
    _run(connection, missing, anew)
    return len(missing)


def forget(connection: apsw.Connection, namespace: str) -> None:
    """Drop everything a read model made, so that it is made and folded anew at the next start."""
    prefix = f"{namespace}_"
    with translated():
        rows = connection.execute(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') "
            "AND substr(name, 1, ?) = ?",
            (len(prefix), prefix),
        ).fetchall()
        for kind, name in rows:
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')
        connection.execute("DELETE FROM migration WHERE namespace = ?", (namespace,))
        connection.execute("DELETE FROM projection WHERE name = ?", (namespace,))


def back_up(connection: apsw.Connection, folder: Path) -> Path:
    """Copy the database into ``folder`` under the next free number and return the copy.

    It gets its name when it is whole: a backup that was cut short is none.
    """
    import apsw as engine

    folder.mkdir(exist_ok=True)
    numbers = sorted(int(each.stem[5:]) for each in folder.glob("till-*.db") if _numbered(each))
    target = folder / f"till-{(numbers[-1] if numbers else 0) + 1:04}.db"
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with translated():
        copy = engine.Connection(str(draft))
        try:
            with copy.backup("main", connection, "main") as backup:
                backup.step(-1)
        finally:
            copy.close()
    draft.rename(target)
    for number in numbers[: max(0, len(numbers) + 1 - BACKUPS_KEPT)]:
        (folder / f"till-{number:04}.db").unlink(missing_ok=True)
    return target


def _numbered(path: Path) -> bool:
    return path.stem[5:].isdecimal()


def _applied(connection: apsw.Connection) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for namespace, number, checksum in connection.execute(
        "SELECT namespace, number, checksum FROM migration"
    ):
        found.setdefault(str(namespace), {})[int(number)] = str(checksum)
    return found


def _verified(series: Series, applied: dict[int, str]) -> int:
    """Return the number of the first script that has not run."""
    for number, checksum in sorted(applied.items()):
        if number > len(series.scripts):
            raise JournalCorrupt(
                f"The database knows migration {series.namespace} {number}, this software does not",
                hint="start it with the newer software that wrote it",
            )
        if checksum != _checksum(series.scripts[number - 1]):
            raise JournalCorrupt(
                f"Migration {series.namespace} {number} is not the one that ran",
                hint="put the original script back and append the change as a new one",
            )
    return len(applied) + 1


def _run(
    connection: apsw.Connection, missing: Sequence[tuple[Series, int]], anew: Collection[str]
) -> None:
    try:
        with translated(), transaction(connection):
            for namespace in anew:
                forget(connection, namespace)
            for series, number in missing:
                script = series.scripts[number - 1]
                _execute(connection, series, script)
                connection.execute(
                    "INSERT INTO migration VALUES (?, ?, ?)",
                    (series.namespace, number, _checksum(script)),
                )
                crashpoint("migration.script")
    except JournalError as error:
        raise JournalError(
            f"A migration failed and nothing was changed: {error.message}",
            hint="the backup beside the database is from before",
        ) from error


def _execute(connection: apsw.Connection, series: Series, script: str) -> None:
    strangers = _not_of(connection, series.namespace)
    if series.own_tables_only:
        connection.authorizer = authorizer(f"{series.namespace}_", shapes=True)
    try:
        connection.execute(script, can_cache=False).fetchall()
    finally:
        connection.authorizer = None
    if series.own_tables_only and _not_of(connection, series.namespace) != strangers:
        # The authorizer is told which table is renamed, and not to what.
        raise JournalError(f"{series.namespace} gave a table a name that is not its own")


def _not_of(connection: apsw.Connection, namespace: str) -> set[str]:
    rows = connection.execute("SELECT tbl_name FROM sqlite_schema").fetchall()
    return {str(name) for (name,) in rows if not str(name).startswith(f"{namespace}_")}


def _checksum(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()
