"""Laws of who has a serial port: one at a time, named where it is another; found by its name."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import serial

from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri
from posframe.hal.transports.serial import SerialTransport
from posframe.hal.transports.tcp import TcpTransport
from tests.hal.serial_pty import Pty, line


@pytest.fixture
def device():
    with Pty() as made:
        yield made


async def test_a_second_user_in_this_till_is_told_who_the_first_is(device):
    async with line(device):
        with pytest.raises(DeviceHeld, match="in use by this till itself") as caught:
            await line(device).open()
        assert caught.value.outcome is Outcome.NOT_STARTED
    async with line(device):
        pass


async def test_another_program_at_the_port_is_named_with_its_process(device):
    with another_program(device.path) as named, pytest.raises(DeviceHeld) as caught:
        await line(device).open()
    assert f"in use by {named}" in caught.value.message
    assert caught.value.hint


@contextlib.contextmanager
def another_program(path):
    script = (
        "import sys, serial; port = serial.Serial(sys.argv[1], exclusive=True);"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        command = Path(f"/proc/{other.pid}/comm").read_text().strip()
        yield f"{command} (process {other.pid})"
        other.stdin.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="root can become another user")
async def test_programs_that_ask_for_no_lock_are_kept_out_until_the_port_is_closed(
    device, monkeypatch
):
    """As modem daemons: the system refuses them, though not those of root."""
    Path(device.path).chmod(0o666)  # noqa: ASYNC240 - a test's device
    monkeypatch.setattr(SerialTransport, "_is_pty", lambda _: False)
    async with line(device):
        assert opened_by_another_user(device.path) == "16"  # EBUSY
    assert opened_by_another_user(device.path) == "open"
    monkeypatch.undo()
    async with line(device):  # on a pty a mark would outlive a crash of the till
        assert opened_by_another_user(device.path) == "open"


def opened_by_another_user(path):
    script = (
        "import os, sys\n"
        "try: os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('open', end='')\n"
        "except OSError as error: print(error.errno, end='')"
    )
    command = ["/usr/bin/env", "python3", "-c", script, path]
    return subprocess.run(command, capture_output=True, text=True, user=65534, check=True).stdout


async def test_a_port_can_be_shared_when_the_settings_say_so(device):
    async with line(device, "exclusive=no"), line(device, "exclusive=no") as second:
        await second.write(b"A", 1)
        assert device.received() == b"A"


async def test_a_port_that_is_away_is_offline_and_seen_when_it_is_back(tmp_path, device):
    path = tmp_path / "usb-Maker_Scale_17-if00-port0"
    transport = transport_from_uri(f"serial:{path}")
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there") as caught:
        await transport.open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    path.symlink_to(device.path)
    assert transport.present() is True
    async with transport:
        await transport.write(b"A", 1)
    other = Pty()
    path.unlink()
    path.symlink_to(other.path)  # in another socket the device has another name
    async with transport:
        await transport.write(b"B", 1)
        assert other.received() == b"B"
    other.hang_up()


async def test_what_is_no_serial_port_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TransportError, match="it is no serial port"):
        await transport_from_uri(f"serial:{tmp_path}/file").open()


async def test_a_forbidden_port_is_told_with_the_rule_that_allows_it(monkeypatch):
    def refuse(_):
        raise serial.SerialException(13, "could not open port")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    with pytest.raises(AccessDenied) as caught:
        await transport_from_uri("serial:/dev/ttyUSB0").open()
    rule = 'SUBSYSTEM=="tty", KERNEL=="ttyUSB0", TAG+="uaccess", GROUP="dialout", MODE="0660"'
    assert rule in caught.value.hint


async def test_a_terminal_server_is_reached_over_the_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"serial:socket://127.0.0.1:{server.getsockname()[1]}?baud=9600"
        async with transport_from_uri(uri) as transport:
            assert isinstance(transport, TcpTransport)
            await transport.write(b"A", 1)
            peer, _ = server.accept()
            with peer:
                assert peer.recv(9) == b"A"
