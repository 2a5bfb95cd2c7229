"""Payments: the media this till takes. So far cash; card, QR and gift card come beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import ConfigurationError, PluginContext, TenderType, hookimpl
from posframe_payments.cash import cash_tender

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUICK = "plugins.payments.quick_cash"


@attrs.frozen(kw_only=True)
class PaymentsConfig:
    """``[plugins.payments]`` of till.toml."""

    quick_cash: tuple[str, ...] = ()
    """Notes offered as one key each when paying cash; empty: the larger denominations."""


class PaymentsPlugin:
    """Cash."""

    Config = PaymentsConfig
    criticality = "required"

    def __init__(self, config: PaymentsConfig, context: PluginContext) -> None:
        self._cash = cash_tender(context, [_note(each, context) for each in config.quick_cash])

    @hookimpl
    def posframe_tender_types(self) -> Sequence[TenderType]:
        """Offer cash."""
        return [self._cash]


def _note(text: str, context: PluginContext) -> int:
    """Return a note of the settings in minor units; one the till would refuse is no key."""
    minor = context.amount_minor(text, _QUICK)
    if minor <= 0:
        raise ConfigurationError(f"{_QUICK}: {text} is not above zero", hint="take it out")
    if minor > context.cash_limit_minor:
        raise ConfigurationError(
            f"{_QUICK}: {text} is above cash.limit", hint="take it out, or raise the limit"
        )
    return minor
