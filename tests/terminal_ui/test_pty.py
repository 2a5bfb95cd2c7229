"""The whole terminal on a real pty: what Textual's pilot cannot see.

Driver, parser, writer, signals, the end of the world. Every test waits for what it expects to
see and sleeps for nothing.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal_ui.pty_terminal import PtyTerminal, alive, till_command

pytestmark = pytest.mark.slow
EAN = "4006581002330"
ENTRY_80X24 = 20


@pytest.fixture
def till():
    with PtyTerminal(till_command()) as terminal:
        terminal.wait_for("items 0")
        yield terminal


def items(count: int) -> str:
    return rf"items {count}\b"


def test_a_scan_becomes_a_line(till):
    till.type(f"{EAN}\r\n")
    till.wait_for(items(1))
    assert "Item 002330" in till.text()
    assert till.row(ENTRY_80X24).startswith(" > _ ")


def test_a_scan_made_before_the_till_was_ready_is_kept():
    with PtyTerminal(till_command()) as terminal:
        terminal.type(f"{EAN}\r")
        terminal.wait_for(items(1))


def test_fifty_scans_in_one_write_are_fifty_lines(till):
    till.type("".join(f"40000000{n:05d}\r\n" for n in range(50)))
    till.wait_for(items(50))


def test_scans_byte_by_byte_are_lines_and_typing_between_them_is_text(till):
    for n in range(5):
        for byte in f"40000000{n:05d}\r\n":
            till.type(byte)
            till.read(0.001)
    till.wait_for(items(5))
    till.type_by_hand("2*")
    till.wait_for(r"> 2\*_")
    till.type(f"{EAN}\r")
    till.wait_for(items(6))


def test_what_is_typed_by_hand_is_not_a_scan(till):
    till.type_by_hand("400658")
    till.wait_for("> 400658_")
    till.type_by_hand("\r")
    till.wait_for(items(1))


def test_escape_followed_by_a_scan_loses_nothing(till):
    till.type_by_hand("77")
    till.wait_for("> 77_")
    till.type(f"\x1b{EAN}\r")
    till.wait_for(items(1))
    assert "Item 002330" in till.text()


def test_bytes_that_are_not_utf_8_are_survived(till):
    till.type(b"\xe9\xff\xc3\x28")
    till.wait_for("�")
    till.type("\x1b[3~")
    till.wait_for("> _")
    till.type(f"{EAN}\r")
    till.wait_for(items(1))


def test_garbage_and_broken_sequences_are_survived(till):
    till.type(bytes(range(1, 32)) + b"\x1b[9999;9999;9999u\x1b[<9;9M\x1b]0;x\x07\x1b[200~lost")
    till.wait_for("> .*lost")
    till.type("\x1b[3~")
    till.wait_for("> _")
    till.type(f"{EAN}\r")
    till.wait_for(items(1))


def test_a_bracketed_paste_of_codes_is_scans(till):
    till.type("\x1b[200~" + "".join(f"40000000{n:05d}\r" for n in range(7)) + "\x1b[201~")
    till.wait_for(items(7))


def test_keys_that_would_end_a_program_do_not(till):
    till.type("\x03\x11\x10\x1a\x1c\x13\t")
    till.type(f"{EAN}\r")
    till.wait_for(items(1))
    assert till.process.poll() is None


def test_a_code_that_begins_with_an_action_character_does_not_act(till):
    till.type(f"{EAN}\r")
    till.wait_for(items(1))
    till.type("+H123ABC01234567890D\r")
    till.wait_for(items(2))
    till.type_by_hand("+")
    till.wait_for("STILL OPEN")


def test_scans_under_a_question_are_shown_as_waiting_and_applied_after_it(till):
    till.type("\x1b[18~")
    till.wait_for("AGE CHECK")
    till.type("".join(f"40000000{n:05d}\r\n" for n in range(20)))
    till.wait_for("20 scans wait")
    till.type("\x1b[15~")
    till.wait_for(items(20))


def test_a_slow_commit_shows_what_waits_and_loses_nothing():
    with PtyTerminal(till_command("commit_s=0.6")) as terminal:
        terminal.wait_for("items 0")
        terminal.type(f"{EAN}\r")
        terminal.wait_for("SAVING")
        terminal.type_by_hand("3*4")
        terminal.wait_for(r"\[3 waiting: 3\*4\]")
        terminal.wait_for(r"> 3\*4_")
        assert "SAVING" not in terminal.text()


def test_another_size_is_another_layout(till):
    till.resize(120, 36)
    till.wait_until(lambda: "PRINTER ok" in till.row(34), "the wide layout")
    assert till.row(31).startswith("─" * 60)


def test_a_console_gets_glyphs_it_has_and_sixteen_colours():
    with PtyTerminal(till_command(), environment={"TERM": "linux", "COLORTERM": ""}) as terminal:
        terminal.wait_for("items 0")
        terminal.type(f"{EAN}\r")
        terminal.wait_for(items(1))
        assert terminal.text().isascii()
        assert b"38;2;" not in terminal.raw
        assert b"38;5;" not in terminal.raw


def test_a_terminal_that_stops_reading_does_not_stop_the_till():
    with PtyTerminal(till_command("lines=40")) as terminal:
        terminal.wait_for(items(40))
        for n in range(600):  # frames of more than the limit, none of them read
            terminal.type(f"40000000{n:05d}\r")
            time.sleep(0.002)  # a scanner's pace, without reading
        terminal.wait_for(items(640))
        numbers = [f"{number:>3}" for number in range(626, 641)]
        basket = slice(4, 19)
        terminal.wait_until(
            lambda: [row[1:4] for row in terminal.screen.display[basket]] == numbers,
            "the whole screen again",
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_makes_it_leave_with_the_terminal_restored(till, number):
    before = time.monotonic()
    till.process.send_signal(number)
    assert till.wait_gone() == 0
    assert time.monotonic() - before < 1.5
    assert till.restored
    assert f"LEFT: {number.name}" in till.text()


def test_it_can_be_stopped_and_continued(till):
    till.type(f"{EAN}\r")
    till.wait_for(items(1))
    till.process.send_signal(signal.SIGTSTP)
    till.wait_until(lambda: till.restored, "the terminal as it was")
    till.screen.reset()  # another program has the screen meanwhile
    till.process.send_signal(signal.SIGCONT)
    till.wait_for(items(1))
    till.type(f"{EAN}\r")
    till.wait_for(items(2))
    till.wait_until(lambda: "T1 │ ANNA" in till.row(0), "the whole screen again")


def test_a_signal_during_a_commit_makes_it_leave_too():
    with PtyTerminal(till_command("commit_s=60")) as terminal:
        terminal.wait_for("items 0")
        terminal.type(f"{EAN}\r")
        terminal.wait_for("SAVING")
        terminal.process.terminate()
        assert terminal.wait_gone() == 0
        assert terminal.restored


def test_a_closed_terminal_makes_it_leave(till):
    os.close(till.slave)
    os.close(till.master)
    assert till.process.wait(timeout=3) is not None


def test_a_closed_terminal_makes_it_leave_even_when_hangups_are_ignored():
    ignoring = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *till_command()]
    with PtyTerminal(ignoring) as terminal:
        terminal.wait_for("items 0")
        os.close(terminal.slave)
        os.close(terminal.master)
        assert terminal.process.wait(timeout=3) is not None


def test_a_killed_parent_makes_it_leave():
    launcher = "import subprocess, sys; subprocess.Popen(sys.argv[1:]).wait()"
    command = [sys.executable, "-c", launcher, *till_command()]
    with PtyTerminal(command, controlling=False) as terminal:  # no hangup will come
        terminal.wait_for("items 0")
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(terminal.process.pid)],
            capture_output=True,
            check=True,
            text=True,
        )
        child = int(children.stdout)
        terminal.process.kill()
        terminal.process.wait()
        terminal.wait_until(lambda: not alive(child), "the end of the orphan", 4)
        assert terminal.restored


def test_it_leaves_a_terminal_that_does_not_read_as_well():
    with PtyTerminal(till_command("lines=40")) as terminal:
        terminal.wait_for(items(40))
        for n in range(100):
            terminal.type(f"40000000{n:05d}\r")
            time.sleep(0.002)
        before = time.monotonic()
        terminal.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            terminal.process.wait(timeout=4)
        assert terminal.process.poll() is not None
        assert time.monotonic() - before < 3


def test_it_does_nothing_while_nothing_happens(till):
    def cpu_ticks() -> int:
        stat = Path(f"/proc/{till.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    till.read_for(0.5)
    before = cpu_ticks()
    assert till.read_for(1.5) == b"", "an idle till writes nothing"
    assert cpu_ticks() - before <= 3, "and takes no more than 2 % of a processor"
