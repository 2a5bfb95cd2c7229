"""The basket's running sums are what a plain look over its lines gives, after any edits."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import (
    Basket,
    LineKind,
    OfferRow,
    group_key,
    pieces_of,
    taxed_milli,
)
from posframe.kernel.domain.tax import taxes_of
from tests.kernel.making import (
    ADDED10,
    CITY,
    POLICIES,
    STATE,
    VAT7,
    VAT19,
    basket_of,
    by_hand,
    line,
)

PROFILES = [(VAT19,), (VAT7,), (ADDED10,), (STATE, CITY), ()]
new_lines = st.builds(
    lambda minor, taxes, kind, quantity, age: line(
        1, minor, *taxes, kind=kind, quantity=quantity, minimum_age_years=age, sku=f"S{minor % 5}"
    ),
    st.integers(-500, 2_000),
    st.sampled_from(PROFILES),
    st.sampled_from(LineKind),
    st.integers(1, 3),
    st.sampled_from([0, 0, 16, 18]),
)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("add"), new_lines),
        st.tuples(st.just("void"), st.integers(0, 99)),
        st.tuples(st.just("reprice"), st.integers(0, 99), st.integers(0, 900)),
        st.tuples(st.just("offer"), st.integers(0, 3), st.lists(st.integers(0, 99), max_size=3)),
        st.tuples(st.just("no offer"), st.integers(0, 3)),
    ),
    max_size=25,
)


def edited(basket, kind, *how):
    """Return the basket after one edit, of a line that is there."""
    if kind == "add":
        return basket.with_line(attrs.evolve(how[0], number=len(basket.lines) + 1))
    if kind == "no offer":
        return basket.with_offers((), (f"o{how[0]}",))
    if not len(basket.lines):
        return basket
    if kind == "offer":
        numbers = sorted({at % len(basket.lines) + 1 for at in how[1]})
        shares = tuple((number, -number) for number in numbers)
        row = OfferRow(f"o{how[0]}", "Offer", sum(minor for _, minor in shares), shares)
        return basket.with_offers((row,), ())
    old = basket.lines[how[0] % len(basket.lines)]
    if kind == "void":
        return basket.with_line(attrs.evolve(old, voided=True))
    return basket.with_line(attrs.evolve(old, list_minor=how[1]))


def plain_groups(basket):
    """Return the groups' sums by a walk over all lines."""
    groups = {}
    for each in basket.lines:
        if each.voided:
            continue
        key = group_key(each)
        lines, amount, minors = groups.get(key, (0, 0, (0,) * len(each.taxes)))
        parts = taxes_of(each.amount_minor, each.taxes, basket.policy.rounding, taxed_milli(each))
        sums = tuple(old + part.minor for old, part in zip(minors, parts, strict=True))
        groups[key] = (lines + 1, amount + each.amount_minor, sums)
    return groups


@given(todo=edits, policy=st.sampled_from(POLICIES))
def test_running_sums_are_those_of_a_plain_walk(todo, policy):
    """Lines added, changed, voided, taken into offers and out of them: nothing drifts."""
    basket = Basket(policy)
    for edit in todo:
        basket = edited(basket, *edit)
    counted = [each for each in basket.lines if not each.voided]
    assert basket.list_minor == sum(each.list_minor for each in counted)
    assert basket.active == len(counted)
    assert basket.pieces_milli == sum(pieces_of(each) for each in counted)
    found = {
        key: (group.lines, group.amount_minor, group.tax_minor)
        for key, group in basket.groups.items()
    }
    assert found == plain_groups(basket)


@given(todo=edits)
def test_indexes_name_every_line(todo):
    """By item, voided ones too, in order; and those with an age limit."""
    basket = Basket()
    for edit in todo:
        basket = edited(basket, *edit)
    by_sku = {}
    for each in basket.lines:
        by_sku.setdefault(each.sku, []).append(each.number)
    for sku, numbers in by_sku.items():
        assert basket.numbers_of(sku) == tuple(numbers)
    assert basket.numbers_of("nothing") == ()
    assert list(basket.limited) == [each.number for each in basket.lines if each.minimum_age_years]


@given(todo=edits)
def test_lines_bear_what_the_offers_in_force_give_them(todo):
    """However often offers were replaced: deal amounts are the sums of the shares that stand."""
    basket = Basket()
    for edit in todo:
        basket = edited(basket, *edit)
    given_ = {}
    for row in basket.offers.values():
        for number, minor in row.shares:
            given_[number] = given_.get(number, 0) + minor
    assert [each.deal_minor for each in basket.lines] == [
        given_.get(each.number, 0) for each in basket.lines
    ]


@given(todo=edits, more=edits)
def test_an_older_basket_stays_as_it_was(todo, more):
    """Undoing an action is keeping the old reference."""
    basket = Basket()
    for edit in todo:
        basket = edited(basket, *edit)
    lines, groups, offers = list(basket.lines), dict(basket.groups), dict(basket.offers)
    index = {sku: basket.numbers_of(sku) for sku in (f"S{at}" for at in range(5))}
    later = basket
    for edit in more:
        later = edited(later, *edit)
    assert (list(basket.lines), basket.groups, basket.offers) == (lines, groups, offers)
    assert {sku: basket.numbers_of(sku) for sku in index} == index


def test_a_line_is_found_by_its_number_from_one():
    basket = basket_of([line(1, 100), line(1, 200)])
    assert basket.line(1).list_minor == 100
    assert basket.line(2).list_minor == 200
    assert basket.line(0) is None
    assert basket.line(3) is None
    assert basket.line(-1) is None


def test_line_numbers_have_no_gaps():
    """A third line without a second is a programmer's mistake."""
    with pytest.raises(AssertionError, match="no gaps"):
        basket_of([line(1, 100)]).with_line(line(3, 100))


@pytest.mark.parametrize(
    ("made", "milli"),
    [
        (line(1, 100, quantity=3), 3000),
        (line(1, 100, weighed=True, quantity_milli=642), 1000),
        (line(1, 25, kind=LineKind.DEPOSIT, quantity=6), 0),
        (line(1, 100, quantity=-2, kind=LineKind.RETURN), 2000),
    ],
)
def test_pieces_are_what_a_customer_carries(made, milli):
    """Weighed goods are one piece, a deposit is none, a returned piece is one."""
    assert pieces_of(made) == milli


def test_discounts_on_the_whole_come_to_other_amounts_by_their_id():
    basket = attrs.evolve(
        basket_of([line(1, 100)]), adjustments=(by_hand(-5, "a"), by_hand(-7, "b"))
    )
    changed = basket.with_adjustment_minors((("b", -1),))
    assert [each.minor for each in changed.adjustments] == [-5, -1]
    assert basket.with_adjustment_minors(()) is basket


def test_lines_of_one_code_and_two_rates_are_not_summed_together():
    """The tax of each is reckoned by its own rate."""
    other = attrs.evolve(VAT19, numerator=16)
    assert group_key(line(1, 100, VAT19)) != group_key(line(1, 100, other))
    assert group_key(line(1, 100, VAT19)) == group_key(line(2, 999, VAT19))
    assert group_key(line(1, 100, VAT19)) != group_key(line(1, 100, VAT19, kind=LineKind.DEPOSIT))
    assert group_key(line(1, 100, VAT19)) != group_key(
        line(1, 100, attrs.evolve(VAT19, included=False))
    )
