"""Promotions: offers from TOML files, assigned for the largest saving."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import ConfigurationError, hookimpl
from posframe_promotions.conditions import PLUGIN
from posframe_promotions.coupons import Coupons
from posframe_promotions.events import OffersInForce
from posframe_promotions.files import load_tables, offers_of_files
from posframe_promotions.history import OffersKept
from posframe_promotions.model import MODEL
from posframe_promotions.rule import Limits, OfferRule
from posframe_promotions.solving import TRANSITIONS_PER_MS, Limit

if TYPE_CHECKING:
    from posframe import (
        FoundCoupon,
        PluginContext,
        Projection,
        Recorded,
        RuleViolation,
        SaleView,
    )

TOTAL_MS: Final = 120
"""Work at a total where nothing else is said, as milliseconds of a usual machine."""
_MS_MAX = 60_000
_INLINE = "plugins.promotions.offers"


@attrs.frozen(kw_only=True)
class PromotionsConfig:
    """``[plugins.promotions]`` of till.toml."""

    files: tuple[str, ...] = ()
    """Files of offers, in the till's folder."""
    offers: tuple[dict[str, Any], ...] = ()
    """Offers beside those in files, with the same keys."""
    scan_ms: int = 2
    """Work that one scan may take for the best assignment, as milliseconds of a usual machine."""
    total_ms: int = TOTAL_MS
    """The same when the total is asked for."""


class PromotionsPlugin:
    """Proposes what offers save."""

    Config = PromotionsConfig
    criticality = "degradable"

    def __init__(self, config: PromotionsConfig, context: PluginContext) -> None:
        currency, inline = context.currency, list(config.offers)
        tables = load_tables(context.folder, config.files, currency)
        offers = offers_of_files({**tables, _INLINE: inline}, currency)
        here = [each for each in offers if not each.stores or context.store in each.stores]
        zone = zoneinfo.ZoneInfo(context.timezone)
        total_ms = _checked_ms(config.total_ms, "total_ms")
        scan_ms = min(_checked_ms(config.scan_ms, "scan_ms"), total_ms)  # the total looks harder
        limits = Limits(
            scan=Limit(scan_ms * TRANSITIONS_PER_MS), total=Limit(total_ms * TRANSITIONS_PER_MS)
        )
        self.rule = OfferRule(here, zone=zone, limits=limits)
        self._coupons = Coupons(
            here, zone, lambda offer, sale: _pairs(context.query("uses", (offer, offer, sale)))
        )
        every = [table for found in tables.values() for table in found] + inline
        self._kept = OffersKept(every, currency, context.query)

    @staticmethod
    @hookimpl
    def posframe_cli() -> list[Any]:
        """Bring the command group ``posframe promotions``."""
        from posframe_promotions.cli import app

        return [app]

    @hookimpl
    def posframe_events(self) -> list[type]:
        """Register what the journal keeps of offers."""
        return [OffersInForce]

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep coupons used and offers of the day."""
        return [MODEL]

    @hookimpl
    def posframe_price_rules(self) -> list[OfferRule]:
        """Price by the offers."""
        return [self.rule]

    @hookimpl
    def posframe_identify_coupon(self, code: str, sale: SaleView, at_us: int) -> FoundCoupon | None:
        """Return the coupon a code is."""
        return self._coupons.identify(code, sale, at_us)

    @hookimpl
    def posframe_before_complete(self, sale: SaleView) -> RuleViolation | None:
        """Refuse to close a sale with a coupon that its customer may not use."""
        for coupon in sale.coupons:
            if coupon.plugin == PLUGIN:
                self._coupons.check(sale, coupon.coupon)
        return None

    @hookimpl
    def posframe_contribute(
        self, sale: SaleView | None, events: tuple[Any, ...]
    ) -> list[OffersInForce]:
        """Keep the offers that sales are priced by, when they are not those of before."""
        return [] if sale is None else self._kept.missing()

    @hookimpl
    def posframe_committed(self, recorded: tuple[Recorded, ...]) -> None:
        """Note that the offers are on disk."""
        self._kept.committed(recorded)


def _pairs(rows: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    return [(str(code), str(customer)) for code, customer in rows]


def _checked_ms(ms: int, setting: str) -> int:
    if not 0 < ms <= _MS_MAX:
        raise ConfigurationError(
            f"plugins.promotions.{setting} cannot be {ms}", hint=f"write 1 to {_MS_MAX}"
        )
    return ms
