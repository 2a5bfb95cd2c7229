"""The real till on a real pty: a demonstration shop, keys and scans in, the screen out."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal_ui.pty_terminal import PtyTerminal

pytestmark = pytest.mark.slow
MILK, LOW_FAT, COLA, GIN = "9521307000162", "9521307000230", "20041243", "15019"
F5, F9, F12, SHIFT_F5 = "\x1b[15~", "\x1b[20~", "\x1b[24~", "\x1b[15;2~"
UP, SHIFT_F8 = "\x1b[A", "\x1b[19;2~"
_CLOCK = re.compile(r" (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3}(?: \d{4})? \d\d:\d\d")


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """A demonstration till, made once."""
    folder = tmp_path_factory.mktemp("shop") / "till"
    command = [sys.executable, "-m", "posframe", "new", "till", str(folder), "--demo"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def folder(shop, tmp_path) -> Path:
    return Path(shutil.copytree(shop, tmp_path / "till"))


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "posframe", "run", "--till", str(folder)]


def running(folder: Path, size=(80, 24)) -> PtyTerminal:
    return PtyTerminal(command(folder), size=size)


def ready(till: PtyTerminal) -> None:
    till.wait_for("items 0")


def scan(till: PtyTerminal, code: str, shown: str) -> None:
    till.type(f"{code}\r\n")
    till.wait_for(shown)


def enter(till: PtyTerminal, text: str, shown: str) -> None:
    till.type_by_hand(text)
    till.type("\r")
    till.wait_for(shown)


def basket(till: PtyTerminal) -> list[str]:
    """What the basket's column shows, without the mark of the newest line."""
    while till.read(0.4):
        pass
    rows = [row.split("│")[0].lstrip(">").strip() for row in till.text().splitlines()[4:18]]
    return [row for row in rows if row]


def masked(till: PtyTerminal) -> str:
    """The whole screen, painted to its end, with a word in place of its clock."""
    while till.read(0.4):
        pass
    return _CLOCK.sub(lambda found: " CLOCK".ljust(len(found[0])), till.text())


def test_goods_are_sold_and_paid_for(folder):
    with running(folder) as till:
        ready(till)
        scan(till, MILK, "items 1")
        enter(till, f"3*{LOW_FAT}", "items 4")
        till.type(F9)
        till.wait_for("STILL OPEN +4.46")
        enter(till, "1000", "CHANGE")
        till.wait_for(r"change +5\.54")
        till.type("\r")
        till.wait_for("SALE 2")
        till.process.terminate()
        assert till.wait_gone() == 0
        assert till.restored


def test_killed_in_mid_sale_it_shows_the_same_basket_line_for_line(folder):
    with running(folder) as till:
        ready(till)
        scan(till, MILK, "items 1")
        scan(till, COLA, "items 2")
        enter(till, "0.642*4011", "items 3")
        enter(till, "10 % 1", "Discount 10 %")
        till.type(F5)
        till.wait_for("Voided")
        before = basket(till)
        till.process.kill()
        till.process.wait()
    with running(folder) as till:
        till.wait_for("items 2")
        assert basket(till) == before


def test_a_second_process_is_refused_by_name_and_process(folder):
    with running(folder) as till:
        ready(till)
        second = subprocess.run(
            command(folder), capture_output=True, text=True, timeout=30, check=False
        )
        assert second.returncode != 0
        assert f"till T01, process {till.process.pid}" in second.stderr
        scan(till, MILK, "items 1")


def test_twenty_scans_under_a_question_are_twenty_lines_after_it(folder):
    with running(folder) as till:
        ready(till)
        scan(till, MILK, "items 1")
        till.type(SHIFT_F5)
        till.wait_for("GIVE UP THIS SALE")
        till.type(f"{MILK}\r\n" * 20)
        till.wait_for("20 scans wait")
        till.type("\x1b[3~")
        till.wait_for("items 21")


def test_a_scan_answers_no_question_and_is_no_price(folder):
    with running(folder) as till:
        ready(till)
        enter(till, "1504", "PRICE")
        till.type(f"{MILK}\r")
        till.wait_for("1 scans wait")
        enter(till, "450", "items 2")
        assert "Flowers" in basket(till)[0]


def test_bytes_that_are_no_text_and_codes_that_are_none_are_refused_in_words(folder):
    with running(folder) as till:
        ready(till)
        till.type(b"\xe9\xff\xc3\x28\r")
        till.wait_for("!")
        till.type("\x1b[3~")
        till.wait_for("> _")
        scan(till, "4006381333930", "(?i)check digit of 4006381333930")
        scan(till, "4999999999999", "not found")
        scan(till, MILK, "items 1")


def test_an_age_check_is_asked_for_before_money(folder):
    with running(folder) as till:
        ready(till)
        enter(till, GIN, "Check age: 18")
        till.type(F9)
        till.wait_for("STILL OPEN")
        till.type("\r")
        till.wait_for("then press F12")
        till.type(F12)
        till.wait_for("age 18. checked")
        till.type("\r")
        till.wait_for("CHANGE")


def test_a_key_explains_the_price_and_a_scan_under_it_is_sold(folder):
    with running(folder) as till:
        ready(till)
        scan(till, MILK, "items 1")
        scan(till, COLA, "items 2")
        till.type(UP + UP)
        till.wait_for("> 2")
        till.type(SHIFT_F8)
        till.wait_for("WHY SALE 1, LINE 2 COSTS WHAT IT DOES")
        till.wait_for(r"0\.69 \(catalogue")
        scan(till, LOW_FAT, "items 3")
        assert "Fresh low-fat milk" in "".join(basket(till))
        till.type(SHIFT_F8)
        till.wait_for("WHY SALE 1 COSTS WHAT IT DOES")
        till.type("\x1b[6~" * 5)
        till.wait_for("TOTAL: the sum of all lines")
        till.type("\x1b")
        till.wait_for("items 3")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_the_screens_of_a_sale(folder, size, text_snapshot):
    with running(folder, size) as till:
        ready(till)
        enter(till, f"2*{MILK}", "items 2")
        scan(till, COLA, "items 3")
        enter(till, "0.642*4011", "items 4")
        enter(till, "10 % 1", "Discount 10 %")
        till.wait_for("on hand")
        assert masked(till) == text_snapshot(name="sale")
        till.type(SHIFT_F8)
        till.wait_for("WHY SALE 1")
        assert masked(till) == text_snapshot(name="explain")
        till.type("\x1b")
        till.wait_for("items 4")
        till.type(F9)
        till.wait_for("STILL OPEN")
        assert masked(till) == text_snapshot(name="payment")
        enter(till, "2000", "CHANGE")
        till.wait_for("QUEUE 0")
        assert masked(till) == text_snapshot(name="change")
