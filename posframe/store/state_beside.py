"""The state of a till by a connection of one's own, beside the till that writes its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain.evolve import evolve
from posframe.store.checkpoint import CHECKPOINT, kept_state
from posframe.store.database import translated
from posframe.store.journal import ROWS_AFTER, recorded_of

if TYPE_CHECKING:
    import apsw

    from posframe.kernel.domain.transaction import TillState
    from posframe.store.codec import Codec


def state_beside(connection: apsw.Connection, codec: Codec) -> TillState:
    """Return the state after the last commit: of the checkpoint, and of the rows since.

    Raises:
        JournalError: the database cannot be read.
    """
    with translated():
        row: Any = connection.execute(CHECKPOINT).fetchone()
        state, seq = kept_state(row, codec)
        for each in connection.execute(ROWS_AFTER, (seq,)):
            state = evolve(state, recorded_of(each, codec).event)
    return state
