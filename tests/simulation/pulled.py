"""Selling while cables are pulled and put back: a till on a pty, its devices on ptys and TCP.

    python -m tests.simulation.pulled [--pulls 1000] [--seed 1]

Every device has a hand that pulls its cable and puts it back at random moments, in mid-scan, in
mid-receipt and while the drawer is opened. A cashier goes on: what the scanner does not bring is
keyed, and so is what the scale does not say. Afterwards the journal, the paper and the drawer must
tell one story.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain import events as ev
from posframe.till import Ports, Till
from tests.simulation.wired_shop import WiredShop
from tests.terminal_ui.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from collections.abc import Sequence

MILK, BANANAS = "9521307000162", "4011"
F9, ESC = "\x1b[20~", "\x1b"
SCAN_S, WEIGHT_S = 1.0, 2.5


@attrs.define
class Story:
    """What the cashier knows: what was sold, and how the keys felt."""

    sold: list[list[str]] = attrs.field(factory=list)
    """Codes of each sale, in order."""
    key_s: list[float] = attrs.field(factory=list)
    scanned: int = 0
    weighed: int = 0


@attrs.frozen
class Audit:
    """What the journal says of the prints and kicks it asked for."""

    completed: dict[int, list[str]]
    """Receipt number to the codes of its lines."""
    prints: dict[int, str]
    """Receipt number to how its print ended."""
    kicks: Counter[str]


@attrs.frozen
class Outcome:
    """What came of it, as told by the cashier, the journal, the paper and the drawer."""

    story: Story
    audit: Audit
    receipts: list[int]
    kicks: int


def run(folder: Path, *, pulls: int, seed: int) -> Outcome:
    """Sell until all cables together were pulled ``pulls`` times."""
    shop, story, stop = WiredShop(folder), Story(), threading.Event()
    try:
        with PtyTerminal(shop.command) as till:
            till.wait_for("items 0")
            hands = [
                threading.Thread(
                    target=_hand, args=(shop, name, random.Random(f"{seed} {name}"), count, stop)
                )
                for name, count in _shares(shop.lines, pulls)
            ]
            for hand in hands:
                hand.start()
            try:
                while any(hand.is_alive() for hand in hands):
                    _sell(till, shop, story)
            finally:
                stop.set()
                for hand in hands:
                    hand.join()
            _sell(till, shop, story)
            till.read_for(3.5)  # what is still to be printed in its two minutes, and a late kick
            till.process.terminate()
            till.wait_gone()
        return Outcome(story, audit(shop.folder), shop.receipts(), shop.kicks())
    finally:
        shop.close()


def check(story: Story, audit: Audit, receipts: Sequence[int], kicks: int) -> None:
    """Check that nothing was lost and nothing done twice."""
    sales = [audit.completed[number] for number in sorted(audit.completed)]
    assert sales == story.sold, "a sale was lost, or is not what was sold"
    printed = Counter(receipts)
    assert not [number for number, times in printed.items() if times > 1], "printed twice"
    for number, end in audit.prints.items():
        if end == "confirmed":
            assert printed[number] == 1, f"receipt {number} is confirmed and not on paper"
        elif end in {"given up", "queued"}:
            assert printed[number] == 0, f"receipt {number} was given up and is on paper"
    assert kicks <= audit.kicks["confirmed"] + audit.kicks["doubted"], "the drawer opened twice"


def audit(folder: Path) -> Audit:
    """Read the journal of a till that has ended."""
    with Till.open(folder, Ports(effects=False)) as till:
        rows = till.call(lambda: [row.event for row in till.parts.journal.read()])
    completed = {e.receipt_number: e for e in rows if isinstance(e, ev.TransactionCompleted)}
    number_of = {each.transaction: number for number, each in completed.items()}
    jobs = {e.job.id: e.job for e in rows if isinstance(e, ev.JobQueued)}
    ends = dict.fromkeys(jobs, "queued")
    for event in rows:
        for kind, word in _ENDS.items():
            if isinstance(event, kind):
                ends[event.id] = word
    return Audit(
        completed={
            number: [
                each.line.code or each.line.sku for each in event.lines if not each.line.parent
            ]
            for number, event in completed.items()
        },
        prints={
            number_of[job.subject]: ends[id_] for id_, job in jobs.items() if job.kind == "print"
        },
        kicks=Counter(ends[id_] for id_, job in jobs.items() if job.kind == "kick"),
    )


_ENDS = {
    ev.JobReturned: "queued",
    ev.JobConfirmed: "confirmed",
    ev.JobDoubted: "doubted",
    ev.JobGivenUp: "given up",
}


def _shares(lines, pulls: int) -> list[tuple[str, int]]:
    each, rest = divmod(pulls, len(lines))
    return [(name, each + (at < rest)) for at, name in enumerate(lines)]


def _hand(
    shop: WiredShop, name: str, draw: random.Random, count: int, stop: threading.Event
) -> None:
    """Pull one cable ``count`` times; it is in its socket more often than not."""
    for _ in range(count):
        stop.wait(draw.uniform(0.2, 2.0))
        shop.pull(name)
        stop.wait(draw.uniform(0.01, 0.3))
        shop.plug(name)


def _sell(till: PtyTerminal, shop: WiredShop, story: Story) -> None:
    """Sell a bottle that is scanned and fruit that is weighed, for cash."""
    _touch_a_key(till, story)
    shop.act("scanner", f"scan {MILK}")
    if _came(till, "items 1", SCAN_S):
        story.scanned += 1
    else:
        till.type_by_hand(f"{MILK}\r")
        till.wait_for("items 1")
    _touch_a_key(till, story)
    till.type_by_hand(f"{BANANAS}\r")
    till.wait_for("WEIGHT")
    shop.act("scale", "put 0.642")
    if _came(till, "items 2", WEIGHT_S):
        story.weighed += 1
    else:
        till.type_by_hand("0.642\r")
        till.wait_for("items 2")
    shop.act("scale", "take")
    till.type(F9)
    till.wait_for("STILL OPEN")
    till.type("\r")
    till.wait_for("CHANGE")
    story.sold.append([MILK, BANANAS])
    shop.collect()
    till.type("\r")
    till.wait_for("items 0")


def _touch_a_key(till: PtyTerminal, story: Story) -> None:
    """Type a digit, time it until it stands in the entry line, and take it back."""
    till.read_for(0.05)
    begun = time.perf_counter()
    till.type("7")
    till.wait_until(lambda: "> 7" in till.text(), "the digit")
    story.key_s.append(time.perf_counter() - begun)
    till.type("\x7f")
    till.wait_until(lambda: "> 7" not in till.text(), "the empty line")


def _came(till: PtyTerminal, words: str, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while (left := until - time.monotonic()) > 0:
        if words in till.text():
            return True
        till.read(min(left, 0.05))
    return words in till.text()


def main() -> None:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pulls", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), pulls=options.pulls, seed=options.seed)
    story, found, receipts = outcome.story, outcome.audit, outcome.receipts
    print(f"{options.pulls} pulls, {len(story.sold)} sales, {time.monotonic() - begun:.0f} s")
    print(f"scanned {story.scanned}, weighed {story.weighed}; the rest was keyed")
    print(f"prints {dict(Counter(found.prints.values()))}, on paper {len(receipts)}")
    print(f"kicks {dict(found.kicks)}, drawer opened {outcome.kicks} times")
    worst = sorted(story.key_s)[-3:]
    print(
        f"keys: p50 {statistics.median(story.key_s) * 1e3:.1f} ms, "
        f"worst {', '.join(f'{each * 1e3:.0f}' for each in worst)} ms of {len(story.key_s)}"
    )
    check(story, found, receipts, outcome.kicks)
    print("no sale lost, nothing printed or opened twice")


if __name__ == "__main__":
    main()
