"""Goods that come back, at the counter: keys and scans in, screens and the journal out."""

import attrs
import pytest

from posframe import events
from posframe.testing.tills import write_settings
from posframe_terminal.intake import Scan
from tests.terminal_ui.paying_stand import PATIENT, PLUGINS, CardShop, counter_of
from tests.terminal_ui.selling import BREAD, MILK

DAY_US = 86_400_000_000


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


def shop_with(settings, folder, monkeypatch):
    write_settings(folder, plugins=PLUGINS, settings=settings)
    return CardShop(folder, monkeypatch).open()


async def sell(desk, *codes, by="enter"):
    """Sell goods for cash, or by another key, and go on to the next sale."""
    for code in codes:
        await desk.enter(code)
    await desk.key("f9", by)
    await desk.until(lambda: desk.till.state.transaction is None)
    await desk.settle()
    await desk.key("enter")
    return desk.till.state.last.receipt_number


async def scan(desk, code):
    desk.pump.feed(Scan(code=code, source="test"))
    await desk.settle()


async def choose(desk, words):
    """Do what is named so in the menu."""
    await desk.key("f10")
    desk.type(words)
    await desk.settle()
    await desk.key("enter")


async def look_at(desk, number):
    await scan(desk, f"T01-{number:06}")


def back(desk):
    """What comes back in the open sale: name, pieces, condition and reason of each line."""
    lines = desk.till.state.transaction.basket.lines
    return [
        (each.text, each.quantity_milli // 1000, each.back.condition, each.back.reason)
        for each in lines
        if not each.voided
    ]


def approvals(shop):
    return [row.event for row in shop.events if isinstance(row.event, events.ApprovalGiven)]


def receipts(shop):
    return [row.event for row in shop.events if isinstance(row.event, events.TransactionCompleted)]


async def last_of(desk, shop, count):
    """Return the last completed transaction once there are so many: it is heard after it shows."""
    await desk.until(lambda: len(receipts(shop)) == count)
    return receipts(shop)[-1]


def said(desk):
    return " ".join(desk.text().split())


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


# Approvals


async def test_without_a_receipt_somebody_answers_by_name_and_reason(shop):
    async with counter_of(shop) as desk:
        await desk.key("end")
        desk.type(f"{BREAD} x2")
        await desk.key("f8")
        assert "5.00 back without a receipt needs an approval." in said(desk)
        await desk.enter()
        assert "The name is missing" in said(desk)
        await desk.enter("Anna K.")
        await desk.enter("regular customer")
        assert desk.view.screen == "sale"
        assert back(desk) == [("Rye bread", -2, "good", "regular customer")]
        assert "without a receipt" in said(desk)
    (given,) = approvals(shop)
    assert (given.action, given.approver, given.amount_minor) == (
        "return_without_receipt", "Anna K.", 500)  # fmt: skip
    assert given.reason == "regular customer"


async def test_the_reason_given_with_the_command_stays_where_none_is_added(shop):
    async with counter_of(shop) as desk:
        await desk.enter(f".returnitem {BREAD} is=damaged mouldy")
        assert "empty: mouldy" in said(desk)
        for text in ("Anna", ""):
            await desk.enter(text)
        assert back(desk) == [("Rye bread", -1, "damaged", "mouldy")]
    assert approvals(shop)[0].reason == "mouldy"


async def test_the_menu_leads_to_a_return_without_a_receipt(shop):
    async with counter_of(shop) as desk:
        await choose(desk, "no receipt")
        assert desk.view.screen == "returns"
        assert "Type the goods' code, then F8" in said(desk)


async def test_esc_leaves_an_approval_and_nothing_is_done(shop):
    async with counter_of(shop) as desk:
        await desk.key("end")
        desk.type(BREAD)
        await desk.key("f8")
        await desk.enter("Anna")
        await desk.key("escape")
        assert desk.view.screen == "returns"
        await desk.key("escape")
        await desk.enter(".approve Anna")
        assert "comes back without a receipt" in said(desk), "the command by name still can"
    assert [each.approver for each in approvals(shop)] == ["Anna"]


async def test_a_scan_answers_nothing_in_an_approval(shop):
    async with counter_of(shop) as desk:
        await desk.enter(f".returnitem {BREAD}")
        await scan(desk, MILK)
        assert "1 scans wait" in desk.text()
        assert approvals(shop) == []
        await desk.key("escape")
        await desk.settle()
        assert desk.sold == [("Milk 1 l", 1000)]


async def test_goods_that_come_late_are_taken_with_an_approval_and_the_receipt_stays_by_esc(
    tmp_path, monkeypatch
):
    shop = shop_with("\n[returns]\ndays = 30\n", tmp_path, monkeypatch)
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        shop.clock.advance(31 * DAY_US)
        await desk.enter(".receipt 1")
        await desk.key("enter")
        assert "returns are taken for 30 days" in said(desk)
        await desk.key("escape")
        assert desk.view.screen == "receipt"
        await desk.key("enter")
        for text in ("Anna", "on holiday"):
            await desk.enter(text)
        assert back(desk) == [("Milk 1 l", -1, "good", "on holiday")]
    assert [each.action for each in approvals(shop)] == ["return_late"]
    shop.close()


async def test_a_reason_that_is_needed_is_asked_for_with_those_there_are(tmp_path, monkeypatch):
    settings = '\n[returns]\nneeds_reason = true\nreasons = ["damaged", "wrong size"]\n'
    shop = shop_with(settings, tmp_path, monkeypatch)
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        assert "a reason has to be typed: damaged, wrong size." in said(desk)
        await desk.key("enter")
        assert "A return needs a reason" in said(desk)
        await desk.enter("wrong")
        assert back(desk) == [("Milk 1 l", -1, "good", "wrong size")]
    shop.close()


# Undoing


async def undo(desk):
    await choose(desk, "undo")


async def test_undoing_is_asked_first_then_approved_and_the_cash_is_shown(shop):
    async with counter_of(shop) as desk:
        await desk.enter(MILK)
        await desk.enter(BREAD)
        await desk.key("f9")
        await desk.enter("1000")
        await undo(desk)
        text = said(desk)
        assert "UNDO RECEIPT 1?" in text
        assert "3.69 of 12:00. All its goods come back. Given back: Cash 3.69." in " ".join(
            text.replace("│", " ").split())  # fmt: skip
        assert shop.till.state.last_receipt_number == 1
        await desk.key("f5")
        assert "Undoing receipt 1 needs an approval" in said(desk)
        for text in ("Anna", "wrong customer"):
            await desk.enter(text)
        await desk.shows("RECEIPT 2", "GIVE BACK", "to give back", "3.69")
        assert (await last_of(desk, shop, 2)).kind == "void"
    assert approvals(shop)[0].action == "post_void"


async def test_undoing_is_left_by_esc_and_asked_anew_next_time(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        for _ in range(2):
            await desk.enter(".postvoid")
            assert "UNDO RECEIPT 1?" in said(desk)
            await desk.key("escape")
            assert desk.view.screen == "sale"
        await desk.enter(".postvoid")
        await desk.key("f5", "escape")
        assert desk.view.screen == "sale"
    assert shop.till.state.last_receipt_number == 1


async def test_what_cannot_be_undone_is_said_without_a_question(shop):
    async with counter_of(shop) as desk:
        await undo(desk)
        assert "No sale was completed yet" in said(desk)
        await sell(desk, MILK)
        await desk.enter(BREAD)
        await undo(desk)
        assert "A sale is open" in said(desk)


async def test_undoing_a_card_sale_shows_its_refund_and_then_the_receipt(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, by="f2")
        await desk.enter(".postvoid")
        await desk.key("f5")
        await desk.enter("Anna")
        await desk.enter("wrong card")
        await desk.shows("RECEIPT 2", "Card", "-1.19", "GIVE BACK")
    assert shop.till.state.last.tenders[0].tendered_minor == -119


async def test_what_is_left_after_undoing_is_given_back_on_the_payment_screen(
    tmp_path, monkeypatch
):
    shop = CardShop(tmp_path, monkeypatch)
    shop.offer(attrs.evolve(PATIENT, refund="none"))
    shop.open()
    async with counter_of(shop) as desk:
        await sell(desk, MILK, by="f2")
        await desk.enter(".postvoid")
        await desk.key("f5")
        await desk.enter("Anna")
        await desk.enter("")
        await desk.shows("TO GIVE BACK", "It was paid by Card", "needs an approval")
    shop.close()


# Money


async def test_the_payment_screen_lists_what_was_paid_and_the_ways_back(shop):
    """3.69 for milk and bread: 1.19 by card, 2.50 in cash; all of it comes back."""
    async with counter_of(shop) as desk:
        await desk.enter(MILK)
        await desk.enter(BREAD)
        await desk.key("f9")
        desk.type("119")
        await desk.key("f2")
        await desk.shows("STILL OPEN", " 2.50")
        await desk.key("enter", "enter")
        await look_at(desk, 1)
        assert "Card: 1.19 can go back" in said(desk)
        assert "Cash: 2.50 can go back" in said(desk)
        await desk.key("f9", "f9")
        text = said(desk)
        assert "TO GIVE BACK" in text
        assert "It was paid by Card 1.19" in text
        assert "It was paid by Cash 2.50" in text
        assert "Enter Cash (2.50)" in text
        assert "F2 Card (1.19)" in text
        assert "STILL TO GIVE BACK 3.69" in text
        await desk.key("enter")
        assert "STILL TO GIVE BACK 1.19" in said(desk)
        assert "Cash -2.50" in said(desk)
        assert "It was paid by Cash" not in said(desk)
        await desk.key("enter")
        assert "It was paid by Card (F2 gives back by Card" in said(desk)
        await desk.key("f2")
        await desk.shows("RECEIPT 2", "GIVE BACK", "2.50", "Card", "-1.19")
    tenders = shop.till.state.last.tenders
    assert [(each.type, each.tendered_minor) for each in tenders] == [
        ("cash", -250),
        ("card", -119),
    ]


async def test_enter_gives_no_cash_for_a_card_and_an_amount_asks_for_an_approval(shop):
    async with counter_of(shop) as desk:
        await sell(desk, MILK, by="f2")
        drawer = shop.till.state.drawer_minor
        await look_at(desk, 1)
        await desk.key("enter", "f9", "enter")
        assert "It was paid by Card (F2 gives back by Card; for cash type the amount" in said(desk)
        assert "Cash (needs an approval)" in said(desk)
        assert shop.till.state.drawer_minor == drawer
        await desk.enter("119")
        assert "It was paid by Card 1.19." in said(desk)
        await desk.key("escape")
        assert desk.view.screen == "payment"
        await desk.enter("119")
        for text in ("Anna", "card was closed"):
            await desk.enter(text)
        await desk.shows("RECEIPT 2", "GIVE BACK")
        assert shop.till.state.drawer_minor == drawer - 119
    (given,) = approvals(shop)
    assert (given.action, given.approver) == ("refund_other_tender", "Anna")


async def test_cash_above_the_limit_is_approved_in_the_same_form(tmp_path, monkeypatch):
    shop = shop_with('\n[returns]\ncash_limit = "1"\n', tmp_path, monkeypatch)
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await desk.key("enter", "f9", "enter")
        assert "1.19 back in cash needs an approval" in said(desk)
        for text in ("Anna", ""):
            await desk.enter(text)
        await desk.shows("RECEIPT 2", "GIVE BACK")
    assert [each.action for each in approvals(shop)] == ["refund_cash"]
    shop.close()


async def test_an_exchange_is_paid_with_the_difference(shop):
    """Milk for 1.19 comes back, bread for 2.50 goes: 1.31 to pay."""
    async with counter_of(shop) as desk:
        await sell(desk, MILK)
        await look_at(desk, 1)
        await desk.key("enter")
        await desk.enter(BREAD)
        await desk.key("f9")
        assert "PAY WITH" in desk.text()
        assert "STILL OPEN 1.31" in said(desk)
        await desk.enter("200")
        await desk.shows("CHANGE", "0.69")
    assert shop.till.state.last.gross_minor == 131
