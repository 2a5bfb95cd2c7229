"""The tax table of a receipt: each tax once, what it is reckoned on, and who owes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.entities import totals_by_entity
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.receipt import Align, Cell, Columns, Rule, Section, Text
from posframe.kernel.domain.tax import TaxKind, Treatment, tax_key
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe.kernel.domain.events import TransactionCompleted
    from posframe.kernel.domain.receipt import Block
    from posframe.kernel.domain.tax import Tax, TaxAmount, TaxKey


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Seller(Value):
    """A legal entity as a receipt names it."""

    name: str
    tax_number: str = ""
    address: tuple[str, ...] = ()


def tax_section(
    completed: TransactionCompleted, sellers: Mapping[str, Seller], exponent: int
) -> Section:
    """Return the tax table; where another entity than the till's own sold, one for each seller.

    Args:
        completed: what was sold.
        sellers: by entity; under the empty id the till's own. One that is not there any more is
            named by its id.
        exponent: decimals of the currency.
    """
    marks = tax_marks(completed.taxes)
    if all(not tax.entity for tax in completed.taxes):
        rows = _rows(completed.taxes, completed.totals.taxes, marks, exponent)
        return Section("taxes", (Rule(), *rows) if rows else ())
    blocks: list[Block] = []
    for entity, sums in totals_by_entity(completed.lines):
        taxes = (tax for tax in completed.taxes if tax.entity == entity)
        blocks += [Rule(), *_seller(sellers.get(entity, Seller(name=entity)))]
        blocks += _rows(taxes, sums.taxes, marks, exponent)
        gross = Cell(format_minor(sums.gross_minor, exponent), align=Align.RIGHT)
        blocks.append(Columns((Cell("Sum"), gross), bold=True))
    return Section("taxes", tuple(blocks))


def tax_marks(taxes: Iterable[Tax]) -> dict[TaxKey, str]:
    """Give each tax of the receipt a letter, in their fixed order."""
    return {tax_key(tax): chr(ord("A") + at % 26) for at, tax in enumerate(taxes)}


def _seller(seller: Seller) -> list[Block]:
    blocks: list[Block] = [Text(seller.name, bold=True)] if seller.name else []
    blocks.extend(Text(line) for line in (*seller.address, seller.tax_number) if line)
    return blocks


def _rows(
    taxes: Iterable[Tax], parts: Iterable[TaxAmount], marks: Mapping[TaxKey, str], exponent: int
) -> list[Block]:
    blocks: list[Block] = []
    for tax, part in zip(taxes, parts, strict=True):
        blocks.append(
            _row(
                f"{marks[tax_key(tax)]} {_name(tax, exponent)}",
                format_minor(part.base_minor, exponent),
                format_minor(part.minor, exponent),
            )
        )
        if tax.treatment is not Treatment.TAXED:
            words = tax.treatment.value.replace("_", " ")
            blocks.append(Text(f"  {words}: {tax.reason}" if tax.reason else f"  {words}"))
    return [_row("Tax", "net", "tax"), *blocks] if blocks else []


def _row(name: str, net: str, tax: str) -> Columns:
    return Columns((Cell(name), Cell(net, 10, Align.RIGHT), Cell(tax, 9, Align.RIGHT)))


def _name(tax: Tax, exponent: int) -> str:
    """Return the label of a tax, with its rate or amount where the label does not say it."""
    if tax.treatment is not Treatment.TAXED:
        return tax.label
    if tax.kind is TaxKind.FIXED:
        figure, sign = format_minor(tax.amount_minor, exponent), ""
    else:
        figure, sign = Rate(tax.numerator, tax.denominator).percent_text, " %"
    said = (found.replace(",", ".") for found in _FIGURE.findall(tax.label))
    return tax.label if figure in said else f"{tax.label} {figure}{sign}"


_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
