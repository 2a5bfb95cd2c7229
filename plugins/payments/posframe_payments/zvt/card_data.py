"""Card numbers are taken out of what a terminal sends before anything keeps it.

A till never needs more than the last four digits. Whatever may be a payment card's number is taken
for one: a shop's own number masked by mistake costs a look at the terminal, one card number kept
brings the till under the card schemes' rules.
"""

from __future__ import annotations

import re

DIGITS_MIN, DIGITS_MAX = 13, 19
_FIRST_DIGITS = "23456"
"""First digits of payment cards (ISO/IEC 7812)."""
_RUN = re.compile(r"[0-9](?:[ .\-/]?[0-9]){12,}")
_PADDING = "f"
"""After an odd number of digits."""


def masked_text(text: str) -> str:
    """Return ``text`` with stars for all but the last four digits of what may be a card number."""
    return _RUN.sub(lambda run: _masked(run[0]), text)


def last_four(packed_number: bytes) -> str:
    """Return the last four digits of a number in BMP 22; empty where the terminal masks them."""
    digits = packed_number.hex().rstrip(_PADDING)
    last = digits[-4:]
    return last if len(digits) > 4 and last.isdecimal() and len(last) == 4 else ""


def holds_card_number(digits: str) -> bool:
    """Return whether part of a run of digits may be a payment card's number."""
    lengths = range(DIGITS_MIN, DIGITS_MAX + 1)
    return any(
        digits[at] in _FIRST_DIGITS and _passes_luhn(digits[at : at + length])
        for length in lengths
        for at in range(len(digits) - length + 1)
    )


def _masked(run: str) -> str:
    digits = "".join(each for each in run if each.isdecimal())
    if not holds_card_number(digits):
        return run
    hidden, shown = len(digits) - 4, []
    for each in run:
        is_hidden = each.isdecimal() and hidden > 0
        hidden -= each.isdecimal()
        shown.append("*" if is_hidden else each)
    return "".join(shown)


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        # Luhn (ISO/IEC 7812-1, annex B): every second digit from the right counts double.
        total += sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit)
    return total % 10 == 0
