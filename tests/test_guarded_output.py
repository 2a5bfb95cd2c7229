"""Logs and tracebacks of a guarded process hold no card's number, and are whole otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.card_canaries import FORMS, VISA, found_in, packed

PROGRAM = """
import logging, sys, threading, warnings
GUARD
text = sys.argv[1]
log = logging.getLogger("careless")

class Loud:
    def __del__(self):
        raise ValueError(f"deleted {text}")

def fail():
    raise ValueError(f"first {text}")

def fail_again():
    try:
        fail()
    except ValueError as error:
        raise LookupError("second", text) from error

log.warning("read %s", text)
log.error("read %(pan)s", {"pan": text})
log.warning("too few %s %s", text)
log.warning(f"as it is {text} 100 %")
try:
    fail_again()
except LookupError:
    log.exception("failed at %s", text)
logging.basicConfig(format="%(levelname)s %(message)s", force=True)
try:
    fail_again()
except LookupError:
    log.exception("failed again")
thread = threading.Thread(target=fail_again, name="worker")
thread.start()
thread.join()
Loud()
fail_again()
"""
GUARD = "from posframe import guard_output; guard_output(); guard_output()"


def ran(text, guard=GUARD):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("GUARD", guard), text],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_card_is_in_what_a_process_says(form):
    said = ran(FORMS[form](VISA))
    assert said.returncode == 1
    assert not found_in(said.stdout + said.stderr)


def test_the_rest_of_what_it_says_is_there():
    said = ran(VISA).stderr
    starred = "*" * (len(VISA) - 4) + VISA[-4:]
    for words in (
        f"read {starred}\n",
        f"as it is {starred} 100 %",
        f"failed at {starred}",
        "ERROR failed again",
        f"ValueError: first {starred}",
        f"LookupError: ('second', '{starred}')",
        "The above exception was the direct cause",
        "Exception in thread worker:",
        f"ValueError: deleted {starred}",
        "in fail_again",
    ):
        assert words in said, words
    assert said.count(f"read {starred}") == 2
    assert "a log line could not be made: too few" in said


def test_without_the_guard_it_is_there():
    """The negative control."""
    assert found_in(ran(VISA, guard="").stderr, [VISA])


def test_packed_digits_shown_as_bytes_are_no_secret_here_and_ordinary_words_stay():
    """What a log shows of bytes is text: looked at as hex, not as bytes."""
    said = ran(f"5A08{packed(VISA).hex()}5F34 and 4006381333931").stderr
    assert not found_in(said, [VISA])
    assert "4006381333931" in said


def test_the_command_line_is_guarded_before_anything_else():
    program = (
        "import sys; from posframe.cli import main as cli; import posframe.cli.main as commands\n"
        "def broken(arguments): raise RuntimeError(arguments)\n"
        "commands.run = broken\n"
        f"sys.argv = ['posframe', '{VISA}']\n"
        "cli()\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert "RuntimeError" in said.stderr
    assert not found_in(said.stderr)


def test_a_command_that_cannot_be_done_complains_without_it(tmp_path):
    for arguments in (["do", "--till", f"/nowhere/{VISA}", "1"], ["explain", VISA]):
        said = subprocess.run(
            [sys.executable, "-m", "posframe", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            check=False,
        )
        assert said.returncode
        assert said.stderr
        assert not found_in(said.stdout + said.stderr), arguments
