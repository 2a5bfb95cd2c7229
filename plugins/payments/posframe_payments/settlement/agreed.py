"""``[plugins.payments.settlement.METHOD]`` as values: the map of its files, and what was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import ConfigurationError, DataError, Money, parse_milli
from posframe_payments.settings import SettlementSettings
from posframe_payments.settlement.file_map import FileMap, read_map
from posframe_payments.settlement.terms import Fee, Terms

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from posframe import ShopReader

WHERE: Final = "plugins.payments.settlement"
WITHIN_DAYS_MAX: Final = 366
CLOCK_S_MAX: Final = 3_600
"""Clocks further apart are set wrong; with more, other customers' payments look the same."""
PERCENT_MAX_MILLI: Final = 100_000


def settings_of(shop: ShopReader, method: str) -> SettlementSettings | None:
    """Return the settings of a method; None: it has none."""
    found: Any = shop.settings("payments").get("settlement", {}).get(method)
    return SettlementSettings(**found) if found else None


def chosen_methods(shop: ShopReader, named: Sequence[str]) -> tuple[str, ...]:
    """Return the methods a file is about.

    Raises:
        ConfigurationError: there is none of that name, or it is not said and cannot be told.
    """
    outside = [each.rule.id for each in shop.tender_types if each.rule.capabilities]
    for name in (*named, *shop.settings("payments").get("settlement", {})):
        if name not in outside:
            have = ", ".join(outside) or "none"
            raise ConfigurationError(
                f"{name!r} is no method that a provider settles", hint=f"there are: {have}"
            )
    if named:
        return tuple(sorted(set(named)))
    configured = [each for each in outside if settings_of(shop, each)] or outside
    if len(configured) != 1:
        have = ", ".join(configured) or "none here"
        raise ConfigurationError(
            "Whose file is it?", hint=f"say --provider METHOD; methods that are settled: {have}"
        )
    return (configured[0],)


def file_map_of(shop: ShopReader, method: str, path: Path | None) -> FileMap:
    """Return what the columns of a method's files mean.

    Args:
        shop: The till's shop.
        method: By whose settings, unless ``path`` is given.
        path: A map's file.

    Raises:
        ConfigurationError: there is no map, or it cannot be understood.
    """
    if path is None:
        settings = settings_of(shop, method)
        if settings is None:
            raise ConfigurationError(
                f"What the columns of {method}'s files mean is not said",
                hint=f"add [{WHERE}.{method}] with a map to till.toml, or give one with --map",
            )
        path = shop.folder / settings.map
    return _map_in(path)


def _map_in(path: Path) -> FileMap:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read", hint="it is a TOML file in UTF-8; docs/tills/settlement.md"
        ) from error
    return read_map(text, path.name)


def terms_of(shop: ShopReader, method: str, as_of: datetime.date) -> Terms:
    """Return what was agreed with a method's provider.

    Raises:
        ConfigurationError: a setting cannot be understood.
    """
    settings = settings_of(shop, method) or SettlementSettings(map="")
    return Terms(
        as_of=as_of,
        settled_within_days=settings.within_days,
        window_s=settings.clock_s,
        fee=_fee(method, settings, shop.currency),
    )


def check_settings(method: str, settings: SettlementSettings, currency: str, folder: Path) -> None:
    """Check what was agreed, and the map.

    Args:
        method: Whose settings.
        settings: Its table.
        currency: The till's.
        folder: The till's.

    Raises:
        ConfigurationError: a setting cannot be used, or the map cannot be read.
    """
    for name, most in (("within_days", WITHIN_DAYS_MAX), ("clock_s", CLOCK_S_MAX)):
        value = getattr(settings, name)
        if not 0 <= value <= most:
            raise ConfigurationError(
                f"{WHERE}.{method}.{name} cannot be {value}", hint=f"0 to {most}"
            )
    _fee(method, settings, currency)
    _map_in(folder / settings.map)


def _fee(method: str, settings: SettlementSettings, currency: str) -> Fee | None:
    if not (settings.fee or settings.fee_fixed):
        return None
    return Fee(
        rate_milli=_percent_milli(settings.fee or "0", f"{WHERE}.{method}.fee"),
        fixed_minor=_minor(settings.fee_fixed or "0", currency, f"{WHERE}.{method}.fee_fixed"),
    )


def _percent_milli(text: str, where: str) -> int:
    try:
        milli = parse_milli(text)
    except DataError:
        milli = -1
    if not 0 <= milli <= PERCENT_MAX_MILLI:
        raise ConfigurationError(f"{where} {text!r} is no percentage", hint='as "0.9"')
    return milli


def _minor(text: str, currency: str, where: str) -> int:
    try:
        minor = Money.parse(text, currency).minor
    except DataError:
        minor = -1
    if minor < 0:
        raise ConfigurationError(f"{where} {text!r} is no amount", hint='as "0.05"')
    return minor
