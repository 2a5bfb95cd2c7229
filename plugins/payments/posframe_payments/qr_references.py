"""References of our own that come back with a customer's transfer: one for each payment.

Letters without vowels: they spell no word, and hold no run of digits that could be a card's number.
A Swiss QR-IBAN takes digits only: those that no card's number begins with.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from posframe_payments.qr.reference import QR_DIGITS, creditor_reference, qr_reference

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
LETTERS_COUNT: Final = 16
"""20 ** 16 of them: two of a million payments are alike once in a billion shops."""
_OURS: Final = re.compile(
    rf"RF[0-9]{{2}}[{LETTERS}]{{{LETTERS_COUNT}}}|(?<![0-9])[0-9]{{{QR_DIGITS}}}(?![0-9])"
)


def letter_reference(payment: str) -> str:
    """Return the creditor reference (RF, ISO 11649) of a payment, the same each time."""
    number, letters = _number(payment), ""
    for _ in range(LETTERS_COUNT):
        number, at = divmod(number, len(LETTERS))
        letters += LETTERS[at]
    return creditor_reference(letters)


def digit_reference(payment: str) -> str:
    """Return the QR reference of a payment, for accounts with a QR-IBAN."""
    number, digits = _number(payment), ""
    for _ in range(QR_DIGITS - 1):
        choices = "0789" if digits.endswith("8") else "01789"  # cards begin with 2 to 6, or 81
        number, at = divmod(number, len(choices))
        digits += choices[at]
    return qr_reference(digits)


def references_in(text: str) -> frozenset[str]:
    """Return what may be references of ours in a text, however they are spaced."""
    return frozenset(_OURS.findall(squeezed(text)))


def squeezed(text: str) -> str:
    """Return a text in capitals without blanks, its lines kept."""
    return text.upper().replace(" ", "").replace("\xa0", "")


def spaced(reference: str) -> str:
    """Return a reference in groups of four, as people compare it."""
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def _number(payment: str) -> int:
    return int.from_bytes(hashlib.sha256(payment.encode()).digest())
