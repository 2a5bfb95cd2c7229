"""Writing to a terminal that may stop reading."""

import contextlib
import os
import pty
import threading
import tty

import pytest

from posframe_terminal.outlet import PENDING_BYTES_MAX, Outlet

FRAME = b"\x1b[1;1H" + b"x" * 2000


class Watched:
    def __init__(self, descriptor: int) -> None:
        self.drained = threading.Event()
        self.lost = []
        self.outlet = Outlet(descriptor, drained=self.drained.set, lost=self.lost.append)


@pytest.fixture
def terminal():
    master, slave = pty.openpty()
    tty.setraw(slave)
    watched = Watched(slave)
    yield watched, master, slave
    watched.outlet.close()
    for descriptor in (master, slave):
        with contextlib.suppress(OSError):
            os.close(descriptor)


def read_until(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += os.read(descriptor, 65536)
    return data


def test_what_the_terminal_takes_is_written_at_once(terminal):
    watched, master, _ = terminal
    watched.outlet.write(b"hello")
    assert watched.outlet.pending_bytes == 0
    assert os.read(master, 100) == b"hello"


def test_what_it_does_not_take_is_written_when_it_reads_on(terminal):
    watched, master, _ = terminal
    for n in range(30):
        watched.outlet.write(FRAME + b"%02d" % n)
    assert watched.outlet.pending_bytes > 0
    data = read_until(master, 30 * (len(FRAME) + 2))
    assert data == b"".join(FRAME + b"%02d" % n for n in range(30))
    assert not watched.drained.is_set()


def test_a_terminal_that_never_reads_costs_no_more_than_the_limit_and_is_repainted(terminal):
    watched, master, _ = terminal
    for _ in range(500):
        watched.outlet.write(FRAME)
        assert watched.outlet.pending_bytes <= PENDING_BYTES_MAX
    watched.outlet.write(b"dropped")
    data = b""
    while not watched.drained.wait(0.01):
        data += os.read(master, 65536)
    watched.outlet.write(b"repainted")
    while not data.endswith(b"repainted"):
        data += os.read(master, 65536)
    assert b"dropped" not in data
    assert len(data.removesuffix(b"repainted")) % len(FRAME) == 0, "only whole frames are dropped"


def test_a_terminal_that_is_gone_is_reported_once_and_nothing_raises(terminal):
    watched, master, slave = terminal
    os.close(slave)
    os.close(master)
    watched.outlet.write(FRAME)
    watched.outlet.write(FRAME)
    assert watched.lost == ["the terminal was closed"]


def test_closing_waits_a_moment_only(terminal):
    watched, _, _ = terminal
    for _ in range(20):
        watched.outlet.write(FRAME)
    watched.outlet.close()
    watched.outlet.write(b"too late")


def test_a_pipe_works_as_well():
    read_end, write_end = os.pipe()
    watched = Watched(write_end)
    watched.outlet.write(b"packet")
    assert os.read(read_end, 100) == b"packet"
    watched.outlet.close()
    os.close(read_end)
    os.close(write_end)


def test_the_descriptor_of_others_stays_blocking(terminal):
    _, _, slave = terminal
    assert os.get_blocking(slave)


def test_where_nothing_can_be_opened_again_a_thread_waits_instead(monkeypatch):
    monkeypatch.setattr("posframe_terminal.outlet._opened_again", lambda _descriptor: None)
    read_end, write_end = os.pipe()
    watched = Watched(write_end)
    for _ in range(60):
        watched.outlet.write(FRAME)
    assert read_until(read_end, 60 * len(FRAME)) == FRAME * 60
    watched.outlet.close()
    os.close(read_end)
    os.close(write_end)
