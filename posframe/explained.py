"""Prices explained: of the open sale or of a receipt, in rows for any screen and on paper.

What is explained, and from which record, is chosen here; the words are the kernel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import shop_settings
from posframe.errors import RuleViolation
from posframe.kernel.domain.explaining import trace_of, trace_of_completed
from posframe.kernel.domain.explaining_words import Said, explained

if TYPE_CHECKING:
    from posframe.kernel.domain.events import TransactionCompleted
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.transaction import Transaction
    from posframe.till import Till


@attrs.frozen
class Explanation:
    """Why a sale, or one line of it, costs what it does."""

    title: str
    """What is explained: ``Sale 12``, ``Sale 12, line 3``, ``Receipt 11``."""
    rows: tuple[Said, ...]


def explanation(till: Till, line: int = 0) -> Explanation:
    """Explain the open sale; with none open, the last receipt.

    Args:
        till: the till.
        line: number of the only line to explain; 0: all of it.

    Raises:
        RuleViolation: there is nothing to explain, or no such line.
    """
    sale, last = till.state.transaction, till.state.last
    if sale is None and last is None:
        raise RuleViolation("Nothing was sold yet", hint="scan or key an item first")
    found = explanation_of(till, sale.id if sale else last.transaction if last else "", line)
    if found is None or not found.rows:
        what = f"There is no line {line} that counts" if line else "There is nothing to explain"
        raise RuleViolation(what, hint="mark another line, or none for the whole sale")
    return found


def explanation_of(till: Till, transaction: str, line: int = 0) -> Explanation | None:
    """Explain a transaction that is open, held or completed; None: there is no such one."""
    state = till.state
    for sale in (state.transaction, *state.suspended):
        if sale is not None and sale.id == transaction:
            return _of_sale(sale, line)
    completed = till.completed(transaction)
    return _of_receipt(completed, line) if completed else None


def price_slip(till: Till, transaction: str) -> ReceiptDocument | None:
    """Return the slip that explains a transaction as it is now; None: there is no such one."""
    found = explanation_of(till, transaction)
    if found is None:
        return None
    from posframe.kernel.domain.explaining_slip import explanation_slip

    shop = shop_settings.shop(till.config)
    return explanation_slip(found.rows, found.title, shop, till.clock_text())


def _of_sale(sale: Transaction, line: int) -> Explanation:
    names = {each.number: each.text for each in sale.basket.lines}
    rows = explained(trace_of(sale), names, line=line)
    return Explanation(_title("Sale", sale.number, line), rows)


def _of_receipt(completed: TransactionCompleted, line: int) -> Explanation:
    names = {each.line.number: each.line.text for each in completed.lines}
    rows = explained(trace_of_completed(completed), names, line=line)
    return Explanation(_title("Receipt", completed.receipt_number, line), rows)


def _title(noun: str, number: int, line: int) -> str:
    return f"{noun} {number}, line {line}" if line else f"{noun} {number}"
