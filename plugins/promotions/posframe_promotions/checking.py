"""Checking offers before they are switched on: what is wrong, unwise, or in another one's way.

Reading has refused what no offer may be; here offers are held against each other, the goods, the
till and the day. Nothing is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_promotions.check_components import Component, Overlap, components, glue, overlaps
from posframe_promotions.check_findings import Finding
from posframe_promotions.check_impossible import impossible
from posframe_promotions.check_prices import too_cheap
from posframe_promotions.check_shadows import self_overlapping, shadowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_promotions.check_findings import Listed
    from posframe_promotions.check_goods import Shelf
    from posframe_promotions.check_impossible import Surroundings


@attrs.frozen(kw_only=True)
class Report:
    """What a check of offers came to."""

    offers: int
    findings: tuple[Finding, ...]
    """Errors first, then in the order of the files."""
    overlaps: tuple[Overlap, ...]
    components: tuple[Component, ...]

    @property
    def has_errors(self) -> bool:
        """Tell whether an offer never applies or sells below a floor."""
        return any(finding.weight == "error" for finding in self.findings)


def check_offers(offers: Sequence[Listed], shelf: Shelf, around: Surroundings) -> Report:
    """Return what there is to say of ``offers``.

    Args:
        offers: all that may be in force together, each id once.
        shelf: the goods; those of no catalogue where there is none.
        around: currency, time zone and moment; the till's tenders.
    """
    parts = components(offers, shelf)
    findings = [finding for listed in offers for finding in _alone(listed, shelf, around)]
    findings += shadowed(_living(offers, findings), shelf)
    findings += glue(parts, offers)
    place = {listed.offer.id: at for at, listed in enumerate(offers)}
    findings.sort(key=lambda each: (each.weight != "error", place[each.offer]))
    return Report(
        offers=len(offers),
        findings=tuple(findings),
        overlaps=overlaps(offers, shelf),
        components=parts,
    )


def _alone(listed: Listed, shelf: Shelf, around: Surroundings) -> Iterator[Finding]:
    yield from impossible(listed, shelf, around)
    yield from self_overlapping(listed, shelf)
    if shelf.is_known:
        yield from too_cheap(listed, shelf, around.currency)


def _living(offers: Sequence[Listed], findings: Sequence[Finding]) -> list[Listed]:
    """Return the offers that can apply: one that never does shadows no other."""
    dead = {each.offer for each in findings if each.kind in {"impossible", "over"}}
    return [listed for listed in offers if listed.offer.id not in dead]
