"""The live habit in practice: number, PIN and reason. The PIN reaches no file there."""

from __future__ import annotations

import asyncio

import pytest

from posframe.config import load_config
from posframe.errors import RuleViolation
from posframe.kernel.domain.events import ApprovalGiven
from posframe.till import Ports, Till
from posframe.training.script import PracticeScript
from posframe_terminal.counter import Counter
from posframe_terminal.door import Invoked, Typed
from tests.kernel.shop import recorded_of
from tests.signing import PINS, CountingKeepers, write_operators

REASON = "damaged goods"


@pytest.fixture
def practice(folder):
    settings = folder / "till.toml"
    text = settings.read_text()
    assert "sign_in = false" in text
    settings.write_text(text.replace("sign_in = false", "sign_in = true"))
    write_operators(folder)
    with Till(load_config(folder), Ports(pin_keeper=CountingKeepers())) as till:
        assert till.signing.sign_in("17", PINS["17"]).accepted
        opened = PracticeScript(till)
        opened.line(".training")
        assert opened.line(".returnitem 1001")["accepted"] is False
        yield opened
        opened.close()


def given(practice):
    events = [row.event for row in recorded_of(practice.practice.shadow)]
    return [(each.approver, each.reason) for each in events if isinstance(each, ApprovalGiven)]


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "entries",
    [
        (f".approve 42 {PINS['42']} {REASON}",),
        (".approve 42", PINS["42"], REASON),
        (f".approve 42 {REASON}", PINS["42"]),
    ],
)
def test_an_approval_practised_with_number_and_pin_keeps_number_and_reason(
    practice, folder, entries
):
    answers = [practice.line(entry) for entry in entries]
    assert answers[-1]["accepted"]
    assert given(practice) == [("42", REASON)]
    assert PINS["42"] not in repr(answers)
    assert PINS["42"].encode() not in bytes_of(folder)
    assert REASON.encode() in bytes_of(folder), "what is kept would be found"


def test_a_pin_that_is_practised_is_verified_against_nothing(practice):
    assert practice.line(f".approve 42 999111 {REASON}")["accepted"]
    live = practice.till
    assert live.state.control.lockouts.tries == {}


def test_a_pin_asked_for_in_practice_is_typed_unseen(practice):
    """Line mode asks the same: what wants a PIN is not echoed."""
    assert practice.line(".approve 42")["message"] == "Type the PIN"
    assert practice.session.wants_pin


def test_what_is_practised_without_a_reason_is_refused_as_at_the_live_till(practice):
    assert practice.line(f".approve 42 {PINS['42']}")["message"] == "An approval needs a reason"
    assert given(practice) == []


def test_on_the_screen_no_pin_is_taken_for_a_reason(practice, folder):
    """Neither in the form nor on the entry line; what is no PIN is."""
    shadow = practice.practice.shadow

    async def typed(*texts):
        counter, words = Counter(shadow), []
        for text in texts:
            try:
                request = Typed(screen="sale", text=text)
                if text == "Esc":
                    request = Invoked(screen="sale", action="back", text="")
                words.append((await counter.submit(request)).message)
            except RuleViolation as refusal:
                words.append(refusal.message)
        return words

    pin = PINS["42"]
    words = asyncio.run(typed(".returnitem 1001", "42", pin, f"{pin} x", "Esc"))
    assert words[2:4] == ["No PIN is asked for in training"] * 2
    words = asyncio.run(typed(".returnitem 1001", "Esc", f".approve 42 {pin} x", ".signin 17"))
    assert words[2:] == ["A PIN is not typed here", "Nobody signs in at this till"]
    assert given(practice) == []
    asyncio.run(typed(".returnitem 1001", "Esc", f".approve 42 {REASON}"))
    assert given(practice) == [("42", REASON)]
    assert pin.encode() not in bytes_of(folder)
