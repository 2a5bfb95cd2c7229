"""What a check of offers finds: one sentence each, with the offer, the place and what to do."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe_promotions.terms import Offer

Weight = Literal["error", "warning"]


@attrs.frozen
class Listed:
    """An offer, and where it is written."""

    offer: Offer
    file: str
    at: int
    """Its place in the file, from 0."""

    def path(self, key: str = "") -> str:
        """Return the path of one of its keys, as messages about the file name it."""
        return f"offer[{self.at}].{key}" if key else f"offer[{self.at}]"


@attrs.frozen(kw_only=True)
class Finding:
    """Something about an offer that its author should know."""

    weight: Weight
    """An error: it never applies, or sells below a floor. A warning: it may be meant so."""
    kind: str
    """``impossible``, ``over``, ``unknown``, ``shadowed``, ``self-overlapping``, ``below-floor``,
    ``given-away``, ``glue`` or ``hidden-code``."""
    offer: str
    file: str
    path: str
    message: str
    hint: str
    others: tuple[str, ...] = ()
    """Other offers that it is about."""


def found(  # noqa: PLR0913 - a sentence, its hint, and where both belong
    listed: Listed,
    kind: str,
    key: str,
    message: str,
    hint: str,
    *,
    weight: Weight = "error",
    others: tuple[str, ...] = (),
) -> Finding:
    """Return a finding about ``key`` of an offer."""
    return Finding(
        weight=weight,
        kind=kind,
        offer=listed.offer.id,
        file=listed.file,
        path=listed.path(key),
        message=message,
        hint=hint,
        others=others,
    )
