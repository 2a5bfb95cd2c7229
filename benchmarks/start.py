"""The start: from a new process to the first scan that is on disk, with a screen and without.

Run ``python -m benchmarks.start [--rounds 5] [--skus 100000]``. Anchors are an interpreter that
prints one word and a minimal Textual app on a terminal of the same size, started in turns. A scan
is typed as soon as the process exists: the figure ends with its line on the screen, which no till
shows before its commit. One shop has 1,000 goods, the other ``--skus``; both start in each round.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.anchors import bare_start_s, minimal_start_s
from benchmarks.measuring import Finding, heading, millis, print_findings, print_table
from benchmarks.processes import environment, memory_mb
from benchmarks.pseudo_terminal import PseudoTerminal
from benchmarks.shop import PLUGINS, Shop, add_folder_option, make_shop, name_of, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADLESS_MAX_S: Final = 0.15
SCREEN_RATIO_MAX: Final = 1.4
MEMORY_MAX_MB: Final = 60
SIZE_MAX_S, SIZE_MAX_MB = 10e-3, 5
SCREEN: Final = "screen"
HEADLESS: Final = "script"


@attrs.frozen
class Started:
    """One start of one process."""

    seconds: float
    memory_mb: float = 0.0


Starts = dict[str, list[Started]]


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skus", type=int, default=100_000, help="of the large shop")
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        print_findings(run(folder, rounds=options.rounds, skus=options.skus))


def run(folder: Path, *, rounds: int, skus: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading("Process start to the first durable scan")
    starts = start_in_turns(folder, rounds=rounds, skus=skus)
    print_table(
        ("", "p50 ms", "least", "most", "RSS MB"),
        [_row(name, each) for name, each in starts.items()],
    )
    return _judged(starts, skus)


def start_in_turns(folder: Path, *, rounds: int, skus: int) -> Starts:
    """Start everything once a round."""
    shop = Shop(plugins=(*PLUGINS, "terminal"))
    small = Starter(folder / "small", shop)
    large = Starter(folder / "large", attrs.evolve(shop, skus=skus))
    contenders: dict[str, Callable[[], Started]] = {
        "bare Python": lambda: Started(bare_start_s()),
        "minimal Textual app": lambda: Started(minimal_start_s()),
        HEADLESS: small.headless,
        SCREEN: small.screen,
        f"{HEADLESS}, {skus:,} SKUs": large.headless,
        f"{SCREEN}, {skus:,} SKUs": large.screen,
    }
    for start in contenders.values():
        start()  # compiles modules, and fills the page cache
    found: Starts = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, start in contenders.items():
            found[name].append(start())
    return found


class Starter:
    """Starts the till of one shop again and again, each time for another item."""

    def __init__(self, folder: Path, shop: Shop, extra: dict[str, str] | None = None) -> None:
        """Make the shop; ``extra`` is added to the environment of its processes."""
        self._folder, self._extra = folder, extra
        self._codes = make_shop(folder, shop)
        self._number = 0

    def headless(self) -> Started:
        """Start ``posframe script`` and scan one item."""
        code = self._next()
        begin = time.perf_counter()
        command = till_command("script", self._folder)
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, env=environment(self._extra)
        ) as process:
            assert process.stdin is not None, "both ends are pipes"
            assert process.stdout is not None, "both ends are pipes"
            process.stdin.write(f"{code}\n".encode())
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            seconds = time.perf_counter() - begin
            assert answer["accepted"], answer
            started = Started(seconds, memory_mb(process.pid))
            process.stdin.close()
        return started

    def screen(self) -> Started:
        """Start ``posframe run`` on a terminal and scan one item."""
        code = self._next()
        begin = time.perf_counter()
        with PseudoTerminal(till_command("run", self._folder), extra=self._extra) as terminal:
            terminal.type(f"{code}\r")
            terminal.read_until(name_of(self._number).encode())
            return Started(time.perf_counter() - begin, terminal.memory_mb)

    def _next(self) -> str:
        self._number += 1
        return self._codes[self._number]


def till_command(verb: str, folder: Path) -> list[str]:
    """Return how a till is started from a shell."""
    return [sys.executable, "-m", "posframe", verb, "--till", str(folder)]


def median_s(starts: list[Started]) -> float:
    """Return the middle of some starts."""
    return statistics.median(each.seconds for each in starts)


def _row(name: str, starts: list[Started]) -> tuple[str, ...]:
    seconds = [each.seconds for each in starts]
    memory = _memory(starts)
    return (
        name,
        millis(statistics.median(seconds)),
        millis(min(seconds)),
        millis(max(seconds)),
        f"{memory:.1f}" if memory else "",
    )


def _memory(starts: list[Started]) -> float:
    return statistics.median(each.memory_mb for each in starts)


def _judged(starts: Starts, skus: int) -> list[Finding]:
    bare, minimal, headless, screen, large, large_screen = starts.values()
    ratio = median_s(screen) / median_s(minimal)
    longer = median_s(large) - median_s(headless)
    more = _memory(large_screen) - _memory(screen)
    return [
        Finding(
            goal=f"headless start to first durable scan <= {millis(HEADLESS_MAX_S)} ms",
            measured=f"{millis(median_s(headless))} ms",
            ratio=f"{median_s(headless) / median_s(bare):.2f} of bare Python",
            met=median_s(headless) <= HEADLESS_MAX_S,
        ),
        Finding(
            goal=f"screen start to first durable scan <= {SCREEN_RATIO_MAX} x minimal Textual app",
            measured=f"{millis(median_s(screen))} ms",
            ratio=f"{ratio:.2f}",
            met=ratio <= SCREEN_RATIO_MAX,
        ),
        Finding(
            goal=f"memory with a screen <= {MEMORY_MAX_MB} MB",
            measured=f"{_memory(screen):.1f} MB",
            met=_memory(screen) <= MEMORY_MAX_MB,
        ),
        Finding(
            goal=f"{skus:,} SKUs: start at most {millis(SIZE_MAX_S)} ms longer",
            measured=f"{millis(longer)} ms",
            met=longer <= SIZE_MAX_S,
        ),
        Finding(
            goal=f"{skus:,} SKUs: at most {SIZE_MAX_MB} MB more",
            measured=f"{more:.1f} MB",
            met=more <= SIZE_MAX_MB,
        ),
    ]


if __name__ == "__main__":
    main()
