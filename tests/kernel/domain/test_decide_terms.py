"""Commands about the terms of a sale: customer, coupons, its total settled."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.decide_terms import COUPONS_MAX
from posframe.kernel.domain.views import FoundCustomer, FoundPrice
from tests.kernel.terms import desk_of


@pytest.fixture
def desk():
    return desk_of()


# Coupons


def test_a_coupon_opens_its_offer_and_taken_back_closes_it(desk):
    desk.scan("PEN")
    assert desk.do(cmd.AddCoupon(code="A")) == "Coupon Ten off"
    assert desk.total == 90
    assert desk.sale.coupons[0].coupon == "id-A"
    assert desk.sale.coupons[0].plugin == "promotions"
    assert desk.do(cmd.RemoveCoupon(code="A")) == "Coupon taken back: Ten off"
    assert (desk.total, desk.sale.coupons) == (100, ())


def test_a_coupon_that_brings_nothing_yet_says_so_and_waits(desk):
    """B brings nothing at all, A nothing before goods are there for it."""
    assert desk.do(cmd.AddCoupon(code="A")) == "Coupon Ten off: nothing yet"
    assert desk.do(cmd.AddCoupon(code="B")) == "Coupon B: nothing yet"
    assert desk.scan("PEN").total == 90


def test_a_code_that_is_no_item_and_no_card_is_tried_as_a_coupon(desk):
    """Also as the first of a sale; a stray scan opens none."""
    assert "C not found" in desk.refused(cmd.AddItem(code="C"))
    assert desk.sale is None
    assert desk.scan("A", "PEN").total == 90
    assert "C not found" in desk.refused(cmd.AddItem(code="C"))


def test_coupons_that_cannot_be_taken_say_why(desk):
    desk.scan("PEN")
    assert "No coupon has the code C" in desk.refused(cmd.AddCoupon(code="C"))
    assert "used up" in desk.refused(cmd.AddCoupon(code="X"))
    desk.do(cmd.AddCoupon(code="A"))
    assert "in the sale already" in desk.refused(cmd.AddCoupon(code="A"))
    assert "in the sale already" in desk.refused(cmd.AddItem(code="A"))
    assert [each.code for each in desk.sale.coupons] == ["A"]


def test_a_sale_takes_so_many_coupons_and_no_more(desk):
    for at in range(COUPONS_MAX):
        desk.do(cmd.AddCoupon(code=f"M{at}"))
    words = desk.refused(cmd.AddCoupon(code="A"))
    assert words == "A sale takes 50 coupons | finish it, then go on"
    desk.do(cmd.RemoveCoupon())
    desk.do(cmd.AddCoupon(code="A"))


def test_without_a_code_the_last_coupon_is_taken_back(desk):
    assert "No sale is open" in desk.refused(cmd.RemoveCoupon())
    desk.scan("PEN", "A", "B")
    assert desk.do(cmd.RemoveCoupon()) == "Coupon taken back: B"
    assert "not in the sale" in desk.refused(cmd.RemoveCoupon(code="B"))
    desk.do(cmd.RemoveCoupon())
    assert "not in the sale" in desk.refused(cmd.RemoveCoupon())


def test_coupons_are_used_up_by_the_sale_that_completes(desk):
    desk.scan("PEN", "A")
    desk.do(cmd.Pay(type="cash"))
    completed = next(each for each in desk.events if isinstance(each, ev.TransactionCompleted))
    assert [each.code for each in completed.coupons] == ["A"]
    assert completed.totals.gross_minor == 90
    assert desk.scan("PEN").sale.coupons == ()


def test_a_coupon_that_would_leave_more_paid_than_due_is_refused(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="cash", amount_minor=95))
    assert "paid already" in desk.refused(cmd.AddCoupon(code="A"))


# Customer


def test_a_customers_groups_are_known_to_price_lists_and_offers(desk):
    """Staff pay 0.80 for a pen; taken off the sale the card takes its price with it."""
    staff = FoundCustomer(customer="c-9", label="Staff", plugin="loyalty", groups=("staff",))
    desk.answers[q.FindCustomer] = lambda asked: staff if asked.code == "card" else None
    listed = attrs.evolve(desk.answers[q.FindItem](cmd.AddItem(code="PEN")).item, listed=True)
    found = attrs.evolve(desk.answers[q.FindItem](cmd.AddItem(code="PEN")), item=listed)
    desk.answers[q.FindItem] = lambda asked: found if asked.code == "PEN" else None
    desk.answers[q.FindPrice] = lambda asked: FoundPrice(
        price_minor=80 if "staff" in asked.groups else 100, price_list="all"
    )
    desk.scan("PEN")
    assert desk.total == 100
    assert desk.do(cmd.SetCustomer(code="card")) == "Customer Staff"
    assert (desk.total, desk.sale.customer_groups) == (80, ("staff",))
    assert desk.do(cmd.SetCustomer(code="")) == "Customer taken off the sale"
    assert (desk.total, desk.sale.customer_groups) == (100, ())
    assert "has no customer" in desk.refused(cmd.SetCustomer(code=""))
    assert "No customer has the card x" in desk.refused(cmd.SetCustomer(code="x"))


def test_a_card_opens_a_sale_and_may_have_no_label(desk):
    assert desk.do(cmd.SetCustomer(code="plain")) == "Customer c-2"
    assert desk.sale.customer == "c-2"


# The total


def better_at_total(question):
    """Save 0.10 at once, 0.30 once the total was asked for, 0.50 for who pays by voucher."""
    sale = question.sale
    minor = 50 if sale.tender_meant == "voucher" else 30 if sale.totalled else 10
    return (OfferRow("solved", "Offers", -minor, plugin="promotions"),)


def kinds(desk):
    return [type(each) for each in desk.events]


def test_the_total_settles_what_more_work_finds():
    desk = desk_of(PriceSale=better_at_total).scan("PEN")
    assert desk.total == 90
    assert desk.do(cmd.Total()) == "The price changed"
    assert kinds(desk) == [ev.Totalled, ev.Repriced]
    assert desk.total == 70
    assert desk.do(cmd.Total()) == ""
    assert (kinds(desk), desk.asked) == ([], [])
    desk.scan("PEN")
    assert desk.total == 170, "what is scanned after is priced with as much work"


def test_a_total_that_finds_nothing_more_is_a_fact_once_and_not_again(desk):
    """What is taken back after it is taken back after the total; nothing was said of a tender."""
    desk.scan("PEN")
    for tender, expected in (("voucher", [ev.Totalled()]), ("", []), ("cash", [])):
        assert desk.do(cmd.Total(tender=tender)) == ""
        assert desk.events == expected
    assert (desk.sale.totalled, desk.sale.tender_meant) == (True, "")
    desk.scan("PEN").do(cmd.Total())
    assert desk.events == []


def test_paying_at_once_needs_no_row_for_a_total_that_changes_nothing(desk):
    desk.scan("PEN")
    desk.do(cmd.Pay(type="cash"))
    assert ev.Totalled not in kinds(desk)


def test_a_total_for_a_tender_brings_its_offers_and_another_takes_them_away():
    desk = desk_of(PriceSale=better_at_total).scan("PEN")
    assert desk.do(cmd.Total(tender="voucher")) == "The price changed"
    assert (desk.total, desk.sale.tender_meant) == (50, "voucher")
    for again in (cmd.Total(tender="voucher"), cmd.Total()):
        assert desk.do(again) == ""
        assert desk.asked == [], "it is settled already"
    assert desk.do(cmd.Total(tender="cash")) == "The price changed"
    assert (desk.total, desk.sale.tender_meant) == (70, "cash")


def test_an_offer_in_other_words_is_recorded_though_the_price_stays():
    """The row differs, the amount does not: nothing to tell the operator."""

    def same_price(question):
        return (OfferRow("a", "A", -10, short_by_minor=0 if question.sale.totalled else 5),)

    desk = desk_of(PriceSale=same_price).scan("PEN")
    assert desk.do(cmd.Total()) == ""
    assert kinds(desk) == [ev.Totalled, ev.Repriced]
    assert desk.sale.basket.offers["a"].short_by_minor == 0


def test_no_answer_from_price_rules_leaves_the_price():
    desk = desk_of(PriceSale=lambda asked: None).scan("PEN")
    assert desk.do(cmd.Total()) == ""


def test_a_total_of_nothing_or_for_no_tender_is_refused(desk):
    assert "No sale is open" in desk.refused(cmd.Total())
    desk.scan("PEN")
    assert "takes no 'cheque'" in desk.refused(cmd.Total(tender="cheque"))
    desk.do(cmd.VoidLine())
    assert "empty" in desk.refused(cmd.Total())


def test_paying_settles_the_price_first_and_shows_a_new_one_before_it_takes_money():
    desk = desk_of(PriceSale=better_at_total).scan("PEN")
    sale = desk.sale
    seen = cmd.Seen(transaction=sale.id, tenders=0, due_minor=sale.due_minor)
    words = desk.do(cmd.Pay(type="voucher", amount_minor=50, seen=seen))
    assert words == "The offers make it 0.50 now: look and press again"
    assert (desk.total, desk.sale.applied) == (50, ())
    seen = attrs.evolve(seen, due_minor=50)
    assert desk.do(cmd.Pay(type="voucher", amount_minor=50, seen=seen)) == "Receipt 1"


def test_an_offer_for_a_tender_is_not_to_be_had_by_a_part_of_the_price():
    """1.00 is 0.50 for a voucher, 0.70 otherwise: 0.10 by voucher, the rest in cash, makes 0.70."""
    desk = desk_of(PriceSale=better_at_total).scan("PEN")
    desk.do(cmd.Pay(type="voucher", amount_minor=10))
    assert desk.total == 50
    desk.do(cmd.Pay(type="cash", amount_minor=30))
    assert (desk.total, desk.sale.tender_meant, desk.sale.due_minor) == (70, "", 30)
    desk.do(cmd.Pay(type="voucher", amount_minor=30))
    completed = next(each for each in desk.events if type(each) is ev.TransactionCompleted)
    assert (completed.totals.gross_minor, completed.tender_meant) == (70, "")


def test_the_last_cent_by_a_tender_brings_none_of_its_offers():
    desk = desk_of(PriceSale=better_at_total).scan("PEN")
    desk.do(cmd.Pay(type="cash", amount_minor=69))
    desk.do(cmd.Pay(type="voucher"))
    completed = next(each for each in desk.events if type(each) is ev.TransactionCompleted)
    assert completed.totals.gross_minor == 70
