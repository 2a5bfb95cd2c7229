"""Returning: what comes back to the customer when part of a completed line is returned.

Pure arithmetic on the recorded line alone: no price is looked up and no offer solved again. Whether
a return is allowed, and the transaction it becomes, is decided elsewhere.

A refund is cumulative: once k of the n units sold are back, round(total · k / n) has been refunded,
and a return refunds the difference to what the returns before it did. Rounding each return by
itself loses the penny (a line of three units for 10.00 would refund 3.33 three times: Salesforce's
documentation names it the three-unit problem); this way they end at the total, whatever the order
and the portions.

The savings of an offer were spread over all units of its deals when the sale was priced, so each
unit comes back for what it cost. Were the third pen of "3 for 2" recorded as free, a customer could
return the two that were paid and keep it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.basket import LineKind, PriceAdjustment
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.rounding import Rounding, divide
from posframe.kernel.domain.tax import TaxAmount, net_of, with_bases
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.sale_events import CompletedLine


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnShare(Value):
    """What one return takes back of one line, each amount with the sign that undoes the sale.

    The ledgers agree in every return: list price, adjustments, deal and basket sum to the price,
    which is net and the taxes it includes; gross is net and all taxes.
    """

    number: Annotated[int, 1]
    """The line of the completed sale."""
    quantity_milli: Annotated[int, 2]
    """Negative."""
    list_minor: Annotated[int, 3]
    adjustments: Annotated[tuple[PriceAdjustment, ...], 4]
    """The line's own, each with what is taken back of it."""
    deal_minor: Annotated[int, 5]
    basket_minor: Annotated[int, 6]
    net_minor: Annotated[int, 7]
    gross_minor: Annotated[int, 8]
    """What the customer gets, before any rounding of cash."""
    taxes: Annotated[tuple[TaxAmount, ...], 9]
    """In the order of the line's."""


def returned(sold: CompletedLine, before_milli: int, quantity_milli: int) -> ReturnShare:
    """Return what comes back with ``quantity_milli`` of a line of which ``before_milli`` is back.

    Gross, each tax and each discount follow the cumulative rule, a half away from zero, so that a
    return refunds its share of the gross to less than one minor unit. Net and list price are what
    these leave: in between they may miss their share by half a unit for each amount they are
    reckoned from, with everything back by nothing.

    Raises:
        RuleViolation: the line is itself a return, or the quantity is none or more than is left.
    """
    assert before_milli >= 0, "what came back is counted up"
    _check(sold.line, before_milli, quantity_milli)
    before = _back(sold, before_milli)
    after = _back(sold, before_milli + quantity_milli)
    return ReturnShare(
        number=sold.line.number,
        quantity_milli=-quantity_milli,
        list_minor=before.list_minor - after.list_minor,
        adjustments=tuple(
            attrs.evolve(one, minor=one.minor - other.minor)
            for one, other in zip(before.adjustments, after.adjustments, strict=True)
        ),
        deal_minor=before.deal_minor - after.deal_minor,
        basket_minor=before.basket_minor - after.basket_minor,
        net_minor=before.net_minor - after.net_minor,
        gross_minor=before.gross_minor - after.gross_minor,
        taxes=tuple(
            TaxAmount(one.code, one.base_minor - other.base_minor, one.minor - other.minor)
            for one, other in zip(before.taxes, after.taxes, strict=True)
        ),
    )


def _check(line: LineItem, before_milli: int, quantity_milli: int) -> None:
    sold_milli = line.quantity_milli
    if line.kind is LineKind.RETURN or sold_milli <= 0:
        raise RuleViolation(
            f"Line {line.number} is itself a return", hint="choose a line that was sold"
        )
    if quantity_milli <= 0:
        raise RuleViolation("A return is of more than nothing", hint="type how much comes back")
    left_milli = max(0, sold_milli - before_milli)
    if quantity_milli > left_milli:
        raise RuleViolation(
            f"{format_milli(quantity_milli)} {line.text} cannot come back: of"
            f" {format_milli(sold_milli)} sold {format_milli(left_milli)} can",
            hint="return no more than that; check the receipt",
        )


def _back(sold: CompletedLine, milli: int) -> ReturnShare:
    """Return what is back in all with ``milli`` of the line, each amount signed as it was sold."""
    line, share = sold.line, sold.share

    def part(minor: int) -> int:
        return divide(minor * milli, line.quantity_milli, Rounding.HALF_UP)

    gross = part(share.gross_minor)
    minors = tuple(part(tax.minor) for tax in share.taxes)
    price = gross - sum(
        minor for tax, minor in zip(line.taxes, minors, strict=True) if not tax.included
    )
    taxes = with_bases(price, line.taxes, minors)
    adjustments = tuple(attrs.evolve(each, minor=part(each.minor)) for each in line.adjustments)
    deal, basket = part(line.deal_minor), part(share.basket_minor)
    return ReturnShare(
        number=line.number,
        quantity_milli=milli,
        list_minor=price - deal - basket - sum(each.minor for each in adjustments),
        adjustments=adjustments,
        deal_minor=deal,
        basket_minor=basket,
        net_minor=net_of(price, line.taxes, taxes),
        gross_minor=gross,
        taxes=taxes,
    )
