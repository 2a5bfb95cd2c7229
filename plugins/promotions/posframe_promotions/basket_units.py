"""The units of a basket, kept up with its lines: what changed is found by looking at every line.

Nothing that was remembered is believed: an action may have been refused, a sale parked and another
recalled. Looking whether a line is the very one that was seen costs a tenth of a microsecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.goods import goods_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe import LineItem, Rounding
    from posframe_promotions.goods import Goods
    from posframe_promotions.laying import Key, Run


class BasketUnits:
    """Lines, the goods they are, and the classes of units these come to."""

    def __init__(self, rounding: Rounding) -> None:
        self._rounding = rounding
        self._lines: dict[int, LineItem] = {}
        self._runs: dict[Key, dict[tuple[str, int], int]] = {}
        self.goods: dict[int, Goods] = {}
        """By line number."""
        self.weighed: dict[int, Goods] = {}
        self.counts: dict[Key, int] = {}
        """Units of each class; a new mapping whenever it changes."""
        self.amount_minor = 0
        """What all goods cost before offers."""
        self.version = 0
        """Rises whenever any goods change."""

    def refresh(self, lines: Sequence[LineItem]) -> set[Key]:
        """Take over the lines as they are now; return the classes whose units changed."""
        known = self._lines
        touched: set[Key] = set()
        changed = [line for line in lines if known.get(line.number) is not line]
        new = sum(line.number not in known for line in changed)
        if len(lines) < len(known) + new:
            self._forget_others(lines, touched)
        for line in changed:
            self._take(line, touched)
        if touched:
            self._count(touched)
        return touched

    def runs_of(self, key: Key) -> list[Run]:
        """Return the lines that have units of a class, in the order in which offers take them.

        By how goods are handed over before the number of the line: taxes depend on it, and they
        must not depend on the order of scanning.
        """
        runs = self._runs.get(key, {})
        return [(number, runs[_, number]) for _, number in sorted(runs)]

    def _forget_others(self, lines: Iterable[LineItem], touched: set[Key]) -> None:
        present = {line.number for line in lines}
        for number in [number for number in self._lines if number not in present]:
            del self._lines[number]
            self.version += 1
            self._drop(number, touched)

    def _take(self, line: LineItem, touched: set[Key]) -> None:
        number = line.number
        self._lines[number] = line
        goods = goods_of(line, self._rounding)
        if goods == self.goods.get(number):
            return
        self.version += 1
        self._drop(number, touched)
        if goods is None:
            return
        self.goods[number] = goods
        self.amount_minor += goods.amount_minor
        if goods.weight_milli:
            self.weighed[number] = goods
        for price_minor, count in goods.units:
            key = goods.sku, price_minor
            self._runs.setdefault(key, {})[goods.fulfilment, number] = count
            touched.add(key)

    def _drop(self, number: int, touched: set[Key]) -> None:
        goods = self.goods.pop(number, None)
        self.weighed.pop(number, None)
        if goods is None:
            return
        self.amount_minor -= goods.amount_minor
        for price_minor, _ in goods.units:
            key = goods.sku, price_minor
            del self._runs[key][goods.fulfilment, number]
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
