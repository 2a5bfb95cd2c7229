"""Approvals at a till: one person answers, once and at once, for one thing another asked for."""

from __future__ import annotations

import pytest

from posframe.door import answer_approval, ask_running, ask_till
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.pins import REFUSED
from posframe.script import Script
from posframe.session import Session
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
OUT = cmd.MoveCash(kind="paid_out", amount_minor=1_000, reason="milk")


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(tmp_path)
    return tmp_path


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def till(folder, clock):
    with open_signing_till(folder, clock=clock) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def events_of(till, kind):
    return [row.event for row in recorded_of(till) if isinstance(row.event, kind)]


def given(till, approver="42"):
    """Have a command asked for and approved; return the approval's id."""
    session = Session(till)
    session.after(OUT, till.do(OUT))
    assert session.approve(approver, PINS[approver], "the milkman") == OUT
    return session.approvals_for(OUT)


# The usual way


def test_a_supervisor_answers_at_the_till_and_the_cashier_goes_on(script, till):
    """With both numbers and the reason in the journal, and in the action itself."""
    answer = script.line(".out 10.00 milk")
    assert said(answer) == (False, "Paying out needs an approval")
    assert answer["asks"] == {
        "label": "Paying out",
        "permission": "paid_out",
        "amount": 1_000,
        "percent_milli": None,
        "about": "paid_out: milk",
        "operator": "17",
    }
    answer = script.line(f".approve 42 {PINS['42']} the milkman came")
    assert answer["accepted"]
    assert "asks" not in answer
    assert answer["operator"] == "17", "nobody else signed in"
    assert till.state.drawer_minor == 15_000 - 1_000
    (asked,) = events_of(till, ev.ApprovalAsked)
    (granted,) = events_of(till, ev.ApprovalGranted)
    (used,) = events_of(till, ev.ApprovalGiven)
    assert asked.request == granted.approval.request
    assert (granted.approval.approver, granted.approval.reason) == ("42", "the milkman came")
    assert (used.approver, used.operator, used.amount_minor) == ("42", "17", 1_000)
    assert (used.reason, used.id) == ("the milkman came", granted.approval.id)
    actions = {type(row.event): row.action for row in recorded_of(till)}
    assert actions[ev.ApprovalGiven] == actions[ev.CashMoved], "in the action itself"


def test_a_cashiers_void_needs_nobody(script):
    script.line("1 * PEN")
    assert script.line(".void 1")["accepted"]


def test_another_shell_answers_through_the_door(folder, till, script):
    """Without a network: a socket in the till's folder."""
    with till.door():
        assert ask_till(folder, "approval")["asks"] is None
        script.line(".out 10.00 milk")
        told = ask_till(folder, "approval")
        assert (told["till"], told["operator"], told["name"]) == ("T01", "17", "Operator 17")
        answer = {"number": "42", "pin": PINS["42"], "reason": "seen it", "asks": told["asks"]}
        wrong = answer_approval(folder, "approve", {**answer, "pin": "111222"})
        assert said(wrong) == (False, REFUSED)
        assert said(answer_approval(folder, "approve", answer)) == (True, "Approved by 42")
        assert ask_till(folder, "approval")["asks"] is None
    assert script.session.wants_approval is None
    assert script.line(".approve")["accepted"]
    assert till.state.drawer_minor == 15_000 - 1_000
    assert said(script.line(".approve")) == (False, "Nobody has approved anything here")


def test_a_denial_through_the_door_is_kept(folder, till, script):
    with till.door():
        script.line(".out 10.00 milk")
        asks = ask_till(folder, "approval")["asks"]
        answer = {"number": "42", "pin": PINS["42"], "reason": "not today", "asks": asks}
        assert said(answer_approval(folder, "deny", answer)) == (True, "Denied by 42")
    (denied,) = events_of(till, ev.ApprovalDenied)
    assert (denied.approver, denied.words, denied.request.operator) == ("42", "not today", "17")
    assert script.session.wants_approval is None
    assert script.session.approved_elsewhere() is None
    assert said(script.line(f".approve 42 {PINS['42']} after all"))[0] is False


def test_what_is_approved_is_what_was_shown(folder, till, script):
    """Something else was asked for between the look and the PIN."""
    with till.door():
        script.line(".out 10.00 milk")
        seen = ask_till(folder, "approval")["asks"]
        script.line(".out 90.00 milk")
        answer = {"number": "42", "pin": PINS["42"], "reason": "seen it", "asks": seen}
        assert said(answer_approval(folder, "approve", answer)) == (
            False,
            "That does not wait any more",
        )
    first, other = Session(till), Session(till)
    first.after(OUT, till.do(OUT))
    other.after(cmd.MoveCash(kind="no_sale"), till.do(cmd.MoveCash(kind="no_sale")))
    with pytest.raises(Exception, match="That does not wait for an approval"):
        first.approve("42", PINS["42"], "why")
    assert not till.state.control.approvals.open
    assert first.deny("42", PINS["42"], "no").words == "That does not wait for an approval"
    assert other.approve("42", PINS["42"], "why") == cmd.MoveCash(kind="no_sale")


def test_two_approvals_for_one_command_add_up(tmp_path):
    """A shop where a cashier takes no line back alone, and none at all after the total."""
    write_signing_settings(tmp_path, more='\n[roles.cashier]\nask = { void_line = "any" }\n')
    with open_signing_till(tmp_path) as till:
        script = Script(till)
        script.line("2 * PEN")
        script.line("1 * MILK")
        script.line("=")
        assert script.line(".void 2")["asks"]["permission"] == "void_line"
        answer = script.line(f".approve 42 {PINS['42']} wrong one")
        assert answer["asks"]["permission"] == "void_after_total"
        answer = script.line(f".approve 7 {PINS['7']} wrong one")
        assert answer["accepted"], answer
        used = events_of(till, ev.ApprovalGiven)
    assert [(each.action, each.approver) for each in used] == [
        ("void_line", "42"),
        ("void_after_total", "7"),
    ]


def test_over_the_door_one_acts_as_whoever_is_signed_in(folder, till):
    with till.door():
        assert ask_running(folder, ["1 * PEN"])[0]["operator"] == "17"
        told = ask_till(folder, "till")
        assert (told["operator"], told["name"]) == ("17", "Operator 17")
        till.do(cmd.SignOut())
        assert said(ask_running(folder, ["1 * PEN"])[0]) == (False, "Nobody is signed in")
        assert ask_till(folder, "till")["locked"]


def test_a_badge_approves_with_its_pin(till):
    session = Session(till)
    session.after(OUT, till.do(OUT))
    with pytest.raises(Exception, match=REFUSED):
        session.approve_badge(BADGES["42"], "milk")
    assert session.approve_badge(BADGES["42"], "milk", PINS["42"]) == OUT


# What an approval is not for


def outcome_of(till, command, approvals):
    outcome = till.do(command, approvals=approvals)
    return outcome.accepted, outcome.words


def test_an_approval_is_used_once(till):
    ids = given(till)
    assert till.do(OUT, approvals=ids).accepted
    assert outcome_of(till, OUT, ids) == (False, "That approval was used already")
    assert till.state.drawer_minor == 15_000 - 1_000


def test_an_approval_holds_for_a_minute_and_no_longer(till, clock):
    ids = given(till)
    clock.advance(MINUTE_US)
    assert outcome_of(till, OUT, ids) == (False, "That approval came too late")
    ids = given(till)
    clock.advance(MINUTE_US - 1)
    assert till.do(OUT, approvals=ids).accepted


def test_putting_the_wall_clock_back_keeps_no_approval_fresh(till, clock):
    ids = given(till)
    clock.advance(MINUTE_US)
    clock.jump(clock.wall_us() - MINUTE_US)
    assert outcome_of(till, OUT, ids) == (False, "That approval came too late")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cmd.MoveCash(kind="paid_out", amount_minor=1_001, reason="milk"), "another amount"),
        (cmd.MoveCash(kind="paid_out", amount_minor=999, reason="milk"), "another amount"),
        (cmd.MoveCash(kind="paid_out", amount_minor=1_000, reason="beer"), "something else"),
    ],
)
def test_an_approval_is_for_what_it_was_asked_for(till, command, words):
    assert outcome_of(till, command, given(till)) == (False, f"That approval is for {words}")


def test_an_approval_for_one_thing_is_none_for_another(till):
    other = cmd.MoveCash(kind="paid_in", amount_minor=1_000, reason="milk")
    assert outcome_of(till, other, given(till)) == (False, "Paying in needs an approval")


def test_an_approval_is_none_for_another_operator(till):
    ids = given(till)
    assert till.signing.sign_in("18", PINS["18"]).accepted
    assert outcome_of(till, OUT, ids) == (False, "That approval is for another operator")


def test_an_approval_of_another_till_is_none_here(tmp_path, till):
    other = tmp_path / "other"
    other.mkdir()
    write_signing_settings(other)
    with open_signing_till(other) as elsewhere:
        ids = given(elsewhere)
    assert outcome_of(till, OUT, ids) == (False, "That approval is not known here")


def test_no_restart_revives_an_approval(folder, clock):
    path = str(folder / "till.db")
    with open_signing_till(folder, clock=clock, path=path) as till:
        used, unused = given(till), None
        assert till.do(OUT, approvals=used).accepted
        unused = given(till)
    with open_signing_till(folder, clock=clock, path=path) as till:
        assert outcome_of(till, OUT, used) == (False, "That approval was used already")
        assert outcome_of(till, OUT, unused) == (False, "That approval came too late")
        assert till.state.drawer_minor == 15_000 - 1_000


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("17", "Nobody approves for himself"),
        ("18", "Paying out needs an approval"),
    ],
)
def test_who_has_no_say_in_it_is_kept_as_a_denial(script, till, number, words):
    """And it goes on waiting for somebody who has."""
    script.line(".out 10.00 milk")
    assert said(script.line(f".approve {number} {PINS[number]} please")) == (False, words)
    (denied,) = events_of(till, ev.ApprovalDenied)
    assert denied.approver == number
    assert not till.state.control.approvals.open
    assert script.line(f".approve 42 {PINS['42']} milk")["accepted"]


def test_what_is_not_for_a_role_waits_for_nobody(till):
    """A cashier closes no day, whoever would approve it."""
    session = Session(till)
    outcome = till.do(cmd.CloseDay())
    session.after(cmd.CloseDay(), outcome)
    assert outcome.words == "Closing the day is not for a cashier"
    assert session.wants_approval is None
    assert till.signing.approve("7", PINS["7"], "do it").words == "Nothing waits for an approval"


def test_a_reason_is_asked_for_before_a_pin_is_verified(folder):
    keepers = CountingKeepers()
    with open_signing_till(folder, keepers=keepers) as till:
        script = Script(till)
        script.line(".out 10.00 milk")
        count = len(keepers.verified)
        assert said(script.line(f".approve 42 {PINS['42']}")) == (
            False,
            "An approval needs a reason",
        )
        assert len(keepers.verified) == count


def test_whoever_asked_may_take_it_back(script, till):
    script.line(".out 10.00 milk")
    assert script.line(f".deny 17 {PINS['17']} never mind")["accepted"]
    assert till.state.control.asking is None


def test_what_was_asked_is_let_go_with_who_asked(script, till):
    """Another operator answers for nothing of it, and neither does a stranger's session."""
    script.line(".out 10.00 milk")
    assert script.line(f".signin 18 {PINS['18']}")["accepted"]
    assert script.session.wants_approval is None
    assert said(script.line(f".approve 42 {PINS['42']} milk")) == (
        False,
        "Nothing waits for an approval",
    )


def test_nothing_but_the_tills_own_code_says_who_somebody_is(script, till):
    """No entry and no action means a machine's command."""
    machine = {"SignIn", "RefuseSignIn", "GrantApproval", "DenyApproval"}
    for text in (
        ".signin 42", ".grant 42", ".approve 42", "@sign_in 42", "@approve 42", ".deny 42",
    ):  # fmt: skip
        try:
            act, read = script.session.act, script.session.read
            meant = act(*text[1:].split()) if text[0] == "@" else read(text)
        except Exception as error:  # noqa: BLE001 - what is refused means nothing
            meant = error
        assert type(meant).__name__ not in machine
    assert till.state.control.operator == "17"
