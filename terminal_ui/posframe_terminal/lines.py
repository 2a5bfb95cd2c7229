"""The basket's lines as the screen shows them, made only for the rows that are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import format_milli
from posframe_terminal.views import Line, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import LineItem, Transaction

KEPT_MAX = 256
QUANTITY_MAX = 7
"""Characters of the quantity's column."""


class BasketLines:
    """Lines by index; one made before is remembered while the line is the same."""

    def __init__(self) -> None:
        self._sale: Transaction | None = None
        self._made: dict[int, tuple[LineItem, Line]] = {}

    def of(self, sale: Transaction) -> BasketLines:
        """Look at ``sale`` from now on."""
        if self._sale is None or self._sale.id != sale.id or len(self._made) > KEPT_MAX:
            self._made = {}
        self._sale = sale
        return self

    def __len__(self) -> int:
        return len(self._sale.basket.lines) if self._sale else 0

    def __getitem__(self, index: int, /) -> Line:
        assert self._sale is not None, "there are lines only of a sale"
        item = self._sale.basket.lines[index]
        known = self._made.get(item.number)
        if known is not None and known[0] is item:
            return known[1]
        line = _line(item)
        self._made[item.number] = (item, line)
        return line

    def __iter__(self) -> Iterator[Line]:
        return (self[index] for index in range(len(self)))


def _line(item: LineItem) -> Line:
    notes = [Note(text=each.label, amount_minor=each.minor) for each in item.adjustments]
    if item.deal_minor:
        notes.append(Note(text="offer", amount_minor=item.deal_minor))
    return Line(
        number=item.number,
        quantity=_quantity(item),
        name=item.text,
        unit_minor=item.unit_price_minor,
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
    """Return what a person should know of the line: price changed by hand, age limit."""
    if item.catalogue_price_minor is not None:
        return "*price"
    return f"{item.minimum_age_years}+" if item.minimum_age_years else ""
