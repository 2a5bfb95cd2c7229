"""QR codes as tenders: one for each ``[plugins.payments.qr.NAME]`` of till.toml."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from posframe import ConfigurationError, TenderRule, TenderType
from posframe_payments.methods import Method
from posframe_payments.qr_payees import WHERE, payee
from posframe_payments.qr_provider import BY_CASHIER, BankedQrProvider, QrProvider, by_bank

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from posframe import Capabilities, PaymentProvider, PluginContext
    from posframe_payments.qr_payees import Payee
    from posframe_payments.settings import QrSettings

WAIT_MAX_S: Final = 900
DAYS_MAX: Final = 30


class QrTenders(Method):
    """Takes payments by QR code."""

    def __init__(self, settings: Mapping[str, QrSettings], context: PluginContext) -> None:
        self._types = [_tender(name, each, context) for name, each in settings.items()]

    def tender_types(self) -> Sequence[TenderType]:
        """Return a tender for each code."""
        return self._types


def _tender(name: str, settings: QrSettings, context: PluginContext) -> TenderType:
    _check(name, settings)
    paid = payee(name, settings, context.currency)
    can, provider = BY_CASHIER, _by_cashier(paid, settings)
    if settings.confirm == "bank":
        can = by_bank(settings.wait_s, settings.days)
        provider = _by_bank(name, paid, settings, context, can)
    rule = TenderRule(id=name, label=settings.label, immediate=False, capabilities=can)
    return TenderType(rule=rule, key=settings.key, provider=provider)


def _by_cashier(paid: Payee, settings: QrSettings) -> Callable[[], PaymentProvider]:
    return functools.partial(QrProvider, paid, prints=settings.print)


def _by_bank(
    name: str, paid: Payee, settings: QrSettings, context: PluginContext, can: Capabilities
) -> Callable[[], PaymentProvider]:
    from posframe_payments.qr_bank import BankFolder, bank_map

    setting = f"{WHERE}.{name}.map"
    file_map = bank_map(context.folder, settings.map, setting, context.currency)
    bank = BankFolder(context.folder / settings.folder, file_map)
    return functools.partial(BankedQrProvider, paid, bank, can, prints=settings.print)


def _check(name: str, settings: QrSettings) -> None:
    if not (name.isascii() and name.isalnum() and name.islower()):
        raise ConfigurationError(
            f"{WHERE}.{name} is not a name that can be typed",
            hint="small letters and digits, like [plugins.payments.qr.giro]",
        )
    if not settings.label.strip():
        raise ConfigurationError(f"{WHERE}.{name}.label is empty", hint="name it for the cashier")
    for key, most in (("wait_s", WAIT_MAX_S), ("days", DAYS_MAX)):
        if not 1 <= getattr(settings, key) <= most:
            raise ConfigurationError(
                f"{WHERE}.{name}.{key} cannot be {getattr(settings, key)}",
                hint=f"1 to {most}",
            )
