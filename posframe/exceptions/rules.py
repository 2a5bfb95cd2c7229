"""Rules: patterns of signs that a manager should look at, with the shop's own thresholds.

The patterns are those known from shops that lost money; what they look for has honest causes more
often than not, so a rule gives points and never a verdict. Adding points up belongs to ``scoring``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import attrs

from posframe.control_config import ExceptionRuleEntry as RuleSetting
from posframe.control_config import ExceptionsSection
from posframe.errors import ConfigurationError
from posframe.exceptions.rule_table import RULES, Rule
from posframe.exceptions.signs import Sign
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OPERATORS_MIN = ExceptionsSection().operators_min
"""How many people a figure without names rests on, where the shop says nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExceptionSettings(Value):
    """How a shop looks at exceptions."""

    rules: dict[str, RuleSetting] = attrs.field(factory=dict)
    """By rule id."""
    aggregated: bool = False
    """True: staff figures stay aggregated; no operator, row or rule is shown, only shop totals."""
    operators_min: int = OPERATORS_MIN
    """With fewer people at work, totals are not shown, and nobody is compared with an average."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Hit(Value):
    """What a rule found of one operator in its span, above what is usual."""

    rule: str
    operator: str
    business_date: str
    """Empty: all days together."""
    signs: tuple[Sign, ...]
    """All of them: nobody can tell which were the usual ones."""
    rows: tuple[int, ...]
    """Sequence numbers, those of the signs before included."""
    counted: int
    points: int


def rules_in_force(settings: ExceptionSettings) -> tuple[Rule, ...]:
    """Return the rules as a shop has set them; those it switched off are left out.

    Raises:
        ConfigurationError: there is no such rule, or a number cannot be.
    """
    known = [rule.id for rule in RULES]
    for id_, setting in settings.rules.items():
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, 1)
            raise ConfigurationError(
                f"There is no exception rule {id_!r}",
                hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}",
            )
        _check(id_, setting)
    if settings.operators_min < 2:
        raise ConfigurationError(
            "exceptions.operators_min must be 2 or more",
            hint="a total of one person is that person's figure",
        )
    tuned = [_tuned(rule, settings.rules.get(rule.id)) for rule in RULES]
    return tuple(rule for rule in tuned if rule.weight)


def hits(rule: Rule, signs: Iterable[Sign], from_date: str = "") -> Iterator[Hit]:
    """Yield what a rule finds above what is usual, by operator and span.

    Args:
        rule: the pattern.
        signs: of any operators and days, in order of their rows.
        from_date: signs of business days before only come before others.
    """
    groups: dict[tuple[str, str, str], list[tuple[Sign, tuple[int, ...]]]] = {}
    for sign, rows in _found(rule, signs):
        if sign.business_date < from_date:
            continue
        tag = sign.tags[0] if rule.per_tag else ""
        date = sign.business_date if rule.span == "day" else ""
        groups.setdefault((sign.operator, date, tag), []).append((sign, rows))
    for (operator, date, _), found in sorted(groups.items()):
        if len(found) > rule.free:
            yield Hit(
                rule=rule.id,
                operator=operator,
                business_date=date,
                signs=tuple(sign for sign, _ in found),
                rows=tuple(sorted({seq for _, rows in found for seq in rows})),
                counted=len(found) - rule.free,
                points=(len(found) - rule.free) * rule.weight,
            )


def _check(id_: str, setting: RuleSetting) -> None:
    for name in ("free", "weight", "least_minor", "within_s"):
        value = getattr(setting, name)
        if value is not None and value < 0:
            raise ConfigurationError(
                f"exceptions.rules.{id_}.{name} cannot be {value}", hint="0 or more"
            )


def _tuned(rule: Rule, setting: RuleSetting | None) -> Rule:
    if setting is None:
        return rule
    given = {field.name: getattr(setting, field.name) for field in attrs.fields(RuleSetting)}
    return attrs.evolve(rule, **{name: each for name, each in given.items() if each is not None})


def _found(rule: Rule, signs: Iterable[Sign]) -> Iterator[tuple[Sign, tuple[int, ...]]]:
    """Yield each sign that fits, with the rows it and the sign before it rest on."""
    leads: dict[str, Sign] = {}
    for sign in signs:
        if sign.kind in rule.kinds and _fits(rule, sign):
            if not rule.after:
                yield sign, sign.rows
            elif (lead := _lead(rule, sign, leads)) is not None:
                yield sign, (*lead.rows, *sign.rows)
        if sign.kind in rule.after and (sign.kind not in rule.kinds or _fits(rule, sign)):
            leads[sign.operator if rule.same == "operator" else sign.transaction] = sign


def _fits(rule: Rule, sign: Sign) -> bool:
    tagged = not rule.tags or any(tag in rule.tags for tag in sign.tags)
    return tagged and abs(sign.minor) >= rule.least_minor


def _lead(rule: Rule, sign: Sign, leads: Mapping[str, Sign]) -> Sign | None:
    """Return the last sign before this one that it has to come behind."""
    keys = (sign.operator,) if rule.same == "operator" else sign.refers
    known = [lead for lead in map(leads.get, keys) if lead and _leads(rule, lead, sign)]
    return max(known, key=lambda lead: lead.seq, default=None)


def _leads(rule: Rule, lead: Sign, sign: Sign) -> bool:
    return _soon(rule, lead, sign) and not (rule.opposite and lead.kind is sign.kind)


def _soon(rule: Rule, lead: Sign, sign: Sign) -> bool:
    """Tell whether it was soon enough; a clock put back between them hides nothing."""
    return not rule.within_s or sign.wall_us - lead.wall_us <= rule.within_s * 1_000_000
