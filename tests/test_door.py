"""The local door: entries reach a running till over a socket in its folder, one object a line."""

from __future__ import annotations

import contextlib
import json
import socket
import threading

import pytest

from posframe import door as door_module
from posframe.door import CONNECTIONS_MAX, SOCKET_FILE, Door, ask_devices, ask_running
from posframe.errors import JournalBusy
from tests.kernel.shop import open_till, write_settings

LONG_S = 20


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path)
    return tmp_path


@pytest.fixture
def till(folder):
    with open_till(folder) as opened, opened.door():
        yield opened


@contextlib.contextmanager
def connected(folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(LONG_S)
        connection.connect(str(folder / SOCKET_FILE))
        yield connection


def send(connection, *lines):
    """Send lines and return as many answers."""
    connection.sendall(b"".join(lines))
    with connection.makefile("rb") as answers:
        return [json.loads(answers.readline()) for _ in lines]


def entry(text):
    return json.dumps({"entry": text}).encode() + b"\n"


def test_entries_are_done_at_the_running_till(folder, till):
    """In one session: the screen stays where the entry before left it."""
    answers = ask_running(folder, ["2 * PEN", "+", "5.00"])
    assert [answer["accepted"] for answer in answers] == [True, True, True]
    assert answers[0]["lines"][0]["sku"] == "PEN"
    assert answers[1]["screen"] == "payment"
    assert answers[2]["receipt"]["number"] == 1
    assert answers[2]["change"] == 500 - 200
    assert till.state.last_receipt_number == 1


def test_a_refusal_is_an_answer(folder, till):
    (answer,) = ask_running(folder, ["nothing1"])
    assert (answer["accepted"], answer["message"]) == (False, "nothing1 not found")
    assert answer["hint"]


def test_each_connection_is_a_session_of_its_own(folder, till):
    """One is on the payment screen; what another types there is still goods."""
    ask_running(folder, ["1 * PEN", "+"])
    (answer,) = ask_running(folder, ["1 * PEN"])
    assert (answer["accepted"], answer["screen"]) == (True, "sale")
    assert len(till.state.transaction.basket.lines) == 2


def test_where_no_till_runs_nobody_answers(folder):
    assert ask_running(folder, ["1 * PEN"]) is None
    abandoned = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    abandoned.bind(str(folder / SOCKET_FILE))
    abandoned.close()
    assert ask_running(folder, ["1 * PEN"]) is None, "left behind by a till that was killed"


def test_a_socket_left_behind_is_taken_over(folder):
    (folder / SOCKET_FILE).write_text("left behind")
    with open_till(folder) as till, till.door():
        assert ask_running(folder, ["1 * PEN"])[0]["accepted"]
    assert not (folder / SOCKET_FILE).exists()


def test_only_the_tills_own_user_may_knock(folder, till):
    assert (folder / SOCKET_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "line",
    [b"rubbish\n", b"{}\n", b"[1]\n", b'"PEN"\n', b"5\n", b"null\n", b"\n", b"\xff\xfe\n",
     b'{"entry": "PEN"\n', b"{" * 5_000 + b"\n"],
)  # fmt: skip
def test_what_is_no_object_with_an_entry_is_answered_so(folder, till, line):
    """And the next line is read."""
    with connected(folder) as connection, connection.makefile("rb") as answers:
        connection.sendall(line + entry("1 * PEN"))
        first = json.loads(answers.readline())
        assert first == {"accepted": False, "message": 'Send {"entry": "…"}, one object a line'}
        last = first
        while not last["accepted"]:
            last = json.loads(answers.readline())
    assert last["lines"][0]["sku"] == "PEN"


def test_one_that_leaves_in_the_middle_leaves_the_till_alone(folder, till):
    with connected(folder) as connection:
        connection.sendall(b'{"entry": "PE')
    assert ask_running(folder, ["1 * PEN"])[0]["accepted"]


def test_so_many_at_once_and_no_more(folder, till):
    """Another is shut out at once, and let in when one has left."""
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS_MAX):
            connection = stack.enter_context(connected(folder))
            assert send(connection, entry("@state"))[0]["accepted"]
        with connected(folder) as one_more:
            assert one_more.recv(1) == b""
        with pytest.raises(JournalBusy, match="did not answer"):
            ask_running(folder, ["1 * PEN"])
    answers = None
    while answers is None:
        try:
            answers = ask_running(folder, ["1 * PEN"])
        except JournalBusy:
            threading.Event().wait(0.001)
    assert answers[0]["accepted"]


def test_a_till_that_takes_too_long_is_not_waited_for_for_ever(folder, till, monkeypatch):
    """How much it did is unknown: the operator looks at its screen."""
    held = threading.Event()
    monkeypatch.setattr(door_module, "TIMEOUT_S", 0.05)
    till.submit(object(), then=lambda outcome: held.wait(LONG_S))
    with pytest.raises(JournalBusy, match="did not answer") as refused:
        ask_running(folder, ["1 * PEN"])
    held.set()
    assert "look at its screen" in refused.value.hint


def test_a_folder_deeper_than_a_socket_address_is_reached(tmp_path, monkeypatch):
    """107 bytes are all an address may have; from inside the folder a shorter name leads there."""
    folder = tmp_path / ("deep" * 15) / ("deeper" * 10)
    folder.mkdir(parents=True)
    write_settings(folder)
    monkeypatch.chdir(folder)
    assert len(str(folder / SOCKET_FILE)) > 107
    with open_till(folder) as till, till.door():
        assert ask_running(folder, ["1 * PEN"])[0]["accepted"]
    assert [each.name for each in folder.iterdir()] == ["till.toml"]


def test_a_door_that_is_closed_is_closed(folder):
    with open_till(folder) as till:
        door = Door(till)
        door.close()
        assert ask_running(folder, ["1 * PEN"]) is None
        assert not [each for each in threading.enumerate() if each.name == "posframe-door"]


# Asking how the devices stand


def test_the_devices_of_a_running_till_are_told(folder, till):
    """In the order of till.toml, with what a list needs; asking connects nothing."""
    reports = ask_devices(folder)
    assert [(each.name, each.state) for each in reports] == [
        ("printer", "closed"),
        ("drawer", "closed"),
    ]
    assert reports[0].uri == "escpos+virtual:receipts"


def test_between_entries_it_can_be_asked_too(folder, till):
    """On one connection, whose session goes on."""
    with connected(folder) as connection:
        first, told, last = send(
            connection, entry("1 * PEN"), b'{"ask": "devices"}\n', entry("1 * PEN")
        )
    assert first["accepted"]
    assert [each["name"] for each in told["devices"]] == ["printer", "drawer"]
    assert last["accepted"]


def test_what_cannot_be_asked_is_said(folder, till):
    with connected(folder) as connection:
        (answer,) = send(connection, b'{"ask": "weather"}\n')
    words = 'What can be asked for is "devices", "till" or "approval"'
    assert answer == {"accepted": False, "message": words}


def test_where_no_till_runs_nobody_tells(folder):
    assert ask_devices(folder) is None


def test_a_till_that_is_older_is_said_to_be(folder, till, monkeypatch):
    """It takes the question for an entry without text."""
    refusal = {"accepted": False, "message": 'Send {"entry": "…"}, one object a line'}
    monkeypatch.setattr(door_module, "_told", lambda _session, _what: refusal)
    with pytest.raises(JournalBusy, match="does not tell about its devices"):
        ask_devices(folder)
