"""What providers tell unasked: of their own payments, of another's, and of none, in any amount."""

from __future__ import annotations

import attrs
import pytest

from posframe import payment_desk
from posframe.kernel.domain.decide_stray import WRITTEN_A_DAY
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.paying import CALM, Shop

TELLING = attrs.evolve(CALM, webhook=True)
FORGED = ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words="a webhook was refused")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A till whose cards are paid at one gateway, and vouchers at another; both tell."""
    shop = Shop(tmp_path, monkeypatch)
    shop.other = Gateway()
    shop.tenders[:] = [
        gateway_tender(shop.gateway, TELLING, id="card"),
        gateway_tender(shop.other, TELLING, id="voucher"),
    ]
    yield shop.open()
    shop.close()


def strays(shop):
    shop.names()  # all that is committed has been heard of
    return [row.event for row in shop.events if row.name == "tender.StrayHeard"]


def of_long_ago(number):
    return ProviderAnswer(
        outcome=AnswerOutcome.APPROVED, payment=f"p-{number}", reference=f"L{number}",
        amount_minor=399, currency="EUR",
    )  # fmt: skip


@pytest.mark.parametrize("by", ["our name", "their reference"])
def test_a_gateway_changes_no_payment_of_another_method(shop, by):
    """It may be wrong, or in wrong hands: that money went back is for the card's own to say."""
    id_ = shop.pay()
    shop.until_status(id_, "applied")
    taken = shop.gateway.seen(id_)
    untrue = attrs.evolve(
        taken, outcome=AnswerOutcome.REVERSED, payment=id_ if by == "our name" else ""
    )
    shop.other.told.append(untrue)
    shop.until(lambda: not shop.other.told)
    assert shop.status(id_) == "applied"
    (stray,) = strays(shop)
    assert (stray.type, stray.payment) == ("voucher", untrue.payment)
    shop.gateway.told.append(untrue)
    shop.until_status(id_, "reversed")


def test_a_gateway_declines_no_payment_that_another_has_under_way(shop):
    shop.gateway.customer_s = 1_000
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    shop.other.told.append(ProviderAnswer(outcome=AnswerOutcome.DECLINED, payment=id_))
    shop.until(lambda: not shop.other.told)
    assert shop.status(id_) == "sent"


def test_a_flood_that_nobody_vouches_for_leaves_room_for_what_names_a_payment(shop):
    flood = [
        attrs.evolve(FORGED, words=f"refused, {number}") for number in range(WRITTEN_A_DAY + 9)
    ]
    shop.gateway.told += flood
    shop.until(lambda: not shop.gateway.told)
    assert len(strays(shop)) == WRITTEN_A_DAY
    shop.gateway.told.append(of_long_ago(1))
    shop.until(lambda: not shop.gateway.told)
    assert (strays(shop)[-1].payment, strays(shop)[-1].times) == ("p-1", 1)


def test_what_names_a_payment_and_is_too_much_for_a_day_stays_with_its_sender(shop, monkeypatch):
    """And what names none, or is another provider's, is written down all the same."""
    monkeypatch.setattr(payment_desk, "NAMED_A_DAY", 3)
    shop.gateway.told += [of_long_ago(number) for number in range(4)]
    shop.until(lambda: len(shop.gateway.told) == 1)
    shop.gateway.told.append(FORGED)
    shop.other.told.append(of_long_ago(4))
    shop.until(lambda: len(shop.gateway.told) == 1 and not shop.other.told)
    assert shop.gateway.told == [of_long_ago(3)]
    assert sorted(each.payment for each in strays(shop)) == ["", "p-0", "p-1", "p-2", "p-4"]
