"""Days of till.toml as moments: each begins at its first moment in the till's time zone."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from typing import Final

from posframe.errors import ConfigurationError

EVER_US: Final = -(1 << 63)
"""Before every moment."""
NEVER_US: Final = 1 << 63
"""After every moment."""

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MICROSECOND = datetime.timedelta(microseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def first_moment_us(text: str, timezone: str, path: str) -> int:
    """Return the first moment of a day, such as ``2026-07-01``, in microseconds since 1970 UTC.

    Where a clock change skips midnight, the day begins when the clock changes.

    Raises:
        ConfigurationError: there is no such day or zone; named by ``path``.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        raise ConfigurationError(f"{path}: {text!r} is no date", hint='write it like "2026-07-01"')
    year, month, day = (int(part) for part in match.groups())
    try:
        # Fold 0 of a midnight that is skipped, or comes twice, is the moment the day begins.
        begin = datetime.datetime(year, month, day, tzinfo=_zone(timezone))
    except ValueError as error:
        raise ConfigurationError(
            f"{path}: the date {text} does not exist", hint=_nearest(year, month, day)
        ) from error
    return (begin - _EPOCH) // _MICROSECOND


def _nearest(year: int, month: int, day: int) -> str:
    if not (year and 1 <= month <= 12 and 28 < day <= 31):
        return "write year, month and day"
    after = datetime.date(year, month, 28) + datetime.timedelta(days=4)
    return f"did you mean {after - datetime.timedelta(days=after.day)}?"


def _zone(timezone: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"till.timezone {timezone!r} is unknown", hint='write it like "Europe/Berlin"'
        ) from error
