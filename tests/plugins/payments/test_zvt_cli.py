"""``posframe payments zvt`` and ``posframe payments simulate zvt``."""

from __future__ import annotations

import anyio.from_thread
import pytest

from posframe import ConfigurationError, DeviceOffline
from posframe_payments import zvt_cli
from posframe_payments.simulators.zvt_faults import Scripted
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_server import serve_tcp
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.zvt_setup import zvt_address
from posframe_payments.zvt_simulate import ShownTerminal
from tests.plugins.payments.zvt.pair import Pair

CONTROLS = {
    "status": "status enquiry",
    "totals": "turnover totals",
    "repeat": "repeat receipt",
    "diagnosis": "diagnosis",
    "self-test": "self-test",
    "settings": "print configuration",
    "initialise": "initialisation",
}


class Noting(Scripted):
    """Notes what was begun."""

    def __init__(self, points=None):
        super().__init__(points)
        self.begun = []

    def strike(self, point, message):
        if point.startswith("begin "):
            self.begun.append(point.removeprefix("begin "))
        return super().strike(point, message)


@pytest.fixture
def terminal():
    made = Terminal(Profile(silent_s=0.2))
    made.pay_unasked(1749, 0.0)
    made.faults = Noting()
    with anyio.from_thread.start_blocking_portal("asyncio") as portal:
        served, port = portal.start_task(serve_tcp, made)
        made.address = f"tcp://127.0.0.1:{port}"
        yield made
        served.cancel()


def run(*words):
    """Run a command as the command line does, and return its exit status."""
    command, bound, _ = zvt_cli.app.parse_args(list(words))
    return command(*bound.args, **bound.kwargs)


@pytest.mark.parametrize("command", CONTROLS)
def test_each_command_asks_its_one_thing_and_says_that_it_was_done(terminal, command, capsys):
    assert run(command, terminal.address) == 0
    assert terminal.faults.begun == ["registration", CONTROLS[command]]
    assert "Terminal 28004869" in capsys.readouterr().out
    assert len(terminal.acquirer.movements) == 1


def test_the_last_receipt_and_the_totals_are_shown(terminal, capsys):
    run("repeat", terminal.address)
    shown = capsys.readouterr().out
    assert all(each in shown for each in ("Amount   1749", "Receipt  1", "MASTERCARD 5559"))
    run("totals", terminal.address)
    assert "Mastercard           1        1749" in capsys.readouterr().out


def test_what_was_not_done_says_why(terminal, capsys):
    terminal.faults = Noting({"tx ack": "drop after"})
    with pytest.raises(DeviceOffline, match="The terminal does not answer"):
        run("status", terminal.address)
    terminal.faults = Noting({"tx totals": "drop before"})
    assert run("totals", terminal.address) == 1
    assert capsys.readouterr().err == "It was not done: the line to the terminal broke\n"


def test_a_wrong_password_is_refused_by_the_terminal_in_words(terminal):
    with pytest.raises(DeviceOffline, match="it did not understand the till") as caught:
        run("status", terminal.address, "--password", "123456")
    assert "its password" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("tcp://10.0.0.5", "tcp://10.0.0.5:20007"),
        ("tcp://10.0.0.5:20008", "tcp://10.0.0.5:20008"),
        ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0?format=8N2"),
        ("serial:/dev/ttyUSB0?baud=115200", "serial:/dev/ttyUSB0?baud=115200&format=8N2"),
        ("serial:/dev/ttyUSB0?format=8N1", "serial:/dev/ttyUSB0?format=8N1"),
        ("serial:socket://10.0.0.7:4001", "serial:socket://10.0.0.7:4001"),
    ],
)
def test_an_address_is_completed_as_terminals_are_set(given, whole):
    assert zvt_address(given, "here") == whole


@pytest.mark.parametrize("text", ["", "10.0.0.5", "usb://1234:5678", "tcp://", "tcp://h:port"])
def test_what_is_no_address_of_a_terminal_is_refused(text):
    with pytest.raises(ConfigurationError, match=r"here\.address"):
        zvt_address(text, "here")


def test_the_simulated_terminal_writes_what_happens(capsys):
    customers = [Customer(), Customer(does="decline")]
    struck = Scripted({"tx status": "twice"})
    pair = Pair(ShownTerminal(Profile(), customers, struck)).register()
    pair.pay(1749)
    written = capsys.readouterr().out
    assert "rx authorisation\n" in written
    assert "tx status    FAULT: twice\n" in written
    assert "LEDGER: charge 1749\n" in written
    pair.pay(500)
    assert "tx refusal status\n" in capsys.readouterr().out
