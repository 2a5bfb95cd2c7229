"""What the local door is sent that nobody can read: a sentence back, and nothing on the screen."""

from __future__ import annotations

import json
import socket

import pytest

from posframe.door import SOCKET_FILE
from posframe.kernel.domain import events as ev
from posframe.script import Script
from tests.kernel.shop import events_of
from tests.signing import PINS, open_signing_till, said, write_signing_settings

USAGE = 'Send {"entry": "…"}, one object a line'
LONE = "\ud800"
LEAD = {"number": "7", "pin": PINS["7"]}


@pytest.fixture
def till(tmp_path):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, path=tmp_path / "till.db") as opened, opened.door():
        yield opened


@pytest.fixture
def ask(tmp_path, till):
    """Send one line, bytes as they are or a value as JSON, and return the answer to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect(str(tmp_path / SOCKET_FILE))
        with connection.makefile("rb") as answers:

            def asked(sent):
                raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
                connection.sendall(raw + b"\n")
                return json.loads(answers.readline())

            yield asked


@pytest.mark.parametrize("opening", [b"[", b'{"entry":', b'[{"ask":'])
def test_what_nests_too_deep_is_answered_and_the_next_line_is_read(ask, capfd, opening):
    assert ask(opening * (4_000 // len(opening))) == {"accepted": False, "message": USAGE}
    assert said(ask({"entry": "1 * PEN"})) == (True, "Pen")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "sent",
    [{"entry": f".message {LONE}"}, {"entry": f".hold {LONE}"}, {"entry": LONE},
     {"approve": {**LEAD, "reason": LONE}}, {"deny": {**LEAD, "reason": LONE}},
     {"report": {**LEAD, "report": "exceptions", "from": LONE}}],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_words_and_no_check_fails(ask, till, capfd, sent):
    """A half of a pair of UTF-16 can be sent in JSON, and written nowhere."""
    ask({"entry": ".out 10.00 milk"})
    answer = ask(sent)
    assert said(answer) == (False, "It holds what is no text")
    assert "UTF-8" in answer["hint"]
    assert till.state.control.asking is not None, "it goes on waiting"
    assert capfd.readouterr().err == ""


def test_a_script_and_a_scan_refuse_what_is_no_text_too(till):
    script = Script(till)
    for answer in (script.line(f".message {LONE}"), script.scan(LONE)):
        assert said(answer) == (False, "The entry holds what is no text")
    assert script.line(".message 20 €")["accepted"], "the control"


def test_a_report_that_is_not_there_is_said_to_be_so_whoever_asks(ask, till):
    for number in ("7", "17"):
        asked = {"report": "takings", "number": number, "pin": PINS[number]}
        answer = ask({"report": asked})
        assert said(answer) == (False, "There is no report 'takings'")
        assert answer["hint"] == "one of: exceptions"
    assert events_of(till, ev.ReportOpened) == []
    assert ask({"report": {**LEAD, "report": "exceptions"}})["accepted"], "the control"
