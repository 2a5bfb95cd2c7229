"""What stands on a receipt: a completed transaction as a document, for any printer or screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain import receipt
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.receipt import Align, Cell, Columns, Rule, Section, Text, Total
from posframe.kernel.domain.receipt_taxes import Seller, tax_marks, tax_section
from posframe.kernel.domain.tax import tax_key
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.events import CompletedLine, TransactionCompleted
    from posframe.kernel.domain.tax import TaxKey
    from posframe.kernel.domain.tender import Tender


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Shop(Value):
    """What the head and foot of every receipt say."""

    till: str
    store: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    language: str = "en"
    exponent: int = 2
    """Decimals of the till's currency."""
    logo: bool = False
    """A picture stands at the head; which one is the printer's to know."""
    entities: Mapping[str, Seller] = attrs.field(factory=dict)
    """Legal entities that sell through this till beside its own, by id."""
    mark: str = ""
    """Stands on every line in training; empty: what is printed is real."""

    @property
    def sellers(self) -> Mapping[str, Seller]:
        """All that sell through this till; its own under the empty id, as the head names it."""
        own = Seller(name=self.store or self.till, tax_number=self.tax_number)
        return {**self.entities, "": own}


def sale_receipt(
    completed: TransactionCompleted,
    shop: Shop,
    time_text: str,
    *,
    copy: int = 0,
    extra: Iterable[Section] = (),
) -> receipt.ReceiptDocument:
    """Return the receipt of a completed transaction.

    Args:
        completed: what was sold; every amount on the receipt is taken from it.
        shop: head and foot.
        time_text: local date and time of completion.
        copy: number of the copy; 0 is the original.
        extra: sections of plugins, printed before the foot.
    """
    return receipt.ReceiptDocument(
        sections=(
            _head(shop),
            *_undone(completed),
            _lines(completed, shop),
            _sum(completed, shop),
            tax_section(completed, shop.sellers, shop.exponent),
            *extra,
            _foot(completed, shop, time_text),
        ),
        copy=copy > 0,
        copy_text=f"COPY {copy}" if copy else "COPY",
        language=shop.language,
        mark=shop.mark,
    )


def _head(shop: Shop) -> Section:
    blocks: list[receipt.Block] = [receipt.Logo("logo")] if shop.logo else []
    if shop.store:
        blocks.append(Text(shop.store, Align.CENTRE, bold=True, big=(1, 2)))
    blocks.extend(Text(line, Align.CENTRE) for line in shop.address)
    if shop.tax_number:
        blocks.append(Text(shop.tax_number, Align.CENTRE))
    return Section("head", (*blocks, receipt.Feed(1)))


def _undone(completed: TransactionCompleted) -> list[Section]:
    """Say which receipt one undoes, where it does."""
    if completed.kind != "void":
        return []
    numbers = {each.line.back.receipt_number for each in completed.lines if each.line.back}
    words = ", ".join(str(each) for each in sorted(numbers))
    return [Section("undone", (Text(f"UNDOES RECEIPT {words}", Align.CENTRE, bold=True),))]


def _lines(completed: TransactionCompleted, shop: Shop) -> Section:
    marks = tax_marks(completed.taxes)
    ways = {each.line.fulfilment for each in completed.lines}
    blocks: list[receipt.Block] = []
    for each in completed.lines:
        blocks.extend(_line(each, marks, shop.exponent))
        if len(ways) > 1 and each.line.fulfilment:
            blocks.append(Text(f"  {each.line.fulfilment.replace('_', ' ')}"))
    return Section("lines", tuple(blocks))


def _line(each: CompletedLine, marks: dict[TaxKey, str], exponent: int) -> list[receipt.Block]:
    line = each.line
    mark = "".join(marks[tax_key(tax)] for tax in line.taxes)
    blocks: list[receipt.Block] = [
        Columns(
            (
                Cell(line.text),
                Cell(format_minor(line.list_minor, exponent), align=Align.RIGHT),
                Cell(mark, width=1),
            )
        )
    ]
    if line.quantity_milli != 1000 or line.weighed or line.price_per_milli != 1000:
        blocks.append(Text(f"  {_quantity(line, exponent)}"))
    blocks.extend(_saving(each.label, each.minor, exponent) for each in line.adjustments)
    if line.back is not None and line.back.receipt_number:
        blocks.append(Text(f"  from receipt {line.back.receipt_number}"))
    return blocks


def _quantity(line: LineItem, exponent: int) -> str:
    unit = "" if line.unit == "pcs" else f" {line.unit}"
    decimals = 3 if line.weighed else None
    price = format_minor(line.unit_price_minor, exponent)
    if line.price_per_milli != 1000:
        price = f"{price} / {format_milli(line.price_per_milli)}{unit}"
    return f"{format_milli(line.quantity_milli, decimals)}{unit} × {price}"


def _saving(label: str, minor: int, exponent: int) -> Columns:
    amount = Cell(format_minor(minor, exponent), align=Align.RIGHT)
    return Columns((Cell(f"  {label}"), amount, Cell("", width=1)))


def _sum(completed: TransactionCompleted, shop: Shop) -> Section:
    exponent, closing = shop.exponent, completed.closing
    blocks: list[receipt.Block] = [
        _saving(row.label, row.minor, exponent) for row in completed.offers
    ]
    blocks.extend(
        _saving(each.label, each.minor, exponent) for each in completed.adjustments if each.minor
    )
    blocks.append(Rule())
    if any(not tax.included for tax in completed.taxes):
        blocks.append(_amount("Net", completed.totals.net_minor, exponent))
        blocks.append(_amount("Tax", completed.totals.tax_minor, exponent))
    total = format_minor(closing.gross_minor, exponent)
    blocks.append(Total(f"TOTAL {completed.currency}", total))
    if closing.rounding_minor:
        blocks.append(_amount("Rounding", closing.rounding_minor, exponent))
    for tender in completed.tenders:
        blocks.extend(_tender(tender, exponent))
    if completed.totals.discount_minor:
        blocks.append(_amount("You saved", -completed.totals.discount_minor, exponent))
    return Section("sum", tuple(blocks))


def _tender(tender: Tender, exponent: int) -> list[receipt.Block]:
    blocks: list[receipt.Block] = [_amount(tender.label, tender.tendered_minor, exponent)]
    if tender.tip_minor:
        blocks.append(_amount(f"Tip, {tender.label}", tender.tip_minor, exponent))
    if tender.change_minor:
        blocks.append(_amount("Change", -tender.change_minor, exponent))
    return blocks


def _amount(label: str, minor: int, exponent: int) -> Columns:
    return Columns(
        (Cell(label), Cell(format_minor(minor, exponent), align=Align.RIGHT), Cell("", width=1))
    )


def _foot(completed: TransactionCompleted, shop: Shop, time_text: str) -> Section:
    number = f"{shop.till}-{completed.receipt_number:06}"
    return Section(
        "foot",
        (
            Rule(),
            Columns((Cell(f"Receipt {number}"), Cell(time_text, align=Align.RIGHT))),
            Columns((Cell(f"Operator {completed.operator}"), Cell("", align=Align.RIGHT))),
            receipt.Barcode(receipt.BarcodeKind.CODE128, number),
            receipt.Feed(1),
            receipt.Cut(),
        ),
    )
