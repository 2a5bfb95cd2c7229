"""The journal on SQLite: rows only ever added, chained by hash, the only truth of a till."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import attrs

from posframe.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
    PosframeError,
)
from posframe.kernel.ports import ActionHead, Head, Recorded
from posframe.store.chain import GENESIS, row_hash
from posframe.store.checkpoint import CHECKPOINT, image_of, kept_state, seal
from posframe.store.database import (
    WAL_PAGES,
    close_database,
    grow_wal,
    is_sound,
    open_database,
    rewrite_wal,
    translated,
)
from posframe.store.migrations import Series, migrate
from posframe.store.projections import POSITIONS, Lags, Projections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from posframe.kernel.contracts import Projection
    from posframe.kernel.domain.transaction import TillState
    from posframe.store.codec import Codec

EPOCH = 1
"""Raised when a journal is continued from a backup; rows of two epochs are never one chain."""
CATCH_UP_ROWS = 500

_KERNEL_SERIES = Series(
    "kernel",
    (
        """CREATE TABLE journal (
            seq INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            action INTEGER NOT NULL,
            command TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            wall_us INTEGER NOT NULL,
            boot TEXT NOT NULL,
            mono_us INTEGER NOT NULL,
            business_date TEXT NOT NULL,
            actor TEXT NOT NULL,
            transaction_id TEXT NOT NULL,
            body BLOB NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX journal_command ON journal (command) WHERE seq = action;
        CREATE TABLE checkpoint (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            fingerprint TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;"""
        + POSITIONS,
    ),
)
_INSERT = "INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_CHAIN = (
    "SELECT seq, epoch, action, command, name, version, wall_us, boot, mono_us, business_date, "
    "actor, transaction_id, body, hash FROM journal WHERE seq > ? ORDER BY seq"
)
_SELECT = (
    "SELECT seq, action, command, name, version, wall_us, business_date, actor, transaction_id, "
    "body FROM journal"
)


_RESTORE = "sell nothing here; restore the latest backup, then: posframe journal verify"
ROW = f"{_SELECT} WHERE seq = ?"
ROWS = f"{_SELECT} ORDER BY seq"
ROWS_AFTER = f"{_SELECT} WHERE seq > ? ORDER BY seq"


@attrs.frozen(kw_only=True)
class StoreOptions:
    """Where a journal lives and how it is opened."""

    path: Path | str
    """The file, or ``:memory:``."""
    boot: str = ""
    """Identifies this start: monotonic times are compared only within one."""
    backup_folder: Path | None = None
    synchronous: str = "FULL"
    """Anything but FULL loses acknowledged rows; it is here to show just that."""
    vfs: str | None = None
    """An apsw VFS to go through, for crash tests."""
    checkpoint_pages: int = WAL_PAGES
    """Pages in the WAL from which on a commit moves them to the database."""
    was_closed: bool = False
    """True: whoever wrote last closed it, and its WAL can be continued."""


class SqliteJournal:
    """Implements ``ports.Journal``; used by one thread at a time."""

    def __init__(
        self,
        options: StoreOptions,
        codec: Codec,
        projections: Sequence[Projection] = (),
        failed: Callable[[Projection, Exception], None] | None = None,
    ) -> None:
        self._options, self._codec, self.boot = options, codec, options.boot
        self._models, self._failed = tuple(projections), failed
        self._head = self._group_head = Head(0, GENESIS)
        self._group_lags: Lags = {}
        self._connection = self._open()
        try:
            self._check_tail()
            if not options.was_closed:
                self._renew_wal()
            self._prepare()
        except BaseException:
            close_database(self._connection, whole=False)  # a WAL that is refused can be taken out
            raise

    @property
    def head(self) -> Head:
        """The last row, of the open group if there is one."""
        return self._head

    @property
    def projections(self) -> Projections:
        """The read models."""
        return self._projections

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a query that was checked at start; it sees the action under way."""
        return self._projections.query(sql, parameters)

    def begin(self) -> None:
        """Begin a group."""
        self._group_head = self._head
        self._group_lags = self._projections.lags()
        with translated():
            self._connection.execute("BEGIN IMMEDIATE", can_cache=False)

    def append(self, head: ActionHead, events: Sequence[tuple[Any, str]]) -> list[Recorded]:
        """Write one action inside a savepoint."""
        if not self.in_group:  # a savepoint would begin, and commit, a transaction of its own
            raise JournalError("The disk failed meanwhile", hint="check the disk, then do it again")
        before, lags = self._head, self._projections.lags()
        execute = self._connection.execute
        with translated():
            execute("SAVEPOINT action", can_cache=False)
        try:
            with translated():
                recorded = self._insert(head, events)
            self._projections.apply(recorded)
        except BaseException:
            self._head = before
            self._projections.put_back(lags)
            self._take_back()
            raise
        with translated():
            execute("RELEASE action", can_cache=False)
        return recorded

    def _take_back(self) -> None:
        """Undo the action under way; where that fails too, drop the group."""
        if not self.in_group:  # a full disk rolls everything back by itself
            return
        execute = self._connection.execute
        try:
            execute("ROLLBACK TO action", can_cache=False)
            execute("RELEASE action", can_cache=False)
        except apsw.Error:
            with contextlib.suppress(apsw.Error):
                execute("ROLLBACK", can_cache=False)

    def commit(self) -> None:
        """Make the group durable; on an error it is unknown whether it is."""
        with translated():
            self._connection.execute("COMMIT", can_cache=False)

    def rollback(self) -> None:
        """Drop the whole group."""
        self._head = self._group_head
        self._projections.put_back(self._group_lags)
        if self._connection.in_transaction:
            with translated():
                self._connection.execute("ROLLBACK", can_cache=False)

    @property
    def in_group(self) -> bool:
        """Tell whether a group is open; a full disk ends one by itself."""
        return self._connection.in_transaction

    def recover(self) -> Head:
        """Close, reopen, and return the head that is on disk (law 3)."""
        close_database(self._connection, whole=False)
        try:
            self._connection = self._open()
            self._check_tail()
            self._prepare()
        except (PosframeError, apsw.Error) as error:
            raise JournalUnavailable(
                f"The journal cannot be reopened ({error})",
                hint="check the disk, then start the till again; it will say what was stored",
            ) from error
        return self._head

    def settle(self, state: TillState) -> None:
        """Write anew what a failed commit left, and the state with it."""
        try:
            rewrite_wal(self._connection)
            self.save(state)
        except JournalError as error:
            raise JournalUnavailable(
                f"The disk failed again ({error.message})",
                hint="check the disk, then start the till again; it will say what was stored",
            ) from error

    def find_command(self, command: str) -> list[Recorded]:
        """Return the rows of a command that was done before."""
        row = self._one("SELECT seq FROM journal WHERE command = ? AND seq = action", command)
        if row is None:
            return []
        return list(self._rows(f"{_SELECT} WHERE action = ? AND seq >= ?", row[0], row[0]))

    def newest_command(self) -> str:
        """Return the greatest command id here."""
        row = self._one("SELECT max(command) FROM journal WHERE seq = action")
        return str(row[0]) if row and row[0] else ""

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """Yield rows in order, beginning behind ``after``."""
        return self._rows(f"{_SELECT} WHERE seq > ? ORDER BY seq", after)

    def load(self) -> tuple[TillState, int]:
        """Return the checkpoint's state, or the empty state when there is none that fits."""
        return kept_state(self._one(CHECKPOINT), self._codec)

    def save(self, state: TillState) -> None:
        """Keep ``state`` as the checkpoint at the head."""
        body = self._codec.encode_value(image_of(state))
        seq, hash_ = self._head.seq, self._head.hash
        with translated():
            self._connection.execute(
                "INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?)",
                (seq, hash_, seal(seq, hash_, body), body),
            )

    def catch_up(self) -> bool:
        """Replay one slice into a projection that is behind; tell whether any is left."""
        self.begin()
        try:
            left = self._projections.catch_up(self.read, CATCH_UP_ROWS)
            self.commit()
        except BaseException:
            self.rollback()  # of a failed commit too: the next one is written over it
            raise
        return left

    def grow_wal(self) -> None:
        """Write the WAL to its usual size; call it once, when nobody waits."""
        grow_wal(self._connection, self._options.checkpoint_pages)

    def damage(self) -> str:
        """Return an empty text, or the first damage a check of the database file finds."""
        return is_sound(self._connection)

    def close(self) -> bool:
        """Let go of the file; tell whether all of it is in the database, and the WAL empty."""
        return close_database(self._connection)

    def _renew_wal(self) -> None:
        """After a crash, begin the WAL anew.

        Behind its last whole commit lie pages of one that was cut. If the next commit begins with
        the same pages as that did and is cut too, the old one is whole again: what this start
        found undone would be done at the next.
        """
        with contextlib.suppress(JournalFull, JournalBusy):
            rewrite_wal(self._connection)

    def _open(self) -> apsw.Connection:
        options = self._options
        return open_database(
            options.path,
            synchronous=options.synchronous,
            vfs=options.vfs,
            checkpoint_pages=options.checkpoint_pages,
        )

    def _prepare(self) -> None:
        backups = self._options.backup_folder if self._holds_rows() else None
        migrate(self._connection, [_KERNEL_SERIES], backups)
        row = self._one("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
        self._head = self._group_head = Head(*row) if row else Head(0, GENESIS)
        self._projections = Projections(self._connection, self._models, self._failed)
        self._projections.prepare(self._head.seq, backups)

    def _check_tail(self) -> None:
        """Check the rows a start folds, behind a checkpoint's: a strange WAL shows here.

        Raises:
            JournalCorrupt: a row is missing, or does not continue the one before it.
        """
        if not self._holds_rows():
            return
        row = self._one(CHECKPOINT)
        kept = row is not None and row[2] == seal(row[0], row[1], row[3])
        seq, hash_ = (row[0], row[1]) if row and kept else (0, GENESIS)
        if kept and self._one("SELECT hash FROM journal WHERE seq = ?", seq) != (hash_,):
            raise JournalCorrupt(
                f"Row {seq} of the journal is missing or another than it was", hint=_RESTORE
            )
        with translated():
            for row in self._connection.execute(_CHAIN, (seq,)):
                if row[0] != seq + 1 or row_hash(hash_, row[:12], row[12]) != row[13]:
                    raise JournalCorrupt(
                        f"Row {row[0]} of the journal does not continue row {seq}", hint=_RESTORE
                    )
                seq, hash_ = row[0], row[13]

    def _holds_rows(self) -> bool:
        if self._one("SELECT 1 FROM sqlite_schema WHERE name = 'journal'") is None:
            return False
        return self._one("SELECT 1 FROM journal LIMIT 1") is not None

    def _insert(self, head: ActionHead, events: Sequence[tuple[Any, str]]) -> list[Recorded]:
        action = self._head.seq + 1
        recorded = []
        for event, transaction in events:
            seq, previous = self._head.seq + 1, self._head.hash
            name, version, body = self._codec.encode(event)
            identity = (action, head.command, name, version, head.wall_us)
            place = (head.business_date, head.actor, transaction)
            columns = (seq, EPOCH, *identity, self._options.boot, head.mono_us, *place)
            hash_ = row_hash(previous, columns, body)
            self._connection.execute(_INSERT, (*columns, body, previous, hash_))
            self._head = Head(seq, hash_)
            recorded.append(Recorded(seq, *identity, *place, event))
        return recorded

    def _rows(self, sql: str, *parameters: int | str) -> Iterator[Recorded]:
        with translated():
            for row in self._connection.execute(sql, parameters):
                yield recorded_of(row, self._codec)

    def _one(self, sql: str, *parameters: int | str) -> tuple[Any, ...] | None:
        with translated():
            row: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
        return row


def recorded_of(row: tuple[Any, ...], codec: Codec) -> Recorded:
    """Return a row as read by the columns of ``Recorded``, its event decoded.

    Raises:
        JournalCorrupt: the body cannot be read.
    """
    try:
        seq, action, command, name, version, wall_us, date, actor, transaction, body = row
        event = codec.decode(name, version, body)
        return Recorded(
            seq, action, command, name, version, wall_us, date, actor, transaction, event
        )
    except JournalCorrupt as error:
        raise JournalCorrupt(
            f"Row {row[0]} of the journal is damaged: {error.message}",
            hint="restore the latest backup, then: posframe journal verify",
        ) from error
