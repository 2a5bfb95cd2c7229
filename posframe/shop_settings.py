"""What the kernel takes from till.toml, as kernel values; amounts become minor units here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.cash_rounding import CashRounding, cash_rounding_for
from posframe.kernel.domain.commands import Settings
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.entry import EntryRules
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import parse_milli
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.config import TillConfig
    from posframe.kernel.contracts import TenderType
    from posframe.kernel.domain.receipt_content import Shop

MARK = "TRAINING"
"""What all that is printed or shown of practice is marked with."""


def likely_minors(config: TillConfig) -> tuple[int, int]:
    """Return the largest note, and how much is likely put into a drawer or taken out; 0: unknown.

    The second is above what a drawer is to be skimmed, or ten times what it begins with.
    """
    limit = config.shifts.skim_limit
    if limit:
        moved = amount_setting(config, "shifts.skim_limit", limit)
    else:
        moved = 10 * amount_setting(config, "cash.float", config.cash.float_)
    return max(denominations_minor(config), default=0), moved


def amount_setting(config: TillConfig, path: str, text: str) -> int:
    """Return an amount of till.toml in minor units.

    Raises:
        ConfigurationError: it is no amount of the till's currency.
    """
    try:
        return parse_minor(text, exponent(config.till.currency))
    except DataError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from error


def kernel_settings(config: TillConfig, tenders: Sequence[TenderType]) -> Settings:
    """Return what decisions take from the configuration.

    Raises:
        ConfigurationError: a limit is no number.
    """
    try:
        quantity_max = parse_milli(config.limits.quantity)
    except DataError as error:
        raise ConfigurationError(f"limits.quantity: {error.message}", hint=error.hint) from error
    return Settings(
        departments=tuple(
            (id_, each.name, each.tax_category) for id_, each in config.departments.items()
        ),
        tenders=tuple(each.rule for each in tenders),
        quantity_max_milli=quantity_max,
        line_max_minor=amount_setting(config, "limits.line", config.limits.line),
        total_max_minor=amount_setting(config, "limits.sale", config.limits.sale),
        receipt_device="printer" if "printer" in config.devices else "",
        drawer_device="drawer" if "drawer" in config.devices else "",
        training=config.training,
        fulfilments=config.tax.fulfilments,
        override_reason_needed=config.prices.override_needs_reason,
        override_reasons=_reasons("prices.override_reasons", config.prices.override_reasons),
        return_days=_days(config.returns.days),
        return_reason_needed=config.returns.needs_reason,
        return_reasons=_reasons("returns.reasons", config.returns.reasons),
        return_conditions=_conditions(config),
        refund_cash_max_minor=_cash_limit(config),
    )


def _cash_limit(config: TillConfig) -> int:
    limit = config.returns.cash_limit
    return amount_setting(config, "returns.cash_limit", limit) if limit else 10**9


def _days(days: int) -> int:
    if days < 0:
        raise ConfigurationError("returns.days is below zero", hint="0 takes returns for ever")
    return days


def _conditions(config: TillConfig) -> tuple[tuple[str, str], ...]:
    """Return the conditions of goods that come back: as they can be typed."""
    conditions = config.returns.conditions
    for name in conditions:
        if not (name.isascii() and name.isalpha() and name.islower()):
            raise ConfigurationError(
                f"returns.conditions: {name!r} cannot be typed as a condition",
                hint="write one word in small letters",
            )
    if not conditions:
        raise ConfigurationError("returns.conditions is empty", hint='write good = "stock"')
    return tuple(conditions.items())


def _reasons(setting: str, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Return reasons: as they can be typed."""
    for at, reason in enumerate(reasons):
        if reason != " ".join(reason.split()) or not reason or reasons.index(reason) < at:
            raise ConfigurationError(
                f"{setting}[{at}]: {reason!r} cannot be typed as a reason of its own",
                hint="give each once, its words one blank apart",
            )
    return reasons


def training_mark(config: TillConfig) -> str:
    """Return what stands on every line of paper and glass in training; empty: all is real."""
    return MARK if config.training else ""


def tax_policy(config: TillConfig) -> TaxPolicy:
    """Return how this till rounds taxes."""
    return TaxPolicy(RoundAt(config.tax.round_at), Rounding(config.tax.rounding))


def shop(config: TillConfig) -> Shop:
    """Return what every receipt says of the shop."""
    from posframe.kernel.domain.receipt_content import Shop
    from posframe.kernel.domain.receipt_taxes import Seller

    till = config.till
    return Shop(
        till=till.id,
        store=till.store,
        address=till.address,
        tax_number=till.tax_number,
        language=till.language,
        exponent=exponent(till.currency),
        logo=bool(till.logo),
        mark=training_mark(config),
        entities={
            id_: Seller(name=each.name, tax_number=each.tax_number, address=each.address)
            for id_, each in config.entities.items()
        },
    )


def entry_rules(config: TillConfig, tenders: Sequence[TenderType]) -> EntryRules:
    """Return how amounts are typed."""
    types = tuple(each.rule.id for each in tenders)
    cash = next((each.rule.id for each in tenders if each.rule.is_cash), types[0] if types else "")
    return EntryRules(
        exponent=exponent(config.till.currency),
        implied_decimals=config.ui.amounts == "implied-decimals",
        cash_type=cash,
        tender_types=types,
        currencies=tuple(each.rule.foreign.currency for each in tenders if each.rule.foreign),
    )


def cash_rounding(config: TillConfig) -> CashRounding | None:
    """Return how cash is rounded here: as configured, or by the country's rule.

    Raises:
        ConfigurationError: ``cash.round_to`` is no amount above zero.
    """
    if config.cash.round_to:
        step = amount_setting(config, "cash.round_to", config.cash.round_to)
        if step <= 0:
            raise ConfigurationError(
                "cash.round_to must be above zero", hint="leave it out for the country's rule"
            )
        return CashRounding(step, Rounding.HALF_UP) if step > 1 else None
    return cash_rounding_for(config.till.country) if config.till.country else None


def denominations_minor(config: TillConfig) -> tuple[int, ...]:
    """Return notes and coins in minor units, largest first.

    Raises:
        ConfigurationError: one of them is no amount above zero.
    """
    found = {
        amount_setting(config, "cash.denominations", each) for each in config.cash.denominations
    }
    if any(minor <= 0 for minor in found):
        raise ConfigurationError("cash.denominations must be above zero", hint="mend the list")
    return tuple(sorted(found, reverse=True))
