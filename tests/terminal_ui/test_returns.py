"""A receipt at the counter, to take goods of it back: keys and scans in, screens out."""

import pytest

from tests.terminal_ui.paying_stand import CardShop
from tests.terminal_ui.returns_stand import (
    back,
    counter_of,
    look_at,
    said,
    scan,
    sell,
)
from tests.terminal_ui.selling import BREAD, MILK

DAY_US = 86_400_000_000


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


# A receipt


async def test_a_scanned_receipt_shows_its_lines_and_what_can_go_back(shop):
    async with counter_of(shop) as desk:
        number = await sell(desk, f"3 * {MILK}", BREAD)
        await look_at(desk, number)
        assert desk.view.screen == "receipt"
        text = said(desk)
        assert f"RECEIPT 1 of {shop.till.state.business_date} 6.07 EUR" in text
        assert "Cash: 6.07 can go back" in text
        assert "> 1 Milk 1 l 3 3 3.57" in text
        assert "2 Rye bread 1 1 2.50" in text
        assert "Condition: [good] opened damaged (F6: the next)" in text


async def test_enter_takes_all_that_is_left_of_the_marked_line_back(shop):
    async with counter_of(shop) as desk:
        await sell(desk, f"3 * {MILK}", BREAD)
        await look_at(desk, 1)
        await desk.key("enter")
        assert back(desk) == [("Milk 1 l", -3, "good", "")]
        assert desk.view.screen == "sale"
        assert "-3 Milk 1 l" in said(desk)
        assert "from receipt 1, good" in said(desk)
        assert "TO GIVE BACK" in desk.text()


async def test_what_is_typed_before_enter_is_quantity_condition_and_reason(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, f"3 * {BREAD}")
        await look_at(desk, 1)
        await desk.key("down")
        await desk.enter("2 is=dam came apart")
        assert back(desk) == [("Rye bread", -2, "damaged", "came apart")]


async def test_the_next_condition_is_chosen_by_a_key_and_keeps_mark_and_entry(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, f"3 * {BREAD}")
        await look_at(desk, 1)
        await desk.key("down")
        desk.type("2")
        await desk.key("f6")
        assert "good [opened] damaged" in said(desk)
        await desk.enter(" torn")
        assert back(desk) == [("Rye bread", -2, "opened", "torn")]
        await look_at(desk, 1)
        assert "[good] opened damaged" in said(desk), "of the next goods nothing is known"


async def test_after_the_last_condition_the_first_comes_again(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await desk.key("f6", "f6", "f6", "enter")
        assert back(desk) == [("Milk 1 l", -1, "good", "")]


async def test_one_key_takes_the_whole_receipt_back(shop):
    async with counter_of(shop) as desk:
        await sell(desk, f"2 * {MILK}", BREAD)
        await look_at(desk, 1)
        desk.type("is=opened wrong house")
        await desk.key("f9")
        assert back(desk) == [
            ("Milk 1 l", -2, "opened", "wrong house"),
            ("Rye bread", -1, "opened", "wrong house"),
        ]


async def test_a_quantity_of_the_whole_receipt_is_refused(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        desk.type("2")
        await desk.key("f9")
        assert "a quantity of one line" in said(desk)
        assert desk.till.state.transaction is None


async def test_a_refused_quantity_is_not_all_of_it_by_a_second_enter(shop):
    async with counter_of(shop) as desk:
        await sell(desk, f"3 * {MILK}")
        await look_at(desk, 1)
        await desk.enter("4")
        assert "of 3 sold 3 can" in said(desk)
        await desk.key("enter")
        assert desk.till.state.transaction is None
        await desk.enter("2")
        assert back(desk) == [("Milk 1 l", -2, "good", "")]


async def test_what_came_back_and_what_is_in_a_sale_says_so(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, BREAD, "10003")
        await look_at(desk, 1)
        await desk.key("enter")
        await desk.key("f9", "enter", "enter")
        await look_at(desk, 1)
        assert "1 Milk 1 l 1 1.19 came back" in said(desk)
        assert "> 2 Rye bread" in said(desk), "the first that can come back is marked"
        await desk.key("enter")
        await look_at(desk, 1)
        assert "2 Rye bread 1 1 2.50 in this sale" in said(desk)
        await desk.key("escape", "escape", "f4")
        await look_at(desk, 1)
        assert "in held sale 3" in said(desk)
        assert "Cash: 3.79 can go back" in said(desk)


async def test_esc_leads_back_to_the_sale_and_nothing_is_done(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await desk.enter(BREAD)
        await look_at(desk, 1)
        desk.type("2")
        await desk.key("escape")
        assert desk.view.screen == "receipt"
        await desk.key("escape")
        assert desk.view.screen == "sale"
        assert desk.sold == [("Rye bread", 1000)]


@pytest.mark.parametrize("way", [("f9",), ("f2",), ("f10",), ("f1",), ("shift+f8",)])
async def test_a_receipt_is_scanned_whatever_is_looked_at(shop, way):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await desk.enter(BREAD)
        await desk.key(*way)
        assert desk.view.screen != "sale"
        await look_at(desk, 1)
        assert desk.view.screen == "receipt"
        await desk.key("enter")
        assert desk.view.screen == "sale"
        assert [each.quantity_milli for each in shop.till.state.transaction.basket.lines] == [
            1000, -1000]  # fmt: skip


async def test_a_receipt_is_scanned_while_the_change_is_shown(shop):
    async with counter_of(shop) as desk:
        await desk.enter(MILK)
        await desk.key("f9", "enter")
        assert desk.view.screen == "change"
        await look_at(desk, 1)
        await desk.key("enter")
        assert desk.view.screen == "sale"
        assert back(desk) == [("Milk 1 l", -1, "good", "")]


async def test_goods_scanned_over_a_receipt_mark_their_line_and_are_not_sold(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, f"3 * {BREAD}")
        await look_at(desk, 1)
        desk.type("2")
        await scan(desk, BREAD)
        assert "> 2 Rye bread" in said(desk)
        assert "Rye bread: Enter takes it back" in said(desk)
        assert desk.till.state.transaction is None
        await desk.key("enter")
        assert back(desk) == [("Rye bread", -2, "good", "")]


async def test_goods_that_are_not_on_the_receipt_are_sold(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await scan(desk, BREAD)
        assert desk.view.screen == "sale"
        assert desk.sold == [("Rye bread", 1000)]


async def test_goods_scanned_that_came_back_already_are_neither_marked_nor_sold(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, BREAD)
        await look_at(desk, 1)
        await desk.key("enter")
        await desk.key("f9", "enter", "enter")
        await look_at(desk, 1)
        await scan(desk, MILK)
        assert "Milk 1 l came back already" in said(desk)
        assert desk.till.state.transaction is None


async def test_a_receipt_of_a_return_has_nothing_that_can_come_back(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await desk.key("enter", "f9", "enter", "enter")
        await look_at(desk, 2)
        assert "Nothing was sold on this receipt." in said(desk)
        for key in ("enter", "f9"):
            await desk.key(key)
            assert "Nothing on this receipt can come back" in said(desk)


async def test_a_receipt_that_is_not_of_this_till_is_refused_in_words(shop):
    async with counter_of(shop) as desk:
        await desk.enter(".receipt 77")
        assert "This till has no receipt 77" in said(desk)


async def test_a_deposit_comes_back_with_its_goods(shop):
    async with counter_of(shop) as desk:
        await desk.enter("10004")
        await desk.key("f12", "f9", "enter", "enter")
        await look_at(desk, 1)
        assert "2 Deposit" in said(desk)
        await desk.key("enter")
        assert [each[:2] for each in back(desk)] == [("Beer", -1), ("Deposit", -1)]


async def test_a_command_by_name_is_taken_on_a_screen_of_returns(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await desk.enter(".return 1 1 is=opened")
        assert desk.view.screen == "sale"
        assert back(desk) == [("Milk 1 l", -1, "opened", "")]


# Which receipt


async def test_the_key_asks_which_receipt_and_enter_alone_is_the_last_one(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await sell(desk, BREAD)
        await desk.key("end")
        assert desk.view.screen == "returns"
        assert "Enter alone: receipt 2, 2.50, the last one" in said(desk)
        await desk.key("enter")
        assert "RECEIPT 2 of" in said(desk)
        await desk.key("escape", "escape")
        assert desk.view.screen == "sale"


@pytest.mark.parametrize("typed", ["1", "T01-000001"])
async def test_a_number_before_the_key_or_after_it_is_the_receipts(shop, typed):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await sell(desk, BREAD)
        desk.type(typed)
        await desk.key("end")
        assert "RECEIPT 1 of" in said(desk)
        await desk.key("escape", "end")
        await desk.enter(typed)
        assert "RECEIPT 1 of" in said(desk)


async def test_with_nothing_sold_there_is_no_last_receipt(shop):
    async with counter_of(shop) as desk:
        await desk.key("end")
        assert "the last one" not in said(desk)
        await desk.key("enter")
        assert "This till has no receipt 0" in said(desk)


@pytest.mark.parametrize("by_scan", [True, False])
async def test_goods_in_hand_lead_to_the_receipts_of_today_that_have_them(shop, by_scan):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await sell(desk, BREAD, MILK)
        await sell(desk, BREAD)
        await desk.key("end")
        await (scan(desk, MILK) if by_scan else desk.enter(MILK))
        assert desk.view.screen == "sold"
        assert "MILK 1 L SOLD TODAY" in said(desk)
        assert "> 2 12:00 Milk 1 l 1 1 1.19" in said(desk)
        assert [(row.receipt_number, row.number) for row in desk.view.rows] == [(2, 2), (1, 1)]
        await desk.key("enter")
        assert "RECEIPT 2 of" in said(desk)
        assert "> 2 Milk 1 l" in said(desk)
        await desk.key("enter")
        assert back(desk) == [("Milk 1 l", -1, "good", "")]


async def test_receipts_of_another_day_are_found_by_its_date(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        day = shop.till.state.business_date
        shop.clock.advance(DAY_US)
        await sell(desk, BREAD)
        await desk.enter(f".sold {MILK}")
        assert "was not sold here on" in said(desk)
        await desk.key("escape")
        await desk.enter(f".sold {MILK} {day}")
        assert f"MILK 1 L SOLD {day}" in said(desk)
        await desk.key("down", "enter")
        assert "RECEIPT 1 of" in said(desk)
        await desk.key("escape", "escape", "escape")
        assert desk.view.screen == "sale"


async def test_a_word_on_the_list_of_receipts_is_another_code(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await sell(desk, BREAD)
        await desk.enter(f".sold {MILK}")
        await desk.enter(BREAD)
        assert "RYE BREAD SOLD TODAY" in said(desk)
