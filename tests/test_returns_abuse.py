"""No way to be given back more than was paid: held returns, undoing, parts, other receipts."""

from __future__ import annotations

import pytest

from posframe import events
from posframe.kernel.domain import commands as cmd
from tests.kernel.shop import events_of, open_till, write_settings
from tests.returning import done, refused, sell


@pytest.fixture
def till(tmp_path):
    """A till with gift cards, so that store credit goes back for anything."""
    write_settings(tmp_path, more='\n[plugins.payments.gift]\nprefix = "2990"\n')
    secret = tmp_path / "gift.secret"
    secret.write_bytes(bytes(range(32)))
    secret.chmod(0o600)
    with open_till(tmp_path) as opened:
        yield opened


def given_back(till):
    """Return what all receipts gave back, in cents."""
    return -sum(
        tender.tendered_minor
        for sale in events_of(till, events.TransactionCompleted)
        for tender in sale.tenders
        if tender.tendered_minor < 0
    )


def test_a_sale_is_not_undone_while_something_of_it_comes_back_elsewhere(till):
    """A pen for 0.99, rounded to 1.00: held, undone, recalled."""
    number = sell(till, "PEN")
    done(till, cmd.Return(receipt_number=number, number=1))
    done(till, cmd.Pay(type="credit", amount_minor=50))
    done(till, cmd.Suspend())
    assert "held sale" in refused(till, cmd.PostVoid(approver="anna"))
    done(till, cmd.Resume(place=1))
    done(till, cmd.Pay(type="cash"))
    assert given_back(till) == 100


def test_a_sale_that_is_being_undone_is_not_undone_again(till):
    """What was paid by card of the shop waits to be given back by hand, and the sale is held."""
    sell(till, "PEN")
    done(till, cmd.Return(receipt_number=1))
    done(till, cmd.Pay(type="credit"))
    assert "cannot be undone" in refused(till, cmd.PostVoid(approver="anna"))


def test_what_is_undone_is_undone_as_a_whole(till):
    """Nothing is added, voided or discounted in it; a medium that objects is left to be named."""
    sell(till, "PEN", "LAMP")
    done(till, cmd.PostVoid(approver="anna"))
    assert till.state.transaction is None
    (sale, undone) = events_of(till, events.TransactionCompleted)
    assert undone.kind == "void"
    assert undone.totals.gross_minor == -sale.totals.gross_minor


def test_a_line_that_comes_back_keeps_the_discount_it_was_sold_with(till):
    done(till, cmd.AddItem(code="LAMP"))
    done(till, cmd.Discount(number=1, percent_milli=50_000))
    done(till, cmd.Pay(type="cash"))
    done(till, cmd.Return(receipt_number=1, number=1))
    due = till.state.transaction.due_minor
    assert "keeps its price" in refused(till, cmd.RemoveDiscounts(number=1))
    assert till.state.transaction.due_minor == due


def test_cash_is_not_rounded_up_part_by_part(till):
    """Nothing smaller than 0.05 is handed out; the parts of 45.67 and its tax come to its whole."""
    number = sell(till, "LAMP")
    done(till, cmd.Return(receipt_number=number))
    assert "does not exist here" in refused(till, cmd.Pay(type="cash", amount_minor=3))
    done(till, cmd.Pay(type="cash", amount_minor=1_000))
    done(till, cmd.Pay(type="cash"))
    assert given_back(till) == till.state.ever.absolute_minor // 2 == 4_760


def test_cash_of_one_receipt_does_not_pay_for_goods_of_another(till):
    """A pen in cash and a lamp by credit: the lamp comes back beside nothing of the pen's worth."""
    sell(till, "LAMP", "PEN")
    done(till, cmd.Return(receipt_number=1, number=1))
    done(till, cmd.Pay(type="credit"))
    sell(till, "MILK")
    done(till, cmd.Return(receipt_number=1, number=2))
    done(till, cmd.Return(receipt_number=3, number=1))
    done(till, cmd.Pay(type="cash"))
    (_, _, _, back) = events_of(till, events.TransactionCompleted)
    by_receipt = {each.refunds.rpartition("-")[0]: -each.applied_minor for each in back.tenders}
    sold = {each.transaction: each for each in events_of(till, events.TransactionCompleted)}
    assert sorted(by_receipt.values()) == [99, 129]
    assert set(by_receipt) <= set(sold)


def test_the_cash_limit_counts_all_parts(tmp_path):
    write_settings(tmp_path, more='\n[returns]\ncash_limit = "40"\n')
    with open_till(tmp_path) as till:
        number = sell(till, "LAMP")
        done(till, cmd.Return(receipt_number=number))
        assert "in cash needs an approval" in refused(till, cmd.Pay(type="cash"))
        done(till, cmd.Pay(type="cash", amount_minor=3_000))
        assert "47.6" in refused(till, cmd.Pay(type="cash"))
        done(till, cmd.Pay(type="cash", approver="anna"))
        (given,) = events_of(till, events.ApprovalGiven)
        assert given.action == "refund_cash"


def test_a_return_without_a_receipt_names_what_goes_back_with_its_tax(till):
    """45.67 and 4.225 % on top: 47.60."""
    asked = cmd.ReturnWithoutReceipt(code="LAMP")
    assert "47.60 back without a receipt" in refused(till, asked)
    done(till, cmd.ReturnWithoutReceipt(code="LAMP", approver="anna"))
    (given,) = events_of(till, events.ApprovalGiven)
    assert given.amount_minor == 4_760
    done(till, cmd.Pay(type="cash"))
    assert till.state.transaction is None


def test_a_cartons_code_brings_back_a_carton(till):
    done(till, cmd.ReturnWithoutReceipt(code="8006", approver="anna"))
    assert till.state.transaction.basket.lines[0].quantity_milli == -6_000
