"""Promotions: what re-pricing a basket costs after one more scan, and how good the prices are.

Run ``python -m benchmarks.promotions [--baskets 30] [--rounds 2]``; two minutes on a quiet machine.
Baskets and offers are those of ``baskets_of_offers``. A scan is the solver's part of it: the change
of one class, in whatever parts of the basket it touches, at the limit of a scan. At Total the whole
basket is solved once more, at the larger limit. Ratios are to an anchor, a loop of a thousand
additions. Goals are judged by wall times; a busy machine shows in their tail first, so the load of
the moment and what was taken of the CPU stand beside them. Of a long basket what is there is frozen
for the garbage collector first, as the terminal does: a full collection of 10,000 lines takes 33 ms
once in a while. Losses are against HiGHS where it is installed, given five seconds a basket; where
it proved nothing, against the better of both.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from benchmarks.baskets_of_offers import bundles, classes_of, dense, retail, scans, week
from benchmarks.measuring import (
    Finding,
    heading,
    micros,
    millis,
    percentile,
    print_table,
)
from posframe_promotions.solving import TRANSITIONS_PER_MS, Limit, Solver, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.baskets_of_offers import Shop
    from posframe_promotions.solving import Partition

SCAN: Final = Limit(1_500)
TOTAL: Final = Limit(120 * TRANSITIONS_PER_MS)
OFFERED_PERCENT: Final = 50
HEADER: Final = ("", "p50 µs", "p90 µs", "p99 µs", "max µs", "CPU p50", "CPU p99", "p50 ×", "p99 ×")
QUALITY: Final = (
    *("", "mean loss", "max loss", "proven", "mean gap"),
    *("max ms", "max CPU ms", "transitions per ms"),
)
GOALS: Final = ("goal", "wall ms", "CPU ms", "load", "measured", "verdict by wall")
P50_MAX_S, P90_MAX_S, P99_MAX_S, LONG_MAX_S, TOTAL_MAX_S = 50e-6, 1e-3, 10e-3, 25e-3, 200e-3
INDEX_MAX_S: Final = 100e-3
HIGHS_S: Final = 5.0


Result = TypeVar("Result")


@attrs.frozen
class Timed:
    """What calls of one kind took, in seconds each."""

    walls: list[float] = attrs.Factory(list)
    cpus: list[float] = attrs.Factory(list)

    def call(self, act: Callable[[], Result]) -> Result:
        """Do it once, timed."""
        cpu, begin = time.thread_time(), time.perf_counter()
        made = act()
        self.walls.append(time.perf_counter() - begin)
        self.cpus.append(time.thread_time() - cpu)
        return made

    def limited(self, what: str, share: float, most_s: float) -> Goal:
        """Return the goal that ``share`` of the calls take no longer than ``most_s``."""
        wall, cpu = percentile(self.walls, share), percentile(self.cpus, share)
        return Goal(
            goal=f"{what} <= {millis(most_s)} ms", met=wall <= most_s, wall_s=wall, cpu_s=cpu
        )

    def row(self, name: str) -> tuple[str, ...]:
        """Return a row for ``HEADER``."""
        shares = [percentile(self.walls, share) for share in (0.5, 0.9, 0.99)]
        anchor = anchor_s()
        return (
            name,
            *map(micros, shares),
            micros(max(self.walls)),
            micros(percentile(self.cpus, 0.5)),
            micros(percentile(self.cpus, 0.99)),
            f"{shares[0] / anchor:.1f}",
            f"{shares[2] / anchor:.0f}",
        )


@attrs.frozen(kw_only=True)
class Goal:
    """A goal, and what became of it; times where it is one of times."""

    goal: str
    met: bool | None
    wall_s: float | None = None
    cpu_s: float | None = None
    measured: str = ""
    load: float = attrs.Factory(lambda: os.getloadavg()[0])

    def row(self) -> tuple[str, ...]:
        """Return a row for ``GOALS``."""
        times = ["-" if each is None else millis(each) for each in (self.wall_s, self.cpu_s)]
        verdict = {True: "met", False: "NOT MET", None: "-"}[self.met]
        return (self.goal, *times, f"{self.load:.2f}", self.measured or "-", verdict)

    def finding(self) -> Finding:
        """Return it for the table of all benchmarks."""
        if self.wall_s is None or self.cpu_s is None:
            return Finding(goal=self.goal, measured=self.measured, met=self.met)
        took = f"{millis(self.wall_s)} ms (CPU {millis(self.cpu_s)}, load {self.load:.2f})"
        return Finding(goal=self.goal, measured=took, met=self.met)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, default=30, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    run(baskets=options.baskets, rounds=options.rounds)


def run(*, baskets: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading(f"Re-pricing after a scan, limit {SCAN.transitions:,}; at Total {TOTAL.transitions:,}")
    goals = [_indexed(rounds)]
    rows: list[tuple[str, ...]] = []
    goals += _short(baskets, rounds, rows) + _long(rounds, rows)
    _chained(baskets, rows)
    print_table(HEADER, rows)
    heading("Quality at Total")
    quality: list[tuple[str, ...]] = []
    goals += _quality(max(4, baskets // 3), quality)
    print_table(QUALITY, quality)
    heading("Promotions: goals")
    print_table(GOALS, [each.row() for each in goals])
    return [each.finding() for each in goals]


def anchor_s() -> float:
    """Return what a thousand additions take, at the median of nine tries."""
    return statistics.median(_thousand_additions() for _ in range(9))


def _thousand_additions() -> float:
    begin, added = time.perf_counter(), 0
    for one in range(1_000):
        added += one
    return time.perf_counter() - begin


def _indexed(rounds: int) -> Goal:
    offers, timed = retail(1_000).offers, Timed()
    for _ in range(max(3, rounds)):
        timed.call(lambda: Solver(offers))
    return timed.limited("1,000 offers indexed", 0.5, INDEX_MAX_S)


def _short(baskets: int, rounds: int, rows: list[tuple[str, ...]]) -> list[Goal]:
    """Scans 81 to 100 of retail baskets, and their proof at Total."""
    goals = []
    for name, shop in (("retail", retail(200)), ("glued", retail(200, glued=True))):
        goals += _short_of(name, shop, baskets * rounds, rows)
    return goals


def _short_of(name: str, shop: Shop, baskets: int, rows: list[tuple[str, ...]]) -> list[Goal]:
    timed, totals = Timed(), Timed()
    parts = proven = 0
    for seed in range(baskets):
        solver = Solver(shop.offers)
        basket = _scanned(solver, shop, seed, 80, 100, timed)
        whole = [each for _, classes in basket.units.items() for each in classes]
        solved = totals.call(lambda solver=solver, whole=whole: solver.partition(whole, TOTAL))  # type: ignore[misc] # defaults bind the loop
        found = {id(part): part for _, part in solved.parts.items()}.values()
        parts += len(found)
        proven += sum(part.solution.is_proven for part in found)
    rows += [
        timed.row(f"{name}, 100 lines, 200 offers"),
        totals.row("  the whole of it at Total"),
    ]
    return [
        timed.limited(f"{name} scan p50", 0.5, P50_MAX_S),
        timed.limited(f"{name} scan p90", 0.9, P90_MAX_S),
        timed.limited(f"{name} scan p99", 0.99, P99_MAX_S),
        Goal(
            goal=f"{name}: components proven at Total >= 99 %",
            measured=f"{100 * proven / parts:.2f} % of {parts:,}",
            met=proven * 100 >= parts * 99,
        ),
    ]


def _long(rounds: int, rows: list[tuple[str, ...]]) -> list[Goal]:
    """A hundred scans more to long baskets."""
    shop = retail(200)
    for lines in (1_000, 10_000):
        timed = Timed()
        for seed in range(rounds):
            solver = Solver(shop.offers)
            begun = scans(shop, lines, seed, OFFERED_PERCENT)
            basket = solver.partition(classes_of(begun), SCAN)
            gc.collect()
            gc.freeze()
            for sku, price_minor in scans(shop, 100, seed + 1_000, OFFERED_PERCENT):
                basket = timed.call(
                    lambda at=(solver, basket, sku, price_minor): at[0].changed(*at[1:], 1, SCAN)  # type: ignore[misc] # as above
                )
        gc.unfreeze()
        rows.append(timed.row(f"retail, {lines:,} lines"))
    return [timed.limited("10,000 lines, a line p99", 0.99, LONG_MAX_S)]


def _chained(baskets: int, rows: list[tuple[str, ...]]) -> None:
    """Scans where the basket is one part, the worst that a shop can do to itself."""
    for lines in (30, 100):
        timed = Timed()
        for seed in range(max(4, baskets // 3)):
            shop = week(seed)
            _scanned(Solver(shop.offers), shop, seed, lines - 10, lines, timed)
        rows.append(timed.row(f"week, {lines} units"))


def _scanned(
    solver: Solver, shop: Shop, seed: int, untimed: int, lines: int, timed: Timed
) -> Partition:
    basket = solver.empty
    for at, (sku, price_minor) in enumerate(scans(shop, lines, seed, OFFERED_PERCENT)):
        if at < untimed - 1:
            basket = solver.changed(basket, sku, price_minor, 1, Limit(0))
        elif at < untimed:  # the first timed scan finds a basket solved as any
            basket = solver.changed(basket, sku, price_minor, 1, SCAN)
        else:
            basket = timed.call(
                lambda at=(solver, basket, sku, price_minor): at[0].changed(*at[1:], 1, SCAN)  # type: ignore[misc] # as above
            )
    return basket


def _quality(baskets: int, rows: list[tuple[str, ...]]) -> list[Goal]:
    goals = []
    for name, make, units, loss_max in (
        ("week", week, 30, 1.0),
        ("week", week, 100, 3.0),
        ("dense, 10 offers", lambda seed: dense(10, seed), 20, None),
        ("dense, 30 offers", lambda seed: dense(30, seed), 30, None),
        ("bundles of 4 places", lambda seed: bundles(8, 4, seed), 40, None),
    ):
        timed = Timed()
        results = [_compared(make(seed), units, seed, timed) for seed in range(baskets)]
        losses = [each.loss_percent for each in results if each.loss_percent is not None]
        mean = statistics.mean(losses) if losses else None
        rows.append(
            (
                f"{name}, {units} units",
                "-" if mean is None else f"{mean:.2f} %",
                "-" if mean is None else f"{max(losses):.2f} %",
                f"{sum(each.gap_percent == 0 for each in results)} of {len(results)}",
                f"{statistics.mean(each.gap_percent for each in results):.2f} %",
                millis(max(timed.walls)),
                millis(max(timed.cpus)),
                f"{sum(each.work for each in results) / sum(timed.cpus) / 1e3:,.0f}",
            )
        )
        if loss_max is not None:
            goals.append(_loss(f"{name}, {units} units: mean loss", mean, loss_max))
            goals.append(timed.limited(f"{name}, {units} units at Total", 1.0, TOTAL_MAX_S))
    return goals


@attrs.frozen
class Compared:
    """One basket at Total, beside the best known."""

    loss_percent: float | None
    """None: there is nothing to compare with."""
    gap_percent: float
    work: int


def _compared(shop: Shop, units: int, seed: int, timed: Timed) -> Compared:
    scanned = scans(shop, units, seed)
    found = timed.call(lambda: solve(classes_of(scanned), shop.offers, TOTAL))
    best = found.saving_minor if found.is_proven else _best_minor(scanned, shop)
    loss = None if best is None else 100 * max(0, best - found.saving_minor) / max(1, best)
    return Compared(loss, 100 * found.short_by_minor / max(1, found.saving_minor), found.work)


def _best_minor(scanned: Sequence[tuple[str, int]], shop: Shop) -> int | None:
    try:
        from tests.plugins.promotions.integer_programme import optimum_minor
    except ModuleNotFoundError:
        return None
    best: int = optimum_minor(Counter(scanned), shop.offers, HIGHS_S)[0]
    return best


def _loss(what: str, mean: float | None, most: float) -> Goal:
    if mean is None:
        return Goal(goal=f"{what} <= {most} %", measured="highspy is not installed", met=None)
    return Goal(goal=f"{what} <= {most} %", measured=f"{mean:.2f} %", met=mean <= most)


if __name__ == "__main__":
    main()
