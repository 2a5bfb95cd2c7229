"""Coupons: what a code opens, for whom, how often; through commands and restarts."""

from __future__ import annotations

import attrs
import pytest

from posframe import FoundCoupon, Recorded, SaleView, commands, hookimpl
from posframe_promotions.model import MODEL

COUPON = """
[[offer]]
id = "five"
label = "Five off"
kind = "basket_amount"
amount = "5.00"
"""


def present(code):
    return commands.AddCoupon(code=code)


def test_a_coupon_opens_its_offer_and_taking_it_back_closes_it(desk_of):
    """Capitals do not matter; a scanned code that is no item is tried as a coupon."""
    desk = desk_of(COUPON + "coupon = true\n")
    desk.scan("INK")
    assert desk.offers_given == {}
    desk.do(present("Five"))
    assert desk.offers_given == {"five": 500}
    desk.do(commands.RemoveCoupon(code="Five"))
    assert desk.offers_given == {}
    desk.do(commands.AddItem(code="FIVE"))
    assert desk.offers_given == {"five": 500}
    assert "has its coupon already" in desk.refused(present("five"))


def test_a_code_that_no_offer_has_is_no_coupon(desk_of):
    """It is left to others, and then to a sentence."""
    desk = desk_of(COUPON + "coupon = true\n")
    desk.scan("INK")
    assert "No coupon has the code SIX" in desk.refused(present("SIX"))


def test_a_single_use_code_is_used_up_by_the_sale_that_completes_with_it(desk_of):
    """Also after a restart; the other code is good still."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA", "BB"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("aa"))
    desk.pay()
    desk.scan("INK")
    assert desk.refused(present("AA")) == (
        "The coupon AA is used up (each is good once; go on without it)"
    )
    desk.open()
    assert "used up" in desk.refused(present("AA"))
    desk.do(present("BB"))
    assert desk.offers_given == {"five": 500}


def test_a_code_presented_in_a_held_sale_is_used_up_until_that_is_cancelled(desk_of):
    """Else two baskets could be paid with one coupon."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    desk.do(commands.Suspend())
    desk.scan("INK")
    assert "used up" in desk.refused(present("AA"))
    desk.do(commands.Suspend())
    desk.do(commands.Resume(place=1))
    desk.do(commands.Cancel())
    desk.do(commands.Resume(place=1))
    desk.do(present("AA"))
    assert desk.offers_given == {"five": 500}


def test_a_code_that_gave_nothing_is_not_used_up(desk_of):
    """Its offer asks for more than was bought."""
    desk = desk_of(COUPON + 'spend = "20"\ncoupon = { codes = ["AA"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    assert desk.offers_given == {}
    desk.pay()
    desk.scan("INK", "INK")
    desk.do(present("AA"))
    assert desk.offers_given == {"five": 500}


def test_a_sale_for_training_uses_no_coupon_up(desk_of):
    """What it presented is free again all the same."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    desk.pay()
    (completed,) = desk.events("sale.Completed")

    def done(event):
        row = Recorded(1, 1, "c", "sale.Completed", 1, 0, "", "1", event.transaction, event)
        return [name for name, _ in MODEL.apply(row)]

    assert done(completed) == ["close", "use"]
    assert done(attrs.evolve(completed, training=True)) == ["close"]


def test_the_codes_of_an_offer_can_be_limited_together(desk_of):
    """Two codes, one use."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA", "BB"], limit = 1 }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    desk.pay()
    desk.scan("INK")
    assert "The coupons for Five off are used up" in desk.refused(present("BB"))


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ('from = "2100-01-01"', "is not valid now"),
        ('until = "2000-01-01"', "has expired"),
        ("per_member = 1", "is for members (scan the customer's card first)"),
        ('customers = ["card:1"]', "is for members"),
    ],
)
def test_a_coupon_that_is_not_for_now_or_not_for_this_sale_is_refused(desk_of, terms, words):
    """With what to do instead."""
    desk = desk_of(COUPON + f"coupon = {{ {terms} }}\n")
    desk.scan("INK")
    assert words in desk.refused(present("five"))


def test_a_coupon_of_an_offer_that_is_over_has_expired(desk_of):
    """Though the code itself has no end."""
    desk = desk_of(COUPON + 'coupon = true\nuntil = "2000-01-01"\n')
    desk.scan("INK")
    assert "has expired" in desk.refused(present("five"))


def customer(card):
    return commands.SetCustomer(code=card)


def test_a_coupon_of_another_customer_is_refused_and_stops_the_sale_if_the_card_changes(
    with_cards,
):
    """Nothing is given with the wrong card, and the sale closes only without the coupon."""
    desk = with_cards(COUPON + 'coupon = { customers = ["CARD-A"] }\n')
    desk.scan("INK")
    desk.do(customer("CARD-B"))
    assert "another customer's" in desk.refused(present("five"))
    desk.do(customer("CARD-A"))
    desk.do(present("five"))
    assert desk.offers_given == {"five": 500}
    desk.do(customer("CARD-B"))
    assert desk.offers_given == {}
    assert "another customer's" in desk.refused(commands.Pay(type="cash"))
    desk.do(commands.RemoveCoupon(code="five"))
    desk.pay()


def test_a_member_uses_a_coupon_as_often_as_it_says(with_cards):
    """Another member still may; a change of card in between is noticed at completion."""
    desk = with_cards(COUPON + "coupon = { per_member = 1 }\n")
    desk.scan("INK")
    desk.do(customer("CARD-A"))
    desk.do(present("five"))
    desk.pay()
    desk.scan("INK")
    desk.do(customer("CARD-A"))
    assert "This customer has used the coupon" in desk.refused(present("five"))
    desk.do(customer("CARD-B"))
    desk.do(present("five"))
    desk.do(customer("CARD-A"))
    assert "This customer has used the coupon" in desk.refused(commands.Pay(type="cash"))
    desk.do(customer("CARD-B"))
    desk.pay()


class Vouchers:
    """Another plugin with coupons of its own."""

    criticality = "required"

    @hookimpl
    def posframe_identify_coupon(self, code: str, sale: SaleView, at_us: int) -> FoundCoupon | None:
        return FoundCoupon(coupon="five") if code == "OTHER" else None


def test_coupons_of_other_plugins_are_left_alone(desk_of):
    """Even of the same name: they open nothing, are checked by nobody here and used up nowhere."""
    desk = desk_of(COUPON + "coupon = { codes = ['AA'], limit = 1 }\n")
    hooks = desk.till.hooks
    plugin = attrs.evolve(hooks.plugins[0], name="vouchers", plugin=Vouchers())
    hooks._calls["posframe_identify_coupon"].append(
        (plugin, plugin.plugin.posframe_identify_coupon)
    )
    desk.scan("INK")
    desk.do(present("OTHER"))
    assert desk.offers_given == {}
    desk.do(present("AA"))
    desk.pay()
    uses = desk.till.call(
        lambda: desk.till.parts.journal.query("SELECT code FROM promotions_used", ())
    )
    assert uses == [("AA",)]


def test_a_coupon_whose_offer_is_gone_after_a_restart_stops_nothing(desk_of):
    """It gives nothing any more, and the sale closes."""
    desk = desk_of(COUPON + "coupon = { limit = 1 }\n")
    desk.scan("INK")
    desk.do(present("five"))
    desk.open("")
    desk.scan("INK")
    assert desk.offers_given == {}
    desk.pay()


def test_a_coupon_of_a_sale_that_was_undone_is_good_again(desk_of):
    """A return leaves it used up: the goods came back for what they cost with it."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA", "BB"], single_use = true }\n')
    for code, undo in (
        ("aa", commands.Return(receipt_number=1)),
        ("bb", commands.PostVoid(approver="anna")),
    ):
        desk.scan("INK")
        desk.do(present(code))
        desk.pay()
        desk.do(undo)
        if desk.till.state.transaction is not None:
            desk.pay()
    desk.scan("INK")
    assert "used up" in desk.refused(present("aa"))
    desk.do(present("bb"))
    assert desk.offers_given == {"five": 500}
