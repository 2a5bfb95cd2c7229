"""One tax as till.toml writes it, checked and turned into the kernel's.

When, how and where it applies is the tax profile's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.money import parse_minor, parse_scaled
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment

if TYPE_CHECKING:
    from posframe.config import TaxEntry

_RATE_DECIMALS = 6
_PERCENT = 10**_RATE_DECIMALS
_NEED_REASON = frozenset({Treatment.EXEMPT, Treatment.OUT_OF_SCOPE, Treatment.REVERSE_CHARGE})


def read_tax(entry: TaxEntry, path: str, exponent: int, entity: str) -> Tax:
    """Return the tax of ``entry``, owed by ``entity``.

    Args:
        entry: what was written.
        path: where it was written, for messages.
        exponent: decimals of the till's currency.
        entity: the legal entity that owes it; empty: the till's own.

    Raises:
        ConfigurationError: it is no tax; named by its path, with a suggestion.
    """
    for key, words in (("code", entry.code), ("label", entry.label)):
        if not words.strip():
            raise ConfigurationError(f"{path}.{key} is empty", hint='write one, such as "vat19"')
    kind = _kind(entry, path)
    rate, amount_minor = Rate(0, 1), 0
    if kind is TaxKind.FIXED:
        amount_minor = _amount(entry.amount, f"{path}.amount", exponent)
    else:
        rate = _rate(entry.rate, f"{path}.rate", kind)
    return Tax(
        entry.code,
        entry.label,
        rate.numerator,
        rate.denominator,
        entry.included,
        kind,
        amount_minor,
        entry.affects_base,
        entry.base_affected,
        _treatment(entry, path, rate, kind),
        entry.reason,
        entity,
    )


def _kind(entry: TaxEntry, path: str) -> TaxKind:
    if bool(entry.rate) == bool(entry.amount):
        found = "both a rate and an amount" if entry.rate else "neither a rate nor an amount"
        raise ConfigurationError(
            f"{path} has {found}",
            hint='write either rate = "19", in percent, or amount = "0.25", for each unit',
        )
    usual = TaxKind.PERCENT if entry.rate else TaxKind.FIXED
    kind = TaxKind(entry.kind) if entry.kind else usual
    if (kind is TaxKind.FIXED) != (usual is TaxKind.FIXED):
        wanted, given = ("amount", "rate") if kind is TaxKind.FIXED else ("rate", "amount")
        raise ConfigurationError(
            f"{path}.kind: {kind.value!r} goes with {wanted}, not with {given}",
            hint=f"leave kind out, or write {wanted} = … in place of {given}",
        )
    return kind


def _rate(text: str, path: str, kind: TaxKind) -> Rate:
    try:
        scaled = parse_scaled(text, _RATE_DECIMALS, maximum=10**15, noun="percentage")
    except DataError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint='write it like "5.5"') from error
    if scaled < 0:
        raise ConfigurationError(f"{path}: {text!r} is negative", hint="a rate is zero or more")
    if scaled > 100 * _PERCENT or (kind is TaxKind.DIVISION and scaled == 100 * _PERCENT):
        limit = "100 or more" if kind is TaxKind.DIVISION else "above 100"
        raise ConfigurationError(f"{path}: {text} percent is {limit}", hint=_meant(scaled))
    return Rate(scaled, 100 * _PERCENT)


def _meant(scaled: int) -> str:
    """Suggest the rate that was meant where decimals or a percent sign were taken for figures."""
    while scaled >= 100 * _PERCENT:
        scaled //= 100
    return f"did you mean {Rate(scaled, 100 * _PERCENT).percent_text}?"


def _amount(text: str, path: str, exponent: int) -> int:
    try:
        minor = parse_minor(text, exponent)
    except DataError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from error
    if minor < 0:
        raise ConfigurationError(f"{path}: {text!r} is negative", hint="an amount is zero or more")
    return minor


def _treatment(entry: TaxEntry, path: str, rate: Rate, kind: TaxKind) -> Treatment:
    treatment = Treatment(entry.treatment)
    if treatment is Treatment.TAXED:
        if entry.reason:
            raise ConfigurationError(
                f"{path}.reason says why nothing is due, but the treatment is 'taxed'",
                hint='write treatment = "exempt", or take the reason out',
            )
        return treatment
    if kind is not TaxKind.PERCENT or rate.numerator:
        raise ConfigurationError(
            f"{path}: what is {treatment.value} bears nothing", hint='write rate = "0"'
        )
    if treatment in _NEED_REASON and not entry.reason.strip():
        raise ConfigurationError(
            f"{path}.reason is missing: what is {treatment.value} says why",
            hint='add reason = "…" with the words that the law wants on the receipt',
        )
    return treatment
