"""People, cash and the day in line mode: the same in sentences, and a PIN that is not seen."""

import io
import os
import pty
import subprocess
import sys
import threading

import attrs
import pytest

from posframe.testing.tills import make_till, quiet_ports, write_settings
from posframe_terminal.line import LineMode, sell
from posframe_terminal.line_people import LineIdle
from posframe_terminal.real_terminal import unseen
from tests.signing import PINS, SIGN_IN, CountingKeepers, write_operators
from tests.terminal_ui.selling import GOODS, MILK, PLUGINS
from tests.terminal_ui.signing_stand import SETTINGS

SHIFTS = '[shifts]\nreason_limit = "1.00"\n'


def open_signing(folder, settings=SHIFTS, operators=""):
    write_settings(folder, plugins=PLUGINS, settings=SIGN_IN + operators + SETTINGS + settings)
    write_operators(folder)
    ports = attrs.evolve(quiet_ports(), pin_keeper=CountingKeepers())
    return make_till(folder, items=GOODS, plugins=PLUGINS, ports=ports)


@pytest.fixture
def line(tmp_path):
    with open_signing(tmp_path) as till:
        yield LineMode(till)


def said(line, *entries):
    answers = [line.answer(entry) for entry in entries]
    return "\n".join(answers[-1])


def sign_in(line, number):
    return said(line, number, PINS[number])


def test_who_comes_first_is_asked_for_their_number(line):
    assert line.greeting()[-1] == (
        "Nobody is signed in. Type your number, and then your PIN, or show your badge."
    )
    assert said(line, MILK).startswith("Refused: Nobody is signed in.")
    assert said(line, "17") == "Type the PIN."
    assert line.session.wants_pin
    assert said(line, PINS["17"]) == "Operator 17."
    assert "Line 1: 1 Milk 1 l, 1.19." in said(line, MILK)


def test_a_wrong_pin_is_said_and_the_number_asked_for_again(line):
    assert said(line, "17", "1111").startswith("Refused: Number or PIN is wrong.")
    assert sign_in(line, "17").startswith("Operator 17")


def test_an_approval_says_what_can_be_typed_and_is_given_by_number_and_pin(line):
    sign_in(line, "17")
    said(line, MILK)
    refused = said(line, "40 % 1")
    assert "A discount by hand this much needs an approval." in refused
    assert "Asked by 17: A discount by hand, 0.48." in refused
    assert "type .approve" in refused
    assert "To pay 0.71." in said(line, f".approve 42 {PINS['42']} bruised")


def test_messages_are_read_out(line):
    sign_in(line, "18")
    said(line, ".message to=17 The scale is slow.", ".signout")
    sign_in(line, "17")
    assert "From 18 at 12:00: The scale is slow." in said(line, ".messages")


def test_a_drawer_is_counted_line_by_line_and_nothing_expected_is_said(line):
    sign_in(line, "17")
    assert "Counted 0.00. Next: a heap." in said(line, ".shift open")
    assert "Counted 150.00. Next: a heap." in said(line, "15x10")
    assert "Shift 1 is open on drawer 1" in said(line, "done")
    said(line, MILK, "+", "", ".shift end", "14x10")
    ended = said(line, "done")
    assert "does not agree: cash" in ended
    shifts = said(line, ".shifts")
    assert "Shift 1 of 17 on drawer 1, since 12:00, is ended." in shifts
    assert "A reason is missing: cash." in shifts
    assert "151.19" not in ended + shifts
    said(line, ".shift explain cash a note was missing", ".signout")
    sign_in(line, "7")
    shown = said(line, ".shifts")
    assert "cash: expected 151.19, counted 140.00, difference -11.19." in shown


def test_a_locked_till_says_what_is_unfinished_and_no_goods(line):
    sign_in(line, "17")
    said(line, MILK, ".hold", MILK, ".lock")
    greeting = "\n".join(line.greeting())
    assert "An open sale has 1 lines, 1.19." in greeting
    assert "Held sales: 1." in greeting
    assert "Milk" not in greeting


def test_a_till_in_line_mode_that_is_left_alone_locks_itself(tmp_path):
    with open_signing(tmp_path, operators="idle_lock_s = 60\n") as till:
        line, idle = LineMode(till), LineIdle(till)
        sign_in(line, "17")
        till.parts.clock.advance(59_000_000)
        assert not idle.look()
        idle.touched()
        till.parts.clock.advance(59_000_000)
        assert not idle.look()
        till.parts.clock.advance(1_000_000)
        assert idle.look()
        till.call(lambda: None)
        assert till.state.control.signed_in.locked
        idle.close()


def test_a_whole_session_from_a_pipe_never_repeats_the_pin(tmp_path, capsys):
    with open_signing(tmp_path) as till:
        entries = ("17", PINS["17"], MILK, ".nonsense", ".lock", "17", "9917", ".quit")
        assert sell(till, io.BytesIO("\n".join(entries).encode())) == 0
    out = capsys.readouterr().out
    assert "Line 1: 1 Milk 1 l" in out
    assert PINS["17"] not in out
    assert "9917" not in out


def test_on_a_real_terminal_a_pin_is_not_echoed():
    script = (
        "import sys; from posframe_terminal.real_terminal import unseen\n"
        "print('number', flush=True); sys.stdin.buffer.readline()\n"
        "with unseen(sys.stdin.buffer):\n"
        "    print('pin', flush=True); sys.stdin.buffer.readline()\n"
        "print('again', flush=True); sys.stdin.buffer.readline(); print('end', flush=True)\n"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", script], stdin=theirs, stdout=theirs)
    os.close(theirs)
    seen = b""
    for prompt, typed in ((b"number", b"17\n"), (b"pin", b"730148\n"), (b"again", b"4711\n")):
        while prompt not in seen:
            seen += os.read(ours, 1024)
        os.write(ours, typed)
    while b"end" not in seen:
        seen += os.read(ours, 1024)
    assert process.wait(10) == 0
    os.close(ours)
    assert b"17" in seen
    assert b"4711" in seen, "what is no PIN is echoed, so the test would see one"
    assert b"730148" not in seen


def test_a_pipe_is_read_as_it_comes():
    with unseen(io.BytesIO(b"1")):
        pass
    read, write = os.pipe()
    threading.Thread(target=os.close, args=(write,)).start()
    with os.fdopen(read, "rb") as source, unseen(source):
        assert source.read() == b""


def left(folder, capsys, *entries):
    """Type entries in line mode; tell whether the last one was still read, and what was said."""
    with open_signing(folder) as till:
        source = io.BytesIO("".join(f"{each}\n" for each in (*entries, "not read")).encode())
        assert sell(till, source) == 0
    return source.read() == b"not read\n", capsys.readouterr().out


def test_line_mode_is_left_by_who_may_leave_the_till(tmp_path, capsys):
    was_left, _ = left(tmp_path, capsys, "42", PINS["42"], ".quit")
    assert was_left


@pytest.mark.parametrize("word", [".quit", ".exit"])
def test_a_cashier_does_not_end_line_mode(tmp_path, capsys, word):
    was_left, out = left(tmp_path, capsys, "17", PINS["17"], f" {word} ", MILK)
    assert not was_left
    assert "Refused: Leaving the till is not for a cashier." in out
    assert "Line 1: 1 Milk 1 l" in out


@pytest.mark.parametrize("locked", [(), ("42", PINS["42"], ".lock"), ("42",)])
def test_line_mode_is_not_left_where_nobody_is_signed_in(tmp_path, capsys, locked):
    was_left, out = left(tmp_path, capsys, *locked, ".quit")
    assert not was_left
    assert "Refused: Nobody is signed in. Sign in first, then leave." in out


def test_on_a_real_terminal_no_key_ends_or_suspends_a_till_where_operators_sign_in():
    """Ctrl+c, ctrl+z, ctrl+backslash and ctrl+d are characters; afterwards they are keys again."""
    script = (
        "import sys; from posframe_terminal.real_terminal import kept\n"
        "with kept(sys.stdin.buffer):\n"
        "    print('kept', flush=True); print(sys.stdin.buffer.readline(), flush=True)\n"
        "print('free', flush=True); print(sys.stdin.buffer.readline(), 'end', flush=True)\n"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", script], stdin=theirs, stdout=theirs)
    os.close(theirs)
    seen = b""
    for prompt, typed in ((b"kept", b"\x03\x1a\x1c\x04\n"), (b"free", b"\x04")):
        while prompt not in seen:
            seen += os.read(ours, 1024)
        os.write(ours, typed)
    while b"end" not in seen:
        seen += os.read(ours, 1024)
    assert rb"b'\x03\x1a\x1c\x04\n'" in seen
    assert b"b'' end" in seen
    assert process.wait(10) == 0
    os.close(ours)
