"""Simulate paid sales among faults: ``python -m benchmarks.payments_sim --payments 20000``.

Worlds, faults and checks are those of ``tests/simulation/payments``; shards take seeds in turn.
``--story SEED`` tells the world of one seed with as few faults as still go wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.simulation.payments.running import run, run_many, shortest

_SHORTEST: Any = shortest  # tests carry no types
Found = tuple[Counter[str], Counter[str], list[tuple[int, list[str]]]]


def main() -> int:
    """Run the simulation; 1 where anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--payments", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the first world's")
    parser.add_argument("--shards", type=int, default=2, help="processes")
    parser.add_argument("--story", type=int, help="tell the world of this seed, and stop")
    asked = parser.parse_args()
    if asked.story is not None:
        return _tell(asked.story)
    began = time.perf_counter()
    found = _shards(asked.payments, asked.seed, asked.shards)
    _report(found, time.perf_counter() - began, asked.shards)
    return 1 if found[2] else 0


def _tell(seed: int) -> int:
    live: Any = run
    is_wrong = bool(live(seed).violations)
    told = live(seed, tells=True) if not is_wrong else _SHORTEST(seed)
    print("\n".join(told.story))
    print(f"seed {seed}: {len(told.drawn)} faults, violated: {told.violations or 'nothing'}")
    return int(is_wrong)


def _shards(payments: int, seed: int, shards: int) -> Found:
    each = -(-payments // shards)
    counts: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    wrong: list[tuple[int, list[str]]] = []
    with ProcessPoolExecutor(shards) as pool:
        firsts = range(seed, seed + shards)
        for found in pool.map(
            run_many, [each] * shards, [None] * shards, firsts, [shards] * shards
        ):
            counts += found[0]
            hits += found[1]
            wrong += found[2]
    return counts, hits, wrong


def _report(found: Found, took_s: float, shards: int) -> None:
    counts, hits, wrong = found
    for name, count in sorted(counts.items()):
        print(f"outcome  {count:9,}  {name}")
    for name, count in sorted(hits.items()):
        passed = hits[name.partition(".")[0]]
        share = f"{100 * count / passed:5.1f} %" if "." in name else " passed"
        print(f"fault    {count:9,}  {share}  {name}")
    rate = counts["payments"] / took_s
    print(
        f"{counts['payments']:,} payments in {counts['worlds']:,} worlds, {took_s:.1f} s, "
        f"{rate:.0f}/s in {shards} processes: {len(wrong)} worlds with a violation"
    )
    for seed, violations in wrong[:20]:
        print(f"  seed {seed}: {violations[0]}")


if __name__ == "__main__":
    sys.exit(main())
