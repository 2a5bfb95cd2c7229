"""Scores: the points of each operator, from which rows, and how that compares with the shop.

Operators stand in the order of their ids, never of their points: this is no ranking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.exceptions.rules import ExceptionSettings, Hit, hits, rules_in_force
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.exceptions.finding import Findings
    from posframe.exceptions.rule_table import Rule
    from posframe.exceptions.signs import Sign


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RuleScore(Value):
    """What one rule found of one operator."""

    rule: str
    words: str
    counted: int
    """Signs above what is usual."""
    points: int
    minor: int
    """What all signs of those days come to, the usual ones included."""
    days: tuple[str, ...]
    rows: tuple[int, ...]
    """Sequence numbers of the journal."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Score(Value):
    """One operator's points and what made them."""

    operator: str
    """Empty: nobody was signed in."""
    sales: int
    gross_minor: int
    points: int
    parts: tuple[RuleScore, ...]
    """In the order of the rules; those that found nothing are left out."""
    times_milli: int | None
    """Points for each sale, in thousandths of the shop's average; None: not to be compared."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Scores(Value):
    """All operators, and the shop as a whole."""

    operators: tuple[Score, ...]
    people: int
    """How many are known to have done anything."""
    sales: int
    points: int


def scores(found: Findings, settings: ExceptionSettings) -> Scores:
    """Return the points of every operator who did anything.

    Raises:
        ConfigurationError: the settings cannot be; see ``rules_in_force``.
    """
    rules = rules_in_force(settings)
    all_hits = [hit for rule in rules for hit in hits(rule, found.signs, found.from_date)]
    sold = _sold(found)
    people = found.operators
    points = sum(hit.points for hit in all_hits)
    sales = sum(count for count, _ in sold.values())
    comparable = len(people) >= settings.operators_min
    names = sorted(people | set(sold) | {hit.operator for hit in all_hits})
    return Scores(
        operators=tuple(
            _score(
                name,
                [hit for hit in all_hits if hit.operator == name],
                rules,
                sold.get(name, (0, 0)),
                (points, sales) if comparable and name else (0, 0),
            )
            for name in names
        ),
        people=len(people),
        sales=sales,
        points=points,
    )


def _sold(found: Findings) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for each in found.worked:
        sales, gross = sums.get(each.operator, (0, 0))
        sums[each.operator] = (sales + each.sales, gross + each.gross_minor)
    return sums


def _score(
    operator: str,
    found: list[Hit],
    rules: Iterable[Rule],
    sold: tuple[int, int],
    shop: tuple[int, int],
) -> Score:
    parts = [_part(rule, [hit for hit in found if hit.rule == rule.id]) for rule in rules]
    points = sum(hit.points for hit in found)
    sales, gross = sold
    return Score(
        operator=operator,
        sales=sales,
        gross_minor=gross,
        points=points,
        parts=tuple(part for part in parts if part.counted),
        times_milli=_times_milli(points, sales, *shop),
    )


def _part(rule: Rule, found: list[Hit]) -> RuleScore:
    behind: list[Sign] = [sign for hit in found for sign in hit.signs]
    return RuleScore(
        rule=rule.id,
        words=_words(rule, behind),
        counted=sum(hit.counted for hit in found),
        points=sum(hit.points for hit in found),
        minor=sum(sign.minor for sign in behind),
        days=tuple(sorted({sign.business_date for sign in behind})),
        rows=tuple(sorted({seq for hit in found for seq in hit.rows})),
    )


def _words(rule: Rule, behind: list[Sign]) -> str:
    """Name whom or what the signs are with, where the rule looks at each by itself."""
    tags = sorted({sign.tags[0] for sign in behind}) if rule.per_tag else []
    return f"{rule.words}: {', '.join(tags)}" if tags else rule.words


def _times_milli(points: int, sales: int, shop_points: int, shop_sales: int) -> int | None:
    """Return (points / sales) / (shop's points / shop's sales) in thousandths, rounded down."""
    if not sales or not shop_points or not shop_sales:
        return None
    return points * shop_sales * 1000 // (sales * shop_points)
