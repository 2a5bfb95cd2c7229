"""Measuring: whatever is timed runs in turns with its anchor, round by round; the rest is printing.

A machine is never quiet and a disk has moods, so a figure by itself says little. Contenders take
turns in short blocks, each round gives its own percentiles and its own ratio to the anchor, and the
median of the rounds counts. CPU is that of the whole process, per call, so that a thread of the
till's is not forgotten.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROUNDS: Final = 5
BLOCK_CALLS: Final = 20
"""Calls one contender makes before it is the other's turn."""


@attrs.frozen
class Round:
    """What one contender took in one round, in seconds a call."""

    p50_s: float
    p99_s: float
    cpu_s: float


@attrs.frozen
class Measured:
    """What one contender took, round by round."""

    rounds: tuple[Round, ...]

    @property
    def p50_s(self) -> float:
        """Median over the rounds."""
        return statistics.median(each.p50_s for each in self.rounds)

    @property
    def p99_s(self) -> float:
        """Median over the rounds of what one call in a hundred exceeds."""
        return statistics.median(each.p99_s for each in self.rounds)

    @property
    def cpu_s(self) -> float:
        """Median over the rounds, user and system, of all threads."""
        return statistics.median(each.cpu_s for each in self.rounds)

    def p50_ratio(self, anchor: Measured) -> float:
        """Return the median of the rounds' ratios to the anchor's p50."""
        return _ratio(self, anchor, lambda each: each.p50_s)

    def p99_ratio(self, anchor: Measured) -> float:
        """Return the median of the rounds' ratios to the anchor's p99."""
        return _ratio(self, anchor, lambda each: each.p99_s)

    def cpu_above_s(self, anchor: Measured) -> float:
        """Return the median of what a call costs in CPU above a call of the anchor."""
        pairs = zip(self.rounds, anchor.rounds, strict=True)
        return statistics.median(own.cpu_s - other.cpu_s for own, other in pairs)


@attrs.frozen(kw_only=True)
class Finding:
    """One line of the closing table: a goal, and what became of it."""

    goal: str
    measured: str
    ratio: str = ""
    met: bool | None = None
    """None: no goal was set, or nothing could be measured."""


def in_turns(
    contenders: Mapping[str, Callable[[], object]],
    *,
    calls: int,
    rounds: int = ROUNDS,
    before_round: Callable[[], object] = lambda: None,
    before_block: Callable[[], object] = lambda: None,
) -> dict[str, Measured]:
    """Let contenders take turns.

    Args:
        contenders: what is called, by name; the anchor is one of them.
        calls: how often each is called in a round.
        rounds: how many rounds there are; the median of them counts.
        before_round: prepares a round, untimed.
        before_block: prepares each block of calls, untimed.
    """
    found: dict[str, list[Round]] = {name: [] for name in contenders}
    for _ in range(rounds):
        before_round()
        timed: dict[str, list[_Block]] = {name: [] for name in contenders}
        for begin in range(0, calls, BLOCK_CALLS):
            before_block()
            for name, act in contenders.items():
                timed[name].append(_Block.of(act, min(BLOCK_CALLS, calls - begin)))
        for name, blocks in timed.items():
            found[name].append(_round(blocks))
    return {name: Measured(tuple(each)) for name, each in found.items()}


def measured(walls_s: Iterable[Sequence[float]], cpus_s: Iterable[float]) -> Measured:
    """Return what was timed elsewhere: the walls of each round's calls, and CPU a call."""
    return Measured(
        tuple(
            Round(percentile(walls, 0.5), percentile(walls, 0.99), cpu)
            for walls, cpu in zip(walls_s, cpus_s, strict=True)
        )
    )


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    assert ordered, "there is something to take a percentile of"
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def load() -> str:
    """Return the load averages of the moment, which every table carries."""
    return "load " + " ".join(f"{each:.2f}" for each in os.getloadavg())


def heading(title: str) -> None:
    """Print what comes, with the machine's state."""
    print(f"\n{title}  ({load()}; {os.cpu_count()} cores)", flush=True)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns as wide as they need: the first to the left, the others to the right."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(header))]
    for row in table:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip(), flush=True)


HEADER: Final = ("", "p50 µs", "p99 µs", "p50 ×", "p99 ×", "CPU µs", "above")


def compared(name: str, own: Measured, anchor: Measured) -> tuple[str, ...]:
    """Return a row for ``HEADER``: one contender beside the anchor of its run."""
    return (
        name,
        micros(own.p50_s),
        micros(own.p99_s),
        f"{own.p50_ratio(anchor):.2f}",
        f"{own.p99_ratio(anchor):.2f}",
        micros(own.cpu_s),
        micros(own.cpu_above_s(anchor)),
    )


def print_findings(findings: Iterable[Finding]) -> None:
    """Print goals, what was reached, and whether that is enough."""
    words = {True: "met", False: "NOT MET", None: "-"}
    print_table(
        ("goal", "measured", "ratio", "verdict"),
        [(each.goal, each.measured, each.ratio or "-", words[each.met]) for each in findings],
    )


def micros(seconds: float) -> str:
    """Return a time in microseconds."""
    return f"{seconds * 1e6:,.0f}"


def millis(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1e3:,.2f}"


@attrs.frozen
class _Block:
    walls_s: tuple[float, ...]
    cpu_s: float

    @classmethod
    def of(cls, act: Callable[[], object], calls: int) -> _Block:
        walls = []
        cpu = time.process_time()
        for _ in range(calls):
            begin = time.perf_counter()
            act()
            walls.append(time.perf_counter() - begin)
        return cls(tuple(walls), time.process_time() - cpu)


def _round(blocks: Sequence[_Block]) -> Round:
    walls = [wall for block in blocks for wall in block.walls_s]
    cpu = sum(block.cpu_s for block in blocks) / len(walls)
    return Round(percentile(walls, 0.5), percentile(walls, 0.99), cpu)


def _ratio(own: Measured, anchor: Measured, figure: Callable[[Round], float]) -> float:
    pairs = zip(own.rounds, anchor.rounds, strict=True)
    return statistics.median(figure(mine) / figure(other) for mine, other in pairs)
