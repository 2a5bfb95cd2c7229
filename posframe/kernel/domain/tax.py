"""Tax: what a tax is, and what the taxes of one line make of its price.

Which taxes an item bears is a plugin's answer (``posframe_tax_profile``); how one price is reckoned
is here, how the taxes of a whole sale are rounded in ``tax_rounding``. Amounts are integers of the
minor unit, rates exact fractions; every division names its rounding.

The taxes of a line are applied in the order it lists them, and are reckoned from its net N:

* percent: rate · (N + the taxes before it that affect the base, unless it takes no part in that);
* fixed: its amount for each unit of the quantity;
* division: on top, N · rate / (1 - the rates of all division taxes of the line); included, the
  price · rate;
* the price is N and every included tax.

These equations are solved exactly, once for each list of taxes, for any price and quantity.
"""

from __future__ import annotations

import enum
import functools
import math
from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.kernel.domain.rounding import Rounding, divide
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence


class RoundAt(enum.Enum):
    """Where tax is rounded; the choice is recorded when a transaction opens."""

    LINE = "line"
    RATE = "rate"
    DOCUMENT = "document"


@attrs.frozen(eq=False, repr=False)
class TaxPolicy(Value):
    """How one transaction rounds its taxes."""

    round_at: Annotated[RoundAt, 1] = RoundAt.LINE
    rounding: Annotated[Rounding, 2] = Rounding.HALF_UP


class TaxKind(enum.Enum):
    """What a tax is reckoned from."""

    PERCENT = "percent"
    """A rate of the base."""
    FIXED = "fixed"
    """An amount for each unit; no discount makes it less."""
    DIVISION = "division"
    """A share of the price with tax: net · r / (100 - sum of such rates), or price · r / 100."""


class Treatment(enum.Enum):
    """Why a tax is what it is; one of nothing says which kind of nothing."""

    TAXED = "taxed"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
    REVERSE_CHARGE = "reverse_charge"


@attrs.frozen(eq=False, repr=False)
class Tax(Value):
    """One tax an item bears, applied in the order an item lists them."""

    code: Annotated[str, 1]
    label: Annotated[str, 2]
    numerator: Annotated[int, 3]
    """The rate as an exact fraction: 19 % is 19/100. Of a fixed tax: 0."""
    denominator: Annotated[int, 4] = 100
    included: Annotated[bool, 5] = True
    """True: the price contains it."""
    kind: Annotated[TaxKind, 6] = TaxKind.PERCENT
    amount_minor: Annotated[int, 7] = 0
    """Of a fixed tax: what one unit bears."""
    affects_base: Annotated[bool, 8] = False
    """True: it raises the base of the taxes after it."""
    base_affected: Annotated[bool, 9] = True
    """False: those before it do not raise its own."""
    treatment: Annotated[Treatment, 10] = Treatment.TAXED
    reason: Annotated[str, 11] = ""
    """Why nothing is due: words for the receipt, with the code a law asks for."""
    entity: Annotated[str, 12] = ""
    """The legal entity that sells and owes it; empty: the till's own."""

    def __hash__(self) -> int:
        """Hash by code alone: solved equations are looked up by taxes on every scan."""
        return hash(self.code)


@attrs.frozen(eq=False, repr=False)
class TaxAmount(Value):
    """One tax of a line or of a sale: what it is reckoned on, and how much it is."""

    code: Annotated[str, 1]
    base_minor: Annotated[int, 2]
    """What the rate applies to: net, with the taxes before it that raise its base."""
    minor: Annotated[int, 3]


Taxes = tuple[Tax, ...]
TaxKey = tuple[str | int, ...]
TaxKeys = tuple[TaxKey, ...]
Exact = tuple[int, int]
"""An exact fraction: numerator, and denominator, which is positive."""

# A global is read twice as fast as an enum member on CPython 3.11, and these are on every scan.
_PERCENT = TaxKind.PERCENT
_TAXED = Treatment.TAXED

_RATE_SCALE = 10**12
"""Rates differ by more than a part of this, so that scaled ones sort as they do."""


def tax_key(tax: Tax) -> TaxKey:
    """Return what makes a tax the same on two lines, in the order of receipts: code, then rate.

    Everything but its label, which changes no amount.
    """
    rate = tax.numerator * _RATE_SCALE // tax.denominator
    plain = (tax.code, rate, tax.numerator, tax.denominator, tax.included)
    if _is_plain(tax):
        return plain
    return (
        *plain,
        tax.kind.value,
        tax.amount_minor,
        tax.affects_base,
        tax.base_affected,
        tax.treatment.value,
        tax.reason,
        tax.entity,
    )


@functools.lru_cache(maxsize=1024)
def tax_keys(taxes: Taxes) -> TaxKeys:
    """Return the keys of all taxes of a line; remembered, for they are asked on every scan."""
    return tuple(map(tax_key, taxes))


def taxes_of(
    amount_minor: int, taxes: Taxes, rounding: Rounding, quantity_milli: int
) -> tuple[TaxAmount, ...]:
    """Split ``amount_minor``, a price after all discounts, into the taxes it bears.

    Each is rounded once. Included ones are taken out of the price together, and net is what they
    leave of it; those on top are reckoned on that net and on the amounts before them, as printed.

    A price below its own fixed taxes has a negative net: nothing is hidden. Whoever gives discounts
    keeps within ``discountable_part``.
    """
    minors = tax_minors(amount_minor, taxes, rounding, quantity_milli)
    return with_bases(amount_minor, taxes, minors)


def tax_minors(
    amount_minor: int, taxes: Taxes, rounding: Rounding, quantity_milli: int
) -> tuple[int, ...]:
    """Return what ``taxes_of`` gives, without the bases: for sums, on every scan."""
    if len(taxes) == 1 and taxes[0].kind is _PERCENT:  # the usual case, apart for speed
        tax = taxes[0]
        whole = tax.denominator + tax.numerator if tax.included else tax.denominator
        return (divide(amount_minor * tax.numerator, whole, rounding),)
    terms = _terms(taxes)
    minors = [
        divide(by_price * amount_minor + by_quantity * quantity_milli, terms.scale, rounding)
        if tax.included
        else 0
        for tax, (by_price, by_quantity) in zip(taxes, terms.taxes, strict=True)
    ]
    net = amount_minor - sum(minors)
    raised = net
    for at, tax in enumerate(taxes):
        if not tax.included:
            top, bottom = terms.shares[at]
            minors[at] = divide(_base(tax, net, raised, quantity_milli) * top, bottom, rounding)
        raised += minors[at] if tax.affects_base else 0
    return tuple(minors)


def exact_taxes(amount_minor: int, taxes: Taxes, quantity_milli: int) -> tuple[Exact, ...]:
    """Return the taxes of ``amount_minor``, unrounded, over one denominator.

    They are linear in price and quantity: of the sums over lines of equal taxes they are the sums.
    """
    terms = _terms(taxes)
    return tuple(
        (by_price * amount_minor + by_quantity * quantity_milli, terms.scale)
        for by_price, by_quantity in terms.taxes
    )


def with_bases(amount_minor: int, taxes: Taxes, minors: Sequence[int]) -> tuple[TaxAmount, ...]:
    """Return taxes of a price that come to ``minors`` with what each is reckoned on."""
    net = amount_minor
    for tax, minor in zip(taxes, minors, strict=True):
        if tax.included:
            net -= minor
    raised, parts = net, []
    for tax, minor in zip(taxes, minors, strict=True):
        is_raised = tax.base_affected and tax.kind is not TaxKind.DIVISION
        parts.append(TaxAmount(tax.code, raised if is_raised else net, minor))
        raised += minor if tax.affects_base else 0
    return tuple(parts)


def discountable_part(amount_minor: int, taxes: Taxes, quantity_milli: int) -> int:
    """Return what discounts may take off a price: what it is above the price of a net of nothing.

    Fixed taxes are not discounted. Where the price contains one, it stays, with the taxes that it
    raises: a bottle of 12.10 that holds 1.00 a piece and 21 % on both can lose 10.89, not more. A
    price below that can lose nothing. Zero or positive, rounded down, for sales only.
    """
    if len(taxes) == 1 and taxes[0].kind is _PERCENT:
        return max(0, amount_minor)
    by_price, by_quantity = _terms(taxes).net
    if not by_quantity or not by_price:
        return max(0, amount_minor)
    return max(0, amount_minor - divide(-by_quantity * quantity_milli, by_price, Rounding.UP))


def net_of(amount_minor: int, taxes: Taxes, amounts: Sequence[TaxAmount]) -> int:
    """Return the part of ``amount_minor`` that is not tax."""
    return amount_minor - sum(
        part.minor for tax, part in zip(taxes, amounts, strict=True) if tax.included
    )


def gross_of(amount_minor: int, taxes: Taxes, amounts: Sequence[TaxAmount]) -> int:
    """Return ``amount_minor`` with the taxes the price does not contain."""
    return amount_minor + sum(
        part.minor for tax, part in zip(taxes, amounts, strict=True) if not tax.included
    )


def taxes_problem(taxes: Taxes) -> str:
    """Say why the taxes of one item cannot be reckoned together; empty: they can."""
    if len({tax.code for tax in taxes}) < len(taxes):
        return "two of its taxes have one code"
    if len({tax.entity for tax in taxes}) > 1:
        return "its taxes are owed by more than one legal entity"
    divisions = [tax for tax in taxes if tax.kind is TaxKind.DIVISION]
    left, _ = _rest(divisions)
    if left < 0 or (left == 0 and not all(tax.included for tax in divisions)):
        return "its division taxes leave nothing of the price"
    return ""


@attrs.frozen(eq=False, repr=False)
class _Terms(Value):
    """A list of taxes solved: what each is of a price and of a quantity, over ``scale``."""

    scale: int
    net: tuple[int, int]
    """Of the price, and of the quantity in thousandths."""
    taxes: tuple[tuple[int, int], ...]
    shares: tuple[Exact, ...]
    """What each is of its own base."""


_Form = tuple[int, int, int]
"""So much of net, of the price and of the quantity in thousandths."""


@functools.lru_cache(maxsize=1024)
def _terms(taxes: Taxes) -> _Terms:
    """Solve for net: price = net + the included taxes, each a form of net, price and quantity."""
    rest = _rest([tax for tax in taxes if tax.kind is TaxKind.DIVISION])
    shares = tuple(_share(tax, rest) for tax in taxes)
    scale, forms = _forms(taxes, shares)
    inside = [form for tax, form in zip(taxes, forms, strict=True) if tax.included]
    bottom = scale + sum(of_net for of_net, _, _ in inside)
    by_price = scale - sum(of_price for _, of_price, _ in inside)
    by_quantity = -sum(of_quantity for _, _, of_quantity in inside)
    solved = [
        (of_net * by_price + of_price * bottom, of_net * by_quantity + of_quantity * bottom)
        for of_net, of_price, of_quantity in forms
    ]
    whole = [(by_price * scale, by_quantity * scale), *solved]
    common = math.gcd(scale * bottom, *(number for pair in whole for number in pair))
    net, *parts = [(price // common, quantity // common) for price, quantity in whole]
    return _Terms(scale * bottom // common, net, tuple(parts), shares)


def _forms(taxes: Taxes, shares: tuple[Exact, ...]) -> tuple[int, list[_Form]]:
    """Return each tax as a form, all over one scale, from the first to the last."""
    scale = 1
    forms: list[_Form] = []
    for at, tax in enumerate(taxes):
        affecting = [form for other, form in zip(taxes, forms, strict=False) if other.affects_base]
        base = _base_form(tax, scale, affecting)
        top, bottom = shares[at]
        forms = [(net * bottom, price * bottom, each * bottom) for net, price, each in forms]
        forms.append((base[0] * top, base[1] * top, base[2] * top))
        scale *= bottom
    return scale, forms


def _base_form(tax: Tax, scale: int, affecting: list[_Form]) -> _Form:
    if tax.kind is TaxKind.FIXED:
        return 0, 0, scale
    if tax.kind is TaxKind.DIVISION:
        return (0, scale, 0) if tax.included else (scale, 0, 0)
    if not tax.base_affected:
        return scale, 0, 0
    net, price, quantity = (sum(column) for column in zip((scale, 0, 0), *affecting, strict=True))
    return net, price, quantity


def _base(tax: Tax, net: int, raised: int, quantity_milli: int) -> int:
    """Return what a tax on top is a share of, when net and the taxes before it are known."""
    if tax.kind is TaxKind.FIXED:
        return quantity_milli
    return raised if tax.base_affected and tax.kind is TaxKind.PERCENT else net


def _share(tax: Tax, rest: Exact) -> Exact:
    """Return a tax as a fraction of its base; ``rest``: what division taxes leave of a price."""
    if tax.kind is TaxKind.FIXED:
        return tax.amount_minor, 1000
    if tax.kind is TaxKind.PERCENT or tax.included:
        return tax.numerator, tax.denominator
    assert rest[0] > 0, "division taxes of a price leave something of it: taxes_problem"
    return tax.numerator * rest[1], tax.denominator * rest[0]


def _rest(divisions: Sequence[Tax]) -> Exact:
    """Return what division taxes leave of a price with tax: 1 - the sum of their rates."""
    bottom = math.lcm(*(tax.denominator for tax in divisions))
    return bottom - sum(tax.numerator * bottom // tax.denominator for tax in divisions), bottom


def _is_plain(tax: Tax) -> bool:
    """Tell whether a tax is as most are: a rate of net, for the till's own account."""
    return (
        tax.kind is _PERCENT
        and tax.treatment is _TAXED
        and not (tax.amount_minor or tax.affects_base or tax.reason or tax.entity)
        and tax.base_affected
    )
