"""Legal entities: what each seller on one receipt has sold, and the tax it owes.

A department store and its baker may share a till; the taxes of an item name who owes them. Goods
whose taxes name nobody, or that bear none, are the till's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.basket import pieces_of
from posframe.kernel.domain.tax import TaxAmount, tax_key
from posframe.kernel.domain.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.events import CompletedLine
    from posframe.kernel.domain.tax import TaxKey


def entity_of(line: LineItem) -> str:
    """Return the legal entity that sells a line; empty: the till's own.

    All taxes of an item name one: ``taxes_problem`` says where they do not.
    """
    return line.taxes[0].entity if line.taxes else ""


def totals_by_entity(lines: Iterable[CompletedLine]) -> tuple[tuple[str, Totals], ...]:
    """Return what the lines of a completed sale come to for each entity, in the order of their ids.

    Sums of what lines bear, so the entities add up to the totals of the receipt in every figure,
    whatever was rounded or discounted over the whole of it.
    """
    by_entity: dict[str, list[CompletedLine]] = {}
    for each in lines:
        by_entity.setdefault(entity_of(each.line), []).append(each)
    return tuple((entity, _totals(by_entity[entity])) for entity in sorted(by_entity))


def _totals(lines: list[CompletedLine]) -> Totals:
    net = sum(each.share.net_minor for each in lines)
    gross = sum(each.share.gross_minor for each in lines)
    return Totals(
        net,
        gross - net,
        gross,
        _taxes(lines),
        sum(each.line.list_minor for each in lines),
        sum(
            each.line.amount_minor + each.share.basket_minor - each.line.list_minor
            for each in lines
        ),
        sum(pieces_of(each.line) for each in lines),
    )


def _taxes(lines: list[CompletedLine]) -> tuple[TaxAmount, ...]:
    rows: dict[TaxKey, TaxAmount] = {}
    for each in lines:
        for tax, part in zip(each.line.taxes, each.share.taxes, strict=True):
            key = tax_key(tax)
            row = rows.get(key, TaxAmount(part.code, 0, 0))
            rows[key] = TaxAmount(
                part.code, row.base_minor + part.base_minor, row.minor + part.minor
            )
    return tuple(rows[key] for key in sorted(rows))
