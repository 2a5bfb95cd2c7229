"""Asking providers for their own lists of what they booked."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import anyio

from posframe import AnswerOutcome, DeviceOffline, PaymentProvider, PosframeError, RuleViolation
from posframe_payments.settlement.rows import ProviderBooking
from posframe_payments.zvt_receipts import number_on_slip

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Iterable, Mapping, Sequence

    from posframe import ProviderAnswer, TenderType
    from posframe_payments.settlement.courses import Course

TOTALS_WITHIN_S: Final = 120


def ask_bookings(
    tenders: Iterable[TenderType],
    courses: Mapping[str, Course],
    as_of: datetime.date,
    zone: zoneinfo.ZoneInfo,
) -> list[ProviderBooking]:
    """Return what the providers of tender types list themselves.

    Args:
        tenders: Those to be asked.
        courses: By payment, what became of it; tells the day of what is listed by our name.
        as_of: The day of what is not.
        zone: The shop's.

    Raises:
        RuleViolation: one of them gives no list.
        DeviceOffline: one did not answer.
    """
    found: list[ProviderBooking] = []
    for tender in tenders:
        mine = [each for each in courses.values() if each.payment.type == tender.rule.id]
        since = next((each.mark for each in mine if each.mark), "")
        answers = anyio.run(_totals, tender, since)
        found += [
            booking_of(each, courses, as_of, zone)
            for each in answers
            if each.outcome is AnswerOutcome.APPROVED and each.amount_minor is not None
        ]
    return found


def booking_of(
    answer: ProviderAnswer,
    courses: Mapping[str, Course],
    as_of: datetime.date,
    zone: zoneinfo.ZoneInfo,
) -> ProviderBooking:
    """Return an approval that a provider lists as a booking."""
    course = courses.get(answer.payment)
    day, currency = as_of, answer.currency
    sign = 1
    if course is not None:
        paid_us = course.approved_us or course.sent_us or course.payment.intended_us
        day = datetime.datetime.fromtimestamp(paid_us // 1_000_000, zone).date()
        currency = currency or course.payment.currency
        sign = 1 if course.payment.kind == "charge" else -1
    return ProviderBooking(
        amount_minor=sign * (answer.amount_minor or 0),
        currency=currency,
        day=day,
        terminal=answer.terminal,
        receipt=number_on_slip(answer.mark),
        reference=answer.reference,
        payment=answer.payment,
    )


async def _totals(tender: TenderType, since: str) -> Sequence[ProviderAnswer]:
    label = tender.rule.label
    provider = tender.provider() if tender.provider is not None else None
    if provider is None or type(provider).totals is PaymentProvider.totals:
        raise RuleViolation(f"{label} gives no list of its own", hint="leave out --ask")
    words = "no answer in time"
    try:
        with anyio.fail_after(TOTALS_WITHIN_S):
            return await provider.totals(since)
    except PosframeError:
        raise
    except Exception as error:  # noqa: BLE001 - its words could carry what is on a card
        words = type(error).__name__
    finally:
        await provider.close()
    raise DeviceOffline(
        f"{label} did not list its payments ({words})", hint="try again, or leave out --ask"
    )
