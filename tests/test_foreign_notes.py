"""Foreign notes at a till, typed: through shifts, Zs, a power cut and the check of closed days."""

from __future__ import annotations

import pytest

from posframe.kernel.domain.receipt_layout import plain_text
from posframe.report_documents import document_of
from posframe.script import Script
from posframe.store.verify_days import DaysVerdict, checked_days
from posframe.testing.ports import CountingIds, ManualClock
from tests.kernel.shop import open_till, recorded_of, write_settings

SETTINGS = """
[shifts]
self_confirm = true
skim_limit = "500.00"
[plugins.payments.currencies.USD]
rate = "0.90"
source = "the bank"
as_of = "2025-12-31"
notes = ["5", "10", "20"]
"""
AGREES = "Counted: the takings wait to be confirmed"


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def till(tmp_path, clock):
    write_settings(tmp_path, more=SETTINGS, plugins=("payments",))
    return open_till(tmp_path, clock=clock, ids=CountingIds(), path=str(tmp_path / "till.db"))


@pytest.fixture
def script(till):
    return Script(till)


def done(script, *lines):
    """Do lines that are all taken; return what the last said."""
    answer = {"message": ""}
    for line in lines:
        answer = script.line(line)
        assert answer["accepted"], (line, answer)
    return answer["message"]


def z_text(till, number):
    return plain_text(document_of(till, f"z-{number}"), 48)


def test_notes_of_a_held_sale_are_nobodys_difference_from_shift_to_shift(script):
    """6 pens of 5.94: 5 dollars count for 4.50, the rest is paid in the second shift."""
    done(script, ".shift open 3x50", "8006", "+", "500 usd", ".hold")
    assert done(script, ".shift end 3x50 1x5 USD") == AGREES
    assert done(script, ".shift open 3x50 1x5 USD") == "Shift 2 is open on drawer 1"
    assert done(script, ".recall", "+", "") == "Receipt 1"
    assert done(script, ".shift end 3x50 1x1 2x0.20 1x0.05 1x5 USD") == AGREES


def test_two_days_with_notes_that_go_to_the_bank_and_vanish_verify(till, script, clock, tmp_path):
    """20 dollars for pens of 5.95, 12.05 out; 10 lent, 20 to the bank: 10 at the Z, and no more."""
    done(script, ".shift open 3x50", "8006", "+", "2000 usd")
    done(script, ".loan 10.00 USD", ".pickup 20.00 usd to the bank")
    assert till.state.drawer_minor == 13_795
    counted = "2x50 3x10 1x5 2x1 1x0.50 2x0.20 1x0.05"
    assert done(script, f".shift end {counted} 1x10 USD") == AGREES
    done(script, ".shift confirm", ".closeday")
    assert "Expected                                  137.95" in z_text(till, 1)
    assert "Expected USD                               10.00" in z_text(till, 1)
    clock.advance(86_400_000_000)
    opened = done(script, f".shift open {counted}")
    assert opened.endswith("say why with .shift explain foreign float USD")
    done(script, ".shift explain foreign float USD lost", ".in 5.00 USD")
    done(script, f".shift end {counted} 1x5 USD", ".shift confirm", ".closeday")
    assert "Expected USD                                5.00" in z_text(till, 2)
    assert "foreign float USD                 1       -10.00" in z_text(till, 2)
    assert checked_days(recorded_of(till)) == DaysVerdict(closed=2)
    before = till.state
    till.close()
    again = open_till(tmp_path, clock=clock, path=str(tmp_path / "till.db"))
    assert again.state.control.totals.foreign_notes == before.control.totals.foreign_notes
    assert again.state.control.drawers == before.control.drawers


def test_what_should_be_in_a_drawer_is_not_found_by_putting_cash_in_until_the_till_reminds(
    till, script
):
    """Neither by ever so much in nor out, and no sale brings it either: 155.95 are there."""
    done(script, ".shift open 3x50", "8006", "+", "")
    for line in (".in 44.05", ".in 200.00", ".loan 90.00", ".in 300.00", ".out 400.00"):
        done(script, line)
        assert not any(".skim" in each for each in till.notices())
    done(script, "8006", "+", "")
    assert not any(".skim" in each for each in till.notices())
