"""Cables pulled in mid-sale: nothing lost, nothing done twice, no key that waits.

A thousand pulls take five minutes: ``python -m tests.simulation.pulled``.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.pulled import Audit, Story, check, run
from tests.simulation.wired_shop import WiredShop
from tests.terminal_ui.pty_terminal import PtyTerminal

pytestmark = pytest.mark.slow
MILK = "9521307000162"


@pytest.mark.timeout(180)
def test_sales_go_on_and_tell_one_story_while_cables_are_pulled(tmp_path):
    outcome = run(tmp_path, pulls=40, seed=7)
    check(outcome.story, outcome.audit, outcome.receipts, outcome.kicks)
    assert outcome.story.sold
    assert outcome.story.scanned + outcome.story.weighed, "cables were in now and then"


@pytest.fixture
def told():
    story = Story(sold=[["1", "2"], ["3"]])
    audit = Audit({1: ["1", "2"], 2: ["3"]}, {1: "confirmed", 2: "doubted"}, Counter(confirmed=2))
    return story, audit


def test_the_check_is_content_with_one_story(told):
    check(*told, [1, 2], 2)
    check(*told, [1], 2)


@pytest.mark.parametrize(
    ("receipts", "kicks", "words"),
    [
        ([1, 1, 2], 2, "printed twice"),
        ([2], 2, "confirmed and not on paper"),
        ([1, 2], 3, "opened twice"),
    ],
)
def test_the_check_sees_what_paper_and_drawer_should_not_say(told, receipts, kicks, words):
    with pytest.raises(AssertionError, match=words):
        check(*told, receipts, kicks)


def test_the_check_sees_a_sale_that_was_lost(told):
    story, audit = told
    story.sold.append(["4"])
    with pytest.raises(AssertionError, match="sale was lost"):
        check(story, audit, [1, 2], 2)


@pytest.mark.timeout(120)
def test_everything_by_wire_and_on_paper_out_the_till_says_so_and_sells_on(tmp_path):
    """Scan, weigh, sell, print, kick, show; then the paper ends in the middle of a day."""
    shop = WiredShop(tmp_path)
    try:
        with PtyTerminal(shop.command) as till:
            till.wait_until(shop.is_connected, "every device")
            shop.act("scanner", f"scan {MILK}")
            till.wait_for("items 1")
            till.type("4011\r")
            till.wait_for("Put it on the scale")
            shop.act("scale", "put 0.640")
            till.wait_for(r"0\.64 Bananas|0\.640 Bananas")
            till.wait_until(lambda: "Bananas" in shop.glass(), "the glass to follow")
            shop.act("scale", "take")
            till.type("\x1b[20~")
            till.wait_for("STILL OPEN")
            till.type("\r")
            till.wait_for("CHANGE")
            till.wait_until(lambda: (shop.receipts(), shop.kicks()) == ([1], 1), "paper and drawer")
            till.wait_until(lambda: "Change" in shop.glass(), "the change on the glass")
            shop.act("printer", "paper out")
            till.wait_for("PRN blocked")
            shop.act("scanner", f"scan {MILK}")
            till.wait_for("items 1")
            shop.act("printer", "paper new")
            till.wait_for("PRN ok")
            till.process.terminate()
            assert till.wait_gone() == 0
    finally:
        shop.close()
