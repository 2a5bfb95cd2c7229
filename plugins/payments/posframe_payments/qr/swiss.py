"""The Swiss QR code of a QR-bill: lines of text, each at its place.

Source: Swiss Implementation Guidelines for the QR-bill, version 2.3 (SIX): SPC 0200, structured
addresses only. The symbol has error correction M and a Swiss cross in its middle, which is for
whoever prints it.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import attrs

from posframe import DataError, format_minor, parse_minor
from posframe_payments.qr.iban import read_iban
from posframe_payments.qr.reference import read_creditor_reference, read_qr_reference
from posframe_payments.qr.swiss_address import ADDRESS_LINES, Address, check_characters
from posframe_payments.qr.wording import quoted

ERROR_CORRECTION: Final = "M"
PAYLOAD_CHARACTERS_MAX: Final = 997
AMOUNT_MAX_MINOR: Final = 99_999_999_999
TEXT_MAX: Final = 140
"""Characters of the message and the bill information together."""
ALTERNATIVE_MAX, ALTERNATIVES_MAX = 100, 2

_HEADER: Final = ("SPC", "0200", "1")
_TRAILER: Final = "EPD"
_TRAILER_AT: Final = 30
_LINES_MIN: Final = 31
_LINES_MAX: Final = _LINES_MIN + 1 + ALTERNATIVES_MAX
_COUNTRIES: Final = ("CH", "LI")
_CURRENCIES: Final = ("CHF", "EUR")
_QR_BANKS: Final = range(30000, 32000)
"""Bank numbers (IID) that make an IBAN a QR-IBAN."""
_AMOUNT: Final = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{2}")

ReferenceType = Literal["QRR", "SCOR", "NON"]


@attrs.frozen(kw_only=True)
class Bill:
    """What the payer's bank is told to do; checked when made.

    Raises:
        DataError: a field is too long, missing or wrong, or does not go with another.
    """

    iban: str
    creditor: Address
    currency: str
    """CHF or EUR."""
    amount_minor: int | None = None
    """Hundredths, 0 to 99,999,999,999; None: the payer fills it in, 0: a notification only."""
    debtor: Address | None = None
    reference: str = ""
    """With a QR-IBAN a QR reference, else a creditor reference (RF) or none."""
    message: str = ""
    bill_information: str = ""
    """Structured, as in ``//S1/…``; up to 140 characters together with the message."""
    alternatives: tuple[str, ...] = ()
    """Up to two other procedures, 100 characters each."""

    def __attrs_post_init__(self) -> None:
        _check_account(self.iban)
        _check_reference(self.iban, self.reference)
        _check_amount(self.currency, self.amount_minor)
        _check_texts(self)

    @property
    def reference_type(self) -> ReferenceType:
        """How the reference is to be read."""
        if is_qr_iban(self.iban):
            return "QRR"
        return "SCOR" if self.reference else "NON"


def is_qr_iban(iban: str) -> bool:
    """Return whether an account takes payments with a QR reference, and only those."""
    return int(iban[4:9]) in _QR_BANKS


def build(bill: Bill) -> str:
    """Return what the QR code says: 31 lines and more, LF between them.

    Raises:
        DataError: it is longer than 997 characters.
    """
    lines = [
        *_HEADER,
        bill.iban,
        *bill.creditor.lines(),
        *[""] * ADDRESS_LINES,  # the ultimate creditor, for future use
        "" if bill.amount_minor is None else format_minor(bill.amount_minor, 2),
        bill.currency,
        *(bill.debtor.lines() if bill.debtor else [""] * ADDRESS_LINES),
        bill.reference_type,
        bill.reference,
        bill.message,
        _TRAILER,
    ]
    if bill.bill_information or bill.alternatives:
        lines += [bill.bill_information, *bill.alternatives]
    payload = "\n".join(lines)
    _check_size(payload)
    return payload


def parse(payload: str) -> Bill:
    """Read what a QR code says, its lines parted by LF or CR LF.

    Raises:
        DataError: it is no QR-bill, or one that breaks the rules.
    """
    _check_size(payload)
    lines = payload.replace("\r\n", "\n").split("\n")
    if len(lines) > _LINES_MIN and not lines[-1]:
        lines.pop()  # some end the last line too
    _check_form(lines)
    lines += [""] * (_LINES_MAX - len(lines))
    bill = Bill(
        iban=lines[3],
        creditor=Address.read(lines[4:11], "The creditor"),
        amount_minor=_read_amount(lines[18]),
        currency=lines[19],
        debtor=Address.read(lines[20:27], "The debtor") if any(lines[20:27]) else None,
        reference=lines[28],
        message=lines[29],
        bill_information=lines[31],
        alternatives=tuple(each for each in lines[32:] if each),
    )
    if bill.reference_type != lines[27]:
        raise DataError(
            f"The QR-bill says its reference is {quoted(lines[27])}; with this account and"
            f" reference it is {bill.reference_type}",
            hint="Ask its sender for another one",
        )
    return bill


def _check_form(lines: list[str]) -> None:
    if tuple(lines[:3]) != _HEADER or len(lines) < _LINES_MIN or lines[_TRAILER_AT] != _TRAILER:
        raise DataError(
            "This is not a Swiss QR-bill",
            hint=f"It begins with SPC, 0200, 1 and has {_TRAILER} in line {_LINES_MIN}",
        )
    if len(lines) > _LINES_MAX:
        raise DataError(
            f"The QR-bill has {len(lines)} lines; {_LINES_MAX} are allowed",
            hint="Ask its sender for another one",
        )
    if any(lines[11:18]):
        raise DataError(
            "The QR-bill names an ultimate creditor, which is not in use yet",
            hint="Ask its sender for another one",
        )


def _check_size(payload: str) -> None:
    if len(payload) > PAYLOAD_CHARACTERS_MAX:
        raise DataError(
            f"The QR code would hold {len(payload)} characters; {PAYLOAD_CHARACTERS_MAX} are"
            " allowed",
            hint="Shorten the message",
        )


def _check_account(iban: str) -> None:
    if read_iban(iban) != iban:
        raise DataError(
            f"The IBAN {quoted(iban)} holds blanks or small letters",
            hint="Write it in one, in capitals",
        )
    if iban[:2] not in _COUNTRIES or not iban[4:9].isdecimal():
        raise DataError(
            f"A QR-bill cannot be paid to {iban}",
            hint="Use an account in Switzerland or Liechtenstein",
        )


def _check_reference(iban: str, reference: str) -> None:
    if is_qr_iban(iban):
        if not reference or not reference.isdecimal():
            raise DataError(
                f"{iban} is a QR-IBAN, which takes a QR reference only",
                hint="Give one of 27 digits, or use the account's ordinary IBAN",
            )
        read = read_qr_reference(reference)
    elif reference.isdecimal():
        raise DataError(
            f"{iban} is no QR-IBAN, so a QR reference cannot come back with the money",
            hint="Use the account's QR-IBAN, or a creditor reference (RF), or none",
        )
    else:
        read = read_creditor_reference(reference) if reference else ""
    if read != reference:
        raise DataError(
            f"The reference {quoted(reference)} holds blanks or small letters",
            hint="Write it in one, in capitals",
        )


def _check_amount(currency: str, minor: int | None) -> None:
    if currency not in _CURRENCIES:
        raise DataError(
            f"A QR-bill is in CHF or EUR, not in {quoted(currency)}", hint="Use one of them"
        )
    if minor is not None and not 0 <= minor <= AMOUNT_MAX_MINOR:
        raise DataError(
            f"{format_minor(minor, 2)} {currency} cannot be asked for by a QR-bill",
            hint="It takes up to 999999999.99",
        )


def _check_texts(bill: Bill) -> None:
    check_characters(bill.message, "The message", TEXT_MAX)
    left = TEXT_MAX - len(bill.message)
    check_characters(bill.bill_information, "Behind this message, the bill information", left)
    if len(bill.alternatives) > ALTERNATIVES_MAX:
        raise DataError(
            f"A QR-bill names {ALTERNATIVES_MAX} other procedures at most", hint="Leave some out"
        )
    for each in bill.alternatives:
        check_characters(each, "The other procedure", ALTERNATIVE_MAX, shortest=1)


def _read_amount(text: str) -> int | None:
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise DataError(
            f"{quoted(text)} is not an amount of a QR-bill", hint="It is written as in 1949.75"
        )
    return parse_minor(text, 2)
