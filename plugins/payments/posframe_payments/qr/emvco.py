"""The QR code that a shop shows and a wallet reads, as EMVCo defines it; static or dynamic.

A static code is printed once; a dynamic one is made for each sale. Both end in a check sum over all
their bytes. Which accounts they name is agreed with the payment scheme: here they pass as they are.
Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError, Money
from posframe_payments.qr import data_objects
from posframe_payments.qr.currency_numbers import CURRENCY_OF, NUMBER_OF
from posframe_payments.qr.data_objects import DataObject
from posframe_payments.qr.tips import NO_TIP, Tip, read_amount, read_tip, tip_objects
from posframe_payments.qr.wording import check_text, is_digits, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

PAYLOAD_CHARACTERS_MAX: Final = 512
AMOUNT_CHARACTERS_MAX: Final = 13
ADDITIONAL_MAX: Final = 25
BILL, MOBILE, STORE, LOYALTY, REFERENCE, CUSTOMER, TERMINAL, PURPOSE = (
    f"{number:02}" for number in range(1, 9)
)
"""Ids of the additional data, each up to 25 characters."""

_FORMAT, _POINT, _CATEGORY, _CURRENCY, _AMOUNT = "00", "01", "52", "53", "54"
_COUNTRY, _NAME, _CITY, _POSTAL, _ADDITIONAL = "58", "59", "60", "61", "62"
_CHECK, _LANGUAGE = "63", "64"
_TIPS: Final = ("55", "56", "57")
_FORMAT_VALUE: Final = "01"
_STATIC, _DYNAMIC = "11", "12"
_ACCOUNTS: Final = [f"{number:02}" for number in range(2, 52)]
_TEMPLATES: Final = frozenset(_ACCOUNTS[24:])
"""Accounts 26 to 51 are made of parts again, the first of which says whose they are."""
_KNOWN: Final = frozenset({
    _FORMAT, _POINT, _CATEGORY, _CURRENCY, _AMOUNT, *_TIPS, _COUNTRY, _NAME, _CITY, _POSTAL,
    _ADDITIONAL, _CHECK, _LANGUAGE, *_ACCOUNTS,
})  # fmt: skip
_CHECK_HEAD: Final = "6304"
_CHECK_LENGTH: Final = 8


@attrs.frozen(kw_only=True)
class Language:
    """The merchant's name and city in another script."""

    code: str
    """Two letters, ISO 639."""
    name: str
    city: str = ""


@attrs.frozen(kw_only=True)
class MerchantCode:
    """What a wallet is told; checked when made.

    Raises:
        DataError: a field is too long, missing or wrong; the hint says what to do.
    """

    accounts: tuple[DataObject, ...]
    """Ids 02 to 51; 26 and above made by `template`."""
    name: str
    """Up to 25 characters."""
    city: str
    """Up to 15 characters."""
    country: str
    """Two letters, ISO 3166-1."""
    currency: str
    """ISO 4217, letters."""
    amount_minor: int | None = None
    """Above zero; None: the payer fills it in."""
    dynamic: bool = False
    category: str = "0000"
    """Merchant category code, ISO 18245: four digits."""
    postal_code: str = ""
    tip: Tip = NO_TIP
    additional: tuple[DataObject, ...] = ()
    language: Language | None = None
    others: tuple[DataObject, ...] = ()
    """Parts 65 to 99, as they are."""

    def __attrs_post_init__(self) -> None:
        _check_merchant(self)
        _check_accounts(self.accounts)
        _check_parts(self)
        _check_amount(self.currency, self.amount_minor)


def template(*parts: tuple[str, str], id_: str) -> DataObject:
    """Return an account made of parts; part 00 says whose it is: a domain or an application id."""
    return DataObject(id_, data_objects.write(DataObject(*part) for part in parts))


def parts_of(account: DataObject) -> tuple[DataObject, ...]:
    """Return what a template is made of."""
    return data_objects.read(account.value)


def build(code: MerchantCode) -> str:
    """Return what the QR code says, its parts by id, the check sum last.

    Raises:
        DataError: it is longer than 512 characters.
    """
    parts = {
        _FORMAT: _FORMAT_VALUE,
        _POINT: _DYNAMIC if code.dynamic else _STATIC,
        **{each.id: each.value for each in code.accounts},
        _CATEGORY: code.category,
        _CURRENCY: NUMBER_OF[code.currency],
        _AMOUNT: "" if code.amount_minor is None else Money(code.amount_minor, code.currency).major,
        **{each.id: each.value for each in tip_objects(code.tip, code.currency)},
        _COUNTRY: code.country,
        _NAME: code.name,
        _CITY: code.city,
        _POSTAL: code.postal_code,
        _ADDITIONAL: data_objects.write(code.additional),
        _LANGUAGE: _language(code.language),
        **{each.id: each.value for each in code.others},
    }
    objects = [DataObject(id_, value) for id_, value in sorted(parts.items()) if value]
    payload = data_objects.write(objects) + _CHECK_HEAD
    payload += check_sum(payload)
    if len(payload) > PAYLOAD_CHARACTERS_MAX:
        raise DataError(
            f"The QR code would hold {len(payload)} characters; {PAYLOAD_CHARACTERS_MAX} are"
            " allowed",
            hint="Name fewer accounts, or leave out additional data",
        )
    return payload


def parse(payload: str) -> MerchantCode:
    """Read what a QR code says.

    Raises:
        DataError: it is none for wallets, its check sum is wrong, or it breaks the rules.
    """
    _check_form(payload)
    objects = data_objects.read(payload[:-_CHECK_LENGTH])
    parts = {each.id: each.value for each in objects}
    currency = _read_currency(parts.get(_CURRENCY, ""))
    return MerchantCode(
        accounts=tuple(each for each in objects if each.id in _ACCOUNTS),
        name=parts.get(_NAME, ""),
        city=parts.get(_CITY, ""),
        country=parts.get(_COUNTRY, ""),
        currency=currency,
        amount_minor=read_amount(parts[_AMOUNT], currency) if _AMOUNT in parts else None,
        dynamic=_read_point(parts),
        category=parts.get(_CATEGORY, ""),
        postal_code=parts.get(_POSTAL, ""),
        tip=read_tip(parts, currency),
        additional=data_objects.read(parts.get(_ADDITIONAL, "")),
        language=_read_language(parts.get(_LANGUAGE, "")),
        others=tuple(each for each in objects if each.id not in _KNOWN),
    )


def check_sum(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of the UTF-8 bytes, as four hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def _check_form(payload: str) -> None:
    if len(payload) > PAYLOAD_CHARACTERS_MAX or not payload.startswith("000201"):
        raise DataError(
            "This is not a QR code that wallets pay by",
            hint=f"It begins with 000201 and has {PAYLOAD_CHARACTERS_MAX} characters at most",
        )
    if payload[-_CHECK_LENGTH:-4] != _CHECK_HEAD:
        raise DataError("The QR code does not end in a check sum", hint="Scan it again")
    if any("\ud800" <= each <= "\udfff" for each in payload):
        raise DataError("The QR code holds broken characters", hint="Scan it again")
    if payload[-4:] != check_sum(payload[:-4]):
        raise DataError("The check sum of the QR code is wrong", hint="Scan it again")


def _check_merchant(code: MerchantCode) -> None:
    check_text(code.name, "The merchant's name", 25, shortest=1)
    check_text(code.city, "The merchant's city", 15, shortest=1)
    check_text(code.postal_code, "The postal code", 10)
    if len(code.country) != 2 or not (code.country.isascii() and code.country.isupper()):
        raise DataError(
            f"{quoted(code.country)} is not a country", hint="Write two capitals, as in DE"
        )
    if len(code.category) != 4 or not is_digits(code.category):
        raise DataError(
            f"{quoted(code.category)} is not a merchant category",
            hint="Write four digits, as in 5411 for groceries",
        )
    if code.language and (len(code.language.code) != 2 or not code.language.code.isascii()):
        raise DataError(
            f"{quoted(code.language.code)} is not a language", hint="Write two letters, as in ZH"
        )


def _check_accounts(accounts: tuple[DataObject, ...]) -> None:
    if not accounts:
        raise DataError("The QR code names no account", hint="Name one, with an id of 02 to 51")
    for account in accounts:
        if account.id not in _ACCOUNTS:
            raise DataError(f"{account.id} is not the id of an account", hint="Use 02 to 51")
        if account.id in _TEMPLATES and parts_of(account)[0].id != "00":
            raise DataError(
                f"Account {account.id} does not say whose it is",
                hint="Begin it with part 00: a domain or an application id",
            )


def _check_parts(code: MerchantCode) -> None:
    for each in code.others:
        if each.id in _KNOWN:
            raise DataError(f"Part {each.id} has a place of its own", hint="Use 65 to 99 here")
    for each in code.additional:
        if each.id <= PURPOSE:
            check_text(each.value, f"Additional part {each.id}", ADDITIONAL_MAX)


def _check_amount(currency: str, minor: int | None) -> None:
    if currency not in NUMBER_OF:
        raise DataError(f"{quoted(currency)} is not a currency", hint="Use a code such as EUR")
    if minor is None:
        return
    amount = Money(minor, currency)
    if minor <= 0 or len(amount.major) > AMOUNT_CHARACTERS_MAX:
        raise DataError(
            f"{amount} cannot be asked for by this QR code",
            hint=f"The amount is above zero and has {AMOUNT_CHARACTERS_MAX} characters at most",
        )


def _read_currency(number: str) -> str:
    currency = CURRENCY_OF.get(number)
    if currency is None:
        raise DataError(
            f"{quoted(number)} is not the number of a currency", hint="Three digits, as in 978"
        )
    return currency


def _read_point(parts: Mapping[str, str]) -> bool:
    point = parts.get(_POINT, _STATIC)
    if point not in {_STATIC, _DYNAMIC}:
        raise DataError(
            f"{quoted(point)} says neither static nor dynamic", hint="It is 11 or 12; or left out"
        )
    return point == _DYNAMIC


def _language(language: Language | None) -> str:
    if language is None:
        return ""
    parts = (("00", language.code), ("01", language.name), ("02", language.city))
    return data_objects.write(DataObject(*part) for part in parts if part[1])


def _read_language(text: str) -> Language | None:
    if not text:
        return None
    parts = {each.id: each.value for each in data_objects.read(text)}
    return Language(code=parts.get("00", ""), name=parts.get("01", ""), city=parts.get("02", ""))
