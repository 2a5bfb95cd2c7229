"""One step of a trace: how an amount of a sale came about."""

from __future__ import annotations

import attrs

from posframe.value import Value


@attrs.frozen(eq=False, repr=False)
class TraceStep(Value):
    """One amount, with the rule that gave it and what the rule was given."""

    step: str
    """``price``, ``override``, ``adjustment``, ``offer``, ``basket``, ``net``, ``tax``,
    ``rounding``; ``total`` and ``payable`` state sums."""
    source: str
    """Whose rule: a price list, an offer, a discount, a tax code, a tender."""
    rule: str
    """What it does, in words that stand on their own."""
    inputs: tuple[tuple[str, str], ...]
    """What it was given, by name; amounts in major units, quantities in units."""
    rounding: str
    """The rounding rule used, or ``largest_remainder`` for a share; empty: nothing is rounded."""
    result_minor: int
    """What it adds, in minor units; a saving is negative."""
    line: int = 0
    """Number of the line it is about; 0: the whole sale."""
