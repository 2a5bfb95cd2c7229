"""A sale of earlier as returns see it: what was sold, and what came back of it since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.sale_events import CompletedLine, TransactionCompleted
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.tender import Tender


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SoldSale(Value):
    """A completed transaction, and what completed returns have taken back of it."""

    completed: TransactionCompleted
    business_date: str
    returned_milli: Mapping[int, int]
    """By line number; positive."""
    refunded_minor: Mapping[str, int]
    """By the id of its tender, what went back by that; positive."""

    def line(self, number: int) -> CompletedLine | None:
        """Return a line by its number."""
        lines = self.completed.lines
        return next((each for each in lines if each.line.number == number), None)

    def left_milli(self, sold: CompletedLine) -> int:
        """Return how much of a line can still come back."""
        return sold.line.quantity_milli - self.returned_milli.get(sold.line.number, 0)

    def left_minor(self, tender: Tender) -> int:
        """Return how much can still go back by a tender that it was paid with."""
        return tender.applied_minor - self.refunded_minor.get(tender.id, 0)
