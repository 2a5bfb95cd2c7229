"""A deal's saving falls on all its units, to the last minor unit and never below the floor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_promotions.solving import Application, spread

prices = st.integers(0, 10_000)


@st.composite
def deals(draw):
    """Units of one deal, its floor, and a saving that they can give."""
    keys = draw(st.lists(st.tuples(st.sampled_from("ABCD"), prices), min_size=1, unique=True))
    units = tuple((key, draw(st.integers(1, 4))) for key in keys)
    ordered = tuple(sorted(units, key=lambda unit: (-unit[0][1], unit[0][0])))
    floor = draw(st.integers(0, 3_000))
    room = sum(max(0, price - floor) * count for (_, price), count in ordered)
    return Application(ordered, draw(st.integers(0, room))), floor


def test_spare_minor_units_go_to_the_first_of_equals():
    """1000 over three of 1000 is 334, 333, 333 (Sylius and Dynamics agree)."""
    three = Application((((("A"), 1000), 1), (("B", 1000), 1), (("C", 1000), 1)), 1000)
    assert spread(three) == ((("A", 1000), 334), (("B", 1000), 333), (("C", 1000), 333))


def test_units_of_one_class_are_summed():
    deal = Application(((("A", 1000), 2), (("B", 1000), 1)), 1000)
    assert spread(deal) == ((("A", 1000), 667), (("B", 1000), 333))


def test_a_free_unit_is_paid_for_by_all():
    """100 off 300 + 100: three quarters and one."""
    assert spread(Application(((("A", 300), 1), (("B", 100), 1)), 100)) == (
        (("A", 300), 75),
        (("B", 100), 25),
    )


def test_what_a_unit_cannot_take_the_others_do():
    """500 off 600 + 400, none below 250: 300 and 200, but B takes no more than 150."""
    deal = Application(((("A", 600), 1), (("B", 400), 1)), 500)
    assert spread(deal, floor_minor=250) == ((("A", 600), 350), (("B", 400), 150))


@given(deal=deals())
def test_nothing_is_lost_and_nothing_falls_below_the_floor(deal):
    application, floor = deal
    shares = spread(application, floor)
    assert [key for key, _ in shares] == [key for key, _ in application.units]
    assert sum(share for _, share in shares) == application.saving_minor
    for ((_, price), share), (_, count) in zip(shares, application.units, strict=True):
        assert 0 <= share <= count * max(0, price - floor)


@given(deal=deals())
def test_without_a_floor_shares_are_within_one_of_proportional(deal):
    application, _ = deal
    total = sum(price * count for (_, price), count in application.units)
    for ((_, price), share), (_, count) in zip(spread(application), application.units, strict=True):
        exact = application.saving_minor * price * count  # over total
        assert abs(share * total - exact) < count * total or total == 0


def test_a_saving_that_no_deal_can_give_is_a_fault():
    with pytest.raises(AssertionError, match="no more than its units"):
        spread(Application(((("A", 100), 1),), 101))
