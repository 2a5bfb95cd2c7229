"""A Z over 10,000 sales: from the command to the first byte at the printer.

Run ``python -m benchmarks.z_report [--sales 10000] [--rounds 5]``. The sales are made once, by a
till without a printer; each round closes copies of its folder that have one: after all sales, and
after a single one. The anchor is an append of 256 bytes with fdatasync. The printer was written to
before, as on any day. In the end each Z has to be there, over all its sales, with its signature.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import time
from typing import TYPE_CHECKING, Final

from benchmarks.anchors import Flush
from benchmarks.measuring import (
    Finding,
    Measured,
    heading,
    measured,
    millis,
    print_findings,
    print_table,
)
from benchmarks.shop import (
    Shop,
    accept,
    add_folder_option,
    make_shop,
    till_toml,
    workspace,
)
from posframe import Till, commands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SALES: Final = 10_000
LINES: Final = 2
BURST_SALES: Final = 200
FLUSHES: Final = 50
FIRST_BYTE_MAX_S: Final = 0.1
PRINTED_WITHIN_S: Final = 20.0
PAPER: Final = "paper.bin"
ANCHOR: Final = "anchor: append 256 B, fdatasync"
ONE: Final = "Z over 1 sale"


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=SALES)
    parser.add_argument("--rounds", type=int, default=5)
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        print_findings(run(folder, sales=options.sales, rounds=options.rounds))


def run(folder: Path, *, sales: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    many = f"Z over {sales:,} sales"
    sold = {many: _sold(folder / "many", sales), ONE: _sold(folder / "one", 1)}
    heading("Z report, from the command to the first byte at the printer")
    found = _measured(folder, sold, {many: sales, ONE: 1}, rounds)
    anchor = found[ANCHOR]
    print_table(
        ("", "p50 ms", "worst ms", "p50 ×", "CPU ms"),
        [
            (
                name,
                millis(each.p50_s),
                millis(max(one.p99_s for one in each.rounds)),
                f"{each.p50_ratio(anchor):.1f}",
                millis(each.cpu_s),
            )
            for name, each in found.items()
        ],
    )
    first_s = found[many].p50_s
    return [
        Finding(
            goal=f"{many}: first byte at the printer <= {FIRST_BYTE_MAX_S * 1000:.0f} ms",
            measured=f"{millis(first_s)} ms",
            ratio=f"{found[many].p50_ratio(found[ONE]):.2f} of one sale's",
            met=first_s <= FIRST_BYTE_MAX_S,
        )
    ]


def _sold(folder: Path, sales: int) -> Path:
    """Make a till that has sold so often, close it, and give it a printer for the next start."""
    codes = itertools.cycle(make_shop(folder, Shop()))
    with Till.open(folder) as till:
        for begin in range(0, sales, BURST_SALES):
            count = min(BURST_SALES, sales - begin)
            made = [each for _ in range(count) for each in _sale(codes)]
            for ticket in [till.submit(each) for each in made]:
                outcome = ticket.wait()
                assert outcome.accepted, outcome.words
        assert till.state.control.totals.counters.sales == sales, "every sale is there"
    printing = till_toml(Shop(printer=f"file:{PAPER}"))
    (folder / "till.toml").write_text(printing, encoding="utf-8")
    return folder


def _sale(codes: itertools.cycle[str]) -> list[object]:
    scans: list[object] = [commands.AddItem(code=next(codes)) for _ in range(LINES)]
    return [*scans, commands.Pay(type="cash")]


def _measured(
    folder: Path, sold: dict[str, Path], sales: dict[str, int], rounds: int
) -> dict[str, Measured]:
    """Let the contenders take turns, round by round, each on a copy that nobody has closed."""
    walls: dict[str, list[Sequence[float]]] = {name: [] for name in (ANCHOR, *sold)}
    cpus: dict[str, list[float]] = {name: [] for name in walls}
    for at in range(rounds):
        with Flush(folder) as flush:
            cpu = time.process_time()
            walls[ANCHOR].append([_timed_s(flush) for _ in range(FLUSHES)])
            cpus[ANCHOR].append((time.process_time() - cpu) / FLUSHES)
        for name, source in sold.items():
            copy = folder / f"copy-{at}-{sales[name]}"
            shutil.copytree(source, copy)
            wall_s, cpu_s = _closed(copy, sales[name])
            walls[name].append([wall_s])
            cpus[name].append(cpu_s)
            shutil.rmtree(copy)
    return {name: measured(walls[name], cpus[name]) for name in walls}


def _timed_s(flush: Flush) -> float:
    begin = time.perf_counter()
    flush()
    return time.perf_counter() - begin


def _closed(folder: Path, sales: int) -> tuple[float, float]:
    """Close the day of a till; return seconds to the first byte on paper, and its CPU."""
    paper = folder / PAPER
    with Till.open(folder) as till:
        accept(till, commands.PrintX())
        assert till.drain(PRINTED_WITHIN_S), "the printer is connected and has written"
        before, cpu = paper.stat().st_size, time.process_time()
        begin = time.perf_counter()
        till.submit(commands.CloseDay())
        while paper.stat().st_size == before:
            assert time.perf_counter() - begin < PRINTED_WITHIN_S, "a Z comes out"
            time.sleep(0.0002)
        wall_s = time.perf_counter() - begin
        cpu_s = time.process_time() - cpu
        assert till.drain(PRINTED_WITHIN_S)
        till.call(lambda: None)
        last = till.state.control.last_z
        assert last is not None
        assert last.totals.counters.sales == sales, "all was closed"
        assert till.state.anchored_seq > last.to_seq, "what was closed is signed"
    return wall_s, cpu_s


if __name__ == "__main__":
    main()
