"""Opening the till's database, and what becomes of its errors.

WAL with ``synchronous=FULL``: a commit is on disk when it returns. The WAL file is kept between
starts and grown ahead, since a file that grows costs half as much again per line.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import TYPE_CHECKING

import apsw

from posframe.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORAGE_TROUBLE = (
    apsw.FullError,
    apsw.IOError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.NoMemError,
)
"""What is the disk's or the machine's fault, whoever's statement it hits."""
SQLITE_VERSION_MIN = (3, 51, 3)
"""Older ones can corrupt a WAL that is reset while a reader begins."""
BUSY_TIMEOUT_MS = 2_000
WAL_PAGES = 1_000
_PAGE_BYTES = 4_096


def open_database(
    path: Path | str,
    *,
    synchronous: str = "FULL",
    vfs: str | None = None,
    checkpoint_pages: int = WAL_PAGES,
) -> apsw.Connection:
    """Open or create the database for its one writer.

    Args:
        path: the file, or ``:memory:``.
        synchronous: FULL on a till; anything else only to show that it loses acknowledged rows.
        vfs: an apsw VFS to go through, for crash tests.
        checkpoint_pages: pages in the WAL from which on a commit moves them to the database.

    Raises:
        JournalError: see the subclasses.
    """
    with translated():
        connection = apsw.Connection(str(path), vfs=vfs)
        try:
            # A start that is refused leaves the files as they are, for a person to put right.
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            _keep_wal(connection)
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
            connection.execute(f"PRAGMA synchronous={synchronous}").fetchall()
            connection.execute(f"PRAGMA wal_autocheckpoint={checkpoint_pages}").fetchall()
            connection.execute("PRAGMA temp_store=MEMORY").fetchall()
            connection.execute("PRAGMA trusted_schema=OFF").fetchall()
        except BaseException:
            close_database(connection, whole=False)
            raise
    return connection


def open_reader(path: Path | str) -> apsw.Connection:
    """Open the database for reading only; the till may be running.

    Raises:
        JournalError: see the subclasses.
    """
    with translated():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    return connection


def grow_wal(connection: apsw.Connection, pages: int = WAL_PAGES) -> None:
    """Write the WAL to its usual size once, at idle, so that no sale pays for its growth."""
    with translated(), transaction(connection):
        connection.execute("CREATE TABLE wal_growth (filling BLOB)")
        connection.execute("INSERT INTO wal_growth VALUES (zeroblob(?))", (pages * _PAGE_BYTES,))
        connection.execute("DROP TABLE wal_growth")
    with translated():
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)


def close_database(connection: apsw.Connection, *, whole: bool = True) -> bool:
    """Close the writer's connection; tell whether the WAL is empty now.

    Args:
        connection: closed already is well, too.
        whole: move all of the WAL into the database before. A WAL that is left would be read into
            whatever is put in the database's place, such as its backup. False: touch nothing.
    """
    emptied = False
    with contextlib.suppress(apsw.Error):  # with a reader the WAL stays, and is read at next start
        if whole:
            connection.set_busy_timeout(0)
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            emptied = True
    with contextlib.suppress(apsw.Error):
        connection.close(force=True)
    return emptied


def rewrite_wal(connection: apsw.Connection) -> None:
    """Move all of the WAL into the database, synced, and begin it anew.

    What a failed sync was for can still be read, and may never reach the disk unless it is written
    again.
    """
    with translated():
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


@contextlib.contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Write all of what the block writes, or nothing; never leave a transaction open."""
    connection.execute("BEGIN IMMEDIATE", can_cache=False)
    try:
        yield
        connection.execute("COMMIT", can_cache=False)
    except BaseException:
        if connection.in_transaction:  # some failures roll back by themselves
            connection.execute("ROLLBACK", can_cache=False)
        raise


def is_sound(connection: apsw.Connection, *, thorough: bool = False) -> str:
    """Return an empty text, or the first damage SQLite finds; ``thorough``: in indexes too."""
    check = "integrity_check" if thorough else "quick_check"
    try:
        with translated():
            row = connection.execute(f"PRAGMA {check}(1)").fetchone()
    except JournalError as error:
        return error.message
    return "" if row and row[0] == "ok" else str(row[0] if row else "no answer")


class _Translated:
    """One for all: entered five times on every scan, a generator would cost 40 µs there."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _where: object) -> None:
        if isinstance(error, apsw.Error):
            raise _translation(error) from error


_TRANSLATED = _Translated()


def translated() -> _Translated:
    """Turn the database's errors into the journal's, with the next step in words."""
    return _TRANSLATED


def _translation(error: apsw.Error) -> JournalError:  # noqa: PLR0911 - a table of errors
    if isinstance(error, apsw.FullError):
        return JournalFull(
            "The disk is full and nothing of this was stored", hint="free space, then do it again"
        )
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return JournalCorrupt(
            f"The till's database is damaged ({error})",
            hint="stop selling; restore the latest backup, then: posframe journal verify",
        )
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return JournalBusy(
            "Another program holds the till's database", hint="close it, then do it again"
        )
    if isinstance(error, (apsw.ReadOnlyError, apsw.PermissionsError)):
        return JournalUnavailable(
            "The till's folder cannot be written", hint="make it writable, then do it again"
        )
    if isinstance(error, apsw.CantOpenError):
        return JournalUnavailable(
            "The till's database cannot be opened",
            hint="check that its folder exists, is writable and its disk is there",
        )
    if isinstance(error, apsw.IOError):
        return JournalUnavailable(f"The disk failed ({error})", hint="check the disk")
    if isinstance(error, apsw.ConnectionClosedError):
        return JournalUnavailable(
            "The journal was closed after a failure",
            hint="start the till again; it will say what was stored",
        )
    return JournalError(f"The till's database refused: {error}")


def _keep_wal(connection: apsw.Connection) -> None:
    """Keep the WAL file when the last connection closes (SQLITE_FCNTL_PERSIST_WAL)."""
    if not connection.filename:
        return
    persist = ctypes.c_int(1)
    with contextlib.suppress(apsw.Error):  # a VFS without it only costs speed
        connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(persist))
