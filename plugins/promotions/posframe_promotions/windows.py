"""When offers are in force: dates, weekdays and hours, read and judged at one moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from posframe_promotions.fields import OfferError, checked_choice, checked_texts
from posframe_promotions.terms import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW_KEYS: Final = ("from", "until", "weekdays", "hours")
_DAY_MINUTES: Final = 24 * 60
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


def read_window(table: Mapping[str, Any], path: str) -> Window:
    """Read ``from``, ``until``, ``weekdays`` and ``hours`` of an offer or a coupon."""
    begins, ends = _moment(table, "from", path), _moment(table, "until", path)
    if begins is not None and ends is not None and not _is_before(begins, ends):
        raise OfferError(
            f"{path}.until", "is not later than from: it never applies", hint="swap the two"
        )
    return Window(
        begins=begins, ends=ends, weekdays=_weekdays(table, path), hours=_hours(table, path)
    )


def is_open(window: Window, at_us: int, zone: tzinfo) -> bool:
    """Tell whether ``window`` holds at a moment of microseconds since 1970 UTC, in the zone."""
    at = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    if window.begins is not None and _is_before(at, window.begins):
        return False
    if window.ends is not None and not _is_before(at, window.ends):
        return False
    return _is_hour(window, at)


def is_over(window: Window, at_us: int, zone: tzinfo) -> bool:
    """Tell whether ``window`` has ended for good."""
    at = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return window.ends is not None and not _is_before(at, window.ends)


def _is_hour(window: Window, at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    today, yesterday = at.weekday(), (at.weekday() - 1) % 7
    for first, over in window.hours or ((0, _DAY_MINUTES),):
        if first < over:
            days = [today] if first <= minute < over else []
        else:
            days = ([today] if minute >= first else []) + ([yesterday] if minute < over else [])
        if days and (not window.weekdays or window.weekdays.intersection(days)):
            return True
    return False


def _is_before(one: datetime, other: datetime) -> bool:
    """Compare; where either has no offset, by the clock on the wall."""
    if one.tzinfo is None or other.tzinfo is None:
        return one.replace(tzinfo=None) < other.replace(tzinfo=None)
    return one < other


def _moment(table: Mapping[str, Any], key: str, path: str) -> datetime | None:
    """Return a moment; a date begins at midnight, and as ``until`` includes its whole day."""
    if key not in table:
        return None
    value, where = table[key], f"{path}.{key}"
    if isinstance(value, str):
        value = _parsed(value, where)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the shop's clock
        return midnight + _DAY if key == "until" and value < date.max else midnight
    raise OfferError(where, f"is {value!r}, not a date", hint='write it like "2026-11-30"')


def _parsed(text: str, where: str) -> date | datetime:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError as error:
            problem = str(error)
    exists = "is not a date" if "format" in problem else f"does not exist: {problem}"
    raise OfferError(
        where,
        f"{text!r} {exists}",
        hint='write a date like "2026-11-30", or a moment like "2026-11-30T18:00"',
    )


def _weekdays(table: Mapping[str, Any], path: str) -> frozenset[int]:
    if "weekdays" not in table:
        return frozenset()
    where = f"{path}.weekdays"
    names = checked_texts(table["weekdays"], where)
    return frozenset(
        WEEKDAYS.index(checked_choice(name, WEEKDAYS, f"{where}[{at}]"))
        for at, name in enumerate(names)
    )


def _hours(table: Mapping[str, Any], path: str) -> tuple[tuple[int, int], ...]:
    if "hours" not in table:
        return ()
    value, where = table["hours"], f"{path}.hours"
    texts = (value,) if isinstance(value, str) else checked_texts(value, where)
    spans = sorted(_span(text, where) for text in texts)
    covered: set[int] = set()
    for first, over in spans:
        minutes = {at % _DAY_MINUTES for at in range(first, over if over > first else over + 1440)}
        if covered & minutes:
            raise OfferError(where, "overlap with themselves", hint="join them into one span")
        covered |= minutes
    return tuple(spans)


def _span(text: str, where: str) -> tuple[int, int]:
    match = _HOURS.fullmatch(text.strip())
    numbers = [int(each) for each in match.groups()] if match else []
    if not numbers or max(numbers[1], numbers[3]) > 59:
        raise OfferError(where, f"{text!r} is no span", hint='write it like "17:00-19:00"')
    first, over = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if first >= _DAY_MINUTES or over > _DAY_MINUTES:
        raise OfferError(where, f"{text!r} is no time of day", hint="from 00:00 to 24:00")
    if first == over:
        raise OfferError(where, f"{text!r} is over as it begins", hint="leave hours out: all day")
    return first, over
