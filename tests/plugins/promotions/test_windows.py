"""When an offer is in force: dates, weekdays, hours, in the shop's own time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from posframe_promotions.offers import read_offers
from posframe_promotions.windows import is_open, is_over, read_window

BERLIN = ZoneInfo("Europe/Berlin")


def us(text: str) -> int:
    """Return a moment of Berlin's clock, or one with its offset, in microseconds since 1970."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=BERLIN)
    return int(at.timestamp()) * 1_000_000


# 2026-11-20 is a Friday
@pytest.mark.parametrize(
    ("keys", "moment", "expected"),
    [
        ({}, "2026-11-20T12:00", True),
        ({"from": "2026-11-20"}, "2026-11-19T23:59:59", False),
        ({"from": "2026-11-20"}, "2026-11-20T00:00", True),
        ({"until": "2026-11-20"}, "2026-11-20T23:59:59", True),
        ({"until": "2026-11-20"}, "2026-11-21T00:00", False),
        ({"until": "9999-12-31"}, "2026-11-21T00:00", True),
        ({"from": "2026-11-20", "until": "2026-11-20"}, "2026-11-20T12:00", True),
        ({"until": "2026-11-20T18:00"}, "2026-11-20T17:59:59", True),
        ({"until": "2026-11-20T18:00"}, "2026-11-20T18:00", False),
        # 18:00 in London is 19:00 in Berlin
        ({"until": "2026-11-20T18:00+00:00"}, "2026-11-20T18:59:59", True),
        ({"until": "2026-11-20T18:00+00:00"}, "2026-11-20T19:00", False),
        ({"from": datetime(2026, 11, 20, 8, 0)}, "2026-11-20T08:00", True),  # noqa: DTZ001
        ({"weekdays": ["fri"]}, "2026-11-20T12:00", True),
        ({"weekdays": ["sat", "thu"]}, "2026-11-20T12:00", False),
        ({"hours": "17:00-19:00"}, "2026-11-20T16:59:59", False),
        ({"hours": "17:00-19:00"}, "2026-11-20T17:00", True),
        ({"hours": "17:00-19:00"}, "2026-11-20T19:00", False),
        ({"hours": "9:00 - 24:00"}, "2026-11-20T23:59:59", True),
        ({"hours": ["08:00-09:00", "17:00-19:00"]}, "2026-11-20T18:00", True),
        ({"hours": ["08:00-09:00", "17:00-19:00"]}, "2026-11-20T10:00", False),
        ({"hours": "22:00-02:00"}, "2026-11-20T23:00", True),
        ({"hours": "22:00-02:00"}, "2026-11-20T01:59", True),
        ({"hours": "22:00-02:00"}, "2026-11-20T02:00", False),
        # the small hours of Saturday belong to Friday's evening, those of Friday to Thursday's
        ({"hours": "22:00-02:00", "weekdays": ["fri"]}, "2026-11-21T01:00", True),
        ({"hours": "22:00-02:00", "weekdays": ["fri"]}, "2026-11-20T01:00", False),
        # summer time: 17:00 in Berlin is 15:00 UTC in July
        ({"hours": "17:00-19:00"}, "2026-07-17T15:00+00:00", True),
        ({"hours": "17:00-19:00"}, "2026-07-17T14:59+00:00", False),
    ],
)
def test_a_window_is_open_by_the_clock_of_the_shop(keys, moment, expected):
    """The end is the first moment at which it is over; a date as the end includes its day."""
    assert is_open(read_window(keys, "offer"), us(moment), BERLIN) is expected


def test_a_window_that_has_ended_is_over_and_one_outside_its_hours_is_not():
    """A coupon has expired only then."""
    window = read_window({"until": "2026-11-20", "hours": "17:00-19:00"}, "offer")
    assert not is_over(window, us("2026-11-20T20:00"), BERLIN)
    assert is_over(window, us("2026-11-21T00:00"), BERLIN)
    assert not is_over(read_window({}, "offer"), us("2026-11-20T20:00"), BERLIN)


def test_moments_with_and_without_an_offset_can_bound_one_window():
    """They are compared by the clock on the wall when read, and each in its way when judged."""
    keys = {"from": "2026-11-20T08:00", "until": "2026-11-20T10:00+01:00"}
    (offer,) = read_offers(
        [{"id": "x", "kind": "unit_percent", "percent": "1", **keys}], currency="EUR"
    )
    assert is_open(offer.window, us("2026-11-20T09:00"), BERLIN)
    assert not is_open(offer.window, us("2026-11-20T10:00"), BERLIN)
