"""A basket's lines as a till would hold them: what the basket says, then what the till knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.explain.reading import Refused, at_path, shown
from posframe.kernel.domain.adjusting import readjusted
from posframe.kernel.domain.basket import LineItem, LineKind
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.money import MINOR_MAX
from posframe.kernel.domain.quantity import MILLI_MAX, extend
from posframe.kernel.domain.views import FoundItem

if TYPE_CHECKING:
    from posframe.explain.asked import Asked, AskedLine
    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.tax import TaxPolicy

OWN_PRICES = "basket"
"""The price list of lines whose price the basket says."""


def line_of(line: AskedLine, number: int, asked: Asked, hooks: Hooks | None) -> LineItem:
    """Return a line of the basket as a line of a sale, its own discount taken off.

    Args:
        line: what is asked for.
        number: its place in the sale, from 1.
        asked: the basket.
        hooks: the till's plugins, which know goods and taxes; None: there is no till.

    Raises:
        PosframeError: it cannot be; a ``Refused`` says at which key.
    """
    goods = _goods(line, asked.at_us, hooks)
    item, each_milli = goods.item, goods.quantity_milli or 1000
    assert item.unit_price_minor is not None, "goods without a price are refused"
    quantity = line.quantity_milli * each_milli // 1000
    list_minor = extend(item.unit_price_minor, quantity)
    if abs(quantity) > MILLI_MAX or abs(list_minor) > MINOR_MAX:
        raise Refused(
            f"{line.path}.quantity", "The line would cost more than a line may", "split the basket"
        )
    made = LineItem(
        number=number,
        sku=item.sku,
        text=item.name,
        quantity_milli=quantity,
        unit=item.unit.code,
        unit_price_minor=item.unit_price_minor,
        list_minor=list_minor,
        department=item.department,
        price_version=item.price_version,
        kind=LineKind.SALE if quantity > 0 else LineKind.RETURN,
        code=line.sku,
        weighed=item.weighed or quantity % 1000 != 0,
        price_list="" if line.unit_price_minor is None else OWN_PRICES,
        listed=item.listed,
        tax_category=item.tax_category,
        fulfilment=asked.fulfilment,
        pack_milli=1000 if item.weighed else each_milli,
    )
    return _discounted(_taxed(made, line, asked, hooks), line, asked.policy)


def _goods(line: AskedLine, at_us: int, hooks: Hooks | None) -> FoundItem:
    """Return the goods as the till knows them, or as the basket says where it says so."""
    found = None
    if hooks is not None:
        with at_path(f"{line.path}.sku"):
            found = hooks.identify_item(line.sku, "", at_us)
    if line.unit_price_minor is not None:
        item = found.item if found else Item(sku=line.sku, name=line.sku, tax_category="")
        own = attrs.evolve(
            item, unit_price_minor=line.unit_price_minor, price_version=0, listed=False
        )
        return FoundItem(item=own)
    if found is None:
        raise Refused(
            f"{line.path}.sku",
            f"{shown(line.sku)} is not in the till's catalogue",
            "check it, or give the line a unit_price and taxes",
        )
    if found.price_minor is not None:
        raise Refused(
            f"{line.path}.sku",
            f"The label {shown(line.sku)} has a price of its own",
            f"write its goods, {found.item.sku}, with quantity and unit_price",
        )
    if found.item.unit_price_minor is None:
        raise Refused(
            f"{line.path}.unit_price", f"{found.item.name} has no price of its own", "give it one"
        )
    return found


def _taxed(made: LineItem, line: AskedLine, asked: Asked, hooks: Hooks | None) -> LineItem:
    taxes = line.taxes
    if taxes is None and hooks is not None and made.tax_category:
        with at_path(f"{line.path}.taxes"):
            taxes = hooks.tax_profile(
                made.tax_category, made.department, asked.fulfilment, asked.at_us
            )
    return attrs.evolve(made, taxes=taxes or ())


def _discounted(made: LineItem, line: AskedLine, policy: TaxPolicy) -> LineItem:
    """Return a line with the discount it asks for; that of a return mirrors that of the sale."""
    if line.discount is None:
        return made
    sign = 1 if made.quantity_milli > 0 else -1
    sold = attrs.evolve(
        made,
        quantity_milli=sign * made.quantity_milli,
        list_minor=sign * made.list_minor,
        adjustments=(line.discount,),
    )
    given = readjusted(sold, policy).adjustments[0]
    if given.kind == "amount" and -given.minor < given.value:
        raise Refused(
            f"{line.path}.discount.amount",
            "That is more than the line costs",
            "give at most what it costs",
        )
    return attrs.evolve(made, adjustments=(attrs.evolve(given, minor=sign * given.minor),))
