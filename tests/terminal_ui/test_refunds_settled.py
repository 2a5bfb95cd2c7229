"""A refund that its sale does not count is paid again: the list says so, and so does the form."""

import pytest

from posframe import commands
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from tests.terminal_ui.paying_stand import CardShop
from tests.terminal_ui.returns_stand import counter_of, look_at, sell
from tests.terminal_ui.selling import MILK


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = CardShop(tmp_path, monkeypatch)
    yield made.open()
    made.close()


async def give_back_too_little(desk, shop):
    """Have a refund of 1.19 give back 0.50, and the gateway say so twice."""
    await sell(desk, MILK, by="f2")
    for fault in ("lost request", "lost inquiry"):
        shop.gateway.fail(fault, 1_000)
    await look_at(desk, 1)
    await desk.key("enter", "f9", "f2")
    (refund,) = [each for each in shop.till.state.payments.values() if each.kind == "refund"]
    await desk.until(lambda: shop.status(refund.id) == "sent")
    answer = ProviderAnswer(outcome=AnswerOutcome.APPROVED, payment=refund.id, amount_minor=50)
    for _ in range(2):
        shop.do(commands.HearProvider(id=refund.id, answer=answer, via="hook"))
    return refund.id


async def test_a_refund_for_a_person_is_paid_again_by_the_key_that_says_so(shop):
    async with counter_of(shop) as desk:
        id_ = await give_back_too_little(desk, shop)
        await desk.shows("went back to the")
        await desk.key("shift+f9")
        await desk.shows("Went back to the customer", "F8 paid again")
        await desk.key("f8")
        await desk.shows("CARD 0.50: PAID AGAIN")
        for text in ("cash", "Anna K."):
            await desk.enter(text)
        await desk.shows("STILL TO GIVE BACK", "Card 0.50 came back to the shop")
    assert shop.status(id_) == "reversed"
