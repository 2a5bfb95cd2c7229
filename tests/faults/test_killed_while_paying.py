"""SIGKILL at each point of a card payment: never charged twice, never charged for nothing."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from tests.faults.paying_till import KeptGateway, is_at_rest, open_till, wait_until

PLUGINS = ("payments",)
POINTS = (
    "payment.sent",
    "payment.answered",
    "payment.heard",
    "payment.acknowledged",
    "payment.answered:2",
    "payment.heard:2",
    *(f"action.appended:{number}" for number in range(3, 7)),
    *(f"action.committed:{number}" for number in range(3, 7)),
)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_till_that_dies_while_a_card_is_paid_ends_with_ledger_and_journal_agreeing(
    make_shop, died, point
):
    shop = make_shop("till", PLUGINS)
    died(shop.run("-m", "tests.faults.paying_till", crash=point))
    gateway = KeptGateway(shop.path, two_step=True)
    with open_till(shop.path, gateway) as till:
        wait_until(lambda: is_at_rest(till))
        sale = till.state.transaction
        if till.state.last is None and sale is not None and not sale.applied:
            assert till.do(cmd.Pay(type="card")).accepted  # the customer tries again
            wait_until(lambda: till.state.last is not None)
        elif till.state.last is None and sale is not None:
            assert till.do(cmd.Pay(type="cash")).accepted  # it was paid: Enter closes it
        paid = [each for each in till.state.last.tenders if each.type == "card"]
        assert [each.applied_minor for each in paid] == [399]
        held = {each.payment: gateway.held_minor(each.payment) for each in gateway.bookings}
        assert {id_: minor for id_, minor in held.items() if minor} == {paid[0].id: 399}


@pytest.mark.slow
@pytest.mark.parametrize("point", ["payment.reversing", "action.committed:6", "action.appended:7"])
def test_a_till_that_dies_while_money_goes_back_gives_it_back_once(make_shop, died, point):
    shop = make_shop("till", PLUGINS)
    died(shop.run("-m", "tests.faults.paying_till", "cancel", crash=point))
    gateway = KeptGateway(shop.path, two_step=False)
    with open_till(shop.path, gateway) as till:
        wait_until(lambda: is_at_rest(till))
        assert till.state.transaction is None
        assert till.state.suspended == ()
    assert sum(gateway.held_minor(each.payment) for each in gateway.bookings) == 0
