"""``posframe shift``: from a shell, at a till that runs and at one that does not."""

from __future__ import annotations

import io

import pytest

from posframe.cli.main import run
from posframe.testing.tills import make_till, write_settings
from posframe.till import Till
from tests.signing import PINS, open_signing_till, write_signing_settings

SHIFTS = '\n[shifts]\nself_confirm = true\nreason_limit = "1.00"\n'


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path, settings=SHIFTS)
    return tmp_path


@pytest.fixture
def posframe(folder, capsys):
    def command(*words, status=0, till=folder):
        found = run(["shift", *words, "--till", str(till)])
        told = capsys.readouterr()
        assert found == status, told
        return told.out + told.err

    return command


def test_a_whole_shift_from_a_shell(posframe, folder):
    assert posframe("open", "told=150.00", "3x50") == "Shift 1 is open on drawer 1\n"
    listed = posframe("list")
    assert "open" in listed.splitlines()[1]
    told = posframe("end", "2x50", "2 rolls 0.50", "3x1")
    assert ".shift recount" in told
    assert "Counted twice" in posframe("recount", "2x50", "2 rolls 0.50", "4x1")
    assert "A reason is missing" in posframe("confirm", status=1)
    assert posframe("explain", "cash", "wrong", "change") == "The reason is kept\n"
    assert posframe("confirm") == "Shift 1 is confirmed: cash 6.00 short\n"
    shown = posframe("show", "1")
    for words in (
        "Standing: confirmed, counted twice",
        "Counted: 144.00",
        "Expected: 150.00",
        "cash: 144.00 of 150.00, 6.00 short: wrong change",
        "float: 150.00 of 150.00, agrees",
    ):
        assert words in shown, words
    assert posframe("list").split()[-2:] == ["144.00", "150.00"]
    with Till.open(folder) as till:
        assert till.state.drawer_minor == 14_400


def test_what_should_be_there_is_told_of_no_shift_that_is_not_confirmed(posframe):
    posframe("open", "3x50")
    posframe("end", "3x50", "1x1")
    told = posframe("list") + posframe("show", "1")
    assert "150.00" not in told
    assert "151.00" in told


def test_commands_reach_a_till_that_runs(posframe, folder):
    with make_till(folder) as till, till.door():
        assert "Shift 1 is open" in posframe("open", "3x50")
        assert till.state.control.shifts[0].id == "1"
        assert "open" in posframe("list")


@pytest.mark.parametrize("words", [("end",), ("open",), ("open", "1"), ("recount", "1")])
def test_a_count_without_heaps_is_none(posframe, words):
    """An empty drawer is said, as done: nobody forgets it by leaving something out."""
    assert "What was counted?" in posframe(*words, status=2)


def test_an_empty_drawer_is_counted_by_saying_so(posframe):
    assert "The float is not what was left" in posframe("open", "done")
    assert posframe("end", "done") == (
        "Counted, and it does not agree: float. Give a reason: .shift explain float REASON\n"
    )


def test_bad_input_is_a_sentence(posframe, tmp_path):
    assert "No shift was opened yet" in posframe("list")
    assert "There is no shift 9" in posframe("show", "9", status=2)
    assert "There is no coin or note of 3.00" in posframe("open", "5x3", status=1)
    assert "You have no shift open" in posframe("end", "5x1", status=1)
    assert "No shift waits" in posframe("confirm", status=1)


def test_where_people_sign_in_the_pin_is_asked_for(tmp_path, capsys, monkeypatch):
    write_signing_settings(tmp_path)

    def asked(number, *words):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PINS[number]}\n"))
        status = run(["shift", *words, "--till", str(tmp_path), "--operator", number])
        return status, capsys.readouterr().out

    with open_signing_till(tmp_path, signed_in="", path=str(tmp_path / "till.db")) as till:
        with till.door():
            assert asked("17", "open", "3x50") == (0, "Shift 1 is open on drawer 1\n")
            assert asked("17", "end", "3x50")[0] == 0
            assert asked("17", "confirm")[0] == 1
            assert asked("7", "confirm") == (0, "Shift 1 is confirmed: it agrees\n")
            nobody = run(["shift", "open", "3x50", "--till", str(tmp_path)])
        assert nobody == 1
        assert till.state.control.shifts == ()
