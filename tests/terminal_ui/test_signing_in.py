"""The lock: who signs in, what it shows, what it keeps to itself, and where it leads back to."""

import logging
import re
import threading

import pytest

from posframe_terminal.door import Scanned
from posframe_terminal.intake import Intake, Paste
from tests.terminal_ui.selling import BREAD, CARD, MILK
from tests.terminal_ui.signing_stand import BADGES, PINS, signing_counter

NAMES = {"\r": "enter"}


def wedge(stand, intake, code, at_s):
    """Type a code as a scanner does that is a keyboard: a millisecond a key, then Enter."""
    for place, key in enumerate([*code, "\r"]):
        items = intake.key(NAMES.get(key, key), key, at_s + place / 1000)
        for item in items:
            stand.pump.feed(item)


async def test_nobody_sells_before_they_have_signed_in(tmp_path):
    async with signing_counter(tmp_path) as desk:
        assert desk.view.screen == "lock"
        await desk.scan(MILK)
        assert desk.sold == []
        assert "nothing was added" in desk.message
        await desk.sign_in("17")
        assert (desk.view.screen, desk.operator) == ("sale", "17")
        await desk.scan(MILK)
        assert desk.sold == [("Milk 1 l", 1000)]


async def test_who_is_signed_in_stands_in_the_head_by_name_and_number(tmp_path):
    async with signing_counter(tmp_path) as desk:
        assert desk.view.head.operator == ""
        await desk.sign_in("42")
        assert desk.view.head.operator == "OPERATOR 42 42", "the name is Operator 42"
        assert desk.view.head.owner == "42"


async def test_a_pin_is_shown_as_dots_and_its_letters_are_nowhere(tmp_path, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    async with signing_counter(tmp_path) as desk:
        await desk.enter("17")
        for at, digit in enumerate(PINS["17"], start=1):
            desk.type(digit)
            await desk.settle()
            assert f"PIN > {'•' * at}_" in desk.text()
        await desk.enter("1")  # one too many: wrong
        assert "Number or PIN is wrong" in desk.message
        await desk.sign_in("17")
        await desk.key("home")
        await desk.sign_in("17")
        text = repr((desk.frames, desk.requests, desk.pump.desk, list(desk.pump.backlog._arrivals)))
    text += caplog.text + "".join(capsys.readouterr())
    text = re.sub("0x[0-9a-f]+", "", text)
    assert PINS["17"] not in text
    assert "NUMBER >" in text, "the search looks where screens are"


async def test_a_failure_while_verifying_says_a_code_and_no_pin(tmp_path, caplog):
    async with signing_counter(tmp_path) as desk:

        def broken(*_):
            raise ZeroDivisionError

        desk.till.signing._is_right = broken
        await desk.sign_in("17")
        assert "Call support and say E-" in desk.message
        assert (desk.view.screen, desk.view.entry.text) == ("lock", "")
        assert PINS["17"] not in repr(desk.frames) + caplog.text
        assert "ZeroDivisionError" in caplog.text


async def test_a_pin_is_verified_beside_the_screen(tmp_path):
    async with signing_counter(tmp_path) as desk:
        waits, threads = threading.Event(), []
        verify = desk.till.signing._is_right

        def slow(tried):
            threads.append(threading.current_thread())
            waits.wait(10)
            return verify(tried)

        desk.till.signing._is_right = slow
        await desk.enter("17")
        desk.type(PINS["17"] + "\r")
        await desk.until(lambda: threads)
        await desk.until(lambda: desk.view.entry.busy)
        assert threads[0] is not threading.current_thread()
        desk.type("99")
        assert desk.view.entry.waiting == 2
        assert desk.view.entry.waiting_text == "", "what waits may be a PIN"
        waits.set()
        await desk.until(lambda: desk.operator == "17")
        await desk.settle()
        assert desk.view.entry.text == "", "what was typed at the lock is no entry of the sale"
        assert "look, and press again" in desk.message


async def test_number_and_pin_can_be_typed_in_one_go_and_nothing_behind_them_spills_over(tmp_path):
    async with signing_counter(tmp_path) as desk:
        desk.type(f"17\r{PINS['17']}\r3*{MILK}\r+")
        await desk.settle()
        assert desk.operator == "17"
        assert (desk.view.screen, desk.view.entry.text, desk.sold) == ("sale", "", [])


async def test_keys_pressed_for_the_sale_do_not_become_a_number(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        desk.press("home")
        desk.type("123")  # before the lock was seen
        await desk.settle()
        assert (desk.view.screen, desk.view.entry.text) == ("lock", "")


async def test_what_was_typed_ahead_of_a_refusal_is_not_shown_as_a_number(tmp_path):
    async with signing_counter(tmp_path) as desk:
        desk.type(f"17\r1111\r{PINS['17']}")
        await desk.settle()
        assert (desk.view.screen, desk.view.entry.text) == ("lock", "")


@pytest.mark.parametrize("typed", ["", "17"])
async def test_a_burst_of_scans_is_refused_and_never_part_of_number_or_pin(tmp_path, typed):
    async with signing_counter(tmp_path) as desk:
        if typed:
            await desk.enter(typed)
        desk.type("48")
        await desk.settle()
        intake, before = Intake(), len(desk.bells)
        for place in range(30):
            wedge(desk, intake, (MILK, BREAD, CARD)[place % 3], 100.0 + place)
        await desk.settle()
        assert desk.sold == []
        assert len(desk.bells) - before == 30
        assert "The till is locked: nothing was added" in desk.message
        assert desk.view.entry.text == ("••" if typed else "48")
        assert desk.keepers.verified == [], "no scan is tried as a PIN"
        scanned = [each for each in desk.requests if isinstance(each, Scanned)]
        assert {each.text for each in scanned} == {""}, "nor does one carry what was typed"
        desk.type("26\r" if typed else "\r")
        await desk.settle()
        assert desk.operator == ("17" if typed else "")


async def test_nothing_is_pasted_into_the_lock(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.enter("17")
        desk.pump.feed(Paste(PINS["17"]))
        await desk.settle()
        assert "Nothing is pasted here" in desk.message
        assert desk.view.entry.text == ""


async def test_a_badge_asks_for_its_pin_and_opens_the_till(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.scan(BADGES["17"])
        assert "PIN > _" in desk.text()
        assert BADGES["17"] not in repr(desk.frames)
        await desk.enter(PINS["17"])
        assert desk.operator == "17"


async def test_a_code_of_nobody_asks_for_a_pin_as_a_badge_does(tmp_path):
    """And the PIN behind it is a try: nobody finds out badges by scanning."""
    async with signing_counter(tmp_path) as desk:
        said = []
        for code in (BADGES["17"], "BADGE-9999"):
            await desk.scan(code)
            said.append(desk.text())
            await desk.enter("555123")
            said.append(desk.text())
        assert "PIN > _" in said[0]
        assert "Number or PIN is wrong" in said[1]
        assert said[:2] == said[2:]


async def test_a_badge_alone_opens_the_till_where_that_is_enough(tmp_path):
    async with signing_counter(tmp_path, operators="badge_needs_pin = false\n") as desk:
        await desk.scan(BADGES["17"])
        assert desk.operator == "17"


async def test_a_badge_at_an_open_till_locks_it_for_its_owner(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.scan(BADGES["42"])
        assert desk.view.screen == "lock"
        await desk.enter(PINS["42"])
        assert (desk.operator, desk.sold) == ("42", [])
        assert [each.operator for each in desk.till.state.suspended] == ["17"]


async def test_esc_asks_for_the_number_again_and_never_leads_out(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.enter("18")
        assert "PIN >" in desk.text()
        await desk.key("escape")
        assert "NUMBER >" in desk.text()
        await desk.key("escape", "escape", "f10", "f1", "f9", "home", "delete")
        assert desk.view.screen == "lock"
        await desk.sign_in("17")
        assert desk.operator == "17"


@pytest.mark.parametrize("number", ["abc", ".quit", "-", "123456789", ""])
async def test_what_is_no_number_is_said_and_asked_for_again(tmp_path, number):
    async with signing_counter(tmp_path) as desk:
        await desk.enter(number)
        assert "Type your number" in desk.message
        assert not desk.view.asks_pin


async def test_a_wrong_pin_and_a_number_of_nobody_look_alike(tmp_path):
    async with signing_counter(tmp_path) as desk:
        said = []
        for number in ("17", "9999"):
            await desk.enter(number)
            await desk.enter("1111")
            said.append(desk.text())
        assert "Number or PIN is wrong" in said[0]
        assert said[0] == said[1]


# What it shows


async def test_the_lock_shows_what_is_unfinished_and_no_goods(tmp_path):
    async with signing_counter(tmp_path, settings="\n[shifts]\n") as desk:
        await desk.sign_in("17")
        await desk.enter(".shift open 15x10")
        for code in (MILK, BREAD):
            await desk.scan(code)
        await desk.key("f4")
        await desk.enter(f"2*{MILK}")
        await desk.key("home")
        for words in (
            ("Test store, till T01.", "Locked since 12:00,", "operator 17."),
            ("OPEN SALE", "2 items, 2.38, not paid"),
            ("HELD", "1 sale, oldest 00:00"),
            ("DAY", "2026-01-01 is open"),
            ("SHIFT", "of 17, drawer 1, since 12:00"),
        ):
            assert all(each in desk.words for each in words), words
        assert "Milk" not in desk.text()
        assert "Operator 17" not in desk.text(), "names are for those who are signed in"


async def test_wrong_tries_and_messages_are_told_to_whoever_signs_in(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("18")
        await desk.enter(".message to=17 The scale is slow")
        await desk.enter(".signout")
        for _ in range(3):
            await desk.enter("17")
            await desk.enter("1111")
        await desk.sign_in("17")
        assert desk.view.screen == "messages"
        assert "3 wrong tries on your number since you were here" in desk.text()
        assert "The scale is slow" in desk.text()
        await desk.key("enter")
        assert desk.view.screen == "sale"
        await desk.enter(".signout")
        await desk.sign_in("17")
        assert desk.view.screen == "sale", "what was read is not shown again"


async def test_a_scan_over_the_messages_begins_the_sale(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("18")
        await desk.enter(".message Mind the step")
        await desk.enter(".signout")
        await desk.sign_in("17")
        assert desk.view.screen == "messages"
        await desk.scan(MILK)
        assert (desk.view.screen, desk.sold) == ("sale", [("Milk 1 l", 1000)])
