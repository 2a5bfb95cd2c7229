"""What plugins see of a sale: everything they need, nothing they could change."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.views import SaleView
from tests.kernel.driving import Desk, three_pens_for_two


@pytest.fixture
def sale():
    desk = Desk(PriceSale=three_pens_for_two).scan("card", "PEN", "PEN", "COLA", "PEN", "MILK")
    desk.do(cmd.VoidLine(number=6))
    desk.do(cmd.Pay(type="cash", amount_minor=100))
    return desk.sale


def test_a_view_says_what_the_sale_says(sale):
    view = SaleView(sale)
    assert (view.id, view.currency, view.opened_us) == (sale.id, "EUR", sale.opened_us)
    assert (view.customer, view.customer_plugin) == ("c-1", "loyalty")
    assert view.totals == sale.totals
    assert view.due_minor == sale.due_minor == 200 + 150 + 25 - 100
    assert view.tenders == sale.tenders
    assert [row.offer for row in view.offers] == ["pens"]


def test_a_view_gives_lines_that_count_in_order(sale):
    view = SaleView(sale)
    assert view.line_count == 6
    assert [line.number for line in view.lines()] == [1, 2, 3, 4, 5]
    assert view.line(6).voided
    assert view.line(7) is None
    assert [line.number for line in view.lines_of("PEN")] == [1, 2, 5]
    assert view.lines_of("MILK") == ()


def test_goods_are_what_discounts_may_be_taken_from(sale):
    """Without the deposit, after offers."""
    assert SaleView(sale).goods_minor == 200 + 150


def test_a_view_cannot_be_written(sale):
    view = SaleView(sale)
    for name in ("customer", "totals", "note"):
        with pytest.raises(AttributeError):
            setattr(view, name, "mine")


def test_a_view_tells_the_lines_that_are_not_those_of_an_earlier_one():
    """Added, changed and voided ones; what an undone action had more is told by the count."""
    desk = Desk().scan("PEN", "PEN", "MILK")
    before = SaleView(desk.sale)
    assert list(before.lines_since(before)) == []
    desk.do(cmd.VoidLine(number=2))
    desk.scan("COLA")
    after = SaleView(desk.sale)
    assert [line.number for line in after.lines_since(before)] == [
        2,
        *range(4, after.line_count + 1),
    ]
    assert [line.number for line in before.lines_since(after)] == [2]


def test_a_view_says_how_the_sale_rounds(sale):
    assert SaleView(sale).rounding is sale.basket.policy.rounding
