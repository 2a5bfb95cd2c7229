"""What can come back, as it is listed, explained, approved and verified."""

from __future__ import annotations

import pytest

from posframe import RuleViolation, Till, events
from posframe.cli.main import run
from posframe.explained import explanation
from posframe.kernel.domain import commands as cmd
from posframe.returnable import find_returnable, sold_on
from posframe.script import Script
from posframe.testing.ports import ManualClock
from posframe.till import Ports
from tests.kernel.shop import PlainCatalogue, events_of, open_till, write_settings
from tests.returning import DAY_US, done, refused, sell


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as opened:
        yield opened


# What can come back


def test_a_receipt_shows_what_of_it_can_come_back(till):
    number = sell(till, "PEN", "COLA", tender=500)
    done(till, cmd.Return(receipt_number=number, number=1))
    done(till, cmd.Pay(type="cash"))
    found = find_returnable(till, number)
    assert [(each.text, each.left_milli, each.follows) for each in found.lines] == [
        ("Pen", 0, False), ("Cola", 1000, False), ("Deposit", 1000, True)]  # fmt: skip
    assert found.paid == (("Cash", 99 + 175 - 99),)
    with pytest.raises(RuleViolation, match="no receipt 77"):
        find_returnable(till, 77)


def test_an_item_is_found_by_the_day_it_was_sold(tmp_path):
    write_settings(tmp_path)
    clock = ManualClock()
    with open_till(tmp_path, clock=clock) as till:
        for _ in range(25):
            sell(till, "MILK")
        sell(till, "PEN", "MILK")
        day = till.state.business_date
        clock.advance(DAY_US)
        sell(till, "PEN")
        assert [each.receipt_number for each in sold_on(till, "PEN")] == [27]
        assert [each.receipt_number for each in sold_on(till, "PEN", day)] == [26]
        assert len(sold_on(till, "MILK", day)) == 26
        for code, date in (("LAMP", day), ("PEN", "2020-01-01"), ("PEN", "yesterday")):
            with pytest.raises(RuleViolation, match="was not sold here"):
                sold_on(till, code, date)


# Explained


def test_a_return_is_explained_by_the_sale_it_comes_from(till):
    number = sell(till, "PEN", "PEN")
    done(till, cmd.Return(receipt_number=number, number=1))
    rows = [row.text for row in explanation(till).rows]
    assert any("as sold on receipt 1" in row for row in rows)
    assert any("charged when it was sold" in row for row in rows)


def test_a_sale_with_goods_that_came_back_is_not_undone(till):
    number = sell(till, "PEN", "LAMP")
    done(till, cmd.Return(receipt_number=number, number=1))
    done(till, cmd.AddItem(code="LAMP"))
    done(till, cmd.Pay(type="cash"))
    assert "cannot be undone" in refused(till, cmd.PostVoid(approver="anna"))


def test_a_journal_of_sales_and_returns_verifies(tmp_path):
    write_settings(tmp_path)
    with Till.open(tmp_path, Ports(catalogue=PlainCatalogue(), effects=False)) as till:
        number = sell(till, "PEN", "COLA", "LAMP", tender=10_000)
        done(till, cmd.Return(receipt_number=number, number=2))
        done(till, cmd.Pay(type="cash"))
        sell(till, "PEN")
        done(till, cmd.PostVoid(approver="anna"))
    assert run(["journal", "verify", "--till", str(tmp_path)]) == 0


def test_a_script_scans_a_receipt_and_returns_what_it_lists(till):
    script = Script(till)
    for entry in ("2 * COLA", "99 / 1", ".pay", ""):
        assert script.line(entry)["accepted"]
    shown = script.scan("T01-000001")
    assert [(each["line"], each["text"], each["left"]) for each in shown["returnable"]] == [
        (1, "Cola", 2), (2, "Deposit", 2), (3, "Grocery", 1)]  # fmt: skip
    assert shown["paid"] == [{"label": "Cash", "left": 449}]
    assert script.line(".return 1 1 x1")["due"] == -175
    assert script.line("T01-000001")["returnable"] == shown["returnable"]
    assert script.line(".sold COLA")["returnable"][0]["receipt"] == 1
    for wrong in (".receipt 7", ".receipt x", ".sold PEN"):
        answer = script.line(wrong)
        assert not answer["accepted"]
        assert answer["hint"]


def test_an_approval_is_for_what_was_refused_last_and_for_that_alone(till):
    script = Script(till)
    assert "Nothing waits" in script.line(".approve anna")["message"]
    sell(till, "PEN")
    assert not script.line(".postvoid")["accepted"]
    assert script.line("99 / 1")["accepted"]
    assert "Nothing waits" in script.line(".approve anna")["message"]
    script.line(".cancel")
    assert not script.line(".postvoid mistake")["accepted"]
    assert script.line(".approve anna")["receipt"]["number"] == 2
    assert events_of(till, events.ApprovalGiven)[0].reason == "mistake"
