"""Who answers for it: goods without a receipt, late goods, a sale that is undone."""

import attrs
import pytest

from tests.terminal_ui.paying_stand import PATIENT, CardShop
from tests.terminal_ui.returns_stand import (
    approvals,
    back,
    choose,
    counter_of,
    last_of,
    look_at,
    said,
    scan,
    sell,
    shop_with,
)
from tests.terminal_ui.selling import BREAD, MILK

DAY_US = 86_400_000_000


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


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
        assert back(desk) == [("Rye bread", -2, "good", "")]
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


async def test_words_of_the_approver_leave_the_reason_of_the_return_as_it_is(shop):
    async with counter_of(shop) as desk:
        await desk.enter(f".returnitem {BREAD} is=damaged mouldy")
        for text in ("Anna", "good customer"):
            await desk.enter(text)
        assert back(desk) == [("Rye bread", -1, "damaged", "mouldy")]
    assert approvals(shop)[0].reason == "good customer"


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
        assert back(desk) == [("Milk 1 l", -1, "good", "")]
    assert [(each.action, each.reason) for each in approvals(shop)] == [
        ("return_late", "on holiday")]  # fmt: skip
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
        await desk.key("enter")
        assert desk.view.screen == "sale", "the change is shown no more"
        await undo(desk)
        text = said(desk)
        assert "UNDO RECEIPT 1?" in text
        assert "3.69 of 12:00. All its goods come back. Given back: Cash 3.69." in text
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
