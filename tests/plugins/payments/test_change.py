"""Advice on change and quick amounts: nothing is invented, and no fewer pieces would do."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.cash import (
    EXACT_STEPS_MAX,
    QUICK_MAX,
    change_by_denomination,
    quick_amounts,
)

EURO = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
FRANC = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
DOLLAR = (1, 5, 10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
FORINT = tuple(100 * coin for coin in (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 20_000))

coins = st.lists(st.integers(1, 40), min_size=1, max_size=5, unique=True)


def total(pairs):
    return sum(denomination * count for denomination, count in pairs)


def pieces(pairs):
    return sum(count for _, count in pairs)


def greedy(amount, denominations):
    count = 0
    for denomination in sorted(denominations, reverse=True):
        more, amount = divmod(amount, denomination)
        count += more
    return count


def brute_force(amount, denominations):
    """Return (what can be made, in how many pieces) by trying every combination."""

    @functools.cache
    def best(left, at):
        if at == len(denominations):
            return 0, 0
        return max(
            (made + used * denominations[at], -(used - fewest))
            for used in range(left // denominations[at] + 1)
            for made, fewest in [best(left - used * denominations[at], at + 1)]
        )

    made, negative = best(amount, 0)
    return made, -negative


@given(st.integers(0, 120), coins)
def test_change_is_the_most_that_can_be_made_in_the_fewest_pieces(amount, denominations):
    """Whatever the coins, trying every combination finds nothing better."""
    pairs = change_by_denomination(amount, denominations)
    assert (total(pairs), pieces(pairs)) == brute_force(amount, tuple(denominations))


@pytest.mark.parametrize("system", [EURO, FRANC, DOLLAR, FORINT])
@given(data=st.data())
def test_coin_systems_in_use_are_given_in_full_and_the_fewest_pieces(system, data):
    """Where the largest first is the fewest, so is this, below and above the table's end."""
    amount = min(system) * data.draw(st.integers(0, 1_000_000))
    pairs = change_by_denomination(amount, system)
    assert total(pairs) == amount
    assert pieces(pairs) == greedy(amount, system)


def test_largest_first_would_give_more_pieces_or_nothing():
    """Coins of 1, 3 and 4 make 6 of two pieces; notes of 50 and 20 make 60."""
    assert change_by_denomination(6, (1, 3, 4)) == ((3, 2),)
    assert change_by_denomination(60, (50, 20)) == ((20, 3),)


def test_what_cannot_be_made_is_left_out_and_seen_by_its_difference():
    """Without the small coins the rest is as small as can be, and no piece is invented."""
    assert change_by_denomination(37, (20, 10)) == ((20, 1), (10, 1))
    assert change_by_denomination(4, (5,)) == ()
    assert change_by_denomination(EXACT_STEPS_MAX + 1, (7_000, 6_001)) == ()


@pytest.mark.parametrize("amount", [0, -5])
def test_no_change_is_no_pieces(amount):
    """Nothing is given for nothing, nor for money that goes the other way."""
    assert change_by_denomination(amount, EURO) == ()


def test_denominations_that_are_none_are_passed_over():
    """A slip in the settings costs a line of advice, not the screen."""
    assert change_by_denomination(7, (5, 2, 0, -1, 5)) == ((5, 1), (2, 1))
    assert change_by_denomination(7, ()) == ()


@given(
    st.integers(1, 100_000), st.lists(st.integers(1, 20_000), max_size=8), st.integers(1, 120_000)
)
def test_quick_amounts_suffice_and_no_note_is_handed_over_in_vain(due, notes, limit):
    """Each is above what is due by less than one of the notes it is made of; no two are equal."""
    offered = quick_amounts(due, notes, limit)
    assert list(offered) == sorted(set(offered))
    assert len(offered) <= QUICK_MAX
    assert all(
        due < amount <= limit and any(amount % note == 0 and amount - due < note for note in notes)
        for amount in offered
    )


@pytest.mark.parametrize(
    ("due", "offered"),
    [
        (2095, (2500, 3000, 4000, 5000, 10_000)),
        (9510, (10_000,)),
        (5000, (6000, 10_000)),
        (1, (500, 1000, 2000, 5000, 10_000)),
        (0, ()),
        (-500, ()),
    ],
)
def test_quick_amounts_are_those_a_customer_hands_over(due, offered):
    """What is due exactly is left out, because Enter pays it; money back has none."""
    assert quick_amounts(due, (500, 1000, 2000, 5000, 10_000, 0), 10_000) == offered
