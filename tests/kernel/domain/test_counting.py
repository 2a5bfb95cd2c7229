"""A count of a drawer: what is typed, what coins weigh, and what cannot be."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain.count_entry import ENTRY_MAX, UnlikelyCount, entered, parse_row
from posframe.kernel.domain.counting import (
    PIECES_MAX,
    ROWS_MAX,
    Count,
    CountRow,
    CountRules,
    Denomination,
    HowCounted,
    check_count,
    euro,
    pieces_weighed,
    weighed_max,
)

DOLLARS = tuple(Denomination(minor=minor, is_note=True) for minor in (100, 2000))
EURO = CountRules(currency="EUR", denominations=euro(), foreign=(("USD", DOLLARS),))
YEN = CountRules(
    currency="JPY",
    denominations=(
        Denomination(minor=1),
        Denomination(minor=500, pieces_in_pack=50),
        Denomination(minor=10_000, is_note=True),
    ),
)
TWO = next(each for each in euro() if each.minor == 200)


def row(minor, pieces, how=HowCounted.PIECES, **more):
    return CountRow(denomination_minor=minor, pieces=pieces, how=how, **more)


TYPED = {
    "20x5": row(500, 20),
    "20 X 5.00": row(500, 20),
    "20*5,00": row(500, 20),
    "20 × 5": row(500, 20),
    "7x.05": row(5, 7),
    "7x0,5": row(50, 7),
    "0x5": row(500, 0),
    "3 rolls 1.00": row(100, 75, HowCounted.ROLLS, packs=3),
    "roll .01": row(1, 50, HowCounted.ROLLS, packs=1),
    "2roll 0.2": row(20, 80, HowCounted.ROLLS, packs=2),
    "bundle 50": row(5000, 100, HowCounted.BUNDLES, packs=1),
    "2 BUNDLES 5": row(500, 200, HowCounted.BUNDLES, packs=2),
    "408g 2.00": row(200, 48, HowCounted.WEIGHT, weight_mg=408_000),
    "408.5 g 2": row(200, 48, HowCounted.WEIGHT, weight_mg=408_500),
    "0,408kg 2": row(200, 48, HowCounted.WEIGHT, weight_mg=408_000),
    "0g 2": row(200, 0, HowCounted.WEIGHT, weight_mg=0),
    "3x20 USD": row(2000, 3, currency="USD"),
    "3x20usd": row(2000, 3, currency="USD"),
    "3x20 EUR": row(2000, 3),
}


@pytest.mark.parametrize("text", TYPED)
def test_an_entry_names_the_quantity_first_and_the_denomination_last(text):
    assert parse_row(text, EURO) == TYPED[text]


def test_a_currency_without_decimals_is_typed_without():
    assert parse_row("4x500", YEN) == row(500, 4)
    with pytest.raises(RuleViolation, match="decimals"):
        parse_row("4x5.00", YEN)


REFUSED = {
    "": "Nothing was typed",
    "20": "'20' is no count",
    "20x5x3": "is no count",
    "20x": "is no count",
    "x5": "is no count",
    "2 rolls": "is no count",
    "٣x5": "is no count",
    "9" * (ENTRY_MAX + 1): "longer than 40 characters",
    "-2x5": "never negative",
    "-1 rolls 1": "never negative",
    "-5g 2": "never negative",
    "1.5x5": "more decimals than a number of pieces",
    "100000x.01": "too large for a number of pieces",
    "51kg 2": "too large for a weight",
    "30x7": "There is no coin or note of 7.00.*one of: 0.01, 0.02, 0.05",
    "50x3": r"There is no coin or note of 3.00 \(pieces come first: 3x50\?\)",
    "50x3.50": "There is no coin or note of 3.50.*one of",
    "20x.001": "more decimals than an amount",
    "2x20 CHF": r"CHF is not counted at this till \(one of: EUR, USD\)",
    "2x50 USD": "There is no coin or note of 50.00.*one of: 1.00, 20.00",
    "roll 5": "5.00 does not come in rolls.*like bundle 5.00",
    "bundle 1": "1.00 does not come in bundles.*like roll 1.00",
    "100g 5": "5.00 is not counted by weight.*20x5.00",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_is_refused_with_what_would_do(text):
    with pytest.raises(RuleViolation, match=REFUSED[text]) as refused:
        parse_row(text, EURO)
    assert refused.value.hint


def test_a_coin_that_comes_in_no_rolls_is_counted_in_pieces():
    with pytest.raises(RuleViolation, match=r"1 does not come in rolls.*20x1"):
        parse_row("roll 1", YEN)


@given(st.text(max_size=60) | st.from_regex(r"[-0-9.,]{1,6} ?[xgk* ] ?[0-9.,]{1,5}[ a-z]{0,5}"))
def test_whatever_is_typed_it_is_a_possible_row_or_a_refusal_with_words(text):
    try:
        found = parse_row(text, EURO)
    except RuleViolation as error:
        words = error.message, error.hint
    else:
        words = (found.how.value,)
        check_count(
            Count(rows=(found,)), attrs.evolve(EURO, pieces_max=10**7, drawer_max_minor=10**13)
        )
    assert all(words)


def test_a_count_is_the_sum_of_its_heaps_and_foreign_notes_stand_apart():
    count = Count()
    for text in ("20x5", "3 rolls 1.00", "408g 2.00", "2x5", "3x20 USD", "1x1 USD"):
        count = entered(count, text, EURO)
    assert count.total_minor == 10_000 + 7_500 + 9_600 + 1_000
    assert count.foreign_minor == {"USD": 6_100}
    assert count.pieces_of(500) == 22
    assert count.pieces_of(2000) == 0
    assert count.pieces_of(2000, "USD") == 3


def test_a_minus_takes_the_last_row_back():
    count = entered(entered(Count(), "20x5", EURO), "2x10", EURO)
    assert entered(count, " - ", EURO) == Count(rows=(row(500, 20),))
    with pytest.raises(RuleViolation, match="Nothing is counted yet"):
        entered(Count(), "-", EURO)


@given(st.lists(st.tuples(st.sampled_from([each.minor for each in euro()]), st.integers(0, 9))))
def test_the_order_of_counting_does_not_matter(heaps):
    there = Count(rows=tuple(row(*each) for each in heaps))
    back = Count(rows=there.rows[::-1])
    assert there.total_minor == back.total_minor == sum(minor * n for minor, n in heaps)
    assert there.total_minor == sum(each.minor * there.pieces_of(each.minor) for each in euro())


def test_more_than_a_drawer_holds_is_refused():
    rules = attrs.evolve(EURO, pieces_max=100, drawer_max_minor=100_000)
    count = entered(Count(), "100x5", rules)
    with pytest.raises(RuleViolation, match=r"101 pieces of 5\.00 are more than a drawer holds"):
        entered(count, "1x5", rules)
    count = entered(count, "1x500", rules)
    assert count.total_minor == 100_000
    with pytest.raises(RuleViolation, match=r"1000\.01 is more than a drawer holds"):
        entered(count, "1x.01", rules)


def test_a_row_ten_times_the_usual_is_asked_about_and_taken_when_said_again():
    usual = {5000: 4}
    assert entered(Count(), "39x50", EURO, usual).total_minor == 195_000
    with pytest.raises(UnlikelyCount, match=r"40 pieces of 50.00\? .* ten times") as asked:
        entered(Count(), "40x50", EURO, usual)
    assert asked.value.row == row(5000, 40)
    assert entered(Count(), "40x50", EURO, usual, again=True).total_minor == 200_000
    assert entered(Count(), "40x50", EURO).total_minor == 200_000


def test_small_change_and_foreign_notes_are_not_asked_about():
    assert entered(Count(), "100x.01", EURO, {1: 2}).total_minor == 100
    many = entered(Count(), "40x20", EURO, {2000: 4}, again=True)
    assert entered(many, "1x20 USD", EURO, {2000: 4}).foreign_minor == {"USD": 2_000}
    assert entered(Count(), "400x20 USD", EURO, {2000: 1}).foreign_minor == {"USD": 800_000}


def test_a_second_heap_counts_towards_ten_times():
    count = entered(Count(), "30x50", EURO, {5000: 4})
    with pytest.raises(UnlikelyCount, match="40 pieces"):
        entered(count, "10x50", EURO, {5000: 4})


IMPOSSIBLE = {
    "no such note": row(700, 1),
    "no such currency": row(500, 1, currency="XYZ"),
    "own money among foreign": row(500, 1, currency="EUR"),
    "negative": row(500, -1),
    "not what its rolls hold": row(100, 74, HowCounted.ROLLS, packs=3),
    "not what it weighs": row(200, 47, HowCounted.WEIGHT, weight_mg=408_000),
    "a note on the scale": row(500, 1, HowCounted.WEIGHT, weight_mg=1_000),
    "a negative weight": row(200, -1, HowCounted.WEIGHT, weight_mg=-8_500),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_count_from_elsewhere_is_held_to_the_same_rules(name):
    with pytest.raises(RuleViolation):
        check_count(Count(rows=(IMPOSSIBLE[name],)), EURO)


def test_a_count_has_a_most_of_rows():
    check_count(Count(rows=(row(1, 1),) * ROWS_MAX), EURO)
    with pytest.raises(RuleViolation, match="at most 300 rows"):
        check_count(Count(rows=(row(1, 1),) * (ROWS_MAX + 1)), EURO)


def test_a_weight_between_two_numbers_of_coins_is_refused_with_both():
    """48 x 8.5 g = 408 g, 49 x 8.5 g = 416.5 g."""
    with pytest.raises(RuleViolation, match=r"412 g is no whole .*48 weigh 408 g and 49 416.5 g"):
        parse_row("412g 2.00", EURO)


def test_a_weight_that_may_be_several_numbers_of_coins_is_refused_with_the_most_that_can_be():
    """1 kg of cents: 999.5 g / 2.311 g = 432.5 and 1000.5 g / 2.289 g = 437.1."""
    with pytest.raises(RuleViolation, match=r"1000 g may be 433 to 437 coins .*at most 58 at once"):
        parse_row("1kg .01", EURO)


COINS = [each for each in euro() if each.weight_mg]


@given(st.sampled_from(COINS), st.integers(0, 400), st.data())
def test_worn_coins_on_a_poor_scale_are_never_miscounted(coin, pieces, data):
    worn = data.draw(st.integers(-coin.tolerance_mg * pieces, coin.tolerance_mg * pieces))
    scale = data.draw(st.integers(-500, 500))
    weight = max(0, coin.weight_mg * pieces + worn + scale)
    try:
        found = pieces_weighed(weight, coin, 500)
    except RuleViolation:
        assert pieces > weighed_max(coin, 500)
    else:
        assert found == pieces


@given(st.sampled_from(COINS), st.integers(0, 1_500_000))
def test_a_weight_is_taken_exactly_where_one_number_of_coins_can_weigh_it(coin, weight):
    light, heavy = coin.weight_mg - coin.tolerance_mg, coin.weight_mg + coin.tolerance_mg
    possible = [n for n in range(800) if n * light - 500 <= weight <= n * heavy + 500]
    try:
        assert [pieces_weighed(weight, coin, 500)] == possible
    except RuleViolation:
        assert len(possible) != 1


@pytest.mark.parametrize("coin", COINS)
def test_one_coin_more_than_the_most_on_a_scale_can_be_mistaken(coin):
    most = weighed_max(coin, 500)
    heavy = (most + 1) * (coin.weight_mg + coin.tolerance_mg) + 500
    assert heavy >= (most + 2) * (coin.weight_mg - coin.tolerance_mg) - 500


def test_the_most_on_a_scale_is_told_from_one_more_where_their_weights_would_touch():
    """10 x 1.10 g = 11 x 1.00 g: nine can be told from ten, ten not from eleven."""
    assert weighed_max(Denomination(minor=1, weight_mg=1_050, tolerance_mg=50), 0) == 9


def test_coins_without_wear_can_be_weighed_in_any_number():
    assert weighed_max(attrs.evolve(TWO, tolerance_mg=0), 500) == PIECES_MAX


def test_euro_rolls_and_bundles_are_worth_what_banks_say():
    """A roll of 2 euro is 50.00, of cents 0.50; a bundle of fifties is 5,000.00."""
    worth = {each.minor: each.minor * each.pieces_in_pack for each in euro()}
    assert [worth[each] for each in (1, 2, 5, 10, 20, 50, 100, 200)] == [
        50, 100, 250, 400, 800, 2000, 2500, 5000,
    ]  # fmt: skip
    assert worth[5000] == 500_000


@pytest.mark.parametrize(
    ("denominations", "words"),
    [
        ((Denomination(minor=0),), "0.00 EUR is no coin"),
        ((Denomination(minor=5, pieces_in_pack=-1),), "0.05 EUR is no coin"),
        ((Denomination(minor=5), Denomination(minor=5)), "0.05 EUR is listed twice"),
        ((Denomination(minor=5, weight_mg=1_000),), "cannot be told from two"),
        ((Denomination(minor=5, weight_mg=1_300, tolerance_mg=100),), "cannot be told from two"),
        ((Denomination(minor=5, weight_mg=-1),), "cannot be told from two"),
    ],
)
def test_denominations_that_cannot_be_stop_the_start(denominations, words):
    with pytest.raises(ConfigurationError, match=words):
        CountRules(currency="EUR", denominations=denominations)
    with pytest.raises(ConfigurationError):
        CountRules(currency="CHF", denominations=(), foreign=(("EUR", denominations),))
