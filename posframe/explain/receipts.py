"""Completed receipts of a till, found in its journal, which a running till goes on writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import DataError, JournalUnavailable
from posframe.explain.answers import Priced, answer
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.explaining import basket_of, trace_of_completed
from posframe.reports.sales import SALES
from posframe.store.beside import row_beside
from posframe.store.codec import Codec
from posframe.till import JOURNAL_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.kernel.ports import Recorded


_NUMBER_MAX = 2**63 - 1
"""A journal cannot be asked for a larger one."""


def find_receipt(folder: Path, number: int) -> Recorded:
    """Return the row of the journal that closed a receipt; its event is what happened.

    Raises:
        DataError: the till has no such receipt.
        JournalError: its journal is missing or cannot be read.
    """
    path = folder / JOURNAL_FILE
    if not path.exists():
        raise JournalUnavailable(f"{folder} holds no journal", hint="name the till's folder")
    codec = Codec([TransactionCompleted])
    sought = min(max(number, 0), _NUMBER_MAX)
    row = row_beside(path, codec, SALES.queries["row_of_number"], (sought,))
    if row is None:
        raise DataError(f"There is no receipt {number}", hint="look at the number on the receipt")
    return row


def receipt_answer(completed: TransactionCompleted) -> dict[str, Any]:
    """Return the answer to a receipt, as to a basket; ids of lines are their numbers."""
    lines = tuple((each.line, each.share) for each in completed.lines)
    found = Priced(basket_of(completed), lines, completed.totals, trace_of_completed(completed))
    ids = {each.line.number: str(each.line.number) for each in completed.lines}
    return {"receipt": completed.receipt_number, **answer(found, ids)}
