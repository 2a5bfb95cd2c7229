"""What the solver answers: which units each offer takes, what it saves, and how good that is."""

from __future__ import annotations

import attrs

ClassKey = tuple[str, int]
"""SKU and price in minor units: what tells classes of units apart."""


@attrs.frozen
class Application:
    """One deal, and how often exactly the same was made."""

    units: tuple[tuple[ClassKey, int], ...]
    """Classes and units of each in one deal: dearest first, then by SKU."""
    saving_minor: int
    """Of one deal."""
    times: int = 1


@attrs.frozen
class Used:
    """What became of one offer."""

    offer: str
    saving_minor: int
    """Of all its applications."""
    applications: tuple[Application, ...]


@attrs.frozen
class Solution:
    """An assignment of units to offers: a pure function of units, offers and limit."""

    used: tuple[Used, ...]
    """By offer id; offers that save nothing are absent."""
    saving_minor: int
    short_by_minor: int
    """The most by which a better assignment can save more; 0: proven optimal."""
    work: int
    """Transitions spent."""

    @property
    def is_proven(self) -> bool:
        """Tell whether no assignment saves more."""
        return self.short_by_minor == 0


NOTHING = Solution((), 0, 0, 0)
