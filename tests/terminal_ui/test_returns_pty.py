"""Goods that come back on a real pty: scans and keys in, the screen out, at both sizes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal_ui.pty_terminal import PtyTerminal
from tests.terminal_ui.test_selling_pty import COLA, F5, F9, LOW_FAT, MILK, enter, ready, scan

pytestmark = pytest.mark.slow
F6, F8, F10, END, DOWN = "\x1b[17~", "\x1b[19~", "\x1b[21~", "\x1b[F", "\x1b[B"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """A demonstration till, made once."""
    folder = tmp_path_factory.mktemp("shop") / "till"
    command = [sys.executable, "-m", "posframe", "new", "till", str(folder), "--demo"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(params=[(80, 24), (120, 36)], ids=["80x24", "120x36"])
def till(shop, tmp_path, request):
    folder = Path(shutil.copytree(shop, tmp_path / "till"))
    command = [sys.executable, "-m", "posframe", "run", "--till", str(folder)]
    with PtyTerminal(command, size=request.param) as terminal:
        ready(terminal)
        scan(terminal, MILK, "items 1")
        enter(terminal, f"3*{LOW_FAT}", "items 4")
        press(terminal, F9, "STILL OPEN +4.46")
        enter(terminal, "1000", r"change +5\.54")
        yield terminal


def press(till, key, shown):
    till.type(key)
    till.wait_for(shown)


def test_a_receipt_is_scanned_a_line_returned_and_its_money_given_back(till):
    scan(till, "T01-000001", "RECEIPT 1 of .* 4.46 EUR")
    press(till, DOWN, "> 2 ")
    press(till, F6, r"good  \[opened\]")
    enter(till, "2 torn", r"from receipt 1, opened, torn")
    till.wait_for("TO GIVE BACK")
    press(till, F9, r"STILL TO GIVE BACK +2\.18")
    till.wait_for(r"Enter +Cash +\(2\.18\)")
    press(till, "\r", "GIVE BACK")
    till.wait_for(r"to give back +2\.18")
    scan(till, "T01-000001", r"2 +Fresh low-fat milk .* 3 +1 +3\.27")


def test_an_exchange_comes_to_the_difference(till):
    """Milk for 1.19 comes back, a can for 0.69 with a deposit of 0.25 goes: 0.25 to give back."""
    scan(till, "T01-000001", "RECEIPT 1 of")
    press(till, "\r", "from receipt 1, good")
    scan(till, COLA, "Cola")
    press(till, F9, r"STILL TO GIVE BACK +0\.25")


def test_without_a_receipt_a_form_asks_who_and_why(till):
    press(till, END, "WHICH RECEIPT")
    till.type_by_hand(LOW_FAT)
    press(till, F8, "WHO ANSWERS FOR THIS")
    enter(till, "Anna K.", "> reason")
    enter(till, "regular", "without a receipt, good")


def test_the_last_sale_is_undone_after_a_question_and_an_approval(till):
    press(till, F10, "MENU")
    till.type_by_hand("undo")
    press(till, "\r", "UNDO RECEIPT 1")
    press(till, F5, "Undoing receipt 1 needs an approval")
    enter(till, "Anna K.", "> reason")
    enter(till, "wrong customer", "GIVE BACK")
    till.wait_for(r"to give back +4\.46")
