"""Bookings for tests: five euros at noon on terminal T1, but for what a test says."""

from __future__ import annotations

import datetime

import attrs

from posframe_payments.settlement.rows import JournalTender, ProviderBooking, SettlementRow
from posframe_payments.settlement.terms import Terms

DAY = datetime.date(2026, 1, 15)
NOON_S = 12 * 3600
TERMS = Terms(as_of=DAY + datetime.timedelta(days=30))
_COMMON = {
    "amount_minor": 500,
    "currency": "EUR",
    "day": DAY,
    "time_s": NOON_S,
    "terminal": "T1",
    "receipt": "42",
    "reference": "R42",
}


def tender(**changes):
    return JournalTender(**(_COMMON | {"payment": "P42"} | changes))


def booking(**changes):
    return ProviderBooking(**(_COMMON | {"payment": "P42"} | changes))


def row(**changes):
    fields = _COMMON | {"file": "jan.csv", "line": 2} | changes
    fields.setdefault("net_minor", fields["amount_minor"] - fields.get("fee_minor", 0))
    return SettlementRow(**fields)


def days_after(days):
    return DAY + datetime.timedelta(days=days)


def terms(**changes):
    return attrs.evolve(TERMS, **changes)
