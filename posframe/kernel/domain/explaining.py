"""Explaining: why a sale comes to what it does, one step an amount. Words for people are elsewhere.

A trace is read off what was recorded, so that it says the same years later, whatever is installed
then. Of each line the steps add up to its gross; over the whole sale, cash rounding included, to
what is paid. Steps named in ``SUMS`` state such a sum and add nothing themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.basket import Basket, LineItem
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.explaining_taxes import tax_steps
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.sharing import basket_shares
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.totals import LineShare, Totals, shares
from posframe.kernel.domain.trace import TraceStep as TraceStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from posframe.kernel.domain.basket import OfferRow, PriceAdjustment
    from posframe.kernel.domain.events import TransactionCompleted
    from posframe.kernel.domain.tax import TaxPolicy
    from posframe.kernel.domain.transaction import Transaction

Inputs = tuple[tuple[str, str], ...]

SUMS = frozenset({"total", "payable"})
"""Steps whose result is the sum of those before them."""

SHARED = "largest_remainder"
"""How an amount is shared over lines, where a step is such a share."""


def trace_of(transaction: Transaction) -> tuple[TraceStep, ...]:
    """Return why the open sale costs what it does, line by line and then as a whole."""
    basket = transaction.basket
    borne = tuple((basket.lines[share.number - 1], share) for share in shares(basket))
    return _trace(_Sale(transaction.currency, basket, borne, transaction.totals,
                        transaction.applied))  # fmt: skip


def trace_of_completed(
    completed: TransactionCompleted, policy: TaxPolicy | None = None
) -> tuple[TraceStep, ...]:
    """Return why a completed sale cost what it did, from its event alone.

    Args:
        completed: the event.
        policy: how the sale rounded its taxes; without it, as the event says.
    """
    borne = tuple((each.line, each.share) for each in completed.lines)
    basket = basket_of(completed, policy)
    return _trace(_Sale(completed.currency, basket, borne, completed.totals, completed.tenders))


def basket_of(completed: TransactionCompleted, policy: TaxPolicy | None = None) -> Basket:
    """Return the basket of a completed sale again; lines that were voided are blank."""
    basket = Basket(completed.policy if policy is None else policy)
    for each in completed.lines:
        while len(basket.lines) + 1 < each.line.number:
            basket = basket.with_line(_blank(len(basket.lines) + 1))
        basket = basket.with_line(each.line)
    offers = {row.offer: row for row in completed.offers}
    return attrs.evolve(basket, offers=offers, adjustments=completed.adjustments)


@attrs.frozen
class _Sale:
    """What a trace is made of."""

    currency: str
    basket: Basket
    lines: tuple[tuple[LineItem, LineShare], ...]
    totals: Totals
    tenders: tuple[Tender, ...]

    def major(self, minor: int) -> str:
        """Write an amount as the format and people do."""
        return format_minor(minor, exponent(self.currency))


def _blank(number: int) -> LineItem:
    return LineItem(number=number, sku="", text="", unit_price_minor=0, list_minor=0, voided=True)


def _trace(sale: _Sale) -> tuple[TraceStep, ...]:
    whole = _whole_by_line(sale)
    offers = _offers_by_line(sale.basket.offers.values())
    steps: list[TraceStep] = []
    for line, share in sale.lines:
        steps.append(_price(sale, line))
        steps += (_adjustment(sale, line, each) for each in line.adjustments)
        steps += (_offer(sale, row, minor, line) for row, minor in offers.get(line.number, ()))
        steps += _whole(sale, line, share, whole.get(line.number, {}))
        steps += tax_steps(line, share, sale.basket.policy, sale.major)
    return (*steps, *_sums(sale))


def _price(sale: _Sale, line: LineItem) -> TraceStep:
    """Explain the list price: whose it is, of how much, for how much."""
    quantity = format_milli(line.quantity_milli)
    price = sale.major(line.unit_price_minor)
    inputs = [("quantity", quantity), ("unit", line.unit), ("price", price)]
    per = ""
    if line.price_per_milli != 1000:
        inputs.append(("per", format_milli(line.price_per_milli)))
        per = f" for {inputs[-1][1]} {line.unit}"
    rule = f"{quantity} {line.unit} at {price}{per}"
    if line.price_version:
        inputs.append(("version", str(line.price_version)))
    step, source = "price", line.price_list or "catalogue"
    if line.original and line.back is not None:
        receipt = str(line.back.receipt_number)
        inputs.append(("receipt", receipt))
        rule = f"{rule}, as sold on receipt {receipt}: its share of what that line came to"
        source = "return"
    if line.catalogue_price_minor is not None:
        step, source = "override", line.override_reason
        before = sale.major(line.catalogue_price_minor)
        inputs.append(("catalogue", before))
        reason = f": {line.override_reason}" if line.override_reason else ""
        rule = f"{rule}, in place of {before}{reason}"
    rounding = Rounding.HALF_UP.value
    return TraceStep(step, source, rule, tuple(inputs), rounding, line.list_minor, line.number)


def _adjustment(sale: _Sale, line: LineItem, adjustment: PriceAdjustment) -> TraceStep:
    rule, inputs, rounding = _asked(sale, adjustment)
    if line.original:
        rule = f"share of what was taken off when it was sold: {adjustment.label}"
        inputs, rounding = (), Rounding.HALF_UP.value
    return TraceStep(
        "adjustment", adjustment.id, rule, inputs, rounding, adjustment.minor, line.number
    )


def _asked(sale: _Sale, adjustment: PriceAdjustment) -> tuple[str, Inputs, str]:
    """Return what was asked for by hand as words, as inputs, and how it is rounded."""
    reason = f": {adjustment.reason}" if adjustment.reason else ""
    inputs = (("reason", adjustment.reason),) if adjustment.reason else ()
    if adjustment.kind == "percent":
        percent = format_milli(adjustment.value)
        rounding = sale.basket.policy.rounding.value
        return f"{percent} % off{reason}", (("percent", percent), *inputs), rounding
    amount = sale.major(adjustment.value)
    return f"{amount} off{reason}", (("amount", amount), *inputs), ""


def _offers_by_line(rows: Iterable[OfferRow]) -> dict[int, list[tuple[OfferRow, int]]]:
    found: dict[int, list[tuple[OfferRow, int]]] = {}
    for row in rows:
        for number, minor in row.shares:
            if minor:
                found.setdefault(number, []).append((row, minor))
    return found


def _offer(sale: _Sale, row: OfferRow, minor: int, line: LineItem) -> TraceStep:
    inputs: Inputs = (("saving", sale.major(-row.minor)), ("applications", str(row.applications)))
    if row.short_by_minor:
        inputs = (*inputs, ("short_by", sale.major(row.short_by_minor)))
    rule = row.rule or row.label
    return TraceStep("offer", row.offer, rule, inputs, Rounding.HALF_UP.value, minor, line.number)


def _whole_by_line(sale: _Sale) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for source, given in basket_shares(sale.basket):
        for number, minor in given:
            found.setdefault(number, {})[source] = minor
    return found


def _whole(
    sale: _Sale, line: LineItem, share: LineShare, sources: Mapping[str, int]
) -> Iterator[TraceStep]:
    """Explain a line's share of what was taken off the whole sale.

    What the line bore was recorded as one amount. An older posframe may have shared it otherwise:
    then it stays one.
    """
    if sum(sources.values()) != share.basket_minor:
        rule = "share of what was taken off the whole sale"
        yield TraceStep("basket", "", rule, (), SHARED, share.basket_minor, line.number)
        return
    asked = {each.id: each for each in sale.basket.adjustments}
    for source, minor in sources.items():
        if source in asked:
            words, inputs, _ = _asked(sale, asked[source])
            whole = ("amount_of_all", sale.major(-asked[source].minor))
            rule = f"{words}, of the whole sale"
            step = "basket"
        else:
            row = sale.basket.offers[source]
            whole, inputs = ("saving", sale.major(-row.minor)), ()
            rule, step = row.rule or row.label, "offer"
        yield TraceStep(step, source, rule, (*inputs, whole), SHARED, minor, line.number)


def _sums(sale: _Sale) -> Iterator[TraceStep]:
    """State the total, then what rounding of cash makes of it."""
    totals = sale.totals
    inputs = (
        ("list", sale.major(totals.list_minor)),
        ("discount", sale.major(totals.discount_minor)),
        ("net", sale.major(totals.net_minor)),
        ("tax", sale.major(totals.tax_minor)),
    )
    gross = totals.gross_minor
    yield TraceStep("total", "gross", "the sum of all lines", inputs, "", gross)
    rounded = [tender for tender in sale.tenders if tender.rounding_minor]
    for tender in rounded:
        paid = ("applied", sale.major(tender.applied_minor))
        rule = f"{tender.label} is paid in whole coins"
        yield TraceStep("rounding", tender.type, rule, (paid,), "", tender.rounding_minor)
    if rounded:
        due = gross + sum(tender.rounding_minor for tender in rounded)
        yield TraceStep("payable", "gross", "the total after rounding", (), "", due)
