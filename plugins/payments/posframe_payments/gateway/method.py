"""Gateways as a method: each table of till.toml becomes a tender type."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from posframe import (
    Capabilities,
    ConfigurationError,
    TenderRule,
    TenderType,
)
from posframe_payments.gateway.keys import read_keys
from posframe_payments.methods import Method
from posframe_payments.typed_names import check_typed_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from posframe import PluginContext
    from posframe_payments.gateway.dialect import Dialect
    from posframe_payments.gateway.keys import GatewayKeys
    from posframe_payments.gateway.provider import GatewayProvider
    from posframe_payments.settings import GatewaySettings

_TERMINAL = re.compile(r"(?!.*[0-9]{13})[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_MILLI_PER_PERCENT: Final = 1_000
_WITHIN_S_MAX: Final = 3_600
"""So long a sale may wait; for ever would be a slip of the keyboard."""


class Gateways(Method):
    """All gateways of a till."""

    def __init__(
        self,
        settings: Mapping[str, GatewaySettings],
        context: PluginContext,
        dialect: Callable[[str, str], Dialect] | None = None,
    ) -> None:
        """Check the settings and read the keys; nobody is asked before the first payment.

        Args:
            settings: by name, which is what the cashier types.
            context: the till.
            dialect: makes what speaks to a gateway, of its terminal and kind; None: posframe's own.

        Raises:
            ConfigurationError: a setting cannot be used.
        """
        self._context, self._dialect = context, dialect
        self._types = [self._type(name, each) for name, each in settings.items()]
        addresses = [each.listen for each in settings.values() if each.listen]
        for each in addresses:
            if addresses.count(each) > 1:
                raise ConfigurationError(
                    f"plugins.payments.gateways: two listen at {each}",
                    hint="give each a port of its own: their webhooks have different secrets",
                )

    def tender_types(self) -> Sequence[TenderType]:
        """Return one for each gateway."""
        return self._types

    def _type(self, name: str, settings: GatewaySettings) -> TenderType:
        place = f"plugins.payments.gateways.{name}"
        check_typed_name(name, place)
        _check_url(settings.url, place)
        if not _TERMINAL.fullmatch(settings.terminal):
            raise ConfigurationError(
                f"{place}.terminal: {settings.terminal!r} is no name",
                hint="take it as the gateway has it; 13 digits in a row look like a card number",
            )
        file = settings.keys or f"gateway-{name}.toml"
        keys = read_keys(self._context.folder / file, f"{place}.keys")
        can = _capabilities(settings, place)
        label = settings.label or name.capitalize()
        address = _address(settings.listen, f"{place}.listen") if settings.listen else None
        if address is not None and not keys.webhook_secrets:
            raise ConfigurationError(
                f"{place}.listen: {file} has no webhook_secrets",
                hint="add the secret the gateway signs with, or take listen out",
            )

        def provider() -> GatewayProvider:
            return self._provider(settings, can, keys, address)

        return TenderType(
            rule=TenderRule(id=name, label=label, immediate=False, capabilities=can),
            key=settings.key,
            provider=provider,
            terminal=f"{settings.url}/{settings.terminal}",
        )

    def _provider(
        self,
        settings: GatewaySettings,
        can: Capabilities,
        keys: GatewayKeys,
        address: tuple[str, int] | None,
    ) -> GatewayProvider:
        """Make a provider; only now is loaded what speaks HTTP."""
        from posframe_payments.gateway.dialect import Dialect
        from posframe_payments.gateway.line import Line
        from posframe_payments.gateway.provider import GatewayProvider

        folder = self._context.folder
        certificates = folder / settings.certificates if settings.certificates else None
        return GatewayProvider(
            (self._dialect or Dialect)(settings.terminal, settings.kind),
            Line(settings.url.rstrip("/"), keys.api_key, certificates),
            can,
            (address, keys.webhook_secrets) if address is not None else None,
        )


def _capabilities(settings: GatewaySettings, place: str) -> Capabilities:
    """Return what any gateway of this protocol can, and what the settings add."""
    for name in ("answer_within_s", "grace_s"):
        if not 1 <= getattr(settings, name) <= _WITHIN_S_MAX:
            raise ConfigurationError(
                f"{place}.{name} is not 1 to {_WITHIN_S_MAX} seconds", hint="take it out"
            )
    if not 0 <= settings.tip_percent <= 100:
        raise ConfigurationError(
            f"{place}.tip_percent: {settings.tip_percent} is not 0 to 100", hint="as 10"
        )
    return Capabilities(
        inquiry="reference",
        reverse="reference",
        refund="reference",
        fence=True,
        webhook=bool(settings.listen),
        partial=settings.partial,
        tip_limit_milli=settings.tip_percent * _MILLI_PER_PERCENT,
        answer_within_s=settings.answer_within_s,
        grace_s=settings.grace_s,
        batches=settings.batches,
    )


def _check_url(url: str, place: str) -> None:
    """Refuse an address where keys would travel in the open; on this machine they may."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{place}.url: that is no address of a gateway", hint='as "https://pay.example.com"'
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise ConfigurationError(
            f"{place}.url: {parts.scheme or 'no scheme'} is not safe for keys",
            hint="it begins with https://",
        )


def _address(text: str, setting: str) -> tuple[str, int]:
    """Return host and port to listen at."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigurationError(f"{setting}: {text!r} is no address", hint='as "127.0.0.1:8470"')
    return host.strip("[]"), int(port)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
