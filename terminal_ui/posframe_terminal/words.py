"""Words: dates, ages and codes as a person reads them."""

from __future__ import annotations

from datetime import date
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_CODE_LENGTHS: Final = (8, 12, 13, 14)


def clock(moment: str, *, year: bool = False) -> str:
    """Return ``2026-11-21 14:07:00`` as ``Sat 21 Nov 14:07``."""
    day = date.fromisoformat(moment[:10])
    years = f" {day.year}" if year else ""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{years} {moment[11:16]}"


def age(seconds: int) -> str:
    """Return how long something waits: ``03:12``, from an hour on ``2 h 05``."""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes:02}:{rest:02}" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def way(fulfilment: str) -> str:
    """Return how goods are handed over, as ``take away``."""
    return fulfilment.replace("_", " ")


def comes_back(receipt_number: int, condition: str, reason: str) -> str:
    """Return where goods come back from, and how: ``from receipt 12, damaged, came apart``."""
    source = f"from receipt {receipt_number}" if receipt_number else "without a receipt"
    return ", ".join(filter(None, (source, condition, reason)))


def printed_code(gtin14: str) -> str:
    """Return a GTIN as it is printed on the goods, without the zeros that fill it up to 14."""
    if len(gtin14) != 14 or not gtin14.isdigit():
        return gtin14
    bare = gtin14.lstrip("0")
    length = next((each for each in _CODE_LENGTHS if each >= len(bare)), len(bare))
    return bare.zfill(length)
