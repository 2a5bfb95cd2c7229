"""Amounts as the screen writes them. The kernel's money has no view on commas; a screen must.

Whole minor units in, text out; no float, no rounding: the digits are the kernel's own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posframe_terminal.views import Money


def amount(minor: int | None, money: Money) -> str:
    """Return an amount in the currency's digits, empty for none: ``-1234`` is ``-12.34``."""
    return "" if minor is None else _written(minor, money.exponent, money.decimal_mark)


def change_by(minor: int, money: Money) -> str:
    """Return an amount with its sign always: what an adjustment does."""
    written = amount(minor, money)
    return f"+{written}" if minor > 0 else written


@lru_cache(maxsize=4096)
def _written(minor: int, exponent: int, mark: str) -> str:
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    sign = "-" if minor < 0 else ""
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}{mark}{digits[-exponent:]}"
