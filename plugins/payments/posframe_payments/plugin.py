"""Payments: the media this till takes. So far cash; card, QR and gift card come beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import PluginContext, TenderType, hookimpl
from posframe_payments.cash import cash_tender

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        self._cash = cash_tender(
            context,
            [
                context.amount_minor(each, "plugins.payments.quick_cash")
                for each in config.quick_cash
            ],
        )

    @hookimpl
    def posframe_tender_types(self) -> Sequence[TenderType]:
        """Offer cash."""
        return [self._cash]
