"""What the customer display says of the sale: two rows, a pure function of the till's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.receipt_text import display_width

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.transaction import TillState, Transaction


def pole_rows(state: TillState, columns: int, exponent: int, greeting: str = "") -> tuple[str, str]:
    """Return two rows of ``columns`` cells for what the customer should see now.

    Args:
        state: after the last commit: nothing is shown that is not on disk.
        columns: cells of the display.
        exponent: decimals of the currency.
        greeting: shown while nobody is served, such as the name of the shop.
    """
    sale, last = state.transaction, state.last
    if sale is not None:
        line = _newest(sale)
        if line is None:
            return greeting[:columns], ""
        total = _row("TOTAL", sale.due_minor, columns, exponent)
        if sale.applied:
            return _row("TOTAL", sale.totals.gross_minor, columns, exponent), _row(
                "Still to pay", sale.due_minor, columns, exponent
            )
        return _row(line.text, line.amount_minor, columns, exponent), total
    if last is not None:
        total = _row("TOTAL", last.gross_minor + last.rounding_minor, columns, exponent)
        return total, _row("Change", last.change_minor, columns, exponent)
    return greeting[:columns], ""


def marked_rows(rows: tuple[str, str], columns: int, mark: str) -> tuple[str, str]:
    """Return rows that say ``mark`` each, before what they say; without a mark as they are.

    What there is no room for is cut from the words in the middle: amounts stand at the right.
    """
    if not mark:
        return rows
    first, second = (_marked(row, columns, mark) for row in rows)
    return first, second


def _marked(row: str, columns: int, mark: str) -> str:
    words, _, amount = row.rstrip().rpartition(" ")
    if not words or not amount.isascii():
        words, amount = row.strip(), ""
    room = columns - len(mark) - len(amount) - 2
    if room < 0:  # beside a long amount the mark is cut, and the words are gone
        return f"{mark[: max(columns - len(amount) - 1, 1)]} {amount}"[:columns]
    words = words.strip()
    while display_width(words) > room:
        words = words[:-1]
    gap = " " * (room - display_width(words) + 1)
    return f"{mark} {words}{gap}{amount}"


def _newest(sale: Transaction) -> LineItem | None:
    lines = sale.basket.lines
    if not len(lines):
        return None
    line: LineItem = lines[len(lines) - 1]
    return lines[line.parent - 1] if line.parent else line


def _row(words: str, minor: int, columns: int, exponent: int) -> str:
    """Return words and an amount; the amount is never cut, the words are."""
    amount = format_minor(minor, exponent)
    room = columns - len(amount) - 1
    while display_width(words) > room > 0:
        words = words[:-1]
    return f"{words}{' ' * max(columns - display_width(words) - len(amount), 1)}{amount}"
