"""A shift by what is typed: counting heap by heap, in one line, slips, people, restarts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.report_documents import document_of
from posframe.script import Script
from posframe.testing.ports import CountingIds, ManualClock
from posframe_terminal.line import LineMode
from tests.kernel.shop import crash, open_till, write_settings
from tests.signing import PINS, open_signing_till, write_signing_settings

SHIFTS = """
[shifts]
needed = true
slips = true
declared = ["voucher"]
reason_limit = "1.00"
skim_limit = "500.00"
cash_reasons = { paid_out = ["Stamps", "Window cleaner"] }
cash_reasons_needed = ["paid_out"]
"""


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path, more=SHIFTS)
    with open_till(tmp_path) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def done(script, *lines):
    """Do lines that are all taken; return the last answer."""
    answer = {}
    for line in lines:
        answer = script.line(line)
        assert answer["accepted"], (line, answer)
    return answer


def refused(script, line):
    answer = script.line(line)
    assert not answer["accepted"], (line, answer)
    assert answer["hint"], "a refusal says what to do next"
    return f"{answer['message']} | {answer['hint']}"


def printed(till, subject):
    document = document_of(till, subject)
    assert document is not None, subject
    return plain_text(document, 48)


# Counting


def test_a_float_is_counted_heap_by_heap(script, till):
    assert done(script, ".shift open")["counting"]["counted"] == 0
    assert done(script, "5x20")["message"] == "5 of 20.00 EUR: 100.00; counted so far 100.00"
    answer = done(script, "2 rolls 0.50", "-", "10 x 5")
    assert answer["counting"] == {
        "what": "open",
        "title": "Count the float",
        "asked": "cash",
        "counted": 15_000,
        "pieces": [
            {"currency": "EUR", "denomination": 500, "pieces": 10},
            {"currency": "EUR", "denomination": 2_000, "pieces": 5},
        ],
    }
    assert done(script, "done")["message"] == "Shift 1 is open on drawer 1"
    assert script.session.counting is None
    assert till.state.control.shifts[0].cash.opening_float_minor == 15_000


def test_sums_of_slips_are_asked_for_after_the_cash(script, till):
    done(script, ".shift open 3x50", ".shift end", "3x50")
    assert "Sum of voucher" in done(script, "done")["message"]
    assert script.session.counting.asked == "voucher"
    assert "like 412.50" in refused(script, "12.50 x")
    done(script, "-", "3 rolls 0.10", "-", "done")
    assert done(script, "12.50 2")["message"].startswith("Counted, and it does not agree: voucher")
    declared = till.state.control.shifts[0].counts[0]
    assert [(each.type, each.minor, each.pieces) for each in declared.sums] == [
        ("voucher", 1_250, 2)
    ]


def test_a_count_can_be_given_up_and_nothing_has_happened(script, till):
    state = till.state
    done(script, ".shift open", "5x20")
    assert done(script, ".leave")["message"] == "The count was given up"
    assert script.session.counting is None
    assert till.state is state
    assert "not found" in refused(script, "5x20")


@pytest.mark.parametrize("entry", ["4011", "PEN", ".void 1", ".shift open", ".skim 10", "+", ""])
def test_while_counting_everything_else_waits(script, till, entry):
    done(script, ".shift open", "5x20")
    state = till.state
    assert refused(script, entry)
    assert "count goes on" in script.scan("PEN")["message"]
    assert "count goes on" in script.line("@pay")["message"]
    assert till.state is state
    assert script.session.counting.total_minor == 10_000


def test_ten_times_what_was_there_before_is_asked_back_once(script, till):
    """99 coins of 2.00 were most so far."""
    done(script, ".shift open 99x2", ".shift end 99x2 voucher=0", ".shift open")
    assert "ten times" in refused(script, "990x2")
    assert script.session.counting.total_minor == 0
    done(script, "5x20")
    assert "ten times" in refused(script, "990x2"), "something else came between"
    assert done(script, "990x2")["counting"]["counted"] == 208_000


def test_a_count_without_a_shift_is_refused_before_anybody_counts(script):
    assert refused(script, ".shift end") == "You have no shift open | open one: .shift open"
    assert "no shift open" in refused(script, ".handover 18")
    done(script, ".shift open 3x50")
    assert refused(script, ".shift open") == (
        "You have shift 1 open on drawer 1 | end it first: .shift end"
    )


def test_a_refused_count_is_not_lost(script, till):
    """Somebody else opened the drawer meanwhile, from another shell."""
    done(script, ".shift open", "3x50")
    other = Script(till)
    done(other, ".shift open 3x50")
    assert "Shift 1 of 1 is open" in refused(script, "done")
    assert script.session.counting.total_minor == 15_000
    assert script.session.counting.asked == ""
    done(script, ".leave")


def test_what_was_typed_wrong_is_told_with_what_would_do(script):
    for entry, words in (
        (".shift", "type: .shift open|end"),
        (".shift fly", "type: .shift open|end"),
        (".shift explain cash", "type: .shift explain [SHIFT] TYPE reason"),
        (".shift confirm 1 2", "type: .shift confirm [SHIFT]"),
        (".drawer 1", "type: .drawer ID here|away"),
        (".drawer 1 there", "type: .drawer ID here|away"),
        (".handover", "type: .handover OPERATOR"),
        (".shift open told=x 5x20", "like"),
        (".shift open 5x3", "pieces come first"),
        (".shift end 5x20", "open one"),
    ):
        assert words in refused(script, entry), entry


@given(st.lists(st.text(max_size=12), max_size=6))
@settings(max_examples=30)
def test_junk_while_counting_breaks_nothing(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("till")
    write_settings(folder, more=SHIFTS)
    with open_till(folder) as till:
        script, line_mode = Script(till), LineMode(till)
        script.line(".shift open")
        for line in lines:
            answer = script.line(line)
            assert answer["accepted"] or answer["message"]
        assert line_mode.answer(".shifts")
        control = till.state.control
        assert till.state.drawer_minor == control.totals.drawer_minor


# A whole shift


def test_a_day_of_one_drawer_by_hand_arithmetic(script, till):
    """150.00 float + 0.99 + 1.29 sold for cash, of 1.30 as rounded, - 100.00 skimmed - 2.00 out."""
    assert "Cash needs an open shift" in refused(script, ".loan 10.00")
    done(script, ".shift open told=150.00 3x50")
    till.do(cmd.AddItem(code="PEN"))
    done(script, "+", "")
    till.do(cmd.AddItem(code="MILK"))
    done(script, "+", "")
    done(script, ".skim 100.00 large notes")
    assert "A reason is needed" in refused(script, ".out 2.00")
    assert "did you mean 'Stamps'" in refused(script, ".out 2.00 stamp")
    done(script, ".out 2.00 stamps")
    expected = 15_000 + 100 + 130 - 10_000 - 200
    assert till.state.control.shifts[0].cash.expected_minor == expected == 5_030
    answer = done(script, ".shift end 1x20 5x5 3x1 voucher=0")
    assert answer["message"].startswith("Counted, and it does not agree: cash")
    row = done(script, ".shifts")["shifts"][0]
    assert (row["standing"], row["reasons_missing"]) == ("ended", ["cash"])
    assert "expected" not in row
    done(script, ".shift recount 1 1x20 6x5 1x0.20 voucher=0")
    assert till.state.drawer_minor == till.state.control.totals.drawer_minor == 5_020
    assert "neither held nor counted" in refused(script, ".shift confirm")


def test_the_slips_say_what_was_counted_and_only_the_last_one_what_should_have_been(tmp_path):
    more = SHIFTS.replace("needed = true", "self_confirm = true")
    write_settings(tmp_path, more=more)
    with open_till(tmp_path, path=str(tmp_path / "till.db")) as till:
        script = Script(till)
        done(script, ".shift open 3x50", ".loan 20.00")
        done(script, ".shift end 3x50 2 rolls 0.10 voucher=5.00/1")
        assert [each.subject for each in till.state.jobs.values() if each.kind == "report"] == [
            "shift-1-open",
            "shift-1-end",
        ]
        float_, end = printed(till, "shift-1-open"), printed(till, "shift-1-end")
        assert "Float as counted" in float_
        assert "150.00" in float_
        for words in ("80 x 0.10 2 rolls", "158.00", "voucher, 1 slips"):
            assert words in end
        for words in ("170.00", "12.00", "short", "xpected", "oans"):
            assert words not in end
        assert document_of(till, "shift-1-confirm") is None
        done(script, ".shift explain cash lost", ".shift explain voucher old one")
        assert done(script, ".shift confirm")["message"] == (
            "Shift 1 is confirmed: cash 12.00 short, voucher 5.00 over"
        )
        slip = printed(till, "shift-1-confirm")
        for words in ("Loans", "170.00", "158.00", "-12.00", "lost", "Confirmed by operator"):
            assert words in slip
        assert "158.00" in printed(till, "shift-1-end"), "also when it is confirmed"
        assert document_of(till, "shift-2-open") is None
        assert document_of(till, "shift-1-what") is None
        assert document_of(till, "shift-x") is None


def test_a_full_drawer_is_to_be_skimmed(script, till):
    """The float is 499.99; nobody hears of the limit but by a sale, which puts 5.95 on top."""
    done(script, ".shift open 9x50 2x20 9x1 2x0.20 1x0.50 1x0.05 4x0.01", ".loan 350.01")
    assert not any(".skim" in each for each in till.notices())
    done(script, "8006", "+", "")
    assert [each for each in till.notices() if ".skim AMOUNT (drawer 1)" in each]
    assert not any("500" in each for each in till.notices()), "it does not say how much"
    done(script, ".skim 0.01")
    assert not any(".skim" in each for each in till.notices())


def test_shifts_are_what_they_were_after_a_power_cut(tmp_path):
    write_settings(tmp_path, more=SHIFTS)
    clock, path = ManualClock(), str(tmp_path / "till.db")
    till = open_till(tmp_path, clock=clock, ids=CountingIds(), path=path)
    script = Script(till)
    done(script, ".shift open 3x50", ".loan 20.00", ".handover 18 3x50 2x10 voucher=0")
    before = till.state
    crash(till)
    with open_till(tmp_path, clock=clock, ids=CountingIds(1_000), path=path) as again:
        assert again.state.control == before.control
        assert again.state.drawer_minor == before.drawer_minor == 17_000
        assert [each.operator for each in again.state.control.shifts] == ["1", "18"]


# Where people sign in


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(
        tmp_path, more='\n[shifts]\nshared_drawer = false\ndrawers = ["1", "2"]\n'
    )
    return tmp_path


def as_(script, number):
    return done(script, f".signin {number} {PINS[number]}")


def test_each_cashier_has_their_drawer_and_a_manager_confirms_and_sees(folder):
    with open_signing_till(folder, signed_in="") as till:
        script = Script(till)
        as_(script, "17")
        done(script, ".shift open 1 15x10")
        as_(script, "18")
        done(script, ".shift open told=50.00 5x10")
        assert [each.drawer for each in till.state.control.shifts] == ["1", "2"]
        assert script.line("@state")["state"]["drawer"] is None, "a count is blind"
        till.do(cmd.AddItem(code="PEN"))
        done(script, "+", "")
        done(script, ".shift end 5x10 3x0.50")
        as_(script, "17")
        done(script, ".shift end 15x10")
        answer = script.line(".shift confirm 2")
        assert not answer["accepted"], "confirming is not a cashier's"
        as_(script, "7")
        rows = done(script, ".shifts")["shifts"]
        assert [each["expected"] for each in rows] == [15_000, 5_100]
        assert script.line("@state")["state"]["drawer"] == till.state.drawer_minor
        done(script, ".shift confirm 1")
        assert "A reason is missing: cash" in refused(script, ".shift confirm 2")
        done(script, ".shift explain 2 cash coin on the floor")
        assert done(script, ".shift confirm")["message"] == ("Shift 2 is confirmed: cash 0.50 over")


def test_a_count_belongs_to_who_began_it(folder):
    """Another who signs in finds no count, and the first finds theirs again."""
    with open_signing_till(folder, signed_in="") as till:
        script = Script(till)
        as_(script, "17")
        done(script, ".shift open 1", "10x10", ".lock")
        as_(script, "18")
        assert script.session.counting is None
        assert "not found" in refused(script, "10x10")
        as_(script, "17")
        assert script.session.counting.total_minor == 10_000
        done(script, "done")


def test_a_handed_over_drawer_is_the_others_when_they_sign_in(folder):
    with open_signing_till(folder, signed_in="") as till:
        script = Script(till)
        as_(script, "17")
        done(script, ".shift open 1 10x10")
        assert refused(script, ".handover 81 10x10") == (
            "Nobody here has the number 81 | type who takes the drawer over"
        )
        refused(script, ".handover 18 10x10")
        done(script, f".approve 18 {PINS['18']} counted with 17")
        till.do(cmd.AddItem(code="PEN"))
        assert "Drawer 1 is in the shift of 18" in refused_payment(script)
        as_(script, "18")
        till.do(cmd.AddItem(code="PEN"))
        done(script, "+", "")
        assert till.state.control.shifts[1].cash.cash_sales_minor == 100


def test_the_shift_of_somebody_who_has_left_is_ended_by_a_supervisor_not_by_a_cashier(folder):
    with open_signing_till(folder, signed_in="") as till:
        script = Script(till)
        as_(script, "17")
        done(script, ".shift open 1 15x10")
        as_(script, "18")
        refused(script, ".shift end 1 1x10")
        assert till.state.control.shifts[0].state.value == "open"
        as_(script, "42")
        assert done(script, ".shift end 1")["counting"]["title"] == (
            "Count the drawer to end shift 1"
        )
        done(script, "15x10", "done")
        counted = till.state.control.shifts[0].counts[0]
        assert (counted.operator, counted.cash.total_minor) == ("42", 15_000)
        as_(script, "7")
        assert done(script, ".shift confirm")["message"] == "Shift 1 is confirmed: it agrees"


def refused_payment(script):
    done(script, "+")
    return refused(script, "")


def test_a_counting_session_is_shown_by_its_public_door(till):
    """What a screen paints: title, pieces, prompt."""
    script = Script(till)
    done(script, ".shift open 1", "1x50", "2x1")
    counting = script.session.counting
    assert counting.title == "Count the float of drawer 1"
    assert counting.pieces == (("EUR", 100, 2), ("EUR", 5_000, 1))
    assert ".leave" in counting.prompt
    with pytest.raises(RuleViolation, match="count goes on"):
        script.session.act("void")
