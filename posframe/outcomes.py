"""What the outcome of a command did to the sale, for who follows it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import LineAdded, TransactionCompleted

if TYPE_CHECKING:
    from posframe.kernel.engine import Outcome


def added_line(outcome: Outcome) -> bool:
    """Tell whether goods were added."""
    return any(isinstance(row.event, LineAdded) for row in outcome.recorded)


def completed(outcome: Outcome) -> bool:
    """Tell whether a sale closed."""
    return any(isinstance(row.event, TransactionCompleted) for row in outcome.recorded)


def was_paid_on(command: Any, outcome: Outcome) -> bool:  # noqa: ANN401 - any command
    """Tell whether a held sale came back on which something is paid: it goes on where it was."""
    sale = outcome.state.transaction
    return isinstance(command, cmd.Resume) and sale is not None and bool(sale.applied)
