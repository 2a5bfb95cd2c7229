"""Projections: plugins' read models, folded by the kernel in the action that writes the event.

A plugin's SQL is compiled once at start under an authorizer that knows only its own tables; at run
time it names statements and never holds a cursor. Only projections that are behind have a position
written: writing them all costs a third of the speed of a line.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import apsw
import attrs

from posframe.crashpoint import crashpoint
from posframe.errors import JournalCorrupt, JournalError, PluginError
from posframe.store.authorizer import authorizer
from posframe.store.codec import RawEvent
from posframe.store.database import STORAGE_TROUBLE, translated
from posframe.store.migrations import Series, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from posframe.kernel.contracts import Projection
    from posframe.kernel.ports import Recorded

POSITIONS = """CREATE TABLE projection (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    position INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID"""
"""``position`` NULL: current. Otherwise the last row it has seen."""

Failed = "Callable[[Projection, Exception], None]"


Lags = dict[str, tuple[int, str]]
"""By name: the last row a projection that is behind has seen, and the error that froze it."""


@attrs.define
class _Lag:
    position: int
    error: str = ""


class Projections:
    """Runs the projections of the plugins a till names."""

    def __init__(
        self,
        connection: apsw.Connection,
        projections: Sequence[Projection],
        failed: Callable[[Projection, Exception], None] | None = None,
    ) -> None:
        self._connection = connection
        self._projections = {each.name: each for each in projections}
        self._failed = failed or (lambda _projection, _error: None)
        self._behind: dict[str, _Lag] = {}
        self._current: dict[str, list[Projection]] = {}

    def prepare(self, head: int, backup_folder: Path | None = None) -> None:
        """Migrate, check every statement, and find out which projections are behind.

        Raises:
            PluginError: a plugin's SQL touches what is not its own, or does not compile.
            JournalError: a migration failed.
        """
        known = self._known()
        migrate(
            self._connection,
            [
                Series(each.name, each.migrations, own_tables_only=True)
                for each in self._projections.values()
            ],
            backup_folder,
            anew=[name for name, (version, _) in known.items() if self._is_new(name, version)],
        )
        for projection in self._projections.values():
            check_statements(self._connection, projection)
        self._settle_positions(self._known(), head)
        self._index()

    @property
    def behind(self) -> dict[str, str]:
        """Names of projections that are not current, with the error that froze each."""
        return {name: lag.error for name, lag in self._behind.items()}

    def lags(self) -> Lags:
        """Return where those that are behind stand, for ``put_back``."""
        return {name: (lag.position, lag.error) for name, lag in self._behind.items()}

    def put_back(self, lags: Lags) -> None:
        """Stand again where ``lags`` says: what was written since has been rolled back."""
        if lags != self.lags():
            self._behind = {name: _Lag(*lag) for name, lag in lags.items()}
            self._index()

    def apply(self, recorded: Sequence[Recorded]) -> None:
        """Fold rows of one action into every current projection that handles them.

        Raises:
            PluginError: a required projection failed; the action has to be rolled back.
        """
        for row in recorded:
            for projection in self._current.get(row.name, ()):
                self._apply_one(projection, row)
                crashpoint("projection.applied")

    def catch_up(self, read: Callable[[int], Iterable[Recorded]], rows_max: int) -> bool:
        """Replay up to ``rows_max`` rows into one projection that is behind; tell if any is left.

        Raises:
            PluginError: a required one failed again.
        """
        for name, lag in self._behind.items():
            if not lag.error:
                self._replay(self._projections[name], lag, read, rows_max)
                break
        return any(not lag.error for lag in self._behind.values())

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a query that was checked at start; it sees the action under way."""
        with translated():
            return self._connection.execute(sql, parameters).fetchall()

    def _known(self) -> dict[str, tuple[int, int | None]]:
        with translated():
            rows: list[Any] = self._connection.execute(
                "SELECT name, version, position FROM projection"
            ).fetchall()
        return {name: (version, position) for name, version, position in rows}

    def _is_new(self, name: str, version: int) -> bool:
        projection = self._projections.get(name)
        return projection is not None and projection.version != version

    def _settle_positions(self, known: dict[str, tuple[int, int | None]], head: int) -> None:
        for name, projection in self._projections.items():
            version, position = known.get(name, (0, 0))
            if version != projection.version:
                position = None if projection.backfill == "from_now" or head == 0 else 0
                self._store(projection, position)
            if position is not None:
                self._behind[name] = _Lag(position)
        for name, (_, position) in known.items():
            if name not in self._projections and position is None:
                with translated():  # its plugin was taken out: what it knows ends here
                    self._connection.execute(
                        "UPDATE projection SET position = ? WHERE name = ?", (head, name)
                    )

    def _index(self) -> None:
        self._current = {}
        for name, projection in self._projections.items():
            if name not in self._behind:
                for event in projection.handles:
                    self._current.setdefault(event, []).append(projection)

    def _apply_one(self, projection: Projection, row: Recorded) -> None:
        if projection.required:
            try:
                self._run(projection, row)
            except JournalError:
                raise
            except Exception as error:
                raise PluginError(
                    f"The read model {projection.name} cannot take {row.name}: {error}",
                    hint="the action was not done; the plugin that owns it needs mending",
                ) from error
            return
        try:
            self._run_whole(projection, row)
        except JournalError:
            raise
        except Exception as error:  # noqa: BLE001 - a degradable read model never stops a sale
            self._freeze(projection, row.seq - 1, error)

    def _run_whole(self, projection: Projection, row: Recorded) -> None:
        """Fold one row, or leave nothing of it."""
        execute = self._connection.execute
        execute("SAVEPOINT projection", can_cache=False)
        try:
            self._run(projection, row)
        except BaseException:
            if self._connection.in_transaction:  # a full disk rolls everything back by itself
                execute("ROLLBACK TO projection", can_cache=False)
                execute("RELEASE projection", can_cache=False)
            raise
        execute("RELEASE projection", can_cache=False)

    def _run(self, projection: Projection, row: Recorded) -> None:
        execute = self._connection.execute
        if isinstance(row.event, RawEvent):
            raise TypeError(f"{row.name} version {row.version} is newer than what reads it")
        for name, parameters in projection.apply(row):
            try:
                execute(projection.statements[name], parameters)
            except STORAGE_TROUBLE:
                with translated():
                    raise

    def _freeze(self, projection: Projection, position: int, error: Exception) -> None:
        self._behind[projection.name] = _Lag(position, f"{type(error).__name__}: {error}")
        self._store(projection, position, str(error))
        self._index()
        self._failed(projection, error)

    def _replay(
        self,
        projection: Projection,
        lag: _Lag,
        read: Callable[[int], Iterable[Recorded]],
        rows_max: int,
    ) -> None:
        for count, row in enumerate(read(lag.position)):
            if count == rows_max:
                self._store(projection, lag.position)
                return
            if row.name in projection.handles:
                try:
                    self._run_whole(projection, row)
                except (JournalError, JournalCorrupt):
                    raise
                except Exception as error:  # noqa: BLE001 - named, kept behind, selling goes on
                    lag.error = f"{type(error).__name__}: {error}"
                    self._store(projection, lag.position, str(error))
                    self._failed(projection, error)
                    return
            lag.position = row.seq
        del self._behind[projection.name]
        self._store(projection, None)
        self._index()

    def _store(self, projection: Projection, position: int | None, error: str = "") -> None:
        with translated():
            self._connection.execute(
                "INSERT OR REPLACE INTO projection VALUES (?, ?, ?, ?)",
                (projection.name, projection.version, position, error),
            )


def check_statements(connection: apsw.Connection, projection: Projection) -> None:
    """Compile every statement and query under an authorizer for the projection's own tables.

    Raises:
        PluginError: one touches what is not its own, or does not compile.
    """
    prefix = f"{projection.name}_"
    writing = [(sql, True) for sql in projection.statements.values()]
    reading = [(sql, False) for sql in projection.queries.values()]
    for sql, writes in (*writing, *reading):
        if not sql.lstrip().upper().startswith(_VERBS):  # VACUUM INTO is told to no authorizer
            raise PluginError(
                f"SQL of the read model {projection.name} is refused: {sql}",
                hint=f"it begins with one of: {', '.join(_VERBS)}",
            )
        connection.authorizer = authorizer(prefix, writes=writes)
        cursor = connection.cursor()
        compiled: list[str] = []
        cursor.exec_trace = functools.partial(_stop, compiled)
        try:
            cursor.execute(sql, [None] * sql.count("?"), can_cache=False)
        except apsw.ExecTraceAbort:
            _refuse_more(projection, sql, compiled[0])
        except STORAGE_TROUBLE:
            with translated():
                raise
        except apsw.Error as error:
            raise PluginError(
                f"SQL of the read model {projection.name} is refused: {error}: {sql}",
                hint=f"it may use only tables whose names begin with {prefix}",
            ) from error
        finally:
            connection.authorizer = None


_VERBS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE")


def _stop(compiled: list[str], _cursor: object, sql: str, _bindings: object) -> bool:
    compiled.append(sql)
    return False


def _refuse_more(projection: Projection, sql: str, first: str) -> None:
    """Refuse a second statement behind the one that was compiled: nobody has judged it."""
    if sql.strip().removeprefix(first.strip()).strip(" \t\r\n;"):
        raise PluginError(
            f"SQL of the read model {projection.name} holds more than one statement: {sql}",
            hint="give each statement a name of its own",
        )
