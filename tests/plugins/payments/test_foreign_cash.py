"""Cash of another currency: notes at a recorded rate, change in the till's own, nothing lost."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import CashRounding, ConfigurationError, Rounding
from posframe_payments.foreign_rate import ForeignRate
from tests.plugins.payments.desks import USD

RATE = ForeignRate(
    currency="USD",
    base="EUR",
    numerator=23,
    denominator=25,
    step_minor=500,
    source="",
    as_of="",
    until_us=2**62,
)


def test_notes_count_at_the_rate_and_change_is_in_the_tills_currency(desk):
    """20 USD at 0.92 are 18.40 EUR: 12.95 paid, 5.45 back."""
    desk("INK", "+", "20.00 usd")
    closing = desk.till.state.last
    assert (closing.tendered_minor, closing.change_minor, closing.gross_minor) == (1840, 545, 1295)
    (taken,) = desk.events("foreign.Taken")
    assert (taken.currency, taken.foreign_minor, taken.base_minor) == ("USD", 2000, 1840)
    assert (taken.numerator, taken.denominator, taken.difference) == (23, 25, 0)
    assert (taken.source, taken.as_of) == ("the bank", "2025-12-31")
    assert desk.rows("SELECT currency, foreign_minor, base_minor FROM foreign_taken") == [
        ("USD", 2000, 1840)
    ]


def test_the_tills_own_cash_is_less_by_the_change_and_the_notes_stand_beside_it(desk):
    """20.00 USD count for 18.40, so 5.45 of change go out; dollars are counted as dollars."""
    desk("INK", "+", "20.00 usd")
    assert desk.till.state.drawer_minor == 15_000 - (1_840 - 1_295)
    tender = desk.till.state.last.tenders[0]
    assert (tender.foreign_currency, tender.foreign_minor) == ("USD", 2_000)


def test_part_is_paid_in_notes_and_the_rest_in_cash(desk):
    desk("INK", "+", "5.00 usd")
    assert desk.due == 1295 - 460
    desk("")
    assert [each.type for each in desk.till.state.last.tenders] == ["usd", "cash"]


def test_notes_taken_back_are_given_back_as_they_are(desk):
    desk("INK", "+", "5.00 usd", "-", "")
    (back,) = desk.events("foreign.GivenBack")
    assert (back.currency, back.foreign_minor, back.base_minor) == ("USD", 500, 460)
    assert desk.rows("SELECT * FROM foreign_taken") == []


def test_what_rounding_took_off_has_its_own_figure(desk_with):
    """5 USD at 0.91237 are 4.56185 EUR, taken as 4.56: 0.185 of a cent less."""
    desk = desk_with(USD.replace("0.92", "0.91237"))
    desk("INK", "+", "5.00 usd")
    (taken,) = desk.events("foreign.Taken")
    assert taken.base_minor == 456
    assert Fraction(taken.difference, taken.denominator) == Fraction(-185, 1000)


def test_amounts_are_typed_as_all_amounts_at_this_till(desk_with):
    """Digits alone are cents here; where the decimal key is used they are whole dollars."""
    desk = desk_with(USD)
    desk("INK", "+", "500 usd")
    assert desk.events("foreign.Taken")[0].foreign_minor == 500
    desk.till.close()
    file = desk.folder / "till.toml"
    file.write_text(file.read_text() + '\n[ui]\namounts = "decimal-key"\n')
    desk.open()
    desk("+", "-", "5 USD")
    assert desk.events("foreign.Taken")[1].foreign_minor == 500


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("20 usd", "0.20 USD are no notes that are taken here (type what was handed over"),
        ("7.00 usd", "a multiple of 5.00, like 20.00 usd"),
        ("0 usd", "no notes"),
        ("-5.00 usd", "no notes"),
        ("x usd", "x"),
        ("usd", "No USD notes come to that (type what was handed over, like 20.00 usd)"),
        ("100000.00 usd", "above the limit for one tender"),
        ("20.00 gbp", "is no tender of this till"),
    ],
)
def test_what_cannot_have_been_handed_over_is_refused(desk, entry, words):
    desk("INK", "+")
    assert words in desk.refused(entry)


def test_a_rate_that_is_too_old_is_not_used(desk):
    """Seven days after 2025-12-31 it still is: until the end of 2026-01-07."""
    desk.pass_days(6)
    desk("INK", "+", "20.00 usd")
    desk.pass_days(1)
    desk("INK", "+")
    assert "of 2025-12-31, which is too old (ask for a new one, or take EUR)" in desk.refused(
        "20.00 usd"
    )


def test_money_back_is_paid_in_the_tills_currency(desk):
    desk("PEN")
    desk.bring_back(1000)
    assert "Money back is paid in EUR" in desk.refused("usd")


def test_where_cash_is_rounded_change_of_notes_can_be_paid(desk_with):
    """In steps of 0.05: 5 USD at 0.9153 are 4.57, in coins 4.55; 3.99 are 4.00, and 0.55 back."""
    desk = desk_with(USD.replace("0.92", "0.9153"))
    desk.till.close()
    file = desk.folder / "till.toml"
    file.write_text(file.read_text().replace('float = "150.00"', 'round_to = "0.05"'))
    desk.open()
    desk("PAD", "+", "5.00 usd")
    closing = desk.till.state.last
    assert (closing.tendered_minor, closing.change_minor, closing.rounding_minor) == (455, 55, 1)


@given(
    numerator=st.integers(1, 10**6),
    denominator=st.integers(1, 10**6),
    step=st.sampled_from([100, 500, 1000, 10_000]),
    coin=st.sampled_from([1, 5, 10, 100]),
    count=st.integers(1, 10_000),
)
def test_notes_are_found_again_from_what_they_count_for(numerator, denominator, step, coin, count):
    """Exactly those, at every rate the settings let through; the difference is below a step."""
    if step * numerator < coin * denominator:
        return
    rounding = CashRounding(coin, Rounding.HALF_UP) if coin > 1 else None
    rate = attrs.evolve(
        RATE,
        numerator=numerator,
        denominator=denominator,
        step_minor=step,
        cash_rounding=rounding,
    )
    notes = count * step
    base = rate.base_minor(notes)
    if base:
        assert rate.foreign_minor(base) == notes
    exact = Fraction(notes * numerator, denominator)
    assert base - exact == Fraction(rate.difference(notes), denominator)
    assert abs(base - exact) <= 1 + Fraction(coin, 2)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"0.92"', '"0"', "rate is not above zero"),
        ('"0.92"', '"zero"', "is no rate"),
        ('"0.92"', '"-1"', "is no rate"),
        ('"0.92"', '".5"', "is no rate"),
        ('"0.92"', '"0.000000001"', "is no rate"),
        ('"0.92"', '"0.00001"', "too small to be told apart"),
        ('"2025-12-31"', '"2025-02-30"', "is no day"),
        ('"2025-12-31"', '"2025-12-31"\ndays = 0', "days cannot be 0"),
        ('"2025-12-31"', '"2025-12-31"\nnotes = ["x"]', "notes"),
        ('"2025-12-31"', '"2025-12-31"\nnotes = ["0"]', "0 is no note"),
        ("USD", "EUR", "the till's own currency"),
        ("USD", "XYZ", "XYZ"),
    ],
)
def test_a_rate_that_makes_no_sense_stops_the_start(desk_with, old, new, words):
    with pytest.raises(ConfigurationError, match=words):
        desk_with(USD.replace(old, new))


def test_currencies_without_decimals_count_right(desk_with):
    """1000 yen at 0.0061 are 6.10."""
    yen = USD.replace("USD", "JPY").replace("0.92", "0.0061") + 'notes = ["1000", "5000"]\n'
    desk = desk_with(yen)
    desk("PAD", "+", "1000 jpy")
    assert desk.till.state.last.tendered_minor == 610
