"""Laws of every reconciliation: nothing is lost, nothing counted twice, no order matters."""

from __future__ import annotations

import datetime

import attrs
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.settlement.reconciling import reconcile
from tests.plugins.payments.settlement.making import DAY, TERMS, booking, row, tender

FEW = {  # few values, so that marks clash, tie and come twice
    "amount_minor": st.sampled_from([500, 500, 700, -500]),
    "currency": st.sampled_from(["EUR", "EUR", "CHF"]),
    "day": st.sampled_from([DAY, DAY, DAY + datetime.timedelta(days=1)]),
    "time_s": st.sampled_from([None, 43_200, 43_260, 43_400, 50_000]),
    "terminal": st.sampled_from(["T1", "T1", "T2", ""]),
    "receipt": st.sampled_from(["", "41", "042"]),
    "reference": st.sampled_from(["", "R1", "R2"]),
    "payment": st.sampled_from(["", "P1", "P2"]),
}
SAID = {"paid": st.booleans(), "said_by": st.sampled_from(["", "Ada"])}
KINDS = st.sampled_from(["charge", "charge", "charge", "chargeback", "fee"])


@st.composite
def rows(draw):
    drawn = draw(st.lists(st.tuples(st.fixed_dictionaries(FEW), KINDS), max_size=6))
    return [
        row(
            **{
                **fields,
                "line": line,
                "kind": "refund" if kind == "charge" and fields["amount_minor"] < 0 else kind,
                "amount_minor": 0 if kind == "fee" else fields["amount_minor"],
                "fee_minor": line,
            }
        )
        for line, (fields, kind) in enumerate(drawn, start=2)
    ]


TENDERS = st.lists(st.fixed_dictionaries(FEW | SAID).map(lambda each: tender(**each)), max_size=6)
BOOKINGS = st.lists(st.fixed_dictionaries(FEW).map(lambda each: booking(**each)), max_size=6)


def total(pairs):
    sums = {}
    for currency, minor in pairs:
        sums[currency] = sums.get(currency, 0) + minor
    return {currency: minor for currency, minor in sums.items() if minor}


@given(TENDERS, st.none() | BOOKINGS, rows())
def test_every_part_is_in_one_group(tenders, bookings, lines):
    result = reconcile(tenders, bookings, lines, TERMS)
    for side, given_ in (("tenders", tenders), ("bookings", bookings or []), ("rows", lines)):
        inside = [each for group in result.groups for each in getattr(group, side)]
        assert sorted(map(repr, inside)) == sorted(map(repr, given_))


@given(TENDERS, st.none() | BOOKINGS, rows())
def test_journal_and_differences_make_the_settlement(tenders, bookings, lines):
    """In every currency, and back; from the inputs alone, by no sum the result made itself."""
    result = reconcile(tenders, bookings, lines, TERMS)
    journal = [(each.currency, each.amount_minor) for each in tenders if each.paid]
    settled = [(each.currency, each.amount_minor) for each in lines]
    deltas = [(each.currency, each.minor) for found in result.differences for each in found.delta]
    assert total([*journal, *deltas]) == total(settled)
    assert total([*settled, *((currency, -minor) for currency, minor in deltas)]) == total(journal)
    assert total(result.journal_minor.items()) == total(journal)
    assert total(deltas) == dict(result.delta_minor)
    sums = result.settlement.values()
    assert sum(each.net_minor for each in sums) == sum(each.net_minor for each in lines)
    assert sum(each.net_minor for each in result.payouts.values()) == sum(
        each.net_minor for each in sums
    )


@given(TENDERS, st.none() | BOOKINGS, rows(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(tenders, bookings, lines, random):
    before = reconcile(tenders, bookings, lines, TERMS)
    for each in (tenders, bookings or [], lines):
        random.shuffle(each)
    assert reconcile(tenders, bookings, lines, TERMS) == before


@given(TENDERS, st.none() | BOOKINGS, rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_in_the_file_does_not_matter(tenders, bookings, lines, random):
    """Other line numbers, the same differences."""

    def kinds(of):
        result = reconcile(tenders, bookings, of, TERMS)
        return sorted((each.kind, each.owner, repr(each.delta)) for each in result.differences)

    numbers = [each.line for each in lines]
    random.shuffle(numbers)
    moved = [attrs.evolve(each, line=line) for each, line in zip(lines, numbers, strict=True)]
    assert kinds(moved) == kinds(lines)


@given(TENDERS, rows())
def test_no_group_holds_two_of_a_side_without_being_named(tenders, lines):
    result = reconcile(tenders, None, lines, TERMS)
    named = [each for each in result.differences if each.kind == "ambiguous"]
    assert len(named) == sum(group.is_ambiguous for group in result.groups)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_the_same_on_all_sides_agrees(amounts):
    """The negative control: differences are not made out of nothing."""
    marks = [
        {"amount_minor": minor, "payment": f"P{n}", "reference": f"R{n}", "receipt": f"{n}"}
        for n, minor in enumerate(amounts)
    ]
    result = reconcile(
        [tender(**each) for each in marks],
        [booking(**each) for each in marks],
        [row(**each, line=n) for n, each in enumerate(marks)],
        TERMS,
    )
    assert result.differences == ()
