"""Locking: where a sign-in leads back to, which keys are grey, and a till that is left alone."""

import threading

import pytest

from posframe import commands
from posframe_terminal.intake import Key
from tests.terminal_ui.selling import BREAD, MILK
from tests.terminal_ui.signing_stand import signing_counter

# Where it leads back to


async def test_the_same_operator_comes_back_to_the_very_same_screen(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.key("f9")
        desk.type("12")
        await desk.key("home")
        assert desk.view.screen == "lock"
        await desk.sign_in("17")
        assert (desk.view.screen, desk.view.entry.text) == ("payment", "")
        assert desk.sold == [("Milk 1 l", 1000)]


async def test_a_list_that_was_looked_at_is_there_again(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.key("f2")
        desk.type("milk")
        await desk.settle()
        await desk.key("home")
        await desk.sign_in("17")
        assert (desk.view.screen, desk.view.entry.text) == ("find", "")


async def test_another_operator_begins_an_empty_sale_and_the_first_finds_theirs_again(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.key("f9", "home")
        await desk.sign_in("18")
        assert (desk.view.screen, desk.sold) == ("sale", [])
        await desk.scan(BREAD)
        await desk.key("home")
        await desk.sign_in("17")
        assert (desk.view.screen, desk.sold) == ("sale", [("Milk 1 l", 1000)])
        await desk.key("home")
        await desk.sign_in("18")
        assert desk.sold == [("Rye bread", 1000)]


async def test_what_one_operator_looked_at_is_not_on_the_screen_of_the_next(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.key("f2", "home")
        await desk.sign_in("18")
        assert desk.view.screen == "sale"


async def test_a_question_of_one_operator_is_not_answered_by_the_next(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.key("shift+f5")
        assert desk.view.screen == "ask"
        await desk.till_locks()
        await desk.sign_in("18")
        assert desk.view.screen == "sale"
        await desk.key("f5")
        assert len(desk.till.state.suspended) == 1, "the first one's sale is not given up"


async def test_the_change_of_one_sale_is_not_shown_to_the_next_operator(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.key("f9")
        await desk.enter("500")
        assert desk.view.screen == "change"
        await desk.key("home")
        await desk.sign_in("18")
        assert desk.view.screen == "sale"


# Keys that are not for everybody


async def test_keys_that_are_not_for_the_role_are_greyed_and_marked(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.enter(".shifts")
        assert "F9×Confirm" in desk.text()
        styles = {style for row in desk.rows() for text, style in row if "Confirm" in text}
        assert styles == {"key.off"}
        await desk.enter(".signout")
        await desk.sign_in("7")
        await desk.enter(".shifts")
        assert "F9Confirm" in desk.text()


async def test_the_key_that_locks_stands_in_the_footer(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        assert "Home Lock" in desk.text().splitlines()[-1]


# Left alone


async def test_a_till_that_is_left_alone_locks_itself_with_the_sale_in_it(tmp_path):
    async with signing_counter(tmp_path, operators="idle_lock_s = 60\n") as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        clock, idle = desk.till.parts.clock, desk.counter._listening.idle
        clock.advance(59_000_000)
        idle.look()
        await desk.settle()
        assert desk.view.screen == "sale"
        desk.type("3")  # somebody is there
        await desk.settle()
        clock.advance(59_000_000)
        idle.look()
        await desk.settle()
        assert desk.view.screen == "sale"
        clock.advance(1_000_000)
        idle.look()
        await desk.until(lambda: desk.till.state.control.signed_in.locked)
        await desk.settle()
        assert desk.view.screen == "lock"
        await desk.sign_in("17")
        assert (desk.sold, desk.view.entry.text) == ([("Milk 1 l", 1000)], "")


@pytest.mark.parametrize("seconds", [0])
async def test_a_till_that_may_stay_open_is_never_locked_by_itself(tmp_path, seconds):
    async with signing_counter(tmp_path, operators=f"idle_lock_s = {seconds}\n") as desk:
        await desk.sign_in("17")
        desk.till.parts.clock.advance(10**12)
        desk.counter._listening.idle.look()
        await desk.settle()
        assert desk.view.screen == "sale"


async def test_a_lock_that_another_door_has_made_comes_up_by_itself(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.key("f2")
        threading.Thread(target=desk.till.do, args=(commands.Lock(),)).start()
        await desk.until(lambda: desk.view.screen == "lock")
        desk.pump.feed(Key("1", "1"))
        await desk.settle()
        assert desk.view.entry.text == "1"
