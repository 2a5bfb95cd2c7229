"""The basket's lines as the screen shows them, made only for the rows that are looked at.

Kept to what a glance needs: where a price comes from in full is the explanation's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import format_milli
from posframe_terminal import words
from posframe_terminal.views import Line, Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from posframe import LineItem, OfferRow, Transaction

KEPT_MAX = 256
QUANTITY_MAX = 7
"""Characters of the quantity's column."""


class BasketLines:
    """Lines by index; one made before is remembered while the line is the same."""

    def __init__(self) -> None:
        self._sale: Transaction | None = None
        self._usual = ""
        self._made: dict[int, tuple[LineItem, str, Line]] = {}
        self._offers: Mapping[str, OfferRow] = {}
        self._labels: dict[int, str] = {}

    def of(self, sale: Transaction, usual: str = "") -> BasketLines:
        """Look at ``sale`` from now on; lines handed over another way than ``usual`` say so."""
        known = self._sale is not None and (self._sale.id, self._usual) == (sale.id, usual)
        if not known or len(self._made) > KEPT_MAX:
            self._made = {}
        self._sale, self._usual = sale, usual
        if sale.basket.offers is not self._offers:
            self._offers = sale.basket.offers
            self._labels = _offer_labels(self._offers)
        return self

    def __len__(self) -> int:
        return len(self._sale.basket.lines) if self._sale else 0

    def __getitem__(self, index: int, /) -> Line:
        assert self._sale is not None, "there are lines only of a sale"
        item = self._sale.basket.lines[index]
        offer = self._labels.get(item.number, "")
        known = self._made.get(item.number)
        if known is not None and known[0] is item and known[1] == offer:
            return known[2]
        line = _line(item, offer, self._usual)
        self._made[item.number] = (item, offer, line)
        return line

    def __iter__(self) -> Iterator[Line]:
        return (self[index] for index in range(len(self)))


def _offer_labels(offers: Mapping[str, OfferRow]) -> dict[int, str]:
    """Return by line number what the offers on it are called."""
    labels: dict[int, list[str]] = {}
    for row in offers.values():
        for number, minor in row.shares:
            if minor:
                labels.setdefault(number, []).append(row.label or row.offer)
    return {number: ", ".join(found) for number, found in labels.items()}


def _line(item: LineItem, offer: str, usual: str) -> Line:
    notes = [Note(text=each.label, amount_minor=each.minor) for each in item.adjustments]
    if item.deal_minor:
        notes.append(Note(text=offer, amount_minor=item.deal_minor))
    if item.back is not None:
        back = item.back
        notes.append(Note(text=words.comes_back(back.receipt_number, back.condition, back.reason)))
    if item.fulfilment not in {"", usual}:
        notes.append(Note(text=words.way(item.fulfilment)))
    return Line(
        number=item.number,
        quantity=_quantity(item),
        name=item.text,
        unit_minor=item.unit_price_minor,
        per="" if item.price_per_milli == 1000 else format_milli(item.price_per_milli),
        sum_minor=item.list_minor,
        notes=tuple(notes),
        flag=_flag(item),
        voided=item.voided,
    )


def _quantity(item: LineItem) -> str:
    """Return a weight with its three decimals, while the column has room for them."""
    shown = format_milli(item.quantity_milli, 3 if item.weighed else None)
    return shown if len(shown) <= QUANTITY_MAX else format_milli(item.quantity_milli)


def _flag(item: LineItem) -> str:
    """Return what a person should know: price changed by hand, price list, age limit."""
    if item.catalogue_price_minor is not None:
        return "*price"
    if item.price_list:
        return f"[{item.price_list}]"
    return f"{item.minimum_age_years}+" if item.minimum_age_years else ""
