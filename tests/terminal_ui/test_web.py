"""The terminal behind a browser: textual-serve's packets over pipes, and tabs that vanish."""

import json
import os
import re
import select
import signal
import struct
import subprocess
import time

import pyte
import pytest

from tests.terminal_ui.pty_terminal import WITHIN_S, till_command

pytestmark = pytest.mark.slow


class Tab:
    """The server's end of one tab."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            till_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
                "TEXTUAL_COLOR_SYSTEM": "truecolor",
                "COLUMNS": "80",
                "ROWS": "24",
            },
        )
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.buffer = b""

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def send(self, kind: bytes, payload: bytes) -> None:
        self.process.stdin.write(kind + struct.pack(">I", len(payload)) + payload)
        self.process.stdin.flush()

    def wait_for(self, pattern: str) -> None:
        until = time.monotonic() + WITHIN_S
        while not re.search(pattern, "\n".join(self.screen.display)):
            assert time.monotonic() < until, "\n".join(self.screen.display)
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                self.buffer += os.read(self.process.stdout.fileno(), 65536)
                self._unpack()

    def _unpack(self) -> None:
        self.buffer = self.buffer.removeprefix(b"__GANGLION__\n")
        while len(self.buffer) >= 5:
            kind, size = self.buffer[:1], struct.unpack(">I", self.buffer[1:5])[0]
            if len(self.buffer) < 5 + size:
                return
            payload, self.buffer = self.buffer[5 : 5 + size], self.buffer[5 + size :]
            if kind == b"D":
                self.stream.feed(re.sub(rb"\x1b\[\?\d+\$p", b"", payload))


@pytest.fixture
def tab():
    tab = Tab()
    tab.wait_for("items 0")
    yield tab
    tab.close()


def test_a_scan_in_the_browser_becomes_a_line(tab):
    tab.send(b"D", b"4006581002330\r\n")
    tab.wait_for(r"items 1\b")


def test_broken_packets_and_bytes_are_survived(tab):
    tab.send(b"M", b"this is no json")
    tab.send(b"D", b"\xff\xfe\x1b[3~")
    tab.send(b"D", b"4006581002330\r")
    tab.wait_for(r"items 1\b")


def test_another_window_size_is_another_layout(tab):
    tab.screen.resize(lines=36, columns=120)
    tab.send(b"M", json.dumps({"type": "resize", "width": 120, "height": 36}).encode())
    tab.wait_for("PRINTER ok")


@pytest.mark.parametrize("how", ["closed", "dropped", "told", "terminated"])
def test_a_tab_that_goes_away_takes_its_till_with_it(tab, how):
    if how == "closed":
        tab.send(b"M", json.dumps({"type": "exit"}).encode())
    elif how == "dropped":
        tab.process.stdin.close()
    elif how == "told":
        tab.send(b"M", json.dumps({"type": "quit"}).encode())
    else:
        tab.process.send_signal(signal.SIGTERM)
    assert tab.process.wait(timeout=3) == 0
