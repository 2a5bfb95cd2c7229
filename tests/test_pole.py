"""What the customer display says: only what is on disk, the amount always whole."""

from __future__ import annotations

import pytest

from posframe.kernel.domain.receipt_text import display_width
from posframe.kernel.domain.transaction import TillState
from posframe.pole import pole_rows
from posframe.session import Session
from posframe.testing.tills import make_till


@pytest.fixture
def till(tmp_path):
    with make_till(tmp_path) as till:
        yield till


def enter(till, *entries):
    session = Session(till)
    for entry in entries:
        command = session.read(entry)
        if hasattr(command, "screen"):
            session.show(command)
            continue
        outcome = till.do(command)
        assert outcome.error is None, outcome.error
        session.after(command, outcome)
    return pole_rows(till.state, 20, 2, "Corner shop")


def test_nobody_is_served_under_the_name_of_the_shop():
    assert pole_rows(TillState(), 20, 2, "Corner shop") == ("Corner shop", "")


def test_the_newest_line_stands_above_the_total(till):
    top, bottom = enter(till, "4006381333931", "2 * 4006381333931")
    assert bottom.startswith("TOTAL")
    assert display_width(top) == display_width(bottom) == 20
    assert top.endswith("3.00")
    assert bottom.endswith("4.50"), "three pens at 1.50"


def test_change_is_shown_after_the_sale(till):
    top, bottom = enter(till, "4006381333931", "+", "10000")
    assert top.startswith("TOTAL")
    assert bottom.startswith("Change")
    assert bottom.endswith("98.50"), "a pen of 1.50 was paid with 100.00"


def test_long_names_are_cut_and_amounts_are_not(till):
    enter(till, "4006381333931")
    for columns in (8, 12, 16, 20, 40):
        for row in pole_rows(till.state, columns, 2):
            assert display_width(row) <= max(columns, 9)
            assert row.rstrip().endswith(tuple("0123456789"))
