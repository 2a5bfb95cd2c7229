"""A check of offers in words, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_promotions.check_components import Component, Overlap
    from posframe_promotions.check_findings import Finding
    from posframe_promotions.checking import Report

ROWS_MAX: Final = 20
_NAMES_MAX: Final = 6


def as_json(report: Report) -> dict[str, Any]:
    """Return all of a report as JSON holds it."""
    return {
        "offers": report.offers,
        "findings": [attrs.asdict(finding) for finding in report.findings],
        "overlaps": [attrs.asdict(overlap) for overlap in report.overlaps],
        "components": [_component_as_json(part) for part in report.components],
    }


def as_lines(report: Report) -> Iterator[str]:
    """Yield a report for people: findings, what competes, and what hangs together."""
    for finding in report.findings:
        yield from _finding(finding)
    yield from _overlaps(report.overlaps)
    yield from _components(report.components)
    errors = sum(finding.weight == "error" for finding in report.findings)
    warnings = len(report.findings) - errors
    yield f"{report.offers} offers: {errors} errors, {warnings} warnings"


def _component_as_json(part: Component) -> dict[str, Any]:
    left = [{"offers": offers, "goods": goods} for offers, goods in part.left]
    return {**attrs.asdict(part), "left": left}


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.weight.upper()} {finding.offer}: {finding.message}"
    yield f"      {finding.file}: {finding.path}; {finding.hint}"


def _overlaps(found: tuple[Overlap, ...]) -> Iterator[str]:
    if found:
        yield "Offers that compete for goods:"
        rows = [(str(each.goods), each.example, _names(each.offers)) for each in found[:ROWS_MAX]]
        yield from _table(("goods", "such as", "offers"), rows)
        yield from _further(len(found))


def _components(found: tuple[Component, ...]) -> Iterator[str]:
    joined = [part for part in found if len(part.offers) > 1]
    if joined:
        yield "Offers that are assigned together:"
        rows = [
            (str(len(part.offers)), str(part.goods), part.glue, _left(part), _names(part.offers))
            for part in joined[:ROWS_MAX]
        ]
        yield from _table(("offers", "goods", "glue", "left without it", "which"), rows)
        yield from _further(len(joined))


def _left(part: Component) -> str:
    sizes = [f"{offers} on {goods}" for offers, goods in part.left]
    return "; ".join(sizes[:3]) + (f"; {len(sizes) - 3} more" if len(sizes) > 3 else "")


def _names(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _NAMES_MAX} more" if len(ids) > _NAMES_MAX else ""
    return ", ".join(ids[:_NAMES_MAX]) + more


def _further(count: int) -> Iterator[str]:
    if count > ROWS_MAX:
        yield f"  and {count - ROWS_MAX} further rows: --json has them all"


def _table(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    every = [headers, *rows]
    widths = [max(len(row[at]) for row in every) for at in range(len(headers) - 1)]
    for row in every:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  " + "  ".join((*cells, row[-1])).rstrip()
