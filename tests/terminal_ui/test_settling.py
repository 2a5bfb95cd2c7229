"""The list of open payments: what it shows, and what a person can say of each."""

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.payment_events import PaymentResolved, PaymentReversed
from tests.terminal_ui.paying_stand import DUMB, PATIENT, CardShop, counter_of
from tests.terminal_ui.selling import BREAD, MILK

LONG_S = 50.0
QUESTION = "Did it go through? Amount and number are on the slip."


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch, DUMB)
    yield made.open()
    made.close()


async def in_doubt(desk, shop, code=MILK):
    """Sell something by a terminal that says nothing and cannot be asked."""
    shop.gateway.fail("lost answer")
    await desk.enter(code)
    await desk.key("f9", "f2")
    await desk.shows("Did it go through?")


def resolved(shop):
    return [row.event for row in shop.events if isinstance(row.event, PaymentResolved)]


def only_payment(shop):
    (payment,) = shop.till.state.payments.values()
    return payment


async def test_the_list_says_what_when_of_which_sale_and_what_can_be_done(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        shop.clock.advance(192_000_000)
        await desk.key("shift+f9")
        await desk.shows("PAYMENTS NOT AT THEIR ENDS", QUESTION)
        row = next(each for each in desk.text().splitlines() if each.startswith(" > Card"))
        assert " ".join(row.split()) == "> Card 1.19 sale 1 12:00 03:12 ? in doubt"
        assert "F5 cancel   F6 paid   F7 not paid" in desk.text()


async def test_the_list_is_there_by_name_too_and_says_when_it_is_empty(shop):
    async with counter_of(shop) as desk:
        await desk.enter(".payments")
        await desk.shows("No payment is under way or in doubt.")
        await desk.key("escape")
        assert desk.view.screen == "sale"


async def test_what_the_slip_says_is_asked_field_by_field_and_ends_the_sale(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        await desk.shows("CARD 1.19: PAID", "> amount", "approved by", "may be empty")
        for text in ("119", "4711", "Anna K.", ""):
            await desk.enter(text)
        await desk.shows("RECEIPT 1", "Card", "1.19")
    (event,) = resolved(shop)
    assert (event.paid, event.amount_minor, event.number) == (True, 119, "4711")
    assert (event.approver, event.reason) == ("Anna K.", "")
    assert shop.till.state.last.tenders[0].said_by == "Anna K."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ([""], "type the amount that stands on the slip"),
        (["0"], "Nothing is no payment"),
        (["abc"], "not an amount"),
        (["119", ""], "type the number that stands on the slip"),
        (["119", "4711", ""], "who answers for this"),
    ],
)
async def test_a_field_that_is_missing_is_asked_for_again(shop, typed, words):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        for text in typed:
            await desk.enter(text)
        assert words in " ".join(desk.text().split())
        assert resolved(shop) == []


async def test_ten_times_what_was_asked_is_asked_back_and_taken_when_typed_again(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        await desk.enter("1190")
        assert "11.90 for 1.19? (Type it again to take it)" in desk.text()
        await desk.enter("119")
        await desk.shows("> number")
        await desk.key("escape", "f6")
        await desk.enter("1190")
        await desk.enter("1190")
        for text in ("4711", "Anna", "the slip says so"):
            await desk.enter(text)
    assert [event.amount_minor for event in resolved(shop)] == [1190]


async def test_nine_times_what_was_asked_is_not_asked_back(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        await desk.enter("1189")
        await desk.shows("> number")


async def test_not_paid_is_asked_once_more_and_leads_back_to_the_ways_to_pay(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f7")
        await desk.enter("Anna")
        await desk.enter("no slip")
        await desk.shows("NOT PAID?", "Anna says that nothing was charged")
        assert resolved(shop) == []
        await desk.key("f5")
        await desk.shows("PAY WITH", "was not charged", "person said so")
    (event,) = resolved(shop)
    assert (event.paid, event.approver, event.reason) == (False, "Anna", "no slip")


async def test_not_paid_is_taken_back_by_esc(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f7")
        await desk.enter("Anna")
        await desk.enter()
        await desk.shows("NOT PAID?")
        await desk.key("escape")
        await desk.shows("CARD  EUR", "Did it go through?")
        assert resolved(shop) == []


async def test_esc_leaves_the_form_and_nothing_is_said(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        await desk.enter("119")
        await desk.key("escape")
        await desk.shows("PAYMENTS NOT AT THEIR ENDS", " > Card")
        assert resolved(shop) == []


async def test_a_scan_answers_nothing_in_the_form(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f6")
        desk.pump.feed(scan_of(MILK))
        await desk.settle()
        assert "1 scans wait" in desk.text()
        assert resolved(shop) == []


def scan_of(code):
    from posframe_terminal.intake import Scan

    return Scan(code=code, source="test")


async def test_what_settled_itself_meanwhile_is_no_more_to_be_answered(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f7")
        await desk.enter("Anna")
        shop.do(cmd.ResolvePayment(paid=True, amount_minor=119, number="1", approver="Ben"))
        await desk.settle()
        await desk.enter()
        await desk.enter()
        await desk.key("f5")
        assert "not in doubt" in desk.text()
    assert [event.paid for event in resolved(shop)] == [True]


async def test_the_marked_payment_is_meant_and_its_held_sale_recalled_by_enter(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop, MILK)
        await desk.key("f4")
        await in_doubt(desk, shop, BREAD)
        await desk.key("f4")
        await desk.shows("S-F9: Card 1.19 of sale 1 and 1 more in doubt")
        await desk.key("shift+f9", "down", "f6")
        await desk.shows("CARD 2.50: PAID", "Of sale 2.")
        await desk.key("escape", "enter")
        assert desk.view.screen == "paying"
        assert shop.till.state.transaction.number == 1, "the mark went with the form"


async def test_enter_on_a_payment_of_the_open_sale_goes_to_it(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "enter")
        assert desk.view.screen == "paying"


async def test_a_sale_in_doubt_is_held_from_the_list(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f4")
        assert len(shop.till.state.suspended) == 1


async def test_cancelling_from_the_list_asks_its_provider(shop):
    async with counter_of(shop) as desk:
        await in_doubt(desk, shop)
        await desk.key("shift+f9", "f5")
        await desk.settle()
        assert only_payment(shop).cancel_wished
        await desk.shows("F6 paid   F7 not paid")
        await desk.key("f5")
        assert "'cancel' is no answer to that now" in desk.text()


async def test_what_is_no_answer_to_a_payment_as_it_stands_says_what_is(tmp_path, monkeypatch):
    shop = CardShop(tmp_path, monkeypatch, PATIENT).open()
    shop.gateway.customer_s = LONG_S
    async with counter_of(shop) as desk:
        await desk.enter(MILK)
        await desk.key("f9", "f2")
        await desk.shows("Customer is paying")
        await desk.key("shift+f9")
        for key in ("f6", "f7", "f8"):
            await desk.key(key)
            said = " ".join(desk.text().split())
            assert "Card is under way" in said
            assert "(these are: cancel)" in said
    shop.close()


async def test_money_that_nobody_could_give_back_is_given_back_another_way(tmp_path, monkeypatch):
    shop = CardShop(tmp_path, monkeypatch)
    shop.offer(attrs.evolve(PATIENT, reverse="none"))
    shop.open()
    async with counter_of(shop) as desk:
        await desk.enter(BREAD)
        await desk.key("f9")
        desk.type("100")
        await desk.key("f2")
        await desk.shows("STILL OPEN", " 1.50")
        await desk.key("minus")
        await desk.key("shift+f9")
        await desk.shows("! with a person", "Could not give back, taken back.", "F8 given back")
        await desk.key("f8")
        await desk.enter("cash, slip 12")
        await desk.enter("Anna")
        await desk.shows("PAY WITH", "2.50")
    (event,) = [row.event for row in shop.events if isinstance(row.event, PaymentReversed)]
    assert (event.how, event.said_by) == ("cash, slip 12", "Anna")
    shop.close()
