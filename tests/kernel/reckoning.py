"""Tax reckoned a second way: in fractions, the net found by trying two and going on in a line."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import strategies as st

from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import Tax, TaxKind
from tests.kernel.making import down, half_up

RULES = {
    Rounding.HALF_UP: half_up,
    Rounding.DOWN: down,
    Rounding.UP: lambda value: math.ceil(value) if value >= 0 else math.floor(value),
}
rates = st.sampled_from(["0", "2.5", "4.225", "5.5", "7", "9.975", "19", "25", "100", "250"])
flags = st.fixed_dictionaries(
    {"included": st.booleans(), "affects_base": st.booleans(), "base_affected": st.booleans()}
)


def fraction(percent):
    return Fraction(str(percent)) / 100


def made(kind, value, at, more):
    """Return a tax of so many percent, or minor units a piece if it is fixed."""
    rate = Fraction(0) if kind is TaxKind.FIXED else fraction(value)
    amount = value if kind is TaxKind.FIXED else 0
    return Tax(
        f"t{at}", f"{value}", rate.numerator, rate.denominator,
        kind=kind, amount_minor=amount, **more,
    )  # fmt: skip


kinds = st.one_of(
    st.tuples(st.just(TaxKind.PERCENT), rates, flags),
    st.tuples(st.just(TaxKind.FIXED), st.integers(0, 500), flags),
    st.tuples(st.just(TaxKind.DIVISION), st.sampled_from(["0.65", "5", "9", "24"]), flags),
)
mixes = st.lists(kinds, max_size=4).map(
    lambda found: tuple(made(*each[:2], at, each[2]) for at, each in enumerate(found))
)
"""Up to four taxes of any kind, in any order; division taxes leave 4 % of a price."""


def taxes_at(net, price, taxes, quantity_milli):
    """Return what taxes come to if net is ``net``, as the format's page defines them."""
    divisions = sum(
        Fraction(each.numerator, each.denominator)
        for each in taxes
        if each.kind is TaxKind.DIVISION
    )
    found, affecting = [], Fraction(0)
    for each in taxes:
        rate = Fraction(each.numerator, each.denominator)
        if each.kind is TaxKind.FIXED:
            minor = Fraction(each.amount_minor * quantity_milli, 1000)
        elif each.kind is TaxKind.DIVISION:
            minor = price * rate if each.included else net * rate / (1 - divisions)
        else:
            minor = rate * (net + (affecting if each.base_affected else 0))
        affecting += minor if each.affects_base else 0
        found.append(minor)
    return found


def exactly(price, taxes, quantity_milli):
    """Return net and taxes of a price, unrounded."""

    def price_at(net):
        found = taxes_at(Fraction(net), Fraction(price), taxes, quantity_milli)
        return Fraction(net) + sum(
            minor for each, minor in zip(taxes, found, strict=True) if each.included
        )

    nothing, one = price_at(0), price_at(1)
    net = (price - nothing) / (one - nothing)
    return net, taxes_at(net, Fraction(price), taxes, quantity_milli)


def line_by_line(price, taxes, quantity_milli, rule):
    """Return net and taxes of a price rounded on the line.

    Each included tax is rounded; net is what they leave; those on top follow from what is printed.
    """
    _, exact = exactly(price, taxes, quantity_milli)
    minors = [rule(each) if tax.included else 0 for tax, each in zip(taxes, exact, strict=True)]
    net = price - sum(minors)
    for at, each in enumerate(taxes):
        if not each.included:
            before = [
                minor if tax.affects_base else 0
                for tax, minor in zip(taxes[:at], minors[:at], strict=True)
            ]
            on_top = taxes_at_base(each, net, sum(before), taxes, quantity_milli)
            minors[at] = rule(on_top)
    return net, minors


def taxes_at_base(each, net, before, taxes, quantity_milli):
    """Return one tax on top of a printed net with the printed taxes before it."""
    if each.kind is TaxKind.PERCENT:
        rate = Fraction(each.numerator, each.denominator)
        return rate * (net + (before if each.base_affected else 0))
    place = taxes.index(each)
    return taxes_at(Fraction(net), Fraction(0), taxes, quantity_milli)[place]
