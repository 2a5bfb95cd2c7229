"""Single rows of a journal by a connection of one's own, beside the till that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.store.database import open_reader, translated
from posframe.store.journal import ROW, recorded_of

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.kernel.ports import Recorded
    from posframe.store.codec import Codec


def row_beside(
    path: Path | str, codec: Codec, sql: str, parameters: tuple[Any, ...]
) -> Recorded | None:
    """Return the row whose sequence number a query of a read model gives; from any thread.

    Raises:
        JournalError: the database cannot be read.
    """
    reader = open_reader(path)
    try:
        with translated():
            found: Any = reader.execute(sql, parameters).fetchone()
            row: Any = reader.execute(ROW, found).fetchone() if found else None
        return recorded_of(row, codec) if row else None
    finally:
        reader.close()
