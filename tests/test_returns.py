"""Goods that come back, through a till: whatever the order and portions, nothing is left over."""

from __future__ import annotations

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from posframe import events
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.refusals import ApprovalNeeded
from posframe.returnable import find_returnable
from posframe.testing.ports import ManualClock
from tests.kernel.shop import (
    PenOffers,
    crash,
    events_of,
    open_till,
    with_offers,
    write_settings,
)
from tests.returning import DAY_US, done, refused, sell

GOODS = ("PEN", "PEN", "PEN", "MILK", "LAMP", "COLA", "HAM")


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as opened:
        yield opened


def completed(till):
    return events_of(till, events.TransactionCompleted)[-1]


def ledgers(sales):
    """Add up what completed transactions did to each account."""
    total = {}

    def book(account, minor):
        total[account] = total.get(account, 0) + minor

    for sale in sales:
        book("gross", sale.totals.gross_minor)
        book("net", sale.totals.net_minor)
        for tax in sale.totals.taxes:
            book(("tax", tax.code), tax.minor)
            book(("base", tax.code), tax.base_minor)
        for each in sale.lines:
            book(("goods", each.line.sku), each.line.quantity_milli)
            book(("price", each.line.sku), each.share.gross_minor)
            book("list", each.line.list_minor)
        for tender in sale.tenders:
            book(("tender", tender.type), tender.applied_minor)
    return total


# Everything back


portions = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 3)), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    codes=st.lists(st.sampled_from(GOODS), min_size=1, max_size=8),
    quantity=st.integers(1, 4),
    percent=st.sampled_from([0, 3_333, 7_000, 12_500]),
    picks=portions,
    round_at=st.sampled_from(["line", "rate", "document"]),
)
def test_a_sale_and_all_its_returns_leave_nothing_in_any_ledger(
    tmp_path_factory, codes, quantity, percent, picks, round_at
):
    """In whatever portions and order: lines, taxes, tenders, goods and the drawer."""
    folder = tmp_path_factory.mktemp("till")
    _write_settings(folder, round_at)
    with with_offers(open_till(folder), PenOffers()) as till:
        for code in codes:
            weight = {"weighed_milli": 333 * quantity} if code == "HAM" else {}
            pieces = {} if code == "HAM" else {"quantity_milli": 1000 * quantity}
            done(till, cmd.AddItem(code=code, **weight, **pieces))
        if percent:
            done(till, cmd.Discount(number=0, percent_milli=percent))
        drawer = till.state.drawer_minor
        done(till, cmd.Pay(type="cash"))
        number = till.state.last.receipt_number
        for line, pieces in picks:
            _return_some(till, number, line, pieces)
        if any(line.left_milli for line in find_returnable(till, number).lines):
            done(till, cmd.Return(receipt_number=number))
            done(till, cmd.Pay(type="cash"))
        left = ledgers(events_of(till, events.TransactionCompleted))
        assert not any(left.values()), left
        assert till.state.drawer_minor == drawer
        assert "came back already" in refused(till, cmd.Return(receipt_number=number))


def _write_settings(folder, round_at):
    """Write settings that round taxes so, and cash not at all: it would leave cents with a side."""
    write_settings(folder)
    file = folder / "till.toml"
    text = file.read_text(encoding="utf-8").replace('round_to = "0.05"\n', "")
    tax = f'[tax]\nround_at = "{round_at}"\n\n[tax.categories.standard]'
    file.write_text(text.replace("[tax.categories.standard]", tax), encoding="utf-8")


def _return_some(till, number, line, pieces):
    lines = {each.number: each for each in find_returnable(till, number).lines}
    found = lines.get(line)
    if found is None or not found.left_milli:
        return
    milli = found.left_milli if found.sold_milli % 1000 else min(found.left_milli, pieces * 1000)
    done(till, cmd.Return(receipt_number=number, number=line, quantity_milli=milli))
    done(till, cmd.Pay(type="cash"))


def test_what_was_returned_is_known_after_a_crash(tmp_path):
    write_settings(tmp_path)
    path = tmp_path / "till.db"
    first = open_till(tmp_path, path=path)
    number = sell(first, "PEN", "MILK")
    done(first, cmd.Return(receipt_number=number, number=1))
    done(first, cmd.Pay(type="cash"))
    crash(first)
    with open_till(tmp_path, path=path) as again:
        assert "came back" in refused(again, cmd.Return(receipt_number=number, number=1))
        done(again, cmd.Return(receipt_number=number))
        assert [line.sku for line in again.state.transaction.basket.lines] == ["MILK"]


def test_a_taken_back_return_can_be_returned_again(till):
    number = sell(till, "PEN")
    done(till, cmd.Return(receipt_number=number))
    assert "this sale" in refused(till, cmd.Return(receipt_number=number))
    done(till, cmd.VoidLine())
    done(till, cmd.Return(receipt_number=number))
    done(till, cmd.Suspend())
    assert "held sale" in refused(till, cmd.Return(receipt_number=number))


# Exchanges


def test_an_exchange_is_one_sale_with_one_receipt_of_the_difference(till):
    """A pen for 0.99 comes back, a lamp for 45.67 and 4.225 % goes: 47.60 less 0.99."""
    number = sell(till, "PEN")
    done(till, cmd.Return(receipt_number=number))
    done(till, cmd.AddItem(code="LAMP"))
    assert till.state.transaction.due_minor == 4_567 + 193 - 99
    done(till, cmd.Pay(type="cash"))
    sale = completed(till)
    assert sale.receipt_number == number + 1
    assert sale.refers_to == (events_of(till, events.TransactionCompleted)[0].transaction,)


def test_offers_of_today_have_no_say_about_goods_that_come_back(tmp_path):
    write_settings(tmp_path)
    with with_offers(open_till(tmp_path), PenOffers()) as till:
        number = sell(till, "MILK", "PEN")
        done(till, cmd.AddItem(code="PEN"))
        done(till, cmd.AddItem(code="PEN"))
        done(till, cmd.Return(receipt_number=number, number=2))
        assert [row.minor for row in till.state.transaction.basket.offers.values()] == []
        assert till.state.transaction.due_minor == 99


def test_a_deposit_comes_back_with_its_goods(till):
    number = sell(till, "COLA")
    done(till, cmd.Return(receipt_number=number, number=1))
    assert till.state.transaction.due_minor == -175
    done(till, cmd.VoidLine())
    assert till.state.transaction.due_minor == 0


# Terms


def test_a_line_that_comes_back_keeps_quantity_price_and_taxes(till):
    number = sell(till, "PEN", "PEN")
    done(till, cmd.Return(receipt_number=number, number=1, reason="too blue"))
    line = till.state.transaction.basket.lines[0]
    assert line.back.reason == "too blue"
    assert (line.back.condition, line.back.goes_to) == ("good", "stock")
    assert "keeps its quantity" in refused(till, cmd.ChangeQuantity(number=1, quantity_milli=2000))
    assert "Only the price of goods" in refused(till, cmd.OverridePrice(number=1, price_minor=5))
    assert "Only goods" in refused(till, cmd.Discount(number=1, percent_milli=10_000))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"receipt_number": 99}, "no receipt 99"),
        ({"receipt_number": 0}, "no receipt 0"),
        ({"receipt_number": -1}, "no receipt -1"),
        ({"number": 7}, "no line 7 | its lines: 1 Pen, 2 Ham"),
        ({"number": 1, "quantity_milli": 2000}, "of 1 sold 1 can"),
        ({"number": 1, "quantity_milli": 0}, "more than nothing"),
        ({"quantity_milli": 1000}, "Of which line? | its lines: 1 Pen, 2 Ham"),
        ({"number": 1, "quantity_milli": -1000}, "more than nothing"),
        ({"number": 1, "quantity_milli": 500}, "by the piece"),
        ({"number": 1, "condition": "chewed"}, "one of: good, opened, damaged"),
        ({"number": 2, "quantity_milli": 334}, "of 0.333 sold 0.333 can"),
    ],
)
def test_what_cannot_come_back_is_refused_with_the_next_step(till, wrong, words):
    number = sell(till, "PEN", "HAM")
    assert words in refused(till, cmd.Return(**{"receipt_number": number, **wrong}))


def test_reasons_conditions_and_window_are_the_shops(tmp_path):
    more = """
[returns]
days = 30
needs_reason = true
reasons = ["damaged", "wrong size"]

[returns.conditions]
fine = "stock"
broken = "scrap"
"""
    write_settings(tmp_path, more=more)
    clock = ManualClock()
    with open_till(tmp_path, clock=clock) as till:
        number = sell(till, "PEN", "PEN", "MILK")
        assert "needs a reason" in refused(till, cmd.Return(receipt_number=number))
        asked = cmd.Return(receipt_number=number, number=1, reason="ugly")
        assert "'ugly' is no reason here | one of: damaged, wrong size" in refused(till, asked)
        broken = {"reason": "damaged", "condition": "broken"}
        clock.advance(30 * DAY_US)
        done(till, cmd.Return(receipt_number=number, number=1, **broken))
        assert till.state.transaction.basket.lines[0].back.goes_to == "scrap"
        done(till, cmd.Pay(type="cash"))
        clock.advance(DAY_US)
        late = cmd.Return(receipt_number=number, number=2, reason="damaged")
        assert "taken for 30 days" in refused(till, late)
        done(till, attrs.evolve(late, approver="anna"))
        (given_,) = events_of(till, events.ApprovalGiven)
        assert (given_.action, given_.approver, given_.reason) == ("return_late", "anna", "damaged")


# Without a receipt


def test_goods_without_a_receipt_need_an_approval_and_never_cost_more_than_now(till):
    blind = {"code": "PEN", "quantity_milli": 2000, "reason": "gift"}
    outcome = till.do(cmd.ReturnWithoutReceipt(**blind))
    assert isinstance(outcome.error, ApprovalNeeded)
    assert "1.98 back without a receipt" in outcome.words
    dear = cmd.ReturnWithoutReceipt(**blind, price_minor=100, approver="anna")
    assert "at most 0.99" in refused(till, dear)
    done(till, cmd.ReturnWithoutReceipt(**blind, price_minor=50, approver="anna"))
    done(till, cmd.Pay(type="cash"))
    sale = completed(till)
    assert sale.totals.gross_minor == -100
    assert sale.tenders[0].tendered_minor == -100
    (given_,) = events_of(till, events.ApprovalGiven)
    assert (given_.amount_minor, given_.subject) == (100, "PEN")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "nothing"}, "not found"),
        ({"quantity_milli": 0}, "no quantity"),
        ({"quantity_milli": 100_000}, "no quantity"),
        ({"quantity_milli": 1500}, "by the piece"),
        ({"price_minor": 0}, "above 0"),
        ({"code": "REPAIR"}, "no fixed price"),
        ({"code": "REPAIR", "price_minor": 500_001}, "more than one line"),
    ],
)
def test_a_return_without_a_receipt_is_checked_like_a_sale(till, wrong, words):
    asked = {"code": "PEN", "approver": "anna", **wrong}
    assert words in refused(till, cmd.ReturnWithoutReceipt(**asked))


# Undoing a sale


def test_undoing_the_last_sale_gives_all_of_it_back(till):
    drawer = till.state.drawer_minor
    number = sell(till, "PEN", "COLA", "LAMP", tender=10_000)
    assert "needs an approval" in refused(till, cmd.PostVoid())
    done(till, cmd.PostVoid(approver="anna", reason="wrong customer"))
    sale = completed(till)
    assert (sale.kind, sale.receipt_number) == ("void", number + 1)
    assert till.state.drawer_minor == drawer
    assert not any(ledgers(events_of(till, events.TransactionCompleted)).values())
    again = refused(till, cmd.PostVoid(approver="anna"))
    assert f"Receipt {number + 1} cannot be undone" in again
    assert "came back already" in refused(till, cmd.Return(receipt_number=number))


def test_a_sale_is_not_undone_when_another_is_open_or_the_day_is_over(tmp_path):
    write_settings(tmp_path)
    clock = ManualClock()
    with open_till(tmp_path, clock=clock) as till:
        assert "No sale was completed" in refused(till, cmd.PostVoid(approver="anna"))
        first = sell(till, "PEN")
        done(till, cmd.AddItem(code="PEN"))
        assert "A sale is open" in refused(till, cmd.PostVoid(approver="anna"))
        done(till, cmd.Cancel())
        clock.advance(DAY_US)
        done(till, cmd.MoveCash(kind="no_sale"))
        assert f".return {first}" in refused(till, cmd.PostVoid(approver="anna"))
