"""Completed sales of goods that bear given taxes, by the way every sale goes."""

from __future__ import annotations

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.views import FoundItem
from tests.kernel.driving import SETTINGS, Desk


def taxed_desk(*goods, settings=SETTINGS, policy=TaxPolicy(), **answers):
    """Return a desk where code ``n`` is goods ``n``, each a price and the taxes it bears."""

    def find(asked):
        minor, *_ = goods[int(asked.code)]
        name = f"Item {minor}"
        item = Item(sku=asked.code, name=name, unit_price_minor=minor, tax_category=asked.code)
        return FoundItem(item=item, code=asked.code)

    def taxes(asked):
        return goods[int(asked.category)][1:]

    return Desk(settings, policy, **{"FindItem": find, "FindTaxes": taxes, **answers})


def completed(*goods, commands=(), **settings):
    """Return the sale of one of each of ``goods``, after more ``commands``, paid in cash."""
    desk = taxed_desk(*goods, **settings).scan(*map(str, range(len(goods))))
    for command in commands:
        desk.do(command)
    desk.do(cmd.Pay(type="cash"))
    return next(each for each in desk.events if isinstance(each, TransactionCompleted))
