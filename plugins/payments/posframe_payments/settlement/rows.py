"""What is compared: a tender of the journal, a booking of the provider, a row of a settlement file.

Amounts are minor units with their sign: positive is money for the shop, negative is money back to
the customer. Days and seconds are the shop's local ones.
"""

from __future__ import annotations

import datetime
from typing import Literal

import attrs

DAY_S = 86_400

RowKind = Literal["charge", "refund", "chargeback", "fee"]


@attrs.frozen(kw_only=True)
class Booking:
    """What the three have in common."""

    amount_minor: int
    """Gross, a tip included."""
    currency: str
    day: datetime.date
    time_s: int | None = None
    """Seconds after local midnight; None: unknown."""
    terminal: str = ""
    receipt: str = ""
    """Number on the terminal's slip, without zeros before it."""
    reference: str = ""
    """The provider's word for the payment."""
    payment: str = ""
    """Our own word for it, where it is told."""

    @property
    def is_refund(self) -> bool:
        """Whether money went back to the customer."""
        return self.amount_minor < 0

    @property
    def at_s(self) -> int | None:
        """Seconds since the first day of the calendar, to compare; None: the time is unknown."""
        return None if self.time_s is None else self.day.toordinal() * DAY_S + self.time_s


@attrs.frozen(kw_only=True)
class JournalTender(Booking):
    """A tender that was paid by something outside, or that a person said was not."""

    paid: bool = True
    """False: closed as not paid; the amount is what was asked for."""
    said_by: str = ""
    """The person whose word it rests on; empty: the provider's."""

    @property
    def counts_minor(self) -> int:
        """What the journal counts as taken."""
        return self.amount_minor if self.paid else 0


@attrs.frozen(kw_only=True)
class ProviderBooking(Booking):
    """A payment as the terminal or the gateway lists it itself."""


@attrs.frozen(kw_only=True)
class SettlementRow(Booking):
    """A line of a settlement file."""

    file: str
    line: int
    """Where it ends in the file, from 1."""
    kind: RowKind = "charge"
    fee_minor: int = 0
    """What the provider keeps; negative where it gives back."""
    net_minor: int
    """What is paid out: gross less fee."""
    payout: str = ""
    """The transfer to the bank that it is part of."""
    booked: datetime.date | None = None
    """When the provider booked it, where that differs from the day of the payment."""

    @property
    def place(self) -> str:
        """Where it stands, for a report."""
        return f"{self.file}:{self.line}"
