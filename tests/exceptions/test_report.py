"""The report: every row to be found again, and nobody to be found where staff stay aggregated."""

from __future__ import annotations

import csv
import io

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.exceptions.finding import find
from posframe.exceptions.noting import noted
from posframe.exceptions.report import HEADINGS, compared, csv_text, exception_report, slip
from posframe.exceptions.rules import ExceptionSettings, RuleSetting
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.receipt_layout import plain_text
from tests.exceptions.telling import TILL_DEEDS, Tale, completed, kick, told
from tests.exceptions.test_signs import DEED

OPEN = ExceptionSettings(operators_min=2)
CLOSED = ExceptionSettings(operators_min=2, aggregated=True)
NO_SALE = ev.CashMoved("no_sale", 0)


def findings(rows):
    return find(noted(rows))


def day():
    """Operator 1 pays out 4 times, 2 sells, and the drawer opens with nobody signed in."""
    tale = Tale()
    for minor in (100, 200, 300, 450):
        tale.act(ev.CashMoved("paid_out", -minor), actor="1")
    for at in range(3):
        tale.act(completed(f"t{at}", 1_000), actor="2")
    tale.act(completed("t9", 1_000), actor="1")
    return findings(tale.act(kick(), actor="").rows)


OPEN_SLIP = """\
                EXCEPTION REPORT
                 1 January 2026
   A sign is a reason to look, and no proof.
------------------------------------------------
(nobody signed in)            0 sales  15 points
Drawer opened with no sale and no   1
movement of cash
  rows 9
1                             1 sales   6 points
  within twice the shop's average
Cash paid out                       2      10.50
  rows 1 2 3 4
2                             3 sales   0 points
  within twice the shop's average
"""


def text(report):
    return plain_text(slip(report, "1 January 2026", 2), 48)


def test_the_slip_of_a_day_says_who_what_how_much_and_where_to_look():
    """By hand: 4 paid out, 2 free, 3 points each: 6 of 21 points; 1 of 4 sales: 8/7 = 1.14."""
    report = exception_report(day(), OPEN)
    assert text(report).splitlines() == OPEN_SLIP.splitlines()
    assert report.scores is not None
    assert [each.times_milli for each in report.scores.operators] == [None, 1_142, 0]


def test_the_file_has_a_row_for_each_part_of_a_score():
    found = list(csv.reader(io.StringIO(csv_text(exception_report(day(), OPEN)))))
    assert found == [
        list(HEADINGS),
        ["(nobody signed in)", "drawer_without_sale",
         "Drawer opened with no sale and no movement of cash", "1", "15", "0", "2026-01-01", "9"],
        ["1", "paid_out", "Cash paid out", "2", "6", "1050", "2026-01-01", "1 2 3 4"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name):
    report = exception_report(findings(Tale().act(kick(), actor=name).rows), OPEN)
    assert list(csv.reader(io.StringIO(csv_text(report))))[1][0] == f"'{name}"


def test_how_one_compares_is_said_only_where_it_is_more_than_twice_the_average():
    assert compared(2_000) == compared(0) == "within twice the shop's average"
    assert compared(2_001) == "2.0 times the shop's average"
    assert compared(12_399) == "12.3 times the shop's average"


CLOSED_SLIP = """\
                EXCEPTION REPORT
                 1 January 2026
   A sign is a reason to look, and no proof.
------------------------------------------------
Paid out                            3       6.00
"""


def shared():
    """Operators 1 and 2 pay out; 1 alone opens the drawer."""
    tale = Tale()
    for who, minor in (("1", 100), ("2", 200), ("1", 300)):
        tale.act(ev.CashMoved("paid_out", -minor), actor=who)
    return findings(tale.act(NO_SALE, actor="1").act(kick(), actor="").rows)


def test_aggregated_figures_are_the_shops_alone_and_of_what_several_did():
    """Of the no-sale that one of two made, and the drawer that nobody opened, nothing is said."""
    report = exception_report(shared(), CLOSED)
    assert report.scores is None
    assert text(report).splitlines() == CLOSED_SLIP.splitlines()
    cells = ("", "paid_out", "Paid out", "3", "0", "600", "", "")
    assert [row.cells for row in report.rows] == [cells]


def test_totals_that_need_not_hide_anybody_are_whole():
    report = exception_report(shared(), OPEN, by_operator=False)
    assert [(row.what, row.count, row.minor) for row in report.rows] == [
        ("no_sale", 1, 0), ("drawer_without_sale", 1, 0), ("paid_out", 3, 600),
    ]  # fmt: skip
    assert (report.scores, report.aggregated, report.withheld) == (None, False, False)


def test_too_few_people_have_no_totals_to_hide_in():
    report = exception_report(day(), attrs.evolve(CLOSED, operators_min=3))
    assert (report.withheld, report.rows) == (True, ())
    assert "Fewer than 3 people were at work: no totals are shown." in text(report).replace(
        "\n", " "
    )
    assert csv_text(report) == ",".join(HEADINGS) + "\n"


def test_names_of_approvers_do_not_make_a_shop_larger():
    tale = Tale()
    for name in ("a", "b", "c", "d"):
        tale.act(ev.ApprovalGiven(action="x", approver=name), actor="1")
    assert exception_report(findings(tale.rows), CLOSED).withheld


def test_a_day_without_a_sign_says_so():
    nothing = findings([])
    assert "Nothing to look at" in text(exception_report(nothing, OPEN))
    quiet = findings(Tale().act(completed("a")).act(completed("b", customer="c"), actor="2").rows)
    assert "Nothing to look at" in text(exception_report(quiet, CLOSED))


def test_settings_that_cannot_be_are_refused_in_either_way():
    for aggregated in (True, False):
        wrong = ExceptionSettings(aggregated=aggregated, rules={"x": RuleSetting()})
        with pytest.raises(ConfigurationError):
            exception_report(findings([]), wrong)


@given(st.lists(DEED, max_size=12), st.permutations(["1", "2", "3"]))
def test_aggregated_figures_do_not_tell_who_was_who(deeds, names):
    """Everybody under another's name: the same report, to the byte."""
    renamed = [(names[int(who) - 1], *rest) for who, *rest in deeds]
    one, other = (exception_report(findings(told(each)[0]), CLOSED) for each in (deeds, renamed))
    assert one == other
    assert text(one) == text(other)


NAMES = ("Zq-one", "Zq-two", "Zq-three")


@given(st.lists(DEED, max_size=12), st.integers(2, 3))
def test_no_operator_id_is_in_any_byte_of_aggregated_figures(deeds, least):
    """With the control that the figures by operator do hold them."""
    renamed = [(NAMES[int(who) - 1], *rest) for who, *rest in deeds]
    kept = findings(told(renamed)[0])
    report = exception_report(kept, attrs.evolve(CLOSED, operators_min=least))
    told_all = text(report) + csv_text(report) + repr(report.rows)
    assert not [name for name in (*NAMES, "boss") if name in told_all]
    open_ = exception_report(kept, OPEN)
    shown = {row.operator for row in open_.rows} - {"(nobody signed in)"}
    assert shown <= {*NAMES, "boss"}
    assert all(name in csv_text(open_) for name in shown)


@given(st.lists(DEED, max_size=12), st.integers(2, 4))
def test_aggregated_figures_hold_no_name_row_day_or_point_and_rest_on_enough_people(deeds, least):
    kept = findings(told(deeds)[0])
    report = exception_report(kept, attrs.evolve(CLOSED, operators_min=least))
    for row in report.rows:
        assert (row.operator, row.rows, row.days, row.points) == ("", (), (), 0)
    people = {
        who
        for who, name, _, training in deeds
        if name != "print" and (name in TILL_DEEDS or not training)
    }
    assert report.withheld is (len(people) < least)


@given(st.lists(DEED, max_size=12))
def test_the_same_journal_gives_the_same_report_to_the_byte(deeds):
    texts = {text(exception_report(findings(told(deeds)[0]), OPEN)) for _ in range(2)}
    files = {csv_text(exception_report(findings(told(deeds)[0]), OPEN)) for _ in range(2)}
    assert (len(texts), len(files)) == (1, 1)
