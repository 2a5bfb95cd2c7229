"""Scan to screen: from the keys of a scan on a real terminal to the frame that shows its line.

Run ``python -m benchmarks.screen [--scans 200] [--rounds 5] [--sizes 10,1000,10000]``. The commit
is included, since no till shows a line before it. The anchor is a process on a terminal of its own
that reads the scan, appends 256 bytes, flushes them and prints one row; scans of both take turns,
with a pause between them as from a quick hand. Each round is a new process on a sale filled anew.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.measuring import (
    Finding,
    Measured,
    heading,
    measured,
    millis,
    print_findings,
    print_table,
)
from benchmarks.pseudo_terminal import FRAME_END, PseudoTerminal
from benchmarks.shop import (
    PLUGINS,
    Shop,
    add_folder_option,
    fill_basket,
    make_shop,
    name_of,
    workspace,
)
from benchmarks.start import till_command
from posframe import Till
from posframe.kernel.domain.basket import LINES_MAX
from posframe.till import Ports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SIZES: Final = (10, 1_000, 10_000)
WARMING_SCANS: Final = 20
PAUSE_S: Final = 0.02
P50_MAX_S, P99_MAX_S, CPU_MAX_S = 5e-3, 1 / 60, 4e-3
BYTES_MAX: Final = 1_024
ANCHOR: Final = """
import os, sys, tty
tty.setraw(0)
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
print("READY", flush=True)
while True:
    scan = b""
    while not scan.endswith(b"\\r"):
        scan += os.read(0, 64)
    os.write(log, bytes(256))
    os.fdatasync(log)
    os.write(1, b"\\x1b[1;1H" + scan[:-1] + b"\\x1b[0m")
"""


@attrs.define
class Scans:
    """What scans on one terminal took."""

    seconds: list[float] = attrs.field(factory=list)
    size_bytes: list[int] = attrs.field(factory=list)
    cpu_s: float = 0.0
    memory_mb: float = 0.0


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=200, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    add_folder_option(parser)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with workspace(options.folder) as folder:
        print_findings(run(folder, sizes, scans=options.scans, rounds=options.rounds))


def run(folder: Path, sizes: Sequence[int], *, scans: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading("Scan to screen")
    codes = make_shop(folder, Shop(plugins=(*PLUGINS, "terminal")))
    findings: list[Finding] = []
    rows: list[tuple[str, ...]] = []
    for size in sizes:
        found = [_round(folder, codes, size, scans) for _ in range(rounds)]
        till = [till for till, _ in found]
        own, anchor = _joined(till), _joined([anchor for _, anchor in found])
        size_bytes = statistics.median(count for each in till for count in each.size_bytes)
        memory = statistics.median(each.memory_mb for each in till)
        if not rows:
            rows.append(("anchor: read, flush, print a row", *_figures(anchor, anchor), "", ""))
        name = f"{size:,} lines in the basket"
        rows.append((name, *_figures(own, anchor), f"{size_bytes:.0f}", f"{memory:.0f}"))
        findings += _judged(name, own, anchor, size_bytes)
    print_table(("", "p50 ms", "p99 ms", "p50 ×", "CPU ms", "bytes", "RSS MB"), rows)
    return findings


def _round(folder: Path, codes: Sequence[str], size: int, scans: int) -> tuple[Scans, Scans]:
    """Fill the sale, start both processes, and let them scan in turns."""
    with Till.open(folder, Ports(effects=False)) as till:
        lines = min(size, LINES_MAX - scans - WARMING_SCANS)
        fill_basket(till, codes, lines)
    command = [sys.executable, "-c", ANCHOR, str(folder / "anchor.log")]
    with (
        PseudoTerminal(till_command("run", folder)) as screen,
        PseudoTerminal(command) as plain,
    ):
        plain.read_until(b"READY")
        screen.read_until(name_of((lines - 1) % len(codes)).encode())
        screen.read_to_rest()
        till_scans, anchor_scans = Scans(), Scans()
        for number in range(WARMING_SCANS + scans):
            if number == WARMING_SCANS:
                till_scans, anchor_scans = Scans(cpu_s=screen.cpu_s), Scans(cpu_s=plain.cpu_s)
            at = (lines + number) % len(codes)
            _scan(screen, f"{codes[at]}\r", name_of(at).encode(), till_scans)
            _scan(plain, f"{codes[at]}\r", codes[at].encode(), anchor_scans)
        for terminal, found in ((screen, till_scans), (plain, anchor_scans)):
            found.cpu_s = (terminal.cpu_s - found.cpu_s) / scans
            found.memory_mb = terminal.memory_mb
    return till_scans, anchor_scans


def _scan(terminal: PseudoTerminal, keys: str, shown: bytes, found: Scans) -> None:
    """Type one scan, and read to the end of the frame that shows it."""
    time.sleep(PAUSE_S * random.uniform(0.8, 1.2))
    late = len(terminal.read(0))  # painted behind the frame of the scan before
    begin = time.perf_counter()
    terminal.type(keys)
    seen = terminal.read_until(shown, end=FRAME_END)
    found.seconds.append(time.perf_counter() - begin)
    found.size_bytes.append(len(seen) + late)


def _joined(rounds: Sequence[Scans]) -> Measured:
    return measured([each.seconds for each in rounds], [each.cpu_s for each in rounds])


def _figures(own: Measured, anchor: Measured) -> tuple[str, ...]:
    ratio = own.p50_ratio(anchor)
    return millis(own.p50_s), millis(own.p99_s), f"{ratio:.2f}", millis(own.cpu_s)


def _judged(name: str, own: Measured, anchor: Measured, size_bytes: float) -> list[Finding]:
    return [
        Finding(
            goal=f"scan to screen, {name}: p50 <= {millis(P50_MAX_S)} ms",
            measured=f"{millis(own.p50_s)} ms",
            ratio=f"{own.p50_ratio(anchor):.2f}",
            met=own.p50_s <= P50_MAX_S,
        ),
        Finding(
            goal=f"scan to screen, {name}: p99 <= one frame, {millis(P99_MAX_S)} ms",
            measured=f"{millis(own.p99_s)} ms",
            ratio=f"{own.p99_ratio(anchor):.2f}",
            met=own.p99_s <= P99_MAX_S,
        ),
        Finding(
            goal=f"scan to screen, {name}: CPU <= {millis(CPU_MAX_S)} ms",
            measured=f"{millis(own.cpu_s)} ms",
            met=own.cpu_s <= CPU_MAX_S,
        ),
        Finding(
            goal=f"scan to screen, {name}: <= {BYTES_MAX:,} bytes",
            measured=f"{size_bytes:.0f}",
            met=size_bytes <= BYTES_MAX,
        ),
    ]


if __name__ == "__main__":
    main()
