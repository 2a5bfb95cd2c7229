"""Leaving the till: who may end it from the keys, and who may not."""

import pytest

from tests.terminal_ui.paying_stand import CardShop, counter_of
from tests.terminal_ui.signing_stand import signing_counter

LEFT = ["Left by the operator; what was open will be there again."]


def hear(desk):
    """Return the list that gets each reason for which the terminal was ended."""
    ended = []
    desk.pump.leave = ended.append
    return ended


async def from_the_menu(desk):
    """The name and Enter come at once: it is the action of that name, none of the whole list."""
    await desk.key("f10")
    await desk.enter("quit")


async def by_name(desk):
    await desk.enter(".quit")


WAYS = pytest.mark.parametrize("leave", [from_the_menu, by_name])


@WAYS
async def test_a_cashier_does_not_end_the_till(tmp_path, leave):
    async with signing_counter(tmp_path) as desk:
        ended = hear(desk)
        await desk.sign_in("17")
        await leave(desk)
        assert ended == []
        assert "Leaving the till is not for a cashier" in desk.message


@WAYS
async def test_who_may_leave_the_till_ends_it(tmp_path, leave):
    async with signing_counter(tmp_path) as desk:
        ended = hear(desk)
        await desk.sign_in("42")
        await leave(desk)
        assert ended == LEFT


async def test_a_role_of_the_shop_s_own_may_leave_where_settings_say_so(tmp_path):
    allows = '\n[roles.cashier]\nallow = { leave_till = "any" }\n'
    async with signing_counter(tmp_path, settings=allows) as desk:
        ended = hear(desk)
        await desk.sign_in("17")
        await by_name(desk)
        assert ended == LEFT


@pytest.mark.parametrize("locked", [False, True])
async def test_where_nobody_is_signed_in_no_key_ends_the_till(tmp_path, locked):
    async with signing_counter(tmp_path) as desk:
        ended = hear(desk)
        if locked:
            await desk.sign_in("42")
            await desk.key("home")
        await by_name(desk)
        await desk.key("escape", "f10", "ctrl+c", "ctrl+d", "ctrl+q", "escape")
        assert desk.view.screen == "lock"
        assert ended == []


async def test_leaving_is_greyed_in_the_menu_of_who_may_not(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        assert "quit" in desk.view.denied
        await desk.key("home")
        await desk.sign_in("42")
        assert "quit" not in desk.view.denied


async def test_where_nobody_signs_in_whoever_stands_there_ends_the_till(tmp_path, monkeypatch):
    shop = CardShop(tmp_path, monkeypatch).open()
    async with counter_of(shop) as desk:
        ended = hear(desk)
        await by_name(desk)
        assert ended == LEFT
    shop.close()
