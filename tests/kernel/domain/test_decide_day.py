"""Closing a business day: numbered once, sealed, never in the way of what is unfinished."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.carried_forward import OpenKind
from posframe.kernel.domain.counting import Count
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.day_totals import counted
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.shift import Declared, Shift
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.kernel.domain.z_report import chain_problem
from tests.kernel.closing_day import ClosingDay, hash_of
from tests.kernel.trading_day import commands as any_command
from tests.kernel.trading_day import reckoned, written


@pytest.fixture
def day():
    return ClosingDay()


def shift_of(operator, id_="s1", drawer="1"):
    return Shift(id=id_, business_date="2026-01-01", drawer=drawer, operator=operator, opened_us=0)


def happen(day, event):
    """Let something happen at the till that another part of it decides."""
    day.keep(event)
    day.state = evolve(day.state, event)


# What a Z is


def test_a_z_has_the_next_number_and_seals_every_row_before_its_own(day):
    day.sell("PEN")
    head = day.head
    assert day.close() == "Z 1 closes 2026-01-01. Carried forward: receipt not printed: queued (1)"
    ((seq, closed),) = day.closed
    report = closed.report
    assert (report.till, report.number, report.business_date) == ("T01", 1, "2026-01-01")
    assert (report.from_seq, report.to_seq, report.head_hash) == (1, head, hash_of(head))
    assert seq == head + 1
    assert report.totals.gross_minor == 100
    assert (closed.operator, closed.closed_us) == ("1", day.wall_us)
    day.day("2026-01-02").sell("MILK").printed()
    begun = seq
    assert day.close() == "Z 2 closes 2026-01-02"
    second = day.reports[-1]
    assert (second.number, second.from_seq) == (2, begun)
    assert second.totals.gross_minor == 129
    assert second.grand.gross_minor == 229 == day.state.ever.gross_minor


def test_the_first_float_is_that_of_the_start_and_each_later_one_what_was_in_the_drawer(day):
    day.sell("PEN").close()
    day.day("2026-01-02").do(cmd.MoveCash(kind="pickup", amount_minor=5_000))
    day.close()
    first, second = day.reports
    assert (first.totals.float_minor, first.totals.drawer_minor) == (15_000, 15_100)
    assert (second.totals.float_minor, second.totals.drawer_minor) == (15_100, 10_100)
    assert day.state.control.totals.float_minor == 10_100


def test_a_z_prints_itself_and_waits_for_its_printer_as_long_as_it_takes(day):
    day.sell("PEN").printed()
    day.do(cmd.CloseDay())
    (job,) = day.state.jobs.values()
    assert (job.kind, job.subject, job.copy, job.expires_us) == ("report", "z-1", 0, 0)


def test_without_a_printer_the_day_is_closed_all_the_same(day):
    day.settings = attrs.evolve(day.settings, receipt_device="")
    day.sell("PEN").close()
    assert day.reports[0].number == 1
    assert not day.state.jobs


# When


def test_a_second_z_is_refused_where_nothing_happened_since_the_first(day):
    day.sell("PEN").close()
    assert day.refused(cmd.CloseDay()) == ("Z 1 has just closed the day | .z 1 prints it again")
    day.do(cmd.PrintX())
    day.printed()
    assert "has just closed" in day.refused(cmd.CloseDay())


@pytest.mark.parametrize(
    "happened",
    [
        lambda day: day.sell("PEN"),
        lambda day: day.do(cmd.MoveCash(kind="no_sale")),
        lambda day: day.do(cmd.Reprint()),
        lambda day: day.scan("PEN").do(cmd.Cancel()),
    ],
)
def test_whatever_happened_since_can_be_closed_on_the_same_day(day, happened):
    day.sell("PEN").close()
    happened(day)
    day.printed()
    assert day.close() == "Z 2 closes 2026-01-01"
    assert day.reports[1].first_date == ""


def test_a_day_on_which_nothing_was_sold_has_a_z_of_zero(day):
    day.sell("PEN").close()
    assert day.day("2026-01-02").close() == "Z 2 closes 2026-01-02"
    report = day.reports[-1]
    assert report.totals == DayTotals(float_minor=15_100)
    assert report.grand == day.reports[0].grand
    assert day.state.business_date == "2026-01-02"
    assert not day.state.control.day_open
    assert "has just closed" in day.refused(cmd.CloseDay())


def test_a_till_that_never_sold_can_be_closed(day):
    assert day.close() == "Z 1 closes 2026-01-01"
    assert day.reports[0].totals == DayTotals(float_minor=15_000)


def test_days_that_were_not_closed_are_in_one_z_which_names_them_all(day):
    day.sell("PEN")
    day.day("2026-01-02").sell("PEN")
    day.day("2026-01-04").sell("PEN").printed()
    assert day.close() == "Z 1 closes 2026-01-01 to 2026-01-04"
    assert (day.reports[0].first_date, day.reports[0].business_date) == ("2026-01-01", "2026-01-04")
    assert day.day("2026-01-05").close() == "Z 2 closes 2026-01-05"


def test_what_is_sold_after_a_z_is_still_of_its_day_until_the_date_changes(day):
    day.sell("PEN").printed().close()
    day.sell("PEN")
    assert day.state.business_date == "2026-01-01"
    day.day("2026-01-02").sell("PEN").printed()
    assert day.close() == "Z 2 closes 2026-01-01 to 2026-01-02"
    assert chain_problem(day.reports, hash_of=hash_of) == ""


def test_yesterdays_sales_are_closed_as_yesterdays_although_it_is_past_midnight(day):
    day.sell("PEN").printed()
    assert day.day("2026-01-02").close() == "Z 1 closes 2026-01-01"
    day.sell("PEN").printed()
    assert day.state.business_date == "2026-01-02"
    assert day.close() == "Z 2 closes 2026-01-02"


def test_where_a_z_ends_the_day_midnight_does_not(day):
    control = attrs.evolve(day.settings.control, day_ends_by_z=True)
    day.settings = attrs.evolve(day.settings, control=control)
    day.sell("PEN")
    day.day("2026-01-02").sell("PEN").printed()
    assert day.state.business_date == "2026-01-01"
    assert day.close() == "Z 1 closes 2026-01-01"
    day.sell("PEN")
    assert day.state.business_date == "2026-01-02"


def test_a_clock_that_jumped_back_is_named_and_the_open_day_is_closed(day):
    day.day("2026-01-03").sell("PEN").printed()
    assert day.day("2026-01-01").close() == (
        "Z 1 closes 2026-01-03. The clock says 2026-01-01: set it right"
    )
    day.sell("PEN").printed()
    assert day.state.business_date == "2026-01-03", "it never goes back"
    assert day.close().startswith("Z 2 closes 2026-01-03. The clock says 2026-01-01")
    assert chain_problem(day.reports, hash_of=hash_of) == ""


def test_the_date_that_is_typed_has_to_be_the_open_one(day):
    day.sell("PEN").printed()
    assert day.refused(cmd.CloseDay(business_date="2025-12-31")) == (
        "The business day that is open is 2026-01-01, not 2025-12-31"
        " | type .closeday 2026-01-01 to close it"
    )
    assert day.refused(cmd.CloseDay(business_date="yesterday")) == (
        "'yesterday' is no date | type it as 2026-01-01, or .closeday alone"
    )
    assert day.close(business_date="2026-01-01") == "Z 1 closes 2026-01-01"
    day.day("2026-01-02")
    assert "open is 2026-01-02" in day.refused(cmd.CloseDay(business_date="2026-01-01"))
    assert day.close(business_date="2026-01-02") == "Z 2 closes 2026-01-02"


# What is carried forward


def test_nothing_unfinished_keeps_a_day_open_and_all_of_it_has_an_owner(day):
    day.sell("PEN").printed()
    day.scan("MILK").do(cmd.Suspend(note="red coat"))
    doubted = day.asks("card", None, "LAMP")
    day.doubt(doubted)
    happen(day, ev.ShiftOpened(shift=shift_of("17")))
    happen(day, ev.ShiftOpened(shift=shift_of("18", "s2", "2")))
    happen(day, ev.ShiftEnded(id="s2", declared=Declared(operator="18", at_us=0, cash=Count())))
    words = day.do(cmd.CloseDay())
    assert words.startswith("Z 1 closes 2026-01-01. Carried forward: open sale 3 (1); suspended")
    assert words.endswith("; and 2 more")
    (_, closed) = day.closed[0]
    assert [(each.kind, each.owner) for each in closed.carried] == [
        (OpenKind.OPEN_SALE, "1"),
        (OpenKind.SUSPENDED_SALE, "1"),
        (OpenKind.TENDER_IN_DOUBT, "1"),
        (OpenKind.OPEN_SHIFT, "17"),
        (OpenKind.UNCONFIRMED_SHIFT, "1"),
    ]
    assert [each.words for each in closed.carried[3:]] == [
        "open shift, drawer 1 of 17",
        "takings not confirmed, drawer 2 of 18",
    ]
    assert day.sale is not None
    assert len(day.state.control.shifts) == 2


def test_what_is_carried_goes_on_in_the_next_range(day):
    day.scan("MILK").do(cmd.Suspend())
    day.close()
    day.day("2026-01-02").do(cmd.Resume(place=1))
    day.do(cmd.Pay(type="cash"))
    day.printed().close()
    assert [each.totals.gross_minor for each in day.reports] == [0, 129]
    assert day.closed[1][1].carried == ()


def test_the_row_of_a_z_belongs_to_no_sale(day):
    day.scan("PEN")
    decision = day.decided(cmd.CloseDay())
    ((_, owner),) = [each for each in decision.events if isinstance(each[0], ev.DayClosed)]
    assert owner == ""


def test_an_unprinted_z_is_carried_and_an_x_is_not(day):
    day.sell("PEN").printed()
    day.do(cmd.PrintX())
    day.do(cmd.CloseDay())
    assert day.closed[0][1].carried == ()
    day.sell("PEN")
    day.do(cmd.CloseDay())
    kinds = [each.kind for each in day.closed[1][1].carried]
    assert kinds == [OpenKind.UNPRINTED_REPORT, OpenKind.UNPRINTED_RECEIPT]


# X and copies


def test_an_x_queues_its_print_and_changes_nothing_else(day):
    day.sell("PEN").printed()
    before = day.state
    assert day.do(cmd.PrintX()) == "X report: the day goes on"
    ((_, job),) = day.state.jobs.items()
    assert (job.kind, job.subject, job.status) == ("report", "x", JobStatus.QUEUED)
    assert job.expires_us > day.wall_us
    assert attrs.evolve(day.state, jobs={}) == attrs.evolve(before, jobs={})


def test_a_scan_leaves_the_totals_of_the_day_as_they_are(day):
    """They are folded from what is completed: a line costs the same with and without them."""
    before = day.sell("PEN").state.control
    day.scan("MILK", "PEN")
    assert day.state.control is before


def test_any_z_is_printed_again_as_a_copy(day):
    for date in ("2026-01-01", "2026-01-02", "2026-01-03"):
        day.day(date).sell("PEN").printed().close()
    assert day.do(cmd.PrintZ()) == "Z 3: a copy is printed"
    assert day.do(cmd.PrintZ(number=2)) == "Z 2: a copy is printed"
    assert [(job.subject, job.copy) for job in day.state.jobs.values()] == [("z-3", 1), ("z-2", 1)]


def test_a_z_that_is_not_there_is_not_printed(day):
    assert day.refused(cmd.PrintZ()) == "No day was closed yet | type .closeday to close this one"
    day.sell("PEN").close()
    assert day.refused(cmd.PrintZ(number=2)) == "There is no Z 2 | the last one is 1"
    assert day.refused(cmd.PrintZ(number=-1)) == "There is no Z -1 | the last one is 1"


@pytest.mark.parametrize("command", [cmd.PrintX(), cmd.PrintZ()])
def test_what_cannot_be_printed_is_said(day, command):
    day.sell("PEN").close()
    day.settings = attrs.evolve(day.settings, receipt_device="")
    assert day.refused(command) == (
        "This till has no printer | name one under [devices], or: posframe day status"
    )


# Laws

CLOSE = st.tuples(st.just("close"), st.integers(0, 2))
steps = st.lists(st.one_of(any_command, any_command, any_command, CLOSE), min_size=3, max_size=50)


def worked(steps_):
    """Return a day of any commands that was closed here and there, and at its end."""
    day = ClosingDay()
    for each in (*steps_, ("close", 1)):
        if isinstance(each, tuple):
            day.date = f"2026-01-{int(day.date[-2:]) + each[1]:02}"
            day.tries(cmd.CloseDay())
        elif isinstance(each, str):
            day.card(each)
        else:
            day.tries(each)
    return day


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_ranges_of_all_zs_partition_the_journal_and_grand_totals_chain(found):
    day = worked(found)
    reports = day.reports
    assert chain_problem(reports, hash_of=hash_of) == ""
    covered = [seq for each in reports for seq in range(each.from_seq, each.to_seq + 1)]
    assert covered == list(range(1, reports[-1].to_seq + 1))
    assert reports[-1].grand == day.state.ever
    documents = [each.counters.sales for each in (one.totals for one in reports)]
    assert sum(documents) == len(day.completed)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_z_is_what_a_plain_reckoning_of_its_rows_gives(found):
    day = worked(found)
    for report in day.reports:
        rows = day.journal[report.from_seq - 1 : report.to_seq]
        assert written(report.totals) == reckoned(rows)
        assert report.totals == day.folded(report)


@settings(max_examples=60, deadline=None)
@given(steps, st.booleans())
def test_an_x_is_the_fold_of_the_rows_since_the_last_z(found, sells_more):
    day = worked(found)
    if sells_more:
        day.tries(cmd.AddItem(code="PEN"))
        day.tries(cmd.Pay(type="cash"))
    last = day.closed[-1][0]
    totals = attrs.evolve(DayTotals(), float_minor=day.state.control.totals.float_minor)
    for event, before in day.journal[last:]:
        totals = counted(totals, event, before)
    assert day.state.control.totals == totals
    assert totals.drawer_minor == day.state.drawer_minor


@settings(max_examples=40, deadline=None)
@given(steps)
def test_replaying_the_journal_gives_the_same_totals_and_the_same_last_z(found):
    day = worked(found)
    state = TillState()
    for event, _ in day.journal:
        state = evolve(state, event)
    assert state.control == day.state.control
    assert state == day.state
