"""A whole day typed key by key at the real till on a pseudo-terminal, killed as often as wished.

``python -m tests.terminal_ui.keys_day --sales 300 --kills 50 --seed 1`` is the proof run. What is
typed is the plan of ``posframe.testing.whole_day``; the journal is watched and never written.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from pathlib import Path

from posframe.cli.main import run
from posframe.testing.whole_day import REFERENCE, Step, WholeDay
from tests.signing import PINS
from tests.simulation.day_reckoning import (
    Fold,
    check_books,
    check_day,
    check_x,
    exported,
)
from tests.simulation.day_shop import Gateway, means
from tests.terminal_ui.keys_shop import PATIENCE_S, Watch, make_keys_shop
from tests.terminal_ui.pty_terminal import PtyTerminal

GAP_S = 0.042
"""Between two keys: a little above what a scanner leaves, so that nothing is taken for a scan."""
BURST_MAX = 5
"""Fewer characters than any scan has: these may come at once."""
PAY = DONE = F9 = "\x1b[20~"
LOCK, F5, F11, ESC = "\x1b[H", "\x1b[15~", "\x1b[23~", "\x1b"
_AFTER = {
    ".x": ((F11, "F11 Print"),),
    ".closeday": ((F9, "CLOSE"), (F5, "F5 Yes")),
}
"""Keys behind an entry that leads to a page, and what is on the screen when each can be pressed."""
QUIET = (
    "operator.",
    "approval.Asked",
    "approval.Granted",
    "approval.Denied",
    "job.Sent",
    "job.Confirmed",
    "job.Doubted",
    "job.Returned",
    "job.GivenUp",
    "till.",
    "sale.Totalled",
    "sale.OffersInForce",
    "journal.",
    "giftcard.Presented",
)
"""What the names of rows begin with that do not show a step to be done."""
KILLED_WITHIN_S = 0.6
SHOWN_WITHIN_S = 5.0
_COUNTED = re.compile(r"\.shift (?:open \d+|end|recount)|\.handover \d+")
"""What leads to the screen of a count; the heaps behind it are typed there, one by one."""


class Killed(Exception):
    """The till was killed, as planned."""


LESSON = ("9521307000162", "3 * 1001", "0.250 * 1101", "2 -", "+", "20.00")
"""What somebody types who was never wrong in the lesson ``first-sale``."""


class Cashier:
    """Types the steps of a day; starts the till again whenever it was killed."""

    def __init__(self, folder: Path, kills: frozenset[int], rng: random.Random) -> None:
        self.folder = folder
        self.killed = 0
        self._watch = Watch(folder / "till.db")
        self._kills, self._rng = kills, rng
        self._kill_at: float | None = None
        self._due = 0
        self._terminal: PtyTerminal | None = None
        self._signed = ""
        self._mark = 0
        self._taught = False

    def run(self, steps: list[Step]) -> None:
        """Do all steps, then leave the till locked."""
        self._start()
        for number, step in enumerate(steps):
            self._mark = self._watch.head()
            self._due += number in self._kills
            if self._due and self._kill_at is None:  # in this step, or in one of the next
                self._due -= 1
                self._kill_at = time.monotonic() + self._rng.random() * KILLED_WITHIN_S
            if step.entry == ".x" and not self._taught:
                self._taught = True
                self._lesson(step.by)
                self._mark = self._watch.head()
            while not self._done(step):
                try:
                    self._do(step)
                except Killed:
                    self._start()
        self._kill_at = None
        self._key(LOCK)
        self.terminal.wait_for("NUMBER >")

    def close(self) -> None:
        """End the till, if it runs."""
        if self._terminal is not None:
            self._terminal.__exit__()
            self._terminal = None

    @property
    def terminal(self) -> PtyTerminal:
        assert self._terminal is not None, "the till was started"
        return self._terminal

    def _start(self) -> None:
        self.close()
        self._signed = ""
        command = [sys.executable, "-m", "posframe", "run", "--till", str(self.folder)]
        self._terminal = PtyTerminal(command, size=(100, 30))
        self.terminal.wait_for("NUMBER >", within_s=PATIENCE_S)

    def _done(self, step: Step) -> bool:
        names = [name for _, name in self._watch.rows(self._mark) if not name.startswith(QUIET)]
        if step.waits:
            return "sale.Completed" in names
        if step.approver and step.entry.startswith(".resolve"):
            return "sale.Completed" in names
        return bool(names)

    def _do(self, step: Step) -> None:
        self._sign_in(step.by)
        for entry in step.shown:
            self._line(entry)
            self._rest()
        if step.paying and not self._is_paying():
            self._key(PAY)
            self._until(self._is_paying, "the payment screen")
        counted = _COUNTED.match(step.entry)
        if counted is not None:
            self._count(counted[0], step)
        else:
            self._line(self._entry(step))
        for key, page in _AFTER.get(step.entry, ()):
            self._until(lambda page=page: page in self.terminal.text(), page)
            self._key(key)
        self._follow(step)
        if step.entry in _AFTER:
            self._rest()
            self._key(ESC)
            self._until(lambda: "Esc Back" not in self.terminal.text(), "the sale")

    def _lesson(self, by: str) -> None:
        """Play a lesson at the shadow till on the same screen, and come back."""
        self._kill_at, later = None, self._kill_at
        self._sign_in(by)
        self._line(".training first-sale")
        self.terminal.wait_for("TRAINING", within_s=PATIENCE_S)
        for entry in LESSON:
            self._rest()
            self._key(PAY) if entry == "+" else self._line(entry)
        self._until(
            lambda: any(name == "training.LessonEnded" for _, name in self._watch.rows(0)),
            "the end of the lesson",
        )
        self._line(".training off")
        self._until(lambda: "TRAINING" not in self.terminal.text(), "the live sale")
        if later is not None:
            self._kill_at = time.monotonic()

    def _count(self, begins: str, step: Step) -> None:
        """Count blind on the screen of its own: a heap a line, then done."""
        self._line(begins)
        self.terminal.wait_for("COUNT", within_s=PATIENCE_S)
        heaps = re.findall(r"\d+x[\d.]+(?: [A-Z]{3})?", step.entry)
        for heap in heaps:
            self._line(heap)
            self._rest()
        self._key(DONE)

    def _entry(self, step: Step) -> str:
        if REFERENCE not in step.entry:
            return step.entry
        asked_again_at = time.monotonic() + SHOWN_WITHIN_S
        while self._reference() is None:
            self._look(0.02)
            if time.monotonic() > asked_again_at:  # it was not shown before a kill
                asked_again_at += PATIENCE_S
                self._key(PAY)
                self._until(self._is_paying, "the payment screen")
                self._line(means().transfer)
        found = self._reference()
        assert found is not None, "it was waited for"
        return step.entry.replace(REFERENCE, found[1].replace(" ", "")[-8:])

    def _reference(self) -> re.Match[str] | None:
        rows = (row.rpartition("│")[2].strip() for row in self.terminal.text().splitlines())
        return re.search(r"reference ([\w ]+?) (?:is|on) ", " ".join(rows))

    def _follow(self, step: Step) -> None:
        """Wait until it is done; answer who asks for an approval, and who asks back once."""
        again = True
        deadline = time.monotonic() + PATIENCE_S
        while not self._done(step):
            self._look(0.01)
            text = self.terminal.text()
            if step.approver and "WHO ANSWERS" in text and self._asks():
                self._approve(step.approver)
            elif again and "Type it again" in text:
                again = False
                self._line(self._entry(step))
            assert time.monotonic() < deadline, f"{step} did not come about:\n{text}"

    def _asks(self) -> bool:
        names = [name for _, name in self._watch.rows(self._mark)]
        asked = sum(name == "approval.Asked" for name in names)
        return asked > sum(name == "approval.Granted" for name in names)

    def _approve(self, number: str) -> None:
        granted = self._granted()
        for text in (number, PINS[number], ""):
            self._line(text)
            self._rest()
        self._until(lambda: self._granted() > granted, "the approval")

    def _granted(self) -> int:
        return sum(name == "approval.Granted" for _, name in self._watch.rows(self._mark))

    def _sign_in(self, by: str) -> None:
        if self._signed == by:
            return
        if self._signed:
            self._key(LOCK)
            self.terminal.wait_for("NUMBER >", within_s=PATIENCE_S)
        signed = self._signs()
        self._line(by)
        self.terminal.wait_for("PIN >", within_s=PATIENCE_S)
        self._line(PINS[by])
        self._until(lambda: self._signs() > signed, f"{by} signed in")
        self._until(lambda: "PIN >" not in self.terminal.text(), "the sale")
        self._signed = by

    def _signs(self) -> int:
        return sum(name == "operator.SignedIn" for _, name in self._watch.rows(0))

    def _is_paying(self) -> bool:
        return "SO FAR" in self.terminal.text()

    def _line(self, text: str) -> None:
        if len(text) <= BURST_MAX:
            self._key(text)
        else:
            for key in text:
                self._key(key)
                self._look(GAP_S)
        self._look(GAP_S)
        self._key("\r")

    def _key(self, keys: str) -> None:
        self._perhaps_kill()
        self.terminal.type(keys)

    def _look(self, seconds: float) -> None:
        self.terminal.read_for(seconds)
        self._perhaps_kill()

    def _rest(self) -> None:
        """Read until nothing new is painted."""
        while self.terminal.read(0.05):
            self._perhaps_kill()

    def _until(self, holds, what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not come:\n{self.terminal.text()}"
            self._look(0.02)

    def _perhaps_kill(self) -> None:
        if self._kill_at is not None and time.monotonic() >= self._kill_at:
            self._kill_at = None
            self.killed += 1
            self.terminal.process.kill()
            self.terminal.process.wait()
            raise Killed


def typed_day(folder: Path, seed: int, sales: int, kills: int) -> tuple[WholeDay, int]:
    """Type a whole day; return its plan, and how often the till was killed."""
    day = WholeDay(seed, means(), sales=sales)
    day.steps.insert(-1, Step(by="7", entry=".x"))
    rng = random.Random(seed)
    chosen = frozenset(rng.sample(range(len(day.steps) * 9 // 10), kills))
    gateway = Gateway()
    cashier = Cashier(make_keys_shop(folder, gateway.far.url), chosen, rng)
    try:
        cashier.run(day.steps)
    finally:
        cashier.close()
        gateway.close()
    return day, cashier.killed


def check_typed_day(folder: Path, day: WholeDay) -> Fold:
    """Hold plan, journal, the papers of X and Z, and the books against each other."""
    fold, _ = check_day(folder, day)
    papers = [path.read_text() for path in sorted((folder / "receipts").glob("*.txt"))]
    x_lines = [each for each in papers if "X REPORT" in each][-1].splitlines()
    z_lines = [each for each in papers if "Z REPORT" in each][-1].splitlines()
    check_x(x_lines, z_lines)
    books = folder.parent / "books"
    books.mkdir()
    check_books(exported(folder, books), fold, day.outcome)
    assert run(["journal", "verify", "--till", str(folder)]) == 0
    return fold


def main() -> None:
    """Run the proof."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sales", type=int, default=300)
    parser.add_argument("--kills", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, began = Path(name) / "till", time.monotonic()
        day, killed = typed_day(folder, chosen.seed, chosen.sales, chosen.kills)
        fold = check_typed_day(folder, day)
        took = time.monotonic() - began
        print(  # noqa: T201 - a proof run by hand says what it saw
            f"{len(day.steps)} steps, {killed} kills, {len(fold.receipts)} receipts, "
            f"gross {fold.gross_minor}, {took:.0f} s: plan, journal, X, Z and books agree"
        )


if __name__ == "__main__":
    main()
