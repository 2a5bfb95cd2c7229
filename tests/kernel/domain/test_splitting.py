"""A limit holds for what many small commands come to together, in whatever order they are given."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import decide as deciding
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.permissions import Grant, Limit, RoleSetting, compose_roles
from posframe.kernel.domain.refusals import NotAllowed
from tests.kernel.guarded import GUARDED, GuardedDay

DISCOUNT_MINOR, VOID_MINOR, BACK_MINOR = 300, 400, 250
LIMITS = {
    "discount": Limit(percent_milli=10_000, minor=DISCOUNT_MINOR),
    "override_price": Limit(percent_milli=10_000),
    "void_line": Limit(minor=VOID_MINOR),
    "return": Limit(minor=BACK_MINOR),
    "return_without_receipt": Limit(minor=BACK_MINOR),
    "refund_cash": Limit(minor=BACK_MINOR),
    "refund_other_tender": Limit(minor=BACK_MINOR),
}
"""Up to here alone, and above not at all."""
ROLES = compose_roles(
    KERNEL_PERMISSIONS,
    [
        RoleSetting(
            id="cashier", grants=tuple((id_, Grant(allow=each)) for id_, each in LIMITS.items())
        )
    ],
)
LIMITED = attrs.evolve(GUARDED, control=attrs.evolve(GUARDED.control, roles=ROLES))


def desk_of(role="cashier"):
    return GuardedDay(LIMITED, role)


def tried(desk, command):
    """Do a command that may be refused; tell whether it was taken."""
    try:
        desk.do(command)
    except RuleViolation:
        return False
    return True


# Prices


def worth_and_charged(line):
    """Return what the catalogue asks for a line, and what is asked after its own discounts."""
    unit = (
        line.unit_price_minor
        if line.catalogue_price_minor is None
        else (line.catalogue_price_minor)
    )
    charged = line.unit_price_minor * line.quantity_milli // 1000
    return unit * line.quantity_milli // 1000, charged + sum(x.minor for x in line.adjustments)


def check_prices(sale):
    """No line and no sale is cut by more than a tenth, or by more than the amount that may be.

    A discount is rounded to a whole cent, so each may come to half of one more.
    """
    goods = [x for x in sale.basket.lines if x.kind is LineKind.SALE and not x.voided]
    pairs = [worth_and_charged(each) for each in goods]
    cents = len(goods) + len(sale.basket.adjustments)
    for worth, charged in pairs:
        assert 10 * (worth - charged - 1) <= worth, (worth, charged)
    whole = sum(x.minor for x in sale.basket.adjustments)
    cut = sum(worth - charged for worth, charged in pairs) - whole
    assert 10 * (cut - cents) <= sum(worth for worth, _ in pairs)
    discounts = -whole - sum(x.minor for line in goods for x in line.adjustments)
    assert discounts <= DISCOUNT_MINOR


lines = st.integers(1, 3)
PRICING = st.one_of(
    st.builds(
        cmd.AddItem,
        code=st.sampled_from(["PEN", "MILK", "GIN", "BEER"]),
        quantity_milli=st.sampled_from([1_000, 2_000, 9_000]),
    ),
    st.builds(
        cmd.Discount,
        number=st.integers(0, 3),
        percent_milli=st.sampled_from([600, 3_000, 5_000, 10_000]),
    ),
    st.builds(cmd.Discount, number=st.integers(0, 3), amount_minor=st.integers(1, 300)),
    st.builds(cmd.OverridePrice, number=lines, price_minor=st.integers(85, 130)),
    st.builds(
        cmd.ChangeQuantity, number=lines, quantity_milli=st.sampled_from([1_000, 3_000, 20_000])
    ),
    st.builds(cmd.VoidLine, number=lines),
    st.builds(cmd.RemoveDiscounts, number=st.integers(0, 3)),
    st.just(cmd.Suspend()),
    st.just(cmd.Resume(place=1)),
    st.just(cmd.Total()),
)


@given(steps=st.lists(PRICING, max_size=14))
def test_no_order_of_commands_takes_more_off_than_one_command_may(steps):
    """Ten times ten percent, a price and a discount, goods that leave after an amount was given."""
    desk = desk_of().scan("PEN")
    for step in steps:
        tried(desk, step)
        if desk.sale is not None:
            check_prices(desk.sale)


SLIPPING = (
    (cmd.Discount(number=1, percent_milli=10_000), cmd.Discount(number=1, percent_milli=1_000)),
    (cmd.OverridePrice(number=1, price_minor=90), cmd.Discount(number=1, percent_milli=10_000)),
    (cmd.Discount(number=1, percent_milli=10_000), cmd.OverridePrice(number=1, price_minor=90)),
    (cmd.Discount(number=1, percent_milli=10_000), cmd.Discount(number=0, percent_milli=10_000)),
    (cmd.Discount(number=1, amount_minor=40), cmd.ChangeQuantity(quantity_milli=1_000)),
    (cmd.Discount(number=0, amount_minor=40), cmd.ChangeQuantity(quantity_milli=1_000)),
    (cmd.Discount(number=0, percent_milli=10_000), cmd.ChangeQuantity(quantity_milli=99_000)),
)
"""Four pens at 1.00: each of a pair is within the limits by itself."""


def four_pens():
    desk = desk_of()
    desk.do(cmd.AddItem(code="PEN", quantity_milli=4_000))
    return desk


@pytest.mark.parametrize(("first", "second"), SLIPPING)
def test_a_second_command_that_is_small_by_itself_does_not_slip_under_the_limit(first, second):
    desk = four_pens()
    desk.do(first)
    assert "not for a cashier" in desk.denied(second)


@pytest.mark.parametrize(("first", "second"), SLIPPING)
def test_each_of_them_is_taken_by_itself(first, second):
    """So the refusal above is of both together."""
    for command in (first, second):
        desk = four_pens()
        desk.do(command)


def test_where_prices_are_not_looked_at_afterwards_an_amount_outlives_its_goods(monkeypatch):
    """The control: what the tests above would find if the last check were missing."""
    monkeypatch.setattr(deciding, "check_outcome", lambda draft, command: None)
    desk = four_pens()
    desk.do(cmd.Discount(number=1, amount_minor=40))
    desk.do(cmd.ChangeQuantity(quantity_milli=1_000))
    with pytest.raises(AssertionError):
        check_prices(desk.sale)


def test_many_discounts_that_are_each_rounded_up_are_judged_by_what_they_come_to():
    """0.6 % of a pen is a whole cent: eleven of them leave 0.89, and 6.4 % were asked for."""
    desk = four_pens()
    desk.do(cmd.ChangeQuantity(quantity_milli=1_000))
    for _ in range(11):
        desk.do(cmd.Discount(number=1, percent_milli=600))
    assert desk.total == 89
    assert "not for a cashier" in desk.denied(cmd.Discount(number=1, percent_milli=600))


def test_more_at_a_discount_that_was_approved_is_asked_for_with_its_whole_amount():
    """20 % on a pen is approved: 0.20. Five of them are 1.00. A deeper cut is asked for as well."""
    desk = GuardedDay(GUARDED, "cashier").scan("PEN")
    desk.as_needed(cmd.Discount(number=1, percent_milli=20_000))
    (more,) = desk.as_needed(cmd.ChangeQuantity(quantity_milli=5_000))
    assert (more.permission, more.percent_milli, more.amount_minor) == ("discount", 20_000, 100)
    assert desk.total == 400
    deeper = desk.needs(cmd.Discount(number=1, percent_milli=1_000))
    assert (deeper.percent_milli, deeper.amount_minor) == (20_800, 104)


@pytest.mark.parametrize("number", [0, 1])
def test_what_was_approved_is_asked_for_again_when_goods_leave_it_deeper(number):
    """0.80 off four pens are 20 %; off two of them they are 40 %."""
    desk = GuardedDay(GUARDED, "cashier")
    desk.do(cmd.AddItem(code="PEN", quantity_milli=4_000))
    first = desk.as_needed(cmd.Discount(number=number, amount_minor=80))
    deeper = desk.as_needed(cmd.ChangeQuantity(quantity_milli=2_000))
    found = [(each.permission, each.percent_milli, each.amount_minor) for each in first + deeper]
    assert found == [("discount", 20_000, 80), ("discount", 40_000, 80)]


def test_a_discount_on_a_price_that_rounds_up_is_no_more_than_its_percentage():
    """10 % of 1.29 is 0.13; a cashier's ten percent is ten percent of anything."""
    desk = GuardedDay(GUARDED, "cashier").scan("MILK")
    desk.do(cmd.Discount(number=1, percent_milli=10_000))
    assert desk.total == 116


def test_a_price_is_held_against_the_catalogues_however_often_it_was_changed():
    """From 1.00 to 0.95, 0.90 and back up are within a tenth; 0.89 is 11 %, and so is 1.11."""
    desk = four_pens()
    for price in (95, 90, 110, 100):
        desk.do(cmd.OverridePrice(number=1, price_minor=price))
    for price in (89, 111):
        assert "not for a cashier" in desk.denied(cmd.OverridePrice(number=1, price_minor=price))


# Goods taken back


@given(steps=st.lists(st.one_of(
    st.builds(cmd.AddItem, code=st.sampled_from(["PEN", "MILK", "COLA"]),
              quantity_milli=st.sampled_from([1_000, 5_000])),
    st.builds(cmd.ChangeQuantity, number=lines, quantity_milli=st.integers(1, 6).map(
        lambda pieces: pieces * 1_000)),
    st.builds(cmd.VoidLine, number=lines),
), max_size=16))  # fmt: skip
def test_lower_quantities_in_steps_and_lines_count_as_what_they_take_back_together(steps):
    desk = desk_of()
    taken = 0
    for step in steps:
        before = desk.sale.basket.list_minor if desk.sale else 0
        if tried(desk, step) and not isinstance(step, cmd.AddItem):
            taken += max(0, before - desk.sale.basket.list_minor)
        assert taken <= VOID_MINOR


def test_the_piece_that_would_be_too_many_is_refused():
    """Four pens may go one by one, and the fifth may not."""
    desk = desk_of()
    desk.do(cmd.AddItem(code="PEN", quantity_milli=9_000))
    for pieces in (8, 7, 6, 5):
        desk.do(cmd.ChangeQuantity(quantity_milli=pieces * 1_000))
    assert "not for a cashier" in desk.denied(cmd.ChangeQuantity(quantity_milli=4_000))
    assert "not for a cashier" in desk.denied(cmd.VoidLine())
    desk.do(cmd.ChangeQuantity(quantity_milli=9_000))
    assert "not for a cashier" in desk.denied(cmd.ChangeQuantity(quantity_milli=8_000))


# Money that goes back


def sold(desk):
    """Sell ten pens by cash, and ten by voucher: receipts 1 and 2."""
    for tender in ("cash", "voucher"):
        desk.do(cmd.AddItem(code="PEN", quantity_milli=5_000))
        desk.scan("MILK").do(cmd.Pay(type=tender))
    return desk.become("cashier")


BACK = st.one_of(
    st.builds(
        cmd.Return,
        receipt_number=st.integers(1, 2),
        number=st.integers(1, 2),
        quantity_milli=st.sampled_from([1_000, 2_000]),
    ),
    st.builds(cmd.ReturnWithoutReceipt, code=st.sampled_from(["PEN", "MILK"])),
    st.builds(
        cmd.Pay,
        type=st.sampled_from(["cash", "voucher"]),
        amount_minor=st.sampled_from([None, 50, 100, 129]),
    ),
    st.just(cmd.Suspend()),
    st.just(cmd.Resume(place=1)),
)


@given(steps=st.lists(BACK, max_size=14))
def test_parts_of_a_return_and_of_a_refund_count_together(steps):
    """Of one receipt over all sales, without one in a sale, and of money by each way in a sale."""
    desk = sold(desk_of("manager"))
    for step in steps:
        tried(desk, step)
        sales = [*desk.state.suspended, *([desk.sale] if desk.sale else []), *desk.completed]
        for receipt in (1, 2):
            assert sum(back(each, receipt) for each in sales) <= BACK_MINOR
        for sale in sales:
            assert back(sale, 0) <= BACK_MINOR
            assert cash_back(sale) <= BACK_MINOR


def back(sale, receipt):
    """Return what comes back of a receipt in a sale; 0: without one. No tax is on top here."""
    rows = sale.basket.lines if hasattr(sale, "basket") else (x.line for x in sale.lines)
    return -sum(
        line.list_minor
        for line in rows
        if line.back is not None and line.back.receipt_number == receipt and not line.voided
    )


def cash_back(sale):
    return -sum(x.applied_minor for x in sale.tenders if x.is_cash and x.applied_minor < 0)


@pytest.mark.parametrize("between", [cmd.Pay(type="cash"), cmd.Suspend()])
def test_what_came_back_of_a_receipt_in_another_sale_counts(between):
    """Two pens came back, in a sale that is completed or held; a third is above 2.50."""
    desk = sold(desk_of("manager"))
    pens = cmd.Return(receipt_number=1, number=1, quantity_milli=2_000)
    desk.do(pens)
    desk.do(between)
    third = cmd.Return(receipt_number=1, number=2)
    assert "not for a cashier" in desk.denied(third)
    desk.do(attrs.evolve(pens, receipt_number=2))


def test_money_that_goes_back_another_way_counts_together():
    """Paid by voucher, 2.00 back in cash in two parts, the third is above 2.50."""
    roles = compose_roles(
        KERNEL_PERMISSIONS,
        [RoleSetting(id="cashier", grants=(
            ("refund_other_tender", Grant(allow=Limit(minor=250))),
            ("refund_cash", Grant(allow=Limit())),
            ("return", Grant(allow=Limit())),
        ))],
    )  # fmt: skip
    control = attrs.evolve(GUARDED.control, roles=roles)
    desk = sold(GuardedDay(attrs.evolve(GUARDED, control=control)))
    desk.do(cmd.Return(receipt_number=2))
    for _ in range(2):
        desk.do(cmd.Pay(type="cash", amount_minor=100))
    with pytest.raises(NotAllowed):
        desk.do(cmd.Pay(type="cash", amount_minor=100))
    desk.do(cmd.Pay(type="cash", amount_minor=50))
    desk.do(cmd.Pay(type="voucher"))
    assert desk.sale is None
