"""Goods that are weighed, labelled, priced by hand, packed or sold with a deposit."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.refusals import PriceNeeded, WeightNeeded
from posframe.kernel.domain.views import FoundItem
from tests.kernel.driving import ITEMS, Desk


@pytest.fixture
def desk():
    return Desk()


def label(item, **says):
    """Return a desk whose code ``label`` means ``item`` and what the code says of it."""
    found = FoundItem(item=item, code="label", **says)
    return Desk(FindItem=lambda asked: found if asked.code == "label" else ITEMS.get(asked.code))


# Packs, open prices, weights and labels


def test_packs_multiply():
    """A code for six, twice, is twelve."""
    packs = label(ITEMS["PEN"].item, quantity_milli=6000)
    packs.do(cmd.AddItem(code="label", quantity_milli=2000))
    assert packs.line(1).quantity_milli == 12_000
    assert packs.line(1).list_minor == 1200


def test_an_open_price_is_asked_for_and_keyed(desk):
    with pytest.raises(PriceNeeded) as refused:
        desk.decided(cmd.AddItem(code="REPAIR"))
    assert (refused.value.code, refused.value.name) == ("REPAIR", "Repair")
    desk.do(cmd.AddItem(code="REPAIR", price_minor=4990, quantity_milli=2000))
    assert desk.line(1).list_minor == 9980
    assert desk.line(1).catalogue_price_minor is None


def test_weighed_goods_take_their_weight_from_scale_or_key(desk):
    """0.642 kg at 19.90: 12.7758, rounded once to 12.78."""
    with pytest.raises(WeightNeeded) as refused:
        desk.decided(cmd.AddItem(code="HAM"))
    assert (refused.value.code, refused.value.name, refused.value.unit) == ("HAM", "Ham", "kg")
    desk.do(cmd.AddItem(code="HAM", weighed_milli=642))
    assert desk.do(cmd.AddItem(code="HAM", quantity_milli=642)) == "0.642 × Ham"
    assert [line.list_minor for line in desk.sale.basket.lines] == [1278, 1278]
    assert desk.line(1).weighed


def test_a_label_with_a_weight_weighs(desk):
    desk = label(ITEMS["HAM"].item, quantity_milli=750)
    desk.do(cmd.AddItem(code="label"))
    assert (desk.line(1).quantity_milli, desk.line(1).list_minor) == (750, 1493)  # 14.925


def test_a_label_with_a_price_says_what_is_paid():
    """3.49 at 19.90 a kilogram is 0.175 kg, and costs 3.49, not 3.48."""
    desk = label(ITEMS["HAM"].item, price_minor=349)
    desk.do(cmd.AddItem(code="label"))
    assert (desk.line(1).quantity_milli, desk.line(1).list_minor) == (175, 349)
    assert desk.line(1).unit_price_minor == 1990


def test_a_label_with_a_price_on_goods_by_the_piece_is_their_price():
    desk = label(ITEMS["PEN"].item, price_minor=80)
    desk.do(cmd.AddItem(code="label", quantity_milli=2000))
    assert (desk.line(1).unit_price_minor, desk.line(1).list_minor) == (80, 160)


def test_a_label_too_cheap_to_weigh_is_a_gram():
    desk = label(attrs.evolve(ITEMS["HAM"].item, unit_price_minor=100_000), price_minor=1)
    desk.do(cmd.AddItem(code="label"))
    assert (desk.line(1).quantity_milli, desk.line(1).list_minor) == (1, 1)


def test_weighed_goods_without_a_price_per_kilogram_are_asked_for_their_weight():
    """A label's price tells no weight where a kilogram costs nothing."""
    desk = label(attrs.evolve(ITEMS["HAM"].item, unit_price_minor=0), price_minor=349)
    with pytest.raises(WeightNeeded):
        desk.decided(cmd.AddItem(code="label"))


@pytest.mark.parametrize("says", [{"quantity_milli": 750}, {"price_minor": 349}])
def test_a_label_is_scanned_by_itself(says):
    """``3 * label`` would sell one and say three."""
    desk = label(ITEMS["HAM"].item, **says)
    words = desk.refused(cmd.AddItem(code="label", quantity_milli=3000))
    assert "The label of Ham says how much it is" in words


def test_a_price_typed_beside_a_labels_price_is_refused():
    desk = label(attrs.evolve(ITEMS["PEN"].item, unit_price_minor=None), price_minor=80)
    assert "Pen has a price" in desk.refused(cmd.AddItem(code="label", price_minor=70))


def test_a_code_that_says_none_sells_none():
    desk = label(ITEMS["PEN"].item, quantity_milli=0)
    assert "above zero" in desk.refused(cmd.AddItem(code="label"))


def test_quantities_of_a_thousandth_do_not_vanish():
    """0.5 of a code that stands for 0.001: no such quantity can be written."""
    desk = label(ITEMS["PEN"].item, quantity_milli=1)
    assert "three decimals" in desk.refused(cmd.AddItem(code="label", quantity_milli=500))


@pytest.mark.parametrize("says", [{"price_minor": -100}, {}])
def test_goods_cost_no_less_than_nothing(says):
    """A plugin's item with a price below zero would pay out money without a return."""
    desk = label(Item(sku="MINUS", name="Minus", unit_price_minor=-100), **says)
    assert "A price cannot be below zero" in desk.refused(cmd.AddItem(code="label"))


def test_goods_that_cost_nothing_are_sold(desk):
    desk.scan("GIFT")
    assert desk.total == 0


def test_a_line_keeps_what_its_code_said():
    desk = label(ITEMS["PEN"].item, attributes=(("batch", "L1"), ("expiry", "2026-03-01")))
    desk.do(cmd.AddItem(code="label"))
    assert desk.line(1).attributes == (("batch", "L1"), ("expiry", "2026-03-01"))


# Deposits


def test_a_deposit_comes_with_its_bottle(desk):
    """A line of its own behind it, of the same quantity, discounted by nothing."""
    desk.do(cmd.AddItem(code="COLA", quantity_milli=6000))
    bottle, deposit = desk.sale.basket.lines
    assert (deposit.kind, deposit.parent) == (LineKind.DEPOSIT, 1)
    assert (bottle.list_minor, deposit.list_minor) == (900, 150)
    desk.do(cmd.Discount(number=0, percent_milli=50_000))
    assert desk.total == 450 + 150


def test_voiding_a_bottle_voids_its_deposit(desk):
    desk.scan("COLA", "PEN")
    assert desk.do(cmd.VoidLine(number=1)) == "Voided: Cola"
    assert [line.voided for line in desk.sale.basket.lines] == [True, True, False]
    assert desk.total == 100


def test_voiding_the_last_line_voids_the_bottle_that_brought_it(desk):
    """The deposit is last on screen; what the operator takes back is the bottle."""
    desk.scan("PEN", "COLA")
    assert desk.do(cmd.VoidLine()) == "Voided: Cola"
    assert desk.total == 100


def test_a_deposit_is_voided_alone_when_it_is_named(desk):
    """The customer brought an empty bottle; the quantity of the full one changes alone then."""
    desk.scan("COLA")
    assert desk.do(cmd.VoidLine(number=2)) == "Voided: Deposit"
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=2000))
    assert desk.total == 300
    assert len(desk.events) == 1


def test_a_quantity_changes_with_its_deposit_from_either_line(desk):
    desk.scan("COLA")
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=3000))
    assert desk.total == 525
    assert desk.do(cmd.ChangeQuantity(number=2, quantity_milli=2000)) == "2 × Cola"
    assert desk.total == 350
