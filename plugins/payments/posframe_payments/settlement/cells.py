"""What a cell of a settlement file says, read strictly: nothing is guessed.

A cell may hold a card number by mistake. So no error is raised while another is handled that quotes
the cell: it would carry it along.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import TYPE_CHECKING, Final

from posframe import ConfigurationError, DataError, Money

if TYPE_CHECKING:
    from posframe_payments.settlement.file_map import Options

CARD_DIGITS_MIN: Final = 13
"""A cell with so many digits is never quoted: it may be a card number."""
QUOTED_MAX: Final = 40
_CLOCK: Final = re.compile("%[HIcXTs]")


def quoted(cell: str) -> str:
    """Return a cell for a message, or how long it is where it may be a card number."""
    if sum(each.isdecimal() for each in cell) >= CARD_DIGITS_MIN:
        return f"a text of {len(cell)} characters"
    return repr(cell if len(cell) <= QUOTED_MAX else f"{cell[:QUOTED_MAX]}…")


def read_amount(cell: str, currency: str, options: Options) -> int:
    """Return an amount in minor units.

    Raises:
        DataError: it is none, is marked otherwise than the map says, or is finer than the currency.
    """
    plain = cell
    if options.thousands and options.thousands in cell:
        if not _grouped(options).fullmatch(cell):
            raise DataError(
                f"{quoted(cell)} is not an amount with {options.thousands!r} between thousands",
                hint="Look at options.thousands and options.decimal of the map",
            )
        plain = cell.replace(options.thousands, "")
    if (options.decimal == ".") == ("," in plain) and ("," in plain or "." in plain):
        raise DataError(
            f"{quoted(cell)} is not an amount with {options.decimal!r} before the decimals",
            hint="Look at options.decimal of the map",
        )
    if not re.fullmatch("-?[0-9]+(?:[.,][0-9]+)?", plain):
        raise DataError(f"{quoted(cell)} is not an amount", hint="Look at the row")
    with contextlib.suppress(DataError):
        return Money.parse(plain, currency).minor
    raise DataError(
        f"{quoted(cell)} is not an amount in {currency}", hint="It is too fine, or too large"
    )


def _grouped(options: Options) -> re.Pattern[str]:
    mark, decimal = re.escape(options.thousands), re.escape(options.decimal)
    return re.compile(f"-?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{decimal}[0-9]+)?")


def read_currency(cell: str) -> str:
    """Return a currency code.

    Raises:
        DataError: it is none that anything can be sold in.
    """
    with contextlib.suppress(ConfigurationError):
        return Money.parse("0", cell).currency
    raise DataError(f"{quoted(cell)} is not a currency", hint="A code such as EUR")


def read_day(cell: str, options: Options) -> tuple[datetime.date, int | None]:
    """Return a day, and the seconds after midnight where its style has them.

    Raises:
        DataError: it is not written as the map says.
    """
    moment = _moment(cell, options.date, "date")
    return moment.date(), _seconds(moment) if _CLOCK.search(options.date) else None


def read_time(cell: str, options: Options) -> int:
    """Return seconds after midnight.

    Raises:
        DataError: it is not written as the map says.
    """
    return _seconds(_moment(cell, options.time, "time"))


def _moment(cell: str, style: str, what: str) -> datetime.datetime:
    with contextlib.suppress(ValueError):
        return datetime.datetime.strptime(cell, style)  # noqa: DTZ007 - the shop's own clock
    raise DataError(f"{quoted(cell)} is not a {what} as in {style}", hint=f"Look at options.{what}")


def _seconds(moment: datetime.datetime) -> int:
    return (moment.hour * 60 + moment.minute) * 60 + moment.second
