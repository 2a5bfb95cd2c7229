"""Closing a day where people sign in: by whom, and how an approval of it is counted."""

from __future__ import annotations

from posframe.kernel.domain import events as ev
from posframe.script import Script
from tests.kernel.shop import events_of
from tests.signing import PINS, open_signing_till, write_signing_settings


def test_the_day_is_closed_by_a_manager_and_by_nobody_else(tmp_path):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, path=tmp_path / "till.db") as till:
        session = Script(till)
        for line in ("99 / 1", "+", "5.00"):
            assert session.line(line)["accepted"]
        assert session.line(".closeday")["message"] == "Closing the day is not for a cashier"
        assert session.line(".x")["message"] == "An X report is not for a cashier"
        assert till.signing.sign_in("7", PINS["7"]).accepted
        assert session.line(".closeday")["accepted"]
        (closed,) = events_of(till, ev.DayClosed)
        assert closed.operator == "7"


def test_a_close_by_approval_is_counted_in_the_next_range_and_the_row_stays_the_first(tmp_path):
    """The approval is used up in the closing action, whose rows no Z can seal yet."""
    asks = '\n[roles.supervisor]\nask = { day_close = "any" }\n'
    write_signing_settings(tmp_path, more=asks)
    with open_signing_till(tmp_path, path=tmp_path / "till.db", signed_in="42") as till:
        session = Script(till)
        for line in ("99 / 1", "+", "5.00", ".closeday"):
            answer = session.line(line)
        assert answer["message"] == "Closing the day needs an approval"
        answer = session.line(f".approve 7 {PINS['7']} end of day")
        assert answer["accepted"], answer
        (closed,) = events_of(till, ev.DayClosed)
        assert closed.report.totals.approvals == ()
        (row,) = till.state.control.totals.approvals
        assert (row.name, row.count) == ("day_close", 1)
        assert session.line(".closeday")["accepted"] is False
