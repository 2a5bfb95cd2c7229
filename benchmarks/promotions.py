"""Promotions: what re-pricing a basket costs after one more scan, and how good the prices are.

Run ``python -m benchmarks.promotions [--baskets 30] [--rounds 2]``; two minutes on a quiet machine.
Baskets and offers are those of ``baskets_of_offers``. A scan is the solver's part of it: the change
of one class, in whatever parts of the basket it touches, at the limit of a scan. At Total the whole
basket is solved once more, at the larger limit. Ratios are to an anchor, a loop of a thousand
additions. A busy machine shows in the tail of the walls first, so CPU is given too, and the goals
are judged by it. Of a long basket what is there is frozen for the garbage collector first, as the
terminal does: a full collection of 10,000 lines takes 33 ms once in a while. Losses are against
HiGHS where it is installed, given five seconds a basket; where it proved nothing, against the
better of both.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.baskets_of_offers import classes_of, dense, retail, scans, week
from benchmarks.measuring import (
    Finding,
    heading,
    micros,
    millis,
    percentile,
    print_findings,
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
QUALITY: Final = ("", "mean loss", "max loss", "proven", "mean gap", "max CPU ms", "per ms")
P50_MAX_S, P90_MAX_S, P99_MAX_S, LONG_MAX_S, TOTAL_MAX_S = 50e-6, 1e-3, 10e-3, 25e-3, 200e-3
INDEX_MAX_S: Final = 100e-3
HIGHS_S: Final = 5.0


@attrs.frozen
class Timed:
    """What calls of one kind took, in seconds each."""

    walls: list[float] = attrs.Factory(list)
    cpus: list[float] = attrs.Factory(list)

    def call(self, act: Callable[[], Partition]) -> Partition:
        """Do it once, timed."""
        cpu, begin = time.thread_time(), time.perf_counter()
        made = act()
        self.walls.append(time.perf_counter() - begin)
        self.cpus.append(time.thread_time() - cpu)
        return made

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


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, default=30, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print_findings(run(baskets=options.baskets, rounds=options.rounds))


def run(*, baskets: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading(f"Re-pricing after a scan, limit {SCAN.transitions:,}; at Total {TOTAL.transitions:,}")
    findings = [*_indexed(rounds)]
    rows: list[tuple[str, ...]] = []
    findings += _short(baskets, rounds, rows) + _long(rounds, rows) + _chained(baskets, rows)
    print_table(HEADER, rows)
    heading("Quality at Total")
    quality: list[tuple[str, ...]] = []
    findings += _quality(max(4, baskets // 3), quality)
    print_table(
        ("", "mean loss", "max loss", "proven", "mean gap", "max CPU ms", "per ms"), quality
    )
    return findings


def anchor_s() -> float:
    """Return what a thousand additions take, at the median of nine tries."""
    return statistics.median(_thousand_additions() for _ in range(9))


def _thousand_additions() -> float:
    begin, added = time.perf_counter(), 0
    for one in range(1_000):
        added += one
    return time.perf_counter() - begin


def _indexed(rounds: int) -> list[Finding]:
    offers = retail(1_000).offers
    best = []
    for _ in range(max(3, rounds)):
        begin = time.thread_time()
        Solver(offers)
        best.append(time.thread_time() - begin)
    took = statistics.median(best)
    return [_limited("1,000 offers indexed", took, INDEX_MAX_S)]


def _short(baskets: int, rounds: int, rows: list[tuple[str, ...]]) -> list[Finding]:
    """Scans 81 to 100 of retail baskets, and their proof at Total."""
    findings = []
    for name, shop in (("retail", retail(200)), ("glued", retail(200, glued=True))):
        findings += _short_of(name, shop, baskets * rounds, rows)
    return findings


def _short_of(name: str, shop: Shop, baskets: int, rows: list[tuple[str, ...]]) -> list[Finding]:
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
    took = timed.cpus
    return [
        _limited(f"{name} scan p50", percentile(took, 0.5), P50_MAX_S),
        _limited(f"{name} scan p90", percentile(took, 0.9), P90_MAX_S),
        _limited(f"{name} scan p99", percentile(took, 0.99), P99_MAX_S),
        Finding(
            goal=f"{name}: components proven at Total >= 99 %",
            measured=f"{100 * proven / parts:.2f} % of {parts:,}",
            met=proven * 100 >= parts * 99,
        ),
    ]


def _long(rounds: int, rows: list[tuple[str, ...]]) -> list[Finding]:
    """A hundred scans more to long baskets."""
    shop, findings = retail(200), []
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
        findings.append(percentile(timed.cpus, 0.99))
    return [_limited("10,000 lines, a line p99", findings[-1], LONG_MAX_S)]


def _chained(baskets: int, rows: list[tuple[str, ...]]) -> list[Finding]:
    """Scans where the basket is one part, the worst that a shop can do to itself."""
    for lines in (30, 100):
        timed = Timed()
        for seed in range(max(4, baskets // 3)):
            shop = week(seed)
            _scanned(Solver(shop.offers), shop, seed, lines - 10, lines, timed)
        rows.append(timed.row(f"week, {lines} units"))
    return []


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


def _quality(baskets: int, rows: list[tuple[str, ...]]) -> list[Finding]:
    findings = []
    for name, make, units, loss_max in (
        ("week", week, 30, 1.0),
        ("week", week, 100, 3.0),
        ("dense, 10 offers", lambda seed: dense(10, seed), 20, None),
        ("dense, 30 offers", lambda seed: dense(30, seed), 30, None),
    ):
        results = [_compared(make(seed), units, seed) for seed in range(baskets)]
        losses = [each.loss_percent for each in results if each.loss_percent is not None]
        mean = statistics.mean(losses) if losses else None
        longest = max(each.took_s for each in results)
        rows.append(
            (
                f"{name}, {units} units",
                "-" if mean is None else f"{mean:.2f} %",
                "-" if mean is None else f"{max(losses):.2f} %",
                f"{sum(each.gap_percent == 0 for each in results)} of {len(results)}",
                f"{statistics.mean(each.gap_percent for each in results):.2f} %",
                millis(longest),
                f"{sum(e.work for e in results) / sum(e.took_s for e in results) / 1e3:,.0f}",
            )
        )
        if loss_max is not None:
            findings.append(_loss(f"{name}, {units} units: mean loss", mean, loss_max))
            findings.append(_limited(f"{name}, {units} units at Total", longest, TOTAL_MAX_S))
    return findings


@attrs.frozen
class Compared:
    """One basket at Total, beside the best known."""

    loss_percent: float | None
    """None: there is nothing to compare with."""
    gap_percent: float
    took_s: float
    work: int


def _compared(shop: Shop, units: int, seed: int) -> Compared:
    scanned = scans(shop, units, seed)
    begin = time.thread_time()
    found = solve(classes_of(scanned), shop.offers, TOTAL)
    took = time.thread_time() - begin
    best = found.saving_minor if found.is_proven else _best_minor(scanned, shop)
    loss = None if best is None else 100 * max(0, best - found.saving_minor) / max(1, best)
    gap = 100 * found.short_by_minor / max(1, found.saving_minor)
    return Compared(loss, gap, took, found.work)


def _best_minor(scanned: Sequence[tuple[str, int]], shop: Shop) -> int | None:
    try:
        from tests.plugins.promotions.integer_programme import optimum_minor
    except ModuleNotFoundError:
        return None
    best: int = optimum_minor(Counter(scanned), shop.offers, HIGHS_S)[0]
    return best


def _limited(what: str, took_s: float, most_s: float) -> Finding:
    return Finding(
        goal=f"{what} <= {millis(most_s)} ms", measured=f"{millis(took_s)} ms", met=took_s <= most_s
    )


def _loss(what: str, mean: float | None, most: float) -> Finding:
    if mean is None:
        return Finding(goal=f"{what} <= {most} %", measured="highspy is not installed")
    return Finding(goal=f"{what} <= {most} %", measured=f"{mean:.2f} %", met=mean <= most)


if __name__ == "__main__":
    main()
