"""What a ZVT terminal calls a payment: its receipt number, and the trace number beside it.

Both are the mark. The receipt number moves with every receipt and with nothing else; where it
starts over each day, the trace number tells one day's receipt 17 from the next day's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from posframe_payments.zvt.facts import Status

_REFERENCE: Final = re.compile(r"(?P<receipt>[0-9]{1,4})(?:-(?P<trace>[0-9]{1,6}))?")
RECEIPT_MAX: Final = 9999


@attrs.frozen
class ReceiptName:
    """The numbers of one receipt; a person who reads a slip gives the first only."""

    receipt: int
    trace: int | None = None

    def __str__(self) -> str:
        """Return it as a reference: ``0042-000123``."""
        trace = "" if self.trace is None else f"-{self.trace:06d}"
        return f"{self.receipt:04d}{trace}"

    def may_be(self, other: ReceiptName) -> bool:
        """Tell whether two names are of one receipt, as far as both say."""
        if self.receipt != other.receipt:
            return False
        return None in (self.trace, other.trace) or self.trace == other.trace

    def is_next_after(self, other: ReceiptName) -> bool:
        """Tell whether this receipt follows the other, with none between them."""
        return self.receipt == other.receipt % RECEIPT_MAX + 1


def read_reference(reference: str) -> ReceiptName | None:
    """Return what a reference names; None where it is none of a terminal's."""
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        return None
    trace = found["trace"]
    return ReceiptName(int(found["receipt"]), None if trace is None else int(trace))


def name_of(status: Status) -> ReceiptName | None:
    """Return the name of the receipt that a status is of; None where it names none."""
    return None if status.receipt is None else ReceiptName(status.receipt, status.trace)


def mark_of(status: Status | None) -> str:
    """Return the name of a receipt as a mark; empty where none is known."""
    name = None if status is None else name_of(status)
    return "" if name is None else str(name)


def number_on_slip(mark: str) -> str:
    """Return what a slip and a settlement call a receipt: its number without the trace."""
    return mark.partition("-")[0] if _REFERENCE.fullmatch(mark) else mark


def undoes(status: Status, name: ReceiptName, amount_minor: int) -> bool:
    """Tell whether a receipt is that of the reversal of another, for certain.

    A reversal's receipt has a number of its own, and names the trace of what it undoes (BMP 37).
    """
    if not status.original_trace or status.amount_minor != amount_minor:
        return False
    return status.original_trace == name.trace
