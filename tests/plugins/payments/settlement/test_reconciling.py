"""Three sides are compared: each difference has its kind, its owner, its next step and its sum."""

from __future__ import annotations

import time

import attrs
import pytest

from posframe import Money
from posframe_payments.settlement.reconciling import reconcile
from posframe_payments.settlement.terms import Fee
from tests.plugins.payments.settlement.making import (
    NOON_S,
    TERMS,
    booking,
    days_after,
    row,
    tender,
    terms,
)


def euros(minor):
    return (Money(minor, "EUR"),) if minor else ()


def found(tenders, bookings, rows, agreed=TERMS):
    """Return (kind, owner, delta) of each difference, after checks that hold for all."""
    result = reconcile(tenders, bookings, rows, agreed)
    for each in result.differences:
        assert each.words
        assert each.next_step
    return [(each.kind, each.owner, each.delta) for each in result.differences]


def test_what_agrees_on_all_sides_needs_nobody():
    result = reconcile([tender()], [booking()], [row(fee_minor=12)], TERMS)
    assert result.agrees
    assert result.differences == ()
    (group,) = result.groups
    assert (len(group.tenders), len(group.bookings), len(group.rows)) == (1, 1, 1)
    assert result.settlement["EUR"].fee_minor == 12
    assert result.settlement["EUR"].net_minor == 488


@pytest.mark.parametrize(
    ("tenders", "bookings", "rows", "expected"),
    [
        ([tender()], [], [], [("missing_at_provider", "shop", euros(-500))]),
        ([tender()], None, [], [("missing_in_settlement", "provider", euros(-500))]),
        ([tender()], [booking()], [], [("missing_in_settlement", "provider", euros(-500))]),
        ([tender()], [], [row()], [("missing_at_provider", "provider", ())]),
        ([], [], [row()], [("missing_in_journal", "shop", euros(500))]),
        ([], [booking()], [row()], [("missing_in_journal", "shop", euros(500))]),
        ([], [booking()], [], [("missing_in_journal", "shop", ())]),
        (
            [tender()],
            [booking()],
            [row(amount_minor=600)],
            [("amount_differs", "provider", euros(100))],
        ),
        (
            [tender()],
            [booking(amount_minor=600)],
            [row(amount_minor=600)],
            [("amount_differs", "shop", euros(100))],
        ),
        ([tender()], None, [row(amount_minor=600)], [("amount_differs", "supervisor", euros(100))]),
        ([tender()], [booking(amount_minor=600)], [row()], [("amount_differs", "provider", ())]),
        (
            [tender(reference="", payment="")],
            None,
            [row(amount_minor=5_000, reference="")],
            [("amount_differs", "supervisor", euros(4_500))],
        ),
        (
            [tender()],
            None,
            [row(currency="CHF")],
            [("currency_differs", "provider", (Money(500, "CHF"), Money(-500, "EUR")))],
        ),
        ([tender()], None, [row(), row(line=3)], [("duplicate", "provider", euros(500))]),
        ([tender()], [booking()] * 2, [row()], [("duplicate", "provider", ())]),
        (
            [tender(), tender(payment="P43")],
            None,
            [row()],
            [("duplicate", "supervisor", euros(-500))],
        ),
        ([tender()], None, [row(booked=days_after(9))], [("late", "provider", ())]),
        (
            [],
            None,
            [row(kind="chargeback", amount_minor=-500)],
            [("chargeback", "shop", euros(-500))],
        ),
    ],
)
def test_each_difference_has_its_kind_owner_and_sum(tenders, bookings, rows, expected):
    assert found(tenders, bookings, rows) == expected


@pytest.mark.parametrize(
    ("tenders", "bookings", "rows", "expected"),
    [
        ([tender(said_by="Ada")], None, [row()], [("confirmed", "supervisor", ())]),
        ([tender(said_by="Ada")], None, [], [("contradicted", "supervisor", euros(-500))]),
        ([tender(said_by="Ada")], [], [], [("contradicted", "supervisor", euros(-500))]),
        (
            [tender(said_by="Ada")],
            None,
            [row(amount_minor=700)],
            [("contradicted", "supervisor", euros(200))],
        ),
        ([tender(said_by="Ada", paid=False)], [], [], [("confirmed", "supervisor", ())]),
        (
            [tender(said_by="Ada", paid=False)],
            None,
            [row()],
            [("contradicted", "supervisor", euros(500))],
        ),
        ([tender(paid=False)], None, [row()], [("missing_in_journal", "shop", euros(500))]),
        ([tender(paid=False)], [], [], []),
    ],
)
def test_what_a_person_said_is_confirmed_or_contradicted(tenders, bookings, rows, expected):
    assert found(tenders, bookings, rows) == expected


def test_a_payment_of_yesterday_is_not_due_yet():
    agreed = terms(as_of=days_after(1))
    assert found([tender()], [booking()], [], agreed) == [("not_due", "provider", euros(-500))]


@pytest.mark.parametrize(("fee_minor", "more"), [(13, 0), (14, 0), (15, 2), (11, -2)])
def test_fees_are_held_against_what_was_agreed(fee_minor, more):
    """1.5 % of 5.00 is 7.5 cents, half up 8; with 5 cents each that is 13, give or take one."""
    agreed = terms(fee=Fee(rate_milli=1500, fixed_minor=5))
    result = reconcile([tender()], None, [row(fee_minor=fee_minor)], agreed)
    assert [each.fee_delta_minor for each in result.differences] == ([more] if more else [])
    assert all(each.kind == "fee_differs" for each in result.differences)


def how(tenders, bookings, rows, agreed=TERMS):
    return [
        (len(each.tenders), len(each.bookings), len(each.rows), each.how)
        for each in reconcile(tenders, bookings, rows, agreed).groups
    ]


def bare(make, **changes):
    """A booking that bears no mark but terminal, amount and time."""
    return make(**({"receipt": "", "reference": "", "payment": ""} | changes))


def test_marks_are_used_in_order_of_sureness():
    assert how([tender()], None, [row(payment="P42", reference="other")]) == [(1, 0, 1, "payment")]
    assert how([tender()], None, [row(receipt="7")]) == [(1, 0, 1, "reference")]
    assert how([tender()], None, [row(reference="", receipt="0042")]) == [(1, 0, 1, "receipt")]
    assert how([tender()], None, [bare(row, time_s=NOON_S + 180)]) == [(1, 0, 1, "time")]
    assert how([tender()], None, [bare(row, time_s=None)]) == [(1, 0, 1, "day")]


@pytest.mark.parametrize(
    "change",
    [
        {"time_s": NOON_S + 181},
        {"terminal": "T2"},
        {"amount_minor": 501},
        {"currency": "CHF"},
        {"receipt": "43"},
        {"amount_minor": -500},
        {"time_s": None, "day": days_after(1)},
    ],
)
def test_without_sure_marks_all_the_rest_has_to_agree(change):
    assert len(how([tender()], None, [bare(row, **change)])) == 2


def test_around_midnight_the_slip_number_holds_two_days_together():
    late = tender(time_s=86_395, reference="")
    early = row(day=days_after(1), time_s=4, reference="")
    assert how([late], None, [early]) == [(1, 0, 1, "receipt")]


def test_a_number_used_again_after_weeks_is_another_payment():
    again = row(day=days_after(8), amount_minor=700, terminal="T9")
    assert len(how([tender()], None, [again])) == 2
    near = row(day=days_after(7), amount_minor=700, terminal="T9")
    assert how([tender()], None, [near]) == [(1, 0, 1, "reference")]


def test_a_refund_under_the_reference_of_its_charge_is_told_apart():
    back = {"amount_minor": -500}
    groups = how([tender(), tender(payment="P43", **back)], None, [row(**back), row()])
    assert groups == [(1, 0, 1, "reference")] * 2


REFUNDED = {"amount_minor": -200, "reference": "R42", "receipt": ""}


@pytest.mark.parametrize("timed", [True, False])
def test_two_equal_refunds_of_one_payment_on_one_day_are_no_duplicate(timed):
    """The file names both by the payment they are of; the journal has a name for each."""
    times = [13 * 3600, 14 * 3600]
    given = [
        tender(**REFUNDED | {"reference": f"R{at}", "payment": f"P{at}", "time_s": at})
        for at in times
    ]
    rows = [
        row(**REFUNDED, payment="P42", time_s=at if timed else None, line=line)
        for line, at in enumerate(times, start=3)
    ]
    sold = [tender(), *given], None, [row(), *rows]
    assert found(*sold) == ([] if timed else [("ambiguous", "supervisor", ())])
    again = attrs.evolve(rows[1], line=9)
    assert found(*sold[:2], [*sold[2], again])[-1] == ("duplicate", "provider", euros(-200))


def test_the_providers_list_leads_from_the_journal_to_the_settlement():
    """The journal knows our word only, the settlement the provider's only; the list knows both."""
    ours = bare(tender, payment="P42")
    theirs = bare(row, reference="R42", time_s=None, day=days_after(2))
    assert how([ours], [booking()], [theirs]) == [(1, 1, 1, "reference")]
    assert len(how([ours], None, [theirs])) == 2


def test_two_that_look_alike_are_named_and_not_guessed():
    """Two coffees within three minutes: the sum is right, and nobody can say which is which."""
    tenders = [bare(tender, payment=name, time_s=NOON_S + s) for name, s in (("a", 0), ("b", 60))]
    rows = [bare(row, line=line, time_s=NOON_S + 30) for line in (2, 3)]
    assert found(tenders, None, rows) == [("ambiguous", "supervisor", ())]
    assert found(tenders, None, rows[:1]) == [("ambiguous", "supervisor", euros(-500))]
    assert found(tenders[:1], None, rows) == [("ambiguous", "supervisor", euros(500))]


def test_what_is_surely_another_payment_makes_nothing_ambiguous():
    """Slips with numbers of their own are told apart, however near in time."""
    tenders = [tender(reference="", receipt=f"{n}", payment=f"p{n}") for n in (41, 42)]
    rows = [row(reference="", receipt=f"{n}", line=n) for n in (42, 41)]
    assert found(tenders, None, rows) == []
    assert how(tenders, None, rows) == [(1, 0, 1, "receipt")] * 2


def test_what_is_accounted_for_otherwise_makes_nothing_ambiguous():
    """The row is another booking's than the first tender's, so it can only be the second's."""
    first, second = (bare(tender, payment=name) for name in ("a", "b"))
    bookings = [bare(booking, payment="a"), bare(booking, reference="R", terminal="host")]
    groups = how([first, second], bookings, [bare(row, reference="R")])
    assert groups == [(1, 1, 0, "payment"), (1, 1, 1, "time")]


def test_an_unpaid_tender_takes_no_row_from_a_paid_one():
    """Declined, then paid in a second attempt under the same number of the slip."""
    declined, second = tender(paid=False, payment="a"), tender(payment="b")
    assert found([declined, second], None, [row()]) == []


def test_payouts_add_up_gross_fee_and_net():
    rows = [
        row(payout="A", fee_minor=10),
        row(payout="A", fee_minor=-4, amount_minor=-200, reference="x", line=3),
        row(payout="B", fee_minor=7, amount_minor=300, reference="y", line=4),
        row(payout="B", kind="fee", amount_minor=0, fee_minor=99, reference="", line=5),
    ]
    result = reconcile([], None, rows, TERMS)
    sums = {key[0]: (s.gross_minor, s.fee_minor, s.net_minor) for key, s in result.payouts.items()}
    assert sums == {"A": (300, 6, 294), "B": (300, 106, 194)}
    assert result.settlement["EUR"].net_minor == 488


@pytest.mark.slow
def test_a_busy_month_without_any_marks_takes_seconds():
    """20,000 payments of one amount at one terminal, some a second apart: named, not searched."""
    tenders = [
        bare(tender, payment=f"p{n}", time_s=n % 80_000, day=days_after(n % 28))
        for n in range(20_000)
    ]
    rows = [bare(row, line=n, time_s=n % 80_000, day=days_after(n % 28)) for n in range(20_000)]
    started = time.perf_counter()
    result = reconcile(tenders, None, rows, terms(as_of=days_after(60)))
    assert time.perf_counter() - started < 30
    assert result.delta_minor == {}
