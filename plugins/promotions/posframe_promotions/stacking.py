"""Stacked offers: one after the other, each on what is left of the price of every unit.

The units of exclusive deals take no part. What is left differs from unit to unit of a line, so that
the classes here are finer than those of the passes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from posframe_promotions.laying import lay, takings_of
from posframe_promotions.solving import UnitClass
from posframe_promotions.terms import UNIT_KINDS, Offer
from posframe_promotions.weighing import weighed_saving_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe_promotions.basket_units import BasketUnits
    from posframe_promotions.deals import Deals
    from posframe_promotions.laying import Key, Laid, Run, Taking
    from posframe_promotions.solving import Limit, Solver


@attrs.frozen
class Deal:
    """One deal on lines, for explanations; ``times`` of this very shape."""

    units: tuple[tuple[int, int], ...]
    """(line number, thousandths)."""
    saving_minor: int
    times: int = 1


@attrs.frozen(kw_only=True)
class Given:
    """What an offer gives beside the passes."""

    offer: Offer
    saving_minor: int
    shares: Mapping[int, int]
    """By line; empty: on the whole basket."""
    applications: int = 1
    short_by_minor: int = 0
    deals: Callable[[], list[Deal]]


class Pieces:
    """Units by what is left of their price; changed by each stacked offer in turn."""

    def __init__(self, units: BasketUnits, deals: Deals, exclusive: Iterable[str]) -> None:
        self._units = units
        self.runs: dict[Key, list[Run]] = {}
        self.left: dict[int, int] = {
            number: goods.amount_minor for number, goods in units.goods.items()
        }
        """By line: what is left of its price."""
        barred = frozenset(exclusive)
        for key in units.counts:
            sku, price_minor = key
            laid = deals.laid.get(key)
            if laid is None:
                self.runs.setdefault(key, []).extend(units.runs_of(key))
                continue
            for each in laid:
                count = each.count * each.times
                self.left[each.line] -= each.share_minor * count
                if each.taking is None or each.taking.offer not in barred:
                    self._add((sku, price_minor - each.share_minor), each.line, count)
        closed = {each.number for each in deals.weighed if each.is_exclusive}
        self.weighed = {n: goods for n, goods in units.weighed.items() if n not in closed}
        for weighed in deals.weighed:
            self.left[weighed.number] -= weighed.saving_minor

    def sorted_runs(self, key: Key) -> list[Run]:
        """Return the lines of a class in the order in which offers take them."""
        summed: dict[int, int] = {}
        for line, count in self.runs[key]:
            summed[line] = summed.get(line, 0) + count
        return self._units.in_order(summed.items())

    def stack(
        self, offer: Offer, solver_for: Callable[[tuple[Offer, ...]], Solver], limit: Limit
    ) -> Given | None:
        """Give ``offer`` on what is left; None: it saves nothing."""
        classes = [
            UnitClass(sku, price, sum(count for _, count in runs))
            for (sku, price), runs in self.runs.items()
        ]
        solution = solver_for((offer,)).solve(classes, limit)
        takings: dict[Key, list[Taking]] = {}
        for used in solution.used:
            for key, taking in takings_of(used, offer.floor_minor):
                takings.setdefault(key, []).append(taking)
        found = {key: tuple(lay(each, self.sorted_runs(key))) for key, each in takings.items()}
        shares = self._take(found)
        uses = sum(one.times for used in solution.used for one in used.applications)
        weighed = self._take_weighed(offer, uses)
        shares |= weighed
        if not shares:
            return None
        return Given(
            offer=offer,
            saving_minor=sum(shares.values()),
            shares=shares,
            applications=uses + len(weighed),
            short_by_minor=solution.short_by_minor,
            deals=lambda: [*deals_of(found.values()), *self._weighed_deals(weighed)],
        )

    def give(self, key: Key, line: int, count: int) -> None:
        """Note that units of a line cost nothing any more."""
        self.runs[key] = [
            (number, there - count if number == line else there)
            for number, there in self.sorted_runs(key)
        ]
        self._add((key[0], 0), line, count)

    def _take(self, found: Mapping[Key, tuple[Laid, ...]]) -> dict[int, int]:
        shares: dict[int, int] = {}
        for (sku, price_minor), laid in found.items():
            del self.runs[sku, price_minor]
            for each in laid:
                count = each.count * each.times
                self._add((sku, price_minor - each.share_minor), each.line, count)
                if each.taking is not None:
                    minor = each.share_minor * count
                    shares[each.line] = shares.get(each.line, 0) + minor
                    self.left[each.line] -= minor
        return shares

    def _take_weighed(self, offer: Offer, uses: int) -> dict[int, int]:
        if offer.kind not in UNIT_KINDS:
            return {}
        shares: dict[int, int] = {}
        ordered = sorted(
            self.weighed.values(), key=lambda goods: (-goods.amount_minor, goods.order)
        )
        for goods in ordered:
            if offer.max_uses is not None and uses + len(shares) >= offer.max_uses:
                break
            if offer.goods.takes(goods.sku, goods.department):
                saving = weighed_saving_minor(offer, goods, self.left[goods.number])
                if saving:
                    shares[goods.number] = saving
                    self.left[goods.number] -= saving
        return shares

    def _weighed_deals(self, shares: Mapping[int, int]) -> list[Deal]:
        return [
            Deal(((number, self._units.goods[number].weight_milli),), saving)
            for number, saving in shares.items()
        ]

    def _add(self, key: Key, line: int, count: int) -> None:
        self.runs.setdefault(key, []).append((line, count))


def deals_of(laid: Iterable[Iterable[Laid]]) -> list[Deal]:
    """Put together what each deal of one offer took of all classes; neighbours alike are one."""
    parts: dict[tuple[Key, int], list[tuple[Laid, Taking]]] = {}
    for each in itertools.chain(*laid):
        if each.taking is not None:
            parts.setdefault(each.taking.application, []).append((each, each.taking))
    deals: list[Deal] = []
    for application in sorted(parts):
        found = parts[application]
        edges = {each.first_deal for each, _ in found}
        edges |= {each.first_deal + each.times for each, _ in found}
        bounds = sorted(edges)
        deals += [_deal(found, first, over) for first, over in itertools.pairwise(bounds)]
    return deals


def _deal(parts: Sequence[tuple[Laid, Taking]], first: int, over: int) -> Deal:
    units: dict[int, int] = {}
    for each, _ in parts:
        if each.first_deal <= first < each.first_deal + each.times:
            units[each.line] = units.get(each.line, 0) + each.count * 1000
    return Deal(tuple(sorted(units.items())), parts[0][1].saving_minor, over - first)
