"""The pump: one thing after another, nothing lost, everything said."""

import asyncio
import contextlib

import pytest

from posframe_terminal.backlog import ITEMS_MAX
from posframe_terminal.door import Invoked, Scanned, Typed
from posframe_terminal.intake import Key, Paste, Retract, Scan
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pump import SCANS_HELD_MAX, Pump, fault_code
from posframe_terminal.views import SaleView
from tests.terminal_ui.fake_till import FakeTill, meaning, table

NAMES = {"+": "plus", "-": "minus", "/": "slash", "\r": "enter", "\b": "backspace"}


class Bench:
    """A pump with a fake till, and what it showed."""

    def __init__(self, till: FakeTill | None = None) -> None:
        self.till = till or FakeTill()
        self.pump = Pump(self.till, table(), Screens(), meaning=meaning)
        self.shown = []
        self.bells = 0
        self.pump.present = lambda: self.shown.append(self.pump.view())
        self.pump.bell = self._bell
        self.pump.present()

    def _bell(self) -> None:
        self.bells += 1

    @property
    def view(self):
        return self.shown[-1]

    @property
    def entry(self):
        return self.shown[-1].entry

    def type(self, keys: str) -> None:
        for key in keys:
            self.pump.feed(Key(NAMES.get(key, key), "" if key in "\r\b" else key))

    def press(self, *names: str) -> None:
        for name in names:
            self.pump.feed(Key(name))

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.pump.feed(Scan(code))

    async def settle(self) -> None:
        """Let everything be handled."""
        async with asyncio.timeout(5):
            while self.pump.backlog:  # noqa: ASYNC110 - what is tested must not know of us
                await asyncio.sleep(0)
            for _ in range(20):
                await asyncio.sleep(0)

    async def until(self, holds) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def running(till: FakeTill | None = None):
    bench = Bench(till)
    pumping = asyncio.create_task(bench.pump.run())
    try:
        yield bench
    finally:
        pumping.cancel()


async def test_typed_text_is_shown_with_its_meaning_and_entered():
    async with running() as bench:
        bench.type("3*")
        await bench.settle()
        assert (bench.entry.text, bench.entry.meaning) == ("3*", "waiting for a code")
        bench.type("4006581\r")
        await bench.settle()
        assert bench.till.requests == [Typed(screen="sale", text="3*4006581", seen="1/0")]
        assert bench.entry.text == ""
        assert len(bench.view.lines) == 1


async def test_a_scan_takes_what_was_typed_with_it():
    async with running() as bench:
        bench.type("3*")
        bench.scan("4006581002330")
        await bench.settle()
        (request,) = bench.till.requests
        assert request == Scanned(
            screen="sale", code="4006581002330", source="wedge", text="3*", seen="1/0"
        )
        assert bench.view.lines[0].quantity == "3"


async def test_an_action_takes_text_and_marked_line_with_it():
    async with running(FakeTill(lines=5)) as bench:
        bench.type("3-")
        await bench.settle()
        bench.press("up", "up", "f5")
        await bench.settle()
        assert [(r.action, r.text, r.choice) for r in bench.till.requests] == [
            ("void", "3", ""),
            ("void", "", "4"),
        ]
        assert bench.view.marked is None, "what is done is no longer marked"


async def test_a_character_is_text_while_words_are_typed():
    async with running(FakeTill(lines=1)) as bench:
        bench.type("coca-cola+")
        await bench.settle()
        assert bench.entry.text == "coca-cola+"
        assert bench.till.requests == []


async def test_an_action_for_an_empty_entry_is_text_in_a_full_one():
    async with running() as bench:
        bench.type("199/20")
        await bench.settle()
        assert bench.entry.text == "199/20"
        bench.press("escape")
        bench.type("/")
        await bench.settle()
        assert [type(r) for r in bench.till.requests] == [Invoked]


async def test_a_refusal_stays_in_sight_and_is_typed_over():
    async with running() as bench:
        bench.type("999\r")
        await bench.settle()
        assert bench.entry.text == "999"
        assert bench.entry.refused
        assert bench.entry.message == "999 not found (F2 find)"
        assert bench.bells == 1
        bench.type("4")
        await bench.settle()
        assert (bench.entry.text, bench.entry.message) == ("4", "")


async def test_a_refused_text_is_not_put_before_the_next_scan():
    async with running() as bench:
        bench.type("999\r")
        bench.scan("4006581")
        await bench.settle()
        assert bench.till.requests[-1].text == ""
        assert len(bench.view.lines) == 1


async def test_a_refused_text_can_be_mended():
    async with running() as bench:
        bench.type("999\r\b")
        await bench.settle()
        assert (bench.entry.text, bench.entry.refused) == ("99", False)


async def test_escape_clears_entry_then_mark_then_goes_back():
    async with running(FakeTill(lines=3)) as bench:
        bench.press("f2")
        bench.type("it")
        bench.press("escape")
        await bench.settle()
        assert (bench.view.screen, bench.entry.text) == ("find", "")
        bench.press("down", "escape")
        await bench.settle()
        assert (bench.view.screen, bench.view.marked) == ("find", None)
        bench.press("escape", "escape")
        await bench.settle()
        assert bench.view.screen == "sale"
        assert bench.till.requests == [], "nothing of it is the till's affair"


async def test_keys_during_a_commit_wait_are_shown_and_come_after_it():
    async with running() as bench:
        bench.till.held = asyncio.Event()
        bench.scan("4006581002330")
        await bench.until(lambda: bench.entry.busy)
        bench.type("3*4")
        assert (bench.entry.waiting, bench.entry.waiting_text) == (3, "3*4")
        bench.till.held.set()
        await bench.until(lambda: not bench.entry.busy and bench.entry.text == "3*4")
        assert len(bench.view.lines) == 1


async def test_a_quick_commit_is_not_announced():
    async with running(FakeTill(commit_s=0.005)) as bench:
        bench.scan("4006581002330")
        await bench.until(lambda: len(bench.view.lines) == 1)
        assert not any(view.entry.busy for view in bench.shown)


async def test_a_scan_during_a_commit_waits_as_one_scan():
    async with running() as bench:
        bench.till.held = asyncio.Event()
        bench.scan("4006581002330")
        await bench.until(lambda: bench.entry.busy)
        bench.type("400658")
        bench.pump.feed(Retract(6))
        bench.scan("400658")
        assert (bench.entry.waiting, bench.entry.waiting_text) == (1, "[scan]")
        bench.till.held.set()
        await bench.until(lambda: len(bench.till.requests) == 2)


async def test_characters_already_echoed_are_taken_back():
    async with running() as bench:
        bench.type("3*40065")
        await bench.settle()
        bench.pump.feed(Retract(5))
        bench.scan("40065")
        await bench.settle()
        assert bench.till.requests[-1].text == "3*"


async def test_scans_under_a_question_wait_and_keep_their_order():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        assert bench.view.screen == "ask"
        bench.scan("4000001", "4000002", "4000003")
        await bench.settle()
        assert bench.entry.scans_held == 3
        assert len(bench.till.requests) == 1
        bench.press("f5")
        bench.scan("4000004")
        await bench.settle()
        scans = [r.code for r in bench.till.requests if isinstance(r, Scanned)]
        assert scans == ["4000001", "4000002", "4000003", "4000004"]
        assert bench.entry.scans_held == 0


async def test_not_more_scans_than_a_limit_wait_for_an_answer():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        bench.scan(*["4000001"] * (SCANS_HELD_MAX + 1))
        await bench.settle()
        assert bench.entry.scans_held == SCANS_HELD_MAX
        assert "dropped" in bench.entry.message


async def test_escape_answers_a_question_through_the_till():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        bench.press("escape")
        await bench.settle()
        assert bench.till.requests[-1] == Invoked(screen="ask", action="back")
        assert bench.view.screen == "sale"


async def test_keys_pressed_before_a_question_was_seen_do_not_answer_it():
    async with running() as bench:
        bench.press("f7", "f5", "escape")
        bench.type("1\r")
        await bench.settle()
        assert [request.action for request in bench.till.requests] == ["ask"]
        assert bench.view.screen == "ask"
        assert "press again" in bench.entry.message
        bench.press("f5")
        await bench.settle()
        assert bench.view.screen == "sale"


async def test_keys_typed_ahead_belong_to_the_screen_that_the_keys_before_led_to():
    async with running(FakeTill(lines=1)) as bench:
        bench.type("+5000\r")
        await bench.settle()
        assert bench.till.requests[-1] == Typed(screen="payment", text="5000", seen="1/100")


async def test_a_question_stands_on_the_screen_it_is_about():
    async with running(FakeTill(lines=2)) as bench:
        bench.press("f7")
        await bench.settle()
        assert isinstance(bench.pump.under, SaleView)


async def test_a_scan_cut_in_two_by_a_question_is_taken_back_from_both_screens():
    async with running() as bench:
        bench.type("40065")
        await bench.settle()
        bench.till.screen = "ask"
        bench.pump.present()
        bench.type("81")
        bench.pump.feed(Retract(7))
        await bench.settle()
        assert [spot.text for spot in bench.pump.desk.spots] == ["", ""]


async def test_characters_that_a_question_ignored_are_not_taken_back_from_the_sale():
    async with running() as bench:
        bench.type("3*40065")
        await bench.settle()
        bench.till.screen = "ask"
        bench.pump._look()  # the question is there and not yet painted
        bench.type("81")
        bench.pump.feed(Retract(7))
        await bench.settle()
        assert [spot.text for spot in bench.pump.desk.spots] == ["3*", ""]


async def test_the_till_s_state_calls_for_its_screen():
    async with running(FakeTill(lines=1)) as bench:
        bench.type("+")
        await bench.settle()
        assert bench.view.screen == "payment"
        bench.type("\r")
        await bench.settle()
        assert bench.view.screen == "change"
        assert bench.entry.message == "paid"
        bench.scan("4006581")
        await bench.settle()
        assert bench.view.screen == "sale"


async def test_requests_carry_what_was_on_the_screen_when_the_key_was_pressed():
    async with running(FakeTill(lines=1)) as bench:
        seen = bench.view.seen
        bench.till.held = asyncio.Event()
        bench.scan("4006581002330")
        await bench.until(lambda: bench.entry.busy)
        bench.type("+\r")
        bench.till.held.set()
        await bench.until(lambda: len(bench.till.requests) == 3)
        assert {request.seen for request in bench.till.requests} == {seen}
        assert bench.till.view is not seen


async def test_a_broken_till_is_shown_with_a_code_and_the_pump_goes_on():
    async with running() as bench:
        bench.press("f10")
        await bench.settle()
        assert "E-" in bench.entry.message
        bench.scan("4006581002330")
        await bench.settle()
        assert len(bench.view.lines) == 1


async def test_a_view_that_fails_leaves_the_last_one(monkeypatch):
    async with running(FakeTill(lines=2)) as bench:
        monkeypatch.setattr(bench.till, "view", lambda _place: 1 // 0)
        bench.type("4")
        await bench.settle()
        assert len(bench.view.lines) == 2
        assert "Call support" in bench.entry.message


async def test_a_failure_at_one_place_has_one_code():
    async with running() as bench:
        bench.press("f10")
        await bench.settle()
        first = bench.entry.message
        bench.press("f10")
        await bench.settle()
        assert bench.entry.message == first
    assert fault_code(ValueError()) != fault_code(KeyError())


async def test_a_search_follows_what_is_typed_and_enter_takes_the_marked_one():
    async with running(FakeTill(lines=30)) as bench:
        bench.type("item\r")
        await bench.settle()
        assert bench.view.screen == "find"
        assert len(bench.view.results) == 10
        bench.press("down", "down", "pagedown", "pageup", "down")
        bench.type("\r")
        await bench.settle()
        request = bench.till.requests[-1]
        assert (request.screen, request.choice) == ("find", "Item 000001")
        assert bench.view.screen == "sale"


async def test_help_lists_the_keys_of_the_screen_below():
    async with running(FakeTill(lines=1)) as bench:
        bench.type("+")
        bench.press("f1")
        await bench.settle()
        assert (bench.view.screen, bench.view.about) == ("help", "payment")
        assert "Card" in [hint.label for hint in bench.view.keys]


async def test_actions_are_called_by_name():
    async with running(FakeTill(lines=1)) as bench:
        bench.type(".pay\r")
        await bench.settle()
        assert bench.till.requests == [
            Invoked(screen="sale", action="pay", seen=f"1/{bench.till.total}")
        ]
        bench.press("escape")
        bench.type(".nonsense\r")
        await bench.settle()
        assert isinstance(bench.till.requests[-1], Typed), "what it means is the till's to say"


async def test_a_key_without_a_meaning_says_so():
    async with running() as bench:
        bench.press("f12")
        await bench.settle()
        assert bench.entry.message == "F12 does nothing here."


@pytest.mark.parametrize("refused", ["", "Too much."])
async def test_a_paste_is_added_to_the_entry_or_refused(refused):
    async with running() as bench:
        bench.pump.feed(Paste("" if refused else "4006", refused))
        await bench.settle()
        assert (bench.entry.text, bench.entry.message) == (
            ("", refused) if refused else ("4006", "")
        )


async def test_too_many_waiting_keys_are_dropped_aloud():
    bench = Bench()
    for _ in range(ITEMS_MAX + 1):
        bench.type("1")
    assert bench.bells == 1
    bench.pump.present()
    assert "dropped" in bench.entry.message
