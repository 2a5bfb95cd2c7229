"""A badge is never goods, what one was asked the next does not answer, and goods are no PIN."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from posframe.script import Script
from posframe.session import Session
from tests.signing import (
    BADGES,
    PINS,
    CountingKeepers,
    open_signing_till,
    said,
    write_signing_settings,
)


@pytest.fixture
def keepers():
    return CountingKeepers()


@pytest.fixture
def till(tmp_path, keepers):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, keepers=keepers) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


# Badges


@pytest.mark.parametrize("needs_pin", ["true", "false"])
def test_a_badge_is_never_goods(tmp_path, needs_pin):
    """Its code stands in no answer and reaches no plugin, whether it is enough or not."""
    write_signing_settings(tmp_path, more=f"badge_needs_pin = {needs_pin}\n")
    with open_signing_till(tmp_path) as till:
        heard = []
        till.hooks.knows = lambda code: heard.append(code) or False
        script = Script(till)
        answers = [script.scan(BADGES["42"])]
        script.line("1 * PEN")
        answers.append(script.scan(BADGES["42"]))
        assert BADGES["42"] not in repr(answers)
        assert heard == []
        assert till.state.control.operator == "17"
        assert script.scan("BADGE-0042x")["message"] == "BADGE-0042x not found", "what is none is"


def test_a_badge_that_passed_the_scanner_swallows_no_goods(script, till, keepers):
    script.line("1 * PEN")
    count = len(keepers.verified)
    answer = script.scan(BADGES["42"])
    assert said(answer) == (True, "That is a badge: type its PIN, or scan goods to go on")
    assert answer["awaits"] == "pin"
    assert script.line("2 * PEN")["accepted"]
    script.scan(BADGES["42"])
    assert script.scan("PEN")["accepted"]
    assert script.line("3 * PEN")["accepted"]
    assert len(till.state.transaction.basket.lines) == 4
    assert len(keepers.verified) == count


def test_a_pin_behind_a_badge_still_signs_in(script, till):
    """The control."""
    script.line("1 * PEN")
    script.scan(BADGES["42"])
    assert said(script.line(PINS["42"])) == (True, "Operator 42")


def test_a_key_is_no_pin(script, keepers):
    count = len(keepers.verified)
    script.line("1 * PEN")
    script.scan(BADGES["42"])
    assert script.line("@quantity 3")["accepted"]
    assert len(keepers.verified) == count


# Questions


def test_a_question_to_one_operator_is_not_answered_by_the_next(script, till):
    assert said(script.scan("REPAIR"))[0] is False
    assert script.session.question is not None
    script.line(f".signin 18 {PINS['18']}")
    assert script.session.question is None
    assert said(script.line("12.00"))[0] is False
    assert till.state.transaction is None


def test_whoever_comes_back_to_a_locked_till_still_answers_their_question(script, till):
    """The control."""
    script.scan("REPAIR")
    assert Script(till).line(".lock")["accepted"]
    script.line(f".signin 17 {PINS['17']}")
    assert script.line("12.00")["accepted"]
    assert till.state.transaction.totals.gross_minor == 1_200


@pytest.mark.parametrize("leaves", [True, False])
def test_nothing_of_one_operator_is_repeated_by_another(script, till, leaves):
    """Also where the other signed in through another door."""
    script.line("1 * PEN")
    if leaves:
        script.line(".signout")
    assert till.signing.sign_in("18", PINS["18"]).accepted
    assert said(script.line("@repeat")) == (False, "Nothing was added yet")
    assert till.state.transaction is None


def test_places_on_a_list_that_one_operator_saw_are_not_the_next_ones(till):
    session = Session(till)
    session.list_payments(["p1"])
    assert till.signing.sign_in("18", PINS["18"]).accepted
    session.read(".sale")
    with pytest.raises(Exception, match="There is no payment 1 on the list"):
        session.before(cmd.CancelPayment(id="1"))
