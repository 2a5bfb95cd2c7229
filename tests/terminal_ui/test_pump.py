"""The pump: one thing after another, nothing lost, everything said."""

import asyncio

import pytest

from posframe_terminal.backlog import ITEMS_MAX
from posframe_terminal.door import Invoked, Scanned, Typed
from posframe_terminal.fault_code import fault_code
from posframe_terminal.intake import Paste, Retract
from tests.terminal_ui.bench import Bench, running
from tests.terminal_ui.fake_till import FakeTill


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
        bench.press("f11")
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
        bench.press("f11")
        await bench.settle()
        first = bench.entry.message
        bench.press("f11")
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
