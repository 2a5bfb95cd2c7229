"""Gift cards and paid debts earn no points: what is bought with them does, or did."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.plugins.payments.desks import ACCOUNT, CARD, CUSTOMER, GIFT, Desk, code

POINTS = "SELECT balance FROM loyalty_card WHERE customer = ?"


@pytest.fixture
def desk(tmp_path):
    opened = Desk(tmp_path, GIFT + ACCOUNT)
    opened(f".enrol {CARD}")
    yield opened
    opened.till.close()


def points(desk):
    return desk.rows(POINTS, CUSTOMER)[0][0]


def add_card(desk, number, amount):
    """Put a gift card into the open sale."""
    desk(f".giftnew {code(number)} 1234")
    desk.attempt(code(number))
    desk(amount)


def test_a_gift_card_earns_when_it_is_spent_and_not_when_it_is_sold(desk):
    """20.00 on a card and 1.50 for a pen earn 1; 12.95 paid by the card earns 12."""
    desk("PEN", f".customer {CARD}")
    add_card(desk, 1, "2000")
    desk("+", "")
    assert points(desk) == 1
    desk("INK", f".customer {CARD}", "+", f".gift {code(1)} 1234", "gift")
    assert points(desk) == 13


def test_a_sale_of_nothing_but_a_gift_card_writes_no_points_and_its_return_takes_none(desk):
    desk("INK", f".customer {CARD}", "+", "")
    desk("PEN", f".customer {CARD}")
    desk(".void 1")
    add_card(desk, 1, "2000")
    desk("+", "")
    desk(".return 2", "+", "")
    assert points(desk) == 12
    assert len(desk.events("loyalty.PointsEarned")) == 1


def test_a_debt_earns_when_the_goods_are_bought_and_not_when_it_is_paid(desk):
    desk("INK", f".customer {CARD}", "+", "account")
    assert points(desk) == 12
    desk("PEN", f".customer {CARD}")
    desk.attempt(".accountpay")
    desk("500", "+", "")
    assert points(desk) == 13
    desk(f".customer {CARD}", ".return 2 2", "+", "")
    assert points(desk) == 13


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pens=st.integers(1, 5),
    worth=st.integers(1, 9_999),
    order=st.permutations([1, 2]),
    percent=st.sampled_from(["", "7.5 %%", "33.333 %%"]),
)
def test_goods_and_a_card_that_all_come_back_leave_no_points(
    tmp_path_factory, pens, worth, order, percent
):
    """In either order: 1.50 for each pen, less a discount that gift cards have no part in."""
    desk = Desk(tmp_path_factory.mktemp("shop"), GIFT)
    try:
        desk(f".enrol {CARD} 5", "PEN", f".qty {pens}", f".customer {CARD}")
        if percent:
            desk(percent)
        pen_minor = desk.due
        add_card(desk, 1, str(worth))
        desk("+", "")
        assert points(desk) == 5 + pen_minor // 100
        for line in order:
            desk(f".return 1 {line}", "+", "")
            assert points(desk) == (5 if line == 1 or line == order[1] else 5 + pen_minor // 100)
        assert points(desk) == 5
    finally:
        desk.till.close()
