"""The units of a basket, kept up with its lines.

Nothing that was remembered is believed: an action may have been refused, a sale parked and another
recalled. The lines as they are now are held against those that were seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.goods import goods_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe import LineItem, Rounding, SaleView
    from posframe_promotions.goods import Goods
    from posframe_promotions.laying import Key, Run


class BasketUnits:
    """Lines, the goods they are, and the classes of units these come to."""

    def __init__(self, rounding: Rounding) -> None:
        self._rounding = rounding
        self._seen: SaleView | None = None
        self._runs: dict[Key, dict[int, int]] = {}
        self.goods: dict[int, Goods] = {}
        """By line number."""
        self.weighed: dict[int, Goods] = {}
        self.counts: dict[Key, int] = {}
        """Units of each class; a new mapping whenever it changes."""
        self.amount_minor = 0
        """What all goods cost before offers."""
        self.version = 0
        """Rises whenever any goods change."""

    def changed_lines(self, sale: SaleView) -> Iterable[LineItem]:
        """Return the lines that are not those that were seen."""
        return sale.lines() if self._seen is None else sale.lines_since(self._seen)

    def refresh(self, sale: SaleView) -> set[Key]:
        """Take over the lines as they are now; return the classes whose units changed."""
        touched: set[Key] = set()
        for line in self.changed_lines(sale):
            self._take(line, touched)
        if self._seen is not None:
            for number in range(sale.line_count + 1, self._seen.line_count + 1):
                self._drop(number, touched)
        self._seen = sale
        if touched:
            self._count(touched)
        return touched

    def runs_of(self, key: Key) -> list[Run]:
        """Return the lines that have units of a class, in the order in which offers take them."""
        return self.in_order(self._runs.get(key, {}).items())

    def in_order(self, runs: Iterable[Run]) -> list[Run]:
        """Return runs in the order in which offers take their units."""
        return sorted(runs, key=lambda run: self.goods[run[0]].order)

    def _take(self, line: LineItem, touched: set[Key]) -> None:
        goods = goods_of(line, self._rounding)
        if goods == self.goods.get(line.number):
            return
        self._drop(line.number, touched)
        if goods is not None:
            self._put(goods, touched)

    def _put(self, goods: Goods, touched: set[Key]) -> None:
        self.version += 1
        self.goods[goods.number] = goods
        self.amount_minor += goods.amount_minor
        if goods.weight_milli:
            self.weighed[goods.number] = goods
        for price_minor, count in goods.units:
            key = goods.sku, price_minor
            self._runs.setdefault(key, {})[goods.number] = count
            touched.add(key)

    def _drop(self, number: int, touched: set[Key]) -> None:
        goods = self.goods.pop(number, None)
        if goods is None:
            return
        self.version += 1
        self.weighed.pop(number, None)
        self.amount_minor -= goods.amount_minor
        for price_minor, _ in goods.units:
            key = goods.sku, price_minor
            del self._runs[key][number]
            touched.add(key)

    def _count(self, touched: set[Key]) -> None:
        counts = self.counts.copy()
        for key in touched:
            count = sum(self._runs[key].values())
            if count:
                counts[key] = count
            else:
                counts.pop(key, None)
                del self._runs[key]
        self.counts = counts
