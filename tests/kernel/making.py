"""Taxes, lines and baskets in a few words, and a plain recomputation of what they come to."""

from __future__ import annotations

from fractions import Fraction

import attrs

from posframe.kernel.domain.basket import Basket, LineItem, LineKind, PriceAdjustment
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, Tax, TaxPolicy


def tax(percent, code="", *, included=True):
    """Return a tax of so many percent, as a text or a number without binary traps."""
    rate = Fraction(str(percent)) / 100
    sign = "in" if included else "on"
    return Tax(
        code or f"{sign}{percent}", f"{percent} %", rate.numerator, rate.denominator, included
    )


VAT19, VAT7 = tax(19, "vat19"), tax(7, "vat7")
ADDED10, ADDED23 = tax(10, "sales10", included=False), tax(23, "sales23", included=False)
STATE, CITY = tax("4.225", "state", included=False), tax("2.5", "city", included=False)
POLICIES = [TaxPolicy(at, rule) for at in RoundAt for rule in (Rounding.HALF_UP, Rounding.DOWN)]


def line(number, minor, *taxes, kind=LineKind.SALE, quantity=1, off=(), **more):
    """Return a line of so many pieces at ``minor`` each, ``off`` taken off it by hand."""
    values = {
        "sku": f"S{minor}",
        "text": f"Item {minor}",
        "quantity_milli": quantity * 1000,
        "unit_price_minor": minor,
        "list_minor": minor * quantity,
        "adjustments": tuple(by_hand(-each, f"line-{at}") for at, each in enumerate(off)),
    }
    return LineItem(number=number, taxes=tuple(taxes), kind=kind, **{**values, **more})


def by_hand(minor, id_="manual"):
    """Return a discount that comes to ``minor``, which is negative."""
    return PriceAdjustment(id_, "amount", -minor, minor, "Discount")


def basket_of(lines, policy=TaxPolicy(), *, off=0, offers=()):
    """Return a basket with ``lines`` renumbered, ``off`` taken off the whole."""
    basket = Basket(policy)
    for number, each in enumerate(lines, start=1):
        basket = basket.with_line(attrs.evolve(each, number=number))
    if off:
        basket = attrs.evolve(basket, adjustments=(by_hand(-off),))
    return basket.with_offers(tuple(offers), ()) if offers else basket


def half_up(value):
    """Round a fraction to the nearest whole number, a half away from zero."""
    value = Fraction(value)
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def down(value):
    """Round a fraction toward zero."""
    return int(Fraction(value))


RULES = {Rounding.HALF_UP: half_up, Rounding.DOWN: down}
