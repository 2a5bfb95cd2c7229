"""When a provider is asked again, when a person is, and what a restart forgets."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.payment_effects import PaymentStep
from posframe.kernel.domain.payment_pursuit import begin, grace_s, pursue
from tests.kernel.card_payments import (
    APPROVED,
    BY_HAND,
    BY_REFERENCE,
    IN_PROGRESS,
    LAST_ONLY,
    NOT_FOUND,
    PAYMENT,
    UNKNOWN,
    S,
    said,
    slip,
)

STEPS = {S.UNKNOWN: "inquire", S.REVERSING: "reverse", S.QUEUED_FOR_PERSON: "reverse"}
DOUBT = attrs.evolve(PAYMENT, status=S.UNKNOWN)


def step_of(payment, step=""):
    return PaymentStep(payment=payment, step=step or STEPS[payment.status])


def begun(status=S.UNKNOWN, now_s=100, can=BY_REFERENCE, step="", **payment):
    known = attrs.evolve(PAYMENT, status=status, **payment)
    return begin(step_of(known, step), can, now_s)


def waits(pursuit, times):
    """Return how long it waits before each next time, asked as soon as it may be."""
    found = []
    for _ in range(times):
        asked = pursuit.asked(pursuit.due_s)
        found.append(asked.due_s - pursuit.due_s)
        pursuit = asked
    return found


def hears(pursuit, answer, now_s, can=BY_REFERENCE, payment=DOUBT):
    """Ask, and hear the answer in the same second."""
    return pursuit.asked(now_s).after(payment, answer, can, now_s)


@pytest.mark.parametrize(
    ("status", "step", "expected"),
    [
        (S.UNKNOWN, "inquire", [4, 8, 16, 30, 30]),
        (S.REVERSING, "reverse", [2, 4, 8, 16, 32, 60, 60]),
        (S.VOIDED, "look", [4, 8, 16, 32, 64, 128, 256, 300, 300]),
        (S.INTENDED, "send", [4, 8, 16, 30]),
        (S.QUEUED_FOR_PERSON, "reverse", [300, 300]),
    ],
)
def test_waits_double_up_to_a_limit(status, step, expected):
    assert waits(begun(status, step=step), len(expected)) == expected


def test_it_is_asked_at_once_and_after_a_thousand_times_still():
    pursuit = begun()
    assert pursuit.is_due(100)
    for _ in range(1_000):
        pursuit = pursuit.asked(pursuit.due_s)
    assert not pursuit.is_due(pursuit.due_s - 1)
    assert pursuit.is_due(pursuit.due_s)


@pytest.mark.parametrize(
    ("status", "can", "kind"),
    [
        (S.UNKNOWN, BY_HAND, "charge"),
        (S.REVERSING, BY_HAND, "charge"),
        (S.QUEUED_FOR_PERSON, BY_REFERENCE, "refund"),
    ],
)
def test_what_a_provider_cannot_do_it_is_never_asked(status, can, kind):
    pursuit = begun(status, can=can, kind=kind)
    assert pursuit.due_s is None
    assert not pursuit.is_due(10**9)


def test_a_reversal_that_a_person_has_is_tried_on_slowly():
    assert begun(S.QUEUED_FOR_PERSON).due_s == 400


def test_no_answer_disarms_the_next_time():
    pursuit = begun().asked(100)
    for answer in (said(APPROVED, payment="p-2"), said(UNKNOWN), said(NOT_FOUND)):
        assert pursuit.after(DOUBT, answer, BY_REFERENCE, 101).due_s == 104


# Not found


def test_grace_counts_from_the_first_not_found_to_when_the_last_was_asked_for():
    pursuit = begun().asked(100).after(DOUBT, said(NOT_FOUND), BY_REFERENCE, 105)
    assert (pursuit.not_found_times, pursuit.not_found_since_s) == (1, 105)
    long_on_its_way = pursuit.asked(165).after(DOUBT, said(NOT_FOUND), BY_REFERENCE, 500)
    assert not long_on_its_way.grace_is_over(DOUBT, BY_REFERENCE, 500)
    over = pursuit.asked(166).after(DOUBT, said(NOT_FOUND), BY_REFERENCE, 166)
    assert over.grace_is_over(DOUBT, BY_REFERENCE, 166)
    assert over.not_found_times == 2


def test_the_screen_can_count_down():
    pursuit = begun()
    assert pursuit.grace_left_s(DOUBT, BY_REFERENCE, 100) is None
    assert not pursuit.grace_is_over(DOUBT, BY_REFERENCE, 10**9)
    pursuit = hears(pursuit, said(NOT_FOUND), 100)
    assert pursuit.grace_left_s(DOUBT, BY_REFERENCE, 116) == 45
    assert pursuit.grace_left_s(DOUBT, BY_REFERENCE, 999) == 0


def test_money_handed_out_waits_twice_as_long():
    assert grace_s(DOUBT, BY_REFERENCE) == 60
    assert grace_s(attrs.evolve(DOUBT, kind="refund"), BY_REFERENCE) == 120


def test_in_progress_starts_the_row_anew():
    pursuit = hears(hears(begun(), said(NOT_FOUND), 100), said(IN_PROGRESS), 110)
    assert (pursuit.not_found_times, pursuit.not_found_since_s) == (0, None)
    assert pursuit.last is IN_PROGRESS


@pytest.mark.parametrize(
    "answer", [said(UNKNOWN), said(NOT_FOUND, terminal="T2"), said(NOT_FOUND, payment="p-2")]
)
def test_what_says_nothing_of_it_neither_counts_nor_ends_the_row(answer):
    pursuit = hears(hears(begun(), said(NOT_FOUND), 100), answer, 110)
    assert (pursuit.not_found_times, pursuit.not_found_since_s) == (1, 100)


def test_an_unmoved_receipt_number_counts_as_not_found():
    pursuit = hears(begun(can=LAST_ONLY), slip(APPROVED, mark="1102"), 100, LAST_ONLY)
    assert pursuit.not_found_times == 1


# People


@pytest.mark.parametrize(("now_s", "expected"), [(999, False), (1_000, True)])
def test_a_person_is_asked_after_a_quarter_of_an_hour(now_s, expected):
    assert begun().needs_person(BY_REFERENCE, now_s) is expected


def test_a_person_is_asked_at_once_where_no_machine_can_tell():
    assert begun(can=BY_HAND).needs_person(BY_HAND, 100)
    assert not begun(S.REVERSING, can=BY_HAND).needs_person(BY_HAND, 10**6)


def test_a_person_is_asked_while_another_terminal_answers():
    away = hears(begun(), said(NOT_FOUND, terminal="T2"), 100)
    assert away.needs_person(BY_REFERENCE, 100)
    back = hears(away, said(NOT_FOUND), 110)
    assert not back.needs_person(BY_REFERENCE, 110)


def test_a_person_is_asked_when_the_last_receipt_is_another_payments():
    known = attrs.evolve(DOUBT, reference="1103")
    answer = slip(APPROVED, mark="1104", reference="1104")
    assert hears(begun(can=LAST_ONLY), answer, 100, LAST_ONLY, known).needs_person(LAST_ONLY, 100)


def test_a_reversal_is_handed_over_after_five_tries_and_the_last_ones_wait():
    payment = attrs.evolve(PAYMENT, status=S.REVERSING)
    pursuit = begun(S.REVERSING)
    for _ in range(5):
        assert pursuit.gives_up(payment, pursuit.due_s) == ""
        pursuit = pursuit.asked(pursuit.due_s)
    assert pursuit.gives_up(payment, pursuit.due_s - 1) == ""
    assert "5 tries" in pursuit.gives_up(payment, pursuit.due_s)
    assert pursuit.gives_up(DOUBT, pursuit.due_s) == ""


# Restarts


def test_another_status_or_step_is_another_pursuit():
    pursuit = begun().asked(100)
    assert pursue(pursuit, step_of(DOUBT), BY_REFERENCE, 200) is pursuit
    back = attrs.evolve(DOUBT, status=S.REVERSING)
    assert pursue(pursuit, step_of(back), BY_REFERENCE, 200).tries == 0
    assert pursue(None, step_of(DOUBT), BY_REFERENCE, 200).begun_s == 200


@given(
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from([said(NOT_FOUND), said(UNKNOWN)]))),
    st.integers(0, 500),
)
def test_a_restart_never_makes_grace_shorter(row, restart_after_s):
    """Law: what was heard before a restart brings "not found" no nearer to being believed."""
    now_s, kept, anew = 100, begun(), None
    for wait_s, answer in row:
        now_s += wait_s
        kept = hears(kept, answer, now_s)
        if now_s - 100 >= restart_after_s:
            anew = hears(anew or begun(now_s=now_s), answer, now_s)
    if anew is not None and anew.grace_is_over(DOUBT, BY_REFERENCE, now_s):
        assert kept.grace_is_over(DOUBT, BY_REFERENCE, now_s)
        assert anew.not_found_times <= kept.not_found_times
