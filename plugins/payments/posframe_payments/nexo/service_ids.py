"""Numbers of messages: ten letters and digits, none used twice within 48 hours.

That of a payment is made from our id of it, so that a till that knows nothing else after a crash
can ask what became of it. The first letter keeps the kinds apart.
"""

from __future__ import annotations

import hashlib
import secrets

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH = 9
"""Besides the letter. A thousand payments in 48 hours have two of one number once in 2 * 10**8."""
_NUMBERS: int = len(DIGITS) ** LENGTH


def service_of_payment(payment: str) -> str:
    """Return the number of the one message that asks for a payment, or a refund."""
    return "P" + _written(_hashed(payment))


def service_of_reversal(reversal: str, attempt: int) -> str:
    """Return the number of an attempt to reverse; a new one is made only after one that failed."""
    return "R" + _written(_hashed(f"{reversal}/{attempt}"))


def service_of_question() -> str:
    """Return a number for a message that moves no money."""
    return "Q" + _written(secrets.randbelow(_NUMBERS))


def _hashed(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()) % _NUMBERS


def _written(number: int) -> str:
    digits = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
