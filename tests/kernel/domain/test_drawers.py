"""Drawers: who holds them, where they stand, and which shift may open on one."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain.counting import Count, CountRow
from posframe.kernel.domain.drawers import Drawer, Opening, closed, opened, placed
from posframe.kernel.domain.shift import Shift, ShiftCash, ShiftRules, ShiftState, TenderSum

RULES = ShiftRules()
OPEN = Shift(
    id="s1",
    business_date="2026-03-02",
    drawer="A",
    operator="ann",
    opened_us=1,
    cash=ShiftCash(opening_float_minor=10_000),
)
FLOAT = Count(
    rows=(
        CountRow(denomination_minor=1_000, pieces=10),
        CountRow(denomination_minor=500, pieces=1, currency="USD"),
    )
)
A, B = Drawer(id="A", till="1"), Drawer(id="B", till="1", floating=True)
OPENING = Opening(id="s1", business_date="2026-03-02", operator="ann", at_us=1, count=FLOAT)


def test_a_shift_opens_on_a_drawer_with_the_float_as_counted():
    opening = attrs.evolve(OPENING, float_told_minor=11_000)
    drawer, shift = opened(A, opening, [], RULES)
    assert drawer == attrs.evolve(A, operator="ann")
    assert shift == attrs.evolve(
        OPEN, taken=(TenderSum(type="foreign USD", minor=500),), float_told_minor=11_000
    )
    assert closed(drawer) == A


def test_a_shift_is_not_opened_twice():
    second = attrs.evolve(OPENING, id="s2", operator="bob")
    for opening, drawer, words in (
        (OPENING, B, "Shift s1 of ann is open on drawer A"),
        (second, A, "Shift s1 of ann is open on drawer A"),
        (attrs.evolve(OPENING, id="s2"), B, "ann has shift s1 open"),
    ):
        with pytest.raises(RuleViolation, match=words):
            opened(drawer, opening, [OPEN], RULES)
    assert opened(B, second, [OPEN], RULES)[1].drawer == "B"


def test_a_shift_needs_a_name_and_a_till():
    with pytest.raises(RuleViolation, match="sign in first"):
        opened(A, attrs.evolve(OPENING, operator=""), [], RULES)
    with pytest.raises(RuleViolation, match="stands at no till"):
        opened(attrs.evolve(A, till=""), OPENING, [], RULES)


def test_too_many_unconfirmed_shifts_keep_the_next_from_opening():
    waiting = [attrs.evolve(OPEN, state=ShiftState.ENDED)] * 2
    two = attrs.evolve(RULES, unconfirmed_max=2)
    with pytest.raises(RuleViolation, match="2 shifts wait to be confirmed"):
        opened(A, OPENING, waiting, two)
    assert opened(A, OPENING, waiting[:1], two)
    assert opened(A, OPENING, waiting, RULES)


def test_a_floating_drawer_goes_from_till_to_till_and_a_fixed_one_stays():
    mine, there = attrs.evolve(B, operator="ann"), attrs.evolve(A, till="2", operator="ann")
    assert placed(mine, "2", [mine]) == attrs.evolve(mine, till="2")
    assert placed(mine, "", [mine, there, attrs.evolve(there, till="")]).till == ""
    assert placed(A, "1", []) is A
    assert placed(attrs.evolve(A, till=""), "3", [there]).till == "3"
    with pytest.raises(RuleViolation, match="belongs to till 1"):
        placed(A, "2", [])
    with pytest.raises(RuleViolation, match="ann holds drawer A at till 2 already"):
        placed(mine, "2", [mine, there])
