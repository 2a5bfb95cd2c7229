"""A durable line: from a scan that is submitted to its commit, beside one append and fdatasync.

Run ``python -m benchmarks.line [--calls 400] [--rounds 5] [--sizes 10,100,1000,10000]``. All
first-party plugins are active. Blocks of scans take turns with blocks of the anchor; every scan is
checked to have been accepted. The till has sold and printed before, as on any day. The engine alone
is called on its own thread; the difference is the way to it and back. Cold are the first 200 lines
after a start that nobody gave a moment's rest: of a till's first day, and of another morning.
"""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING, Final

from benchmarks.anchors import Flush
from benchmarks.measuring import (
    HEADER,
    Finding,
    Measured,
    compared,
    heading,
    in_turns,
    micros,
    print_findings,
    print_table,
)
from benchmarks.shop import (
    Shop,
    accept,
    add_folder_option,
    codes_of,
    fill_basket,
    make_shop,
    workspace,
)
from posframe import Till, commands
from posframe.kernel.domain.basket import LINES_MAX
from posframe.kernel.engine import Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


SIZES: Final = (10, 100, 1_000, 10_000)
COLD_LINES: Final = 200
ANCHOR, LINE = "anchor", "line"
REFILLED_TO: Final = 100
"""Baskets up to this size are filled anew before each block, larger ones before each round."""
P50_RATIO_MAX, P99_RATIO_MAX, CPU_ABOVE_MAX_S = 1.25, 1.3, 150e-6


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400, help="of each contender in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    add_folder_option(parser)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with workspace(options.folder) as folder:
        print_findings(run(folder, sizes, calls=options.calls, rounds=options.rounds))


def run(folder: Path, sizes: Sequence[int], *, calls: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    findings = []
    heading("Durable line, all first-party plugins")
    rows = []
    for size, found in warm(folder / "warm", sizes, calls=calls, rounds=rounds).items():
        rows.append(compared(f"in a basket of {size:,}", found[LINE], found[ANCHOR]))
        findings += _judged(f"durable line, {size:,} lines in the basket", found)
    found = alone(folder / "alone", calls=calls, rounds=rounds)
    rows.append(compared("the engine alone, no thread between", found[LINE], found[ANCHOR]))
    for name, measure in COLD.items():
        found = measure(folder / name, rounds)
        rows.append(compared(f"first {COLD_LINES}, {name}", found[LINE], found[ANCHOR]))
        findings.append(_p50(f"first {COLD_LINES} lines, {name}", found))
    print_table(HEADER, rows)
    return findings


def warm(
    folder: Path, sizes: Sequence[int], *, calls: int, rounds: int
) -> dict[int, dict[str, Measured]]:
    """Measure lines in baskets of each size, on one till that has sold and printed before."""
    codes = make_shop(folder, Shop(printer="file:paper.bin"))
    with Till.open(folder) as till, Flush(folder) as flush:
        fill_basket(till, codes, REFILLED_TO)
        accept(till, commands.Pay(type="cash"))
        till.drain()
        return {
            size: in_turns(
                {ANCHOR: flush, LINE: scans(till, codes)},
                calls=calls,
                rounds=rounds,
                **_filling(till, codes, size, calls),
            )
            for size in sizes
        }


def alone(folder: Path, *, calls: int, rounds: int) -> dict[str, Measured]:
    """Measure the engine on its own thread, called there: without the way to it and back."""
    codes = make_shop(folder, Shop())
    with Till.open(folder) as till, Flush(folder) as flush:
        fill_basket(till, codes, REFILLED_TO)
        engine, ids, clock = till.parts.engine, till.parts.ids, till.parts.clock
        endless = itertools.cycle(codes)

        def scan() -> None:
            command = commands.AddItem(code=next(endless))
            id_ = ids.next(clock.wall_us())
            (outcome,) = engine.execute([Submission(command=command, id=id_, operator="1")])
            assert outcome.accepted, outcome.words

        contenders: dict[str, Callable[[], object]] = {ANCHOR: flush, LINE: scan}
        found: dict[str, Measured] = till.call(
            lambda: in_turns(contenders, calls=calls, rounds=rounds)
        )
        return found


def scans(till: Till, codes: Sequence[str]) -> Callable[[], None]:
    """Return what scans the next item each time it is called."""
    endless = itertools.cycle(codes)

    def scan() -> None:
        accept(till, commands.AddItem(code=next(endless)))

    return scan


def _filling(
    till: Till, codes: Sequence[str], size: int, calls: int
) -> dict[str, Callable[[], None]]:
    """Return what keeps the basket near ``size``, and within what a sale may hold."""
    if size <= REFILLED_TO:
        return {"before_block": lambda: fill_basket(till, codes, size)}
    begin = min(size, LINES_MAX - calls)
    return {"before_round": lambda: fill_basket(till, codes, begin)}


def _first_start(folder: Path, rounds: int) -> dict[str, Measured]:
    """Measure a new till each round."""
    return _joined([_cold_round(folder / str(at), new=True) for at in range(rounds)])


def _another_morning(folder: Path, rounds: int) -> dict[str, Measured]:
    """Measure one till that is closed and opened again each round."""
    _cold_round(folder, new=True)
    return _joined([_cold_round(folder, new=False) for _ in range(rounds)])


COLD: Final = {"first start": _first_start, "another morning": _another_morning}


def _cold_round(folder: Path, *, new: bool) -> dict[str, Measured]:
    codes = make_shop(folder, Shop()) if new else codes_of(Shop())
    with Till.open(folder) as till, Flush(folder) as flush:
        return in_turns({LINE: scans(till, codes), ANCHOR: flush}, calls=COLD_LINES, rounds=1)


def _joined(each: Sequence[dict[str, Measured]]) -> dict[str, Measured]:
    """Put rounds that were measured one by one together."""
    return {
        name: Measured(tuple(one for found in each for one in found[name].rounds))
        for name in each[0]
    }


def _judged(what: str, found: dict[str, Measured]) -> list[Finding]:
    line, anchor = found[LINE], found[ANCHOR]
    tail, above = line.p99_ratio(anchor), line.cpu_above_s(anchor)
    return [
        _p50(what, found),
        Finding(
            goal=f"{what}: p99 <= {P99_RATIO_MAX} x fdatasync",
            measured=f"{micros(line.p99_s)} µs",
            ratio=f"{tail:.2f}",
            met=tail <= P99_RATIO_MAX,
        ),
        Finding(
            goal=f"{what}: CPU <= {micros(CPU_ABOVE_MAX_S)} µs above fdatasync",
            measured=f"{micros(above)} µs",
            met=above <= CPU_ABOVE_MAX_S,
        ),
    ]


def _p50(what: str, found: dict[str, Measured]) -> Finding:
    ratio = found[LINE].p50_ratio(found[ANCHOR])
    return Finding(
        goal=f"{what}: p50 <= {P50_RATIO_MAX} x fdatasync",
        measured=f"{micros(found[LINE].p50_s)} µs",
        ratio=f"{ratio:.2f}",
        met=ratio <= P50_RATIO_MAX,
    )


if __name__ == "__main__":
    main()
