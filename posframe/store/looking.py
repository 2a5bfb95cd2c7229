"""Looking at a till's read models from beside it: the till may be running, nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import apsw

from posframe.store.database import open_reader, translated

if TYPE_CHECKING:
    from pathlib import Path


class ReadModels:
    """Answers named queries of plugins from a database that belongs to another process."""

    def __init__(self, path: Path) -> None:
        """Raise ``JournalError`` where the database cannot be opened."""
        self._connection = open_reader(path)

    def query(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return rows; none where the till has never kept such a table.

        Raises:
            JournalError: the database cannot be read.
        """
        with translated():
            try:
                return list(self._connection.execute(sql, parameters))
            except apsw.SQLError:  # a plugin that this till has not run with yet
                return []

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
