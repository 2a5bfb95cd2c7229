"""What happens to cards and points, as the journal keeps it. No person stands behind a card."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@event("loyalty.CardEnrolled")
@attrs.frozen
class CardEnrolled:
    """A card was given out; from here on it identifies a member."""

    card: Annotated[str, 1]
    points: Annotated[int, 2]
    """What it brings along, from another system or as a welcome."""


@event("loyalty.PointsEarned")
@attrs.frozen
class PointsEarned:
    """A sale earned points, or a return took some back; in the action that completed it."""

    customer: Annotated[str, 1]
    points: Annotated[int, 2]
    """Negative: taken back."""
    transaction: Annotated[str, 3]
    minor: Annotated[int, 4] = 0
    """What they were reckoned on, in minor units; 0: of a version that did not note it."""
    original: Annotated[str, 5] = ""
    """For goods that came back: the transaction that sold them."""
