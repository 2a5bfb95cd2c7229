"""What the payment screen says goes back by each way is what the kernel then gives."""

from __future__ import annotations

import attrs
import pytest

from posframe import RuleViolation, TenderRule, TenderType, money_back
from posframe.kernel.domain import commands as cmd
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.paying import CALM, Shop

PAD = 399
"""What the pad costs, in cents."""
CREDIT = TenderType(rule=TenderRule("credit", "Store credit", refunds="any"))
PAID = {
    "by card": ({}, [("card", None)], {"cash": 0, "card": PAD, "credit": PAD}),
    "in cash": ({}, [("cash", None)], {"cash": PAD, "card": 0, "credit": PAD}),
    "by both": ({}, [("card", 149), ("cash", None)], {"cash": 250, "card": 149, "credit": PAD}),
    "by a card that gives nothing back": (
        {"refund": "none"}, [("card", None)], {"cash": 0, "card": 0, "credit": PAD}),
    "in cash, with a card that gives freely": (
        {"refund": "free"}, [("cash", None)], {"cash": PAD, "card": 0, "credit": PAD}),
    "with no receipt": ({}, [], {"cash": PAD, "card": 0, "credit": PAD}),
    "with no receipt, and a card that gives freely": (
        {"refund": "free"}, [], {"cash": PAD, "card": PAD, "credit": PAD}),
}  # fmt: skip


def done(shop, command):
    outcome = shop.do(command)
    assert outcome.accepted, outcome.words


def opened(folder, monkeypatch, able):
    shop = Shop(folder, monkeypatch)
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, **able)), CREDIT]
    return shop.open()


def bring_back(shop, paid):
    """Sell a pad, paid so; then have it back in a sale that is open."""
    if not paid:
        done(shop, cmd.ReturnWithoutReceipt(code="PAD", approver="anna"))
        return
    done(shop, cmd.AddItem(code="PAD"))
    for type_, amount in paid:
        done(shop, cmd.Pay(type=type_, amount_minor=amount))
        shop.until(lambda: _is_settled(shop.till.state.transaction))
    done(shop, cmd.Return(receipt_number=shop.till.state.last.receipt_number))


def _is_settled(sale):
    return sale is None or not sale.blocked


@pytest.mark.parametrize("way", ["cash", "card", "credit"])
@pytest.mark.parametrize("how", PAID)
def test_so_much_goes_back_without_an_approval_and_not_a_cent_more(tmp_path, monkeypatch, how, way):
    able, paid, most = PAID[how]
    shop = opened(tmp_path, monkeypatch, able)
    bring_back(shop, paid)
    found = money_back(shop.till, shop.till.state.transaction)
    assert {each.type: each.most_minor for each in found.ways} == most
    assert found.most_minor(way) == most[way]
    if most[way] < PAD:
        outcome = shop.do(cmd.Pay(type=way, amount_minor=most[way] + 1))
        assert isinstance(outcome.error, RuleViolation)
    if most[way]:
        done(shop, cmd.Pay(type=way, amount_minor=most[way]))
    shop.close()


def test_what_went_back_already_is_no_longer_named(tmp_path, monkeypatch):
    shop = opened(tmp_path, monkeypatch, {})
    bring_back(shop, [("card", 149), ("cash", None)])
    assert money_back(shop.till, shop.till.state.transaction).paid == (("Card", 149), ("Cash", 250))
    done(shop, cmd.Pay(type="cash", amount_minor=200))
    found = money_back(shop.till, shop.till.state.transaction)
    assert found.paid == (("Card", 149), ("Cash", 50))
    assert found.most_minor("credit") == 199, "no more than is still to be given back"
    shop.close()
