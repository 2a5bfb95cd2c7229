"""A desk where food is eaten here or taken away, and coupons are taken."""

from __future__ import annotations

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.tax import Tax, TaxKind, TaxPolicy
from posframe.kernel.domain.views import FoundCoupon
from tests.kernel.driving import SETTINGS, Desk
from tests.kernel.making import VAT7, VAT19, tax

EAT, TAKE = "eat_in", "take_away"
ON_TOP = tax(8, "sales8", included=False)
CUP = Tax("cup", "Cup levy", 0, kind=TaxKind.FIXED, amount_minor=20, included=False)
BAG = attrs.evolve(CUP, code="bag", label="Bag levy", included=True)
TAXES = {
    ("standard", EAT): (VAT19,),
    ("standard", TAKE): (VAT7,),
    ("reduced", EAT): (VAT7,),
    ("reduced", TAKE): (VAT7, CUP),
    ("on top", EAT): (ON_TOP,),
    ("on top", TAKE): (BAG,),
    ("standard", ""): (VAT19,),
}
"""Pens and cola are had here at 19 %, taken away at 7 %; milk to go bears a levy for its cup, on
top; a lamp one for its bag, which its price then contains."""
WAYS = attrs.evolve(SETTINGS, fulfilments=(EAT, TAKE))


def taxes(question):
    if question.category != "standard" and not question.fulfilment:
        return (VAT7,)
    return TAXES[question.category, question.fulfilment]


def coupons(question):
    """Know the coupons A and B, and many more that begin with M; X is used up."""
    if question.code == "X":
        raise RuleViolation("The coupon is used up", hint="ask for another")
    if question.code in {"A", "B"} or question.code.startswith("M"):
        label = {"A": "Ten off"}.get(question.code, "")
        return FoundCoupon(coupon=f"id-{question.code}", label=label), "promotions"
    return None


def ten_off(question):
    """Take 0.10 off the whole sale for coupon A, while there are goods for it."""
    there = any(each.code == "A" for each in question.sale.coupons)
    worth = question.sale.goods_minor >= 10
    return (OfferRow("ten", "Ten off", -10 if there and worth else 0, plugin="promotions"),)


def desk_of(settings=WAYS, policy=TaxPolicy(), **answers):
    asked = {"FindTaxes": taxes, "FindCoupon": coupons, "PriceSale": ten_off}
    return Desk(settings, policy, **{**asked, **answers})
