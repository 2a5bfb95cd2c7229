"""The settings of gift cards and store credit, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import ConfigurationError
from posframe_payments.gift_codes import PREFIX_DIGITS
from posframe_payments.gift_pins import read_secret

if TYPE_CHECKING:
    from posframe import PluginContext
    from posframe_payments.settings import GiftSettings

WHERE: Final = "plugins.payments.gift"
_DAY_US: Final = 86_400_000_000
_DAYS_MAX: Final = 36_500


@attrs.frozen(kw_only=True)
class GiftRules:
    """The settings, checked."""

    prefix: str
    secret: bytes = attrs.field(repr=False)
    most_minor: int
    valid_us: int
    credit_valid_us: int
    reloadable: bool
    currency: str


def gift_rules(settings: GiftSettings, context: PluginContext) -> GiftRules:
    """Return the settings as rules.

    Raises:
        ConfigurationError: one of them cannot be; it is named.
    """
    prefix = settings.prefix
    is_number = prefix.isascii() and prefix.isdigit() and len(prefix) == PREFIX_DIGITS
    if not is_number or prefix.startswith("0"):
        raise ConfigurationError(
            f"{WHERE}.prefix: {prefix!r} is no beginning of codes",
            hint=f'{PREFIX_DIGITS} digits, not beginning with 0, like "2990"',
        )
    most = context.amount_minor(settings.most, f"{WHERE}.most")
    if most <= 0:
        raise ConfigurationError(f"{WHERE}.most is not above zero", hint="raise it")
    for name in ("valid_days", "credit_valid_days"):
        if not 0 <= getattr(settings, name) <= _DAYS_MAX:
            raise ConfigurationError(
                f"{WHERE}.{name} cannot be {getattr(settings, name)}",
                hint=f"0 for never, or up to {_DAYS_MAX}",
            )
    return GiftRules(
        prefix=prefix,
        secret=read_secret(context.folder / settings.secret, f"{WHERE}.secret"),
        most_minor=most,
        valid_us=settings.valid_days * _DAY_US,
        credit_valid_us=settings.credit_valid_days * _DAY_US,
        reloadable=settings.reloadable,
        currency=context.currency,
    )
