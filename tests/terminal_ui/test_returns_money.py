"""Money that goes back: what the payment screen says, and which keys give it."""

import pytest

from tests.terminal_ui.paying_stand import CardShop
from tests.terminal_ui.returns_stand import (
    approvals,
    counter_of,
    look_at,
    said,
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
