"""What the journal keeps of cash in other currencies beside the tender, which is in its own."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@event("foreign.Taken")
@attrs.frozen(kw_only=True)
class ForeignTaken:
    """Notes of another currency were handed over, at this rate; change is in the till's own.

    ``base_minor = foreign_minor * numerator / denominator + difference / denominator``, exactly.
    """

    tender: Annotated[str, 1]
    transaction: Annotated[str, 2]
    currency: Annotated[str, 3]
    foreign_minor: Annotated[int, 4]
    """What was handed over, in minor units of ``currency``."""
    base_minor: Annotated[int, 5]
    """What it counts for, in minor units of the till's currency."""
    numerator: Annotated[int, 6]
    """The rate from minor unit to minor unit, as a fraction."""
    denominator: Annotated[int, 7]
    difference: Annotated[int, 8]
    """What rounding to ``base_minor`` added, in parts of ``denominator``; negative: took off."""
    source: Annotated[str, 9]
    """Where the rate is from."""
    as_of: Annotated[str, 10]
    """The day of the rate, as YYYY-MM-DD."""


@event("foreign.GivenBack")
@attrs.frozen(kw_only=True)
class ForeignGivenBack:
    """The tender was taken back; the very notes went back to the customer."""

    tender: Annotated[str, 1]
    transaction: Annotated[str, 2]
    currency: Annotated[str, 3]
    foreign_minor: Annotated[int, 4]
    base_minor: Annotated[int, 5]


FOREIGN_EVENTS = (ForeignTaken, ForeignGivenBack)
