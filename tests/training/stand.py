"""A live till of the demonstration shop, and practice at it by entries."""

from __future__ import annotations

import contextlib
import shutil
import time

from posframe.config import load_config
from posframe.kernel.domain.event import event_name
from posframe.till import Till
from posframe.training.script import PracticeScript

WAIT_S = 10.0
SETTLED = object()
"""Stands among entries for: wait until no payment is on its way to the terminal."""


def copy_shop(made, folder):
    shutil.copytree(made, folder)
    return folder


@contextlib.contextmanager
def practising(folder, **options):
    """Open the live till in ``folder`` and give the script that may go into training."""
    with Till.open(folder) as live, contextlib.closing(PracticeScript(live, **options)) as script:
        yield script


def until(holds, what=""):
    ends = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < ends, f"it never came about: {what}"
        time.sleep(0.005)


def settled(till):
    """Wait until what is asked of the terminal has been answered, or is a person's to answer."""

    def holds():
        on_the_way = ("intended", "sent", "reversing")
        return not any(each.status.value in on_the_way for each in till.state.payments.values())

    until(holds, "the terminal's answer")


def play(script, entries):
    """Type entries in turn; each has to be accepted. Return the last answer."""
    answer = {}
    for entry in entries:
        if entry is SETTLED:
            settled(script.practice.shadow)
            answer = script.line(".help")
            continue
        receipt = script.practice.shadow.state.last_receipt_number if script.practice.shadow else 0
        answer = script.line(entry.format(receipt=receipt))
        assert answer["accepted"], (entry, answer["message"], answer.get("hint"))
    return answer


def names(till):
    """The names of all events in a till's journal."""
    return [event_name(type(row.event)) for row in till.parts.journal.read(0)]


def rows(till):
    """All rows of a till's journal as they are on disk: every column, body and hashes in bytes."""
    return till.call(lambda: till.parts.journal.query("SELECT * FROM journal ORDER BY seq", ()))


def config(folder):
    return load_config(folder)


PLAYS = {
    "first-sale": [
        "9521307000162", "3 * 1001", "0.250 * 1101", "2 -", "+", "20.00",
    ],
    "split-payment": ["9521307000162", "9521307000728", "+", "2.00 card", SETTLED, ""],
    "return": [".return {receipt} 2", "+", ""],
    "price-override": ["1011", "1001", ".price 3.50 1 damaged", "20 % 2", "+", ""],
    "card-in-doubt": [
        "9521307000728", "+", "card", SETTLED, ".resolve paid 2.29 4711",
        "1001", "+", "card", SETTLED, ".resolve not", "",
    ],
    "end-of-shift": [
        "1011", "+", "4.20", ".pickup 100.00 safe", ".shift end", "1x50", "2x2", "1x0.20", "done",
    ],
}  # fmt: skip
"""By lesson, what somebody types who makes no mistake."""
