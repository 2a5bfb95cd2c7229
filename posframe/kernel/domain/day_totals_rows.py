"""The rows of a day's totals: one tax, one department, one tender; and how figures are added.

Every whole number of a row is a sum, and everything else is what the row is about. Which events
make them is in ``day_totals``.
"""

from __future__ import annotations

import bisect
import functools
from typing import Annotated, Any

import attrs

from posframe.kernel.domain.tax import Tax, tax_key
from posframe.value import Value


@attrs.frozen(eq=False, repr=False)
class Tally(Value):
    """How often something happened, and what it came to."""

    count: Annotated[int, 1] = 0
    minor: Annotated[int, 2] = 0


NOTHING = Tally()


@attrs.frozen(eq=False, repr=False)
class NamedTally(Value):
    """How often one kind of thing happened, and what it came to."""

    name: Annotated[str, 1]
    reason: Annotated[str, 2] = ""
    """Why, where that is told apart: of cash movements."""
    count: Annotated[int, 3] = 0
    minor: Annotated[int, 4] = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return self.name, self.reason


@attrs.frozen(eq=False, repr=False)
class TaxTotal(Value):
    """One tax, told apart by all that changes an amount: a code whose rate changed is two."""

    tax: Annotated[Tax, 1]
    base_minor: Annotated[int, 2] = 0
    minor: Annotated[int, 3] = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return tax_key(self.tax)


@attrs.frozen(eq=False, repr=False)
class DepartmentTotal(Value):
    """What one department sold, less what came back to it."""

    department: Annotated[str, 1]
    """Empty: goods of none."""
    lines: Annotated[int, 2] = 0
    pieces_milli: Annotated[int, 3] = 0
    """Sold less returned, in thousandths; weighed goods count as one piece."""
    net_minor: Annotated[int, 4] = 0
    gross_minor: Annotated[int, 5] = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return (self.department,)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TenderTotal(Value):
    """One medium: ``taken + given_back - change = applied + rounding``."""

    type: Annotated[str, 1]
    label: Annotated[str, 2]
    is_cash: Annotated[bool, 3] = False
    count: Annotated[int, 4] = 0
    """How often it was taken."""
    taken_minor: Annotated[int, 5] = 0
    """What was handed over, before change."""
    refunds: Annotated[int, 6] = 0
    """How often money went back by it."""
    given_back_minor: Annotated[int, 7] = 0
    """Zero or negative."""
    change_minor: Annotated[int, 8] = 0
    rounding_minor: Annotated[int, 9] = 0
    applied_minor: Annotated[int, 10] = 0
    """What it settled of sales and returns."""
    tip_minor: Annotated[int, 11] = 0
    """Taken beside all this, for the staff."""
    is_foreign: Annotated[bool, 12] = False
    """Cash of another currency: the amounts above but change are what it counted for."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return (self.type,)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class BatchTotal(Value):
    """What terminals or gateways of one kind said they handed in to the bank."""

    type: Annotated[str, 1]
    label: Annotated[str, 2]
    batches: Annotated[int, 3] = 0
    payments: Annotated[int, 4] = 0
    gross_minor: Annotated[int, 5] = 0
    fees_minor: Annotated[int, 6] = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return (self.type,)


def added(one: Any, other: Any) -> Any:  # noqa: ANN401 - whatever a figure can be
    """Add two figures: numbers, the numbers of two values, or rows by their keys.

    What is no number in a value stays that of the first.
    """
    if type(one) is int:
        return one + other
    if isinstance(one, tuple):
        return with_rows(one, other)
    made: Any = type(one)
    pairs = ((name, getattr(one, name), getattr(other, name)) for name in _names(made))
    return made(
        **{
            name: mine + theirs if type(mine) is int else mine  # a bool is none
            for name, mine, theirs in pairs
        }
    )


def with_rows(rows: tuple[Any, ...], more: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put ``more`` into rows that stand in the order of their keys."""
    for row in more:
        at = bisect.bisect_left(rows, row.key, key=lambda each: each.key)
        if at < len(rows) and rows[at].key == row.key:
            rows = (*rows[:at], added(rows[at], row), *rows[at + 1 :])
        else:
            rows = (*rows[:at], row, *rows[at:])
    return rows


@functools.cache
def _names(cls: Any) -> tuple[str, ...]:  # noqa: ANN401 - an attrs class
    return tuple(field.name for field in attrs.fields(cls))
