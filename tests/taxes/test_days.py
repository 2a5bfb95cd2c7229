"""Days of till.toml: each begins at its first moment where the till is."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.system import SystemClock
from posframe.taxes.days import first_moment_us
from tests.taxes.writing import ZONES, entry, refusal, us


@pytest.mark.parametrize(
    ("day", "message", "hint"),
    [
        ("2026-02-30", "2026-02-30 does not exist", "did you mean 2026-02-28?"),
        ("2028-02-30", "2028-02-30 does not exist", "did you mean 2028-02-29?"),
        ("2026-11-31", "2026-11-31 does not exist", "did you mean 2026-11-30?"),
        ("2026-13-01", "2026-13-01 does not exist", "write year, month and day"),
        ("2026-01-00", "2026-01-00 does not exist", "write year, month and day"),
        ("2026-01-32", "2026-01-32 does not exist", "write year, month and day"),
        ("0000-01-01", "0000-01-01 does not exist", "write year, month and day"),
        ("01.07.2026", "'01.07.2026' is no date", "2026-07-01"),
        ("20260701", "'20260701' is no date", "2026-07-01"),
        ("2026-W01-1", "'2026-W01-1' is no date", "2026-07-01"),
        ("²026-07-01", "is no date", "2026-07-01"),
    ],
)
@pytest.mark.parametrize("key", ["from", "until"])
def test_a_date_that_does_not_exist_is_named_with_the_nearest(key, day, message, hint):
    error = refusal(entry("a", "19", **{key: day}))
    assert f"tax.categories.goods.taxes[0].{key}: " in error.message
    assert message in error.message
    assert hint in error.hint


@given(st.dates(datetime.date(1971, 1, 1), datetime.date(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_day_begins_at_the_first_moment_the_clock_shows_it(day, timezone):
    """One microsecond earlier it is another day; a day that a zone left out begins as the next."""
    begin_us = first_moment_us(day.isoformat(), timezone, "x")
    assert SystemClock(timezone).local_date(begin_us) >= day.isoformat()
    assert SystemClock(timezone).local_date(begin_us - 1) < day.isoformat()


def test_a_day_whose_midnight_the_clocks_skip_begins_an_hour_later_by_the_clock():
    """Cairo went from 00:00 (UTC+2) to 01:00 on 28 April 2023."""
    assert first_moment_us("2023-04-28", "Africa/Cairo", "x") == us("2023-04-27T22:00:00+00:00")


def test_a_zone_that_is_none_is_named():
    error = refusal(entry("a", "19", from_="2026-01-01"), timezone="Europe/Berln")
    assert "till.timezone 'Europe/Berln' is unknown" in error.message
