"""What can be said of a till's database from beside it; nothing is changed, the till may run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import apsw

from posframe.store.database import SQLITE_VERSION_MIN, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.store.codec import Codec

SQLITE_WANTED = ".".join(str(part) for part in SQLITE_VERSION_MIN)
"""The oldest SQLite that a journal is safe with."""


def sqlite_version() -> str:
    """Return the version of SQLite that journals are written with, such as ``3.54.1``."""
    return apsw.sqlite_lib_version()


def is_safe(version: str) -> bool:
    """Tell whether a journal is safe with that version of SQLite."""
    return tuple(int(part) for part in version.split(".")[:3]) >= SQLITE_VERSION_MIN


def journal_mode(connection: apsw.Connection) -> str:
    """Return how the database is written: ``wal`` on a till."""
    with translated():
        row: Any = connection.execute("PRAGMA journal_mode").fetchone()
    return str(row[0]) if row else ""


def newest_wall_us(connection: apsw.Connection) -> int:
    """Return when the last row was written, in microseconds since 1970; 0: there is none."""
    with translated():
        row: Any = connection.execute(
            "SELECT wall_us FROM journal ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    return int(row[0]) if row else 0


def events_of(connection: apsw.Connection, codec: Codec, kind: str) -> Iterator[Any]:
    """Yield the events whose name begins with ``kind``, such as ``job.``, in order."""
    with translated():
        rows = connection.execute(
            "SELECT name, version, body FROM journal WHERE substr(name, 1, ?) = ? ORDER BY seq",
            (len(kind), kind),
        )
        for row in rows:
            name, version, body = row[0], row[1], row[2]
            yield codec.decode(str(name), int(str(version)), body)
