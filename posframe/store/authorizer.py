"""What a plugin's SQL may touch: its own tables, and nothing else of the till's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

if TYPE_CHECKING:
    from collections.abc import Callable

    Judge = Callable[[int, str | None, str | None, str | None, str | None], int]

_ALWAYS = {apsw.SQLITE_SELECT, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE}
_WRITES = {apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE}
_SHAPES = {
    apsw.SQLITE_CREATE_TABLE,
    apsw.SQLITE_CREATE_INDEX,
    apsw.SQLITE_CREATE_VIEW,
    apsw.SQLITE_DROP_TABLE,
    apsw.SQLITE_DROP_INDEX,
    apsw.SQLITE_DROP_VIEW,
    apsw.SQLITE_REINDEX,
}
_SCHEMA_TABLES = {"sqlite_master", "sqlite_temp_master"}
_CHECK = "quick_check"
"""What SQLite runs by itself when a column is added to a STRICT table."""


def authorizer(prefix: str, *, writes: bool = False, shapes: bool = False) -> Judge:
    """Return a judge for SQLite's authorizer.

    Args:
        prefix: how the names of the plugin's own tables and indexes begin.
        writes: rows of its own tables may be changed.
        shapes: its own tables and indexes may be made, altered and dropped.
    """
    on_rows = {apsw.SQLITE_READ} | (_WRITES if writes or shapes else set())

    def judge(
        action: int, first: str | None, second: str | None, _db: str | None, _by: str | None
    ) -> int:
        if action in _ALWAYS:
            return apsw.SQLITE_OK
        own = str(first or "").startswith(prefix)
        if own and action in on_rows:
            return apsw.SQLITE_OK
        if shapes and _may_shape(action, first, second, prefix):
            return apsw.SQLITE_OK
        return apsw.SQLITE_DENY

    return judge


def _may_shape(action: int, first: str | None, second: str | None, prefix: str) -> bool:
    if action == apsw.SQLITE_ALTER_TABLE:
        return str(second or "").startswith(prefix)
    if action in _SHAPES:
        named = str(first or "")
        return named.startswith((prefix, f"sqlite_autoindex_{prefix}"))
    if action == apsw.SQLITE_PRAGMA:
        return first == _CHECK and str(second or "").startswith(prefix)
    # Making a table writes its row of the schema; by hand nobody can, without a PRAGMA.
    if action in _WRITES:
        return first in _SCHEMA_TABLES
    return action == apsw.SQLITE_READ and first in {*_SCHEMA_TABLES, f"pragma_{_CHECK}"}
