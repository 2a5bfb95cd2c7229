"""References that come back with the money: creditor references and those of Swiss QR-bills.

Sources: ISO 11649 (RF, mod 97-10); Swiss Implementation Guidelines for the QR-bill, QR reference
(modulo 10, recursive).
"""

from __future__ import annotations

from typing import Final

from posframe import DataError
from posframe_payments.qr.iban import check_digits_97, remainder_97
from posframe_payments.qr.wording import is_digits, is_plain, quoted

RF: Final = "RF"
_RF_REST_MAX: Final = 21
_RF_MIN, _RF_MAX = 5, 25
QR_DIGITS: Final = 27
_CARRIES: Final = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
"""Modulo 10, recursive: what is carried on, by the sum of the carry and the digit."""


def creditor_reference(rest: str) -> str:
    """Return the RF reference made of up to 21 letters and digits of one's own.

    Raises:
        DataError: they are too many, or others.
    """
    text = rest.replace(" ", "").upper()
    if not is_plain(text) or len(text) > _RF_REST_MAX:
        raise DataError(
            f"{quoted(rest)} cannot be made a creditor reference",
            hint=f"Take 1 to {_RF_REST_MAX} letters and digits",
        )
    return f"{RF}{check_digits_97(RF, text)}{text}"


def read_creditor_reference(text: str) -> str:
    """Return an RF reference without blanks, in capitals.

    Raises:
        DataError: it is none, or its check digits are wrong.
    """
    reference = text.replace(" ", "").upper()
    if not (
        is_plain(reference)
        and reference.startswith(RF)
        and is_digits(reference[2:4])
        and _RF_MIN <= len(reference) <= _RF_MAX
    ):
        raise DataError(
            f"{quoted(text)} is not a creditor reference",
            hint="It begins with RF and two digits, and has up to 25 characters",
        )
    if remainder_97(reference) != 1:
        raise DataError(
            f"The check digits of {reference} are wrong",
            hint=f"Of {reference[4:]} the reference is {creditor_reference(reference[4:])}",
        )
    return reference


def qr_reference(rest: str) -> str:
    """Return the QR reference of up to 26 digits of one's own, zeros before them.

    Raises:
        DataError: they are too many, or no digits.
    """
    text = rest.replace(" ", "")
    if not is_digits(text) or len(text) >= QR_DIGITS:
        raise DataError(
            f"{quoted(rest)} cannot be made a QR reference",
            hint=f"Take 1 to {QR_DIGITS - 1} digits",
        )
    text = text.zfill(QR_DIGITS - 1)
    return text + recursive_check_digit(text)


def read_qr_reference(text: str) -> str:
    """Return a QR reference without blanks.

    Raises:
        DataError: it is none, or its check digit is wrong.
    """
    reference = text.replace(" ", "")
    if not is_digits(reference) or len(reference) != QR_DIGITS:
        raise DataError(f"{quoted(text)} is not a QR reference", hint=f"It has {QR_DIGITS} digits")
    right = recursive_check_digit(reference[:-1])
    if reference[-1] != right:
        raise DataError(
            f"The check digit of {reference} is wrong: it should be {right}",
            hint="Compare it with where it comes from",
        )
    return reference


def recursive_check_digit(digits: str) -> str:
    """Return the check digit modulo 10, recursive."""
    carry = 0
    for digit in digits:
        carry = _CARRIES[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)
