"""Card payments by ZVT terminals as a method: one tender type for each terminal of till.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import TenderRule, TenderType
from posframe_payments.methods import Method
from posframe_payments.zvt_provider import ZvtProvider
from posframe_payments.zvt_setup import zvt_setup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from posframe import PluginContext
    from posframe_payments.settings import TerminalSettings
    from posframe_payments.zvt_setup import ZvtSetup

KIND = "zvt"


class ZvtCards(Method):
    """Tenders whose customers pay at a terminal."""

    def __init__(self, terminals: Mapping[str, TerminalSettings], context: PluginContext) -> None:
        """Read the settings of those of ``terminals`` that speak ZVT.

        Raises:
            ConfigurationError: one cannot be used.
        """
        self._types = [
            _tender_type(name, settings, zvt_setup(name, settings, context.currency))
            for name, settings in terminals.items()
            if settings.kind == KIND
        ]

    def tender_types(self) -> Sequence[TenderType]:
        """Return the terminals."""
        return self._types


def _tender_type(name: str, settings: TerminalSettings, setup: ZvtSetup) -> TenderType:
    return TenderType(
        rule=TenderRule(
            id=name, label=settings.label, immediate=False, capabilities=setup.capabilities
        ),
        key=settings.key,
        provider=lambda: ZvtProvider(setup),
        terminal=setup.place,
    )
