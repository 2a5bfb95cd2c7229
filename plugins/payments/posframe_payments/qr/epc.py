"""The QR code of a transfer in euros, EPC069-12, known as GiroCode.

Eleven or twelve lines of text: service tag, version, character set, SCT, BIC, name, IBAN, amount,
purpose, reference or text, information for the payer. Lines at the end that are empty are left out.
The symbol has error correction M and is of version 13 at most; so the text has 331 bytes at most.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final

import attrs

from posframe import DataError, format_minor, parse_minor
from posframe_payments.qr.iban import read_bic, read_iban
from posframe_payments.qr.reference import RF, read_creditor_reference
from posframe_payments.qr.wording import check_text, is_plain, quoted

ERROR_CORRECTION: Final = "M"
SYMBOL_VERSION_MAX: Final = 13
PAYLOAD_BYTES_MAX: Final = 331
AMOUNT_MAX_MINOR: Final = 99_999_999_999
NAME_MAX, TEXT_MAX, INFORMATION_MAX, REFERENCE_MAX = 70, 140, 70, 35

_TAG, _SCHEME = "BCD", "SCT"
WITH_BIC: Final = "001"
"""The version that needs a BIC; 002 needs none within the European Economic Area."""
_VERSIONS: Final = (WITH_BIC, "002")
_CHARACTER_SETS: Final = (
    "utf-8",
    "iso8859-1",
    "iso8859-2",
    "iso8859-4",
    "iso8859-5",
    "iso8859-7",
    "iso8859-10",
    "iso8859-15",
)
"""By number, from 1; what is built is always UTF-8."""
_AMOUNT: Final = re.compile(r"EUR(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?")
_LINES_MIN, _LINES_MAX = 7, 12


@attrs.frozen(kw_only=True)
class CreditTransfer:
    """What the payer's bank is told to do; checked when made.

    Raises:
        DataError: a field is too long, missing, or wrong in itself; the hint says what to do.
    """

    name: str
    """Of who is paid, up to 70 characters."""
    iban: str
    bic: str = ""
    amount_minor: int | None = None
    """Cents, 1 to 99,999,999,999; None: the payer fills it in."""
    purpose: str = ""
    """Up to 4 letters, as the external code list of ISO 20022 has them."""
    reference: str = ""
    """Structured, up to 35 characters; one that begins with RF has its check digits checked."""
    text: str = ""
    """Unstructured, up to 140 characters; not together with a reference."""
    information: str = ""
    """For the payer, up to 70 characters; it does not come back with the money."""
    version: str = "002"

    def __attrs_post_init__(self) -> None:
        _check_account(self)
        _check_amount(self.amount_minor)
        _check_texts(self)


def build(transfer: CreditTransfer) -> bytes:
    """Return what the QR code says, in UTF-8.

    Raises:
        DataError: it is longer than 331 bytes.
    """
    lines = [
        _TAG,
        transfer.version,
        "1",
        _SCHEME,
        transfer.bic,
        transfer.name,
        transfer.iban,
        _amount(transfer.amount_minor),
        transfer.purpose,
        transfer.reference,
        transfer.text,
        transfer.information,
    ]
    payload = "\n".join(lines).rstrip("\n").encode()
    _check_size(payload)
    return payload


def parse(payload: bytes) -> CreditTransfer:
    """Read what a QR code says.

    Raises:
        DataError: it is no transfer in euros, or one that breaks the rules.
    """
    _check_size(payload)
    lines = _decoded(payload).replace("\r\n", "\n").removesuffix("\n").split("\n")
    if not _LINES_MIN <= len(lines) <= _LINES_MAX or lines[0] != _TAG or lines[3] != _SCHEME:
        raise DataError(
            "This is not the QR code of a transfer in euros",
            hint=f"It begins with {_TAG} and has {_LINES_MIN} to {_LINES_MAX} lines",
        )
    lines += [""] * (_LINES_MAX - len(lines))
    return CreditTransfer(
        version=lines[1],
        bic=lines[4],
        name=lines[5],
        iban=lines[6],
        amount_minor=_read_amount(lines[7]),
        purpose=lines[8],
        reference=lines[9],
        text=lines[10],
        information=lines[11],
    )


def _decoded(payload: bytes) -> str:
    lines = payload.split(b"\n", 3)
    number = lines[2].strip() if len(lines) > 2 else b""
    if not (len(number) == 1 and b"1" <= number <= b"8"):
        raise DataError(
            "The QR code does not say which characters it is written in",
            hint="Its third line is a number from 1 to 8",
        )
    with contextlib.suppress(UnicodeDecodeError):  # which would carry the code along
        return payload.decode(_CHARACTER_SETS[int(number) - 1])
    raise DataError("The QR code is not written in the characters it says", hint="Scan it again")


def _check_size(payload: bytes) -> None:
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise DataError(
            f"The QR code would hold {len(payload)} bytes; {PAYLOAD_BYTES_MAX} are allowed",
            hint="Shorten the text: letters with accents count two, others up to four",
        )


def _check_account(transfer: CreditTransfer) -> None:
    if transfer.version not in _VERSIONS:
        raise DataError(
            f"There is no version {quoted(transfer.version)} of this QR code", hint="Use 002 or 001"
        )
    if read_iban(transfer.iban) != transfer.iban:
        raise DataError(
            f"The IBAN {quoted(transfer.iban)} holds blanks or small letters",
            hint="Write it in one, in capitals",
        )
    if transfer.bic and read_bic(transfer.bic) != transfer.bic:
        raise DataError(
            f"The BIC {quoted(transfer.bic)} holds blanks or small letters",
            hint="Write it in one, in capitals",
        )
    if transfer.version == WITH_BIC and not transfer.bic:
        raise DataError("Version 001 needs a BIC", hint="Fill it in, or use version 002")


def _check_texts(transfer: CreditTransfer) -> None:
    check_text(transfer.name, "The name", NAME_MAX, shortest=1)
    check_text(transfer.reference, "The reference", REFERENCE_MAX)
    check_text(transfer.text, "The text", TEXT_MAX)
    check_text(transfer.information, "The information", INFORMATION_MAX)
    if transfer.reference and transfer.text:
        raise DataError(
            "A transfer has a reference or a text, not both", hint="Leave one of them out"
        )
    if transfer.reference.startswith(RF):
        read_creditor_reference(transfer.reference)
    if transfer.purpose and not (is_plain(transfer.purpose) and len(transfer.purpose) <= 4):
        raise DataError(
            f"{quoted(transfer.purpose)} is not a purpose",
            hint="It has up to 4 letters, as in GDDS for goods; or leave it out",
        )


def _check_amount(minor: int | None) -> None:
    if minor is not None and not 1 <= minor <= AMOUNT_MAX_MINOR:
        raise DataError(
            f"{format_minor(minor, 2)} EUR cannot be asked for by this QR code",
            hint="It takes 0.01 to 999999999.99",
        )


def _amount(minor: int | None) -> str:
    """Return the amount as the guideline's samples have it: EUR12.3, EUR1."""
    if minor is None:
        return ""
    return f"EUR{format_minor(minor, 2)}".rstrip("0").rstrip(".")


def _read_amount(text: str) -> int | None:
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise DataError(
            f"{quoted(text)} is not an amount in euros", hint="It is written as in EUR12.30"
        )
    return parse_minor(text[3:], 2)
