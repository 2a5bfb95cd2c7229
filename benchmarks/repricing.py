"""Re-pricing as a till does it: the price rule, the kernel's checks, and the whole of one scan.

Run ``python -m benchmarks.repricing [--baskets 20]``. The retail shop of ``baskets_of_offers``, 200
offers, baskets of 81 to 100 lines. ``promotions`` times the solver alone; here the lines of a
basket are decided by the kernel, with nothing written, and of each scan three things are timed:
what the rule takes, what the kernel's facade takes with it, and the whole decision. The last is
told without offers too.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from benchmarks.baskets_of_offers import retail, scans
from benchmarks.measuring import heading, micros, percentile, print_table
from posframe.kernel.activation import ActivePlugin, Hooks
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.events import TillStarted
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.tax import Tax
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import FoundItem, Moment
from posframe.kernel.hookspecs import hookimpl
from posframe_promotions.offers import read_offers
from posframe_promotions.rule import Limits, OfferRule
from posframe_promotions.solving import (
    TRANSITIONS_PER_MS,
    CheapestOffer,
    Limit,
    PatternOffer,
    UnitOffer,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.baskets_of_offers import Shop
    from posframe.kernel.domain.basket import OfferRow
    from posframe.kernel.domain.views import SaleView
    from posframe_promotions.solving import Offer as SolverOffer
    from posframe_promotions.terms import Offer

OFFERS, LINES, TIMED_LINES, OFFERED_PERCENT = 200, 100, 20, 50
SCAN_MS, TOTAL_MS = 2, 120
VAT: Final = (Tax("vat", "VAT", 19),)
SETTINGS: Final = cmd.Settings()


class Timed:
    """A price rule whose time is taken."""

    def __init__(self, rule: OfferRule) -> None:
        self._rule = rule
        self.took_s = 0.0

    def price(self, sale: SaleView, changed: tuple[int, ...]) -> list[OfferRow]:
        """Ask the rule."""
        began = time.perf_counter()
        rows = self._rule.price(sale, changed)
        self.took_s = time.perf_counter() - began
        return rows


class Plugin:
    """Brings one price rule."""

    def __init__(self, rule: Timed) -> None:
        self._rule = rule

    @hookimpl
    def posframe_price_rules(self) -> list[Any]:
        """Bring it."""
        return [self._rule]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, default=20)
    baskets = parser.parse_args().baskets
    heading(f"One more scan at {LINES} lines with {OFFERS} offers, {baskets} baskets")
    shop = retail(OFFERS)
    limits = Limits(
        scan=Limit(SCAN_MS * TRANSITIONS_PER_MS), total=Limit(TOTAL_MS * TRANSITIONS_PER_MS)
    )
    rule = Timed(OfferRule(documents(shop), zone=ZoneInfo("UTC"), limits=limits))
    columns: dict[str, list[float]] = {"rule": [], "rule and facade": [], "whole decision": []}
    plain: list[float] = []
    for seed in range(baskets):
        scanned = scans(shop, LINES, seed, OFFERED_PERCENT)
        for taken, found in zip(columns.values(), _basket(scanned, rule), strict=True):
            taken += found
        plain += _basket(scanned, None)[2]
    columns["whole decision, no offers"] = plain
    rows = [
        (name, *(micros(percentile(taken, share)) for share in (0.5, 0.9, 0.99)))
        for name, taken in columns.items()
    ]
    print_table(("", "p50 µs", "p90 µs", "p99 µs"), rows)


def documents(shop: Shop) -> tuple[Offer, ...]:
    """Return a shop's offers as the plugin reads them from files."""
    return read_offers([_table(each) for each in shop.offers], currency="EUR", where="retail")


def _table(offer: SolverOffer) -> dict[str, Any]:
    if isinstance(offer, UnitOffer):
        return {
            "id": offer.id,
            "kind": "unit_percent",
            "percent": _percent(offer.percent_milli),
            "skus": _skus(offer.skus),
        }
    if isinstance(offer, CheapestOffer):
        return {
            "id": offer.id,
            "kind": "cheapest_percent",
            "n": offer.n,
            "percent": _percent(offer.percent_milli),
            "skus": _skus(offer.skus),
        }
    assert isinstance(offer, PatternOffer), "the retail shop has these kinds"
    if len(offer.groups) > 1:
        groups = [_skus(each.skus) for each in offer.groups]
        return {
            "id": offer.id,
            "kind": "bundle_price",
            "groups": groups,
            "price": _amount(offer.price_minor),
        }
    group = offer.groups[0]
    many = {"id": offer.id, "n": group.count, "skus": _skus(group.skus)}
    if offer.price_minor is None:
        return {**many, "kind": "n_percent", "percent": _percent(group.percent_milli)}
    return {**many, "kind": "n_for_price", "price": _amount(offer.price_minor)}


def _skus(skus: Iterable[str] | None) -> list[str]:
    return sorted(skus or ())


def _percent(percent_milli: int | None) -> str:
    return format_minor(percent_milli or 0, 3)


def _amount(minor: int | None) -> str:
    return format_minor(minor or 0, 2)


def _basket(
    scanned: Sequence[tuple[str, int]], rule: Timed | None
) -> tuple[list[float], list[float], list[float]]:
    """Scan a basket; return what its last lines took."""
    plugins = [ActivePlugin("promotions", "1", Plugin(rule))] if rule else []
    hooks = Hooks(plugins)
    facade_s = 0.0

    def price(asked: q.PriceSale) -> tuple[OfferRow, ...]:
        nonlocal facade_s
        began = time.perf_counter()
        rows = hooks.price(asked.sale, asked.changed)
        facade_s = time.perf_counter() - began
        return rows

    items = {
        sku: FoundItem(item=Item(sku=sku, name=sku, unit_price_minor=minor), code=sku)
        for sku, minor in scanned
    }
    answers: dict[type, Any] = {
        q.FindItem: lambda asked: items[asked.code],
        q.FindTaxes: lambda _asked: VAT,
        q.PriceSale: price,
        q.VetoLines: lambda _asked: None,
        q.Contribute: lambda _asked: (),
    }
    started = TillStarted(till="T", currency="EUR", software="", configuration="")
    state = evolve(TillState(), started)
    ruled: list[float] = []
    faced: list[float] = []
    whole: list[float] = []
    for at, (sku, _) in enumerate(scanned):
        moment = Moment(wall_us=at, local_date="2026-01-01", operator="1", id=f"{at:032x}")
        began = time.perf_counter()
        state = _decided(state, cmd.AddItem(code=sku), moment, answers)
        took_s = time.perf_counter() - began
        if at >= LINES - TIMED_LINES:
            ruled.append(rule.took_s if rule else 0.0)
            faced.append(facade_s)
            whole.append(took_s)
    return ruled, faced, whole


def _decided(
    state: TillState, command: cmd.AddItem, moment: Moment, answers: dict[type, Any]
) -> TillState:
    deciding = decide(state, command, moment, SETTINGS)
    answer: Any = None
    try:
        while True:
            question = deciding.send(answer)
            answer = answers[type(question)](question)
    except StopIteration as stop:
        after: TillState = stop.value.state
        return after


if __name__ == "__main__":
    main()
