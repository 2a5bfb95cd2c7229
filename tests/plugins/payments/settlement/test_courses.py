"""What became of a payment is folded from its events: what the provider moved, and when."""

from __future__ import annotations

import datetime
import zoneinfo

import attrs
import pytest

from posframe import AnswerOutcome, Payment, ProviderAnswer, Recorded, events
from posframe_payments.settlement.courses import history
from posframe_payments.settlement.journal_side import journal_tenders

ID = "a-1"
NOON_US = 1_767_268_800_000_000
"""2026-01-01 12:00 UTC."""
MINUTE_US = 60_000_000
WANTED = Payment(
    id=ID, transaction="a", type="card", label="Card", asked_minor=500, currency="EUR", key="k"
)
SENT = events.PaymentSent(ID, "T1", "41")
TAKEN = ProviderAnswer(outcome=AnswerOutcome.APPROVED, reference="R1", mark="42")
APPROVED = events.PaymentApproved(id=ID, answer=TAKEN, captured_minor=550, tip_minor=50)
GIVING_BACK = events.ReversalIntended(id=ID, reversal=f"{ID}-r", why="taken back")
GIVEN_BACK = events.PaymentReversed(id=ID)
BY_HAND = events.PaymentReversed(id=ID, how="cash", said_by="Ada")
DECLINED = events.PaymentDeclined(id=ID, answer=ProviderAnswer(outcome=AnswerOutcome.DECLINED))
DOUBTED = events.PaymentDoubted(id=ID, cause="no answer")
VOIDED = events.PaymentVoided(id=ID, cause="a person said so", said_by="Ada")
QUEUED = events.ReversalQueued(id=ID, owner="supervisor", why="settled already")


def told(*found, wanted=WANTED, minutes=0):
    """Fold what happened, all of it at noon, the last so many minutes later."""
    every = [events.PaymentIntended(wanted), SENT, *found]
    return history(
        Recorded(
            seq=seq,
            action=seq,
            command="",
            name="",
            version=1,
            wall_us=NOON_US + (minutes * MINUTE_US if event is every[-1] else 0),
            business_date="",
            actor="",
            transaction="",
            event=event,
        )
        for seq, event in enumerate(every, start=1)
    )


@pytest.mark.parametrize(
    ("found", "standing", "moved"),
    [
        ((), "in_doubt", []),
        ((APPROVED,), "paid", [550]),
        ((DOUBTED, APPROVED), "paid", [550]),
        ((DECLINED,), "not_paid", []),
        ((VOIDED,), "not_paid", []),
        ((DECLINED, APPROVED, GIVING_BACK), "going_back", [550]),
        ((APPROVED, GIVING_BACK, GIVEN_BACK), "given_back", [550, -550]),
        ((APPROVED, GIVING_BACK, QUEUED, BY_HAND), "given_by_hand", [550]),
        ((DOUBTED, GIVEN_BACK), "given_back", []),
    ],
)
def test_a_payment_stands_where_its_events_left_it(found, standing, moved):
    """A provider that gave back by itself what it never told of moved nothing that counts."""
    past = told(*found)
    assert past.courses[ID].standing == standing
    assert [each.minor for each in past.movements] == moved


def test_only_what_is_still_asked_about_keeps_a_batch_open():
    assert told(DOUBTED).courses[ID].is_unsettled
    assert told(APPROVED, GIVING_BACK).courses[ID].is_unsettled
    assert not told(APPROVED, GIVING_BACK, QUEUED).courses[ID].is_unsettled
    assert not told(APPROVED).courses[ID].is_unsettled


def test_practice_is_none_of_the_banks_business():
    past = told(APPROVED, wanted=attrs.evolve(WANTED, training=True))
    assert (dict(past.courses), past.movements) == ({}, ())


@pytest.mark.parametrize(("minutes", "hour"), [(1, (12, 1)), (60, (12, 0))])
def test_a_payment_found_out_about_later_was_paid_when_it_was_asked_for(minutes, hour):
    """The file has the terminal's time; an answer that was asked for much later does not."""
    past = told(APPROVED, minutes=minutes)
    zone = zoneinfo.ZoneInfo("UTC")
    ((_, tender),) = journal_tenders(past.courses.values(), [], set(), zone)
    assert tender.time_s == hour[0] * 3600 + hour[1] * 60
    assert tender.day == datetime.date(2026, 1, 1)
    assert (tender.amount_minor, tender.receipt, tender.reference) == (550, "42", "R1")


def test_a_refund_is_money_back():
    past = told(APPROVED, wanted=attrs.evolve(WANTED, kind="refund"))
    assert [(each.what, each.minor, each.tip_minor) for each in past.movements] == [
        ("refund", -550, 0)
    ]
