"""On which business day a thing is booked: never on one that a Z has closed, once it is another."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.questions import JournalHead
from posframe.kernel.domain.transaction import TillState
from tests.kernel.cash_desk import SEVERAL, CashDesk, count
from tests.kernel.closing_day import ClosingDay
from tests.kernel.trading_day import commands as any_command

FIRST, NEXT, THIRD = "2026-01-01", "2026-01-02", "2026-01-03"


def ended_by_z(day):
    """Let a Z end the day of this desk, and not midnight."""
    control = attrs.evolve(day.settings.control, day_ends_by_z=True)
    day.settings = attrs.evolve(day.settings, control=control)
    return day


@pytest.fixture(params=["midnight", "z"])
def day(request):
    return ended_by_z(ClosingDay()) if request.param == "z" else ClosingDay()


def opened_in(desk):
    """Return the dates of the days that the last command opened."""
    return [event.business_date for event in desk.events if isinstance(event, ev.DayOpened)]


# Sales


def test_a_sale_that_was_held_over_a_z_is_booked_on_the_day_it_ends(day):
    day.scan("PEN").do(cmd.Suspend())
    day.close()
    day.day(THIRD).do(cmd.Resume(place=1))
    assert day.state.business_date == THIRD
    day.do(cmd.Pay(type="cash"))
    day.printed()
    assert day.close() == "Z 2 closes 2026-01-03"
    assert [each.totals.gross_minor for each in day.reports] == [0, 100]


def test_a_sale_that_was_open_over_a_z_is_booked_on_the_day_it_ends(day):
    day.scan("PEN").close()
    day.day(THIRD).do(cmd.Pay(type="cash"))
    assert day.state.business_date == THIRD
    assert opened_in(day) == [THIRD]
    day.printed()
    assert day.close() == "Z 2 closes 2026-01-03"
    assert "has just closed" in day.refused(cmd.CloseDay())


def test_an_open_sale_goes_on_in_the_new_day_from_its_first_scan_there(day):
    day.scan("PEN").close()
    day.day(NEXT).scan("PEN")
    assert day.state.business_date == NEXT
    assert day.state.control.day_open


def test_a_part_paid_after_a_z_is_paid_on_the_day_of_that(day):
    day.scan("PEN").close()
    day.day(NEXT).do(cmd.Pay(type="cash", amount_minor=40))
    assert day.state.business_date == NEXT
    assert not day.completed


def test_an_answer_that_completes_a_sale_by_itself_books_it_on_the_day_it_comes(day):
    payment = day.send(day.asks("card", None, "PEN"))
    day.close()
    day.day(NEXT).approve(payment)
    assert len(day.completed) == 1
    assert day.state.business_date == NEXT
    assert day.completed[0].day.sales == 1, "the counters of the new day began with it"


def test_a_sale_given_up_after_a_z_is_given_up_on_the_day_of_that(day):
    day.scan("PEN").close()
    day.day(NEXT).do(cmd.Cancel())
    assert day.state.business_date == NEXT


def test_a_sale_that_was_merely_open_at_midnight_keeps_its_day():
    day = ClosingDay().scan("PEN")
    day.day(NEXT).do(cmd.Pay(type="cash"))
    assert day.state.business_date == FIRST
    day.sell("PEN")
    assert day.state.business_date == NEXT


def test_a_sale_recalled_after_midnight_is_of_the_new_date():
    day = ClosingDay().scan("PEN")
    day.do(cmd.Suspend())
    day.day(NEXT).do(cmd.Resume(place=1))
    assert day.state.business_date == NEXT


def test_what_a_z_carries_does_not_turn_the_date_where_the_clock_is_behind(day):
    day.day(THIRD).scan("PEN").close()
    day.day(FIRST).do(cmd.Pay(type="cash"))
    assert day.state.business_date == THIRD, "it never goes back"


def test_the_row_of_a_day_that_opens_under_an_open_sale_belongs_to_no_sale(day):
    day.scan("PEN").close()
    decision = day.day(NEXT).decided(cmd.Pay(type="cash"))
    owners = [owner for event, owner in decision.events if isinstance(event, ev.DayOpened)]
    assert owners == [""]


def test_cash_given_back_after_a_z_is_of_the_day_it_goes_out(day):
    payment = day.asks("card", None, "PEN")
    day.do(cmd.Cancel())
    day.approve(payment)
    day.do(cmd.QueueReversal(id=payment.id, why="the terminal is gone"))
    day.printed().close()
    day.day(NEXT).do(cmd.GivenBack(id=payment.id, how="cash", approver="Ann"))
    assert day.state.business_date == NEXT
    assert day.state.drawer_minor == 14_900


# Counts, copies


@pytest.fixture
def desk():
    """Return a desk whose shift of 150.00 sold a pen."""
    desk = CashDesk()
    desk.answers[JournalHead] = lambda _: (len(desk.journal), "0" * 64)
    desk.opens(15_000)
    desk.sells("PEN")
    return desk


def z_of(desk):
    desk.do(cmd.CloseDay())
    last = desk.control.last_z
    return last.first_date, last.business_date


def test_a_shift_ended_after_a_z_is_counted_on_the_day_of_its_count(desk):
    assert z_of(desk) == ("", FIRST)
    desk.date = NEXT
    desk.ends(15_000)
    assert desk.state.business_date == NEXT
    assert z_of(desk) == ("", NEXT)
    desk.date = THIRD
    desk.do(cmd.RecountShift(count=count(15_100)))
    assert desk.state.business_date == THIRD
    assert z_of(desk) == ("", THIRD)


def test_takings_confirmed_after_a_z_do_not_reach_back_into_the_closed_day(desk):
    desk.ends(15_100)
    assert z_of(desk) == ("", FIRST)
    desk.date = NEXT
    desk.do(cmd.ConfirmShift(), by="bob")
    assert desk.state.business_date == NEXT
    desk.opens(15_100)
    assert z_of(desk) == ("", NEXT)


def test_takings_confirmed_in_the_evening_of_a_z_do_not_make_the_next_one_of_two_days(desk):
    desk.ends(15_100)
    assert z_of(desk) == ("", FIRST)
    desk.do(cmd.ConfirmShift(), by="bob")
    desk.date = NEXT
    desk.sells("PEN")
    assert z_of(desk) == ("", NEXT)


def test_a_drawer_handed_over_after_a_z_is_counted_on_the_day_of_that(desk):
    assert z_of(desk) == ("", FIRST)
    desk.date = NEXT
    desk.do(cmd.HandOver(to="bob", count=count(15_000)))
    assert desk.state.business_date == NEXT


def test_a_drawer_brought_after_a_z_comes_on_the_day_of_that():
    desk = CashDesk(drawers=SEVERAL)
    desk.answers[JournalHead] = lambda _: (len(desk.journal), "0" * 64)
    desk.sells("PEN")
    assert z_of(desk) == ("", FIRST)
    desk.date = NEXT
    desk.do(cmd.PlaceDrawer(drawer="F", here=True))
    assert desk.state.business_date == NEXT


def test_a_count_past_midnight_is_of_yesterday_while_nobody_closed_yesterday(desk):
    assert z_of(desk) == ("", FIRST)
    desk.date = NEXT
    desk.sells("PEN")
    desk.date = THIRD
    desk.ends(15_200)
    desk.do(cmd.ConfirmShift(), by="bob")
    assert desk.state.business_date == NEXT
    assert z_of(desk) == ("", NEXT)


def test_a_copy_after_a_z_is_of_the_day_it_is_made(day):
    day.sell("PEN").close()
    day.day(NEXT).do(cmd.Reprint())
    assert day.state.business_date == NEXT
    day.printed()
    assert day.close() == "Z 2 closes 2026-01-02"
    assert "has just closed" in day.refused(cmd.CloseDay())


def test_a_copy_on_the_evening_of_a_z_does_not_make_the_next_one_of_two_days(day):
    day.sell("PEN").close()
    day.do(cmd.Reprint())
    day.day(NEXT).sell("PEN").printed()
    assert day.close() == "Z 2 closes 2026-01-02"


def test_cash_moved_on_the_evening_of_a_z_makes_the_next_one_name_both_dates():
    day = ClosingDay().sell("PEN")
    day.close()
    day.do(cmd.MoveCash(kind="paid_in", amount_minor=500))
    day.day(NEXT).sell("PEN").printed()
    assert day.close() == "Z 2 closes 2026-01-01 to 2026-01-02"


# The law

NIGHTS = st.tuples(st.sampled_from(["close", "night"]), st.integers(0, 2))
steps = st.lists(
    st.one_of(any_command, any_command, NIGHTS, st.sampled_from([cmd.Suspend(), cmd.Resume()])),
    min_size=3,
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(steps, st.booleans())
def test_no_receipt_is_booked_on_a_date_behind_a_z_and_no_date_goes_back(found, by_z):
    day = ended_by_z(ClosingDay()) if by_z else ClosingDay()
    dates, known = [""], 0
    for each in found:
        if isinstance(each, tuple):
            if each[0] == "close":
                day.tries(cmd.CloseDay())
            day.date = f"2026-01-{int(day.date[-2:]) + each[1]:02}"
        elif isinstance(each, str):
            day.card(each)
        else:
            day.tries(each)
        closed = day.state.control.last_z
        if len(day.completed) > known and closed is not None:
            booked = day.state.business_date
            assert booked > closed.business_date or booked >= day.date
        known = len(day.completed)
        dates.append(day.state.business_date)
    assert dates == sorted(dates)
    state = TillState()
    for event, _ in day.journal:
        state = evolve(state, event)
    assert state == day.state
