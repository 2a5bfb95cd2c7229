"""Totals: what a basket comes to, and what each line bears of it.

While a sale is open the running sums answer. What is rounded or discounted over the whole of it is
shared over the lines here, the same way while open and at completion. Taxes are taken in the order
of their keys, so that no cent depends on the order of scanning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.basket import (
    GIVEN,
    GroupKey,
    TaxGroup,
    given_minors,
    group_key,
    taxed_milli,
)
from posframe.kernel.domain.sharing import line_discounts
from posframe.kernel.domain.tax import (
    RoundAt,
    TaxAmount,
    exact_taxes,
    gross_of,
    net_of,
    tax_minors,
    with_bases,
)
from posframe.kernel.domain.tax_rounding import rounded_once, share_exact
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from posframe.kernel.domain.basket import Basket, LineItem
    from posframe.kernel.domain.tax import Tax, TaxKey, TaxKeys


@attrs.frozen(eq=False, repr=False)
class Totals(Value):
    """The sums of a sale, in minor units."""

    net_minor: Annotated[int, 1] = 0
    tax_minor: Annotated[int, 2] = 0
    gross_minor: Annotated[int, 3] = 0
    taxes: Annotated[tuple[TaxAmount, ...], 4] = ()
    """One for each of ``taxes_in``, in their order."""
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
    """Return the sums of ``basket``; O(groups) unless something is taken off the whole basket."""
    net = gross = amount = 0
    rows: dict[TaxKey, tuple[str, int, int]] = {}
    for (_, keys), (group, minors) in _reckoned(basket).items():
        parts = with_bases(group.amount_minor, group.taxes, minors)
        amount += group.amount_minor
        net += net_of(group.amount_minor, group.taxes, parts)
        gross += gross_of(group.amount_minor, group.taxes, parts)
        for key, part in zip(keys, parts, strict=True):
            _, base, minor = rows.get(key, (part.code, 0, 0))
            rows[key] = part.code, base + part.base_minor, minor + part.minor
    return Totals(
        net,
        gross - net,
        gross,
        tuple(TaxAmount(*rows[key]) for key in sorted(rows)),
        basket.list_minor,
        amount - basket.list_minor,
        basket.pieces_milli,
    )


def taxes_in(basket: Basket) -> tuple[Tax, ...]:
    """Return each tax of ``basket`` once, by code and then by rate: a rate may change in a sale."""
    known: dict[TaxKey, Tax] = {}
    for key, group in sorted(basket.groups.items(), key=lambda item: item[0]):
        known.update(zip(key[1], group.taxes, strict=True))
    return tuple(known[key] for key in sorted(known))


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
    discounts = _discounts(basket)
    lines = _lines_by_taxes(basket)
    found = [
        share
        for key, (_, minors) in _reckoned(basket).items()
        for share in _line_shares(basket, lines[key], discounts, minors)
    ]
    return tuple(sorted(found, key=lambda share: share.number))


def discountable_minor(basket: Basket) -> int:
    """Return the sum that discounts on the whole basket may be taken from."""
    return sum(group.discountable_minor for group in basket.groups.values())


def basket_discount_minor(basket: Basket) -> int:
    """Return the sum of all discounts on the whole basket, at most what may be discounted.

    Zero or negative. While a line is being voided they may be more, until pricing has its turn.
    """
    minor = sum(adjustment.minor for adjustment in basket.adjustments) + sum(
        row.minor for row in basket.offers.values() if not row.shares
    )
    return max(minor, -discountable_minor(basket)) if minor else 0


def _discounts(basket: Basket) -> dict[int, int]:
    return line_discounts(basket) if basket_discount_minor(basket) else {}


def _reckoned(basket: Basket) -> dict[GroupKey, tuple[TaxGroup, Sequence[int]]]:
    """Return by their taxes the sums of lines after all discounts, and what each tax comes to.

    In the order of the taxes; whether lines may be discounted no longer matters. Lines that come
    back stand last: their taxes are those of the sale they come from, and are not rounded again.
    """
    discounts = _discounts(basket)
    groups = _groups_by_taxes(basket, discounts)
    found: dict[GroupKey, tuple[TaxGroup, Sequence[int]]] = {}
    if basket.policy.round_at is not RoundAt.LINE:
        exact = {
            keys: exact_taxes(group.amount_minor, group.taxes, group.taxed_milli)
            for keys, group in groups.items()
        }
        rounded = rounded_once(exact, basket.policy)
        found = {("", keys): (group, rounded[keys]) for keys, group in groups.items()}
    elif discounts:
        lines = _lines_by_taxes(basket)
        for keys, group in groups.items():
            minors = _taxes_by_line(basket, lines["", keys], discounts)
            found["", keys] = group, _summed(minors)
    else:
        found = {("", keys): (group, group.tax_minor) for keys, group in groups.items()}
    for key in sorted(key for key in basket.groups if key[0] == GIVEN):
        found[key] = basket.groups[key], basket.groups[key].tax_minor
    return found


def _groups_by_taxes(basket: Basket, discounts: Mapping[int, int]) -> dict[TaxKeys, TaxGroup]:
    groups: dict[TaxKeys, TaxGroup] = {}
    reckoned = (key for key in basket.groups if key[0] != GIVEN)
    for key in sorted(reckoned, key=lambda key: (key[1], key[0])):
        group, other = basket.groups[key], groups.get(key[1])
        groups[key[1]] = group if other is None else _merged(other, group)
    for number, minor in discounts.items():
        keys = group_key(basket.lines[number - 1])[1]
        group = groups[keys]
        groups[keys] = attrs.evolve(group, amount_minor=group.amount_minor + minor)
    return groups


def _merged(group: TaxGroup, other: TaxGroup) -> TaxGroup:
    return attrs.evolve(
        group,
        amount_minor=group.amount_minor + other.amount_minor,
        taxed_milli=group.taxed_milli + other.taxed_milli,
        tax_minor=_summed((group.tax_minor, other.tax_minor)),
    )


def _summed(minors: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*minors, strict=True)))


def _lines_by_taxes(basket: Basket) -> dict[GroupKey, list[LineItem]]:
    by_keys: dict[GroupKey, list[LineItem]] = {}
    by_taxes: dict[int, list[LineItem]] = {}  # lines of an item share one tuple: no key for each
    for line in basket.lines:
        if line.voided:
            continue
        if given_minors(line) is not None:
            by_keys.setdefault(group_key(line), []).append(line)
            continue
        members = by_taxes.get(id(line.taxes))
        if members is None:
            members = by_keys.setdefault(("", group_key(line)[1]), [])
            by_taxes[id(line.taxes)] = members
        members.append(line)
    return by_keys


def _taxes_by_line(
    basket: Basket, lines: Sequence[LineItem], discounts: Mapping[int, int]
) -> list[tuple[int, ...]]:
    rounding = basket.policy.rounding
    return [
        tax_minors(
            line.amount_minor + discounts.get(line.number, 0),
            line.taxes,
            rounding,
            taxed_milli(line),
        )
        for line in lines
    ]


def _shared_taxes(
    lines: Sequence[LineItem], discounts: Mapping[int, int], minors: Sequence[int]
) -> list[tuple[int, ...]]:
    """Share what each tax of the lines comes to over them, by what each would bear unrounded."""
    exact = [
        exact_taxes(
            line.amount_minor + discounts.get(line.number, 0), line.taxes, taxed_milli(line)
        )
        for line in lines
    ]
    columns = [
        share_exact(minor, [parts[at] for parts in exact]) for at, minor in enumerate(minors)
    ]
    return list(zip(*columns, strict=True)) if columns else [()] * len(lines)


def _line_shares(
    basket: Basket,
    lines: Sequence[LineItem],
    discounts: Mapping[int, int],
    minors: Sequence[int],
) -> list[LineShare]:
    given = [given_minors(line) for line in lines]
    if given[0] is not None:
        by_line = [each for each in given if each is not None]
    elif basket.policy.round_at is RoundAt.LINE:
        by_line = _taxes_by_line(basket, lines, discounts)
    else:
        by_line = _shared_taxes(lines, discounts, minors)
    return [
        _line_share(line, discounts.get(line.number, 0), taxes)
        for line, taxes in zip(lines, by_line, strict=True)
    ]


def _line_share(line: LineItem, share: int, minors: tuple[int, ...]) -> LineShare:
    amount = line.amount_minor + share
    parts = with_bases(amount, line.taxes, minors)
    return LineShare(
        line.number,
        share,
        net_of(amount, line.taxes, parts),
        gross_of(amount, line.taxes, parts),
        parts,
    )
