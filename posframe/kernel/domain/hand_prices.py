"""What was done to prices by hand: how much was taken off, how far they are from the catalogue's.

Percentages are reckoned from what was asked for, before any rounding: 10 % off 0.99 is 10 %, though
it comes to 0.10. Amounts are those the sale bears, of the whole of it: to go on with another line
is no way around a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.adjusting import PERCENT_MILLI
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.quantity import extend
from posframe.kernel.domain.rounding import Rounding, divide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe.kernel.domain.basket import LineItem, PriceAdjustment
    from posframe.kernel.domain.transaction import Transaction

_FINE = 10**9
"""Parts of a minor unit that are told apart while discounts are taken one after the other."""


def discount_of_line(line: LineItem) -> int:
    """Return by how many thousandths of a percent discounts and a lower price cut a line."""
    worth, left = _worth_and_left(line)
    return _cut_milli(worth, left)


def discount_of_sale(sale: Transaction) -> int:
    """Return the same of all goods of a sale, discounts on the whole of it included."""
    pairs = [_worth_and_left(line) for line in _goods(sale)]
    worth = sum(worth for worth, _ in pairs)
    left = sum(left for _, left in pairs)
    return _cut_milli(worth, _after(left, sale.basket.adjustments))


def discounts_minor(sale: Transaction) -> int:
    """Return what discounts by hand take off a sale together; positive."""
    of_lines = sum(each.minor for line in _goods(sale) for each in line.adjustments)
    return -of_lines - sum(each.minor for each in sale.basket.adjustments)


def override_of_line(line: LineItem) -> int | None:
    """Return how far a price is from the catalogue's, in thousandths of a percent of that.

    Dearer counts as cheaper does. None: the catalogue asks nothing, so that there is no telling.
    """
    known = line.catalogue_price_minor
    if known is None:
        return 0
    away = abs(known - line.unit_price_minor)
    if not known:
        return None if away else 0
    return divide(away * PERCENT_MILLI, known, Rounding.HALF_UP)


def overrides_minor(sale: Transaction) -> int:
    """Return what changed prices make goods of a sale cheaper or dearer together; positive."""
    return sum(abs(_catalogue_minor(line) - line.list_minor) for line in _goods(sale))


def voided_minor(sale: Transaction) -> int:
    """Return what was taken back in a sale so far, lines and lower quantities, at their prices."""
    return sum(taken_minor(line) for line in sale.basket.lines)


def taken_minor(line: LineItem) -> int:
    """Return what was taken back of one line, at its price; what comes back counts for nothing."""
    off = extend(line.unit_price_minor, line.taken_off_milli, line.price_per_milli)
    return off + (max(0, line.list_minor) if line.voided else 0)


def farthest(percents_milli: Iterable[int | None]) -> int | None:
    """Return the largest of what ``override_of_line`` gives; None where one cannot be told."""
    largest = 0
    for each in percents_milli:
        if each is None:
            return None
        largest = max(largest, each)
    return largest


def _goods(sale: Transaction) -> Iterator[LineItem]:
    lines = sale.basket.lines
    return (line for line in lines if line.kind is LineKind.SALE and not line.voided)


def _catalogue_minor(line: LineItem) -> int:
    """Return what a line would cost at the catalogue's price."""
    known = line.catalogue_price_minor
    return line.list_minor if known is None else extend(known, line.quantity_milli)


def _worth_and_left(line: LineItem) -> tuple[int, int]:
    """Return what a line was worth before hands touched it, and what they left; in fine parts."""
    worth = max(line.list_minor, _catalogue_minor(line))
    return worth * _FINE, _after(line.list_minor * _FINE, line.adjustments)


def _after(worth: int, adjustments: tuple[PriceAdjustment, ...]) -> int:
    """Return what discounts leave, each on what those before it left.

    What they really come to counts where it is more by a whole minor unit: of many small ones each
    may be rounded up.
    """
    left = worth
    for each in adjustments:
        if each.kind == "percent":
            left -= divide(left * each.value, PERCENT_MILLI, Rounding.HALF_UP)
        else:
            left = max(0, left - each.value * _FINE)
    really = -sum(each.minor for each in adjustments)
    return min(left, worth - max(0, really - 1) * _FINE)


def _cut_milli(worth: int, left: int) -> int:
    return divide((worth - left) * PERCENT_MILLI, worth, Rounding.HALF_UP) if worth > 0 else 0
