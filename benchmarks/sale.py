"""A ten-line cash sale: each line durable, stock, points, drawer and receipt as bytes.

Run ``python -m benchmarks.sale [--sales 60] [--rounds 5]``. The anchor is twelve times an append of
256 bytes with fdatasync. A sale is timed from its first scan to the acknowledged payment, and to
the last byte at the printer; its CPU is that of all threads, printing included. Flushes are counted
in a run of their own, through a layer under SQLite. In the end every sale has to be there: its
receipt, its stock and its points.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import threading
import time
from typing import TYPE_CHECKING, Final

from benchmarks.anchors import Flush
from benchmarks.flushes import NAME, CountingDisk
from benchmarks.measuring import (
    Finding,
    Measured,
    heading,
    in_turns,
    measured,
    millis,
    print_findings,
    print_table,
)
from benchmarks.shop import CARD, Shop, accept, add_folder_option, make_shop, workspace
from posframe import JobHandler, Session, Till, commands
from posframe.config import load_config
from posframe.devices import Devices
from posframe.jobs import device_handlers
from posframe.loop_thread import LoopThread
from posframe.store.journal import StoreOptions
from posframe.till import JOURNAL_FILE, Ports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from posframe import Job, JobResult

LINES: Final = 10
FLUSHES_MAX: Final = 12
CPU_ABOVE_MAX_S: Final = 2.5e-3
P50_MAX_S: Final = 5e-3
SALES_PER_S_MIN: Final = 400
COUNTED_SALES: Final = 100
PRINTED_WITHIN_S: Final = 20.0
ANCHOR: Final = f"anchor: {FLUSHES_MAX} x append 256 B, fdatasync"
PAID: Final = "to the acknowledged payment"
PRINTED: Final = "to the last byte"


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=60, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        print_findings(run(folder, sales=options.sales, rounds=options.rounds))


def run(folder: Path, *, sales: int, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading(f"{LINES}-line cash sale with stock, points, drawer and receipt bytes")
    timed = one_by_one(folder / "timed", sales=sales, rounds=rounds)
    flushes = count_flushes(folder / "counted", member=False)
    with_card = count_flushes(folder / "card", member=True)
    rate = sales_per_s(folder / "burst", sales=sales * rounds)
    anchor = timed[ANCHOR]
    print_table(
        ("", "p50 ms", "p99 ms", "p50 ×", "CPU ms", "above"),
        [_row(name, each, anchor) for name, each in timed.items()],
    )
    for name, counts in (("", flushes), (", with the scan of a member's card", with_card)):
        middle, mean = statistics.median(counts), statistics.fmean(counts)
        print(f"flushes a sale{name}: {middle:.0f}, with its share of checkpoints {mean:.2f}")
    print(f"sales/s, scans in bursts that share commits: {rate:,.0f}")
    return [*_judged(timed), *_judged_counts(statistics.median(flushes), rate)]


class Checkout:
    """A till with a member's card, and a printer whose bytes go to a file."""

    def __init__(self, folder: Path, *, vfs: str | None = None, member: bool = True) -> None:
        shop = Shop(printer="file:paper.bin")
        self.codes = itertools.cycle(make_shop(folder, shop))
        self.paid_s: list[float] = []
        self.paper = folder / "paper.bin"
        self._member = member
        self._done = threading.Semaphore(0)
        self._sold = 0
        self._loop = LoopThread()
        self._devices = Devices(load_config(folder), self._loop)
        made = device_handlers(
            self._devices, lambda job: self.till.document(job), lambda _job: None
        )
        handlers: dict[str, JobHandler] = {
            kind: _Watched(handler, self._done) for kind, handler in made.items()
        }
        store = StoreOptions(path=folder / JOURNAL_FILE, vfs=vfs)
        self.till = Till.open(folder, Ports(handlers=handlers, store=store))
        accept(self.till, Session(self.till).read(f".enrol {CARD}"))

    def sell(self) -> None:
        """Sell ten lines one by one, and wait for the last byte at the printer."""
        begin = time.perf_counter()
        self._open()
        for _ in range(LINES):
            accept(self.till, commands.AddItem(code=next(self.codes)))
        accept(self.till, commands.Pay(type="cash"))
        self.paid_s.append(time.perf_counter() - begin)
        self.await_paper()

    def sell_in_a_burst(self) -> None:
        """Sell ten lines that come faster than they are acknowledged; wait before paying."""
        self._open()
        tickets = [self.till.submit(commands.AddItem(code=next(self.codes))) for _ in range(LINES)]
        for ticket in tickets:
            assert ticket.wait().accepted
        accept(self.till, commands.Pay(type="cash"))

    def await_paper(self) -> None:
        """Wait until drawer and receipt of a sale are done."""
        for _ in ("kick", "print"):
            assert self._done.acquire(timeout=PRINTED_WITHIN_S), "the printer has its bytes"

    def check(self) -> None:
        """Insist that every sale is there."""
        till = self.till
        query = till.parts.journal.query
        assert till.state.last_receipt_number == self._sold
        (moved,) = till.call(lambda: query("SELECT -sum(on_hand_milli) FROM inventory_stock"))
        assert moved[0] == self._sold * LINES * 1000, "stock has fallen by every piece"
        (earned,) = till.call(lambda: query("SELECT sum(balance) FROM loyalty_card"))
        assert bool(earned[0]) is self._member, "the member has points"
        assert self.paper.stat().st_size > self._sold * 500, "receipts are on paper"

    def close(self) -> None:
        """Check, and close the till."""
        self.till.drain()
        self.check()
        self.till.close()
        self._devices.close()
        self._loop.close()

    def _open(self) -> None:
        self._sold += 1
        if self._member:
            accept(self.till, commands.SetCustomer(code=CARD))


class _Watched(JobHandler):
    """Does a job through another handler, and says when it is done."""

    def __init__(self, inner: JobHandler, done: threading.Semaphore) -> None:
        self._inner, self._done = inner, done

    async def perform(self, job: Job) -> JobResult:
        result = await self._inner.perform(job)
        assert result.outcome == "done", result.detail
        self._done.release()
        return result

    async def close(self) -> None:
        await self._inner.close()


def one_by_one(folder: Path, *, sales: int, rounds: int) -> dict[str, Measured]:
    """Time sales whose every line is waited for, in turns with the anchor."""
    checkout = Checkout(folder)
    with Flush(folder) as flush:

        def flushes() -> None:
            for _ in range(FLUSHES_MAX):
                flush()

        for _ in range(sales // 2):
            checkout.sell()
        checkout.paid_s.clear()
        contenders = {ANCHOR: flushes, PRINTED: checkout.sell}
        found = in_turns(contenders, calls=sales, rounds=rounds)
    checkout.close()
    paid = [checkout.paid_s[at * sales : (at + 1) * sales] for at in range(rounds)]
    cpus = [each.cpu_s for each in found[PRINTED].rounds]
    return {
        ANCHOR: found[ANCHOR],
        PAID: measured(paid, cpus),
        PRINTED: found[PRINTED],
    }


def count_flushes(folder: Path, *, member: bool) -> list[int]:
    """Return how often each of many sales flushes, checkpoints of the database included."""
    disk = CountingDisk()
    checkout = Checkout(folder, vfs=NAME, member=member)
    flushes = []
    for _ in range(COUNTED_SALES):
        before = disk.flushes
        checkout.sell()
        flushes.append(disk.flushes - before)
    checkout.close()
    disk.unregister()
    return flushes


def sales_per_s(folder: Path, *, sales: int) -> float:
    """Return how many sales a second a till makes when scans come faster than commits."""
    checkout = Checkout(folder)
    begin = time.perf_counter()
    for _ in range(sales):
        checkout.sell_in_a_burst()
    sold = time.perf_counter()
    for _ in range(sales):
        checkout.await_paper()
    print(f"{sales} sales in bursts; paper came {millis(time.perf_counter() - sold)} ms later")
    checkout.close()
    return sales / (sold - begin)


def _row(name: str, own: Measured, anchor: Measured) -> Sequence[str]:
    return (
        name,
        millis(own.p50_s),
        millis(own.p99_s),
        f"{own.p50_ratio(anchor):.2f}",
        millis(own.cpu_s),
        millis(own.cpu_above_s(anchor)),
    )


def _judged(timed: dict[str, Measured]) -> list[Finding]:
    anchor, paid = timed[ANCHOR], timed[PAID]
    above = timed[PRINTED].cpu_above_s(anchor)
    return [
        Finding(
            goal=f"{LINES}-line sale, p50 <= {millis(P50_MAX_S)} ms on a fast disk",
            measured=f"{millis(paid.p50_s)} ms",
            ratio=f"{paid.p50_ratio(anchor):.2f}",
            met=paid.p50_s <= P50_MAX_S,
        ),
        Finding(
            goal=f"{LINES}-line sale, CPU <= {millis(CPU_ABOVE_MAX_S)} ms above its flushes",
            measured=f"{millis(above)} ms",
            met=above <= CPU_ABOVE_MAX_S,
        ),
    ]


def _judged_counts(flushes: float, rate: float) -> list[Finding]:
    return [
        Finding(
            goal=f"{LINES}-line sale, <= {FLUSHES_MAX} flushes, checkpoints aside",
            measured=f"{flushes:.0f}",
            met=flushes <= FLUSHES_MAX,
        ),
        Finding(
            goal=f"sales/s headless >= {SALES_PER_S_MIN}",
            measured=f"{rate:,.0f}",
            met=rate >= SALES_PER_S_MIN,
        ),
    ]


if __name__ == "__main__":
    main()
