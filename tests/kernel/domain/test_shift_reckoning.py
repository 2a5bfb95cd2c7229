"""A shift's reckoning: expected, declared, over and short, and a close that always succeeds."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain.counting import Count, CountRow
from posframe.kernel.domain.shift import (
    Declared,
    Difference,
    Shift,
    ShiftCash,
    ShiftRules,
    ShiftState,
    TenderSum,
)
from posframe.kernel.domain.shift_reckoning import (
    after_count,
    confirmed,
    differences,
    ended,
    explained,
    foreign_moved,
    handed_over,
    moved,
    reasons_missing,
    recounted,
    skim_reminder,
    sold,
)
from posframe.kernel.domain.tender import Tender, TenderStatus

RULES = ShiftRules(declared_types=("card", "voucher"), reason_limit_minor=200)
OPEN = Shift(
    id="s1",
    business_date="2026-03-02",
    drawer="A",
    operator="ann",
    opened_us=1,
    cash=ShiftCash(opening_float_minor=10_000),
)


def cash(minor, usd=0):
    """Return a count of so many cents; its denominations do not matter here."""
    rows = [CountRow(denomination_minor=1, pieces=minor)]
    if usd:
        rows.append(CountRow(denomination_minor=1, pieces=usd, currency="USD"))
    return Count(rows=tuple(rows))


def declared(minor, operator="ann", usd=0, **sums):
    found = tuple(TenderSum(type=each, minor=sums[each]) for each in sums)
    return Declared(operator=operator, at_us=9, cash=cash(minor, usd), sums=found)


def tender(type_, tendered, change=0, **more):
    values = {"applied_minor": tendered - change, "is_cash": type_ == "cash", **more}
    return Tender(
        id="t", type=type_, label="", tendered_minor=tendered, change_minor=change, **values
    )


def test_a_day_by_hand_comes_to_what_should_be_in_the_drawer():
    """100 + 50 + 20 + (30 - 6.55) - 40 - 5 - 12 - 60 = 76.45."""
    shift = moved(OPEN, "loan", 5_000)
    shift = moved(shift, "paid_in", 2_000)
    shift = sold(shift, [tender("cash", 3_000, 655)])
    shift = moved(shift, "pickup", -4_000)
    shift = moved(shift, "paid_out", -500)
    shift = sold(shift, [tender("cash", -1_200)])
    shift = moved(shift, "skim", -6_000)
    shift = moved(shift, "no_sale", 0)
    assert shift.cash == ShiftCash(
        opening_float_minor=10_000,
        loans_minor=5_000,
        pickups_minor=4_000,
        paid_in_minor=2_000,
        paid_out_minor=500,
        cash_sales_minor=2_345,
        cash_refunds_minor=1_200,
        skims_minor=6_000,
    )
    assert shift.cash.expected_minor == 7_645


def test_slips_carry_their_tips_and_only_applied_tenders_count():
    shift = sold(
        OPEN,
        [
            tender("card", 5_000, tip_minor=300),
            tender("card", 9_999, status=TenderStatus.DECLINED),
            tender("card", -1_000),
            tender("voucher", 2_000),
        ],
    )
    assert shift.taken == (
        TenderSum(type="card", minor=4_300, pieces=2),
        TenderSum(type="voucher", minor=2_000, pieces=1),
    )
    assert shift.cash == OPEN.cash


MOVES = {"loan": 1, "paid_in": 1, "pickup": -1, "paid_out": -1, "skim": -1}


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(1, 10**6))))
def test_the_drawer_gains_what_is_moved(moves):
    shift, there = OPEN, 10_000
    for kind, minor in moves:
        shift, there = moved(shift, kind, MOVES[kind] * minor), there + MOVES[kind] * minor
    assert shift.cash.expected_minor == there


@pytest.mark.parametrize(
    ("kind", "minor"), [("loan", -1), ("pickup", 1), ("loan", 0), ("no_sale", 1), ("gift", 1)]
)
def test_a_movement_that_goes_the_wrong_way_is_refused(kind, minor):
    with pytest.raises(RuleViolation):
        moved(OPEN, kind, minor)


def test_differences_are_over_short_or_agree_by_tender():
    shift = sold(OPEN, [tender("card", 5_000), tender("voucher", 700), tender("qr", 900)])
    assert differences(shift, RULES) == ()
    shift = foreign_moved(foreign_moved(shift, "USD", 2_500), "USD", -500)
    shift = ended(shift, declared(9_850, usd=2_100, card=5_000, gift=300))
    found = differences(shift, RULES)
    assert found == (
        Difference(type="cash", expected_minor=10_000, declared_minor=9_850),
        Difference(type="card", expected_minor=5_000, declared_minor=5_000),
        Difference(type="foreign USD", expected_minor=2_000, declared_minor=2_100),
        Difference(type="gift", expected_minor=0, declared_minor=300),
        Difference(type="voucher", expected_minor=700, declared_minor=0),
    )
    assert [(each.minor, each.word) for each in found] == [
        (-150, "short"), (0, "agrees"), (100, "over"), (300, "over"), (-700, "short"),
    ]  # fmt: skip
    assert reasons_missing(shift, RULES) == ("foreign USD", "gift", "voucher")


@pytest.mark.parametrize(
    ("minor", "missing"), [(200, ()), (201, ("cash",)), (-200, ()), (-201, ("cash",))]
)
def test_a_reason_is_needed_above_the_limit_either_way(minor, missing):
    assert reasons_missing(ended(OPEN, declared(10_000 + minor)), RULES) == missing


def test_a_float_that_differs_from_what_was_told_is_a_difference_of_its_own():
    shift = ended(attrs.evolve(OPEN, float_told_minor=10_500), declared(10_000))
    assert [(each.type, each.minor) for each in differences(shift, RULES)] == [
        ("float", -500),
        ("cash", 0),
    ]
    assert reasons_missing(shift, RULES) == ("float",)


def test_one_recount_holds_and_the_first_count_stays_recorded():
    first, second = declared(9_000), declared(9_990, "bob")
    shift = recounted(explained(ended(OPEN, first), "cash", "lost"), second)
    assert shift.counts == (first, second)
    assert shift.reasons == ()
    assert differences(shift, RULES)[0].minor == -10
    assert differences(shift, RULES, first)[0].minor == -1_000
    with pytest.raises(RuleViolation, match="counted twice already"):
        recounted(shift, declared(10_000))


def test_takings_are_confirmed_by_somebody_else():
    shift = recounted(ended(OPEN, declared(10_000)), declared(10_000, "bob"))
    for name in ("ann", "bob"):
        with pytest.raises(RuleViolation, match="neither held nor counted"):
            confirmed(shift, name, 20, RULES)
    done = confirmed(shift, "carl", 20, RULES)
    assert (done.state, done.confirmed_by, done.confirmed_us) == (ShiftState.CONFIRMED, "carl", 20)
    alone = attrs.evolve(RULES, self_confirm=True)
    assert confirmed(shift, "ann", 20, alone).confirmed_by == "ann"


def test_a_confirmation_waits_for_reasons_and_for_nothing_else():
    shift = ended(OPEN, declared(5_000))
    with pytest.raises(RuleViolation, match="A reason is missing: cash"):
        confirmed(shift, "carl", 20, RULES)
    with pytest.raises(RuleViolation, match="has words"):
        explained(shift, "cash", "  ")
    shift = explained(explained(shift, "cash", "x"), "cash", " not known ")
    assert shift.reasons == (("cash", "not known"),)
    assert differences(confirmed(shift, "carl", 20, RULES), RULES)[0].minor == -5_000


def test_each_step_is_taken_once_and_in_order():
    done = confirmed(ended(OPEN, declared(10_000)), "carl", 20, RULES)
    for shift in (ended(OPEN, declared(0)), done):
        for change in (
            lambda s: ended(s, declared(0)),
            lambda s: moved(s, "loan", 1),
            lambda s: sold(s, []),
            lambda s: foreign_moved(s, "USD", 1),
            lambda s: handed_over(s, declared(0), "bob", "s2"),
        ):
            with pytest.raises(RuleViolation, match="Shift s1 is"):
                change(shift)
    for shift, words in ((OPEN, "still open"), (done, "confirmed by carl")):
        for change in (
            lambda s: recounted(s, declared(0)),
            lambda s: explained(s, "cash", "x"),
            lambda s: confirmed(s, "dora", 21, RULES),
        ):
            with pytest.raises(RuleViolation, match=words):
                change(shift)


@pytest.mark.parametrize("twice", [False, True])
@given(one=st.integers(9_000, 11_000) | st.integers(0, 10**6), other=st.integers(9_000, 11_000))
@example(one=9_800, other=10_200)
@example(one=9_799, other=10_201)
def test_what_the_counter_is_told_depends_on_agreement_alone(twice, one, other):
    """A reason is asked for whichever way it differs, in the same words."""

    def told(minor):
        shift = ended(OPEN, declared(minor))
        return after_count(recounted(shift, declared(minor)) if twice else shift, RULES)

    def agrees(minor):
        return 9_800 <= minor <= 10_200

    assert (told(one) == told(other)) == (agrees(one) == agrees(other))
    assert not any(character.isdigit() for character in told(one))


def test_the_skim_reminder_comes_above_its_limit_and_names_no_sum():
    """The float is 100.00; at 1 µs past a second the limit is blurred by 0.01."""
    rules = ShiftRules(skim_limit_minor=10_000)
    assert skim_reminder(OPEN, rules) == ""
    assert skim_reminder(sold(OPEN, [tender("cash", 1)]), rules) == ""
    full = sold(OPEN, [tender("cash", 2)])
    words = skim_reminder(full, rules)
    assert words.endswith("take large notes to the safe")
    assert not any(character.isdigit() for character in words)
    assert skim_reminder(full, ShiftRules()) == ""


def test_the_skim_reminder_is_silent_after_a_skim_until_the_next_sale_finds_too_much():
    """100.00 + 50.00 sold; 20.00 to the safe leave 130.00, 30.01 more leave 99.99 + 0.01 sold."""
    rules = ShiftRules(skim_limit_minor=10_000)
    full = sold(OPEN, [tender("cash", 5_000)])
    for kind in ("skim", "pickup"):
        less = moved(full, kind, -2_000)
        assert skim_reminder(less, rules) == ""
        assert skim_reminder(sold(less, [tender("card", 1)]), rules) == ""
        assert skim_reminder(sold(less, [tender("cash", 1)]), rules) != ""
        enough = sold(moved(less, kind, -3_001), [tender("cash", 1)])
        assert skim_reminder(enough, rules) == ""


@given(
    taken=st.integers(0, 1_000),
    moves=st.lists(
        st.tuples(st.sampled_from(["loan", "paid_in", "paid_out"]), st.integers(1, 10**6))
    ),
)
@example(taken=0, moves=[("paid_in", 10**6)])
@example(taken=1_000, moves=[("paid_out", 10**6)])
def test_cash_put_in_and_out_never_makes_the_skim_reminder_come_or_go(taken, moves):
    """Or trying amounts would tell to the cent what should be there."""
    rules = ShiftRules(skim_limit_minor=10_500)
    one = other = sold(OPEN, [tender("cash", taken)])
    for kind, minor in moves:
        other = moved(other, kind, -minor if kind == "paid_out" else minor)
        assert skim_reminder(other, rules) == skim_reminder(one, rules)
    last = [tender("cash", 1)]
    assert skim_reminder(sold(other, last), rules) == skim_reminder(sold(one, last), rules)


@given(begun=st.integers(0, 10**9), sold_minor=st.integers(0, 1_200))
@example(begun=999, sold_minor=999)
@example(begun=999, sold_minor=1_000)
@example(begun=0, sold_minor=1)
def test_when_the_skim_reminder_comes_is_known_to_a_tenth_of_the_limit_alone(begun, sold_minor):
    """Limit and float 100.00: at most at the limit it never comes, 10.00 above it always does."""
    rules = ShiftRules(skim_limit_minor=10_000)
    shift = sold(attrs.evolve(OPEN, opened_us=begun), [tender("cash", sold_minor)])
    comes = bool(skim_reminder(shift, rules))
    assert comes == (sold_minor > begun % 1_000)
    assert comes or sold_minor < 1_000


def test_a_hand_over_counts_and_carries():
    shift = sold(foreign_moved(OPEN, "USD", 500), [tender("cash", 1_000), tender("card", 300)])
    given_up, taken = handed_over(shift, declared(10_950, usd=500, card=300), "bob", "s2")
    assert [each.minor for each in differences(given_up, RULES)] == [-50, 0, 0]
    assert given_up.state is ShiftState.ENDED
    assert taken == Shift(
        id="s2",
        business_date="2026-03-02",
        drawer="A",
        operator="bob",
        opened_us=9,
        cash=ShiftCash(opening_float_minor=10_950),
        taken=(TenderSum(type="foreign USD", minor=500),),
        carried_from="s1",
    )


@pytest.mark.parametrize("name", ["", "ann"])
def test_a_drawer_is_handed_to_somebody_else(name):
    with pytest.raises(RuleViolation, match="handed to somebody else"):
        handed_over(OPEN, declared(1), name, "s2")


@given(st.lists(st.tuples(st.integers(1, 10**5), st.integers(0, 10**5)), min_size=1, max_size=6))
def test_over_and_short_of_all_hands_are_what_the_last_count_lacks(hands):
    """Nothing is lost between two operators: float + movements + differences = the last count."""
    shift, differing = OPEN, 0
    for place, (loan, counted) in enumerate(hands):
        shift = moved(shift, "loan", loan)
        done, shift = handed_over(shift, declared(counted), f"o{place}", f"s{place}")
        differing += differences(done, RULES)[0].minor
    assert 10_000 + sum(loan for loan, _ in hands) + differing == hands[-1][1]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_count_keeps_a_shift_from_closing(counted, card):
    shift = ended(OPEN, declared(counted, card=card))
    for type_ in reasons_missing(shift, RULES):
        shift = explained(shift, type_, "not known")
    assert confirmed(shift, "carl", 20, RULES).state is ShiftState.CONFIRMED
