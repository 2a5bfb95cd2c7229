"""Commands about the whole sale: discounts, customer, age, hold and recall, cancel."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import SaleChanged
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import TransactionState
from tests.kernel.driving import Desk
from tests.kernel.making import line


@pytest.fixture
def desk():
    return Desk()


def seen(desk, **other):
    """Return what the operator sees now, with ``other`` put in its place."""
    sale = desk.sale
    shown = cmd.Seen(transaction=sale.id, tenders=len(sale.tenders), due_minor=sale.due_minor)
    return attrs.evolve(shown, **other)


def put(desk, **changes):
    """Put the open transaction into a state that no command of today leads to."""
    desk.state = attrs.evolve(desk.state, transaction=attrs.evolve(desk.sale, **changes))


# Discounts of a line


def test_a_percentage_and_then_an_amount_off_a_line(desk):
    """10 % of 12.90, then 1.00 of what is left: 12.90 - 1.29 - 1.00."""
    desk.do(cmd.AddItem(code="MILK", quantity_milli=10_000))
    assert desk.do(cmd.Discount(number=1, percent_milli=10_000)) == "Discount 10 % on Milk"
    assert desk.do(cmd.Discount(number=1, amount_minor=100, reason="torn")) == "Discount on Milk"
    assert desk.total == 1061
    assert [each.minor for each in desk.line(1).adjustments] == [-129, -100]
    assert desk.line(1).adjustments[1].reason == "torn"
    assert len({each.id for each in desk.line(1).adjustments}) == 2


def test_percentages_on_a_line_follow_each_other(desk):
    """10 % and then 20 % of 100.00 is 72.00, as on the shelf label."""
    desk.do(cmd.AddItem(code="PEN", quantity_milli=100_000))
    desk.do(cmd.Discount(number=1, percent_milli=10_000))
    desk.do(cmd.Discount(number=1, percent_milli=20_000))
    assert desk.total == 7200


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"percent_milli": 0}, "above 0 and at most 100 percent"),
        ({"percent_milli": -1}, "above 0 and at most 100 percent"),
        ({"percent_milli": 100_001}, "above 0 and at most 100 percent"),
        ({"amount_minor": 0}, "A discount is above zero"),
        ({"amount_minor": -5}, "A discount is above zero"),
        ({}, "A discount is above zero"),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_discounts_that_are_none_are_refused(desk, number, asked, words):
    desk.scan("PEN")
    assert words in desk.refused(cmd.Discount(number=number, **asked))


def test_a_line_gives_no_more_than_it_costs(desk):
    """100 % is the most; one cent more is refused, of an amount and after other discounts."""
    desk.scan("PEN", "COLA")
    assert "more than line 1 costs" in desk.refused(cmd.Discount(number=1, amount_minor=101))
    desk.do(cmd.Discount(number=1, amount_minor=60))
    assert "more than line 1 costs" in desk.refused(cmd.Discount(number=1, amount_minor=41))
    desk.do(cmd.Discount(number=1, percent_milli=100_000))
    assert desk.line(1).amount_minor == 0
    assert "Only goods" in desk.refused(cmd.Discount(number=3, percent_milli=1_000))
    assert "no line 9" in desk.refused(cmd.Discount(number=9, percent_milli=1_000))


def test_a_lines_discounts_are_taken_back_together(desk):
    desk.scan("PEN")
    assert "Line 1 has no discount" in desk.refused(cmd.RemoveDiscounts(number=1))
    desk.do(cmd.Discount(number=1, percent_milli=10_000))
    desk.do(cmd.Discount(number=1, amount_minor=5))
    assert desk.do(cmd.RemoveDiscounts(number=1)) == "Discount taken back: Pen"
    assert desk.total == 100


@pytest.mark.parametrize(
    ("percent", "label"),
    [(10_000, "10 %"), (2_500, "2.5 %"), (100_000, "100 %"), (125, "0.125 %")],
)
def test_a_percentage_is_written_without_needless_zeros(desk, percent, label):
    desk.do(cmd.AddItem(code="PEN", quantity_milli=100_000))
    desk.do(cmd.Discount(number=1, percent_milli=percent))
    assert desk.line(1).adjustments[0].label == f"Discount {label}"


# Discounts of the whole sale


def test_a_discount_on_the_sale_leaves_deposits_alone(desk):
    """10 % of 1.50 and 1.00 is 0.25; the deposit of 0.25 is paid in full."""
    desk.scan("COLA", "PEN")
    assert desk.do(cmd.Discount(number=0, percent_milli=10_000)) == "Discount 10 % on the sale"
    assert desk.total == 275 - 25


def test_discounts_on_the_sale_follow_each_other_and_what_is_scanned(desk):
    """10 % of 1.00, then 0.50 off; with another 1.00 it is 10 % of 2.00, then 0.50 off."""
    desk.scan("PEN")
    desk.do(cmd.Discount(number=0, percent_milli=10_000))
    desk.do(cmd.Discount(number=0, amount_minor=50))
    assert desk.total == 40
    desk.scan("PEN")
    assert desk.total == 200 - 20 - 50


def test_an_amount_off_is_capped_when_lines_go_and_whole_again_when_they_come(desk):
    """1.50 off 2.00; of 1.00 no more than that goes off; with 3.00 it is 1.50 again."""
    desk.scan("PEN", "PEN")
    desk.do(cmd.Discount(number=0, amount_minor=150))
    assert desk.total == 50
    desk.do(cmd.VoidLine())
    assert desk.total == 0
    desk.scan("PEN", "PEN")
    assert desk.total == 150
    for _ in range(3):
        desk.do(cmd.VoidLine())
    assert desk.total == 0
    assert desk.sale.basket.adjustments[0].minor == 0


def test_the_sale_gives_no_more_than_its_goods_cost(desk):
    """Deposits are not part of it."""
    desk.scan("COLA")
    assert "more than the sale costs" in desk.refused(cmd.Discount(number=0, amount_minor=151))
    desk.do(cmd.Discount(number=0, percent_milli=100_000))
    assert desk.total == 25
    assert "more than the sale costs" in desk.refused(cmd.Discount(number=0, amount_minor=1))
    assert "more than the sale costs" in desk.refused(cmd.Discount(number=0, percent_milli=1_000))


def test_discounts_on_the_sale_are_taken_back_together(desk):
    desk.scan("PEN")
    assert "The sale has no discount" in desk.refused(cmd.RemoveDiscounts(number=0))
    desk.do(cmd.Discount(number=0, percent_milli=10_000))
    desk.do(cmd.Discount(number=0, amount_minor=5))
    assert desk.do(cmd.RemoveDiscounts(number=0)) == "Discount on the sale taken back"
    assert desk.total == 100
    assert [type(event) for event in desk.events] == [ev.AdjustmentRemoved] * 2


def test_no_discount_without_a_sale(desk):
    for command in (cmd.Discount(number=0, amount_minor=1), cmd.RemoveDiscounts(number=0)):
        assert "No sale is open" in desk.refused(command)


# Customer and age


def test_a_customer_is_set_and_taken_off(desk):
    assert desk.do(cmd.SetCustomer(code="card")) == "Customer Gold"
    assert desk.sale.customer == "c-1"
    assert desk.do(cmd.SetCustomer(code="plain")) == "Customer c-2"
    assert desk.do(cmd.SetCustomer(code="")) == "Customer taken off the sale"
    assert desk.sale.customer == ""
    assert "has no customer" in desk.refused(cmd.SetCustomer(code=""))
    assert "No customer has the card 1234" in desk.refused(cmd.SetCustomer(code="1234"))


def test_an_age_check_covers_what_was_asked_for_and_no_more(desk):
    """16 was checked; then 18 is asked; a voided line asks for nothing."""
    assert "No sale is open" in desk.refused(cmd.CheckAge())
    desk.scan("PEN")
    assert "Nothing in this sale needs an age check" in desk.refused(cmd.CheckAge())
    desk.scan("BEER")
    assert desk.do(cmd.CheckAge()) == "Age checked: 16 or older"
    assert desk.sale.age_needed_years == 0
    desk.scan("GIN")
    assert desk.sale.age_needed_years == 18
    desk.do(cmd.VoidLine())
    assert desk.sale.age_needed_years == 0
    desk.scan("GIN")
    assert desk.do(cmd.CheckAge()) == "Age checked: 18 or older"
    desk.scan("BEER")
    assert desk.sale.age_needed_years == 0


# Hold, recall, cancel


def test_held_sales_come_back_as_they_were(desk):
    desk.scan("PEN")
    first = desk.sale
    assert desk.do(cmd.Suspend(note="fetches money")) == "Held: sale 1"
    assert desk.sale is None
    desk.scan("MILK")
    desk.do(cmd.Suspend())
    held = desk.state.suspended
    assert [each.state for each in held] == [TransactionState.SUSPENDED] * 2
    assert (held[0].note, held[0].suspended_us) == ("fetches money", desk.wall_us)
    assert desk.do(cmd.Resume(transaction=first.id)) == "Recalled: sale 1"
    assert attrs.evolve(desk.sale, note="") == first
    assert len(desk.state.suspended) == 1


def test_a_sale_held_while_part_of_it_is_paid_comes_back_so(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="cash", amount_minor=40))
    desk.do(cmd.Suspend())
    desk.do(cmd.Resume(place=1))
    assert desk.sale.state is TransactionState.TENDERING
    assert desk.sale.due_minor == 60


def test_recalling_needs_a_held_sale_and_no_open_one(desk):
    assert "No sale is held" in desk.refused(cmd.Resume(place=1))
    desk.scan("PEN")
    desk.do(cmd.Suspend())
    for place in (0, 2, -1):
        assert f"There is no held sale {place} | 1 to 1" in desk.refused(cmd.Resume(place=place))
    with pytest.raises(SaleChanged, match="not held any more"):
        desk.decided(cmd.Resume(transaction="another"))
    desk.scan("PEN")
    assert "A sale is open" in desk.refused(cmd.Resume(place=1))


def test_no_more_sales_are_held_than_a_list_can_show(desk, monkeypatch):
    monkeypatch.setattr("posframe.kernel.domain.decide_sale.SUSPENDED_MAX", 1)
    desk.scan("PEN")
    desk.do(cmd.Suspend())
    assert "No sale is open" in desk.refused(cmd.Suspend())
    desk.scan("PEN")
    assert "1 sales are held already" in desk.refused(cmd.Suspend())


def test_a_cancelled_sale_is_gone_and_its_number_used(desk):
    """What it had come to is kept for the fiscal journal."""
    assert "No sale is open" in desk.refused(cmd.Cancel())
    desk.scan("PEN", "MILK")
    desk.do(cmd.VoidLine(number=1))
    assert desk.do(cmd.Cancel(seen=seen(desk), reason="no money")) == "Cancelled: sale 1"
    (event,) = desk.events
    assert (event.gross_minor, event.lines, event.reason) == (129, 1, "no money")
    desk.scan("PEN")
    assert desk.sale.number == 2
    assert desk.state.last_receipt_number == 0


def test_a_sale_with_money_on_it_is_not_cancelled(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="cash", amount_minor=40))
    assert "Something is paid" in desk.refused(cmd.Cancel())
    desk.do(cmd.TakeBackTender())
    assert desk.do(cmd.Cancel()) == "Cancelled: sale 1"


@pytest.mark.parametrize(
    "status",
    [TenderStatus.INTENDED, TenderStatus.SENT, TenderStatus.UNKNOWN, TenderStatus.REVERSING],
)
def test_a_sale_with_money_under_way_takes_no_other(desk, status):
    """Nobody knows yet whether it was taken. Holding and cancelling: ``test_decide_payment``."""
    desk.scan("PEN", "PEN")
    desk.do(cmd.Pay(type="cash", amount_minor=40))
    put(desk, tenders=(attrs.evolve(desk.sale.tenders[0], status=status),))
    assert "A payment is under way" in desk.refused(cmd.Pay(type="cash"))


@pytest.mark.parametrize("other", [{"transaction": "another"}, {"tenders": 1}, {"due_minor": 99}])
def test_a_sale_that_changed_is_not_cancelled_unseen(desk, other):
    desk.scan("PEN")
    with pytest.raises(SaleChanged, match="changed meanwhile"):
        desk.decided(cmd.Cancel(seen=seen(desk, **other)))


def test_returned_goods_are_not_discounted(desk):
    """Money back is what was paid; a discount of today takes nothing from it."""
    desk.scan("PEN")
    back = line(2, -500, kind=LineKind.RETURN)
    desk.state = evolve(desk.state, ev.LineAdded(back))
    assert "Only goods" in desk.refused(cmd.Discount(number=2, percent_milli=10_000))
    assert "Only the price of goods" in desk.refused(cmd.OverridePrice(number=2, price_minor=1))
    desk.do(cmd.Discount(number=0, percent_milli=10_000))
    assert desk.total == 90 - 500
