"""The card terminals of till.toml that speak nexo, as tender types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from posframe import Capabilities, ConfigurationError, TenderRule, TenderType
from posframe_payments.methods import Method
from posframe_payments.nexo.key_file import read_key
from posframe_payments.nexo.line import TerminalLine, pinned
from posframe_payments.nexo.provider import NexoProvider, NexoTerminal
from posframe_payments.typed_names import check_typed_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from posframe import PaymentProvider, PluginContext
    from posframe_payments.settings import TerminalSettings

KIND = "nexo"
WHERE = "plugins.payments.terminals"
ANSWER_WITHIN_S = 150
"""Adyen's terminals give a payment up after 120 seconds; its documents advise to wait longer."""
GRACE_S = 150
"""Nobody names how long a message may still be on its way; this is as long as a payment takes."""
TIP_PERCENT_MAX = 100
_ADDRESS = re.compile(r"https://[^/?#@\s]+/nexo/?")
_NAME = re.compile(r"[!-~]{1,60}")
_PERCENT_MILLI = 1_000


class NexoTerminals(Method):
    """The terminals whose ``kind`` is ``nexo``."""

    def __init__(self, terminals: Mapping[str, TerminalSettings], context: PluginContext) -> None:
        self._types = tuple(
            _tender(name, each, context) for name, each in terminals.items() if each.kind == KIND
        )

    def tender_types(self) -> Sequence[TenderType]:
        """Return one for each terminal."""
        return self._types


def capabilities(settings: TerminalSettings, where: str) -> Capabilities:
    """Return what a nexo terminal can do.

    Raises:
        ConfigurationError: the tip cannot be.
    """
    if not 0 <= settings.tip_percent <= TIP_PERCENT_MAX:
        raise ConfigurationError(
            f"{where}.tip_percent cannot be {settings.tip_percent}",
            hint=f"0 for none, or up to {TIP_PERCENT_MAX}",
        )
    return Capabilities(
        inquiry="reference",
        reverse="reference",
        refund="reference",
        partial=settings.partial,
        tip_limit_milli=settings.tip_percent * _PERCENT_MILLI,
        answer_within_s=ANSWER_WITHIN_S,
        grace_s=GRACE_S,
        batches=True,
    )


def _tender(name: str, settings: TerminalSettings, context: PluginContext) -> TenderType:
    where = f"{WHERE}.{name}"
    check_typed_name(name, where)
    _check_names(settings, where)
    can = capabilities(settings, where)
    terminal = NexoTerminal(
        terminal=settings.terminal,
        till=settings.till,
        key=read_key(context.folder / settings.secret, f"{where}.secret"),
        capabilities=can,
    )
    trusted = pinned(
        context.folder / settings.certificate, settings.terminal, f"{where}.certificate"
    )

    def provider() -> PaymentProvider:
        return NexoProvider(terminal, TerminalLine(settings.address, trusted))

    return TenderType(
        rule=TenderRule(id=name, label=settings.label, immediate=False, capabilities=can),
        key=settings.key,
        provider=provider,
        terminal=settings.address,
    )


def _check_names(settings: TerminalSettings, where: str) -> None:
    if not _ADDRESS.fullmatch(settings.address):
        raise ConfigurationError(
            f"{where}.address: {settings.address!r} is no address of a nexo terminal",
            hint='write it like "https://192.168.1.20:8443/nexo"',
        )
    wanted = {"terminal": "its POIID, like P400Plus-275039202", "till": "a name like T01"}
    for name, example in wanted.items():
        if not _NAME.fullmatch(getattr(settings, name)):
            raise ConfigurationError(f"{where}.{name} is missing or odd", hint=f"give {example}")
