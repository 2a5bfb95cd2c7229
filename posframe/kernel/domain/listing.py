"""Price lists: what they ask for a line, and for others of the same goods when one changes.

A quantity break counts all of an item in the sale, so one more piece may change the price of lines
that were there before; a customer's card may change any. A price set by hand stays as it is, though
its goods count for the others; goods priced by a label or keyed take no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain.adjusting import readjusted
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.events import LineChanged
from posframe.kernel.domain.quantity import extend
from posframe.kernel.domain.questions import FindPrice

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.views import FoundPrice


def relist(draft: Draft, changed: Iterable[int]) -> Generator[Any, Any, tuple[int, ...]]:
    """Ask price lists about the goods of lines ``changed``.

    Returns:
        The numbers of all lines that changed, these included, each once.
    """
    numbers = dict.fromkeys(changed)
    lines = draft.sale.basket.lines
    goods = {
        (line.sku, line.pack_milli): None
        for line in (lines[number - 1] for number in numbers)
        if line.listed
    }
    for sku, pack_milli in goods:
        numbers |= dict.fromkeys((yield from _relist_goods(draft, sku, pack_milli)))
    return tuple(numbers)


def listed_lines(draft: Draft) -> tuple[int, ...]:
    """Return the numbers of the lines whose price a list may change."""
    return tuple(line.number for line in draft.sale.basket.lines if line.listed and not line.voided)


def listed_price(draft: Draft, line: LineItem) -> Generator[Any, Any, FoundPrice | None]:
    """Return what price lists ask for a line that is about to be added; None: nothing else."""
    there = sum(each.quantity_milli for each in _goods(draft, line.sku, line.pack_milli))
    found: FoundPrice | None = yield _question(
        draft, line.sku, line.pack_milli, there + line.quantity_milli
    )
    return found


def at_price(line: LineItem, found: FoundPrice) -> LineItem:
    """Return a line at the price a list asks."""
    return attrs.evolve(
        line,
        unit_price_minor=found.price_minor,
        price_per_milli=found.price_per_milli,
        list_minor=extend(found.price_minor, line.quantity_milli, found.price_per_milli),
        price_list=found.price_list,
        price_version=found.version,
    )


def _relist_goods(draft: Draft, sku: str, pack_milli: int) -> Generator[Any, Any, list[int]]:
    goods = _goods(draft, sku, pack_milli)
    lines = [line for line in goods if line.catalogue_price_minor is None]
    if not lines:
        return []
    total = sum(line.quantity_milli for line in goods)
    found: FoundPrice | None = yield _question(draft, sku, pack_milli, total)
    if found is None:
        return []
    changed = [line for line in lines if not _is_at(line, found)]
    for line in changed:
        again = readjusted(at_price(line, found), draft.sale.basket.policy)
        draft.add(LineChanged(again, "price list"))
    return [line.number for line in changed]


def _is_at(line: LineItem, found: FoundPrice) -> bool:
    """Tell whether a line bears this price already: few of many do not."""
    return (
        line.price_version == found.version
        and line.unit_price_minor == found.price_minor
        and line.price_per_milli == found.price_per_milli
        and line.price_list == found.price_list
    )


def _question(draft: Draft, sku: str, pack_milli: int, quantity_milli: int) -> FindPrice:
    groups = draft.sale.customer_groups
    return FindPrice(sku, quantity_milli, pack_milli, groups, draft.moment.wall_us)


def _goods(draft: Draft, sku: str, pack_milli: int) -> list[LineItem]:
    """Return the lines of an item that were entered by codes of one pack, no labels."""
    basket = draft.sale.basket
    lines = (basket.lines[number - 1] for number in basket.numbers_of(sku))
    return [
        line
        for line in lines
        if line.listed
        and not line.voided
        and line.kind is LineKind.SALE
        and line.pack_milli == pack_milli
    ]
