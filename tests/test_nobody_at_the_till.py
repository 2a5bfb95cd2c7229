"""Where nobody is signed in: all but signing in is refused alike, and nothing is told."""

from __future__ import annotations

import json

import attrs
import pytest

from posframe.kernel.domain.entry_shifts import CountAsked
from posframe.kernel.domain.refusals import SignInNeeded
from posframe.pins import REFUSED
from posframe.script import Script
from posframe.testing.tills import make_till, quiet_ports, write_settings
from tests.signing import BADGES, PINS, SIGN_IN, CountingKeepers, said, write_operators
from tests.terminal_ui.selling import GOODS, MILK, PLUGINS
from tests.terminal_ui.signing_stand import SETTINGS

NOBODY = (False, "Nobody is signed in")
WRONG = "555123"


@pytest.fixture
def till(tmp_path):
    settings = f'{SIGN_IN}{SETTINGS}\n[shifts]\nreason_limit = "1.00"\n'
    write_settings(tmp_path, plugins=PLUGINS, settings=settings)
    write_operators(tmp_path)
    ports = attrs.evolve(quiet_ports(), pin_keeper=CountingKeepers())
    with make_till(tmp_path, items=GOODS, plugins=PLUGINS, ports=ports) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


@pytest.fixture
def heard(till):
    """What plugins are asked to read, and what they are asked whether they know it."""
    found, hooks = [], till.hooks
    hear, know = hooks.parse_entry, hooks.knows
    hooks.parse_entry = lambda text, *rest: found.append(text) or hear(text, *rest)
    hooks.knows = lambda code: found.append(code) or know(code)
    return found


def typed(script, *entries):
    answers = [script.line(entry) for entry in entries]
    return answers[-1]


def sign_in(script, number="17"):
    assert typed(script, f".signin {number} {PINS[number]}")["accepted"]


# A count


@pytest.mark.parametrize("entry", ["10x50", "-", ".leave", "done", "rubbish", ".shift end"])
def test_a_count_is_found_as_it_was_left_whatever_is_typed_at_the_lock(script, entry):
    sign_in(script)
    typed(script, ".shift open 3x50 done", ".shift end", "20x5", ".lock")
    assert said(script.line(entry)) == NOBODY
    sign_in(script)
    assert script.session.counting.total_minor == 20 * 500
    assert typed(script, "1x5")["counting"]["counted"] == 21 * 500


def test_a_counting_desk_takes_nothing_and_begins_nothing_at_the_lock(script):
    """By whichever door it is asked: a screen asks it directly."""
    sign_in(script)
    desk = script.session.counts
    typed(script, ".shift open 3x50 done", ".shift end", "20x5", ".lock")
    for entry in ("10x50", ".leave"):
        with pytest.raises(SignInNeeded):
            desk.take(entry)
    with pytest.raises(SignInNeeded):
        desk.begun(CountAsked(what="handover", name="44"))
    assert desk.counting.total_minor == 20 * 500


# Numbers and badges


@pytest.mark.parametrize(
    "entry",
    [".message to={} hi", ".handover {}", ".free {}", ".deny {} 1234", ".approve {} 1234 x",
     ".shift end {}", "{}", ".sign {} 4826", "@find {}", ".nonsense {}"],
)  # fmt: skip
def test_no_entry_at_the_lock_tells_a_number_of_somebody_from_one_of_nobody(script, entry):
    """Before anybody came, and at the lock of somebody with a shift."""
    for _ in range(2):
        answers = [script.line(entry.format(number)) for number in ("42", "44")]
        assert answers[0] == answers[1]
        assert said(answers[0]) == NOBODY
        sign_in(script)
        typed(script, ".shift open 3x50 done", ".lock")


def test_a_number_is_told_only_by_a_try_that_counts(script, till):
    """The control: signing in does look it up, and the row is there."""
    assert said(script.line(f".signin 44 {WRONG}")) == (False, REFUSED)
    assert till.state.control.lockouts.tries


def test_no_scan_at_the_lock_tells_a_badge_from_any_other_code(script, till, heard):
    codes = [BADGES["17"], "BADGE-9999", "X1", "12345678"]
    assert {json.dumps(script.scan(code)) for code in codes} == {json.dumps(script.scan("Z99"))}
    assert BADGES["17"] not in heard, "no plugin and no catalogue hears a badge"
    for number in range(5):
        script.scan(f"BADGE-9{number}")
        assert said(script.line(WRONG)) == (False, REFUSED)
    script.scan("BADGE-9999")
    assert "Too many wrong tries" in script.line(WRONG)["message"]
    assert till.state.control.operator == ""


def test_goods_scanned_at_the_lock_are_refused_as_goods(script):
    assert said(script.scan(MILK)) == NOBODY
    sign_in(script)
    assert script.scan(MILK)["accepted"]


# What is told


def test_the_lock_tells_how_much_is_unfinished_and_no_goods_and_no_amounts(till):
    script = Script(till, full=True)
    sign_in(script)
    typed(script, MILK, ".hold red umbrella", MILK, MILK)
    for entry in (".lock", "@state", MILK, "+", ".recall"):
        answer = script.line(entry)
        assert answer["locked"]
        assert answer["unfinished"] == {"lines": 2, "held": 1, "payments": 0, "jobs": 0}
        assert set(answer["devices"]) == {each.name for each in till.devices.reports()}
        assert (answer["lines"], answer["totals"], answer["due"]) == ([], None, 0)
        assert "state" not in answer
        text = json.dumps(answer)
        assert not any(each in text for each in ("Milk", "umbrella", "drawer_", "119", "238"))
    sign_in(script)
    assert len(script.line("@state")["lines"]) == 2, "the control"


@pytest.mark.parametrize(("number", "sees"), [("17", False), ("7", True)])
def test_what_the_drawer_should_hold_is_told_to_who_may_see_it(script, number, sees):
    sign_in(script, number)
    assert (script.line("@state")["state"]["drawer"] is not None) is sees


# What plugins hear


def test_nothing_typed_where_nobody_is_signed_in_reaches_plugins_or_catalogue(script, heard):
    typed(script, ".signin 17", WRONG, PINS["17"], MILK, "pen", f".sign 17 {PINS['17']}", ".points")
    assert heard == []
    sign_in(script)
    typed(script, MILK)
    assert MILK in heard, "the control"


def test_a_pin_typed_again_after_a_wrong_one_is_a_pin_again(script, heard, till):
    """By whoever is at work there: it is no goods, and no amount."""
    sign_in(script)
    typed(script, MILK, ".out 10.00 milk", ".deny 42")
    heard.clear()
    refused = typed(script, WRONG)
    assert (said(refused), "again" in refused["hint"]) == ((False, REFUSED), True)
    assert script.session.wants_pin
    assert said(typed(script, PINS["42"])) == (True, "Denied by 42")
    assert heard == []


def test_an_empty_line_is_no_pin_and_leaves_it(script):
    sign_in(script)
    typed(script, MILK, ".signin 18", WRONG)
    assert said(script.line("")) == (False, "No PIN was typed")
    assert not script.session.wants_pin
    assert script.line(MILK)["accepted"]


@pytest.mark.parametrize(
    "entry",
    [".sign 42 {}", ".singin 42 {}", ".aprove 42 {} ok", ".approv 42 {}", ".dney 42 {}",
     ".free 42 {}", " .APROVE 42 {}", ".lock {}"],
)  # fmt: skip
def test_a_mistyped_name_with_a_pin_behind_it_is_told_to_no_plugin(script, heard, entry):
    sign_in(script)
    answer = script.line(entry.format(PINS["42"]))
    assert not [each for each in heard if PINS["42"] in each or each.strip().startswith(".")]
    assert PINS["42"] not in json.dumps(answer)


def test_plugins_hear_the_names_they_could_own(script, heard):
    sign_in(script)
    typed(script, ".points", ".weather", "1 * MILK")
    assert heard[:2] == [".points", ".weather"]
