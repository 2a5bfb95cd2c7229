"""While the customer pays: what the screen says, which keys act, and how the sale goes on."""

import threading

import attrs
import pytest

from posframe import PosframeError
from posframe.testing.payments.gateway_provider import GatewayProvider
from posframe_terminal.door import Invoked, Scanned, Typed
from tests.terminal_ui.paying_stand import DUMB, CardShop, Told, counter_of
from tests.terminal_ui.selling import BREAD, MILK

LONG_S, SOON_S = 50.0, 0.05
"""How long the customer takes, in real seconds."""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


async def asked(desk, *codes):
    """Sell goods and ask for their money by card."""
    for code in codes or (MILK,):
        await desk.enter(code)
    await desk.key("f9", "f2")


def drawer(shop):
    return shop.till.state.drawer_minor


def last(shop):
    return shop.till.state.last


async def test_the_sale_finishes_by_itself_and_the_receipt_shows(shop):
    shop.gateway.customer_s = SOON_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("RECEIPT 1", "Card", "1.19", "The next scan starts the next sale")
        await desk.enter(BREAD)
        assert desk.view.screen == "sale", "the next sale begins on its own screen"
        assert desk.sold == [("Rye bread", 1000)]
    assert last(shop).tenders[0].label == "Card"


async def test_the_screen_says_what_the_terminal_says_and_which_keys_act(shop, monkeypatch):
    monkeypatch.setattr(Told, "says", ("insert the card", ""))
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("CARD  EUR", "Insert the card.", "Esc   ask to cancel", "F4    hold")
        assert desk.text().splitlines()[-1].startswith("F4Hold Esc Cancel S-F9Payments")


async def test_the_time_goes_by_on_the_screen_without_a_key(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("0:00 since it was asked for")
        shop.clock.advance(77_000_000)
        await desk.until(lambda: getattr(desk.view, "elapsed", "") == "1:17")


async def test_enter_pays_nothing_while_the_customer_pays(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        before = drawer(shop)
        await desk.enter()
        assert "wait; Esc asks to cancel" in desk.text()
        for typed in ("2000", "2000 card", "card", "+", "-"):
            await desk.enter(typed)
            assert "wait; Esc asks to cancel" in desk.text()
            desk.pump.desk.accept()
        await desk.enter(".cancelpay 1")
        assert "There is no payment 1 on the list" in desk.text()
        assert len(shop.till.state.payments) == 1
        assert drawer(shop) == before


@pytest.fixture
def customer(monkeypatch):
    """Set it, and the customer pays."""
    monkeypatch.setattr(Told, "go", threading.Event())
    return Told.go


async def test_a_key_meant_for_the_payment_does_nothing_once_it_has_ended(shop, customer):
    """Enter was pressed while the customer paid; the decline came first, and Enter means cash."""
    shop.gateway.fail("decline")
    async with counter_of(shop) as desk:
        await asked(desk)
        seen = desk.view.seen
        assert seen.endswith("|paying")
        customer.set()
        await desk.shows("was not charged")
        actions = ("cash", "card", "back", "hold")
        late = [Invoked(screen="payment", action=each, seen=seen) for each in actions]
        for request in (Typed(screen="payment", text="", seen=seen), *late):
            with pytest.raises(PosframeError, match="come to its end"):
                await desk.counter.submit(request)
        assert last(shop) is None
        assert desk.view.screen == "payment"
        await desk.enter()
        assert last(shop).tenders[-1].is_cash, "pressed anew, it is cash"


async def test_a_scan_made_while_the_customer_paid_is_sold_in_the_next_sale(shop, customer):
    async with counter_of(shop) as desk:
        await asked(desk)
        seen = desk.view.seen
        customer.set()
        await desk.shows("RECEIPT 1")
        await desk.counter.submit(Scanned(screen="paying", code=BREAD, source="test", seen=seen))
        assert desk.sold == [("Rye bread", 1000)]


async def test_goods_scanned_while_the_customer_pays_are_still_to_be_paid(shop, customer):
    async with counter_of(shop) as desk:
        await asked(desk)
        seen = desk.view.seen
        await desk.counter.submit(Scanned(screen="paying", code=BREAD, source="test", seen=seen))
        await desk.shows("CARD  EUR", "2.50 still to pay beside it")
        customer.set()
        await desk.shows("STILL OPEN", "-1.19", " 2.50")


async def test_a_decline_leads_back_to_the_ways_to_pay_and_says_so(shop):
    shop.gateway.fail("decline")
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Card 1.19 was not charged:", "PAY WITH", "STILL OPEN")
        await desk.enter()
        await desk.shows("RECEIPT 1", "Cash")


async def test_esc_asks_the_terminal_to_cancel(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Customer is paying")
        await desk.key("escape")
        await desk.shows("was not charged", "PAY WITH")
        assert shop.gateway.bookings == []


async def test_esc_clears_what_was_typed_before_it_asks_to_cancel(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        desk.type("12")
        await desk.key("escape")
        assert shop.asked("cancel") == 0
        assert not any(each.cancel_wished for each in shop.till.state.payments.values())


async def test_a_terminal_that_is_deaf_to_cancel_is_shown_to_be_asked(shop):
    shop.gateway.customer_s = LONG_S
    shop.gateway.fail("deaf to cancel", 99)
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Customer is paying")
        await desk.key("escape")
        await desk.shows("Asking to cancel")


async def test_approved_before_cancel_it_is_kept_by_enter_or_taken_back(shop, customer):
    shop.gateway.fail("deaf to cancel", 99)
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Customer is paying")
        await desk.key("escape")
        customer.set()
        await desk.shows("was approved before", "Enter keeps it")
        before = drawer(shop)
        await desk.enter()
        await desk.shows("RECEIPT 1")
        assert drawer(shop) == before, "the card paid it, no cash"


async def test_a_lost_answer_is_a_doubt_that_resolves_itself(tmp_path, monkeypatch):
    shop = CardShop(tmp_path, monkeypatch, DUMB)
    shop.offer(attrs.evolve(DUMB, inquiry="reference"))
    shop.open()
    shop.gateway.fail("lost answer")
    shop.gateway.fail("lost inquiry", 2)
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("? Not sure yet. Asking the terminal. Do not charge again.")
        await desk.shows("RECEIPT 1", "Card")
    assert len(shop.gateway.bookings) == 1
    shop.close()


async def test_with_the_cable_pulled_the_sale_is_held_the_next_sold_and_the_first_finished(
    tmp_path, monkeypatch
):
    shop = CardShop(tmp_path, monkeypatch)
    shop.offer(attrs.evolve(DUMB, inquiry="reference"))
    shop.open()
    connected = []
    inquire = GatewayProvider.inquire

    async def unless_pulled(provider, request):
        if not connected:
            raise OSError("no route")
        return await inquire(provider, request)

    monkeypatch.setattr(GatewayProvider, "inquire", unless_pulled)
    shop.gateway.fail("lost answer")
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Do not charge again")
        await desk.key("f4")
        await desk.shows("items 0", "S-F9: Card 1.19 of sale 1 in doubt")
        await desk.enter(BREAD)
        await desk.key("f9")
        await desk.enter("500")
        await desk.shows("RECEIPT 1", "2.50")
        await desk.key("enter", "f4")
        assert "payment open (S-F9)" in desk.text()
        await desk.key("enter")
        await desk.shows("CARD  EUR", "Do not charge again")
        connected.append(True)
        await desk.shows("RECEIPT 2", "Card", "1.19")
    assert [each.amount_minor for each in shop.gateway.bookings] == [119]
    shop.close()


async def test_paid_while_it_was_held_the_sale_is_finished_by_enter(shop, customer):
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.key("f4")
        customer.set()
        await desk.until(lambda: shop.till.state.suspended[0].applied)
        assert last(shop) is None, "nobody sees a receipt that comes by itself"
        await desk.key("f4")
        assert "paid" in desk.text()
        before = drawer(shop)
        await desk.key("enter")
        await desk.shows("STILL OPEN", "0.00", "Card 1.19 was taken: Enter")
        await desk.enter()
        await desk.shows("RECEIPT 1")
        assert drawer(shop) == before


async def test_after_a_restart_the_doubt_is_on_the_screen_again(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("Customer is paying")
    shop.close()
    shop.gateway.fail("lost inquiry", 99)
    shop.open()
    async with counter_of(shop) as desk:
        await desk.shows("CARD  EUR", "Do not charge again")


async def test_less_approved_than_asked_leaves_the_rest_to_pay(shop, monkeypatch):
    monkeypatch.setattr(Told, "takes", (-50, 0))
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("STILL OPEN", " 0.50", " -0.69")
        shop.gateway.customer_s = LONG_S
        await desk.key("f2")
        await desk.shows("-0.69", "CARD  EUR")
        assert "still to pay beside it" not in desk.text()


async def test_a_card_for_a_part_says_what_is_to_be_paid_beside_it(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await desk.enter(BREAD)
        await desk.key("f9")
        desk.type("100")
        await desk.key("f2")
        await desk.shows("1.50 still to pay beside it")


async def test_a_tip_stands_beside_its_card_and_on_the_last_screen(shop, monkeypatch):
    """1.20 and a tip of 0.10 are taken of a sale of 2.50."""
    monkeypatch.setattr(Told, "takes", (10, 10))
    async with counter_of(shop) as desk:
        await desk.enter(BREAD)
        await desk.key("f9")
        desk.type("120")
        await desk.key("f2")
        await desk.shows("Card  + tip 0.10", "-1.20", "1.30")
        await desk.enter()
        await desk.shows("RECEIPT 1", "tip", "0.10")


SHORT = "https://pay.example/7"


async def test_a_code_to_scan_is_drawn_where_it_fits(shop, monkeypatch):
    monkeypatch.setattr(Told, "says", ("scan the code", SHORT))
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("▀▀▀▀▀█", "Scan the code.", "F11   print the code")
        assert desk.view.first[-1] == "print_code"


async def test_a_code_that_does_not_fit_is_printed_by_a_key(shop, monkeypatch):
    monkeypatch.setattr(Told, "says", ("scan the code", SHORT * 8))
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.shows("The code does not fit on this screen: print it.")
        assert "▀" not in desk.text().replace("▀▀▀", "")
        assert "█" in desk.text(120, 36)
        await desk.key("f11")
        slips = [job for job in shop.till.state.jobs.values() if job.kind == "slip"]
        assert [(slip.qr, slip.lines) for slip in slips] == [(SHORT * 8, ("Card", "1.19"))]


async def test_without_a_code_there_is_none_to_print(shop):
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await asked(desk)
        await desk.key("f11")
        assert "There is no code to print" in desk.text()


async def test_a_refused_amount_is_no_exact_payment_by_a_second_enter(shop):
    async with counter_of(shop) as desk:
        await desk.enter(MILK)
        await desk.key("f9")
        await desk.enter("50000")
        assert "500.00 for 1.19? (Type it again to take it)" in desk.text()
        await desk.enter()
        assert last(shop) is None
        await desk.enter("50000")
        assert last(shop).change_minor == 49_881
