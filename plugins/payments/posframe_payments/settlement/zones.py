"""Rows of a provider that writes the times of its own zone, in those of the shop."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from posframe_payments.settlement.rows import SettlementRow


def in_zone(row: SettlementRow, theirs: str, ours: str) -> SettlementRow:
    """Return a row in our days and times; one without a time is on the day that it says."""
    if row.time_s is None or theirs == ours:
        return row
    midnight = datetime.datetime.combine(row.day, datetime.time(), zoneinfo.ZoneInfo(theirs))
    moment = midnight + datetime.timedelta(seconds=row.time_s)
    here = moment.astimezone(zoneinfo.ZoneInfo(ours))
    time_s = here.hour * 3600 + here.minute * 60 + here.second
    return attrs.evolve(row, day=here.date(), time_s=time_s)
