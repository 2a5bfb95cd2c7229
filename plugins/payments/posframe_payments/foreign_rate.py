"""The rate of a foreign currency: from its notes to an amount of the till's currency, and back.

Only notes are taken, as in any shop. Their step is coarse enough for each sum of notes to come to
an amount of its own, so that the tender's amount, which is in the till's currency, says exactly
what was handed over.
"""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Final

import attrs

from posframe import CashRounding, ConfigurationError, DataError, Money, Rounding, divide

if TYPE_CHECKING:
    from posframe import PluginContext
    from posframe_payments.settings import CurrencySettings

WHERE: Final = "plugins.payments.currencies"
RATE_DECIMALS: Final = 8
_DAYS_MAX: Final = 3_650
_DAY_US: Final = 86_400_000_000


@attrs.frozen(kw_only=True)
class ForeignRate:
    """A checked rate from minor unit to minor unit."""

    currency: str
    base: str
    numerator: int
    denominator: int
    step_minor: int
    """Every sum of the notes that are taken is a multiple of it."""
    source: str
    as_of: str
    until_us: int
    """The first moment the rate is not good for."""
    notes_minor: tuple[int, ...] = ()
    """The notes that are taken."""
    cash_rounding: CashRounding | None = None
    """How amounts in cash are rounded here; change has to be payable."""

    def base_minor(self, foreign_minor: int) -> int:
        """Return what notes count for, rounded down, then to what coins can make."""
        minor = divide(foreign_minor * self.numerator, self.denominator, Rounding.DOWN)
        return minor if self.cash_rounding is None else self.cash_rounding.round(minor)

    def foreign_minor(self, base_minor: int) -> int | None:
        """Return the notes that count for an amount; None: no notes do."""
        near = base_minor * self.denominator // (self.numerator * self.step_minor)
        for steps in range(max(0, near - 1), near + 3):
            notes = steps * self.step_minor
            if notes and self.base_minor(notes) == base_minor:
                return notes
        return None

    def difference(self, foreign_minor: int) -> int:
        """Return what rounding adds, in parts of the denominator."""
        exact = foreign_minor * self.numerator
        return self.base_minor(foreign_minor) * self.denominator - exact


def foreign_rate(currency: str, settings: CurrencySettings, context: PluginContext) -> ForeignRate:
    """Return a rate of the settings.

    Raises:
        ConfigurationError: it is none, or its notes are too small to be told apart.
    """
    where = f"{WHERE}.{currency}"
    if currency == context.currency:
        raise ConfigurationError(f"{where} is the till's own currency", hint="take it out")
    numerator, denominator = _fraction(settings.rate, where)
    numerator *= 10 ** _decimals(context.currency)
    denominator *= 10 ** _decimals(currency)
    divisor = math.gcd(numerator, denominator)
    notes = [_note(each, currency, where) for each in settings.notes]
    rate = ForeignRate(
        currency=currency,
        base=context.currency,
        numerator=numerator // divisor,
        denominator=denominator // divisor,
        step_minor=math.gcd(*notes) if notes else 0,
        notes_minor=tuple(sorted(set(notes))),
        source=settings.source,
        as_of=settings.as_of,
        until_us=_until_us(settings, where),
        cash_rounding=context.cash_rounding,
    )
    coin = rate.cash_rounding.step_minor if rate.cash_rounding else 1
    if rate.step_minor * rate.numerator < coin * rate.denominator:
        raise ConfigurationError(
            f"{where}.notes are too small to be told apart in {context.currency}",
            hint="take larger notes only",
        )
    return rate


def _fraction(text: str, where: str) -> tuple[int, int]:
    """Return a positive decimal number as numerator and denominator."""
    whole, _, decimals = text.partition(".")
    digits = whole + decimals
    is_number = digits.isascii() and digits.isdigit() and whole
    if not is_number or len(digits) > 2 * RATE_DECIMALS or len(decimals) > RATE_DECIMALS:
        raise ConfigurationError(f"{where}.rate: {text!r} is no rate", hint='write it like "0.92"')
    if not int(digits):
        raise ConfigurationError(f"{where}.rate is not above zero", hint='write it like "0.92"')
    return int(digits), 10 ** len(decimals)


def _decimals(currency: str) -> int:
    """Return how many decimals a currency's minor unit has."""
    return len(str(Money.parse("1", currency).minor)) - 1


def _note(text: str, currency: str, where: str) -> int:
    try:
        minor = Money.parse(text, currency).minor
    except DataError as error:
        raise ConfigurationError(f"{where}.notes: {error.message}", hint=error.hint) from error
    if minor <= 0:
        raise ConfigurationError(f"{where}.notes: {text} is no note", hint="take it out")
    return minor


def _until_us(settings: CurrencySettings, where: str) -> int:
    try:
        day = datetime.date.fromisoformat(settings.as_of)
    except ValueError as error:
        raise ConfigurationError(
            f"{where}.as_of: {settings.as_of!r} is no day", hint="write it like 2026-11-20"
        ) from error
    if not 1 <= settings.days <= _DAYS_MAX:
        raise ConfigurationError(f"{where}.days cannot be {settings.days}", hint="write 7")
    days = day.toordinal() - datetime.date(1970, 1, 1).toordinal() + settings.days + 1
    return days * _DAY_US
