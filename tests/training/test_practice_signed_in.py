"""Practice by entries where operators sign in: the live till's lock stands before it."""

from __future__ import annotations

import contextlib

import attrs
import pytest

from posframe.config import load_config
from posframe.kernel.domain import commands as cmd
from posframe.till import Ports, Till
from posframe.training.script import PracticeScript
from posframe_terminal.line import LineMode
from tests.signing import PINS, CountingKeepers, said, write_operators

MILK = "9521307000162"
NOBODY = (False, "Nobody is signed in")


@pytest.fixture
def live(folder):
    path = folder / "till.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sign_in = false", "sign_in = true"), encoding="utf-8")
    write_operators(folder)
    ports = attrs.evolve(Ports(), pin_keeper=CountingKeepers())
    with Till(load_config(folder), ports) as till:
        yield till


@pytest.fixture
def script(live):
    with contextlib.closing(PracticeScript(live)) as opened:
        assert opened.line(f".signin 17 {PINS['17']}")["accepted"]
        assert opened.line(".training")["training"]
        yield opened


@pytest.mark.parametrize(
    ("entry", "words"), [(".lock", "Locked"), (".signout", "Signed out"), (" .LOCK", "Locked")]
)
def test_who_leaves_while_practising_leaves_the_live_till(script, live, entry, words):
    script.line(MILK)
    assert said(script.line(entry)) == (True, words)
    assert live.state.control.operator == ""
    for typed in (MILK, ".training off", "@state", ".training"):
        answer = script.line(typed)
        assert answer["locked"]
        assert "training" not in answer
        assert answer["lines"] == []
    assert script.practice.shadow is not None


def test_practice_is_found_again_by_who_began_it(script, live):
    script.line(MILK)
    script.line(".lock")
    assert said(script.scan(MILK)) == NOBODY
    script.line(".signin 17")
    assert script.session.wants_pin
    assert said(script.line(PINS["17"])) == (True, "Operator 17")
    answer = script.line(MILK)
    assert answer["training"]
    assert answer["totals"]["gross"] == 2 * 119
    assert live.state.transaction is None


def test_somebody_else_who_signs_in_ends_practice(script, live):
    script.line(".lock")
    assert script.line(f".signin 18 {PINS['18']}")["accepted"]
    assert script.practice.shadow is None
    assert "training" not in script.line(MILK)
    assert len(live.state.transaction.basket.lines) == 1


def test_a_wrong_pin_at_practice_counts_at_the_live_till(script, live):
    assert not script.line(".signin 18 555123")["accepted"]
    assert live.state.control.lockouts.tries
    assert script.line(MILK)["training"], "and practice goes on"


def test_a_lock_from_elsewhere_stands_before_practice(script, live):
    live.do(cmd.Lock(why="idle"))
    assert said(script.line(MILK)) == NOBODY
    assert script.line(f".signin 17 {PINS['17']}")["accepted"]
    assert script.line(MILK)["training"]


def test_line_mode_locks_the_live_till_amid_practice(live):
    line = LineMode(live)
    with contextlib.closing(line):
        line.answer("17")
        line.answer(PINS["17"])
        assert line.answer(".training")[0].startswith("Training: ")
        assert line.answer(".lock")[0] == "Locked."
        assert line.answer(MILK)[0].startswith("Refused: Nobody is signed in.")
        line.answer("17")
        assert line.answer(PINS["17"])[0] == "Operator 17."
        assert line.answer(MILK)[0].startswith("Training: ")
