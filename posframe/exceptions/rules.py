"""Rules: patterns of signs that a manager should look at, with the shop's own thresholds.

The patterns are those known from shops that lost money; what they look for has honest causes more
often than not, so a rule gives points and never a verdict. Adding points up belongs to ``scoring``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

import attrs

from posframe.errors import ConfigurationError
from posframe.exceptions.signs import Sign, SignKind
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OPERATORS_MIN = 5
"""How many people a figure without names rests on, where the shop says nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Rule(Value):
    """One pattern: which signs it looks at, how many are usual, and what each more weighs."""

    id: str
    words: str
    kinds: tuple[SignKind, ...]
    tags: tuple[str, ...] = ()
    """Only signs with one of these; empty: all."""
    after: tuple[SignKind, ...] = ()
    """Only signs that come behind one of these; empty: all."""
    same: Literal["operator", "goods"] = "operator"
    """What the sign before has in common: who did it, or the receipt that goods came back on."""
    within_s: int = 0
    """How long before it may be; 0: any time."""
    per_tag: bool = False
    """True: what is usual is so for each tag, such as each member."""
    free: int = 0
    """How many an operator has on a business day before they count."""
    weight: int = 1
    """Points of each that counts."""
    least_minor: int = 0
    """Signs of smaller amounts are left out."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RuleSetting(Value):
    """What a shop sets of a rule; None: as it comes."""

    free: int | None = None
    weight: int | None = None
    """0 switches the rule off."""
    least_minor: int | None = None
    within_s: int | None = None
    tags: tuple[str, ...] | None = None


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
    """What a rule found of one operator on one business day, above what is usual."""

    rule: str
    operator: str
    business_date: str
    signs: tuple[Sign, ...]
    """All of them: nobody can tell which were the usual ones."""
    rows: tuple[int, ...]
    """Sequence numbers, those of the signs before included."""
    counted: int
    points: int


_K = SignKind
RULES: tuple[Rule, ...] = (
    Rule(
        id="void_after_total",
        words="Lines voided after the total was told or money was taken",
        kinds=(_K.VOID_AFTER_TOTAL,),
        free=2,
        weight=10,
    ),
    Rule(id="line_voids", words="Lines voided", kinds=(_K.LINE_VOID,), free=10, weight=1),
    Rule(
        id="cancelled_after_total",
        words="Sales cancelled after the total was told or money was taken",
        kinds=(_K.CANCELLED_AFTER_TOTAL,),
        free=1,
        weight=10,
    ),
    Rule(id="cancelled", words="Sales cancelled", kinds=(_K.CANCELLED,), free=3, weight=3),
    Rule(id="post_voids", words="Receipts undone", kinds=(_K.POST_VOID,), free=1, weight=10),
    Rule(
        id="no_sale_after_void",
        words="Drawer opened without a sale soon after a void",
        kinds=(_K.NO_SALE, _K.DRAWER_WITHOUT_SALE),
        after=(
            _K.LINE_VOID,
            _K.VOID_AFTER_TOTAL,
            _K.CANCELLED,
            _K.CANCELLED_AFTER_TOTAL,
            _K.POST_VOID,
        ),
        within_s=60,
        weight=25,
    ),
    Rule(id="no_sales", words="Drawer opened by no-sale", kinds=(_K.NO_SALE,), free=2, weight=5),
    Rule(
        id="drawer_without_sale",
        words="Drawer opened with no sale and no movement of cash",
        kinds=(_K.DRAWER_WITHOUT_SALE,),
        weight=15,
    ),
    Rule(id="paid_out", words="Cash paid out", kinds=(_K.PAID_OUT,), free=2, weight=3),
    Rule(
        id="price_overrides",
        words="Prices changed by hand",
        kinds=(_K.PRICE_OVERRIDE,),
        free=3,
        weight=4,
    ),
    Rule(
        id="manual_discounts",
        words="Discounts given by hand",
        kinds=(_K.MANUAL_DISCOUNT,),
        free=5,
        weight=3,
    ),
    Rule(id="refunds", words="Money given back", kinds=(_K.REFUND,), free=5, weight=2),
    Rule(
        id="blind_returns",
        words="Goods taken back without a receipt",
        kinds=(_K.BLIND_RETURN,),
        weight=10,
    ),
    Rule(
        id="refund_to_card",
        words="Money given back to a gift card or as store credit",
        kinds=(_K.REFUND,),
        tags=("gift_card", "store_credit"),
        weight=10,
    ),
    Rule(
        id="copy_then_refund",
        words="Receipt copied, and then its goods returned or undone",
        kinds=(_K.REFUND, _K.POST_VOID),
        after=(_K.COPY,),
        same="goods",
        weight=20,
    ),
    Rule(id="copies", words="Receipts copied", kinds=(_K.COPY,), free=3, weight=2),
    Rule(
        id="payments_by_word",
        words="Payments settled by a person's word",
        kinds=(_K.RESOLVED_BY_HAND, _K.GIVEN_BACK_BY_HAND),
        weight=10,
    ),
    Rule(
        id="own_approvals",
        words="Approvals given to oneself",
        kinds=(_K.OWN_APPROVAL,),
        weight=15,
    ),
    Rule(
        id="approvals_denied",
        words="Approvals denied",
        kinds=(_K.APPROVAL_DENIED,),
        free=1,
        weight=5,
    ),
    Rule(
        id="approvals_given",
        words="Approvals given to others",
        kinds=(_K.APPROVAL_GIVEN,),
        free=30,
        weight=1,
    ),
    Rule(
        id="same_member",
        words="One member in many sales of one operator",
        kinds=(_K.MEMBER_SALE,),
        per_tag=True,
        free=3,
        weight=10,
    ),
    Rule(id="price_looks", words="Prices looked up", kinds=(_K.PRICE_LOOK,), free=30, weight=1),
    Rule(
        id="clock_jumps",
        words="Clock put back or forward",
        kinds=(_K.CLOCK_BACK, _K.CLOCK_FORWARD),
        weight=10,
    ),
)


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


def hits(rule: Rule, signs: Iterable[Sign]) -> Iterator[Hit]:
    """Yield what a rule finds above what is usual, by operator and day.

    Args:
        rule: the pattern.
        signs: of any operators and days, in order of their rows.
    """
    groups: dict[tuple[str, str, str], list[tuple[Sign, tuple[int, ...]]]] = {}
    for sign, rows in _found(rule, signs):
        tag = sign.tags[0] if rule.per_tag else ""
        groups.setdefault((sign.operator, sign.business_date, tag), []).append((sign, rows))
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
        if sign.kind in rule.after:
            leads[sign.operator if rule.same == "operator" else sign.transaction] = sign


def _fits(rule: Rule, sign: Sign) -> bool:
    tagged = not rule.tags or any(tag in rule.tags for tag in sign.tags)
    return tagged and abs(sign.minor) >= rule.least_minor


def _lead(rule: Rule, sign: Sign, leads: Mapping[str, Sign]) -> Sign | None:
    """Return the last sign before this one that it has to come behind."""
    keys = (sign.operator,) if rule.same == "operator" else sign.refers
    known = [lead for lead in map(leads.get, keys) if lead is not None and _soon(rule, lead, sign)]
    return max(known, key=lambda lead: lead.seq, default=None)


def _soon(rule: Rule, lead: Sign, sign: Sign) -> bool:
    """Tell whether it was soon enough; a clock put back between them hides nothing."""
    return not rule.within_s or sign.wall_us - lead.wall_us <= rule.within_s * 1_000_000
