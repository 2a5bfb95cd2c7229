"""IBANs and BICs: how accounts and banks are written, not whether there is such an account.

Sources: ISO 13616 with its registry for the lengths, ISO 7064 for mod 97-10, ISO 9362 for BICs.
"""

from __future__ import annotations

import re
from typing import Final

from posframe import DataError
from posframe_payments.qr.wording import quoted

_COUNTRIES: Final = {
    15: "NO",
    16: "BE",
    18: "DK FI NL",
    19: "MK SI",
    20: "AT EE LT LU",
    21: "CH HR LI LV",
    22: "BG DE GB IE ME RS VA",
    23: "GI",
    24: "AD CZ ES MD RO SE SK",
    25: "PT",
    26: "IS",
    27: "FR GR IT MC SM",
    28: "AL CY HU PL",
    31: "MT",
}
LENGTH_OF: Final = {
    country: length for length, countries in _COUNTRIES.items() for country in countries.split()
}
"""Characters of an IBAN by country, for those that transfers in euros reach (SEPA)."""
_FORM: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def remainder_97(text: str) -> int:
    """Return the remainder of ISO 7064 mod 97-10: the first four characters go last, A is 10."""
    return int("".join(str(int(each, 36)) for each in text[4:] + text[:4])) % 97


def check_digits_97(country: str, rest: str) -> str:
    """Return the two digits that belong between ``country``, or RF, and ``rest``."""
    return f"{98 - remainder_97(f'{country}00{rest}'):02}"


def read_iban(text: str) -> str:
    """Return an IBAN without blanks, in capitals.

    Raises:
        DataError: it is none; the message says what is wrong with it.
    """
    iban = text.replace(" ", "").upper()
    if not _FORM.fullmatch(iban):
        raise DataError(
            f"{quoted(text)} is not an IBAN",
            hint="It begins with two letters and two digits, as in DE71 1102 2033 0123 4567 89",
        )
    length = LENGTH_OF.get(iban[:2])
    if length is None:
        raise DataError(
            f"The IBAN {iban} is of {iban[:2]}, which transfers in euros do not reach",
            hint="Use an account in a country of the single euro payments area",
        )
    if len(iban) != length:
        raise DataError(
            f"The IBAN {iban} has {len(iban)} characters; one of {iban[:2]} has {length}",
            hint="Compare it with the bank's papers",
        )
    if remainder_97(iban) != 1:
        raise DataError(
            f"The check digits of the IBAN {iban} are wrong",
            hint="A character is mistyped: compare it with the bank's papers",
        )
    return iban


def read_bic(text: str) -> str:
    """Return a BIC without blanks, in capitals.

    Raises:
        DataError: it is not 8 or 11 characters of the right kind.
    """
    bic = text.replace(" ", "").upper()
    if not _BIC.fullmatch(bic):
        raise DataError(
            f"{quoted(text)} is not a BIC", hint="It has 8 or 11 characters, as in BHBLDEHHXXX"
        )
    return bic
