"""Zs partition the journal and their grand totals chain; what does not is named."""

from __future__ import annotations

import hashlib

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.kernel.domain.day_totals import DayTotals, opened
from posframe.kernel.domain.transaction import Counters
from posframe.kernel.domain.z_report import ZReport, chain_problem, next_z, totals_problem
from posframe.store.codec import Codec
from tests.kernel.trading_day import days, traded


def hash_of(seq):
    return hashlib.sha256(str(seq).encode()).hexdigest()


def sold(minor, first, last):
    """Return totals of one sale that came to so much, or of a return where it is negative."""
    counters = Counters(sales=1, gross_minor=minor, absolute_minor=abs(minor))
    return DayTotals(counters=counters, gross_minor=minor, first_receipt=first, last_receipt=last)


def three():
    """Return Zs over 1,000, a return of 300, and a day on which nothing was sold."""
    parts = [(sold(1_000, 1, 4), 90), (sold(-300, 5, 5), 120), (DayTotals(), 121)]
    found, before = [], None
    for at, (totals, seq) in enumerate(parts, start=1):
        before = next_z(before, totals, f"2026-01-0{at}", "T01", (seq, hash_of(seq)))
        found.append(before)
    return found


def test_zs_are_numbered_from_one_and_each_begins_where_the_one_before_ended():
    found = [(each.number, each.from_seq, each.to_seq, each.business_date) for each in three()]
    assert found == [(1, 1, 90, "2026-01-01"), (2, 91, 120, "2026-01-02"),
                     (3, 121, 121, "2026-01-03")]  # fmt: skip


def test_grand_totals_go_on_and_the_absolute_one_never_falls():
    grand = [each.grand for each in three()]
    assert [(each.sales, each.gross_minor, each.absolute_minor) for each in grand] == [
        (1, 1_000, 1_000), (2, 700, 1_300), (2, 700, 1_300),
    ]  # fmt: skip


def test_a_sound_chain_has_no_problem():
    reports = three()
    assert chain_problem(reports, hash_of=hash_of) == ""
    assert chain_problem(reports[1:], after=reports[0]) == ""
    assert chain_problem([]) == ""


@pytest.mark.parametrize(
    ("at", "changes", "words"),
    [
        (0, {"number": 2}, "Z 2: number 1 was to come here"),
        (1, {"number": 3}, "Z 3: number 2 was to come here"),
        (1, {"number": 1}, "Z 1: number 2 was to come here"),
        (0, {"from_seq": 3}, "Z 1: it begins at row 3: rows 1 to 2 are left out"),
        (1, {"from_seq": 93}, "Z 2: it begins at row 93: rows 91 to 92 are left out"),
        (1, {"from_seq": 90}, "Z 2: it begins at row 90: rows 90 to 90 are sealed twice"),
        (1, {"to_seq": 90}, "Z 2: it seals rows 91 to 90, which are none"),
        (1, {"head_hash": "ab"}, "Z 2: 'ab' is no hash of a row"),
        (1, {"head_hash": hash_of(1)}, "Z 2: row 120 of the journal has another hash than it"
         " sealed"),
        (0, {"previous": Counters(sales=1)}, "Z 1: it goes on from other grand totals: sales 1"
         " instead of 0"),
        (1, {"previous": Counters(sales=1, gross_minor=900, absolute_minor=1_001)},
         "Z 2: it goes on from other grand totals: gross 900 instead of 1000, absolute 1001"
         " instead of 1000"),
        (1, {"till": "T02"}, "Z 2: it is of till T02, the one before of till T01"),
        (1, {"business_date": "2025-12-31"}, "Z 2: its date 2025-12-31 is before 2026-01-01"),
        (1, {"first_date": "2025-12-31"}, "Z 2: its date 2025-12-31 is before 2026-01-01"),
        (1, {"first_date": "2026-01-02"}, "Z 2: it closes 2026-01-02 to 2026-01-02, which is no"
         " span of days"),
        (1, {"totals": sold(-300, 4, 5)}, "Z 2: its receipts begin at 4, and 4 was in the Z"
         " before"),
        (1, {"totals": DayTotals(counters=Counters(gross_minor=-5, absolute_minor=4))},
         "Z 2: its absolute total is below its gross total"),
        (1, {"totals": sold(-301, 5, 5)}, "Z 3: it goes on from other grand totals: gross 700"
         " instead of 699, absolute 1300 instead of 1301"),
    ],
)  # fmt: skip
def test_the_first_thing_wrong_is_named(at, changes, words):
    reports = three()
    reports[at] = attrs.evolve(reports[at], **changes)
    assert chain_problem(reports, hash_of=hash_of) == words


def test_two_zs_of_one_business_day_are_in_order():
    reports = three()
    reports[1] = attrs.evolve(reports[1], business_date="2026-01-01")
    assert chain_problem(reports) == ""


def test_a_z_over_no_rows_is_not_made():
    (first, *_) = three()
    with pytest.raises(AssertionError, match="seals rows 91 to 90"):
        next_z(first, DayTotals(), "2026-01-02", "T01", (90, hash_of(90)))


def test_a_figure_that_the_journal_does_not_give_is_named():
    report = three()[0]
    assert totals_problem(report, report.totals) == ""
    other = attrs.evolve(report.totals, gross_minor=999)
    assert totals_problem(report, other) == "Z 1: its gross is 1000, and the journal gives 999"
    other = attrs.evolve(report.totals, counters=Counters(sales=1))
    assert totals_problem(report, other) == (
        "Z 1: its counters is Counters(sales=1, gross_minor=1000, absolute_minor=1000),"
        " and the journal gives Counters(sales=1, gross_minor=0, absolute_minor=0)"
    )


@settings(max_examples=40, deadline=None)
@given(days, st.sets(st.integers(1, 150), max_size=4))
def test_wherever_days_are_closed_the_grand_totals_are_those_of_the_till(commands, cuts):
    """The journal has a row for each event of the desk, numbered from 1."""
    day = traded(commands)
    rows = len(day.journal)
    ends = sorted({cut for cut in cuts if cut < rows} | ({rows} if rows else set()))
    reports, begin, drawer = [], 0, 0
    for end in ends:
        totals = day.totals(begin, end, totals=opened(drawer))
        last = reports[-1] if reports else None
        reports.append(next_z(last, totals, "2026-01-01", "T01", (end, hash_of(end))))
        begin, drawer = end, totals.drawer_minor
    assert chain_problem(reports, hash_of=hash_of) == ""
    assert drawer == day.state.drawer_minor
    if reports:
        assert reports[-1].grand == day.state.ever
        assert sum(each.totals.gross_minor for each in reports) == day.totals().gross_minor
    covered = [seq for each in reports for seq in range(each.from_seq, each.to_seq + 1)]
    assert covered == list(range(1, rows + 1))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2), st.integers(0, 2))
def test_a_z_left_out_or_put_elsewhere_is_noticed(at, to):
    reports = three()
    moved = [*reports]
    moved.insert(to, moved.pop(at))
    assert (chain_problem(moved) == "") == (moved == reports)
    missing = reports[:at] + reports[at + 1 :]
    assert (chain_problem(missing) == "") == (at == 2), "only the newest is not missed"


def test_a_z_comes_back_from_a_journal_as_it_went_in():
    codec = Codec(())
    for report in three():
        assert codec.decode_value(ZReport, codec.encode_value(report)) == report
