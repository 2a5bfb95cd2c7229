"""Identifiers: names for the strings that point at things, and the arithmetic of GS1 numbers."""

from __future__ import annotations

from typing import Final, NewType

from posframe.errors import DataError

Sku = NewType("Sku", str)  # the shop's own item id; never reused
Gtin = NewType("Gtin", str)  # GS1 trade item number, always 14 digits
Plu = NewType("Plu", str)  # short code an operator keys for an item without a barcode
TillId = NewType("TillId", str)  # one till of a shop
OperatorId = NewType("OperatorId", str)  # the person signed in
CustomerRef = NewType("CustomerRef", str)  # neutral customer id; names live in the vault
TransactionId = NewType("TransactionId", str)  # one transaction, from any till
TenderId = NewType("TenderId", str)  # one tender of a transaction; sent to gateways
JobId = NewType("JobId", str)  # one piece of work for a device
CommandId = NewType("CommandId", str)  # one request to the kernel; a repeat is recognised by it

GTIN_LENGTHS: Final = (8, 12, 13, 14)
"""Digits of a GTIN: EAN-8, UPC-A, EAN-13 and ITF-14."""


def check_digit(digits_without_check: str) -> str:
    """Return the GS1 check digit: weights 3, 1, 3, 1 … from the right, made up to a ten.

    Source: GS1 General Specifications, section 7.9.

    Raises:
        DataError: the text is not made of digits 0 to 9.
    """
    if not _is_digits(digits_without_check):
        raise DataError(f"{digits_without_check[:20]!r} is not made of digits")
    tripled = sum(map(int, digits_without_check[::-2]))
    single = sum(map(int, digits_without_check[-2::-2]))
    return str(-(3 * tripled + single) % 10)


def is_valid_gtin(code: str) -> bool:
    """Tell whether ``code`` is 8, 12, 13 or 14 digits that end in their check digit."""
    return len(code) in GTIN_LENGTHS and _is_digits(code) and check_digit(code[:-1]) == code[-1]


def to_gtin14(code: str) -> Gtin:
    """Return a GTIN of any length in the 14 digits it is stored as, zeros on the left.

    Raises:
        DataError: the code has another length, holds other characters or its last digit is wrong;
            the message names the right one.
    """
    if len(code) not in GTIN_LENGTHS or not _is_digits(code):
        raise DataError(
            f"{code[:20]!r} is not a GTIN",
            hint="A GTIN has 8, 12, 13 or 14 digits and nothing else",
        )
    right = check_digit(code[:-1])
    if code[-1] != right:
        raise DataError(
            f"Check digit of {code} is wrong: it should be {right}",
            hint="Scan again or key the digits as printed",
        )
    return Gtin(code.zfill(14))


def expand_upce(code: str) -> str:
    """Return the 12 digits of the UPC-A that a UPC-E of 6, 7 or 8 digits stands for.

    Eight digits are number system, six digits and check digit; seven lack the check digit; six lack
    the number system too, which is 0 then. Source: GS1 General Specifications, UPC-E.

    Raises:
        DataError: the code has another length or number system, or its check digit is wrong.
    """
    if len(code) not in (6, 7, 8) or not _is_digits(code):
        raise DataError(f"{code[:20]!r} is not a UPC-E code", hint="A UPC-E has 6 to 8 digits")
    full = f"0{code}" if len(code) == 6 else code
    number_system, body = full[0], full[1:7]
    if number_system not in "01":
        raise DataError(f"{code} is not a UPC-E code", hint="The first of its digits is 0 or 1")
    digits = number_system + _expanded_body(body)
    right = check_digit(digits)
    if len(full) == 8 and full[7] != right:
        raise DataError(f"Check digit of {code} is wrong: it should be {right}")
    return digits + right


def _expanded_body(body: str) -> str:
    """Put back the zeros that the last of the six digits says were left out."""
    rule = body[5]
    if rule in "012":
        return f"{body[:2]}{rule}0000{body[2:5]}"
    if rule == "3":
        return f"{body[:3]}00000{body[3:5]}"
    if rule == "4":
        return f"{body[:4]}00000{body[4]}"
    return f"{body[:5]}0000{rule}"


def _is_digits(text: str) -> bool:
    # ASCII first: str.isdigit takes superscripts and the digits of every script.
    return text.isascii() and text.isdigit()
