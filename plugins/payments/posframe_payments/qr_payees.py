"""Who is paid by a QR code: the account of ``[plugins.payments.qr.NAME]``, checked at the start.

What the codes say is `posframe_payments.qr`'s; how it is known that they were paid is
`qr_provider`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs

from posframe import ConfigurationError, DataError, Money
from posframe_payments.qr import emvco, epc, swiss
from posframe_payments.qr.data_objects import DataObject
from posframe_payments.qr.iban import read_bic, read_iban
from posframe_payments.qr.swiss_address import Address
from posframe_payments.qr_references import digit_reference, letter_reference, spaced

if TYPE_CHECKING:
    from posframe import PaymentRequest
    from posframe_payments.settings import QrSettings

WHERE: Final = "plugins.payments.qr"
SLIP_COLUMNS: Final = 42
_OF_KIND: Final = {
    "epc": {"iban", "bic"},
    "swiss": {"iban", "street", "building", "postal_code", "town", "country"},
    "emvco": {"accounts", "numbers", "category", "postal_code", "town", "country"},
}
_OF_CONFIRM: Final = {"cashier": set[str](), "bank": {"folder", "map", "wait_s", "days"}}


@attrs.frozen(kw_only=True)
class PayCode:
    """What one payment is paid by."""

    payload: str
    """The data of the QR code."""
    reference: str
    lines: tuple[str, ...]
    """What stands above the code on paper, for customers who type."""


@attrs.frozen(kw_only=True)
class Payee:
    """An account that codes are made for."""

    title: tuple[str, ...]
    write: Callable[[Money, str], str]
    """Makes the payload for an amount and a reference."""
    refer: Callable[[str], str]
    """Makes the reference of a payment."""

    def code(self, request: PaymentRequest) -> PayCode:
        """Return what a payment is paid by; the same each time.

        Raises:
            DataError: no code can ask for such an amount.
        """
        reference = self.refer(request.payment)
        amount = Money(request.amount_minor, request.currency)
        return PayCode(
            payload=self.write(amount, reference),
            reference=reference,
            lines=(*self.title, str(amount), spaced(reference)),
        )


def payee(name: str, settings: QrSettings, currency: str) -> Payee:
    """Return the account of a method's settings.

    Raises:
        ConfigurationError: it cannot be paid to; the setting is named.
    """
    where = f"{WHERE}.{name}"
    _check_used(where, settings)
    try:
        found = _MAKE[settings.kind](settings)
        found.write(Money(1, currency), found.refer(name))
    except DataError as error:
        raise ConfigurationError(f"{where}: {error.message}", hint=error.hint) from error
    if settings.kind == "epc" and currency != "EUR":
        raise ConfigurationError(
            f"{where}: an EPC code asks for euros, and this till sells in {currency}",
            hint='use kind = "swiss" or "emvco"',
        )
    return found


def _check_used(where: str, settings: QrSettings) -> None:
    """Refuse settings that would do nothing: whoever wrote them meant something by them."""
    chosen = _OF_KIND[settings.kind] | _OF_CONFIRM[settings.confirm]
    every = set().union(*_OF_KIND.values(), *_OF_CONFIRM.values())
    for field in attrs.fields(type(settings)):
        default = field.default.factory() if hasattr(field.default, "factory") else field.default
        if field.name in every - chosen and getattr(settings, field.name) != default:
            raise ConfigurationError(
                f"{where}.{field.name} is of no use with kind {settings.kind!r} and confirm"
                f" {settings.confirm!r}",
                hint="take it out, or change the others",
            )


def _epc(settings: QrSettings) -> Payee:
    iban = read_iban(settings.iban)
    bic = read_bic(settings.bic) if settings.bic else ""

    def write(amount: Money, reference: str) -> str:
        transfer = epc.CreditTransfer(
            name=settings.name,
            iban=iban,
            bic=bic,
            amount_minor=amount.minor,
            reference=reference,
        )
        return epc.build(transfer).decode()

    return Payee(title=_title(settings.name, iban), write=write, refer=letter_reference)


def _swiss(settings: QrSettings) -> Payee:
    iban = read_iban(settings.iban)
    creditor = Address(
        name=settings.name,
        street=settings.street,
        building=settings.building,
        postal_code=settings.postal_code,
        town=settings.town,
        country=settings.country or "CH",
    )

    def write(amount: Money, reference: str) -> str:
        return swiss.build(
            swiss.Bill(
                iban=iban,
                creditor=creditor,
                currency=amount.currency,
                amount_minor=amount.minor,
                reference=reference,
            )
        )

    refer = digit_reference if swiss.is_qr_iban(iban) else letter_reference
    return Payee(title=_title(settings.name, iban), write=write, refer=refer)


def _emvco(settings: QrSettings) -> Payee:
    accounts = [DataObject(id_, number) for id_, number in settings.numbers.items()]
    for id_, parts in settings.accounts.items():
        accounts.append(emvco.template(*sorted(parts.items()), id_=id_))

    def write(amount: Money, reference: str) -> str:
        return emvco.build(
            emvco.MerchantCode(
                accounts=tuple(accounts),
                name=settings.name,
                city=settings.town,
                country=settings.country,
                postal_code=settings.postal_code,
                category=settings.category,
                currency=amount.currency,
                amount_minor=amount.minor,
                dynamic=True,
                additional=(DataObject(emvco.REFERENCE, reference),),
            )
        )

    return Payee(title=_title(settings.name), write=write, refer=letter_reference)


_MAKE: Final = {"epc": _epc, "swiss": _swiss, "emvco": _emvco}


def _title(name: str, iban: str = "") -> tuple[str, ...]:
    """Return who is paid, on lines as wide as paper is."""
    wide = [name[at : at + SLIP_COLUMNS] for at in range(0, len(name), SLIP_COLUMNS)]
    return (*wide, spaced(iban)) if iban else tuple(wide)
