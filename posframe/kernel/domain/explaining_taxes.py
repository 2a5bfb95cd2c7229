"""Explaining taxes: what each tax of a line is reckoned from, and where it was rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.basket import given_minors
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.tax import RoundAt, TaxKind, Treatment
from posframe.kernel.domain.trace import TraceStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.tax import Tax, TaxPolicy
    from posframe.kernel.domain.totals import LineShare

_POINTS = {
    RoundAt.LINE: "",
    RoundAt.RATE: ", rounded once for all lines and shared",
    RoundAt.DOCUMENT: ", all taxes rounded together and shared",
}


def tax_steps(
    line: LineItem, share: LineShare, policy: TaxPolicy, major: Callable[[int], str]
) -> Iterator[TraceStep]:
    """Yield the steps from a line's price to its gross.

    First what the price contains is taken out of it, which leaves net, then each tax is added.

    Args:
        line: the line, with its taxes.
        share: what it bears in the end.
        policy: where and how tax is rounded.
        major: writes an amount in major units.
    """
    parts = tuple(zip(line.taxes, share.taxes, strict=True))
    inside = sum(part.minor for tax, part in parts if tax.included)
    if inside:
        price = (("price", major(share.net_minor + inside)), ("net", major(share.net_minor)))
        rule = "the taxes it contains, taken out of the price"
        yield TraceStep("net", "tax", rule, price, "", -inside, line.number)
    for tax, part in parts:
        inputs = (
            *_inputs(tax, major),
            ("base", major(part.base_minor)),
            ("rounded", policy.round_at.value),
        )
        rule = f"{_words(tax, line, major)}{_POINTS[policy.round_at]}"
        if given_minors(line) is not None:
            rule = f"{_words(tax, line, major)}, its share of what was charged when it was sold"
        rounding = policy.rounding.value
        yield TraceStep("tax", tax.code, rule, inputs, rounding, part.minor, line.number)


def _inputs(tax: Tax, major: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    known = [("kind", tax.kind.value), ("included", "yes" if tax.included else "no")]
    if tax.kind is TaxKind.FIXED:
        known.append(("amount", major(tax.amount_minor)))
    else:
        known.append(("rate", Rate(tax.numerator, tax.denominator).percent_text))
    if tax.treatment is not Treatment.TAXED:
        known.append(("treatment", tax.treatment.value))
    if tax.reason:
        known.append(("reason", tax.reason))
    if tax.entity:
        known.append(("entity", tax.entity))
    return tuple(known)


def _words(tax: Tax, line: LineItem, major: Callable[[int], str]) -> str:
    """Return what a tax is, in words."""
    if tax.treatment is not Treatment.TAXED:
        words = tax.treatment.value.replace("_", " ")
        return f"{words}: {tax.reason}" if tax.reason else words
    place = "in the price" if tax.included else "on top"
    if tax.kind is TaxKind.FIXED:
        quantity = format_milli(line.quantity_milli)
        return f"{major(tax.amount_minor)} a unit for {quantity}, {place}"
    percent = Rate(tax.numerator, tax.denominator).percent_text
    if tax.kind is TaxKind.DIVISION:
        return f"{percent} % of the price with tax, {place}"
    return f"{percent} % of its base, {place}"
