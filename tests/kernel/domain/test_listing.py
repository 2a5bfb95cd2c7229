"""Price lists in a sale: what a line costs when more of the goods come, go, or a card is shown."""

from __future__ import annotations

from itertools import permutations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.kernel.domain.views import FoundCustomer, FoundItem, FoundPrice
from tests.kernel.driving import ITEMS, NOON_US, Desk

TEA = Item(sku="TEA", name="Tea", unit_price_minor=200, price_version=1, listed=True)
HAM = Item(sku="HAM", name="Ham", unit_price_minor=1990, unit=KILOGRAM, weighed=True, listed=True)
COLA = Item(sku="COLA", name="Cola", unit_price_minor=150, deposit_sku="CAN", listed=True)
CAN = Item(sku="CAN", name="Can", unit_price_minor=25, listed=True)
GOODS = {
    **ITEMS,
    "TEA": FoundItem(item=TEA, code="TEA"),
    "CARTON": FoundItem(item=TEA, code="CARTON", quantity_milli=6000),
    "HAM": FoundItem(item=HAM, code="HAM"),
    "LABEL": FoundItem(item=HAM, code="LABEL", price_minor=500),
    "OPEN": FoundItem(item=attrs.evolve(TEA, sku="OPEN", unit_price_minor=None), code="OPEN"),
    "COLA": FoundItem(item=COLA, code="COLA"),
    "CAN": FoundItem(item=CAN, code="CAN"),
}
MIDNIGHT_US = NOON_US + 12 * 3600 * 1_000_000


def price(minor, list_="", version=1, per_milli=1000):
    return FoundPrice(
        price_minor=minor, price_list=list_, version=version, price_per_milli=per_milli
    )


def prices(asked):
    """Answer as a catalogue would: tea at 2.00, for members 1.80, from three on 1.50, and so on."""
    if asked.sku == "HAM":
        return price(1790, "trade", 11) if asked.quantity_milli >= 2000 else price(1990)
    if asked.sku != "TEA":
        return None
    if asked.pack_milli == 6000:
        return price(1000, "carton", 6, per_milli=6000)
    if asked.at_us >= MIDNIGHT_US:
        return price(190, "new year", 9)
    if asked.quantity_milli >= 3000:
        return price(150, "trade", 3)
    return price(180, "member", 2) if "member" in asked.groups else price(200)


@pytest.fixture
def desk():
    return shop()


def shop(**answers):
    members = {
        "card": FoundCustomer(customer="c-1", label="Gold", plugin="l", groups=("member",)),
        "plain": FoundCustomer(customer="c-2"),
    }
    return Desk(
        **{
            "FindItem": lambda asked: GOODS.get(asked.code),
            "FindCustomer": lambda asked: members.get(asked.code),
            "FindPrice": prices,
            **answers,
        }
    )


def shown(desk):
    """Return what each line that counts costs."""
    return [line.amount_minor for line in desk.sale.basket.lines if not line.voided]


def questions(desk):
    return [each for each in desk.asked if isinstance(each, q.FindPrice)]


# A line


def test_a_line_says_which_list_and_which_price_it_was_sold_at(desk):
    """Its own price, or a list's, each by its number."""
    desk.scan("TEA")
    line = desk.line(1)
    assert (line.unit_price_minor, line.price_list, line.price_version) == (200, "", 1)
    desk.do(cmd.AddItem(code="TEA", quantity_milli=2000))
    line = desk.line(2)
    assert (line.unit_price_minor, line.price_list, line.price_version) == (150, "trade", 3)
    assert (line.list_minor, desk.line(1).list_minor) == (300, 150)
    added, changed = desk.events[:2]
    assert (added.line.price_list, changed.line.number, changed.reason) == (
        "trade",
        1,
        "price list",
    )


@pytest.mark.parametrize("code", ["PEN", "REPAIR"])
def test_goods_without_lists_are_not_asked_about(desk, code):
    """Neither when they come nor when a customer does."""
    desk.do(cmd.AddItem(code=code, price_minor=100 if code == "REPAIR" else None))
    assert questions(desk) == []
    desk.do(cmd.SetCustomer(code="card"))
    assert questions(desk) == []


def test_what_is_asked_names_all_there_is_of_the_goods(desk):
    """Voided lines do not count; who buys and when is said."""
    desk.scan("TEA", "card", "TEA")
    desk.do(cmd.VoidLine(number=1))
    desk.do(cmd.AddItem(code="TEA", quantity_milli=4000))
    first, again = questions(desk)
    assert (first.sku, first.quantity_milli, first.pack_milli) == ("TEA", 5000, 1000)
    assert (first.groups, first.at_us) == (("member",), NOON_US)
    assert again.quantity_milli == 5000


def test_lines_stay_as_they_are_where_nobody_has_a_price(desk):
    """A plugin that fails answers nothing: the item's own price is as good as any."""
    answers = iter([None, None, price(150), None])
    desk = shop(FindPrice=lambda asked: next(answers))
    desk.scan("TEA")
    assert shown(desk) == [200]
    desk.scan("TEA")
    assert shown(desk) == [200, 150]
    (priced,) = (each for each in desk.asked if isinstance(each, q.PriceSale))
    assert priced.changed == (2,)


@pytest.mark.parametrize(
    "other",
    [
        price(199, "a", 7),
        price(200, "b", 7),
        price(200, "a", 8),
        price(200, "a", 7, per_milli=2000),
    ],
)
def test_whatever_differs_of_a_price_is_taken_over_by_all_lines(other):
    """A plugin may number its prices as it likes, or not at all."""
    answers = iter([price(200, "a", 7)] * 2 + [other] * 2)
    desk = shop(FindPrice=lambda asked: next(answers)).scan("TEA", "TEA")
    first, second = (
        (line.unit_price_minor, line.price_list, line.price_version, line.price_per_milli)
        for line in desk.sale.basket.lines
    )
    assert first == second
    assert first == (other.price_minor, other.price_list, other.version, other.price_per_milli)


def test_a_list_asks_no_more_than_a_line_may_cost():
    """The limit is 1,000.00 here."""
    desk = shop(FindPrice=lambda asked: price(100_001))
    assert "more than a line may" in desk.refused(cmd.AddItem(code="TEA"))


# More or less of it


def test_one_more_makes_all_of_them_cheaper_and_one_less_dearer(desk):
    """From three on 1.50: 2 × 2.00 = 4.00, 3 × 1.50 = 4.50, and back."""
    desk.scan("TEA", "TEA")
    assert shown(desk) == [200, 200]
    desk.scan("TEA")
    assert shown(desk) == [150, 150, 150]
    desk.do(cmd.VoidLine(number=2))
    assert shown(desk) == [200, 200]
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=2000))
    assert shown(desk) == [300, 150]
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=1000))
    assert shown(desk) == [200, 200]


def test_the_last_one_taken_back_asks_nothing(desk):
    desk.scan("TEA")
    desk.do(cmd.VoidLine(number=1))
    assert questions(desk) == []


def test_a_change_that_changes_no_price_records_no_line(desk):
    """The fourth after three: the other three are at 1.50 already."""
    desk.scan("TEA", "TEA", "TEA", "TEA")
    assert [type(event) for event in desk.events] == [ev.LineAdded]


def test_a_discount_by_hand_is_reckoned_anew_on_the_new_price(desk):
    """10 % of 2.00 is 0.20, of 1.50 it is 0.15."""
    desk.scan("TEA")
    desk.do(cmd.Discount(number=1, percent_milli=10_000))
    assert shown(desk) == [180]
    desk.scan("TEA", "TEA")
    assert shown(desk) == [135, 150, 150]


def test_cartons_have_their_own_price_and_count_by_themselves(desk):
    """10.00 for six; half a carton, 5.00. Two pieces beside it are no three."""
    desk.scan("CARTON", "TEA", "TEA")
    carton = desk.line(1)
    assert (carton.quantity_milli, carton.pack_milli, carton.price_per_milli) == (6000, 6000, 6000)
    assert (carton.unit_price_minor, carton.price_list) == (1000, "carton")
    assert shown(desk) == [1000, 200, 200]
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=3000))
    assert shown(desk) == [500, 200, 200]


def test_weighed_goods_are_cheaper_by_the_kilogram_from_a_weight_on(desk):
    """0.8 kg at 19.90 is 15.92; with 1.2 kg more it is two: 0.8 × 17.90 = 14.32, 21.48."""
    desk.do(cmd.AddItem(code="HAM", weighed_milli=800))
    assert shown(desk) == [1592]
    desk.do(cmd.AddItem(code="HAM", weighed_milli=1200))
    assert shown(desk) == [1432, 2148]


def test_goods_that_come_back_are_no_goods_sold(desk):
    """Three returned with one sold are no three, and they cost what they cost then."""
    desk.scan("TEA")
    returned = attrs.evolve(
        desk.line(1), number=2, kind=LineKind.RETURN, quantity_milli=-3000, list_minor=-450
    )
    desk.state = evolve(desk.state, ev.LineAdded(returned))
    desk.scan("TEA")
    assert shown(desk) == [200, -450, 200]
    assert [each.quantity_milli for each in questions(desk)] == [2000, 2000]


# What keeps its price


def test_a_price_set_by_hand_stays_and_its_goods_count(desk):
    """One of three is dented: the two others are not dearer for it, and it is no cheaper."""
    desk.scan("TEA", "TEA")
    desk.do(cmd.OverridePrice(number=1, price_minor=190))
    assert shown(desk) == [190, 200]
    desk.scan("TEA", "card")
    assert shown(desk) == [190, 150, 150]
    desk.do(cmd.OverridePrice(number=2, price_minor=10))
    desk.do(cmd.OverridePrice(number=3, price_minor=20))
    assert (shown(desk), questions(desk)) == ([190, 10, 20], [])


def test_what_an_override_replaced_is_the_price_of_one(desk):
    """10.00 for six is 1.67 a piece; the new price is of a piece too."""
    desk.scan("CARTON")
    desk.do(cmd.OverridePrice(number=1, price_minor=150))
    line = desk.line(1)
    assert (line.catalogue_price_minor, line.price_per_milli, line.list_minor) == (167, 1000, 900)
    desk.do(cmd.OverridePrice(number=1, price_minor=140))
    assert desk.line(1).catalogue_price_minor == 167


def test_the_price_on_a_label_and_a_keyed_one_stay(desk):
    """They are not asked about, and do not count for the others: 1.9 kg is less than two."""
    desk.scan("LABEL")
    desk.do(cmd.AddItem(code="OPEN", price_minor=333))
    assert questions(desk) == []
    desk.do(cmd.AddItem(code="HAM", weighed_milli=1900))
    # 1.9 kg at 19.90 is 37.81.
    assert shown(desk) == [500, 333, 3781]
    desk.scan("card")
    assert shown(desk) == [500, 333, 3781]


def test_a_deposit_is_never_asked_about(desk):
    """It is money held, not goods, though its item were in a list by mistake."""
    desk.scan("COLA")
    assert {each.sku for each in questions(desk)} == {"COLA"}
    deposit = desk.line(2)
    assert (deposit.kind, deposit.listed) == (LineKind.DEPOSIT, False)
    desk.scan("card")
    assert {each.sku for each in questions(desk)} == {"COLA"}


# Who buys, and when


def test_a_card_shown_at_any_time_prices_all_and_taken_off_all_again(desk):
    """There and back every line is as it was, discounts too."""
    desk.scan("TEA", "PEN", "COLA", "TEA")
    desk.do(cmd.Discount(number=5, percent_milli=50_000))
    before = desk.sale.basket.lines
    assert shown(desk) == [200, 100, 150, 25, 100]
    desk.do(cmd.SetCustomer(code="card"))
    assert shown(desk) == [180, 100, 150, 25, 90]
    assert (desk.line(1).price_list, desk.line(5).price_list) == ("member", "member")
    assert len(questions(desk)) == 2, "once for all tea, once for cola"
    desk.do(cmd.SetCustomer(code=""))
    assert tuple(desk.sale.basket.lines) == tuple(before)
    desk.do(cmd.VoidLine(number=1))
    desk.do(cmd.SetCustomer(code="card"))
    (judged,) = (each for each in desk.asked if isinstance(each, q.VetoLines))
    assert [line.number for line in judged.lines] == [3, 5], "a voided line is nobody's business"


def test_a_card_of_no_group_changes_no_price(desk):
    desk.scan("TEA")
    before = desk.sale.basket.lines
    desk.do(cmd.SetCustomer(code="plain"))
    assert tuple(desk.sale.basket.lines) == tuple(before)


def test_the_first_scan_after_midnight_is_at_the_new_price(desk):
    """And so is what is in the sale of the same goods: one sale, one price."""
    desk.scan("TEA", "PEN")
    desk.wall_us = MIDNIGHT_US - 1
    desk.scan("PEN")
    assert shown(desk) == [200, 100, 100]
    desk.wall_us = MIDNIGHT_US
    desk.scan("TEA")
    assert shown(desk) == [190, 100, 100, 190]


# In any order

_STEPS = (
    cmd.AddItem(code="TEA"),
    cmd.AddItem(code="TEA", quantity_milli=2000),
    cmd.AddItem(code="CARTON"),
    cmd.AddItem(code="HAM", weighed_milli=900),
    cmd.AddItem(code="HAM", weighed_milli=1101),
    cmd.AddItem(code="LABEL"),
    cmd.AddItem(code="COLA"),
    cmd.SetCustomer(code="card"),
)


@given(st.lists(st.sampled_from(_STEPS), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_scanning_does_not_change_what_each_costs(steps, chance):
    """Neither a line's price nor the sums, with the card first, in the middle or last."""
    other = list(steps)
    chance.shuffle(other)
    desks = []
    for order in (steps, other):
        desk = shop()
        for step in order:
            desk.do(step)
        desks.append(desk)
    one, two = (
        sorted(
            (line.code, line.quantity_milli, line.list_minor, line.price_version)
            for line in desk.sale.basket.lines
        )
        for desk in desks
    )
    assert one == two
    assert desks[0].total == desks[1].total


def test_every_order_of_three_and_a_void_ends_the_same():
    """Six orders, one total: 3 × 1.50 less one is 2 × 2.00."""
    for order in permutations(["TEA", "PEN", "TEA"]):
        desk = shop()
        desk.scan(*order, "TEA")
        assert desk.total == 550
        desk.do(cmd.VoidLine(number=4))
        assert desk.total == 500
