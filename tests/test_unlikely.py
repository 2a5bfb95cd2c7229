"""An amount keyed ten times too large is asked back about once, by whichever way it was typed."""

from __future__ import annotations

import pytest

from posframe.script import Script
from posframe.testing.tills import make_till

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
