"""Counters: running totals of documents, as a fiscal journal asks for them."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Counters(Value):
    """Running totals a fiscal journal asks for. Amounts are minor units."""

    sales: Annotated[int, 1] = 0
    gross_minor: Annotated[int, 2] = 0
    """Signed sum of all totals."""
    absolute_minor: Annotated[int, 3] = 0
    """Sum of the absolute values: it never falls."""

    def with_total(self, minor: int) -> Counters:
        """Return the counters with one more document of ``minor``."""
        return Counters(
            sales=self.sales + 1,
            gross_minor=self.gross_minor + minor,
            absolute_minor=self.absolute_minor + abs(minor),
        )
