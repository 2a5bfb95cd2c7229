"""Whoever answers for something was shown it, once and in time; PIN and reason may be steps."""

from __future__ import annotations

import pytest

from posframe.door import answer_approval, ask_till
from posframe.kernel.domain import events as ev
from posframe.pins import REFUSED
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.kernel.shop import recorded_of
from tests.signing import (
    BADGES,
    PINS,
    CountingKeepers,
    open_signing_till,
    said,
    write_signing_settings,
)

MINUTE_US = 60_000_000
OWN = f".approve 42 {PINS['42']} change"


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(tmp_path)
    return tmp_path


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def keepers():
    return CountingKeepers()


@pytest.fixture
def till(folder, clock, keepers):
    with open_signing_till(folder, clock=clock, keepers=keepers) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def granted(till):
    return [row.event for row in recorded_of(till) if isinstance(row.event, ev.ApprovalGranted)]


# Shown first


@pytest.mark.parametrize("entry", [OWN, f".deny 42 {PINS['42']} no"])
def test_nobody_answers_for_what_another_session_asked_until_it_was_shown(till, keepers, entry):
    """The first entry shows it; nothing is verified, granted or denied by that."""
    here, elsewhere = Script(till), Script(till)
    elsewhere.line(".out 500.00 taxi")
    count = len(keepers.verified)
    answer = here.line(entry)
    assert said(answer) == (
        False,
        "Operator 17 asks elsewhere: Paying out, 500.00, paid_out: taxi",
    )
    assert answer["hint"] == "if that is meant, type it again"
    assert len(keepers.verified) == count
    assert till.state.control.asking is not None
    assert here.line(entry)["accepted"]
    assert till.state.control.asking is None


def test_what_came_in_between_is_shown_too(till):
    here, elsewhere = Script(till), Script(till)
    elsewhere.line(".out 500.00 taxi")
    here.line(OWN)
    elsewhere.line(".out 900.00 taxi")
    assert said(here.line(OWN))[1].startswith("Operator 17 asks elsewhere: Paying out, 900.00")
    assert not granted(till)


def test_what_this_session_asked_needs_no_second_word(script, till):
    """The control: it was shown here."""
    script.line(".nosale change")
    assert script.line(OWN)["accepted"]
    assert len(granted(till)) == 1


@pytest.mark.parametrize("verb", ["approve", "deny"])
def test_through_the_door_nobody_answers_without_saying_for_what(folder, till, script, verb):
    with till.door():
        script.line(".nosale change")
        answer = {"number": "42", "pin": PINS["42"], "reason": "seen it"}
        assert said(answer_approval(folder, verb, answer)) == (False, "What is meant is missing")
        assert till.state.control.asking is not None
        shown = ask_till(folder, "approval")["asks"]
        assert answer_approval(folder, verb, {**answer, "asks": shown})["accepted"]


# Once


def test_an_ask_ends_when_its_approval_is_used(till, script):
    """Approved elsewhere, asked again, done by the first approval: nothing is left to approve."""
    script.line(".nosale change")
    assert till.signing.approve("42", PINS["42"], "ok").accepted
    script.line(".nosale change")
    assert script.line(".approve")["accepted"]
    assert till.state.control.asking is None
    assert till.signing.approve("42", PINS["42"], "ok").words == "Nothing waits for an approval"


@pytest.mark.parametrize("ends", [".cancel", ".hold", ".lock"])
def test_an_ask_about_a_sale_ends_with_it_or_when_it_is_put_aside(till, script, ends):
    Script(till).line("1 * PEN")
    script.line(".percent 50 1")
    assert till.state.control.asking is not None
    assert Script(till).line(ends)["accepted"]
    assert till.state.control.asking is None
    assert said(script.line(OWN))[0] is False
    assert not granted(till)


def test_an_ask_about_no_sale_goes_on_when_one_ends(till, script):
    """The control."""
    Script(till).line("1 * PEN")
    script.line(".out 5.00 milk")
    assert Script(till).line(".cancel")["accepted"]
    assert script.line(OWN)["accepted"]


# In time


def test_an_ask_is_gone_after_a_minute_for_everybody_but_who_still_shows_it(
    folder, till, script, clock
):
    script.line(".nosale change")
    with till.door():
        shown = ask_till(folder, "approval")["asks"]
        clock.advance(MINUTE_US - 1)
        assert ask_till(folder, "approval")["asks"] == shown
        clock.advance(1)
        assert ask_till(folder, "approval")["asks"] is None
        answer = {"number": "42", "pin": PINS["42"], "reason": "seen it", "asks": shown}
        assert said(answer_approval(folder, "approve", answer)) == (
            False,
            "That does not wait any more",
        )
    outcome = till.signing.approve("42", PINS["42"], "ok")
    assert outcome.words == "That was asked more than a minute ago"
    assert said(Script(till).line(OWN)) == (False, "Nothing waits for an approval")
    assert not granted(till)
    assert script.line(OWN)["accepted"], "this session has shown it all the while"


def test_a_wrong_approver_makes_nothing_wait_longer(till, script, clock):
    script.line(".nosale change")
    clock.advance(MINUTE_US - 1)
    assert not till.signing.approve("18", PINS["18"], "ok").accepted
    clock.advance(1)
    outcome = till.signing.approve("42", PINS["42"], "ok")
    assert outcome.words == "That was asked more than a minute ago"


# Step by step


def test_a_hidden_pin_approves_with_the_reason_that_was_given_first(script, till):
    script.line(".nosale change")
    assert said(script.line(".approve 42 the drawer is stuck")) == (True, "Type the PIN")
    assert script.session.wants_pin
    assert script.line(PINS["42"])["accepted"]
    assert [each.approval.reason for each in granted(till)] == ["the drawer is stuck"]


def test_after_a_hidden_pin_the_reason_is_asked_for(script, till, keepers):
    script.line(".nosale change")
    answer = script.line(".approve 42")
    assert (said(answer), answer["awaits"]) == ((True, "Type the PIN"), "pin")
    answer = script.line(PINS["42"])
    assert said(answer) == (True, "Why?")
    assert "awaits" not in answer
    assert script.line("the drawer is stuck")["accepted"]
    assert [each.approval.reason for each in granted(till)] == ["the drawer is stuck"]
    assert keepers.verified.count("42") == 1


def test_a_wrong_hidden_pin_is_asked_for_again_and_the_reason_is_kept(script, till):
    script.line(".nosale change")
    for entry in (".approve 42", "555123"):
        script.line(entry)
    assert said(script.line("the drawer is stuck")) == (False, REFUSED)
    assert script.session.wants_pin
    assert script.line(PINS["42"])["accepted"]
    assert [each.approval.reason for each in granted(till)] == ["the drawer is stuck"]


@pytest.mark.parametrize("entry", [".sale", "@return"])
def test_an_entry_by_name_or_a_key_is_no_reason_and_ends_the_asking(script, till, entry):
    script.line(".nosale change")
    for each in (".approve 42", PINS["42"], entry, "1 * PEN"):
        script.line(each)
    assert not granted(till)
    assert till.state.transaction is not None


def test_a_badge_begins_an_approval_while_something_waits(script, till):
    script.line(".nosale change")
    assert said(script.scan(BADGES["42"])) == (True, "Type the PIN")
    assert said(script.line(PINS["42"])) == (True, "Why?")
    assert script.line("change")["accepted"]
    assert till.state.control.operator == "17"
    assert [each.approval.approver for each in granted(till)] == ["42"]


def test_a_badge_alone_approves_with_a_reason_where_it_signs_in(tmp_path):
    more = "badge_needs_pin = false\n"
    write_signing_settings(tmp_path, more=more)
    with open_signing_till(tmp_path) as till:
        script = Script(till)
        script.line(".nosale change")
        assert said(script.scan(BADGES["42"])) == (True, "Why?")
        assert script.line("change")["accepted"]
        assert till.state.control.operator == "17"
