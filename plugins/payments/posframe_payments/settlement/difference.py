"""A difference between journal, provider and settlement: what it is, whose, and what to do."""

from __future__ import annotations

from typing import Final, Literal

import attrs

from posframe import Money
from posframe_payments.settlement.rows import Booking, JournalTender, ProviderBooking, SettlementRow

Kind = Literal[
    "missing_at_provider",
    "missing_in_journal",
    "missing_in_settlement",
    "not_due",
    "amount_differs",
    "currency_differs",
    "duplicate",
    "fee_differs",
    "late",
    "contradicted",
    "confirmed",
    "ambiguous",
    "chargeback",
]
Owner = Literal["shop", "provider", "supervisor"]
"""Who has to do something."""

_STEPS: Final[dict[Kind, str]] = {
    "missing_at_provider": "Find the slip; without one, treat the sale as not paid",
    "missing_in_journal": "Find the customer and give the money back, or book the sale",
    "missing_in_settlement": "Ask the provider to pay it out, with the reference",
    "not_due": "Look for it in the next file",
    "amount_differs": "Compare the slip with journal and settlement",
    "currency_differs": "Ask the provider in which currency it was charged",
    "duplicate": "Ask the provider to take one of them back",
    "fee_differs": "Ask the provider to put the fee right",
    "late": "Nothing, if it is one; if there are many, ask the provider",
    "contradicted": "Ask the person; then correct the sale, and give back or claim the money",
    "confirmed": "Nothing: what the person said was right",
    "ambiguous": "Tell them apart by their slips; only where the sums differ is money missing",
    "chargeback": "Answer with the slip before the deadline the bank gives",
}


@attrs.frozen(kw_only=True)
class Difference:
    """One thing that somebody has to look at."""

    kind: Kind
    owner: Owner
    words: str
    next_step: str
    delta: tuple[Money, ...] = ()
    """What the settlement says less what the journal says, gross, by currency; none: the same."""
    fee_delta_minor: int = 0
    """What was kept less what was agreed."""
    tenders: tuple[JournalTender, ...] = ()
    bookings: tuple[ProviderBooking, ...] = ()
    rows: tuple[SettlementRow, ...] = ()


def difference(  # noqa: PLR0913 - named ones, of a value
    kind: Kind,
    owner: Owner,
    words: str,
    *,
    delta: tuple[Money, ...] = (),
    fee_delta_minor: int = 0,
    tenders: tuple[JournalTender, ...] = (),
    bookings: tuple[ProviderBooking, ...] = (),
    rows: tuple[SettlementRow, ...] = (),
) -> Difference:
    """Return a difference with the next step of its kind."""
    return Difference(
        kind=kind,
        owner=owner,
        words=words,
        next_step=_STEPS[kind],
        delta=delta,
        fee_delta_minor=fee_delta_minor,
        tenders=tenders,
        bookings=bookings,
        rows=rows,
    )


def told(booking: Booking) -> str:
    """Return what a person needs to find a booking again."""
    words = [f"{Money(booking.amount_minor, booking.currency)} on {booking.day.isoformat()}"]
    if booking.time_s is not None:
        minutes, seconds = divmod(booking.time_s, 60)
        words.append(f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}")
    for name, value in (("terminal", booking.terminal), ("slip", booking.receipt)):
        if value:
            words.append(f"{name} {value}")
    name = booking.reference or booking.payment
    if name:
        words.append(f"reference {name}")
    if isinstance(booking, SettlementRow):
        words.append(f"({booking.place})")
    return " ".join(words)
