"""Laws of booking: any figures that add up as a day does, in any order."""

from __future__ import annotations

from collections import Counter

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.accounting.accounts import AccountMap
from posframe.accounting.booking import booked
from posframe.accounting.figures import (
    SIGNS,
    BesideFigure,
    DayFigures,
    DepartmentFigure,
    DifferenceFigure,
    MovementFigure,
    TaxFigure,
    TenderFigure,
)
from posframe.accounting.writing import csv_text, json_lines
from posframe.errors import DataError
from tests.accounting.example import NOTHING, balances

MINOR = st.integers(0, 10**9)
SIGNED = st.integers(-(10**6), 10**6)
NAME = st.text(max_size=6)
SETTLES = ("money", "gift_card", "deposit", "account")


KINDS = ("gift_card", "deposit", "account")


def rows(keys, values, make, size=4):
    """Draw rows that differ in their keys."""
    drawn = st.dictionaries(keys, values, max_size=size)
    return drawn.map(lambda found: tuple(make(*item) for item in found.items()))


TENDERS = rows(
    NAME.filter(lambda name: name not in {"last", "*"}),
    st.tuples(st.sampled_from(SETTLES), MINOR, MINOR, SIGNED, SIGNED, SIGNED, SIGNED),
    lambda name, values: TenderFigure(
        type=name,
        settles=values[0],
        taken_minor=values[1],
        given_back_minor=values[2],
        rounding_minor=values[3],
        tips_minor=values[4],
        fees_minor=values[5],
        unclaimed_minor=values[6],
    ),
)
TAXES = rows(
    st.tuples(NAME, st.sampled_from(["", "7", "19"])),
    st.tuples(SIGNED, SIGNED),
    lambda key, minor: TaxFigure(code=key[0], rate=key[1], base_minor=minor[0], tax_minor=minor[1]),
)
DEPARTMENTS = rows(
    NAME, SIGNED, lambda name, minor: DepartmentFigure(department=name, net_minor=minor)
)
BESIDE = rows(
    st.sampled_from(KINDS),
    st.tuples(MINOR, MINOR),
    lambda kind, minor: BesideFigure(kind=kind, taken_minor=minor[0], given_back_minor=minor[1]),
)


def movements(types):
    return rows(
        st.tuples(st.sampled_from(list(SIGNS)), NAME, st.sampled_from(types)),
        MINOR,
        lambda key, minor: MovementFigure(kind=key[0], reason=key[1], tender=key[2], minor=minor),
    )


def differences(types):
    return rows(
        st.sampled_from(types),
        SIGNED,
        lambda name, minor: DifferenceFigure(tender=name, minor=minor),
    )


@st.composite
def days(draw):
    """Draw figures as a day's add up: all at random, but a last tender that pays the rest."""
    departments, taxes, beside, tenders = map(draw, (DEPARTMENTS, TAXES, BESIDE, TENDERS))
    net = sum(each.net_minor for each in departments)
    tax = sum(each.tax_minor for each in taxes)
    due = net + tax + sum(each.taken_minor - each.given_back_minor for each in beside)
    rest = due - sum(
        each.taken_minor - each.given_back_minor - each.rounding_minor for each in tenders
    )
    last = TenderFigure(type="last", taken_minor=max(rest, 0), given_back_minor=max(-rest, 0))
    types = [each.type for each in (*tenders, last)]
    return attrs.evolve(
        NOTHING,
        gross_minor=net + tax,
        net_minor=net,
        tax_minor=tax,
        departments=departments,
        taxes=taxes,
        tenders=(*tenders, last),
        beside=beside,
        movements=draw(movements(types)),
        differences=draw(differences(types)),
    )


def full_map(day):
    """Map everything a day may have, each kind of figure to an account of its own."""
    return AccountMap.of(
        {
            "revenue": {"*": "revenue"},
            "taxes": {"*": "taxes"},
            "tenders": {
                each.type: f"tender{at}"
                for at, each in enumerate(day.tenders)
                if each.settles == "money"
            },
            "movements": dict.fromkeys(SIGNS, "moved"),
            "accounts": {
                key: key
                for key in (
                    *("rounding", "over", "short", "tips", "fees", "suspense"),
                    *("gift_cards", "deposits", "receivables"),
                )
            },
        }
    )


@given(days())
def test_any_day_that_adds_up_gives_a_balanced_entry(day):
    """And every account holds what its figures come to, reckoned here another way."""
    entry = booked(day, full_map(day))
    assert sum(each.debit_minor for each in entry.postings) == sum(
        each.credit_minor for each in entry.postings
    )
    assert all(min(each.debit_minor, each.credit_minor) == 0 for each in entry.postings)
    assert all(max(each.debit_minor, each.credit_minor) > 0 for each in entry.postings)
    found = Counter(balances(entry))
    over = sum(each.minor for each in day.differences if each.minor > 0)
    short = sum(each.minor for each in day.differences if each.minor < 0)
    moved = sum(
        each.minor if each.kind in {"pickup", "skim", "paid_out"} else -each.minor
        for each in day.movements
    )
    assert found["revenue"] == -day.net_minor
    assert found["taxes"] == -day.tax_minor
    assert found["moved"] == moved
    assert (found["over"], found["short"]) == (-over, -short)
    assert found["rounding"] == -sum(each.rounding_minor for each in day.tenders)
    assert found["tips"] == -sum(each.tips_minor for each in day.tenders)
    assert found["fees"] == sum(each.fees_minor for each in day.tenders)
    assert found["suspense"] == -sum(each.unclaimed_minor for each in day.tenders)


@given(days(), st.randoms(use_true_random=False))
def test_the_same_figures_in_any_order_give_the_same_bytes(day, rng):
    accounts = full_map(day)

    def shuffled(rows):
        return tuple(rng.sample(rows, len(rows)))

    other = attrs.evolve(
        day,
        **{
            field.name: shuffled(value)
            for field in attrs.fields(DayFigures)
            if isinstance(value := getattr(day, field.name), tuple)
        },
    )
    assert csv_text(booked(day, accounts)) == csv_text(booked(other, accounts))
    assert json_lines(booked(day, accounts)) == json_lines(booked(other, accounts))


@given(days(), st.integers(1, 1000), st.sampled_from(["gross_minor", "net_minor", "tax_minor"]))
def test_a_day_that_is_off_by_anything_is_refused(day, off, field):
    wrong = attrs.evolve(day, **{field: getattr(day, field) + off})
    with pytest.raises(DataError, match="does not add up"):
        booked(wrong, full_map(day))


@given(days())
def test_every_posting_is_one_line(day):
    entry = booked(day, full_map(day))
    assert len(csv_text(entry).splitlines()) == len(entry.postings) + 1


@given(days())
def test_no_cell_begins_as_a_formula(day):
    for each in booked(day, full_map(day)).postings:
        assert each.text[0].isalpha()
        assert each.account[0].isalnum()
