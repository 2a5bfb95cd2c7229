"""Paying by card on a real pty: keys in, the far side fails on order, the screen out."""

import contextlib
import os
import re
import sys
from pathlib import Path

import pytest

from tests.terminal_ui.paying_process import main
from tests.terminal_ui.pty_terminal import PtyTerminal
from tests.terminal_ui.selling import BREAD, MILK

pytestmark = pytest.mark.slow
F2, F4, F7, F9 = "\x1bOQ", "\x1bOS", "\x1b[18~", "\x1b[20~"
F5, SHIFT_F9 = "\x1b[15~", "\x1b[20;2~"
_CLOCK = re.compile(r" (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3}(?: \d{4})? \d\d:\d\d")
_PASSING = re.compile(r"\d:\d\d(?= since)|\d\d:\d\d     \d\d:\d\d")


class Counter:
    """A till's process, and the pipe to its far side."""

    def __init__(self, folder: Path, able: str = "", size=(80, 24)):
        self._pipe = folder / "far"
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._pipe)
        command = [sys.executable, "-m", main.__module__, str(folder), *([able] if able else [])]
        self.terminal = PtyTerminal(command, size=size)

    def __enter__(self):
        self.terminal.__enter__()
        self.shows("items 0|TO PAY|since it was asked")
        return self

    def __exit__(self, *error):
        self.terminal.__exit__(*error)

    def far(self, line: str) -> None:
        self._pipe.write_text(f"{line}\n")

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.terminal.type(key)
            self.terminal.read_for(0.05)

    def shows(self, pattern: str) -> None:
        self.terminal.wait_for(pattern, 20.0)

    def pays(self, code: str = MILK) -> None:
        """Scan something, and ask for its money by card."""
        self.terminal.type(f"{code}\r\n")
        self.shows("items 1")
        self.keys(F9)
        self.shows("PAY WITH")
        self.keys(F2)

    def enters(self, text: str) -> None:
        self.terminal.type_by_hand(text)
        self.keys("\r")

    def screen(self) -> str:
        """The whole screen, painted to its end, without what depends on the hour."""
        while self.terminal.read(0.4):
            pass
        text = self.terminal.text()
        text = _CLOCK.sub(lambda found: " CLOCK".ljust(len(found[0])), text)
        return _PASSING.sub(lambda found: "TIME".ljust(len(found[0])), text)


def test_approved_the_receipt_shows_and_the_next_scan_is_the_next_sale(tmp_path):
    with Counter(tmp_path) as till:
        till.far("customer 1.5")
        till.pays()
        till.shows("Customer is paying")
        till.keys("\r")
        till.shows("wait; Esc asks to cancel")
        till.shows(r"RECEIPT 1 [\s\S]*Card +1\.19")
        till.terminal.type(f"{BREAD}\r\n")
        till.shows("SALE 2 [\\s\\S]*Rye bread")


def test_declined_another_way_is_offered_and_taken(tmp_path):
    with Counter(tmp_path) as till:
        till.far("fail decline")
        till.pays()
        till.shows("Card 1.19 was not charged")
        till.enters("200")
        till.shows(r"RECEIPT 1 [\s\S]*Cash +2\.00")


def test_a_lost_answer_resolves_itself(tmp_path):
    with Counter(tmp_path) as till:
        till.far("fail lost answer")
        till.far("fail lost inquiry:1")
        till.pays()
        till.shows("Do not charge again")
        till.shows(r"RECEIPT 1 [\s\S]*Card +1\.19")


def test_with_the_cable_pulled_the_sale_is_held_the_next_sold_and_the_first_finished(tmp_path):
    with Counter(tmp_path) as till:
        till.far("fail lost answer")
        till.far("fail lost inquiry:1000")
        till.pays()
        till.shows("Do not charge again")
        till.keys(F4)
        till.shows("S-F9: Card 1.19 of sale 1")
        till.terminal.type(f"{BREAD}\r\n")
        till.shows("items 1")
        till.keys(F9)
        till.shows("PAY WITH")
        till.enters("500")
        till.shows(r"RECEIPT 1 [\s\S]*change +2\.50")
        till.keys("\r", F4)
        till.shows(r"payment open \(S-F9\)")
        till.keys("\r")
        till.shows("CARD  EUR")
        till.far("fail lost inquiry:0")
        till.shows(r"RECEIPT 2 [\s\S]*Card +1\.19")


def test_killed_while_the_customer_pays_it_asks_before_anything_new_is_charged(tmp_path):
    """The far side is in the till's memory here and forgets: what it never booked is found out."""
    with Counter(tmp_path) as till:
        till.far("customer 60")
        till.pays()
        till.shows("Customer is paying")
        till.terminal.process.kill()
        till.terminal.process.wait()
    with Counter(tmp_path) as till:
        till.shows("Do not charge again")
        till.shows("PAY WITH|items 1")
        till.shows("Card 1.19 was not charged")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_the_screens_of_a_payment(tmp_path, size, text_snapshot):
    with Counter(tmp_path, "dumb", size) as till:
        till.far("says scan the code|https://pay.example/7")
        till.far("customer 1.0")
        till.far("fail lost answer")
        till.pays()
        till.shows("Scan the code")
        assert till.screen() == text_snapshot(name="code")
        till.shows("Did it go through")
        assert till.screen() == text_snapshot(name="doubt")
        till.keys(SHIFT_F9)
        till.shows("PAYMENTS NOT")
        assert till.screen() == text_snapshot(name="list")
        till.keys(F7)
        till.shows("approved by")
        till.enters("Anna")
        till.shows("reason >")
        assert till.screen() == text_snapshot(name="answer")
        till.keys("\r")
        till.shows(r"NOT PAID\?")
        till.keys(F5)
        till.shows("was not charged")
        assert till.screen() == text_snapshot(name="not-paid")
