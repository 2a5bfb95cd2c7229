"""What the real baskets come to, reckoned with plain ints and dicts; nothing of posframe is used.

``real_baskets`` sells the same rows through a till and compares. What a row means, and which rows
no till can sell, is said there; here it is reckoned.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOOD: Final = frozenset(
    {
        *("GROCERY", "PRODUCE", "NUTRITION", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "SEAFOOD"),
        *("SEAFOOD-PCKGD", "SALAD BAR", "FROZEN GROCERY", "CHEF SHOPPE", "RESTAURANT"),
    }
)
"""Departments taxed at 7 %; all others bear 19 %. The rates are ours, the prices contain them."""

QUANTITY_MAX: Final = 9_999
DISCOUNTS: Final = ("retail_disc", "coupon_disc", "coupon_match_disc")


@dataclass(frozen=True)
class Row:
    """One sale line as it stands in the file."""

    product: str
    quantity: str
    amounts: tuple[str, ...]
    """What was paid, then what the shop, a coupon and the shop's match of it took off."""


@dataclass(frozen=True)
class RealBasket:
    """The rows of one basket, in the order of the file."""

    id: str
    household: str
    timestamp: str
    rows: list[Row]


@dataclass
class PlainReceipt:
    """What one receipt has to say, in cents."""

    business_date: str
    lines: int = 0
    pieces: int = 0
    list_cents: int = 0
    discount_cents: int = 0
    gross_cents: int = 0
    tax_cents: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class PlainBooks:
    """What a year comes to."""

    receipts: dict[str, PlainReceipt] = field(default_factory=dict)
    """By basket, those that anything was sold in."""
    refused: int = 0
    departments: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0, 0])
    )
    """By business date and department: lines, gross and net cents."""
    stock: Counter[str] = field(default_factory=Counter)
    """Pieces that left, by product."""
    points: Counter[str] = field(default_factory=Counter)
    """By household: one for each full unit of currency of a receipt."""


def read_departments(path: Path) -> dict[str, str]:
    """Return the department of each product."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {row["product_id"]: row["department"] for row in csv.DictReader(file)}


def read_baskets(path: Path) -> list[RealBasket]:
    """Return all baskets in the order they were paid; their rows are scattered over the file."""
    baskets: dict[str, RealBasket] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made = RealBasket(
                row["basket_id"], row["household_id"], row["transaction_timestamp"], []
            )
            amounts = tuple(row[name] for name in ("sales_value", *DISCOUNTS))
            basket = baskets.setdefault(made.id, made)
            basket.rows.append(Row(row["product_id"], row["quantity"], amounts))
    return sorted(baskets.values(), key=lambda basket: (basket.timestamp, basket.id))


def reckon(baskets: Iterable[RealBasket], departments: dict[str, str]) -> PlainBooks:
    """Return what the baskets come to."""
    books = PlainBooks()
    for basket in baskets:
        receipt = PlainReceipt(basket.timestamp[:10])
        for row in basket.rows:
            if _is_sellable(row, departments):
                _sell(row, departments[row.product], receipt, books)
            else:
                books.refused += 1
        if receipt.lines:
            books.receipts[basket.id] = receipt
            books.points[basket.household] += receipt.gross_cents // 100
    return books


def quantity_of(row: Row, list_cents: int) -> int:
    """Return the pieces a row sells: those it names, or one where no price of a piece exists."""
    pieces = int(row.quantity.removesuffix(".0"))
    return pieces if list_cents % pieces == 0 else 1


def card_of(household: str) -> str:
    """Return the card of a household: an EAN-13 that begins with 9528."""
    digits = f"9528{int(household):08d}"
    weighed = sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def cents(text: str) -> int | None:
    """Return an amount such as 3.8 or 12.05 in cents; None: it is not written as an amount."""
    whole, _, part = text.partition(".")
    if not (whole + part).isdigit() or len(part) > 2:
        return None
    return int(whole) * 100 + int(part.ljust(2, "0"))


def amounts_of(row: Row) -> tuple[int, int] | None:
    """Return what a row costs at list price and what is taken off; None: it says no amount."""
    found = [cents(text) for text in row.amounts]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return sum(known), sum(known[1:])


def _is_sellable(row: Row, departments: dict[str, str]) -> bool:
    amounts = amounts_of(row)
    pieces = int(row.quantity.removesuffix(".0"))
    return (
        row.product in departments
        and amounts is not None
        and amounts[0] > 0
        and 0 < pieces <= QUANTITY_MAX
    )


def _sell(row: Row, department: str, receipt: PlainReceipt, books: PlainBooks) -> None:
    amounts = amounts_of(row)
    assert amounts is not None, "rows without an amount are not sold"
    list_cents, discount_cents = amounts
    gross = list_cents - discount_cents
    rate = 7 if department in FOOD else 19
    tax = (2 * gross * rate + 100 + rate) // (2 * (100 + rate))  # contained, halves up
    pieces = quantity_of(row, list_cents)
    receipt.lines += 1
    receipt.pieces += pieces
    receipt.list_cents += list_cents
    receipt.discount_cents += discount_cents
    receipt.gross_cents += gross
    receipt.tax_cents[f"vat{rate}"] += tax
    books.stock[row.product] += pieces
    sums = books.departments[receipt.business_date, department]
    for at, value in enumerate((1, gross, gross - tax)):
        sums[at] += value
