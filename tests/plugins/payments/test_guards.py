"""Behind the judges: what happens if one is wrong, or an event comes that no till sends yet."""

from __future__ import annotations

import attrs
import pytest

from posframe import Recorded, RuleViolation, SaleView, commands, events
from posframe_payments.account_ledger import ACCOUNT_LEDGER
from posframe_payments.foreign_cash import FOREIGN_LEDGER
from posframe_payments.gift_codes import card_of
from posframe_payments.gift_ledger import GIFT_LEDGER
from posframe_payments.gift_paying import GiftPaying
from tests.plugins.payments.desks import CARD, CUSTOMER, SECRET, code

NAME = card_of(code(1), SECRET)
BALANCE = "SELECT balance FROM giftcard_card WHERE card = ?"


def contributed(desk, *found):
    """Return what the plugins add to an action of these events, for the open sale."""
    sale = SaleView(desk.till.state.transaction)
    return desk.till.call(lambda: desk.till.hooks.contribute(sale, found))


@pytest.mark.parametrize("model", [GIFT_LEDGER, ACCOUNT_LEDGER, FOREIGN_LEDGER])
def test_an_event_of_a_newer_plugin_stops_the_books(model):
    """Passed over, it would leave sums wrong without a word."""
    row = Recorded(1, 1, "", "x.Melted", 1, 0, "", "", "", object())
    with pytest.raises(TypeError, match="newer plugin"):
        list(model.apply(row))


def test_a_broken_judge_spends_no_card_twice(desk, monkeypatch):
    """The negative control of the ledger: tender and redemption are refused as one action."""
    whole = desk.sell(1, "100")
    desk("INK", "+", f".gift {whole} 1234")
    monkeypatch.setattr(GiftPaying, "judge_tender", lambda *_: None)
    before, head = desk.till.state, desk.head()
    outcome = desk.till.do(commands.Pay(type="gift", amount_minor=101))
    assert not outcome.accepted
    assert "giftcard cannot take giftcard.Redeemed" in outcome.words
    assert (desk.till.state, desk.head()) == (before, head)
    assert desk.rows(BALANCE, NAME) == [(100,)]
    assert desk.till.do(commands.Pay(type="gift", amount_minor=100)).accepted
    desk("")


def test_what_a_till_stops_between_two_actions_is_all_or_nothing(desk):
    """Closed without a word after the tender, and opened again: card and sale agree."""
    whole = desk.sell(1, "500")
    desk("INK", "+", f".gift {whole} 1234", "4.00 gift")
    desk.reopen()
    assert (desk.due, desk.rows(BALANCE, NAME)) == (895, [(100,)])
    desk("+", "1.00 gift", "-", "-")
    assert (desk.due, desk.rows(BALANCE, NAME)) == (1295, [(500,)])


def test_cards_are_not_spent_while_their_books_are_read_anew(desk):
    """The sale knows of a payment that the ledger lacks."""
    whole = desk.sell(1, "500")
    desk("INK", "+", f".gift {whole} 1234", "1.00 gift")
    desk.rows("UPDATE giftcard_ledger SET minor = 0 WHERE what = 'redeemed'")
    assert "being read anew" in desk.refused("1.00 gift")


def test_a_line_of_a_card_that_is_gone_closes_no_sale(desk):
    """Its row was lost with a disk; the words name the line, not a fault."""
    whole = desk.sell(1, "500")
    desk.attempt(whole)
    desk("500", "+")
    desk.rows("DELETE FROM giftcard_card")
    assert "not known any more (take its line back)" in desk.refused("")
    completed = desk.events("sale.Completed")[0]
    with pytest.raises(RuleViolation, match="not known any more"):
        contributed(desk, completed)
    assert contributed(desk, attrs.evolve(completed, training=True)) == ()


def test_a_sale_for_training_issues_and_pays_nothing(desk):
    desk.sell(1, "500")
    completed = desk.events("sale.Completed")[0]
    desk("PEN")
    assert [type(each).__name__ for each in contributed(desk, completed)] == ["CardLoaded"]
    assert contributed(desk, attrs.evolve(completed, training=True)) == ()


def test_store_credit_and_a_credited_account_are_taken_back_with_their_tender(desk):
    """A return whose money back is taken back: nothing of it stays."""
    desk(f".enrol {CARD}", "INK", f".customer {CARD}", "+", "account", "PEN")
    desk.bring_back(650)
    desk("credit", "PEN", f".customer {CARD}")
    credit = desk.till.state.last.tenders[0].id
    (voided,) = contributed(desk, events.TenderVoided(credit, "taken back"))
    assert (type(voided).__name__, voided.minor) == ("CardVoided", 500)
    desk.bring_back(649)
    desk("account", "PEN")
    credited = desk.till.state.last.tenders[0].id
    (charged,) = contributed(desk, events.TenderVoided(credited, "taken back"))
    assert (type(charged).__name__, charged.customer, charged.minor) == (
        "AccountCharged",
        CUSTOMER,
        499,
    )


def test_the_balance_of_a_card_that_is_not_in_use_is_said_in_words(desk):
    desk(f".giftnew {code()} 1234")
    assert desk(f".giftbalance {code()} 1234").endswith("is not sold yet")
    desk.load(1, "500")
    desk(f".giftvoid {code()} stolen")
    assert desk(f".giftbalance {code()} 1234").endswith("was voided")
    assert ".giftx is no command" in desk.refused(".giftx")
