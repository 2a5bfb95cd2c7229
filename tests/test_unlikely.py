"""An amount keyed ten times too large is asked back about once, by whichever way it was typed."""

from __future__ import annotations

import pytest

from posframe.script import Script
from posframe.testing.tills import make_till
from tests.signing import PINS, open_signing_till, write_signing_settings

PEN, PAD, INK = "4006381333931", "96385074", "036000291452"
NOTE = 5_000
"""The largest note of the test till."""


@pytest.fixture
def script(tmp_path):
    with make_till(tmp_path) as till:
        yield Script(till)


def typed(script, *entries):
    return [script.line(entry) for entry in entries][-1]


def test_more_than_ten_times_what_is_due_and_than_the_largest_note_is_asked_back(script):
    """The pad costs 3.99; 399.00 is what is keyed with two noughts too many."""
    answer = typed(script, PAD, "+", "39900")
    assert not answer["accepted"]
    assert (answer["message"], answer["hint"]) == (
        "399.00 for 3.99?",
        "Type it again to take it",
    )
    assert (answer["due"], answer["tenders"]) == (399, [])


def test_typed_again_it_is_taken(script):
    answer = typed(script, PAD, "+", "39900", "39900")
    assert answer["change"] == 39_501


def test_the_same_amount_written_otherwise_is_the_same(script):
    assert typed(script, PAD, "+", "39900", "399.00 cash")["accepted"]


@pytest.mark.parametrize("between", [PEN, "+", ".age"])
def test_anything_done_between_has_it_asked_back_anew(script, between):
    """The sale may be another one by then."""
    typed(script, PAD, "+", "39900")
    typed(script, ".sale", between, "+")
    assert not typed(script, "39900")["accepted"]


def test_the_largest_note_is_taken_for_the_smallest_thing(script):
    answer = typed(script, PEN, "+", "50.00")
    assert answer["change"] == NOTE - 150


@pytest.mark.parametrize(("amount", "is_taken"), [("50.01", False), ("50.00", True)])
def test_the_bound_is_the_largest_note_for_what_costs_less_than_a_tenth_of_it(
    script, amount, is_taken
):
    assert typed(script, PAD, "+", amount)["accepted"] is is_taken


@pytest.mark.parametrize(("amount", "is_taken"), [("129.51", False), ("129.50", True)])
def test_the_bound_is_ten_times_what_is_due_for_what_costs_more(script, amount, is_taken):
    """Ink costs 12.95."""
    assert typed(script, INK, "+", amount)["accepted"] is is_taken


def test_where_no_notes_are_known_it_is_a_hundred_times(tmp_path):
    with make_till(tmp_path) as till:
        till.close()
    text = (tmp_path / "till.toml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith("denominations")]
    (tmp_path / "till.toml").write_text("\n".join(kept))
    with make_till(tmp_path) as till:
        script = Script(till)
        assert not typed(script, PAD, "+", "399.01")["accepted"]
        assert typed(script, "399.00")["accepted"]


# Cash put in and taken out


@pytest.fixture
def signing_script(tmp_path):
    """A drawer that begins with 150.00, and is to be skimmed above 500.00."""
    write_signing_settings(tmp_path, more='\n[shifts]\nskim_limit = "500.00"\n')
    with open_signing_till(tmp_path) as till:
        yield Script(till)


@pytest.mark.parametrize(("amount", "is_taken"), [("500.00", True), ("500.01", False)])
def test_more_than_a_drawer_should_hold_is_asked_back_however_much_is_in_it(
    signing_script, amount, is_taken
):
    """With a shift open, so that nothing is said of what is there."""
    typed(signing_script, ".shift open 3x50 done")
    answer = typed(signing_script, f".skim {amount} safe")
    assert answer["accepted"] is is_taken, answer
    if not is_taken:
        assert (answer["message"], answer["hint"]) == (
            f"Skim {amount}?",
            "Type it again to take it",
        )
        assert typed(signing_script, f".skim {amount} safe")["accepted"]
        third = typed(signing_script, f".skim {amount} safe")
        assert not third["accepted"], "that one was taken: this is another"


def test_what_is_asked_back_does_not_depend_on_what_the_drawer_holds(signing_script):
    """Asked with 150.00 in it and with 1150.00: who counts blind learns nothing."""
    typed(signing_script, ".shift open 3x50 done")
    empty = [typed(signing_script, f".skim {each} safe")["message"] for each in ("600", "400")]
    typed(signing_script, ".in 500.00 x", f".approve 42 {PINS['42']} x")
    typed(signing_script, ".in 500.00 y", f".approve 42 {PINS['42']} y")
    full = [typed(signing_script, f".skim {each} safe")["message"] for each in ("600", "400")]
    assert empty == full


def test_an_approval_is_asked_for_once_the_amount_was_typed_again(signing_script):
    assert typed(signing_script, ".out 600.00 roof")["message"] == "Paid out 600.00?"
    asked = typed(signing_script, ".out 600.00 roof")
    assert asked["asks"]["amount"] == 60_000
    done = typed(signing_script, f".approve 42 {PINS['42']} roof")
    assert done["message"] == "The drawer does not hold that much", "and is not asked back again"


def test_where_no_limit_is_set_ten_floats_are_the_bound(tmp_path):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path) as till:
        script = Script(till)
        assert typed(script, ".in 1500.01 x")["message"] == "Paid in 1500.01?"
        assert typed(script, ".in 1500.00 x")["message"] == "Paying in needs an approval"
