"""The real clock and the real source of ids; tests bring their own (``posframe.testing``)."""

from __future__ import annotations

import datetime
import os
import threading
import time
import zoneinfo

from posframe.errors import ConfigurationError


class SystemClock:
    """Implements ``ports.Clock`` in one time zone."""

    def __init__(self, timezone: str) -> None:
        try:
            self._zone = zoneinfo.ZoneInfo(timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ConfigurationError(
                f"till.timezone {timezone!r} is unknown", hint='write it like "Europe/Berlin"'
            ) from error
        self._date = ("", 0, 0)

    def wall_us(self) -> int:
        """Return microseconds since 1970 UTC."""
        return time.time_ns() // 1000

    def mono_us(self) -> int:
        """Return microseconds since this machine started."""
        return time.monotonic_ns() // 1000

    def local_date(self, wall_us: int) -> str:
        """Return the local date of a moment; the answer is kept for the minute it was asked in."""
        date, begin, end = self._date
        if begin <= wall_us < end:
            return date
        minute = wall_us // 60_000_000
        local = datetime.datetime.fromtimestamp(minute * 60, tz=self._zone)
        self._date = (local.date().isoformat(), minute * 60_000_000, (minute + 1) * 60_000_000)
        return self._date[0]

    def local_text(self, wall_us: int) -> str:
        """Return a moment as local date and time, as on a receipt."""
        moment = datetime.datetime.fromtimestamp(wall_us // 1_000_000, tz=self._zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S")


class RisingIds:
    """UUID version 7 values as 32 hex digits; each is greater than all before (RFC 9562).

    48 bits of milliseconds, then a 74-bit number that is drawn anew each millisecond and counted up
    within it. When the clock falls, the last time is kept, so that ids go on rising.
    """

    def __init__(self, newest: str = "") -> None:
        self._millis, self._low = _parts(newest)
        self._lock = threading.Lock()

    def next(self, wall_us: int) -> str:
        """Return an id greater than all before it; from any thread."""
        millis = wall_us // 1000
        with self._lock:  # two commands of one id would be taken for one, and the second lost
            if millis > self._millis:
                self._millis, self._low = millis, int.from_bytes(os.urandom(10)) >> 7
            else:
                self._low += 1
            newest, count = self._millis, self._low
        high, low = divmod(count, 1 << 62)
        value = (newest << 80) | (7 << 76) | (high << 64) | (2 << 62) | low
        return f"{value:032x}"


def _parts(newest: str) -> tuple[int, int]:
    try:
        value = int(newest, 16)
    except ValueError:
        return 0, 0
    return value >> 80, (((value >> 64) & 0xFFF) << 62) | (value & ((1 << 62) - 1))
