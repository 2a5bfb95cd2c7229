"""Business dates at a whole till: on the row, on the Z, in the export, and after a restart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posframe.accounting.accounts import AccountMap
from posframe.accounting.booking import booked
from posframe.accounting.day import figures_of
from posframe.kernel.domain import events as ev
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.kernel.shop import crash, events_of, open_till, recorded_of, write_settings

DAY_US = 86_400_000_000
NEW_YEARS_EVE_US = int(datetime(2026, 12, 31, 11, tzinfo=UTC).timestamp()) * 1_000_000
ACCOUNTS = AccountMap.of(
    {
        "revenue": {"*": "4000"},
        "taxes": {"*": "2200"},
        "tenders": {"cash": "1000"},
        "movements": {"float": "1500"},
        "accounts": {"rounding": "8300"},
    }
)


def done(script, *lines):
    """Do lines that are all accepted, and return what the last one came to."""
    for line in lines:
        answer = script.line(line)
        assert answer["accepted"], answer
    return answer


@pytest.mark.parametrize("closes", ["midnight", "z"])
def test_a_sale_held_over_the_turn_of_the_year_is_in_the_books_of_the_year_it_ends_in(
    tmp_path, closes
):
    write_settings(tmp_path, more=f'\n[day]\ncloses = "{closes}"\n')
    clock = ManualClock()
    clock.jump(NEW_YEARS_EVE_US)
    with open_till(tmp_path, clock=clock, path=tmp_path / "till.db") as till:
        script = Script(till)
        first = done(script, "99 / 1", ".hold", ".closeday")
        assert first["message"].startswith("Z 1 closes 2026-12-31")
        clock.advance(2 * DAY_US)
        done(script, ".recall", ".pay", "", ".closeday")
        (row,) = [each for each in recorded_of(till) if type(each.event) is ev.TransactionCompleted]
        assert row.business_date == "2027-01-02"
        report = events_of(till, ev.DayClosed)[-1].report
        assert (report.first_date, report.business_date) == ("", "2027-01-02")
        assert booked(figures_of(report, "EUR", ACCOUNTS), ACCOUNTS).date == "2027-01-02"


def test_the_date_a_carried_sale_ended_on_is_the_same_after_a_crash(tmp_path):
    write_settings(tmp_path)
    clock = ManualClock()
    till = open_till(tmp_path, clock=clock, path=tmp_path / "till.db")
    script = Script(till)
    done(script, "99 / 1", ".closeday")
    clock.advance(3 * DAY_US)
    done(script, ".pay", "5.00")
    control = till.state.control
    assert (till.state.business_date, control.open_since) == ("2026-01-04", "2026-01-04")
    crash(till)
    with open_till(tmp_path, clock=clock, path=tmp_path / "till.db") as again:
        assert again.state.business_date == "2026-01-04"
        assert again.state.control.open_since == "2026-01-04"
        assert done(Script(again), ".closeday")["message"].startswith("Z 2 closes 2026-01-04")


def test_plus_on_the_payment_screen_takes_no_money(tmp_path):
    """A sale that is half paid comes back on the payment screen: plus leads there, no further."""
    write_settings(tmp_path)
    with open_till(tmp_path) as till:
        script = Script(till)
        done(script, "594 / 1", "+", "5.00", ".hold", ".recall")
        answer = done(script, "+", "+")
        assert (answer["screen"], answer["due"]) == ("payment", 94)
        assert not events_of(till, ev.TransactionCompleted)
        done(script, "")
        assert len(events_of(till, ev.TransactionCompleted)) == 1
