"""Totals: what a basket comes to, and what each line bears of it.

While a sale is open the running sums answer; a discount on the whole basket is shared here, over
the groups of equal tax and inside them over the lines, the same way while open and at completion.
Groups are taken in the order of their keys, so that no cent depends on the order of scanning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.basket import group_key
from posframe.kernel.domain.rounding import allocate, divide
from posframe.kernel.domain.tax import RoundAt, TaxAmount, exact_tax, gross_of, net_of, taxes_of
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import Basket, GroupKey, LineItem, TaxGroup
    from posframe.kernel.domain.tax import Tax


@attrs.frozen(eq=False, repr=False)
class Totals(Value):
    """The sums of a sale, in minor units."""

    net_minor: Annotated[int, 1] = 0
    tax_minor: Annotated[int, 2] = 0
    gross_minor: Annotated[int, 3] = 0
    taxes: Annotated[tuple[TaxAmount, ...], 4] = ()
    """One per tax code, in the order of the codes."""
    list_minor: Annotated[int, 5] = 0
    discount_minor: Annotated[int, 6] = 0
    """Everything taken off list prices; negative."""
    pieces_milli: Annotated[int, 7] = 0


@attrs.frozen(eq=False, repr=False)
class LineShare(Value):
    """What one line bears in the end: of basket-wide discounts, and of every tax."""

    number: Annotated[int, 1]
    basket_minor: Annotated[int, 2]
    """Its share of discounts on the whole basket; negative."""
    net_minor: Annotated[int, 3]
    gross_minor: Annotated[int, 4]
    taxes: Annotated[tuple[TaxAmount, ...], 5]


def totals(basket: Basket) -> Totals:
    """Return the sums of ``basket``; O(groups) unless the whole basket is discounted by line."""
    parts = [_group_sums(group, minor) for group, minor in _group_taxes(basket)]
    return _summed(basket, parts)


def gross_minor(basket: Basket) -> int:
    """Return what ``totals`` gives as gross; without the rest where the running sums say it.

    Asked on every scan: a fifth of the cost of the whole, after a flush has cooled the caches.
    """
    if basket.policy.round_at is not RoundAt.LINE or basket_discount_minor(basket):
        return totals(basket).gross_minor
    gross = 0
    for group in basket.groups.values():
        gross += group.amount_minor
        for tax, minor in zip(group.taxes, group.tax_minor, strict=True):
            if not tax.included:
                gross += minor
    return gross


def shares(basket: Basket) -> tuple[LineShare, ...]:
    """Return what every line that counts bears; the shares add up to ``totals`` exactly."""
    lines = _lines_by_group(basket)
    discounts = _group_discounts(basket)
    taxed = dict(zip(sorted(basket.groups), _group_taxes(basket), strict=True))
    found = [
        share
        for key, members in lines.items()
        for share in _line_shares(basket, members, discounts[key], taxed[key][1])
    ]
    return tuple(sorted(found, key=lambda share: share.number))


def discountable_minor(basket: Basket) -> int:
    """Return the sum that discounts on the whole basket may be taken from."""
    return sum(group.amount_minor for group in basket.groups.values() if group.discountable)


def basket_discount_minor(basket: Basket) -> int:
    """Return the sum of all discounts on the whole basket, at most what its goods cost.

    Zero or negative. While a line is being voided they may be more, until pricing has its turn.
    """
    minor = sum(adjustment.minor for adjustment in basket.adjustments) + sum(
        row.minor for row in basket.offers.values() if not row.shares
    )
    return max(minor, -sum(_weights(basket))) if minor else 0


def _group_discounts(basket: Basket) -> dict[GroupKey, int]:
    """Share the discounts on the whole basket over the groups of equal tax."""
    keys = sorted(basket.groups)
    minor = basket_discount_minor(basket)
    if not minor:
        return dict.fromkeys(keys, 0)
    return dict(zip(keys, allocate(minor, _weights(basket)), strict=True))


def _weights(basket: Basket) -> list[int]:
    groups = [basket.groups[key] for key in sorted(basket.groups)]
    return [max(0, group.amount_minor) if group.discountable else 0 for group in groups]


def _group_taxes(basket: Basket) -> list[tuple[TaxGroup, tuple[int, ...]]]:
    """Return each group with its discounted amount, and its taxes by the sale's rounding point."""
    discounts = _group_discounts(basket)
    groups = [_discounted(basket.groups[key], minor) for key, minor in discounts.items()]
    if basket.policy.round_at is not RoundAt.LINE:
        return list(zip(groups, _taxes_by_rate(basket, groups), strict=True))
    if not any(discounts.values()):
        return [(group, group.tax_minor) for group in groups]
    by_line = _taxes_by_line(basket, discounts)
    return [(group, by_line[key]) for key, group in zip(discounts, groups, strict=True)]


def _discounted(group: TaxGroup, minor: int) -> TaxGroup:
    return attrs.evolve(group, amount_minor=group.amount_minor + minor) if minor else group


def _lines_by_group(basket: Basket) -> dict[GroupKey, list[LineItem]]:
    lines: dict[GroupKey, list[LineItem]] = {key: [] for key in sorted(basket.groups)}
    for line in basket.lines:
        if not line.voided:
            lines[group_key(line)].append(line)
    return lines


def _taxes_by_line(
    basket: Basket, discounts: dict[GroupKey, int]
) -> dict[GroupKey, tuple[int, ...]]:
    return {
        key: tuple(map(sum, zip(*_line_taxes(basket, members, discounts[key]), strict=True)))
        for key, members in _lines_by_group(basket).items()
    }


def _line_taxes(basket: Basket, members: list[LineItem], discount: int) -> list[tuple[int, ...]]:
    return [
        tuple(
            part.minor
            for part in taxes_of(line.amount_minor + share, line.taxes, basket.policy.rounding)
        )
        for line, share in zip(members, _line_discounts(members, discount), strict=True)
    ]


def _line_discounts(members: list[LineItem], discount: int) -> list[int]:
    """Share by amount, the dearest first: which line gets an odd cent is not a matter of scanning.

    Taxes follow the amounts, so lines of one amount may change places.
    """
    given = [0] * len(members)
    if discount:
        order = sorted(range(len(members)), key=lambda at: -members[at].amount_minor)
        weights = [max(0, members[at].amount_minor) for at in order]
        for at, minor in zip(order, allocate(discount, weights), strict=True):
            given[at] = minor
    return given


def _taxes_by_rate(basket: Basket, groups: list[TaxGroup]) -> list[tuple[int, ...]]:
    """Round each tax once over the sale, or all of them once, and share the result back."""
    exact: dict[str, list[tuple[int, int, int]]] = {}
    for index, group in enumerate(groups):
        for tax in group.taxes:
            exact.setdefault(tax.code, []).append(
                (index, *exact_tax(group.amount_minor, tax, group.taxes))
            )
    rounded = _rounded_codes(basket, exact)
    shared: dict[tuple[int, str], int] = {}
    for code, parts in exact.items():
        for part, minor in zip(parts, _share(rounded[code], parts), strict=True):
            shared[part[0], code] = minor
    return [
        tuple(shared[index, tax.code] for tax in group.taxes) for index, group in enumerate(groups)
    ]


def _rounded_codes(basket: Basket, exact: dict[str, list[tuple[int, int, int]]]) -> dict[str, int]:
    rounding = basket.policy.rounding
    sums = {code: _sum_fractions(parts) for code, parts in exact.items()}
    if basket.policy.round_at is RoundAt.RATE:
        return {code: divide(top, bottom, rounding) for code, (top, bottom) in sums.items()}
    top, bottom = _sum_fractions([(0, *fraction) for fraction in sums.values()])
    minor = divide(top, bottom, rounding)
    parts = [(0, *fraction) for fraction in sums.values()]
    return dict(zip(sums, _share(minor, parts), strict=True))


def _share(minor: int, parts: list[tuple[int, int, int]]) -> list[int]:
    """Share ``minor`` so that each part is its exact value rounded down or up by one."""
    floors = [top // bottom for _, top, bottom in parts]
    _, bottom = _sum_fractions(parts)
    order = sorted(
        range(len(parts)),
        key=lambda index: -((parts[index][1] % parts[index][2]) * (bottom // parts[index][2])),
    )
    spare = minor - sum(floors)
    for turn in range(abs(spare)):
        floors[order[turn % len(order)] if spare > 0 else order[-1 - turn % len(order)]] += (
            1 if spare > 0 else -1
        )
    return floors


def _sum_fractions(parts: list[tuple[int, int, int]]) -> tuple[int, int]:
    top, bottom = 0, 1
    for _, numerator, denominator in parts:
        if denominator == bottom:
            top += numerator
        else:
            top, bottom = top * denominator + numerator * bottom, bottom * denominator
    return top, bottom


def _line_shares(
    basket: Basket, members: list[LineItem], discount: int, group_tax: tuple[int, ...]
) -> list[LineShare]:
    given = _line_discounts(members, discount)
    amounts = [line.amount_minor + share for line, share in zip(members, given, strict=True)]
    taxes = members[0].taxes
    if basket.policy.round_at is RoundAt.LINE:
        by_line = _line_taxes(basket, members, discount)
    else:
        by_line = _shared_taxes(amounts, taxes, group_tax)
    return [
        _line_share(line, share, amount, minors)
        for line, share, amount, minors in zip(members, given, amounts, by_line, strict=True)
    ]


def _shared_taxes(
    amounts: list[int], taxes: tuple[Tax, ...], group_tax: tuple[int, ...]
) -> list[tuple[int, ...]]:
    columns = [
        _share(minor, [(0, *exact_tax(amount, tax, taxes)) for amount in amounts])
        for tax, minor in zip(taxes, group_tax, strict=True)
    ]
    return list(zip(*columns, strict=True)) if columns else [()] * len(amounts)


def _line_share(line: LineItem, share: int, amount: int, minors: tuple[int, ...]) -> LineShare:
    parts = _with_bases(amount, line.taxes, minors)
    return LineShare(
        line.number,
        share,
        net_of(amount, line.taxes, parts),
        gross_of(amount, line.taxes, parts),
        parts,
    )


def _with_bases(
    amount: int, taxes: tuple[Tax, ...], minors: tuple[int, ...]
) -> tuple[TaxAmount, ...]:
    base = amount - sum(minor for tax, minor in zip(taxes, minors, strict=True) if tax.included)
    return tuple(TaxAmount(tax.code, base, minor) for tax, minor in zip(taxes, minors, strict=True))


def _group_sums(group: TaxGroup, minors: tuple[int, ...]) -> tuple[int, int, tuple[TaxAmount, ...]]:
    parts = _with_bases(group.amount_minor, group.taxes, minors)
    return (
        net_of(group.amount_minor, group.taxes, parts),
        gross_of(group.amount_minor, group.taxes, parts),
        parts,
    )


def _summed(basket: Basket, sums: list[tuple[int, int, tuple[TaxAmount, ...]]]) -> Totals:
    net = gross = 0
    by_code: dict[str, tuple[int, int]] = {}
    for group_net, group_gross, parts in sums:
        net += group_net
        gross += group_gross
        for part in parts:
            base, minor = by_code.get(part.code, (0, 0))
            by_code[part.code] = (base + part.base_minor, minor + part.minor)
    amount = sum(group.amount_minor for group in basket.groups.values())
    return Totals(
        net,
        gross - net,
        gross,
        tuple(TaxAmount(code, *by_code[code]) for code in sorted(by_code)),
        basket.list_minor,
        amount + basket_discount_minor(basket) - basket.list_minor,
        basket.pieces_milli,
    )
