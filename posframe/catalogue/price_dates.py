"""Dates as people write them in price lists, as moments; a date without a time is a whole day."""

from __future__ import annotations

import calendar
import datetime
import re
from typing import TYPE_CHECKING, Final

from posframe.errors import DataError

if TYPE_CHECKING:
    import zoneinfo

_WRITTEN: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?", re.ASCII)
_YEARS: Final = range(2000, 3000)
_HINT: Final = "Write 2026-12-31, or 2026-12-31 18:00"


def beginning_us(text: str, zone: zoneinfo.ZoneInfo) -> int:
    """Return the moment something begins: the first of a day, or the minute given.

    Raises:
        DataError: there is no such date, or it is written another way.
    """
    year, month, day, hour, minute = _parts(text)
    return _us(datetime.datetime(year, month, day, hour or 0, minute or 0, tzinfo=zone))


def end_us(text: str, zone: zoneinfo.ZoneInfo) -> int:
    """Return the first moment after something: after the last day, or the minute given.

    Raises:
        DataError: there is no such date, or it is written another way.
    """
    year, month, day, hour, minute = _parts(text)
    if hour is not None:
        return _us(datetime.datetime(year, month, day, hour, minute or 0, tzinfo=zone))
    after = datetime.date(year, month, day) + datetime.timedelta(days=1)
    return _us(datetime.datetime(after.year, after.month, after.day, tzinfo=zone))


def date_text(at_us: int, zone: zoneinfo.ZoneInfo) -> str:
    """Return a moment as it is written in a file, which reads back as the same moment."""
    local = datetime.datetime.fromtimestamp(at_us // 1_000_000, tz=zone)
    return local.strftime("%Y-%m-%d %H:%M")


def _parts(text: str) -> tuple[int, int, int, int | None, int | None]:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise DataError(f"{text[:40]!r} is not a date", hint=_HINT)
    year, month, day = (int(match.group(place)) for place in (1, 2, 3))
    hour, minute = (None if each is None else int(each) for each in match.group(4, 5))
    if year not in _YEARS:
        raise DataError(f"The year {year} is not one of prices", hint=_HINT)
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise DataError(f"The date {text[:10]} does not exist", hint=_last_day(year, month))
    if (hour or 0) > 23 or (minute or 0) > 59:
        raise DataError(f"The time {text[11:]} does not exist", hint="From 00:00 to 23:59")
    return year, month, day, hour, minute


def _last_day(year: int, month: int) -> str:
    if not 1 <= month <= 12:
        return "A year has the months 01 to 12"
    return f"{calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days"


def _us(moment: datetime.datetime) -> int:
    return int(moment.timestamp()) * 1_000_000
