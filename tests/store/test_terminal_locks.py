"""Terminals that serve one till: tills of one machine, each in its folder, started side by side."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.kernel.hookspecs import hookimpl
from posframe.store.terminal_locks import TerminalLocks, one_name
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import BY_REFERENCE, gateway_tender
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments.plugin import PaymentsPlugin

ADDRESS = "tcp://192.0.2.7:20007"
LAST_ONLY = attrs.evolve(BY_REFERENCE, inquiry="last")


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def open_till(tmp_path, monkeypatch):
    """Open tills that have a terminal at an address."""
    with contextlib.ExitStack() as tills:

        def make(name, address=ADDRESS, can=LAST_ONLY):
            tender = attrs.evolve(gateway_tender(Gateway(), can), terminal=address)
            offered = hookimpl(lambda _: [tender])
            monkeypatch.setattr(PaymentsPlugin, "posframe_tender_types", offered)
            ports = Ports(effects=False, lock=True)
            return tills.enter_context(make_till(tmp_path / name, ports=ports))

        yield make


def test_a_second_till_is_refused_at_its_start_and_told_who_has_the_terminal(open_till):
    open_till("one")
    with pytest.raises(ConfigurationError, match=f"{ADDRESS} is in use by till .*, process") as it:
        open_till("two")
    assert "give each its own" in it.value.hint


def test_a_till_that_ends_leaves_its_terminal_to_the_next(open_till):
    open_till("one").close()
    open_till("two")


def test_a_terminal_that_knows_payments_by_reference_serves_several_tills(open_till):
    open_till("one", can=BY_REFERENCE)
    open_till("two", can=BY_REFERENCE)


def test_terminals_at_two_addresses_serve_two_tills(open_till):
    open_till("one")
    open_till("two", "tcp://192.0.2.8:20007")


def test_a_till_that_was_killed_holds_nothing(runtime):
    """The negative control is in the same breath: while it lived, it did."""
    holds = f"TerminalLocks([{ADDRESS!r}], 'till T02'); print('held', flush=True); input()"
    code = f"from posframe.store.terminal_locks import TerminalLocks; a = {holds}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ConfigurationError, match=f"till T02, process {other.pid}"):
            TerminalLocks([ADDRESS], "till T01")
        other.kill()
        other.wait()
    TerminalLocks([ADDRESS], "till T01").release()


def test_a_refused_till_holds_none_of_its_other_terminals():
    held = TerminalLocks(["serial:/a"], "till T01")
    with pytest.raises(ConfigurationError):
        TerminalLocks(["serial:/b", "serial:/a"], "till T02")
    TerminalLocks(["serial:/b"], "till T03").release()
    held.release()


def test_ways_to_write_one_address_are_one_terminal(tmp_path):
    port, link = tmp_path / "ttyUSB0", tmp_path / "by-id"
    port.touch()
    link.symlink_to(port)
    ways = (f"serial:{port}", f"serial:{link}?baudrate=9600", f"serial://{link}", f"SERIAL:{port}")
    assert {one_name(each) for each in ways} == {str(port.resolve())}
    assert one_name("tcp://Card:20007?x=1") == one_name("TCP:card:20007")
    assert one_name("tcp:a:1") != one_name("tcp:a:2")


def test_a_folder_that_cannot_be_written_is_said_and_the_till_does_not_start(runtime):
    runtime.rmdir()
    with pytest.raises(ConfigurationError, match="says who uses") as it:
        TerminalLocks([ADDRESS], "till T01")
    assert "XDG_RUNTIME_DIR" in it.value.hint
