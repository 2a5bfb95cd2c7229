"""Rounding a sale's taxes once a tax, or once for all of them, and sharing the result back.

Every part is its exact value rounded to one side or the other, so no line, tax or sum is ever a
whole minor unit off. Tax rounded line by line needs nothing of this: ``tax`` does it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from posframe.kernel.domain.rounding import Rounding, divide
from posframe.kernel.domain.tax import RoundAt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from posframe.kernel.domain.tax import Exact, TaxKey, TaxKeys, TaxPolicy


def rounded_once(
    exact: Mapping[TaxKeys, Sequence[Exact]], policy: TaxPolicy
) -> dict[TaxKeys, list[int]]:
    """Round taxes over the whole sale, by rate or by document.

    Args:
        exact: By the taxes that lines share, in a fixed order, what each of these taxes comes to
            over all of those lines, unrounded.
        policy: Where and how to round; not line by line.

    Returns:
        In the same order what each comes to, in minor units.
    """
    places: dict[TaxKey, list[tuple[TaxKeys, int]]] = {}
    for keys in exact:
        for at, key in enumerate(keys):
            places.setdefault(key, []).append((keys, at))
    parts = {key: [exact[keys][at] for keys, at in places[key]] for key in sorted(places)}
    rounded = {keys: [0] * len(keys) for keys in exact}
    for (key, found), minor in zip(parts.items(), _rounded(parts, policy), strict=True):
        for (keys, at), share in zip(places[key], share_exact(minor, found), strict=True):
            rounded[keys][at] = share
    return rounded


def share_exact(minor: int, parts: Sequence[Exact]) -> list[int]:
    """Share ``minor``, the sum of ``parts`` rounded either way, so that each is rounded either way.

    What is over after dropping fractions goes to the largest of them, the first of equals winning.
    A sale and its mirror image share alike.
    """
    shares = [divide(top, bottom, Rounding.DOWN) for top, bottom in parts]
    spare = minor - sum(shares)
    if spare:
        sign = 1 if spare > 0 else -1
        common = math.lcm(*(bottom for _, bottom in parts))
        left = [
            sign * (top - share * bottom) * (common // bottom)
            for (top, bottom), share in zip(parts, shares, strict=True)
        ]
        by_fraction = sorted(range(len(parts)), key=lambda at: -left[at])
        for at in by_fraction[: abs(spare)]:
            assert left[at] > 0, "what is shared is the sum of the parts, rounded"
            shares[at] += sign
    return shares


def _rounded(parts: Mapping[TaxKey, Sequence[Exact]], policy: TaxPolicy) -> list[int]:
    sums = [_sum(found) for found in parts.values()]
    if policy.round_at is RoundAt.RATE:
        return [divide(top, bottom, policy.rounding) for top, bottom in sums]
    top, bottom = _sum(sums)
    return share_exact(divide(top, bottom, policy.rounding), sums)


def _sum(parts: Sequence[Exact]) -> Exact:
    common = math.lcm(*(bottom for _, bottom in parts))
    return sum(top * (common // bottom) for top, bottom in parts), common
