"""Behind the judges: what happens if one is wrong, or an event comes that no till sends yet."""

from __future__ import annotations

import sqlite3

import attrs
import pytest

from posframe import Recorded, RuleViolation, SaleView, commands, events
from posframe.store.journal import SqliteJournal
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


def read_anew(desk, monkeypatch, name):
    """Have a read model begin again at the next start, and its first slice be a long one."""
    desk.till.close()
    with sqlite3.connect(desk.folder / "till.db") as journal:
        journal.execute("UPDATE projection SET version = 0 WHERE name = ?", (name,))
    monkeypatch.setattr(SqliteJournal, "catch_up", lambda _: True)
    desk.open()


def test_cards_are_not_spent_while_their_books_are_read_anew(desk, monkeypatch):
    """Half of them read, a card has more on it than it has; what needs no card goes on."""
    whole = desk.sell(1, "500")
    desk("INK", "+", f".gift {whole} 1234", "1.00 gift")
    with monkeypatch.context() as patch:
        read_anew(desk, patch, "giftcard")
        desk("+")
        for entry in ("1.00 gift", f".gift {whole} 1234", f".giftbalance {whole} 1234"):
            assert "The gift cards are being read anew (wait" in desk.refused(entry)
        desk("1.00 cash", "-")
        assert "read anew" in desk.refused("-"), "what it took would not be given back"
        desk("")
    desk.till.call(lambda: desk.till.parts.journal.catch_up())
    assert desk.rows(BALANCE, NAME) == [(400,)]


def test_no_account_is_charged_while_its_books_are_read_anew(desk, monkeypatch):
    desk(f".enrol {CARD}", "INK", f".customer {CARD}", "+")
    with monkeypatch.context() as patch:
        read_anew(desk, patch, "account")
        desk("+")
        assert "The accounts are being read anew (wait" in desk.refused("account")
        desk("1.00 cash", "-", "")
    desk.till.call(lambda: desk.till.parts.journal.catch_up())
    desk("PEN", f".customer {CARD}", "+", "account")


def practise(desk):
    """Have the till practise from its next sale on."""

    def turn_on():
        engine = desk.till.parts.engine
        settings = attrs.evolve(engine.parts.settings, training=True)
        engine.parts = attrs.evolve(engine.parts, settings=settings)

    desk.till.call(turn_on)


def test_in_training_no_card_no_account_and_no_drawer_of_notes_is_moved(desk):
    """All of it is tried and shown; the ledgers stay, and no code of store credit is printed."""
    whole = desk.sell(1, "500")
    tables = ("giftcard_ledger", "account_ledger", "foreign_taken")
    before = [desk.rows(f"SELECT count(*) FROM {each}") for each in tables]
    desk(f".enrol {CARD}")
    practise(desk)
    desk("INK", f".customer {CARD}", "+", f".gift {whole} 1234", "1.00 gift", "-", "1.00 gift")
    desk("5.00 usd", "-", "account")
    assert desk.till.state.last.tenders[0].type == "gift"
    desk.load(1, "500")
    desk("PEN")
    desk.bring_back(650)
    desk("credit")
    assert [each.training for each in desk.events("sale.Completed")] == [False, True, True, True]
    assert [desk.rows(f"SELECT count(*) FROM {each}") for each in tables] == before
    assert desk.rows(BALANCE, NAME) == [(500,)]
    completed = desk.events("sale.Completed")[-1]
    assert [each.type for each in completed.tenders] == ["credit"]
    assert [each.name for each in desk.till.hooks.sections(completed)] == []


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
