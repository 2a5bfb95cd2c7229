"""Every sign is counted once, however the journal is cut and whatever lies between."""

from __future__ import annotations

import itertools
from collections import Counter

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.exceptions.finding import Finder, find, signs, worked
from posframe.exceptions.notes import Tick
from posframe.exceptions.noting import Noted, merged, noted
from posframe.exceptions.signs import SignKind
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.z_report import ZReport
from tests.exceptions.telling import (
    DEEDS,
    NOON_US,
    TILL_DEEDS,
    K,
    Named,
    S,
    Tale,
    approval,
    as_by,
    completed,
    goods,
    kick,
    opened,
    shift,
    tender,
    told,
)
from tests.kernel.driving import SETTINGS, Desk

DEED = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(sorted(DEEDS)),
    st.integers(1, 9_999),
    st.sampled_from([False, False, False, True]),
)
TOLD = st.builds(told, st.lists(DEED, max_size=12), st.lists(st.integers(0, 11), max_size=40))


def shown(rows):
    return sorted(((each.operator, each.kind, each.minor) for each in signs(noted(rows))), key=repr)


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_each_deed_shows_what_its_reader_would_say(name):
    rows, expected = told([("1", name, 250, False)])
    assert shown(rows) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_training_shows_nothing(name):
    rows, expected = told([("1", name, 250, True)])
    assert shown(rows) == sorted(expected, key=repr)
    if name not in TILL_DEEDS:  # those are of no transaction
        assert not expected


@given(TOLD)
def test_deeds_mixed_in_any_way_show_what_each_of_them_shows(tale):
    rows, expected = tale
    assert shown(rows) == sorted(expected, key=repr)


@given(TOLD, st.lists(st.integers(0, 80), max_size=4), st.randoms(use_true_random=False))
def test_a_journal_cut_anywhere_and_merged_in_any_order_tells_the_same(tale, cuts, rng):
    rows, _ = tale
    bounds = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    parts = [noted(rows[a:b]) for a, b in itertools.pairwise(bounds)]
    whole = noted(rows)
    rng.shuffle(parts)
    assert merged(*parts) == whole
    assert signs(merged(*parts)) == signs(whole)
    if len(parts) > 2:
        assert merged(merged(*parts[:2]), *parts[2:]) == whole


@given(TOLD, st.randoms(use_true_random=False))
def test_the_order_of_rows_within_an_action_is_no_matter(tale, rng):
    """But of what was there before: lines of one action stay before each other here."""
    rows, expected = tale
    fixed = (ev.LineAdded, ev.LineChanged)
    actions = {}
    for row in rows:
        actions.setdefault(row.action, []).append(row)
    mixed = []
    for group in actions.values():
        if not any(isinstance(row.event, fixed) for row in group):
            rng.shuffle(group)
        mixed.extend(group)
    again = [attrs.evolve(row, seq=at) for at, row in enumerate(mixed, start=1)]
    assert shown(again) == sorted(expected, key=repr)


@given(st.lists(DEED, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_deeds_is_no_matter(deeds, rng):
    before = shown(told(deeds)[0])
    rng.shuffle(deeds)
    assert shown(told(deeds)[0]) == before


@given(TOLD)
def test_a_row_makes_a_sign_of_one_kind_once(tale):
    found = signs(noted(tale[0]))
    assert not [key for key, times in Counter((s.seq, s.kind) for s in found).items() if times > 1]
    for sign in found:
        assert sign.seq in sign.rows
        assert {row.business_date for row in tale[0] if row.seq == sign.seq} == {sign.business_date}


@given(TOLD)
def test_what_was_sold_is_counted_apart_from_training_and_undoing(tale):
    rows, _ = tale
    practice = {row.event.transaction for row in rows if getattr(row.event, "training", False)}
    sold = Counter()
    for row in rows:
        done = isinstance(row.event, ev.TransactionCompleted)
        if done and row.event.kind != "void" and row.event.transaction not in practice:
            sold[row.actor] += 1
    assert {each.operator: each.sales for each in worked(noted(rows))} == dict(sold)


def test_gross_of_a_day_is_summed_by_operator_and_day():
    tale = Tale().act(completed("a", 500), actor="1").act(completed("b", 250), actor="1")
    tale.date = "2026-01-02"
    tale.act(completed("c", 100), actor="1").act(completed("d", 70), actor="2")
    assert [
        (each.operator, each.business_date, each.sales, each.gross_minor)
        for each in worked(noted(tale.rows))
    ] == [("1", "2026-01-01", 2, 750), ("1", "2026-01-02", 1, 100), ("2", "2026-01-02", 1, 70)]


def test_whoever_was_only_named_as_approving_is_nobody_at_work():
    tale = Tale().act(approval("boss"), actor="1").act(kick(), actor="")
    assert find(noted(tale.rows)).operators == {"1"}


def test_training_known_only_by_its_end_and_what_was_approved_beside_it_show_nothing():
    practice = completed("a", -5, tenders=(tender(-5),), training=True)
    tale = Tale().act((approval("boss"), ""), practice, (kick(), ""))
    assert signs(noted(tale.rows)) == ()


def test_a_price_that_was_by_hand_when_reading_began_counts_as_changed():
    low = goods(1, 100, catalogue_price_minor=150)
    tale = Tale().act(ev.LineChanged(low), transaction="a")
    lower = goods(1, 90, catalogue_price_minor=150)
    tale.act(ev.LineChanged(lower), transaction="a")
    assert [each.minor for each in signs(noted(tale.rows))] == [50, 60]


def test_a_refund_says_by_which_ways_money_went_and_for_which_goods():
    (sign,) = signs(noted(told([("1", "refund", 40, False)])[0]))
    assert (sign.tags, sign.refers, sign.transaction) == (("cash", "gift_card"), ("old",), "s0")


def test_events_of_others_are_passed_over():
    assert noted(Tale().act(Named("loyalty.PointsEarned")).rows).notes == ()


# The clock.


def clock(*steps, ticks=None):
    """Return the clock's signs of rows that come so many microseconds after each other."""
    tale = Tale()
    for step in steps:
        tale.act(Named("x.Y"), actor="7", after_us=step)
    kept = noted(tale.rows, ticks)
    halves = (noted(tale.rows[:1], ticks), noted(tale.rows[1:], ticks))
    assert merged(*halves) == merged(*reversed(halves)) == kept
    return [(each.kind, each.seq, each.operator) for each in signs(kept)]


def test_a_clock_put_back_by_more_than_a_second_is_a_sign():
    assert clock(S, -S) == []
    assert clock(S, -S - 1) == [(K.CLOCK_BACK, 2, "7")]


def test_a_clock_put_forward_shows_beside_the_monotonic_time_of_one_start_only():
    """An hour passed by the wall; by the monotonic time 59 minutes, or one microsecond less."""
    hour = 3_600 * S
    same = {1: Tick("b", 0), 2: Tick("b", hour - 60 * S)}
    assert clock(S, hour, ticks=same) == []
    less = {1: Tick("b", 0), 2: Tick("b", hour - 60 * S - 1)}
    assert clock(S, hour, ticks=less) == [(K.CLOCK_FORWARD, 2, "7")]
    assert clock(S, hour, ticks={**less, 2: Tick("c", 0)}) == []
    assert clock(S, hour, ticks={2: Tick("b", 0)}) == []
    assert clock(S, hour, ticks={1: Tick("b", 0)}) == []


def test_over_a_gap_the_clock_is_not_judged():
    rows = Tale().act(Named("x.Y")).act(Named("x.Y")).act(Named("x.Y"), after_us=-9 * S).rows
    assert signs(noted([rows[0], rows[2]])) == ()
    kept = merged(noted(rows[2:]), noted(rows[:1]))
    assert (len(kept.spans), signs(kept)) == (2, ())
    assert [each.kind for each in signs(merged(kept, noted(rows[1:2])))] == [K.CLOCK_BACK]


def test_a_row_that_is_given_twice_is_refused():
    rows = Tale().act(kick()).act(kick()).rows
    with pytest.raises(DataError, match="Row 1 of the journal was given after row 2") as refused:
        noted([*rows, rows[0]])
    assert refused.value.hint == "give each row once, in order"
    with pytest.raises(DataError, match="Row 2"):
        merged(noted(rows), noted(rows[1:]))


def test_nothing_merged_is_nothing():
    assert merged() == Noted() == noted([])


def test_a_clock_that_jumps_in_training_is_a_jump():
    tale = Tale().act(opened("a", training=True)).act(kick("a"), after_us=-5 * S)
    assert [each.kind for each in signs(noted(tale.rows))] == [K.CLOCK_BACK]


# What the kernel really writes.


def kernel_signs(*commands, settings=SETTINGS, **answers):
    desk, tale = Desk(settings, **answers), Tale()
    for command in commands:
        decision = desk.decided(command)
        desk.state = decision.state
        tale.act(*decision.events)
    assert tale.wall_us > NOON_US
    return [(each.kind, each.minor) for each in signs(noted(tale.rows))]


def test_what_the_kernel_writes_of_a_day_is_read_so():
    """By hand: cola 1.50 and 0.25 deposit; two pens of 1.00 at 0.80; 10 % of a pen; 1.00 of all."""
    drawer = attrs.evolve(SETTINGS, drawer_device="drawer")
    assert kernel_signs(
        cmd.AddItem(code="COLA"),
        cmd.VoidLine(number=1),
        cmd.AddItem(code="PEN"),
        cmd.OverridePrice(number=3, price_minor=80),
        cmd.ChangeQuantity(number=3, quantity_milli=2_000),
        cmd.AddItem(code="PEN"),
        cmd.Discount(number=4, percent_milli=10_000),
        cmd.Discount(number=0, amount_minor=100),
        cmd.Pay(type="voucher", amount_minor=50),
        cmd.VoidLine(number=4),
        cmd.Pay(type="cash"),
        cmd.MoveCash(kind="no_sale", amount_minor=0),
        cmd.MoveCash(kind="loan", amount_minor=100),
        settings=drawer,
    ) == [
        (SignKind.LINE_VOID, 175),
        (SignKind.PRICE_OVERRIDE, 40),
        (SignKind.MANUAL_DISCOUNT, 10),
        (SignKind.MANUAL_DISCOUNT, 100),
        (SignKind.VOID_AFTER_TOTAL, 90),
        (SignKind.NO_SALE, 0),
    ]


def test_a_lower_quantity_is_read_as_what_it_takes_back_from_what_the_kernel_writes():
    """Cola is 1.50 and its deposit 0.25: three of four go before the total, a pen of two after."""
    assert kernel_signs(
        cmd.AddItem(code="COLA", quantity_milli=4_000),
        cmd.ChangeQuantity(number=1, quantity_milli=3_000),
        cmd.ChangeQuantity(number=1, quantity_milli=1_000),
        cmd.ChangeQuantity(number=1, quantity_milli=2_000),
        cmd.AddItem(code="PEN", quantity_milli=2_000),
        cmd.Pay(type="voucher", amount_minor=50),
        cmd.ChangeQuantity(number=3, quantity_milli=1_000),
    ) == [
        (SignKind.LINE_VOID, 175),
        (SignKind.LINE_VOID, 350),
        (SignKind.VOID_AFTER_TOTAL, 100),
    ]


def test_goods_back_without_a_receipt_are_read_from_what_the_kernel_writes():
    assert kernel_signs(
        cmd.ReturnWithoutReceipt(code="LAMP", reason="broken", approver="2"),
        cmd.Pay(type="cash"),
    ) == [
        (SignKind.BLIND_RETURN, 10_000),
        (SignKind.APPROVAL_TAKEN, 11_000),
        (SignKind.APPROVAL_GIVEN, 11_000),
        (SignKind.APPROVAL_PAIR, 11_000),
        (SignKind.REFUND, 11_000),
    ]


@given(TOLD)
def test_signs_found_row_by_row_are_those_of_all_rows_at_once(tale):
    """Action by action, as a long journal is read; practice is known from its first row on."""
    rows, _ = tale
    whole = noted(rows)
    finder = Finder()
    actions = {}
    for note in whole.notes:
        actions.setdefault(note.action, []).append(note)
    for notes in actions.values():
        finder.read(notes)
    assert finder.findings() == find(whole)


def counted_shift(id_="1"):
    """The first two actions of a shift of operator 1: opened and ended."""
    return [[as_by(event, "1") for event, _ in action if not isinstance(event, ev.JobQueued)]
            for action in shift(id_, 0)]  # fmt: skip


def closed(number):
    report = ZReport(
        till="T", number=number, business_date="2026-01-01", from_seq=1, to_seq=1,
        totals=DayTotals(), head_hash="0" * 64,
    )  # fmt: skip
    return ev.DayClosed(report=report)


def test_takings_nobody_confirmed_are_told_by_the_first_close_alone():
    opened_, ended, confirmed = counted_shift()
    tale = Tale().act(*opened_).act(*ended).act(closed(1), actor="7").act(closed(2), actor="7")
    (sign,) = signs(noted(tale.rows))
    assert (sign.kind, sign.operator, sign.rows) == (K.UNCONFIRMED, "1", (2, 3))
    tale.act(*confirmed, actor="7")
    assert [each.kind for each in signs(noted(tale.rows))] == [K.UNCONFIRMED]


def test_takings_that_were_confirmed_before_the_close_are_no_sign():
    tale = Tale()
    for action in counted_shift():
        tale.act(*action)
    assert signs(noted(tale.act(closed(1), actor="7").rows)) == ()


def test_a_shift_that_is_still_open_at_the_close_is_no_sign():
    tale = Tale().act(*counted_shift()[0]).act(closed(1), actor="7")
    assert signs(noted(tale.rows)) == ()
