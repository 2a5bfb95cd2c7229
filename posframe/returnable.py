"""What can come back: the lines of a receipt, and the receipts that an item was sold on that day.

For screens and scripts, which send ``Return`` for what is chosen; the kernel checks it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain.identifiers import to_gtin14
from posframe.reports.sales import SALES
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.sale_events import CompletedLine
    from posframe.kernel.domain.sold import SoldSale
    from posframe.till import Till

SLICE = 20
"""Receipts read between two commands: selling goes on while a day is searched."""
FOUND_MAX = 50


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnableLine(Value):
    """A line of a receipt, and how much of it can still come back."""

    receipt_number: int
    number: int
    """The line's number on that receipt."""
    sku: str
    code: str
    """As it was scanned or keyed."""
    text: str
    unit: str
    sold_milli: int
    left_milli: int
    """0: all of it came back already."""
    gross_minor: int
    """What the whole line cost, taxes and all discounts included."""
    sold_us: int
    """When the sale was completed, in microseconds since 1970 UTC."""
    follows: bool = False
    """True: it comes back with the line before it, as a deposit does."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Returnable(Value):
    """A receipt with its lines."""

    receipt_number: int
    business_date: str
    gross_minor: int
    paid: tuple[tuple[str, int], ...]
    """(label, what can still go back by it) of each tender."""
    lines: tuple[ReturnableLine, ...]


def find_returnable(till: Till, receipt_number: int) -> Returnable:
    """Return what can come back of a receipt.

    Raises:
        RuleViolation: this till has no such receipt.
    """
    found: SoldSale | None = None
    if 0 < receipt_number <= till.state.last_receipt_number:
        found = till.call(lambda: till.parts.engine.parts.find_sale(receipt_number, ""))
    if found is None:
        raise RuleViolation(
            f"This till has no receipt {receipt_number}",
            hint="of another till: return it there, or without a receipt",
        )
    completed = found.completed
    return Returnable(
        receipt_number=receipt_number,
        business_date=found.business_date,
        gross_minor=completed.closing.gross_minor,
        paid=tuple((each.label, found.left_minor(each)) for each in completed.tenders),
        lines=_lines(found),
    )


def sold_on(till: Till, code: str, date: str = "") -> tuple[ReturnableLine, ...]:
    """Return the lines that sold an item on a business date, newest first; empty date: today.

    Raises:
        RuleViolation: the date is none, or nothing of the kind was sold then.
    """
    day = date or till.state.business_date
    query = SALES.queries["numbers_of_day"]
    numbers = [row[0] for row in till.call(lambda: till.parts.journal.query(query, (day,)))]
    wanted = _codes(till, code)
    found: list[ReturnableLine] = []
    for start in range(0, len(numbers), SLICE):
        found += _sold_in(till, numbers[start : start + SLICE], wanted)
        if len(found) >= FOUND_MAX:
            break
    if not found:
        raise RuleViolation(
            f"{code} was not sold here on {day or 'any day'}",
            hint="check the code and the date, as .sold CODE 2026-11-21",
        )
    return tuple(found[:FOUND_MAX])


def lines_with(till: Till, receipt: Returnable, code: str) -> tuple[ReturnableLine, ...]:
    """Return the lines of a receipt that sold what has this code."""
    wanted = _codes(till, code)
    return tuple(each for each in receipt.lines if {each.sku, each.code} & wanted)


def _sold_in(till: Till, numbers: list[int], wanted: frozenset[str]) -> list[ReturnableLine]:
    find = till.parts.engine.parts.find_sale
    sales = till.call(lambda: [find(number, "") for number in numbers])
    lines = [
        (shown, sold.line)
        for each in sales
        if each is not None
        for shown, sold in zip(_lines(each), _sold(each), strict=True)
    ]
    return [shown for shown, line in lines if {line.sku, line.code} & wanted]


def _codes(till: Till, code: str) -> frozenset[str]:
    """Return what an item is told by: the code as it stands, and the SKU it means."""
    wanted = {code}
    try:
        found = till.parts.catalogue.find(code, "", till.parts.clock.wall_us())
        wanted |= {found.item.sku} if found else set()
        wanted.add(to_gtin14(code))
    except DataError:
        pass  # no number of GS1's: it is compared as it stands
    return frozenset(wanted)


def _sold(found: SoldSale) -> list[CompletedLine]:
    return [each for each in found.completed.lines if each.line.quantity_milli > 0]


def _lines(found: SoldSale) -> tuple[ReturnableLine, ...]:
    completed = found.completed
    return tuple(
        ReturnableLine(
            receipt_number=completed.receipt_number,
            number=each.line.number,
            sku=each.line.sku,
            code=each.line.code,
            text=each.line.text,
            unit=each.line.unit,
            sold_milli=each.line.quantity_milli,
            left_milli=found.left_milli(each),
            gross_minor=each.share.gross_minor,
            sold_us=completed.completed_us,
            follows=each.line.parent > 0,
        )
        for each in _sold(found)
    )
